//! What has to hold whatever has happened.

use std::collections::BTreeSet;

use socketio_wasm::client::{ConnectionStatus, DeliveryStatus};

use super::{UNCLAIMED, World};

impl World {
    /// All that the client holds on to, as the length of its description.
    pub fn memory(&self) -> usize {
        format!("{:?}", self.client).len()
    }

    /// What has to hold after every input, whatever it was.
    pub fn assert_sound(&self, what: &str) {
        self.assert_consistent(what);
        if self.is_connected() {
            let patience = self.client.handshake().expect("connected without a handshake").patience;
            assert!(self.now < self.heard.saturating_add(patience), "{what}: connected over a dead transport");
        }
    }

    /// What has to hold at any time, even where the client does not know yet that it is dead.
    pub fn assert_consistent(&self, what: &str) {
        let waits =
            if self.client.outbox().is_some() { self.assert_chat(what) } else { self.client.is_active(self.socket) };
        assert!(
            self.client.handshake().is_none() || self.transport.is_some(),
            "{what}: a handshake without a transport"
        );
        if self.is_connected() {
            assert!(self.transport.is_some(), "{what}: connected without a transport");
            assert!(self.client.handshake().is_some(), "{what}: connected without a handshake");
            assert!(self.client.is_active(self.socket), "{what}: connected, and not active");
        }
        if waits {
            assert!(self.wake.is_some(), "{what}: {:?}, and nothing will ever happen", self.client.status());
        }
    }

    /// What says of itself that it is stored is stored, and nothing else; perhaps still where it was before it was known whose it is.
    pub fn assert_stored(&self, what: &str) {
        let entries = self.client.outbox().map_or(&[][..], |outbox| outbox.entries());
        let persisted: BTreeSet<&str> =
            entries.iter().filter(|entry| entry.persisted).map(|entry| entry.id.as_str()).collect();
        let ids = |owner| self.storage.ids(owner).into_iter().collect::<BTreeSet<String>>();
        let (own, unclaimed) = (ids(&self.owner), ids(UNCLAIMED));
        for id in &own {
            assert!(persisted.contains(id.as_str()), "{what}: {id} is stored, and nobody knows");
        }
        for id in persisted {
            assert!(own.contains(id) || unclaimed.contains(id), "{what}: {id} is said to be stored");
        }
    }

    /// Returns whether the client is connected or on its way to be.
    fn assert_chat(&self, what: &str) -> bool {
        let status = self.client.status();
        let entries = self.client.outbox().map_or(&[][..], |outbox| outbox.entries());
        let count = |wanted: &[DeliveryStatus]| entries.iter().filter(|entry| wanted.contains(&entry.status)).count();
        if !self.is_connected() {
            assert_ne!(status, ConnectionStatus::Connected, "{what}: the status says connected");
            assert_eq!(count(&[DeliveryStatus::Sending]), 0, "{what}: messages on no wire");
        }
        match status {
            ConnectionStatus::AuthRequired => {
                assert_eq!(count(&[DeliveryStatus::Queued, DeliveryStatus::InDoubt]), 0, "{what}: {:?}", self.queue());
            }
            ConnectionStatus::Idle => {}
            _ => assert_eq!(count(&[DeliveryStatus::Held]), 0, "{what}: {status:?} {:?}", self.queue()),
        }
        assert!(entries.is_sorted_by(|one, two| one.place < two.place), "{what}: {:?} is out of order", self.queue());
        let over = matches!(status, ConnectionStatus::Idle | ConnectionStatus::AuthRequired | ConnectionStatus::Failed);
        if over {
            assert!(self.transport.is_none(), "{what}: {status:?} over an open transport");
        }
        !over
    }
}
