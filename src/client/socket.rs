//! A socket: one namespace of the connection, and how it is opened and lost. Its events: `events`.

use super::events::{Payload, Waiting};
use super::frame::{ConnectError, Packet, PacketBody};
use super::link::LinkState;
use super::{AckError, Answer, Ask, AskReason, Body, Client, Event, Millis, Output, Reason, SocketId, Timer};
use crate::engineio::Value;
use crate::socketio::{Header, PacketType};

/// From a DISCONNECT to the next CONNECT for the namespace over the same connection (milliseconds). Socket.IO's own server closes the
/// connection of all namespaces where it reads both at once.
const PAUSE: Millis = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum SocketState {
    /// Not connected, and perhaps not wanted.
    #[default]
    Idle,
    /// What to authenticate with is being found.
    Asking,
    /// CONNECT was sent.
    Connecting,
    Connected,
    /// It did not open over a connection that others use, and is to be tried again.
    Waiting,
}

/// What has become of the last CONNECT that was sent over this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Asked {
    #[default]
    Answered,
    Unanswered,
    /// Not answered yet, and not wanted any more.
    GivenUp,
}

#[derive(Debug)]
pub(super) struct Socket<P> {
    /// `None` for the root namespace.
    namespace: Option<P>,
    /// Whether it connects whenever the link does.
    pub active: bool,
    pub state: SocketState,
    pub ask: Ask,
    /// The CONNECT payload of the next connection, where it is already known.
    pub auth: Option<Option<P>>,
    /// Asking and connecting end at this time, and waiting does.
    due: Millis,
    /// Attempts over a connection that others use, in a row.
    failures: u32,
    /// The CONNECT that was sent over this connection.
    pub asked: Asked,
    /// No CONNECT before this time: see [`PAUSE`].
    pub quiet: Millis,
    /// Names the session, where the server can recover one.
    pid: Option<P>,
    /// Where in the server's log that session stands.
    offset: Option<P>,
    pub next_ack: u64,
    /// Acknowledgements that the application waits for, by rising id.
    pub acks: Vec<Waiting>,
    /// Events that wait for the connection.
    pub buffer: Vec<(Option<u64>, Payload<P>)>,
}

impl<P: Value> Client<P> {
    /// Adds a socket for a namespace, such as `/` or `/admin`.
    pub fn add_socket(&mut self, namespace: P) -> SocketId {
        self.sockets.push(Socket {
            namespace: Some(namespace).filter(|name| *name != P::literal("/")),
            active: false,
            state: SocketState::Idle,
            ask: Ask(0),
            auth: None,
            due: 0,
            failures: 0,
            asked: Asked::Answered,
            quiet: 0,
            pid: None,
            offset: None,
            next_ack: 0,
            acks: Vec::new(),
            buffer: Vec::new(),
        });
        SocketId(self.sockets.len() - 1)
    }

    /// Whether events can be sent at this moment.
    pub fn is_connected(&self, socket: SocketId) -> bool {
        self.socket(socket).is_some_and(|socket| socket.state == SocketState::Connected)
    }

    /// Whether the socket connects by itself whenever the connection does.
    pub fn is_active(&self, socket: SocketId) -> bool {
        self.socket(socket).is_some_and(|socket| socket.active)
    }

    /// Connects a socket, and the connection under it if that is closed. The chat layer's own is connected as by
    /// [`Client::initialize`] with the same token.
    pub fn connect(&mut self, now: Millis, id: SocketId) {
        if self.is_chat(id) { self.initialize(now, false) } else { self.connect_socket(now, id) }
    }

    pub(super) fn connect_socket(&mut self, now: Millis, id: SocketId) {
        self.check_heartbeat(now);
        let Some(socket) = self.socket_mut(id) else {
            return;
        };
        socket.active = true;
        let waits = matches!(socket.state, SocketState::Idle | SocketState::Waiting);
        if waits && self.link.is_open() {
            self.open_namespace(now, id);
        }
        self.open_link(now);
    }

    /// Whether an event's offset may be of use.
    pub fn recovers(&self) -> bool {
        self.sockets.iter().any(|socket| socket.pid.is_some())
    }

    /// Disconnects a socket for good, and closes the connection with the last one. The chat layer's own is stopped as by [`Client::stop`].
    pub fn disconnect(&mut self, now: Millis, id: SocketId) {
        if self.is_chat(id) { self.stop(now) } else { self.disconnect_socket(now, id) }
    }

    pub(super) fn disconnect_socket(&mut self, now: Millis, id: SocketId) {
        self.check_heartbeat(now);
        let Some(socket) = self.socket_mut(id) else {
            return;
        };
        let connected = socket.state == SocketState::Connected;
        self.deactivate(id);
        if connected {
            self.send_disconnect(now, id);
        }
        // The connection first, as in the reference.
        self.close_unused();
        if connected {
            self.socket_down(id, Reason::ClientDisconnect, None);
        }
    }

    #[inline(never)]
    pub(super) fn is_chat(&self, id: SocketId) -> bool {
        self.chat.as_ref().is_some_and(|chat| chat.socket == id)
    }

    pub(super) fn socket(&self, id: SocketId) -> Option<&Socket<P>> {
        self.sockets.get(id.0)
    }

    #[inline(never)]
    pub(super) fn socket_mut(&mut self, id: SocketId) -> Option<&mut Socket<P>> {
        self.sockets.get_mut(id.0)
    }

    pub(super) fn socket_ids(&self) -> impl Iterator<Item = SocketId> + use<P> {
        (0..self.sockets.len()).map(SocketId)
    }

    /// The link is open: open the namespace over it, once it is known what with.
    pub(super) fn open_namespace(&mut self, now: Millis, id: SocketId) {
        let due = now.saturating_add(self.config.timeout);
        let Some(socket) = self.socket_mut(id).filter(|socket| socket.active) else {
            return;
        };
        if socket.state != SocketState::Asking {
            socket.due = due;
        }
        if now < socket.quiet {
            socket.state = SocketState::Waiting;
            socket.due = socket.quiet;
            return self.arm_namespaces();
        }
        // Another one would make a second socket at the server.
        if socket.asked != Asked::Answered {
            socket.state = SocketState::Connecting;
            return self.arm_namespaces();
        }
        if let Some(payload) = socket.auth.take() {
            return self.send_connect(id, payload);
        }
        socket.state = SocketState::Asking;
        self.arm_namespaces();
        if self.is_chat(id) {
            return self.ask_token(now);
        }
        let reason = if self.link.failures > 0 { AskReason::Reconnect } else { AskReason::Initial };
        self.ask(id, reason);
    }

    pub(super) fn handle_namespaces_due(&mut self, now: Millis) {
        for id in self.socket_ids() {
            match self.socket(id).filter(|socket| socket.due() <= now).map(|socket| socket.state) {
                None => {}
                Some(SocketState::Waiting) => self.open_namespace(now, id),
                Some(_) => self.fail_namespace(now, id, P::literal("timeout")),
            }
        }
        self.arm_namespaces();
    }

    fn arm_namespaces(&mut self) {
        self.timers.put(Timer::Namespace, self.sockets.iter().map(Socket::due).min());
    }

    /// A namespace could not be opened, or what was given up keeps it from being. Where others use the connection it is tried again over that,
    /// with delays of its own; else the connection is made anew.
    pub(super) fn fail_namespace(&mut self, now: Millis, id: SocketId, message: P) {
        let mut others = self.sockets.iter().enumerate().filter(|(at, _)| *at != id.0);
        if self.socket(id).is_some_and(|socket| socket.asked == Asked::GivenUp)
            || others.all(|(_, other)| matches!(other.state, SocketState::Idle | SocketState::Waiting))
        {
            return self.lose(now, Reason::ForcedClose, Some(message));
        }
        if self.is_chat(id) {
            self.chat_lost(message.clone());
        }
        self.retry_namespace(now, id);
        self.tell(Event::ConnectError { socket: id, error: ConnectError { message, data: None, sign_in: false } });
    }

    /// Plans the next attempt over the connection that there is.
    pub(super) fn retry_namespace(&mut self, now: Millis, id: SocketId) {
        let Some(socket) = self.sockets.get_mut(id.0) else {
            return;
        };
        socket.state = SocketState::Idle;
        if self.config.reconnection && socket.failures < self.config.reconnection_attempts {
            socket.state = SocketState::Waiting;
            socket.due = now.saturating_add(self.config.backoff.delay(socket.failures, &mut self.random));
            socket.failures = socket.failures.saturating_add(1);
        } else if self.is_chat(id) {
            self.chat_failed();
        }
        self.arm_namespaces();
    }

    pub(super) fn ask(&mut self, id: SocketId, reason: AskReason) {
        let Some(socket) = self.socket_mut(id) else {
            return;
        };
        socket.ask.0 += 1;
        let ask = socket.ask;
        self.put(Output::AskAuth { socket: id, ask, reason });
    }

    pub(super) fn send_connect(&mut self, id: SocketId, payload: Option<P>) {
        let Some(socket) = self.socket_mut(id) else {
            return;
        };
        socket.state = SocketState::Connecting;
        socket.asked = Asked::Unanswered;
        self.arm_namespaces();
        let Some(socket) = self.socket(id) else {
            return;
        };
        let header = socket.header(PacketType::Connect);
        let body = match socket.pid.clone() {
            Some(pid) => Body::Resume { pid, offset: socket.offset.clone(), payload },
            None => payload.map_or(Body::Empty, Body::Payload),
        };
        self.send_packet(header, body);
    }

    pub(super) fn handle_auth(&mut self, now: Millis, id: SocketId, ask: Ask, answer: Answer<P>) {
        let Some(socket) = self.socket_mut(id).filter(|socket| socket.ask == ask) else {
            return;
        };
        let asking = socket.state == SocketState::Asking;
        if self.is_chat(id) {
            return self.handle_token(now, id, answer);
        }
        match answer {
            Answer::Auth { payload, .. } if asking => self.send_connect(id, payload),
            Answer::SignedOut if asking => self.send_connect(id, None),
            Answer::Failed(message) if asking => self.fail_namespace(now, id, message),
            _ => {}
        }
    }

    pub(super) fn handle_packet(&mut self, now: Millis, packet: Packet<P>) {
        let Some(at) = self.sockets.iter().position(|socket| socket.namespace == packet.namespace) else {
            return;
        };
        let id = SocketId(at);
        let Some(socket) = self.socket_mut(id) else {
            return;
        };
        let accepted = matches!(packet.body, PacketBody::Connect { .. });
        let answers = accepted || matches!(packet.body, PacketBody::ConnectError(_));
        if answers {
            match std::mem::take(&mut socket.asked) {
                Asked::Answered => {}
                Asked::Unanswered => socket.state = SocketState::Connecting,
                Asked::GivenUp => {
                    // The server would keep it, and take it for the next one's.
                    if accepted {
                        self.send_disconnect(now, id);
                    }
                    return self.open_namespace(now, id);
                }
            }
        }
        let state = socket.state;
        match (packet.body, state) {
            (PacketBody::Event { name, ack, offset, args }, SocketState::Connected | SocketState::Connecting) => {
                if let Some(socket) = self.socket_mut(id).filter(|_| offset.is_some()) {
                    socket.offset = offset;
                }
                self.handle_event(now, id, name, args, ack);
            }
            (PacketBody::Ack { id: Some(ack), refusal, args }, SocketState::Connected) => {
                if let Some(args) = self.chat_acked(now, id, ack, refusal, args) {
                    self.handle_ack(id, ack, args);
                }
            }
            (PacketBody::Connect { sid: Some(sid), pid }, SocketState::Connecting) => {
                self.handle_connected(now, id, sid, pid)
            }
            (PacketBody::Connect { sid: None, .. }, SocketState::Connecting) => {
                let message = P::literal("the server does not speak socket.io protocol 5");
                self.handle_connect_error(now, id, ConnectError { message, data: None, sign_in: false });
            }
            (PacketBody::Disconnect, SocketState::Connected | SocketState::Connecting) => {
                self.deactivate(id);
                self.close_unused();
                self.socket_down(id, Reason::ServerDisconnect, None);
                if self.is_chat(id) {
                    self.chat_ended(Reason::ServerDisconnect.words());
                }
            }
            (PacketBody::ConnectError(error), SocketState::Connected | SocketState::Connecting) => {
                self.handle_connect_error(now, id, error);
            }
            _ => {}
        }
    }

    fn handle_connected(&mut self, now: Millis, id: SocketId, sid: P, pid: Option<P>) {
        let Some(socket) = self.socket_mut(id) else {
            return;
        };
        socket.state = SocketState::Connected;
        socket.failures = 0;
        let recovered = pid.is_some() && pid == socket.pid;
        socket.pid = pid;
        let buffer = std::mem::take(&mut socket.buffer);
        for ack in &mut socket.acks {
            ack.sent = true;
        }
        self.connection_made(now);
        self.arm_namespaces();
        self.tell(Event::Connected { socket: id, sid, recovered });
        for (ack, payload) in buffer {
            self.send_event(id, ack, payload);
        }
        self.chat_connected(now, id);
    }

    fn handle_connect_error(&mut self, now: Millis, id: SocketId, error: ConnectError<P>) {
        let connected = self.is_connected(id);
        let chat = self.is_chat(id);
        self.deactivate(id);
        if !chat {
            self.close_unused();
        }
        if connected {
            self.socket_down(id, Reason::ServerDisconnect, None);
        }
        self.tell(Event::ConnectError { socket: id, error: error.clone() });
        if chat {
            self.chat_refused(now, error);
        }
    }

    /// The link under a socket is gone.
    pub(super) fn lose_socket(&mut self, id: SocketId, was: LinkState, reason: Reason, detail: Option<&P>) {
        let Some(socket) = self.socket_mut(id).filter(|socket| socket.active) else {
            return;
        };
        if socket.state == SocketState::Connected {
            return self.socket_down(id, reason, detail);
        }
        socket.state = SocketState::Idle;
        let message = match detail {
            Some(detail) => detail.clone(),
            None if was == LinkState::Open => reason.words(),
            None => P::literal("websocket error"),
        };
        let error = ConnectError { message, data: None, sign_in: false };
        self.tell(Event::ConnectError { socket: id, error });
    }

    /// A socket is connected no more, or is disconnected instead of connected. Every acknowledgement that was on its way is settled.
    pub(super) fn socket_down(&mut self, id: SocketId, reason: Reason, detail: Option<&P>) {
        let Some(socket) = self.socket_mut(id) else {
            return;
        };
        socket.state = SocketState::Idle;
        self.tell(Event::Disconnected { socket: id, reason, detail: detail.cloned() });
        self.fail_acks(id, AckError::Disconnected, 0);
    }

    pub(super) fn send_disconnect(&mut self, now: Millis, id: SocketId) {
        let Some(socket) = self.socket_mut(id) else {
            return;
        };
        socket.quiet = now + PAUSE;
        let header = socket.header(PacketType::Disconnect);
        self.send_packet(header, Body::Empty);
    }

    pub(super) fn deactivate(&mut self, id: SocketId) {
        if let Some(socket) = self.socket_mut(id) {
            socket.active = false;
            socket.state = SocketState::Idle;
            if socket.asked != Asked::Answered {
                socket.asked = Asked::GivenUp;
            }
        }
        self.arm_namespaces();
    }

    /// Closes the connection when nobody uses it.
    pub(super) fn close_unused(&mut self) {
        if self.sockets.iter().all(|socket| !socket.active) && self.close_link() == LinkState::Open {
            self.tell(Event::Manager(super::ManagerEvent::Close(Reason::ForcedClose, None)));
        }
    }
}

impl<P: Value> Socket<P> {
    /// When asking, connecting or waiting ends.
    fn due(&self) -> Millis {
        let settled = matches!(self.state, SocketState::Idle | SocketState::Connected);
        if settled { Millis::MAX } else { self.due }
    }

    /// What was missed is another one's to know.
    pub fn end_session(&mut self) {
        self.pid = None;
    }

    pub fn header(&self, kind: PacketType) -> Header<P> {
        Header { namespace: self.namespace.clone(), ..Header::new(kind) }
    }
}
