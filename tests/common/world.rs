//! A driver in memory: it performs what the machine asks for, and writes down what happened.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use socketio_wasm::client::{
    AckError, Answer, Ask, AskReason, Body, ChatConfig, Client, Config, ConnectionStatus, DeliveryStatus, Event, Frame,
    Input, Key, Kind, ManagerEvent, Millis, NewMessage, Outcome, Output, Reason, SendError, SocketId, Transport, Write,
};

use super::reader::decode;
use super::server::Server;
use super::storage::Storage;

/// What is answered to a question for a token.
#[derive(Clone, Debug, PartialEq)]
pub enum SignIn {
    Token(&'static str),
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
    BinaryToClient(u32, String),
}

enum Effect {
    Tell(Event<String>),
    Ask(SocketId, Ask, AskReason),
}

/// One client, one server, and everything between and around them.
pub struct World {
    pub now: Millis,
    pub client: Client<String>,
    pub socket: SocketId,
    pub server: Server,
    pub storage: Storage,
    pub sign_in: SignIn,
    pub owner: String,
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
    pub on_connect: Option<fn(&mut World)>,
    /// The client dies when so many outputs have been performed.
    pub fuse: Option<usize>,
    pub crashed: bool,
    /// Outputs performed.
    pub outputs: usize,
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
    previous: Option<&'static str>,
    ids: BTreeMap<Key, String>,
    texts: u32,
}

impl World {
    /// A chat client of the root namespace.
    pub fn new(config: Config, chat: ChatConfig) -> Self {
        World::of(move |seed| Client::with_chat(Config { seed, ..config.clone() }, "/", chat.clone()))
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
            let socket = client.add_socket(namespace);
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
            latency: 10,
            buffered: 0,
            black_hole: false,
            log: Vec::new(),
            changes: 0,
            on_connect: None,
            fuse: None,
            crashed: false,
            outputs: 0,
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
            previous: None,
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
        let order = self.run(|client, now| client.next_order(now));
        let id = id.unwrap_or(&order).to_owned();
        let payload = json!({ "id": id, "conversationId": conversation, "content": content }).to_string();
        let message = self.message(order, &id, conversation, payload);
        let key = self.client.send(self.now, Kind::Message, message)?;
        self.ids.insert(key, id.clone());
        self.run(|_, _| ());
        Ok(id)
    }

    pub fn mark_read(&mut self, conversation: &str, messages: &[&str]) {
        let order = self.run(|client, now| client.next_order(now));
        let waiting = self.client.outbox().and_then(|outbox| outbox.open_read(conversation));
        let waiting: Value = waiting.map(|entry| parse(&entry.payload)).unwrap_or_default();
        let mut ids = waiting["messageIds"].as_array().cloned().unwrap_or_default();
        ids.extend(messages.iter().map(|id| Value::from(*id)));
        let payload = json!({ "conversationId": conversation, "messageIds": ids }).to_string();
        let mark = self.message(order.clone(), &order, conversation, payload);
        self.run(|client, now| client.send(now, Kind::Read, mark)).expect("the queue has room");
    }

    fn message(&self, order: String, id: &str, conversation: &str, payload: String) -> NewMessage<String> {
        NewMessage {
            order,
            id: id.to_owned(),
            conversation: conversation.to_owned(),
            length: payload.len() as u32 + 100,
            bytes: payload.len() as u32 + 64,
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

    /// What has to hold after every input, whatever it was.
    pub fn assert_sound(&self, what: &str) {
        let status = self.client.status();
        let entries = self.client.outbox().map_or(&[][..], |outbox| outbox.entries());
        if self.is_connected() {
            assert!(self.transport.is_some(), "{what}: connected without a transport");
            let patience = self.client.handshake().expect("connected without a handshake").patience;
            assert!(self.now < self.heard.saturating_add(patience), "{what}: connected over a dead transport");
        } else {
            assert_ne!(status, ConnectionStatus::Connected, "{what}: the status says connected");
            let on_wire = entries.iter().filter(|entry| entry.status == DeliveryStatus::Sending).count();
            assert_eq!(on_wire, 0, "{what}: messages on no wire");
        }
        if matches!(status, ConnectionStatus::Idle | ConnectionStatus::AuthRequired | ConnectionStatus::Failed) {
            assert!(self.transport.is_none(), "{what}: {status:?} over an open transport");
        } else {
            assert!(self.wake.is_some(), "{what}: {status:?}, and nothing will ever happen");
        }
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
            self.to_client(self.server.link.expect("it is open"), "2".to_owned());
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
        let (storage, owner) = (&self.storage, &self.owner);
        self.client.change_owner(self.now, owner, || storage.load(owner));
        let entries = self.client.outbox().map_or(&[][..], |outbox| outbox.entries());
        self.ids.extend(entries.iter().map(|entry| (entry.key, entry.id.clone())));
        self.run(|_, _| ());
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
        Answer::Auth { payload: Some(format!(r#"{{"token":"Bearer {token}"}}"#)), same: false }
    }

    fn forget(&mut self, transport: u32) {
        self.happenings.retain(|_, happening| match happening {
            Happening::Opens(of) | Happening::CannotOpen(of) => *of != transport,
            Happening::ToServer(of, _) | Happening::ToClient(of, _) | Happening::BinaryToClient(of, _) => {
                *of != transport
            }
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

    fn to_client(&mut self, transport: u32, text: String) {
        if !self.black_hole {
            self.later(Happening::ToClient(transport, text));
        }
    }

    fn to_server(&mut self, transport: Transport, text: String) {
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
                    self.to_client(transport, handshake);
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
                        self.to_client(transport, frame);
                    }
                }
            }
            Happening::ToClient(transport, text) => self.frame(transport, &text),
            Happening::BinaryToClient(transport, bytes) => {
                self.input(Input::Frame { transport: Transport(transport), frame: Frame::Binary(bytes) });
            }
        }
    }

    fn drain(&mut self) {
        loop {
            self.crashed |= self.fuse == Some(0);
            if self.crashed {
                return;
            }
            match self.client.poll_output() {
                Output::Wait(wake) => {
                    self.wake = wake;
                    return;
                }
                output => {
                    self.fuse = self.fuse.map(|left| left - 1);
                    self.outputs += 1;
                    self.perform(output);
                }
            }
        }
    }

    /// As the browser's driver: the application is told when the wire and the storage have been seen to.
    fn pump(&mut self) {
        if std::mem::replace(&mut self.pumping, true) {
            return;
        }
        for turn in 0.. {
            assert!(turn < 100_000, "the machine never rests: {:#?}", self.tail());
            if self.crashed {
                break;
            }
            if let Some(effect) = self.effects.pop_front() {
                match effect {
                    Effect::Tell(event) => self.tell(event),
                    Effect::Ask(socket, ask, reason) => self.find_token(socket, ask, reason),
                }
            } else if self.wake.is_some_and(|wake| wake <= self.now) {
                self.client.handle_input(self.now, Input::Wake);
                self.drain();
            } else {
                break;
            }
        }
        self.pumping = false;
    }

    fn perform(&mut self, output: Output<String>) {
        match output {
            Output::Open(Transport(transport)) => {
                self.log.push(format!("open {transport}"));
                self.transport = Some(transport);
                let reachable = self.server.reachable && !self.black_hole;
                if reachable || self.black_hole {
                    if reachable {
                        self.later(Happening::Opens(transport));
                    }
                } else {
                    self.later(Happening::CannotOpen(transport));
                }
            }
            Output::Close(Transport(transport)) => {
                self.log.push(format!("close {transport}"));
                assert_eq!(self.transport.take(), Some(transport), "closed twice");
                self.forget(transport);
            }
            Output::Pong(transport) => self.to_server(transport, "3".to_owned()),
            Output::Send { transport, header, body } => {
                let head = header.encode().into_text();
                let text = match body {
                    Body::Empty => head,
                    Body::Payload(payload) => head + &payload,
                    Body::Queued(Kind::Message, payload) => format!(r#"{head}["sendMessage",{payload}]"#),
                    Body::Queued(Kind::Read, payload) => format!(r#"{head}["markAsRead",{payload}]"#),
                    Body::Join(name) => format!(r#"{head}["joinConversation",{{"conversationId":"{name}"}}]"#),
                    Body::Leave(name) => format!(r#"{head}["leaveConversation",{{"conversationId":"{name}"}}]"#),
                };
                self.to_server(transport, text);
            }
            Output::SendBinary { transport, bytes } => self.to_server(transport, format!("binary {bytes}")),
            Output::AskBuffered(transport) => {
                self.log.push("ask-buffered".to_owned());
                let bytes = self.buffered;
                self.client.handle_input(self.now, Input::Buffered { transport, bytes });
            }
            Output::AskAuth { socket, ask, reason } => self.effects.push_back(Effect::Ask(socket, ask, reason)),
            Output::Write(Write::Store(key)) => {
                let Some(entry) = self.client.outbox().and_then(|outbox| outbox.get(key)) else { return };
                let ok = self.storage.write(&self.owner, entry);
                self.log.push(format!("{} {}", if ok { "store" } else { "cannot-store" }, entry.id));
                self.client.stored(key, ok);
            }
            Output::Write(Write::Remove { order, id }) => {
                self.storage.remove(&self.owner, &order, &id);
                self.log.push(format!("remove {id}"));
            }
            Output::Tell(event) => self.effects.push_back(Effect::Tell(event)),
            Output::Wait(_) => {}
        }
    }

    fn find_token(&mut self, socket: SocketId, ask: Ask, reason: AskReason) {
        self.log.push(format!("ask {reason:?}"));
        self.asked = Some((socket, ask));
        let answer = match self.sign_in {
            SignIn::Token(token) => {
                let same = self.previous.replace(token) == Some(token) && reason == AskReason::Rejected;
                let Answer::Auth { payload, .. } = World::auth(token) else { return };
                Answer::Auth { payload, same }
            }
            SignIn::SignedOut => Answer::SignedOut,
            SignIn::Fails(error) => Answer::Failed(error.to_owned()),
            SignIn::Never => return,
        };
        self.answer(answer);
    }

    fn tell(&mut self, event: Event<String>) {
        let connect = matches!(event, Event::Connected { .. });
        let line = match event {
            Event::Connected { sid, .. } => format!("connect {sid}"),
            Event::ConnectError { error, .. } => format!("connect_error {}", error.message),
            Event::Disconnected { reason, detail, .. } => match detail {
                Some(detail) => format!("disconnect {}: {detail}", reason.text()),
                None => format!("disconnect {}", reason.text()),
            },
            Event::Received { payload, ack, .. } => {
                let ack = ack.map(|ack| format!(" ack {}", ack.id)).unwrap_or_default();
                let attachments: String = payload.attachments.iter().map(|bytes| format!(" +{bytes}")).collect();
                format!("event {}{ack}{attachments}", payload.args)
            }
            Event::Acked { id, result, .. } => match result {
                Ok(payload) => format!("ack {id} {}", payload.args),
                Err(AckError::Timeout) => format!("ack {id} timeout"),
                Err(AckError::Disconnected) => format!("ack {id} disconnected"),
            },
            Event::Manager(event) => format!("manager {}", manager(&event)),
            Event::Settled { key, outcome } => {
                let id = self.ids.get(&key).cloned().unwrap_or_else(|| format!("{key:?}"));
                let outcome = match outcome {
                    Outcome::Acknowledged(args) => format!("acknowledged {args}"),
                    Outcome::Echoed(_) => "echoed".to_owned(),
                    Outcome::Sent => "sent".to_owned(),
                    Outcome::Ended(status, error) => format!("{status:?} {}", error.unwrap_or_default()),
                    Outcome::Discarded => "discarded".to_owned(),
                };
                format!("settled {id} {outcome}")
            }
            Event::AuthRequired(error) => format!("auth_required {}", error.message),
            Event::Changed => {
                self.changes += 1;
                return;
            }
        };
        self.log.push(format!("told {line}"));
        if let Some(listener) = self.on_connect.filter(|_| connect) {
            listener(self);
        }
    }
}

fn manager(event: &ManagerEvent) -> String {
    match event {
        ManagerEvent::Open => "open".to_owned(),
        ManagerEvent::Error(error) => format!("error {error}"),
        ManagerEvent::Close(reason) => format!("close {}", reason.text()),
        ManagerEvent::Ping => "ping".to_owned(),
        ManagerEvent::ReconnectAttempt(count) => format!("reconnect_attempt {count}"),
        ManagerEvent::Reconnect(count) => format!("reconnect {count}"),
        ManagerEvent::ReconnectError(error) => format!("reconnect_error {error}"),
        ManagerEvent::ReconnectFailed => "reconnect_failed".to_owned(),
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
