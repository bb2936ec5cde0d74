//! What an application sees of the client's state: frozen values that stay the same until something in them changes.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::client::{ConnectionStatus, Entry, Key};
use crate::io::record;

#[wasm_bindgen(module = "/src/js/chat.js")]
extern "C" {
    fn freeze(entry: &JsValue, message: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = snapshot)]
    #[allow(clippy::too_many_arguments)]
    pub fn take(
        previous: &JsValue,
        is_connected: bool,
        last_message: &JsValue,
        last_notification: &JsValue,
        connection_error: Option<&str>,
        use_mock_socket: bool,
        offline_messages: js_sys::Array,
        status: &str,
    ) -> JsValue;
}

/// The public name of a status.
pub fn status_name(status: ConnectionStatus) -> &'static str {
    match status {
        ConnectionStatus::Idle => "idle",
        ConnectionStatus::Connecting => "connecting",
        ConnectionStatus::Connected => "connected",
        ConnectionStatus::Reconnecting => "reconnecting",
        ConnectionStatus::AuthRequired => "auth_required",
        ConnectionStatus::Failed => "failed",
    }
}

/// `OfflineMessage` of the public declarations, but for `content` and `message`, which come from the stored JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfflineMessage<'a> {
    id: &'a str,
    conversation_id: &'a str,
    status: &'a str,
    attempts: u32,
    queued_at: String,
    error: Option<&'a str>,
    persisted: bool,
}

/// The values made of entries, kept until the entry changes.
#[derive(Default)]
pub struct Shown(Vec<(Key, u32, JsValue)>);

impl Shown {
    /// The values of these entries. Those that are not among them are forgotten.
    pub fn values<'a>(&mut self, entries: impl Iterator<Item = &'a Entry<JsValue>>) -> Vec<JsValue> {
        let mut old = std::mem::take(&mut self.0).into_iter().peekable();
        for entry in entries {
            // Entries keep their order but for those that are retried, which are simply made anew.
            while old.next_if(|(key, ..)| *key < entry.key).is_some() {}
            let kept = old.next_if(|(key, revision, _)| *key == entry.key && *revision == entry.revision);
            let value = kept.map_or_else(|| make(entry), |(.., value)| value);
            self.0.push((entry.key, entry.revision, value));
        }
        self.0.iter().map(|(.., value)| value.clone()).collect()
    }
}

fn make(entry: &Entry<JsValue>) -> JsValue {
    let shown = OfflineMessage {
        id: &entry.id,
        conversation_id: &entry.conversation,
        status: record::status_name(entry.status),
        attempts: entry.attempts,
        queued_at: record::iso_date(entry.queued_at as f64),
        error: entry.error.as_deref(),
        persisted: entry.persisted,
    };
    // A structure of texts, numbers and flags has no member that could fail.
    let value = shown.serialize(&Serializer::new().serialize_missing_as_null(true)).unwrap_or_default();
    freeze(&value, &entry.payload)
}
