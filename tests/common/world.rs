//! A client, a server and the wire between them, in virtual time.

mod perform;
mod sound;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};
use socketio_wasm::client::{
    AckError, Answer, Ask, AskReason, Body, ChatConfig, Client, Config, ConnectionStatus, DeliveryStatus, Event, Frame,
    Input, Key, Kind, ManagerEvent, Millis, NewMessage, Outcome, Output, Reason, SendError, SocketId, Token, Transport,
    Write,
};

use super::reader::decode;
use super::server::Server;
use super::storage::{Storage, place_text};

/// Where is stored what was queued while nobody knew who is signed in.
pub const UNCLAIMED: &str = "nobody";

/// What is answered to a question for a token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SignIn {
    Token(&'static str),
    /// One that says when it was issued and when it expires.
    Until(&'static str, Option<Millis>, Millis),
    SignedOut,
    Fails(&'static str),
    /// The test answers by [`World::answer`].
    Never,
}

enum Happening {
    Opens(u32),
    CannotOpen(u32),
    ToServer(u32, String),
    ToClient(u32, String),
}

enum Effect {
    Tell(Event<String>),
    Ask(SocketId, Ask, AskReason),
    TakeTurn,
}

/// Something that happens to a world.
pub type Step = fn(&mut World);

/// One client, one server, and everything between and around them.
pub struct World {
    pub now: Millis,
    pub client: Client<String>,
    pub socket: SocketId,
    pub server: Server,
    pub storage: Storage,
    pub sign_in: SignIn,
    pub owner: String,
    /// Whether who signs in inherits what others have left unclaimed.
    pub inherits: bool,
    /// Whether there are locks, by which one tab sends for all.
    pub locks: bool,
    /// One way.
    pub latency: Millis,
    /// What the transport says of its unsent bytes.
    pub buffered: u32,
    /// Frames vanish on the way, and nobody is told.
    pub black_hole: bool,
    /// What happened, one line each: `open 1`, `send 40{}`, `told connect sid1`, `store id`, `remove id`, `ask Initial`.
    pub log: Vec<String>,
    /// How often the snapshot has changed.
    pub changes: usize,
    /// The application's listener of `connect`.
    pub on_connect: Option<Step>,
    /// The client dies when so many outputs have been performed.
    pub fuse: Option<usize>,
    pub crashed: bool,
    /// Outputs performed.
    pub outputs: usize,
    /// How often the client was called.
    pub calls: usize,
    pub asked: Option<(SocketId, Ask)>,
    /// When the last heartbeat arrived.
    heard: Millis,
    make: Box<dyn Fn(u64) -> (Client<String>, SocketId)>,
    wake: Option<Millis>,
    happenings: BTreeMap<(Millis, u64), Happening>,
    serial: u64,
    seed: u64,
    next_ping: Millis,
    transport: Option<u32>,
    effects: VecDeque<Effect>,
    pumping: bool,
    ids: BTreeMap<Key, String>,
    texts: u32,
}

impl World {
    /// A chat client of the root namespace.
    pub fn new(config: Config, chat: ChatConfig) -> Self {
        World::of(move |seed| Client::with_chat(Config { seed, ..config.clone() }, "/".to_owned(), chat.clone()))
    }

    /// A chat client with the default settings.
    pub fn chat() -> Self {
        World::new(super::config(), super::chat())
    }

    /// One with the default settings, connected.
    pub fn connected() -> Self {
        let mut world = World::chat();
        world.connect();
        world
    }

    /// A client without the chat layer, with a socket for this namespace.
    pub fn plain(config: Config, namespace: &'static str) -> Self {
        World::of(move |seed| {
            let mut client = Client::new(Config { seed, ..config.clone() });
            let socket = client.add_socket(namespace.to_owned());
            (client, socket)
        })
    }

    fn of(make: impl Fn(u64) -> (Client<String>, SocketId) + 'static) -> Self {
        let (client, socket) = make(1);
        let mut world = World {
            now: 1_700_000_000_000,
            client,
            socket,
            server: Server::default(),
            storage: Storage::default(),
            sign_in: SignIn::Token("good"),
            owner: "ann".to_owned(),
            inherits: true,
            locks: true,
            latency: 10,
            buffered: 0,
            black_hole: false,
            log: Vec::new(),
            changes: 0,
            on_connect: None,
            fuse: None,
            crashed: false,
            outputs: 0,
            calls: 0,
            asked: None,
            heard: 0,
            make: Box::new(make),
            wake: None,
            happenings: BTreeMap::new(),
            serial: 0,
            seed: 1,
            next_ping: 0,
            transport: None,
            effects: VecDeque::new(),
            pumping: false,
            ids: BTreeMap::new(),
            texts: 0,
        };
        world.load();
        world
    }

    /// `initialize` or `connect`, and all that follows at once.
    pub fn connect(&mut self) {
        self.connect_without_waiting();
        self.drive();
    }

    /// `initializeSocket` with another token, or with somebody new to ask.
    pub fn bring(&mut self, sign_in: SignIn) {
        self.sign_in = sign_in;
        self.run(|client, now| {
            client.replace_token(now);
            client.initialize(now, true);
        });
    }

    pub fn connect_without_waiting(&mut self) {
        let socket = self.socket;
        if self.client.outbox().is_some() {
            self.run(|client, now| client.initialize(now, true));
        } else {
            self.run(|client, now| client.connect(now, socket));
        }
    }

    /// Changes the client, as a call of the application does.
    pub fn run<R>(&mut self, change: impl FnOnce(&mut Client<String>, Millis) -> R) -> R {
        self.calls += 1;
        let result = change(&mut self.client, self.now);
        self.drain();
        self.pump();
        result
    }

    pub fn input(&mut self, input: Input<String>) {
        self.run(|client, now| client.handle_input(now, input));
    }

    /// A frame arrives at this moment, whoever sent it.
    pub fn frame(&mut self, transport: u32, text: &str) {
        let frame = decode(text);
        if matches!(frame, Frame::Open(_) | Frame::Ping) {
            self.heard = self.now;
        }
        self.input(Input::Frame { transport: Transport(transport), frame });
    }

    /// The server says something over the open link; it arrives at this moment.
    pub fn hear(&mut self, text: &str) {
        self.frame(self.transport.expect("a transport"), text);
    }

    pub fn hear_binary(&mut self, bytes: &str) {
        let transport = Transport(self.transport.expect("a transport"));
        self.input(Input::Frame { transport, frame: Frame::Binary(bytes.to_owned()) });
    }

    /// The transport that is open or being opened.
    pub fn transport(&self) -> Option<u32> {
        self.transport
    }

    /// Queues a message with an id of its own. Returns the id.
    pub fn send(&mut self, conversation: &str, content: &str) -> String {
        self.try_send(None, conversation, content).expect("the queue has room")
    }

    pub fn try_send(&mut self, id: Option<&str>, conversation: &str, content: &str) -> Result<String, SendError> {
        let place = place_text(self.client.next_place(self.now));
        let id = id.unwrap_or(&place).to_owned();
        let payload = json!({ "id": id, "conversationId": conversation, "content": content }).to_string();
        let message = self.message(&id, conversation, payload);
        let key = self.client.send(self.now, Kind::Message, message)?;
        self.ids.insert(key, id.clone());
        self.run(|_, _| ());
        Ok(id)
    }

    pub fn mark_read(&mut self, conversation: &str, messages: &[&str]) {
        self.try_mark_read(conversation, messages).expect("the queue has room");
    }

    pub fn try_mark_read(&mut self, conversation: &str, messages: &[&str]) -> Result<(), SendError> {
        let place = place_text(self.client.next_place(self.now));
        let waiting = self.client.open_read(self.now, &conversation.to_owned());
        let waiting: Value = waiting.map(|entry| parse(&entry.payload)).unwrap_or_default();
        let mut ids = waiting["messageIds"].as_array().cloned().unwrap_or_default();
        ids.extend(messages.iter().map(|id| Value::from(*id)));
        let payload = json!({ "conversationId": conversation, "messageIds": ids }).to_string();
        let mark = self.message(&place, conversation, payload);
        let key = self.client.send(self.now, Kind::Read, mark)?;
        self.ids.entry(key).or_insert(place);
        self.run(|_, _| ());
        Ok(())
    }

    fn message(&self, id: &str, conversation: &str, payload: String) -> NewMessage<String> {
        NewMessage {
            id: id.to_owned(),
            conversation: conversation.to_owned(),
            length: payload.len() as u32 + 100,
            payload,
        }
    }

    /// `id status attempts` of every entry, in order; what is only in memory ends in `!`.
    pub fn queue(&self) -> Vec<String> {
        let entries = self.client.outbox().map_or(&[][..], |outbox| outbox.entries());
        let line = |entry: &socketio_wasm::client::Entry<String>| {
            let mark = if entry.persisted { "" } else { "!" };
            let content = parse(&entry.payload);
            let name = content["content"].as_str().unwrap_or("read");
            format!("{name} {:?} {}{mark}", entry.status, entry.attempts)
        };
        entries.iter().map(line).collect()
    }

    /// Whether nothing waits, failed or not.
    pub fn is_empty(&self) -> bool {
        self.client.outbox().is_none_or(|outbox| outbox.entries().is_empty())
    }

    /// Ids of all entries, in order.
    pub fn waiting(&self) -> Vec<String> {
        let entries = self.client.outbox().map_or(&[][..], |outbox| outbox.entries());
        entries.iter().map(|entry| entry.id.clone()).collect()
    }

    pub fn is_connected(&self) -> bool {
        self.client.is_connected(self.socket)
    }

    /// Lines of the log that begin so, without that beginning.
    pub fn lines(&self, kind: &str) -> Vec<&str> {
        self.log.iter().filter_map(|line| line.strip_prefix(kind)?.strip_prefix(' ')).collect()
    }

    /// Lines of the log that begin so, and forgets all.
    pub fn take(&mut self, kind: &str) -> Vec<String> {
        let lines = self.lines(kind).into_iter().map(str::to_owned).collect();
        self.log.clear();
        lines
    }

    /// The next thing happens, if it does not happen after `end`.
    pub fn step(&mut self, end: Millis) -> bool {
        let ping = self.server.link.filter(|_| self.server.pings).map(|_| self.next_ping);
        let wire = self.happenings.keys().next().map(|(at, _)| *at);
        let Some(at) = [ping, wire, self.wake].into_iter().flatten().min().filter(|at| *at <= end) else {
            return false;
        };
        self.now = self.now.max(at);
        if wire == Some(at) {
            let (_, happening) = self.happenings.pop_first().expect("there is one");
            self.happen(happening);
        } else if ping == Some(at) {
            self.next_ping = self.now + self.server.ping_interval;
            self.deliver(self.server.link.expect("it is open"), "2".to_owned());
        } else {
            self.input(Input::Wake);
        }
        !self.crashed
    }

    /// Both sides run until nothing is on the wire.
    pub fn drive(&mut self) {
        let end = self.now + 60_000;
        while let Some((at, _)) = self.happenings.keys().next() {
            assert!(*at < end, "the wire never rests: {:#?}", self.tail());
            if !self.step(*at) {
                break;
            }
        }
    }

    pub fn run_for(&mut self, time: Millis) {
        let end = self.now + time;
        while self.step(end) {}
        self.now = self.now.max(end);
    }

    /// Runs until this holds or the client dies; fails after an hour of virtual time.
    pub fn run_until(&mut self, what: &str, condition: impl Fn(&World) -> bool) {
        let end = self.now + 3_600_000;
        while !self.crashed && !condition(self) {
            assert!(
                self.step(end) || self.crashed,
                "{what} never happened; queue {:?}, log {:#?}",
                self.queue(),
                self.tail()
            );
        }
    }

    fn tail(&self) -> &[String] {
        &self.log[self.log.len().saturating_sub(40)..]
    }

    /// The machine was suspended: time has passed, and no timer has fired yet.
    pub fn suspend(&mut self, time: Millis) {
        self.now += time;
    }

    /// When the client wants to be woken.
    pub fn wake(&self) -> Option<Millis> {
        self.wake
    }

    /// The network drops the link: both sides notice, and what was on the way is lost.
    pub fn drop_link(&mut self) {
        let Some(transport) = self.transport else { return };
        self.forget(transport);
        self.input(Input::Closed { transport: Transport(transport), reason: Reason::TransportClose, detail: None });
    }

    /// What the client has written reaches the server, though nobody is there any more to hear the answers.
    pub fn arrive(&mut self) {
        for (_, happening) in std::mem::take(&mut self.happenings) {
            if let Happening::ToServer(transport, text) = happening
                && self.server.link == Some(transport)
            {
                self.server.receive(&text);
            }
        }
    }

    /// The page dies, and another one starts with the same storage.
    pub fn reload(&mut self) {
        if let Some(transport) = self.transport.take() {
            self.forget(transport);
        }
        self.seed += 1;
        (self.client, self.socket) = (self.make)(self.seed);
        self.effects.clear();
        self.ids.clear();
        self.wake = None;
        (self.crashed, self.fuse, self.pumping) = (false, None, false);
        self.load();
    }

    fn load(&mut self) {
        if self.client.change_owner(self.now, self.owner.clone(), self.inherits).is_some() {
            self.read_storage();
        }
        self.learn_ids();
        self.run(|_, _| ());
    }

    fn learn_ids(&mut self) {
        let entries = self.client.outbox().map_or(&[][..], |outbox| outbox.entries());
        self.ids.extend(entries.iter().map(|entry| (entry.key, entry.id.clone())));
    }

    /// What pages that are gone have left unclaimed is the owner's.
    pub fn claim_left(&mut self) {
        for stored in self.storage.load(UNCLAIMED) {
            if stored.place.tab() != self.client.tab() {
                self.client.restore_left(self.now, UNCLAIMED.to_owned(), stored);
            }
        }
        self.learn_ids();
        self.run(|_, _| ());
    }

    /// Makes the queue what storage holds.
    pub fn read_storage(&mut self) {
        self.client.begin_read();
        for stored in self.storage.load(&self.owner) {
            self.client.restore(self.now, stored);
        }
        self.client.end_read(self.storage.was_emptied(&self.owner));
    }

    /// Somebody else signs in.
    pub fn change_owner(&mut self, owner: &str) {
        self.owner = owner.to_owned();
        self.load();
    }

    /// Answers the last question for a token.
    pub fn answer(&mut self, answer: Answer<String>) {
        let (socket, ask) = self.asked.expect("a question");
        self.input(Input::Auth { socket, ask, answer });
    }

    /// What a token becomes in a CONNECT packet.
    pub fn auth(token: &str) -> Answer<String> {
        let token = Token { text: Some(token.to_owned()), issued: None, expires: None };
        Answer::Auth { payload: token.text.as_ref().map(|text| format!(r#"{{"token":"Bearer {text}"}}"#)), token }
    }

    pub fn auth_until(token: &str, issued: Option<Millis>, expires: Millis) -> Answer<String> {
        match World::auth(token) {
            Answer::Auth { payload, token } => {
                Answer::Auth { payload, token: Token { issued, expires: Some(expires), ..token } }
            }
            answer => answer,
        }
    }

    fn forget(&mut self, transport: u32) {
        self.happenings.retain(|_, happening| match happening {
            Happening::Opens(of) | Happening::CannotOpen(of) => *of != transport,
            Happening::ToServer(of, _) | Happening::ToClient(of, _) => *of != transport,
        });
        if self.server.link == Some(transport) {
            self.server.link = None;
        }
    }

    fn later(&mut self, happening: Happening) {
        // Frames never overtake one another, however the latency changes.
        let last = self.happenings.keys().next_back().map_or(0, |(at, _)| *at);
        self.serial += 1;
        self.happenings.insert(((self.now + self.latency).max(last), self.serial), happening);
    }

    fn deliver(&mut self, transport: u32, text: String) {
        if !self.black_hole {
            self.later(Happening::ToClient(transport, text));
        }
    }

    fn write(&mut self, transport: Transport, text: String) {
        assert_eq!(self.transport, Some(transport.0), "sent over a transport that is not open: {text}");
        self.log.push(format!("send {text}"));
        if !self.black_hole {
            self.later(Happening::ToServer(transport.0, text));
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Opens(transport) => {
                self.server.link = Some(transport);
                self.next_ping = self.now + self.server.ping_interval;
                if let Some(handshake) = self.server.handshake.clone() {
                    self.deliver(transport, handshake);
                }
            }
            Happening::CannotOpen(transport) => self.input(Input::Closed {
                transport: Transport(transport),
                reason: Reason::TransportError,
                detail: Some("websocket error".to_owned()),
            }),
            Happening::ToServer(transport, text) => {
                if self.server.link == Some(transport) {
                    for frame in self.server.receive(&text) {
                        self.deliver(transport, frame);
                    }
                }
            }
            Happening::ToClient(transport, text) => self.frame(transport, &text),
        }
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
