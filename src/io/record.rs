//! A queued message as JavaScript stores and shows it, and where it stores it.

use gloo_storage::{LocalStorage, Storage as _};
use js_sys::Array;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::value::Js;
use crate::client::Entry;

/// The browser's own. Panics where there is none, or where its getter throws: `storage.js` finds out before.
pub fn local_storage() -> Js {
    JsValue::from(LocalStorage::raw()).into()
}

/// [key, kind, status, attempts, queuedAt, persisted, time, serial, id, conversationId, error, payload]: an array, since the names of an
/// object would cost a table of texts.
pub fn record(entry: &Entry<Js>) -> Js {
    let numbers = [
        f64::from(entry.key.0),
        f64::from(entry.kind as u8),
        f64::from(entry.status as u8),
        f64::from(entry.attempts),
        entry.queued_at as f64,
        f64::from(u8::from(entry.persisted)),
        entry.place.time as f64,
        entry.place.serial as f64,
    ];
    let record: Array = numbers.serialize(&Serializer::new()).unwrap_or_default().unchecked_into();
    let null = Js::from(JsValue::NULL);
    for value in [&entry.id, &entry.conversation, entry.error.as_ref().unwrap_or(&null), &entry.payload] {
        record.push(&value.view());
    }
    JsValue::from(record).into()
}
