//! A message's way from `send` to its settlement: stored, sent in order, answered, or tried again.

use super::chat::Chat;
use super::order::Place;
use super::outbox::{DeliveryStatus, Entry, Key, Kind, Outbox, Write};
use super::tabs::OUTCOME_KEPT;
use super::{Body, Client, ConnectionStatus, Event, Millis, Outcome, Output, Proof, Refusal, Timer};
use crate::engineio::Value;
use crate::socketio::{Header, PacketType};

/// UTF-8 bytes of a UTF-16 code unit, at most.
const UNIT: u64 = 3;
/// A flush pauses when this many bytes wait in the transport: more would only be in doubt if the link dies.
const CONGESTION: u64 = 1 << 20;
/// How often a congested transport is asked (milliseconds): WebSocket has no event for it.
const CONGESTION_POLL: Millis = 50;

/// A message to be queued.
#[derive(Debug)]
pub struct NewMessage<P> {
    /// Unique among the waiting ones.
    pub id: P,
    /// Its conversation.
    pub conversation: P,
    /// What is sent.
    pub payload: P,
    /// UTF-16 code units as stored, or of the payload where that is more.
    pub length: u32,
}

/// Why a message was not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// The outbox is full; nothing in it was touched.
    QueueFull,
    /// A message with that id is waiting already.
    DuplicateId,
}

/// An entry as it was read from storage.
#[derive(Debug)]
pub struct Stored<P> {
    /// Where in the queue.
    pub place: Place,
    /// What is sent.
    pub message: NewMessage<P>,
    /// See [`Entry::kind`].
    pub kind: Kind,
    /// Whether it had failed or expired, and if so, which.
    pub status: DeliveryStatus,
    /// See [`Entry::attempts`].
    pub attempts: u32,
    /// See [`Entry::queued_at`].
    pub queued_at: u64,
    /// See [`Entry::error`].
    pub error: Option<P>,
}

impl<P: Value> Client<P> {
    /// Takes the next place in the queue, which also serves as a message's id. The next message that is sent stands there.
    pub fn next_place(&mut self, now: Millis) -> Place {
        self.chat.as_mut().map(|chat| chat.order.next(now)).unwrap_or_default()
    }

    /// Queues a message, asks for it to be stored, and sends it if that can be done now. A read mark takes the place of the one that
    /// [`Outbox::open_read`] finds: the caller has merged the two.
    pub fn send(&mut self, now: Millis, kind: Kind, message: NewMessage<P>) -> Result<Key, SendError> {
        // Looked for before a dead link is noticed, as the caller did.
        let open = self.find_read(&message.conversation).filter(|_| kind == Kind::Read);
        let open = open.map(|entry| (entry.key, entry.length));
        self.check_heartbeat(now);
        let Chat { config, outbox, order, .. } = self.chat.as_ref().ok_or(SendError::QueueFull)?;
        let (limits, place) = (config.limits, order.last());
        if let Some((key, length)) = open {
            if !outbox.may_grow(message.length.saturating_sub(length), limits) {
                return Err(SendError::QueueFull);
            }
            self.replace(now, key, message);
            return Ok(key);
        }
        if outbox.by_id(&message.id).is_some() {
            return Err(SendError::DuplicateId);
        }
        if !outbox.has_room(message.length, limits) {
            return Err(SendError::QueueFull);
        }
        let status = DeliveryStatus::Queued;
        let key = self.insert(Stored { place, message, kind, status, attempts: 0, queued_at: now, error: None }, false);
        self.put(Output::Write(Write::Store(key)));
        self.flush_if_joined(now);
        Ok(key)
    }

    /// The read mark of a conversation that later ones can be merged into: see [`Outbox::open_read`]. None where another tab may be sending it.
    pub fn open_read(&mut self, now: Millis, conversation: &P) -> Option<&Entry<P>> {
        self.check_heartbeat(now);
        self.find_read(conversation)
    }

    fn find_read(&self, conversation: &P) -> Option<&Entry<P>> {
        let chat = self.chat.as_ref()?;
        let fits =
            |entry: &&Entry<P>| entry.claimed == chat.is_known() && (!self.link.is_open() || !chat.is_elsewhere(entry));
        chat.outbox.open_read(conversation).filter(fits)
    }

    fn replace(&mut self, now: Millis, key: Key, NewMessage { payload, length, .. }: NewMessage<P>) {
        if let Some(chat) = &mut self.chat {
            chat.outbox.replace(key, payload, length, now);
        }
        self.put(Output::Write(Write::Store(key)));
    }

    pub(super) fn insert(&mut self, stored: Stored<P>, persisted: bool) -> Key {
        let Some(chat) = &mut self.chat else {
            return Key(0);
        };
        let key = Key(chat.next_key);
        chat.next_key += 1;
        let Stored { place, message, kind, status, attempts, queued_at, error } = stored;
        let status = match status {
            status if status.is_final() => status,
            _ if chat.status == ConnectionStatus::AuthRequired => DeliveryStatus::Held,
            _ => DeliveryStatus::Queued,
        };
        let NewMessage { id, conversation, payload, length } = message;
        chat.outbox.insert(Entry {
            key,
            place,
            digest: id.digest(),
            id,
            conversation,
            kind,
            status,
            attempts,
            queued_at,
            error,
            persisted,
            refused: false,
            claimed: persisted || chat.is_known(),
            seen: true,
            payload,
            length,
            ack: None,
            stored_at: None,
            due: 0,
            revision: 0,
        });
        self.changed = true;
        key
    }

    /// Reports whether a [`Write::Store`] worked. What was stored once stays so: a failed overwrite leaves the older text.
    pub fn stored(&mut self, key: Key, ok: bool) {
        let Some(chat) = &mut self.chat else { return };
        let Some(entry) = chat.outbox.get_mut(key) else { return };
        let refused = std::mem::replace(&mut entry.refused, !ok);
        if !ok {
            chat.outbox.refused = true;
            return self.flush_soon(0);
        }
        let (id, left) = (entry.id.clone(), entry.stored_at.take());
        let stored = std::mem::replace(&mut entry.persisted, true);
        if !stored {
            entry.revision += 1;
            self.changed = true;
        }
        if let Some((scope, place)) = left {
            self.put(Output::Write(Write::Remove { scope, place, id }));
        }
        if refused || !stored {
            self.store_unpersisted();
        }
    }

    /// There may be room: try the oldest that storage refused.
    pub(super) fn store_unpersisted(&mut self) {
        if let Some(key) = self.chat.as_mut().and_then(|chat| chat.outbox.unpersisted()) {
            self.put(Output::Write(Write::Store(key)));
        }
    }

    /// Puts a failed or expired message at the end of its conversation, as if it were new. False if there is none of that id.
    pub fn retry(&mut self, now: Millis, id: &P) -> bool {
        self.check_heartbeat(now);
        let place = self.next_place(now);
        let Some(chat) = &mut self.chat else {
            return false;
        };
        let Some(key) = chat.outbox.by_id(id).filter(|entry| entry.status.is_final()).map(|entry| entry.key) else {
            return false;
        };
        let Some(mut entry) = chat.outbox.remove(key) else {
            return false;
        };
        let (old, scope) = (std::mem::replace(&mut entry.place, place), chat.scope(&entry).cloned());
        entry.status =
            if chat.status == ConnectionStatus::AuthRequired { DeliveryStatus::Held } else { DeliveryStatus::Queued };
        (entry.attempts, entry.queued_at, entry.error, entry.due, entry.ack) = (0, now, None, 0, None);
        entry.revision += 1;
        if let Some(scope) = scope.filter(|_| entry.persisted) {
            entry.stored_at.get_or_insert((scope, old));
        }
        chat.outbox.insert(entry);
        // Removed from the old place when it is stored at the new one: see `stored`.
        self.put(Output::Write(Write::Store(key)));
        self.changed = true;
        self.flush_if_joined(now);
        true
    }

    /// Removes a waiting message. False if there is none of that id.
    pub fn discard(&mut self, now: Millis, id: &P) -> bool {
        let Some(key) = self.outbox().and_then(|outbox| outbox.by_id(id)).map(|entry| entry.key) else {
            return false;
        };
        self.finish(now, key, Outcome::Discarded);
        true
    }

    /// Removes all of the owner's messages. Returns how many.
    pub fn discard_all(&mut self, now: Millis) -> usize {
        let mut shown = 0;
        while let Some(entry) = self.outbox().and_then(|outbox| outbox.entries().first()) {
            shown += usize::from(entry.kind == Kind::Message);
            self.finish(now, entry.key, Outcome::Discarded);
        }
        shown
    }

    /// Whether an event could be the return of a waiting message.
    pub fn expects_echo(&self) -> bool {
        self.outbox().is_some_and(|outbox| !outbox.entries().is_empty())
    }

    fn flush_if_joined(&mut self, now: Millis) {
        if self.chat.as_ref().is_some_and(|chat| chat.joined) {
            self.flush(now);
        }
    }

    /// Sends what can be sent: joins first, then the oldest messages, as many as may be on the wire. Messages of a conversation wait for
    /// an earlier one that has to be sent again.
    pub(super) fn flush(&mut self, now: Millis) {
        if self.status() != ConnectionStatus::Connected {
            return;
        }
        if self.make_way(now) {
            return;
        }
        self.send_joins();
        let Some(chat) = &self.chat else { return };
        if chat.congested {
            return self.put(Output::AskBuffered(self.link.transport));
        }
        while self.chat.as_ref().is_some_and(|chat| !chat.congested)
            && let Some(key) = self.next_to_send(now)
        {
            self.dispatch(now, key);
        }
    }

    /// The oldest entry that may be sent now, while there is room on the wire.
    fn next_to_send(&mut self, now: Millis) -> Option<Key> {
        let chat = self.chat.as_ref()?;
        let (mut in_flight, mut ready, mut next) = (0, None, Millis::MAX);
        let mut blocked: Vec<&P> = Vec::new();
        for entry in chat.outbox.entries() {
            in_flight += usize::from(entry.status == DeliveryStatus::Sending);
            if ready.is_some() || !entry.status.is_waiting() || blocked.contains(&&entry.conversation) {
                continue;
            }
            let sends = chat.sends(entry);
            if sends == Ok(()) && entry.due <= now {
                ready = Some(entry.key);
                continue;
            }
            if sends == Ok(()) {
                next = next.min(entry.due);
            }
            if sends != Err(false) {
                blocked.push(&entry.conversation);
            }
        }
        self.timers.set_earlier(Timer::Flush, next);
        ready.filter(|_| in_flight < chat.config.max_in_flight)
    }

    /// Sends one entry, or finds that it cannot be sent.
    fn dispatch(&mut self, now: Millis, key: Key) {
        let Some(chat) = &mut self.chat else { return };
        let (proof, ttl, timeout) = (chat.config.delivery, chat.config.ttl, chat.config.ack_timeout);
        let Some(entry) = chat.outbox.get_mut(key) else {
            return;
        };
        if now > entry.queued_at.saturating_add(ttl) {
            return self.end(now, key, DeliveryStatus::Expired, Some(P::literal("not sent in time")));
        }
        let limit = self.link.handshake.as_ref().and_then(|handshake| handshake.max_payload);
        let is_over = |bytes: u64| limit.is_some_and(|limit| bytes + u64::from(chat.config.head) > limit);
        if is_over(u64::from(entry.length) * UNIT) && is_over(u64::from(entry.payload.utf8_length())) {
            return self.end(now, key, DeliveryStatus::Failed, Some(P::literal("larger than the server accepts")));
        }
        let Some(socket) = self.sockets.get_mut(chat.socket.0) else {
            return;
        };
        // Nobody sends a read mark back, so its acknowledgement has to do.
        let asks = proof == Proof::Ack || proof == Proof::Echo && entry.kind == Kind::Read;
        let ack = asks.then(|| socket.take_ack());
        let header = Header { ack, ..socket.header(PacketType::Event) };
        let body = Body::Queued(entry.kind, entry.payload.clone());
        entry.start(ack, now.saturating_add(timeout));
        // What is not ASCII counts for less than it is: it is asked for once there is that much.
        chat.unreported += u64::from(entry.length);
        let congested = chat.unreported > CONGESTION;
        chat.congested |= congested;
        self.send_packet(header, body);
        self.changed = true;
        if proof == Proof::Sent {
            self.finish(now, key, Outcome::Sent);
        } else {
            self.timers.set_earlier(Timer::Answer, now.saturating_add(timeout));
        }
        if congested {
            self.put(Output::AskBuffered(self.link.transport));
        }
    }

    pub(super) fn handle_buffered(&mut self, now: Millis, bytes: u32) {
        let Some(chat) = &mut self.chat else { return };
        chat.unreported = u64::from(bytes);
        if chat.unreported > CONGESTION {
            self.timers.set_earlier(Timer::Flush, now + CONGESTION_POLL);
        } else if std::mem::take(&mut chat.congested) {
            self.timers.set_earlier(Timer::Flush, now);
        }
    }

    /// An acknowledgement came. Gives back its arguments if it is not the outbox's.
    pub(super) fn chat_acked(
        &mut self,
        now: Millis,
        socket: super::SocketId,
        ack: u64,
        refusal: Option<Refusal<P>>,
        args: P,
    ) -> Option<P> {
        let Some(chat) = self.chat.as_ref().filter(|chat| chat.socket == socket) else {
            return Some(args);
        };
        let Some(key) = chat.outbox.awaiting(ack) else {
            return Some(args);
        };
        match refusal {
            None => self.finish(now, key, Outcome::Acknowledged(args)),
            Some(Refusal { error, retryable: true }) => self.unanswered(now, key, error),
            Some(Refusal { error, retryable: false }) => self.end(now, key, DeliveryStatus::Failed, Some(error)),
        }
        None
    }

    pub(super) fn handle_answer_timeouts(&mut self, now: Millis) {
        while let Some((due, key)) = self.outbox().and_then(Outbox::next_answer) {
            if due > now {
                return self.timers.set(Timer::Answer, due);
            }
            self.unanswered(now, key, P::literal("the server did not answer in time"));
        }
    }

    /// One more attempt in vain on a living link: again after a growing delay, or no more.
    fn unanswered(&mut self, now: Millis, key: Key, error: P) {
        let Some(chat) = &mut self.chat else { return };
        let max = chat.config.max_attempts;
        let Some(entry) = chat.outbox.get_mut(key) else {
            return;
        };
        entry.attempts += 1;
        if entry.attempts >= max {
            return self.end(now, key, DeliveryStatus::Failed, Some(error));
        }
        entry.interrupt();
        let due = now.saturating_add(self.config.backoff.delay(entry.attempts - 1, &mut self.random));
        (entry.due, entry.error) = (due, Some(error));
        self.timers.set_earlier(Timer::Flush, due);
        self.put(Output::Write(Write::Store(key)));
        self.changed = true;
    }

    /// A message is failed or expired: it stays, for the application to decide. A read mark nobody sees is dropped.
    fn end(&mut self, now: Millis, key: Key, status: DeliveryStatus, error: Option<P>) {
        let Some(entry) = self.chat.as_mut().and_then(|chat| chat.outbox.get_mut(key)) else {
            return;
        };
        if entry.kind == Kind::Read {
            return self.finish(now, key, Outcome::Ended(status, error));
        }
        entry.interrupt();
        (entry.status, entry.error) = (status, error.clone());
        self.put(Output::Write(Write::Store(key)));
        self.tell(Event::Settled { key, outcome: Outcome::Ended(status, error) });
        self.changed = true;
        self.timers.set_earlier(Timer::Flush, now);
    }

    /// An entry leaves the outbox.
    pub(super) fn finish(&mut self, now: Millis, key: Key, outcome: Outcome<P>) {
        let Some(chat) = &mut self.chat else { return };
        let Some(entry) = chat.outbox.remove(key) else { return };
        let stored = entry.stored_at.clone().or_else(|| Some((chat.scope(&entry)?.clone(), entry.place)));
        if let Some((scope, place)) = stored.filter(|_| entry.persisted) {
            let id = entry.id;
            let own = place.tab() == self.tab();
            if !own {
                // Set anew by each: they are swept together.
                self.timers.set(Timer::Sweep, now + OUTCOME_KEPT + 1);
            }
            self.put(Output::Write(match &outcome {
                _ if own => Write::Remove { scope, place, id },
                Outcome::Ended(..) => Write::Settle { scope, place, id, outcome: Outcome::Discarded },
                outcome => Write::Settle { scope, place, id, outcome: outcome.clone() },
            }));
            self.store_unpersisted();
        }
        self.tell(Event::Settled { key, outcome });
        self.changed = true;
        self.flush_soon(now);
    }

    pub(super) fn flush_soon(&mut self, now: Millis) {
        if self.chat.as_ref().is_some_and(|chat| chat.joined) {
            self.timers.set_earlier(Timer::Flush, now);
        }
    }
}

impl<P> Entry<P> {
    fn start(&mut self, ack: Option<u64>, due: Millis) {
        self.status = DeliveryStatus::Sending;
        (self.ack, self.due) = (ack, due);
        self.revision += 1;
    }

    /// Takes it off the wire, if it is on it. Its acknowledgement may still come over this link, and counts.
    #[inline(never)]
    pub(super) fn interrupt(&mut self) {
        if self.status == DeliveryStatus::Sending {
            self.status = DeliveryStatus::InDoubt;
        }
        self.due = 0;
        self.revision += 1;
    }
}
