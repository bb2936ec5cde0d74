//! The outbox in storage, through `record.js`.

use js_sys::{Array, JsString};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::storage::Store;
use crate::client::{DeliveryStatus, Entry, Kind, NewMessage, Stored};

#[wasm_bindgen(module = "/src/io/record.js")]
extern "C" {
    #[allow(clippy::too_many_arguments)]
    fn store(
        storage: &JsValue,
        scope: &str,
        order: &str,
        id: &str,
        kind: u32,
        status: u32,
        attempts: u32,
        queued_at: f64,
        error: Option<&str>,
        message: &JsValue,
    ) -> bool;
    fn remove(storage: &JsValue, scope: &str, order: &str, id: &str);
    #[wasm_bindgen(js_name = load)]
    fn rows(storage: &JsValue, scope: &str) -> Array;
    /// UTF-16 code units of a new message's value.
    #[wasm_bindgen(js_name = storedLength)]
    pub fn stored_length(kind: u32, message: &JsString) -> u32;
    /// Bytes of a text on the wire.
    #[wasm_bindgen(js_name = utf8Length)]
    pub fn utf8_length(text: &JsValue) -> u32;
}

/// An entry as JavaScript shows it: `offlineMessage` in `messages.js` makes the public object of it. A tuple, since the names of a structure
/// would cost a table of texts.
#[derive(Serialize)]
pub struct Shown<'a>(&'a str, &'a str, u32, u32, f64, Option<&'a str>, bool);

impl<'a> Shown<'a> {
    pub fn new(entry: &'a Entry<JsValue>) -> Self {
        let Entry { id, conversation, status, attempts, queued_at, error, persisted, .. } = entry;
        Shown(id, conversation, *status as u32, *attempts, *queued_at as f64, error.as_deref(), *persisted)
    }
}

impl Store {
    /// Writes an entry. False where that cannot be done.
    pub fn write(&self, scope: &str, entry: &Entry<JsValue>) -> bool {
        let Entry { order, id, kind, status, attempts, queued_at, error, payload, .. } = entry;
        let (kind, status, queued_at) = (*kind as u32, *status as u32, *queued_at as f64);
        self.is_durable()
            && store(self.handle(), scope, order, id, kind, status, *attempts, queued_at, error.as_deref(), payload)
    }

    pub fn remove(&self, scope: &str, order: &str, id: &str) {
        remove(self.handle(), scope, order, id);
    }

    /// What is stored for a scope. What cannot be read is moved aside and reported on the console.
    pub fn load(&self, scope: &str) -> Vec<Stored<JsValue>> {
        rows(self.handle(), scope).iter().map(|row| read(row.unchecked_ref())).collect()
    }
}

fn read(row: &Array) -> Stored<JsValue> {
    let text = |index| row.get(index).as_string();
    let number = |index| row.get(index).as_f64().unwrap_or(0.0);
    let payload = row.get(8);
    Stored {
        kind: if number(3) == 0.0 { Kind::Message } else { Kind::Read },
        status: match number(4) as u32 {
            4 => DeliveryStatus::Failed,
            5 => DeliveryStatus::Expired,
            _ => DeliveryStatus::Queued,
        },
        attempts: number(5) as u32,
        queued_at: number(6) as u64,
        error: text(7),
        message: NewMessage {
            order: text(0).unwrap_or_default(),
            id: text(1).unwrap_or_default(),
            conversation: text(2).unwrap_or_default(),
            length: number(9) as u32,
            bytes: utf8_length(&payload),
            payload,
        },
    }
}
