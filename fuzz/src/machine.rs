//! Bytes as a sequence of inputs, calls and changes of the world around a client: it keeps its promises after each, and can be used at the
//! end. With FUZZ_TRACE set, prints what happens.

use std::collections::BTreeSet;

use socketio_wasm::client::{
    Answer as Auth, Ask, ChatConfig, Client, Config, ConnectionStatus, Emit, Frame, Input, Limits, Payload, Proof,
    Reason, SocketId, Transport,
};

use crate::choices::Choices;
use crate::common::{Answer, SignIn, UNCLAIMED, World, chat, config, decode};
use crate::frames::{FRAMES, any_frame};
use crate::ledger::{Ledger, is_wanted};

/// Characters that describe a client with all that it may hold on to.
const MEMORY: usize = 120_000;

pub fn run(data: &[u8]) {
    torment(data);
}

/// Returns the statuses that the client and its messages went through.
pub fn torment(data: &[u8]) -> BTreeSet<String> {
    let trace = std::env::var_os("FUZZ_TRACE").is_some();
    let mut choices = Choices::new(data);
    let mut world = any_world(&mut choices);
    let mut ledger = Ledger::default();
    let mut seen = BTreeSet::new();
    for number in 0.. {
        if choices.is_empty() {
            break;
        }
        let wanted = is_wanted(&world);
        let mut step = Step { choices: &mut choices, world: &mut world, ledger: &mut ledger, starts: false };
        let what = step.take();
        let starts = step.starts;
        let what = format!("step {number}, {what}");
        if trace {
            eprintln!("{what}\n    {:?} {:?} {:#?}", world.client.status(), world.queue(), world.log);
        }
        world.assert_consistent(&what);
        world.assert_stored(&what);
        ledger.check(&mut world, &what, wanted || starts);
        if number % 100 == 0 {
            let size = world.memory();
            assert!(size < MEMORY, "{what}: the client takes {size} characters to describe");
        }
        seen.insert(format!("{:?}", world.client.status()));
        let entries = world.client.outbox().map_or(&[][..], |outbox| outbox.entries());
        seen.extend(entries.iter().map(|entry| format!("{:?}", entry.status)));
    }
    if world.client.outbox().is_some() {
        use_chat(&mut world)
    } else {
        use_sockets(&mut world)
    }
    seen
}

fn any_world(choices: &mut Choices) -> World {
    let config = Config { timeout: 5_000, ..config() };
    if choices.chance(25) {
        let mut world = World::plain(config, "/");
        world.client.add_socket("/räume".to_owned());
        return world;
    }
    let proof = choices.pick(&[Proof::Ack, Proof::Ack, Proof::Echo, Proof::Sent]);
    let (reconnection, reconnection_attempts) = choices.pick(&[(true, u32::MAX), (true, 3), (false, 0)]);
    let mut world = World::new(
        Config { reconnection, reconnection_attempts, ..config },
        ChatConfig {
            await_server_ready: choices.chance(30),
            delivery: proof,
            ack_timeout: 500,
            max_attempts: 3,
            max_in_flight: choices.pick(&[1, 3, 16]),
            limits: Limits { messages: 20, length: 100_000 },
            ttl: choices.pick(&[600_000, chat().ttl]),
            head: chat().head,
        },
    );
    world.locks = choices.chance(75);
    world.server.sends_ready = true;
    world.server.echo = proof == Proof::Echo;
    world
}

/// One thing that happens.
struct Step<'a, 'b> {
    choices: &'a mut Choices<'b>,
    world: &'a mut World,
    ledger: &'a mut Ledger,
    /// Whether it may start a client that is at rest.
    starts: bool,
}

impl Step<'_, '_> {
    /// Does it, and says what it was.
    fn take(&mut self) -> String {
        match self.choices.below(16) {
            0..5 => self.hear(),
            5..7 => self.input(),
            7..11 => self.call(),
            11 => self.page(),
            12 => self.change(),
            13 => {
                let time = u64::from(self.choices.word());
                self.world.run_for(time);
                format!("{time} ms pass")
            }
            _ => {
                let end = self.world.now + 5_000;
                self.world.step(end);
                "the next thing happens".to_owned()
            }
        }
    }

    /// A frame comes over the open transport.
    fn hear(&mut self) -> String {
        let Some(transport) = self.world.transport() else { return self.time_passes() };
        let id = self.choices.below(24);
        let waiting = self.waiting();
        let frame = match self.choices.below(8) {
            0..3 => self.choices.pick(FRAMES).to_owned(),
            3 => format!(r#"43{id}[{{"ok":true}}]"#),
            4 => format!(r#"43{id}[{{"error":"no","retryable":{}}}]"#, self.choices.chance(50)),
            5 => format!(r#"42["message",{{"id":"{waiting}"}}]"#),
            6 => {
                self.world
                    .input(Input::Frame { transport: Transport(transport), frame: Frame::Binary("bytes".to_owned()) });
                self.world.assert_sound("a binary frame");
                return "a binary frame".to_owned();
            }
            _ => any_frame(self.choices),
        };
        self.world.hear(&frame);
        self.world.assert_sound(&frame);
        format!("heard {frame}")
    }

    fn time_passes(&mut self) -> String {
        self.world.run_for(10_000);
        "time passes".to_owned()
    }

    /// The id of something that waits, or none.
    fn waiting(&mut self) -> String {
        let waiting = self.world.waiting();
        if waiting.is_empty() { String::new() } else { waiting[self.choices.below(waiting.len())].clone() }
    }

    /// Any input, for this transport or another, asked for or not.
    fn input(&mut self) -> String {
        let Step { choices, world, .. } = self;
        let current = world.transport().unwrap_or(0);
        let transport = Transport(choices.pick(&[current, current, current, current.wrapping_sub(1), 0, u32::MAX]));
        let input = match choices.below(10) {
            0 => Input::Wake,
            1 => Input::Offline,
            2 => Input::Online,
            3 => Input::Resumed,
            4 => Input::Closed { transport, reason: Reason::TransportClose, detail: None },
            5 => Input::Closed { transport, reason: Reason::TransportError, detail: Some("x".to_owned()) },
            6 => Input::Buffered { transport, bytes: choices.pick(&[0, 1 << 19, 1 << 21, u32::MAX]) },
            7 => {
                let ask = world.asked.map_or(0, |(_, ask)| ask.0);
                let answer = match choices.below(4) {
                    0 => Auth::SignedOut,
                    1 => Auth::Failed("x".to_owned()),
                    2 => World::auth("good"),
                    _ => World::auth("better"),
                };
                Input::Auth {
                    socket: SocketId(choices.pick(&[0, 0, 0, 1, usize::MAX])),
                    ask: Ask(choices.pick(&[ask, ask, ask.wrapping_sub(1), 0, u32::MAX])),
                    answer,
                }
            }
            8 => Input::Frozen,
            _ => {
                let frame = any_frame(choices);
                if Some(transport.0) == world.transport() {
                    // The world takes note of a heartbeat.
                    world.hear(&frame);
                    return format!("heard {frame}");
                }
                Input::Frame { transport, frame: decode(&frame) }
            }
        };
        let what = format!("{input:?}");
        // The server's end of it is gone as well.
        if matches!(input, Input::Closed { transport, .. } if Some(transport.0) == world.transport()) {
            world.drop_link();
        }
        world.input(input);
        world.assert_sound(&what);
        what
    }

    /// A call of the application.
    fn call(&mut self) -> String {
        let id = self.waiting();
        let Step { choices, world, ledger, .. } = self;
        let socket = SocketId(choices.pick(&[0, 0, 0, 1, 9]));
        let owner = if ledger.doubt { UNCLAIMED } else { &world.owner };
        let conversation = format!("{owner}/{}", choices.pick(&["c", "d", "e"]));
        match choices.below(17) {
            0..3 => {
                let new_token = choices.chance(70);
                self.starts = true;
                world.run(|client, now| client.initialize(now, new_token));
                format!("initialize {new_token}")
            }
            3 => {
                self.starts = true;
                world.run(|client, now| client.connect(now, socket));
                format!("connect {socket:?}")
            }
            4 => {
                world.run(|client, now| client.join(now, conversation));
                "join".to_owned()
            }
            5 => {
                world.run(|client, now| client.leave(now, conversation));
                "leave".to_owned()
            }
            6 => {
                world.run(|client, now| client.retry(now, &id));
                format!("retry {id}")
            }
            7 => {
                world.run(|client, now| client.discard(now, &id));
                format!("discard {id}")
            }
            8 if choices.chance(50) => {
                world.run(|client, now| client.disconnect(now, socket));
                format!("disconnect {socket:?}")
            }
            9 | 10 => {
                let payload = Payload { args: r#"["x"]"#.to_owned(), attachments: choices.below(3) as u32 };
                let timeout = choices.chance(70).then_some(1_000);
                let emit = Emit { ack: choices.chance(50), timeout, volatile: choices.chance(50) };
                let due = timeout.map_or(u64::MAX, |timeout| world.now + timeout);
                let ack = world.client.emit(world.now, socket, payload, emit);
                if let Some(ack) = ack {
                    ledger.expect_ack(ack, due);
                }
                world.run(|_, _| ());
                format!("emit {emit:?}")
            }
            11 => {
                world.run(|client, now| client.replace_token(now));
                "another token".to_owned()
            }
            12 => {
                let marked = world.try_mark_read(&conversation, &["m"]);
                world.run(|_, _| ());
                format!("mark {conversation} {marked:?}")
            }
            _ => {
                let sent = world.try_send(None, &conversation, "m");
                world.run(|_, _| ());
                format!("send {conversation} {sent:?}")
            }
        }
    }

    /// Something happens to the page, or to who sits before it.
    fn page(&mut self) -> String {
        let Step { choices, world, ledger, .. } = self;
        match choices.below(9) {
            0 => {
                let owner = choices.pick(&["ann", "bob", "cy"]);
                ledger.doubt = false;
                world.inherits = choices.chance(70);
                world.change_owner(owner);
                format!("{owner} signs in, inherits: {}", world.inherits)
            }
            6 => {
                ledger.doubt = true;
                world.run(|client, _| client.doubt_owner(UNCLAIMED.to_owned()));
                "somebody may sign in".to_owned()
            }
            7 if world.client.outbox().is_some() => {
                world.claim_left();
                "what dead pages left is found".to_owned()
            }
            1 => {
                let time = u64::from(choices.word());
                world.suspend(time);
                format!("suspended for {time} ms")
            }
            2 => {
                world.reload();
                if world.client.outbox().is_none() {
                    world.client.add_socket("/räume".to_owned());
                }
                ledger.reload(world);
                "the page dies, and is loaded again".to_owned()
            }
            3 if world.client.outbox().is_some() => {
                world.read_storage();
                world.input(Input::Resumed);
                "the page is visible again".to_owned()
            }
            4 if world.client.outbox().is_some() && !ledger.is_apart(world) => {
                world.storage.empty();
                ledger.cleared(world);
                world.read_storage();
                world.run(|_, _| ());
                "storage was emptied".to_owned()
            }
            8 => {
                let outbox = world.client.outbox();
                let tab = outbox.and_then(|outbox| outbox.entries().first()).map_or(1, |entry| entry.place.tab());
                world.run(|client, now| client.adopt(now, tab));
                format!("tab {tab} is gone")
            }
            _ => {
                world.drop_link();
                "the link drops".to_owned()
            }
        }
    }

    /// Something changes outside.
    fn change(&mut self) -> String {
        let Step { choices, world, .. } = self;
        match choices.below(7) {
            0 => {
                world.storage.capacity = choices.pick(&[0, 500, usize::MAX]);
                format!("storage has {} bytes", world.storage.capacity)
            }
            1 | 2 => {
                world.sign_in = choices.pick(&[
                    SignIn::Token("good"),
                    SignIn::Token("good"),
                    SignIn::Until("short", Some(world.now), world.now + 40_000),
                    SignIn::Until("long", None, world.now + 400_000),
                    SignIn::Until("old", None, world.now - 1_000),
                    SignIn::Until("ancient", None, world.now - 1_000_000),
                    SignIn::Token("bad"),
                    SignIn::Token("worse"),
                    SignIn::SignedOut,
                    SignIn::Fails("x"),
                    SignIn::Never,
                ]);
                format!("{:?}", world.sign_in)
            }
            3 => {
                let answers = [
                    Answer::Accept,
                    Answer::Silent,
                    Answer::Ignore,
                    Answer::Refuse("no"),
                    Answer::RefuseForNow("not yet"),
                ];
                world.server.default = answers[choices.below(5)].clone();
                format!("{:?}", world.server.default)
            }
            4 => {
                world.server.reachable = choices.chance(70);
                world.black_hole = choices.chance(10);
                format!("reachable: {}, black hole: {}", world.server.reachable, world.black_hole)
            }
            5 => {
                world.server.echo = choices.chance(50);
                format!("echo: {}", world.server.echo)
            }
            _ => {
                world.buffered = choices.pick(&[0, 0, 1 << 21]);
                format!("{} bytes buffered", world.buffered)
            }
        }
    }
}

fn settle_down(world: &mut World) {
    (world.storage.capacity, world.buffered, world.black_hole) = (usize::MAX, 0, false);
    (world.sign_in, world.server.reachable, world.server.default) = (SignIn::Token("good"), true, Answer::Accept);
    world.server.echo = true;
}

fn use_chat(world: &mut World) {
    settle_down(world);
    let owner = world.owner.clone();
    world.change_owner(&owner);
    world.run(Client::stop);
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    assert!(!world.is_connected() && world.transport().is_none());
    world.run(|client, now| client.discard_all(now));
    assert!(world.storage.ids(&world.owner).is_empty(), "{:?}", world.storage.map);
    world.server.accepted.clear();
    world.send("final", "works");
    world.run(Client::replace_token);
    world.connect();
    world.input(Input::Online);
    world.run_until("acceptance", World::is_empty);
    world.drive();
    assert_eq!(world.server.contents("final"), ["works"]);
}

fn use_sockets(world: &mut World) {
    settle_down(world);
    for socket in [SocketId(0), SocketId(1)] {
        world.run(|client, now| client.disconnect(now, socket));
    }
    assert!(world.transport().is_none(), "a transport that nobody uses");
    world.run_for(1_000);
    assert_eq!(world.wake(), None, "something is still to happen");
    world.connect();
    world.input(Input::Online);
    world.run_until("a connection", World::is_connected);
    assert!(!world.client.is_connected(SocketId(1)));
}
