//! The outbox: the durable queue of what the application has sent and the server has not yet accepted. A plain structure
//! with a policy; that it is stored somewhere shows only in the [`Write`]s it asks for.

use super::order::Place;
use super::output::Outcome;
use super::timers::Millis;
use crate::engineio::Value;

/// Names an entry as long as this client lives; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub u32);

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A message of the application: shown, retried and discarded by it.
    Message,
    /// A mark that messages were read: not shown, and dropped where a message would be failed or expired.
    Read,
}

/// Where an entry stands, as `DeliveryStatus` in the public declarations says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// Waits for a connection.
    Queued,
    /// On the wire, no answer yet.
    Sending,
    /// Was on the wire when the link died or the answer did not come in time.
    InDoubt,
    /// Waits for sign-in.
    Held,
    /// Refused, or tried in vain too often.
    Failed,
    /// Older than the time to live.
    Expired,
}

impl DeliveryStatus {
    /// Over for the outbox; only the application can change that.
    pub fn is_final(self) -> bool {
        matches!(self, DeliveryStatus::Failed | DeliveryStatus::Expired)
    }
}

/// One waiting message.
#[derive(Clone, Debug)]
pub struct Entry<P> {
    /// Its name in this client.
    pub key: Key,
    /// Its place: entries are sent in this order.
    pub place: Place,
    /// The message's id, the same at every attempt.
    pub id: P,
    /// Of the id: what differs here need not be compared, which is a call into JavaScript.
    pub(super) digest: u32,
    /// Messages of one conversation wait for one another.
    pub conversation: P,
    /// Message or read mark.
    pub kind: Kind,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// Answers waited for in vain.
    pub attempts: u32,
    /// Wall-clock milliseconds.
    pub queued_at: u64,
    /// Why it failed, or why the last attempt did.
    pub error: Option<P>,
    /// Whether it is in storage.
    pub persisted: bool,
    /// Whether storage has refused to write it as it is now, rather than not yet been asked.
    pub(super) refused: bool,
    /// Whether it is known whose it is.
    pub(super) claimed: bool,
    /// Whether it was found when storage was last read.
    pub(super) seen: bool,
    /// What is sent.
    pub payload: P,
    /// See [`NewMessage::length`](super::NewMessage::length).
    pub length: u32,
    /// The ack id it is on the wire with, or was over this link.
    pub(super) ack: Option<u64>,
    /// Where storage has it, by owner and place, if that is not yet where it belongs.
    pub(super) stored_at: Option<(P, Place)>,
    /// While on the wire: when the answer is overdue. While waiting: not before this.
    pub(super) due: Millis,
    /// Grows with every change, so that what was made of the entry can be kept until then.
    pub revision: u32,
}

/// What has to be done to the storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write<P> {
    /// Write this entry, which the driver finds by [`Outbox::get`], and say whether that worked.
    Store(Key),
    /// Remove what was written for this place and id.
    Remove {
        /// Under whose messages.
        scope: P,
        /// See [`Entry::place`].
        place: Place,
        /// See [`Entry::id`].
        id: P,
    },
    /// Put its outcome there instead, for the tab that queued it.
    Settle {
        /// Under whose messages.
        scope: P,
        /// See [`Entry::place`].
        place: Place,
        /// See [`Entry::id`].
        id: P,
        /// Never [`Outcome::Ended`].
        outcome: Outcome<P>,
    },
    /// Remove the outcomes that are older than [`OUTCOME_KEPT`](super::tabs::OUTCOME_KEPT): who queued those messages is gone.
    Sweep,
}

/// The limits of an outbox.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries.
    pub messages: usize,
    /// UTF-16 code units of all of them.
    pub length: usize,
}

/// The waiting messages of one owner, oldest first.
#[derive(Debug)]
pub struct Outbox<P> {
    entries: Vec<Entry<P>>,
    /// Of each entry's id, close together: a message that is added is compared with all.
    digests: Vec<u32>,
    /// Whether storage has refused an entry that may still be here.
    pub(super) refused: bool,
    length: usize,
}

impl<P> Default for Outbox<P> {
    fn default() -> Self {
        Outbox { entries: Vec::new(), digests: Vec::new(), refused: false, length: 0 }
    }
}

impl<P: Value> Outbox<P> {
    /// Every entry, oldest first.
    pub fn entries(&self) -> &[Entry<P>] {
        &self.entries
    }

    /// The entry of that name.
    pub fn get(&self, key: Key) -> Option<&Entry<P>> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }

    /// The newest entry with that message id.
    pub fn by_id(&self, id: &P) -> Option<&Entry<P>> {
        let digest = id.digest();
        let mut both = self.digests.iter().zip(&self.entries).rev();
        both.find(|(of, entry)| **of == digest && entry.id == *id).map(|(_, entry)| entry)
    }

    /// Whether one more of this length fits.
    pub(super) fn has_room(&self, length: u32, limits: Limits) -> bool {
        self.entries.len() < limits.messages && self.may_grow(length, limits)
    }

    /// Whether entries may become longer by this much.
    pub(super) fn may_grow(&self, length: u32, limits: Limits) -> bool {
        self.length + length as usize <= limits.length
    }

    /// Puts an entry at its place.
    pub(super) fn insert(&mut self, entry: Entry<P>) {
        self.length += entry.length as usize;
        let at = self.entries.partition_point(|other| other.place <= entry.place);
        self.refused |= entry.refused;
        self.digests.insert(at, entry.digest);
        self.entries.insert(at, entry);
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<Entry<P>> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        let entry = self.entries.remove(at);
        self.digests.remove(at);
        self.length -= entry.length as usize;
        Some(entry)
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Entry<P>> {
        self.entries.iter_mut().rev().find(|entry| entry.key == key)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry<P>> {
        self.entries.iter_mut()
    }

    /// Gives an entry another payload and what is stored of it another length.
    pub(super) fn replace(&mut self, key: Key, payload: P, length: u32, queued_at: u64) {
        let total = &mut self.length;
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) {
            *total = *total - entry.length as usize + length as usize;
            entry.payload = payload;
            entry.length = length;
            entry.queued_at = queued_at;
        }
    }

    /// The entry that is on the wire under this ack id.
    pub(super) fn awaiting(&self, ack: u64) -> Option<Key> {
        self.entries.iter().find(|entry| entry.ack == Some(ack)).map(|entry| entry.key)
    }

    /// When the first answer of those on the wire is overdue.
    pub(super) fn next_answer(&self) -> Option<(Millis, Key)> {
        let sending = self.entries.iter().filter(|entry| entry.status == DeliveryStatus::Sending);
        sending.map(|entry| (entry.due, entry.key)).min()
    }

    /// The oldest entry that storage has refused to write as it is now.
    pub(super) fn unpersisted(&mut self) -> Option<Key> {
        if !self.refused {
            return None;
        }
        let found = self.entries.iter().find(|entry| entry.refused).map(|entry| entry.key);
        self.refused = found.is_some();
        found
    }

    /// Takes out what was queued while nobody knew whose it is.
    pub(super) fn take_unclaimed(&mut self) -> Vec<Entry<P>> {
        let mut taken = Vec::new();
        while let Some(key) = self.entries.iter().find(|entry| !entry.claimed).map(|entry| entry.key) {
            taken.extend(self.remove(key));
        }
        taken
    }

    /// The read mark of a conversation that later ones can be merged into: the newest entry of the conversation, not on the wire.
    pub fn open_read(&self, conversation: &P) -> Option<&Entry<P>> {
        let newest = self.entries.iter().rev().find(|entry| entry.conversation == *conversation)?;
        (newest.kind == Kind::Read && !matches!(newest.status, DeliveryStatus::Sending | DeliveryStatus::InDoubt))
            .then_some(newest)
    }
}
