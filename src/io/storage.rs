//! localStorage, where there is one that works.

use gloo_storage::{LocalStorage, Storage as _};
use js_sys::{Reflect, global};
use web_sys::Storage;

/// Where the outbox is kept.
pub enum Store {
    /// The browser's own storage, shared by the tabs of an origin.
    Local(Storage),
    /// Nowhere: the machine's own memory is all.
    Memory,
}

impl Store {
    /// localStorage, if it can be written, read and cleaned. Each of these can fail on its own: a getter that throws (blocked cookies, sandboxed
    /// frames), a storage of size 0 (old private modes), none at all (workers, servers).
    pub fn local() -> Self {
        const PROBE: &str = "socketio-wasm:probe";
        // gloo's accessor panics where the getter throws or gives nothing, so it is asked only after this.
        let there = Reflect::get(&global(), &"localStorage".into()).is_ok_and(|storage| storage.is_object());
        if !there || web_sys::window().is_none() {
            return Store::Memory;
        }
        let storage = LocalStorage::raw();
        let works = storage.set_item(PROBE, "1").is_ok()
            && storage.get_item(PROBE).is_ok_and(|value| value.as_deref() == Some("1"))
            && storage.remove_item(PROBE).is_ok();
        if works { Store::Local(storage) } else { Store::Memory }
    }

    /// Writes a value. False where that cannot be done.
    pub fn write(&self, key: &str, value: &str) -> bool {
        match self {
            Store::Local(storage) => storage.set_item(key, value).is_ok(),
            Store::Memory => false,
        }
    }

    pub fn remove(&self, key: &str) {
        if let Store::Local(storage) = self {
            // A storage that has begun to fail keeps the value; the server knows its id by then.
            let _ = storage.remove_item(key);
        }
    }

    /// The keys that begin with `prefix`, and their values.
    pub fn entries(&self, prefix: &str) -> Vec<(String, String)> {
        let Store::Local(storage) = self else {
            return Vec::new();
        };
        let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten());
        let ours: Vec<String> = keys.filter(|key| key.starts_with(prefix)).collect();
        ours.into_iter().filter_map(|key| storage.get_item(&key).ok().flatten().map(|value| (key, value))).collect()
    }
}
