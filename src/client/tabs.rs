//! Several tabs, one queue: which of them sends, and what a tab learns of the others through their storage.
//!
//! Every tab writes what it queues; one sends it all, the one whose [`Turn`] it is. What a tab has queued is its own to remove, so that it
//! learns its fate: another that sent or discarded it leaves the outcome in its place ([`Write::Settle`]).

use super::outbox::{DeliveryStatus, Entry, Outbox, Write};
use super::{Client, ConnectionStatus, Event, Key, Millis, Outcome, Output, Place, Stored, Timer};
use crate::engineio::Value;

/// How long an outcome waits for the tab that queued the message (milliseconds).
pub(super) const OUTCOME_KEPT: Millis = 60_000;

/// Who sends what storage holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Turn {
    /// Nobody here: there is no connection.
    #[default]
    Off,
    /// It was asked for, and another tab may have it.
    Asked,
    /// This tab, everything.
    Mine,
    /// Nobody can tell: each tab sends its own, and that of tabs that are gone.
    Shared,
}

impl Place {
    /// The tab that took it.
    pub fn tab(self) -> u64 {
        self.serial & 0xffff_ffff
    }
}

impl<P: Value> Client<P> {
    /// The answer to [`Output::Lock`], after what storage holds was read again: [`Turn::Mine`], or [`Turn::Shared`] where there are no locks.
    pub fn take_turn(&mut self, now: Millis, turn: Turn) {
        if let Some(chat) = self.chat.as_mut().filter(|chat| chat.turn == Turn::Asked) {
            chat.turn = turn;
            self.timers.set_earlier(Timer::Flush, now);
        }
    }

    /// A tab is gone: where each sends its own, its messages are now this one's.
    pub fn adopt(&mut self, now: Millis, tab: u64) {
        if let Some(chat) = &mut self.chat {
            chat.adopted.push(tab);
            self.timers.set_earlier(Timer::Flush, now);
        }
    }

    /// The tab's own number, which its places end in.
    pub fn tab(&self) -> u64 {
        self.chat.as_ref().map_or(0, |chat| chat.order.tab())
    }

    pub(super) fn ask_turn(&mut self) {
        if let Some(chat) = self.chat.as_mut().filter(|chat| chat.turn == Turn::Off) {
            chat.turn = Turn::Asked;
            self.put(Output::Lock(true));
        }
    }

    /// Asks for the turn that was given back while the page stood still.
    pub(super) fn take_part(&mut self, now: Millis) {
        if self.status() == ConnectionStatus::Connected {
            self.ask_turn();
            self.timers.set_earlier(Timer::Flush, now);
        }
    }

    pub(super) fn end_turn(&mut self) {
        if let Some(chat) = self.chat.as_mut().filter(|chat| chat.turn != Turn::Off) {
            chat.turn = Turn::Off;
            chat.adopted.clear();
            self.put(Output::Lock(false));
        }
    }

    /// A message that storage holds for the owner: read at the start or again, or written by another tab just now.
    pub fn restore(&mut self, now: Millis, stored: Stored<P>) {
        let Some(chat) = &mut self.chat else { return };
        chat.order.after(stored.place);
        let (place, id) = (stored.place, stored.message.id.clone());
        let Some(twin) = chat.outbox.by_id(&id) else {
            self.insert(stored, true);
            return self.flush_soon(now);
        };
        let (key, twin_place, revision) = (twin.key, twin.place, twin.revision);
        if twin.stored_at.as_ref().is_some_and(|(_, at)| *at == place) {
            // Storage has refused the new place: this is all that it has.
            if let Some(entry) = chat.outbox.get_mut(key) {
                entry.seen = true;
            }
            return;
        }
        if twin_place == place {
            return self.update(now, stored);
        }
        // In the middle of a retry, or where two tabs sent the same, there are two of one id: the one at the later place counts. The other is
        // its tab's to remove, and who crashed there cannot clean up.
        let older = place.min(twin_place);
        let clean = chat.reading || older.tab() == chat.order.tab();
        if let Some(scope) = chat.owner.clone().filter(|_| clean) {
            self.put(Output::Write(Write::Remove { scope, place: older, id }));
        }
        if twin_place == older {
            self.chat.as_mut().and_then(|chat| chat.outbox.remove(key));
            let new = self.insert(stored, true);
            if let Some(entry) = self.chat.as_mut().and_then(|chat| chat.outbox.get_mut(new)) {
                // Whoever waits for the one waits for the other.
                (entry.key, entry.revision) = (key, revision + 1);
            }
            self.flush_soon(now);
        }
    }

    /// Another tab wrote an entry that is known here.
    fn update(&mut self, now: Millis, stored: Stored<P>) {
        let Some(chat) = &mut self.chat else { return };
        let Some(entry) = chat.outbox.by_place_mut(stored.place) else { return };
        (entry.persisted, entry.seen) = (true, true);
        let was_final = entry.status.is_final();
        if entry.payload != stored.message.payload {
            // A read mark that grew. What is on the wire is the older one: it goes again.
            entry.interrupt();
            let (key, message) = (entry.key, stored.message);
            chat.outbox.replace(key, message.payload, message.length, stored.queued_at);
            self.flush_soon(now);
        } else if stored.status.is_final() && !was_final {
            entry.interrupt();
            (entry.status, entry.error, entry.attempts) = (stored.status, stored.error.clone(), stored.attempts);
            let key = entry.key;
            self.tell(Event::Settled { key, outcome: Outcome::Ended(stored.status, stored.error) });
        } else if entry.status != DeliveryStatus::Sending && entry.attempts != stored.attempts {
            (entry.attempts, entry.error) = (stored.attempts, stored.error);
            entry.revision += 1;
        } else {
            return;
        }
        self.changed = true;
    }

    /// What was at that place is in storage no more, or only its outcome is, where `outcome` tells it.
    pub fn vanish(&mut self, place: Place, id: P, outcome: Option<Outcome<P>>) {
        let Some(chat) = &mut self.chat else { return };
        let own = place.tab() == chat.order.tab();
        let key = chat.outbox.by_place_mut(place).map(|entry| entry.key);
        match (key, outcome) {
            // Somebody else cleaned up here. It is the queue's until the server has it.
            (Some(key), None) if own => self.store_again(key),
            (key, outcome) => {
                if let Some(scope) = chat.owner.clone().filter(|_| own && outcome.is_some()) {
                    self.put(Output::Write(Write::Remove { scope, place, id }));
                }
                if let Some(key) = key {
                    self.settled_elsewhere(key, outcome);
                }
            }
        }
    }

    fn settled_elsewhere(&mut self, key: Key, outcome: Option<Outcome<P>>) {
        if self.chat.as_mut().and_then(|chat| chat.outbox.remove(key)).is_some() {
            self.tell(Event::Settled { key, outcome: outcome.unwrap_or(Outcome::Sent) });
            self.changed = true;
            // There may be room in storage, and what waited for it here.
            self.store_unpersisted();
            self.flush_soon(0);
        }
    }

    /// Storage is read from the start: [`Client::restore`] for what it holds, then [`Client::end_read`].
    pub fn begin_read(&mut self) {
        if let Some(chat) = &mut self.chat {
            chat.reading = true;
            for entry in chat.outbox.iter_mut() {
                let elsewhere = entry.stored_at.as_ref().is_some_and(|(scope, _)| chat.owner.as_ref() != Some(scope));
                entry.seen = !entry.persisted || !entry.claimed || elsewhere;
            }
        }
    }

    /// What was stored once and has not been seen is settled: another tab has sent or discarded it. Or storage was `cleared`, and it is written
    /// again.
    pub fn end_read(&mut self, cleared: bool) {
        if let Some(chat) = &mut self.chat {
            chat.reading = false;
            for entry in chat.outbox.iter_mut() {
                entry.seen &= !cleared || entry.claimed || !entry.persisted;
            }
        }
        while let Some(entry) = self.outbox().and_then(|outbox| outbox.entries().iter().find(|entry| !entry.seen)) {
            let key = entry.key;
            if cleared {
                self.store_again(key);
            } else {
                self.settled_elsewhere(key, None);
            }
        }
        self.store_unpersisted();
    }

    fn store_again(&mut self, key: Key) {
        if let Some(entry) = self.chat.as_mut().and_then(|chat| chat.outbox.get_mut(key)) {
            (entry.persisted, entry.seen, entry.stored_at) = (false, true, None);
            entry.revision += 1;
            self.changed = true;
            self.put(Output::Write(Write::Store(key)));
        }
    }
}

impl<P: Value> super::chat::Chat<P> {
    /// Whether this tab sends an entry, and if not, whether those of its conversation wait for it.
    pub fn sends(&self, entry: &Entry<P>) -> Result<(), bool> {
        let own = || entry.place.tab() == self.order.tab() || self.adopted.contains(&entry.place.tab());
        // Nobody else can send it: storage does not have it where they look.
        let alone = entry.refused && (!entry.persisted || entry.stored_at.is_some());
        match self.turn {
            _ if !entry.claimed => Err(true),
            Turn::Mine => Ok(()),
            _ if alone => Ok(()),
            Turn::Shared if own() => Ok(()),
            Turn::Shared => Err(false),
            Turn::Off | Turn::Asked => Err(true),
        }
    }

    /// Whether another tab may be sending what this one has stored.
    pub fn is_elsewhere(&self, entry: &Entry<P>) -> bool {
        self.sends(entry).is_err()
    }
}

impl<P: Value> Outbox<P> {
    fn by_place_mut(&mut self, place: Place) -> Option<&mut Entry<P>> {
        self.iter_mut().find(|entry| entry.place == place)
    }
}

impl DeliveryStatus {
    /// Waits to be sent.
    pub(super) fn is_waiting(self) -> bool {
        matches!(self, DeliveryStatus::Queued | DeliveryStatus::InDoubt)
    }
}
