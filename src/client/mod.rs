//! The client as a state machine: input and time in, output out. No browser, no clock, no randomness of its own.
//!
//! [`Client`] is one connection with its sockets (`link`, `socket`) and, for the chat client, what stands above one of them:
//! sign-in and joins (`chat`), and the outbox's way to the wire (`delivery`).

mod backoff;
mod chat;
mod config;
mod delivery;
mod events;
mod frame;
mod input;
mod link;
mod order;
mod outbox;
mod output;
mod socket;
mod tabs;
mod timers;
mod token;

pub use backoff::Backoff;
pub use chat::ConnectionStatus;
pub use config::{ChatConfig, Config, Proof};
pub use delivery::{NewMessage, SendError, Stored};
pub use events::{Emit, Payload};
pub use frame::{ConnectError, EventName, Frame, Packet, PacketBody, Reader, Refusal};
pub use input::{Answer, Input};
pub use order::Place;
pub use outbox::{DeliveryStatus, Entry, Key, Kind, Limits, Outbox, Write};
pub use output::{AckError, AskReason, Body, Event, ManagerEvent, Outcome, Output, Reason};
pub use tabs::Turn;
pub use timers::{Millis, Timer};
pub use token::Token;

use crate::engineio::Value;
use backoff::Random;
use chat::Chat;
use link::{Link, LinkState};
use socket::Socket;
use timers::Timers;

/// The number of a transport. Input that names an older one than the machine's own is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Transport(pub u32);

/// The number of a question. Answers to an older one than the machine's own are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Ask(pub u32);

/// Names a socket, that is, one namespace of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketId(pub usize);

/// One connection. `P` is a payload: a JavaScript value in the browser, text in tests.
#[derive(Debug)]
pub struct Client<P> {
    config: Config,
    random: Random,
    timers: Timers,
    link: Link<P>,
    sockets: Vec<Socket<P>>,
    chat: Option<Chat<P>>,
    outputs: Vec<Output<P>>,
    /// How many of them have been polled. A vector that is emptied at the end keeps its room, and is smaller code than a ring.
    polled: usize,
    changed: bool,
}

impl<P: Value> Client<P> {
    /// A connection without sockets. Nothing happens before [`Client::connect`].
    pub fn new(config: Config) -> Self {
        Client {
            random: Random::new(config.seed),
            config,
            timers: Timers::default(),
            link: Link::default(),
            sockets: Vec::new(),
            chat: None,
            outputs: Vec::new(),
            polled: 0,
            changed: false,
        }
    }

    /// A connection with one socket, `namespace`, and the chat layer above it. Nothing happens before [`Client::initialize`].
    pub fn with_chat(config: Config, namespace: P, chat: ChatConfig) -> (Self, SocketId) {
        let mut client = Client::new(config);
        let socket = client.add_chat(namespace, chat);
        (client, socket)
    }

    /// Adds a socket with the chat layer above it. There is one at the most.
    pub fn add_chat(&mut self, namespace: P, chat: ChatConfig) -> SocketId {
        let socket = self.add_socket(namespace);
        let tab = self.random.next();
        self.chat = Some(Chat::new(chat, socket, tab));
        socket
    }

    /// Other settings, from now on; a delay that has begun is left as it is. The seed is not used again.
    pub fn configure(&mut self, config: Config) {
        self.config = config;
        if !self.config.reconnection && self.link.state == LinkState::Waiting {
            self.close_link();
            self.chat_failed();
        }
    }

    /// Takes one piece of input. Poll the output afterwards, until it says [`Output::Wait`].
    pub fn handle_input(&mut self, now: Millis, input: Input<P>) {
        self.check_heartbeat(now);
        match input {
            Input::Wake => self.handle_deadlines(now),
            Input::Frame { transport, frame } if self.link.is(transport) => self.handle_frame(now, frame),
            Input::Closed { transport, reason, detail } if self.link.is(transport) => self.lose(now, reason, detail),
            Input::Frame { .. } | Input::Closed { .. } => {}
            Input::Auth { socket, ask, answer } => self.handle_auth(now, socket, ask, answer),
            Input::Buffered { transport, bytes } if self.link.is(transport) => self.handle_buffered(now, bytes),
            Input::Buffered { .. } => {}
            Input::Offline => self.handle_offline(now),
            Input::Online => self.handle_online(now),
            Input::Resumed => {
                self.retry_at_once(now);
                self.take_part(now);
            }
            Input::Frozen => self.yield_turn(),
        }
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Output<P> {
        if let Some(output) = self.outputs.get_mut(self.polled) {
            self.polled += 1;
            return std::mem::replace(output, Output::Wait(None));
        }
        self.outputs.clear();
        self.polled = 0;
        if std::mem::take(&mut self.changed) {
            return Output::Tell(Event::Changed);
        }
        Output::Wait(self.timers.next())
    }

    fn handle_deadlines(&mut self, now: Millis) {
        if self.timers.expired(Timer::Connect, now) {
            self.handle_connect_timeout(now);
        }
        if self.timers.expired(Timer::Useful, now) {
            self.link.forgive();
        }
        if self.timers.expired(Timer::Retry, now) {
            self.attempt(now);
        }
        if self.timers.expired(Timer::Namespace, now) {
            self.handle_namespaces_due(now);
        }
        if self.timers.expired(Timer::Ack, now) {
            self.handle_ack_timeouts(now);
        }
        if self.timers.expired(Timer::Answer, now) {
            self.handle_answer_timeouts(now);
        }
        if self.timers.expired(Timer::Token, now) {
            self.handle_expiring(now);
        }
        if self.timers.expired(Timer::Flush, now) {
            self.flush(now);
        }
        if self.timers.expired(Timer::Sweep, now) {
            self.put(Output::Write(Write::Sweep));
        }
    }

    fn put(&mut self, output: Output<P>) {
        self.outputs.push(output);
    }

    /// Out of line, as whatever says so: the package is smaller with it, measured.
    #[inline(never)]
    fn tell(&mut self, event: Event<P>) {
        self.put(Output::Tell(event));
    }
}
