//! The outbox in storage: one key per message, `socketio-wasm:1:<scope>:<order>:<id>`.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::storage::Store;
use crate::client::{DeliveryStatus, Entry, Kind, NewMessage, Stored};

/// The version of the format is part of every key.
const PREFIX: &str = "socketio-wasm:1:";
const BROKEN: &str = "socketio-wasm:1:broken:";
/// Of the values that could not be read, so many are kept.
const BROKEN_KEPT: usize = 20;

#[wasm_bindgen(module = "/src/io/record.js")]
extern "C" {
    fn encode(
        kind: &str,
        status: &str,
        attempts: u32,
        queued_at: f64,
        error: Option<&str>,
        message: &JsValue,
    ) -> String;
    fn decode(text: &str) -> Option<Array>;
    fn warn(text: &str);
    /// A time as an ISO 8601 string.
    #[wasm_bindgen(js_name = isoDate)]
    pub fn iso_date(time: f64) -> String;
    /// Bytes of a text on the wire.
    #[wasm_bindgen(js_name = utf8Length)]
    pub fn utf8_length(text: &JsValue) -> u32;
}

/// The public name of a status.
pub fn status_name(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Queued => "queued",
        DeliveryStatus::Sending => "sending",
        DeliveryStatus::InDoubt => "in_doubt",
        DeliveryStatus::Held => "held",
        DeliveryStatus::Failed => "failed",
        DeliveryStatus::Expired => "expired",
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Message => "message",
        Kind::Read => "read",
    }
}

/// An entry's value.
pub fn value(entry: &Entry<JsValue>) -> String {
    let Entry { kind, status, attempts, queued_at, error, payload, .. } = entry;
    // That it is on the wire is not worth a write: whoever reads this after a crash has to send it again anyway.
    let status = if status.is_final() { *status } else { DeliveryStatus::Queued };
    encode(kind_name(*kind), status_name(status), *attempts, *queued_at as f64, error.as_deref(), payload)
}

/// How long a new message's value would be.
pub fn length(kind: Kind, payload: &JsValue) -> u32 {
    let text = encode(kind_name(kind), status_name(DeliveryStatus::Queued), 0, 0.0, None, payload);
    js_sys::JsString::from(text).length()
}

/// An entry's key.
pub fn key(scope: &str, order: &str, id: &str) -> String {
    [PREFIX, scope, ":", order, ":", id].concat()
}

/// Reads what is stored for a scope. What cannot be read is moved aside and reported on the console.
pub fn load(store: &Store, scope: &str) -> Vec<Stored<JsValue>> {
    let prefix = [PREFIX, scope, ":"].concat();
    let mut broken = 0;
    let mut stored = Vec::new();
    for (key, text) in store.entries(&prefix) {
        match read(key.get(prefix.len()..).unwrap_or_default(), &text) {
            Some(entry) => stored.push(entry),
            None => {
                broken += 1;
                store.write(&(BROKEN.to_owned() + key.get(PREFIX.len()..).unwrap_or_default()), &text);
                store.remove(&key);
            }
        }
    }
    if broken > 0 {
        warn(
            "socketio-wasm: stored messages that could not be read were moved to keys that begin with socketio-wasm:1:broken:",
        );
        let mut kept = store.entries(BROKEN);
        kept.sort();
        for (key, _) in kept.iter().take(kept.len().saturating_sub(BROKEN_KEPT)) {
            store.remove(key);
        }
    }
    stored
}

fn read(place: &str, text: &str) -> Option<Stored<JsValue>> {
    let (order, id) = place.split_once(':')?;
    let fields = decode(text)?;
    let text_field = |index| fields.get(index).as_string();
    let payload = fields.get(5);
    Some(Stored {
        kind: if text_field(0)? == kind_name(Kind::Read) { Kind::Read } else { Kind::Message },
        status: match text_field(1)?.as_str() {
            "failed" => DeliveryStatus::Failed,
            "expired" => DeliveryStatus::Expired,
            _ => DeliveryStatus::Queued,
        },
        attempts: fields.get(2).as_f64()? as u32,
        queued_at: fields.get(3).as_f64()? as u64,
        error: text_field(4),
        message: NewMessage {
            order: order.to_owned(),
            id: id.to_owned(),
            conversation: text_field(6)?,
            length: text.encode_utf16().count() as u32,
            bytes: utf8_length(&payload),
            payload,
        },
    })
}
