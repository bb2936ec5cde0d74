//! The chat layer above one socket: sign-in, the conversations joined, and when the outbox may send.

use super::frame::{ConnectError, EventName};
use super::order::Order;
use super::outbox::Outbox;
use super::socket::Asked;
use super::token::Tokens;
use super::{
    Body, ChatConfig, Client, DeliveryStatus, Entry, Event, Millis, Outcome, Output, Proof, Reason, SocketId, Stored,
    Timer, Turn, Write,
};
use crate::engineio::Value;
use crate::socketio::{Header, PacketType};

/// Where the connection stands, as the public declarations say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Not started, or stopped by the application.
    Idle,
    /// The first attempt.
    Connecting,
    /// Connected; and ready, where that is waited for.
    Connected,
    /// Trying again by itself.
    Reconnecting,
    /// No usable token.
    AuthRequired,
    /// Given up.
    Failed,
}

#[derive(Debug)]
pub(super) struct Chat<P> {
    pub config: ChatConfig,
    pub socket: SocketId,
    pub status: ConnectionStatus,
    pub error: Option<P>,
    /// Names whose outbox `outbox` is, and where it is stored.
    pub owner: Option<P>,
    /// Whether the owner is still the one who is signed in, as far as that is known.
    known: bool,
    /// Where messages are stored while it is not known whose they are.
    unclaimed: Option<P>,
    pub outbox: Outbox<P>,
    /// The outboxes of those who were signed in before: what storage refused is only here.
    shelf: Vec<(Option<P>, Outbox<P>)>,
    pub order: Order,
    /// Whether there has been a connection as this owner: what was joined or emitted before was meant for whoever signs in.
    served: bool,
    pub turn: Turn,
    /// Whether what is restored was found in storage, rather than just written by another tab.
    pub reading: bool,
    /// Tabs that are gone, whose messages this one sends where each sends its own.
    pub adopted: Vec<u64>,
    pub next_key: u32,
    joins: Vec<P>,
    /// Whether this connection has sent the joins.
    pub joined: bool,
    /// Whether this connection has seen the server's `connected` event.
    ready: bool,
    pub tokens: Tokens<P>,
    /// Bytes given to the transport since it last said how many it had not sent.
    pub unreported: u64,
    /// Whether too much waits in the transport.
    pub congested: bool,
}

impl<P> Chat<P> {
    pub fn new(config: ChatConfig, socket: SocketId, tab: u64) -> Self {
        Chat {
            config,
            socket,
            status: ConnectionStatus::Idle,
            error: None,
            owner: None,
            known: true,
            unclaimed: None,
            outbox: Outbox::default(),
            shelf: Vec::new(),
            order: Order::new(tab),
            served: false,
            turn: Turn::Off,
            reading: false,
            adopted: Vec::new(),
            next_key: 0,
            joins: Vec::new(),
            joined: false,
            ready: false,
            tokens: Tokens::default(),
            unreported: 0,
            congested: false,
        }
    }
}

impl<P: Value> Client<P> {
    /// Where the connection stands.
    pub fn status(&self) -> ConnectionStatus {
        self.chat.as_ref().map_or(ConnectionStatus::Idle, |chat| chat.status)
    }

    /// Why there is no connection, for people.
    pub fn connection_error(&self) -> Option<&P> {
        self.chat.as_ref()?.error.as_ref()
    }

    /// The conversations joined, in the order of the joins.
    pub fn conversations(&self) -> &[P] {
        self.chat.as_ref().map_or(&[], |chat| &chat.joins)
    }

    /// The waiting messages of the current owner.
    pub fn outbox(&self) -> Option<&Outbox<P>> {
        self.chat.as_ref().map(|chat| &chat.outbox)
    }

    /// Under whose messages an entry is to be stored, as [`Client::change_owner`] and [`Client::doubt_owner`] named it.
    pub fn scope_of(&self, entry: &Entry<P>) -> Option<&P> {
        self.chat.as_ref()?.scope(entry)
    }

    /// Starts to connect, unless that is under way. `new_token` says that the token is not the one that was refused, or that there is somebody
    /// new to ask for it.
    pub fn initialize(&mut self, now: Millis, new_token: bool) {
        self.check_heartbeat(now);
        let Some(chat) = &mut self.chat else { return };
        let start = match chat.status {
            ConnectionStatus::Idle | ConnectionStatus::Failed => true,
            ConnectionStatus::AuthRequired => new_token,
            _ => false,
        };
        if start {
            let socket = chat.socket;
            chat.status = ConnectionStatus::Connecting;
            chat.error = None;
            chat.tokens.refusal = None;
            self.set_waiting(DeliveryStatus::Held, DeliveryStatus::Queued);
            self.changed = true;
            self.connect_socket(now, socket);
        }
    }

    /// Stops, and stays stopped until [`Client::initialize`].
    pub fn stop(&mut self, now: Millis) {
        self.leave_link(now);
        self.chat_down(ConnectionStatus::Idle, None);
        self.forget_token();
    }

    /// The chat client's namespace is not wanted any more. The connection stays where others use it.
    fn leave_link(&mut self, now: Millis) {
        let Some(chat) = &self.chat else { return };
        let socket = chat.socket;
        let pending = self.socket(socket).is_some_and(|socket| socket.asked != Asked::Answered);
        self.disconnect_socket(now, socket);
        if pending {
            // What the server may still accept is this user's, and could not be told from what the next one asks for.
            self.lose(now, Reason::ForcedClose, None);
        }
        self.open_unless_alone();
    }

    /// Whose messages are sent and shown from now on; it also names where they are stored. A connection of another owner is closed and a new one
    /// opened. What this tab has queued since [`Client::doubt_owner`] is the owner's, and where the owner `inherits` also what others have left
    /// there. Some where that is a change: read the new owner's messages from storage, as [`Client::begin_read`] says. With true, events that
    /// waited for the connection were meant for the former, and are dropped.
    pub fn change_owner(&mut self, now: Millis, owner: P, inherits: bool) -> Option<bool> {
        let chat = self.chat.as_mut()?;
        chat.known = true;
        let owner = Some(owner);
        if chat.owner == owner {
            self.claim_own(now);
            return None;
        }
        // First of all: what is on the wire is the former owner's, if there was one.
        let reopen = chat.owner.is_some() && self.close_link_and_tell();
        let chat = self.chat.as_mut()?;
        let shelved = chat.shelf.iter().position(|(name, _)| *name == owner).map(|at| chat.shelf.swap_remove(at).1);
        let mut old = std::mem::replace(&mut chat.outbox, shelved.unwrap_or_default());
        let name = std::mem::replace(&mut chat.owner, owner);
        for entry in old.take_unclaimed() {
            if inherits || entry.place.tab() == chat.order.tab() {
                chat.outbox.insert(entry);
            }
        }
        if let Some(socket) = self.sockets.get_mut(chat.socket.0) {
            socket.end_session();
        }
        let served = std::mem::take(&mut chat.served);
        if served {
            chat.joins.clear();
            if let Some(socket) = self.sockets.get_mut(chat.socket.0) {
                socket.drop_buffered();
            }
        }
        if !old.entries().is_empty() {
            chat.shelf.push((name, old));
        }
        // An outbox from the shelf was left in another state of affairs.
        if self.status() == ConnectionStatus::AuthRequired {
            self.hold();
        } else {
            self.set_waiting(DeliveryStatus::Held, DeliveryStatus::Queued);
        }
        self.claim_own(now);
        self.changed = true;
        if reopen {
            self.attempt(now);
        }
        Some(served)
    }

    /// Somebody else may be signed in by now. What is queued until [`Client::change_owner`] tells waits for that, stored under `unclaimed`.
    pub fn doubt_owner(&mut self, unclaimed: P) {
        if let Some(chat) = self.chat.as_mut().filter(|chat| chat.known) {
            chat.known = false;
            chat.unclaimed = Some(unclaimed);
        }
    }

    fn claim_own(&mut self, now: Millis) {
        if let Some(unclaimed) = self.chat.as_ref().and_then(|chat| chat.unclaimed.clone()) {
            self.claim(now, unclaimed);
        }
    }

    /// What was queued while nobody knew whose it is, and stored under `unclaimed`, is the owner's.
    fn claim(&mut self, now: Millis, unclaimed: P) {
        let Some(chat) = &mut self.chat else { return };
        let mut claimed = Vec::new();
        for entry in chat.outbox.iter_mut().filter(|entry| !entry.claimed) {
            entry.claimed = true;
            if entry.persisted {
                entry.stored_at.get_or_insert((unclaimed.clone(), entry.place));
            }
            claimed.push(entry.key);
        }
        for key in claimed {
            self.put(Output::Write(Write::Store(key)));
            self.flush_soon(now);
        }
    }

    /// A message that a tab, gone by now, has left under `unclaimed`: it is the owner's, or will be whose who is then known.
    pub fn restore_left(&mut self, now: Millis, unclaimed: P, stored: Stored<P>) {
        let Some(chat) = &mut self.chat else { return };
        let (place, known) = (stored.place, chat.known);
        chat.order.after(place);
        // Somebody else's by now, whom storage has refused to move it to.
        if chat.shelf.iter().any(|(_, outbox)| outbox.by_id(&stored.message.id).is_some()) {
            return;
        }
        if let Some(twin) = chat.outbox.by_id(&stored.message.id) {
            // Nobody's yet, or storage has refused to move it: this is all that it has.
            let only = twin.stored_at.as_ref().is_some_and(|(scope, at)| *scope == unclaimed && *at == place);
            if twin.claimed && !only {
                self.put(Output::Write(Write::Remove { scope: unclaimed, place, id: stored.message.id }));
            }
            return;
        }
        let key = self.insert(stored, true);
        if let Some(entry) = self.chat.as_mut().and_then(|chat| chat.outbox.get_mut(key)) {
            entry.claimed = false;
        }
        if known {
            self.claim(now, unclaimed);
        }
    }

    /// Remembers a conversation, and joins it now and at every connection to come.
    pub fn join(&mut self, now: Millis, conversation: P) {
        self.check_heartbeat(now);
        let Some(chat) = &mut self.chat else { return };
        if !chat.joins.contains(&conversation) {
            chat.joins.push(conversation.clone());
            if chat.joined {
                self.send_control(Body::Join(conversation));
            }
        }
    }

    /// Forgets a conversation, and leaves it if it was joined.
    pub fn leave(&mut self, now: Millis, conversation: P) {
        self.check_heartbeat(now);
        let Some(chat) = &mut self.chat else { return };
        let before = chat.joins.len();
        chat.joins.retain(|joined| *joined != conversation);
        if chat.joined && chat.joins.len() < before {
            self.send_control(Body::Leave(conversation));
        }
    }

    /// Sends the joins of a new connection.
    pub(super) fn send_joins(&mut self) {
        let Some(chat) = self.chat.as_mut().filter(|chat| !chat.joined) else {
            return;
        };
        chat.joined = true;
        for conversation in chat.joins.clone() {
            self.send_control(Body::Join(conversation));
        }
    }

    /// Their acknowledgements are asked for, since servers may insist on calling them, and not waited for.
    fn send_control(&mut self, body: Body<P>) {
        let Some(socket) = self.chat.as_ref().and_then(|chat| self.sockets.get_mut(chat.socket.0)) else {
            return;
        };
        let ack = Some(socket.take_ack());
        let header = Header { ack, ..socket.header(PacketType::Event) };
        self.send_packet(header, body);
    }

    /// The server refused the namespace. Where it refused the token, another one is asked for, once.
    pub(super) fn chat_refused(&mut self, now: Millis, error: ConnectError<P>) {
        let Some(chat) = &mut self.chat else { return };
        let socket = chat.socket;
        if error.sign_in && chat.tokens.refusal.is_some() {
            return self.sign_out(now, error);
        }
        let again = error.sign_in;
        if again {
            chat.tokens.refuse(error.clone());
        } else {
            chat.tokens.refusal = None;
        }
        if chat.status == ConnectionStatus::Connected {
            chat.status = ConnectionStatus::Reconnecting;
        }
        // Other namespaces use the connection: the next attempt is made over it.
        self.close_unused();
        if let Some(socket) = self.socket_mut(socket) {
            socket.active = true;
        }
        if again {
            self.pause_delivery();
        } else {
            self.chat_lost(error.message);
        }
        match (self.link.is_open(), again) {
            (true, true) => self.open_namespace(now, socket),
            (true, false) => self.retry_namespace(now, socket),
            (false, true) => self.attempt(now),
            (false, false) => self.schedule(now),
        }
    }

    /// Nothing more until there is a new token.
    pub(super) fn sign_out(&mut self, now: Millis, error: ConnectError<P>) {
        let Some(chat) = &mut self.chat else { return };
        chat.tokens.refusal = None;
        let told = std::mem::replace(&mut chat.tokens.lost, true);
        self.leave_link(now);
        self.chat_down(ConnectionStatus::AuthRequired, Some(error.message.clone()));
        self.hold();
        if !told {
            self.tell(Event::AuthRequired(error));
        }
    }

    fn hold(&mut self) {
        self.set_waiting(DeliveryStatus::Queued, DeliveryStatus::Held);
        self.set_waiting(DeliveryStatus::InDoubt, DeliveryStatus::Held);
    }

    pub(super) fn chat_connected(&mut self, now: Millis, id: SocketId) {
        if let Some(chat) = self.chat.as_mut().filter(|chat| chat.socket == id) {
            chat.tokens.refusal = None;
            if !chat.config.await_server_ready || chat.ready {
                self.chat_ready(now);
            }
        }
    }

    /// The connection counts. Joins and messages go when the application has heard of it: see [`Timer::Flush`].
    fn chat_ready(&mut self, now: Millis) {
        let Some(chat) = &mut self.chat else { return };
        chat.status = ConnectionStatus::Connected;
        chat.served = true;
        chat.error = None;
        self.changed = true;
        self.timers.set(Timer::Flush, now);
        self.watch_token(now);
        self.ask_turn();
    }

    pub(super) fn chat_event(&mut self, now: Millis, id: SocketId, name: &EventName<P>, args: &P) {
        let Some(chat) = self.chat.as_mut().filter(|chat| chat.socket == id) else {
            return;
        };
        match name {
            EventName::Connected => {
                chat.ready = true;
                if chat.config.await_server_ready && chat.status != ConnectionStatus::Connected && self.is_connected(id)
                {
                    self.chat_ready(now);
                }
            }
            EventName::Message(Some(message)) if chat.config.delivery != Proof::Sent => {
                if let Some(key) = chat.outbox.by_id(message).map(|entry| entry.key) {
                    self.finish(now, key, Outcome::Echoed(args.clone()));
                }
            }
            _ => {}
        }
        self.changed |= !matches!(name, EventName::Other);
    }

    /// Whether the chat client wants to be connected, rather than only another socket of its connection.
    pub(super) fn chat_is_active(&self) -> bool {
        self.chat.as_ref().is_some_and(|chat| self.is_active(chat.socket))
    }

    /// Whether nobody else uses the connection.
    pub(super) fn chat_is_alone(&self) -> bool {
        self.chat_is_active() && self.sockets.iter().filter(|socket| socket.active).count() == 1
    }

    /// The link was lost, and another attempt is to come.
    pub(super) fn chat_lost(&mut self, message: P) {
        if self.chat_is_active() {
            self.chat_down(ConnectionStatus::Reconnecting, Some(message));
        }
    }

    /// There will be no more attempts.
    pub(super) fn chat_failed(&mut self) {
        let active = self.chat_is_active();
        if let Some(chat) = self.chat.as_mut().filter(|_| active) {
            let (socket, message) = (chat.socket, chat.error.take());
            self.deactivate(socket);
            self.chat_down(ConnectionStatus::Failed, message);
        }
    }

    /// The server closed the connection for good.
    pub(super) fn chat_ended(&mut self, message: P) {
        self.chat_down(ConnectionStatus::Failed, Some(message));
    }

    pub(super) fn chat_down(&mut self, status: ConnectionStatus, error: Option<P>) {
        if let Some(chat) = &mut self.chat {
            chat.status = status;
            chat.error = error;
            self.changed = true;
            self.pause_delivery();
        }
    }

    /// Nothing is on the wire any more.
    fn pause_delivery(&mut self) {
        let Some(chat) = &mut self.chat else { return };
        (chat.ready, chat.joined, chat.unreported, chat.congested) = (false, false, 0, false);
        chat.tokens.successor = None;
        self.yield_turn();
        for entry in self.chat.iter_mut().flat_map(|chat| chat.outbox.iter_mut()) {
            entry.ack = None;
        }
    }

    /// The page may stand still for long: another tab shall send. What is on the wire is in doubt.
    pub(super) fn yield_turn(&mut self) {
        let Some(chat) = &mut self.chat else { return };
        for entry in chat.outbox.iter_mut() {
            entry.interrupt();
        }
        self.timers.clear(Timer::Answer);
        self.timers.clear(Timer::Flush);
        self.end_turn();
        self.changed = true;
    }

    fn set_waiting(&mut self, from: DeliveryStatus, to: DeliveryStatus) {
        let Some(chat) = &mut self.chat else { return };
        for entry in chat.outbox.iter_mut().filter(|entry| entry.status == from) {
            entry.status = to;
            entry.revision += 1;
        }
    }
}

impl<P> Chat<P> {
    /// Where an entry is to be stored.
    pub fn scope(&self, entry: &Entry<P>) -> Option<&P> {
        if entry.claimed { self.owner.as_ref() } else { self.unclaimed.as_ref() }
    }

    /// Whether what is queued now is the owner's.
    pub fn is_known(&self) -> bool {
        self.known
    }
}
