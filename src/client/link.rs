//! The connection under the sockets: attempts, handshake, heartbeat, loss and the way back.

use super::frame::Frame;
use super::socket::Asked;
use super::{Body, Client, ManagerEvent, Millis, Output, Packet, PacketBody, Reason, Timer, Transport};
use crate::engineio::{Handshake, Value};
use crate::socketio::{self, Header};

/// While the browser says that there is no network, attempts come no faster than this (milliseconds) and are not counted. They do come:
/// some machines say so for ever, and a server on the same machine can be reached all the same.
const OFFLINE_DELAY: Millis = 30_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum LinkState {
    #[default]
    Closed,
    /// Between two attempts.
    Waiting,
    /// An attempt that waits for a token; no transport yet.
    Asking,
    /// The transport is being opened, up to the open packet.
    Opening,
    Open,
}

#[derive(Debug)]
pub(super) struct Link<P> {
    pub state: LinkState,
    pub transport: Transport,
    pub handshake: Option<Handshake<P>>,
    /// Attempts since the last connection. The limit counts these.
    pub failures: u32,
    /// The exponent of the next delay. It goes back to 0 only when a connection has lasted.
    step: u32,
    offline: bool,
    /// Whether this attempt is the only one, whatever comes of it.
    once: bool,
    /// A packet whose binary frames have not all come, and how many have.
    incomplete: Option<(Packet<P>, u32)>,
}

impl<P> Default for Link<P> {
    fn default() -> Self {
        Link {
            state: LinkState::Closed,
            transport: Transport(0),
            handshake: None,
            failures: 0,
            step: 0,
            offline: false,
            once: false,
            incomplete: None,
        }
    }
}

impl<P> Link<P> {
    /// Whether input of this transport still counts.
    pub fn is(&self, transport: Transport) -> bool {
        transport == self.transport && matches!(self.state, LinkState::Opening | LinkState::Open)
    }

    pub fn is_open(&self) -> bool {
        self.state == LinkState::Open
    }

    /// Delays start small again.
    pub fn forgive(&mut self) {
        self.step = 0;
    }
}

impl<P: Value> Client<P> {
    /// The handshake of the open connection.
    pub fn handshake(&self) -> Option<&Handshake<P>> {
        self.link.handshake.as_ref()
    }

    /// Opens the connection, whether or not a socket wants it, unless that is under way. `again` says whether to go on where that fails.
    pub fn open(&mut self, now: Millis, again: bool) {
        self.check_heartbeat(now);
        if self.link.state == LinkState::Closed {
            self.link.once = !again;
        }
        self.open_link(now);
    }

    /// Closes the connection under all sockets until one of them, or [`Client::open`], opens it again.
    pub fn close(&mut self, now: Millis) {
        if self.chat_is_active() {
            self.stop(now);
        }
        if self.link.is_open() {
            self.cut(Reason::ForcedClose, None);
        } else {
            self.close_link();
        }
    }

    /// Starts a row of attempts, unless one is under way.
    pub(super) fn open_link(&mut self, now: Millis) {
        if self.link.state == LinkState::Closed {
            (self.link.failures, self.link.step) = (0, 0);
            self.attempt(now);
        }
        self.open_unless_alone();
    }

    /// One attempt: a chat client that is alone finds its token first, all others while the transport is opened or once it is open.
    pub(super) fn attempt(&mut self, now: Millis) {
        self.timers.clear(Timer::Retry);
        self.timers.set(Timer::Connect, now.saturating_add(self.config.timeout));
        if self.link.failures > 0 {
            self.tell(super::Event::Manager(ManagerEvent::ReconnectAttempt(self.link.failures)));
        }
        self.link.state = LinkState::Asking;
        if self.chat_is_active() {
            self.ask_token(now);
        }
        self.open_unless_alone();
    }

    /// Others need no token for the transport.
    pub(super) fn open_unless_alone(&mut self) {
        if self.link.state == LinkState::Asking && !self.chat_is_alone() {
            self.open_transport();
        }
    }

    pub(super) fn open_transport(&mut self) {
        self.link.transport.0 += 1;
        self.link.state = LinkState::Opening;
        self.put(Output::Open(self.link.transport));
    }

    /// A heartbeat is a point in time, not a timer: a suspended machine's timers are late.
    pub(super) fn check_heartbeat(&mut self, now: Millis) {
        if self.timers.expired(Timer::Heartbeat, now) {
            self.lose(now, Reason::PingTimeout, None);
        }
    }

    pub(super) fn handle_frame(&mut self, now: Millis, frame: Frame<P>) {
        match (self.link.state, frame) {
            (_, Frame::BadFrame(error)) => self.lose(now, Reason::TransportError, Some(P::literal(error.message()))),
            (_, Frame::Close) => self.lose(now, Reason::TransportClose, None),
            (LinkState::Opening, Frame::Open(handshake)) => self.handle_handshake(now, handshake),
            (LinkState::Open, Frame::Open(_)) => self.malformed(now, socketio::Error::UnexpectedFrame),
            (LinkState::Open, Frame::BadPacket(error)) => self.malformed(now, error),
            (LinkState::Open, Frame::Ping) => {
                self.arm_heartbeat(now);
                self.put(Output::Pong(self.link.transport));
                self.tell(super::Event::Manager(ManagerEvent::Ping));
            }
            (LinkState::Open, Frame::Packet(packet)) => {
                if self.link.incomplete.is_some() {
                    self.malformed(now, socketio::Error::UnexpectedFrame);
                } else if packet.attachments > 0 {
                    self.link.incomplete = Some((packet, 0));
                } else {
                    self.handle_packet(now, packet);
                }
            }
            (LinkState::Open, Frame::Binary(bytes)) => self.handle_attachment(now, bytes),
            _ => {}
        }
    }

    fn handle_attachment(&mut self, now: Millis, bytes: P) {
        let Some((mut packet, number)) = self.link.incomplete.take() else {
            return self.malformed(now, socketio::Error::UnexpectedFrame);
        };
        if let PacketBody::Event { args, .. } | PacketBody::Ack { args, .. } = &mut packet.body {
            args.attach(number, &bytes);
        }
        if number + 1 < packet.attachments {
            self.link.incomplete = Some((packet, number + 1));
        } else {
            self.handle_packet(now, packet);
        }
    }

    fn handle_handshake(&mut self, now: Millis, handshake: Handshake<P>) {
        self.link.state = LinkState::Open;
        self.link.handshake = Some(handshake);
        self.link.once = false;
        self.arm_heartbeat(now);
        for socket in self.socket_ids() {
            self.open_namespace(now, socket);
        }
        self.tell(super::Event::Manager(ManagerEvent::Open));
        if self.link.failures > 0 {
            self.tell(super::Event::Manager(ManagerEvent::Reconnect(self.link.failures)));
        }
        if self.sockets.iter().all(|socket| !socket.active) {
            self.connection_made(now);
        }
    }

    fn arm_heartbeat(&mut self, now: Millis) {
        let patience = self.link.handshake.as_ref().map(|handshake| handshake.patience);
        self.timers.put(Timer::Heartbeat, patience.map(|patience| now.saturating_add(patience)));
    }

    fn malformed(&mut self, now: Millis, error: socketio::Error) {
        self.lose(now, Reason::ParseError, Some(P::literal(error.message())));
    }

    /// The connection has served its purpose: attempts are counted anew, and once it has lasted as long as the next delay, delays
    /// start small again. A server that accepts and then fails every time is thus met with growing delays.
    pub(super) fn connection_made(&mut self, now: Millis) {
        self.timers.clear(Timer::Connect);
        self.link.failures = 0;
        if self.link.step > 0 {
            self.timers.set(Timer::Useful, now + self.config.backoff.nominal(self.link.step));
        }
    }

    pub(super) fn handle_connect_timeout(&mut self, now: Millis) {
        self.lose(now, Reason::TransportError, Some(P::literal("timeout")));
    }

    /// The link is gone, or an attempt failed: tell everyone, and try again.
    pub(super) fn lose(&mut self, now: Millis, reason: Reason, detail: Option<P>) {
        if self.link.state == LinkState::Closed {
            return;
        }
        let failed = !self.link.is_open() && self.link.failures > 0;
        let text = self.cut(reason, detail);
        self.schedule(now);
        if failed {
            self.tell(super::Event::Manager(ManagerEvent::ReconnectError(text)));
        }
    }

    /// Ends the link or the attempt, and tells everyone: the sockets first, but of a transport that failed while it was open. Returns why.
    pub(super) fn cut(&mut self, reason: Reason, detail: Option<P>) -> P {
        let was = self.close_link();
        let text = detail.clone().unwrap_or_else(|| reason.words());
        if was == LinkState::Open && reason == Reason::TransportError {
            self.tell(super::Event::Manager(ManagerEvent::Error(text.clone())));
        }
        for socket in self.socket_ids() {
            self.lose_socket(socket, was, reason, detail.as_ref());
        }
        self.tell(super::Event::Manager(match was {
            LinkState::Open => ManagerEvent::Close(reason, detail),
            _ => ManagerEvent::Error(text.clone()),
        }));
        self.chat_lost(text.clone());
        text
    }

    /// Forgets the transport and every deadline of it. Returns what the link was.
    pub(super) fn close_link(&mut self) -> LinkState {
        let was = std::mem::take(&mut self.link.state);
        if matches!(was, LinkState::Opening | LinkState::Open) {
            self.put(Output::Close(self.link.transport));
        }
        for timer in [
            Timer::Connect,
            Timer::Heartbeat,
            Timer::Useful,
            Timer::Retry,
            Timer::Answer,
            Timer::Flush,
            Timer::Token,
            Timer::Namespace,
        ] {
            self.timers.clear(timer);
        }
        self.link.handshake = None;
        self.link.incomplete = None;
        for socket in &mut self.sockets {
            (socket.asked, socket.quiet, socket.auth) = (Asked::Answered, 0, None);
        }
        was
    }

    /// Plans the next attempt, if there is to be one.
    pub(super) fn schedule(&mut self, now: Millis) {
        let again = self.config.reconnection && !std::mem::take(&mut self.link.once);
        if !again || self.link.failures >= self.config.reconnection_attempts {
            if again {
                self.tell(super::Event::Manager(ManagerEvent::ReconnectFailed));
            }
            return self.chat_failed();
        }
        let mut delay = self.config.backoff.delay(self.link.step, &mut self.random);
        self.link.step = self.link.step.saturating_add(1);
        if self.link.offline {
            delay = delay.max(OFFLINE_DELAY);
        } else {
            self.link.failures = self.link.failures.saturating_add(1);
        }
        self.link.state = LinkState::Waiting;
        self.timers.set(Timer::Retry, now.saturating_add(delay));
    }

    pub(super) fn handle_offline(&mut self, now: Millis) {
        self.link.offline = true;
        match self.link.state {
            LinkState::Asking | LinkState::Opening | LinkState::Open => {
                self.lose(now, Reason::TransportClose, Some(P::literal("network connection lost")));
            }
            LinkState::Waiting => self.timers.set(Timer::Retry, now + OFFLINE_DELAY),
            LinkState::Closed => {}
        }
    }

    pub(super) fn handle_online(&mut self, now: Millis) {
        self.link.offline = false;
        self.retry_at_once(now);
    }

    pub(super) fn retry_at_once(&mut self, now: Millis) {
        if self.link.state == LinkState::Waiting {
            self.attempt(now);
        }
    }

    /// Sends a Socket.IO packet over the open link.
    pub(super) fn send_packet(&mut self, header: Header<P>, body: Body<P>) {
        if self.link.is_open() {
            self.put(Output::Send { transport: self.link.transport, header, body });
        }
    }
}
