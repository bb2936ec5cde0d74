//! localStorage, as far as the driver needs it: text by key, a limit, and no promise about the order of keys.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use socketio_wasm::client::{DeliveryStatus, Entry, Kind, NewMessage, Place, Stored};

/// What survives a crash.
pub struct Storage {
    pub map: BTreeMap<String, String>,
    /// Owners whose messages have been read since it was last emptied.
    marks: BTreeSet<String>,
    /// UTF-8 bytes of all values.
    pub capacity: usize,
    /// In which of two orders keys are found: a browser promises none, and the client has to sort.
    pub oldest_first: bool,
}

impl Default for Storage {
    fn default() -> Self {
        Storage { map: BTreeMap::new(), marks: BTreeSet::new(), capacity: usize::MAX, oldest_first: false }
    }
}

impl Storage {
    /// What is stored now is all that fits.
    pub fn fill_up(&mut self) {
        self.capacity = self.used();
    }

    /// As an application, or the user, may do at any time.
    pub fn empty(&mut self) {
        self.map.clear();
        self.marks.clear();
    }

    /// Whether it was emptied since this was last asked for the owner.
    pub fn was_emptied(&mut self, owner: &str) -> bool {
        self.marks.insert(owner.to_owned())
    }

    pub fn used(&self) -> usize {
        self.map.values().map(String::len).sum()
    }

    /// The ids stored for an owner, by place.
    pub fn ids(&self, owner: &str) -> Vec<String> {
        let prefix = format!("{owner}/");
        self.map.keys().filter_map(|key| Some(key.strip_prefix(&prefix)?.split_once('/')?.1.to_owned())).collect()
    }

    pub fn write(&mut self, owner: &str, entry: &Entry<String>) -> bool {
        let (name, value) = (key(owner, entry.place, &entry.id), value(entry));
        let old = self.map.get(&name).map_or(0, String::len);
        let fits = self.used() - old + value.len() <= self.capacity;
        if fits {
            self.map.insert(name, value);
        }
        fits
    }

    pub fn remove(&mut self, owner: &str, place: Place, id: &str) {
        self.map.remove(&key(owner, place, id));
    }

    pub fn load(&self, owner: &str) -> Vec<Stored<String>> {
        let prefix = format!("{owner}/");
        let entries = self.map.iter().filter_map(|(name, value)| read(name.strip_prefix(&prefix)?, value));
        if self.oldest_first { entries.collect() } else { entries.rev().collect() }
    }
}

fn key(owner: &str, place: Place, id: &str) -> String {
    format!("{owner}/{}/{id}", place_text(place))
}

fn value(entry: &Entry<String>) -> String {
    let status = match entry.status {
        DeliveryStatus::Failed => "failed",
        DeliveryStatus::Expired => "expired",
        _ => "queued",
    };
    json!({
        "kind": if entry.kind == Kind::Read { "read" } else { "message" },
        "status": status,
        "attempts": entry.attempts,
        "queuedAt": entry.queued_at,
        "error": entry.error,
        "conversation": entry.conversation,
        "message": entry.payload,
    })
    .to_string()
}

/// A text that sorts as the place does.
pub fn place_text(place: Place) -> String {
    format!("{:015}.{:016}", place.time, place.serial)
}

fn read(name: &str, text: &str) -> Option<Stored<String>> {
    let (place, id) = name.split_once('/')?;
    let (time, serial) = place.split_once('.')?;
    let value: Value = serde_json::from_str(text).ok()?;
    let payload = value["message"].as_str()?.to_owned();
    Some(Stored {
        place: Place { time: time.parse().ok()?, serial: serial.parse().ok()? },
        kind: if value["kind"] == "read" { Kind::Read } else { Kind::Message },
        status: match value["status"].as_str()? {
            "failed" => DeliveryStatus::Failed,
            "expired" => DeliveryStatus::Expired,
            _ => DeliveryStatus::Queued,
        },
        attempts: value["attempts"].as_u64()? as u32,
        queued_at: value["queuedAt"].as_u64()?,
        error: value["error"].as_str().map(str::to_owned),
        message: NewMessage {
            id: id.to_owned(),
            conversation: value["conversation"].as_str()?.to_owned(),
            length: text.encode_utf16().count() as u32,
            payload,
        },
    })
}
