//! localStorage, where there is one that works.

use gloo_storage::{LocalStorage, Storage as _};
use js_sys::{Reflect, global};
use wasm_bindgen::JsValue;

/// Where the outbox is kept.
pub struct Store(JsValue);

impl Store {
    /// Nowhere: the machine's own memory is all.
    pub fn memory() -> Self {
        Store(JsValue::UNDEFINED)
    }

    /// localStorage, if it can be written, read and cleaned. Each of these can fail on its own: a getter that throws (blocked cookies, sandboxed
    /// frames), a storage of size 0 (old private modes), none at all (workers, servers).
    pub fn local() -> Self {
        const PROBE: &str = "socketio-wasm:probe";
        // gloo's accessor panics where the getter throws or gives nothing, so it is asked only after this.
        let there = Reflect::get(&global(), &"localStorage".into()).is_ok_and(|storage| storage.is_object());
        if !there || web_sys::window().is_none() {
            return Store::memory();
        }
        let storage = LocalStorage::raw();
        let works = storage.set_item(PROBE, "1").is_ok()
            && storage.get_item(PROBE).is_ok_and(|value| value.as_deref() == Some("1"))
            && storage.remove_item(PROBE).is_ok();
        if works { Store(storage.into()) } else { Store::memory() }
    }

    pub fn is_durable(&self) -> bool {
        !self.0.is_undefined()
    }

    /// The browser's object, or undefined.
    pub fn handle(&self) -> &JsValue {
        &self.0
    }
}
