//! Any input and any call in any order, seeded: the client is sound after each, and can be used at the end.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeSet;

use common::{Answer, Rng, SignIn, World, chat, config, decode, random_frame};
use socketio_wasm::client::{
    Answer as Auth, Ask, ChatConfig, Client, Config, ConnectionStatus, Emit, Frame, Input, Limits, Payload, Proof,
    Reason, SocketId, Transport,
};

fn random_input(rng: &mut Rng, world: &World) -> Input<String> {
    let current = world.transport().unwrap_or(0);
    let transport = Transport(rng.pick(&[current, current, current, current.wrapping_sub(1), 0, u32::MAX]));
    match rng.below(12) {
        0 => Input::Wake,
        1 => Input::Offline,
        2 => Input::Online,
        3 => Input::Resumed,
        4 => Input::Closed { transport, reason: Reason::TransportClose, detail: None },
        5 => Input::Closed { transport, reason: Reason::TransportError, detail: Some("x".to_owned()) },
        6 => Input::Buffered { transport, bytes: rng.pick(&[0, 1 << 19, 1 << 21, u32::MAX]) },
        7 => Input::Frame { transport, frame: Frame::Binary("bytes".to_owned()) },
        8 => {
            let ask = world.asked.map_or(0, |(_, ask)| ask.0);
            let answer = match rng.below(4) {
                0 => Auth::SignedOut,
                1 => Auth::Failed("x".to_owned()),
                2 => World::auth("good"),
                _ => World::auth("better"),
            };
            Input::Auth {
                socket: SocketId(rng.pick(&[0, 0, 0, 1, usize::MAX])),
                ask: Ask(rng.pick(&[ask, ask, ask.wrapping_sub(1), 0, u32::MAX])),
                answer,
            }
        }
        _ => Input::Frame { transport, frame: decode(&random_frame(rng)) },
    }
}

/// A call of the application.
fn random_call(rng: &mut Rng, world: &mut World) {
    let socket = SocketId(rng.pick(&[0, 0, 0, 1, 9]));
    let waiting = world.waiting();
    let id = if waiting.is_empty() { String::new() } else { waiting[rng.below(waiting.len())].clone() };
    let name = rng.pick(&["c", "d", "e"]);
    match rng.below(18) {
        0..3 => world.run(|client, now| client.initialize(now, true)),
        3 => world.run(|client, now| client.initialize(now, false)),
        4 if rng.chance(30) => world.run(Client::stop),
        5 => world.run(|client, now| client.join(now, name.to_owned())),
        6 => world.run(|client, now| client.leave(now, name.to_owned())),
        7 => drop(world.run(|client, now| client.retry(now, &id))),
        8 => drop(world.run(|client, now| client.discard(now, &id))),
        9 if rng.chance(30) => world.change_owner(name),
        10 => world.run(|client, now| client.connect(now, socket)),
        11 if rng.chance(30) => world.run(|client, now| client.disconnect(now, socket)),
        12 => {
            let payload = Payload { args: r#"["x"]"#.to_owned(), attachments: vec!["b".to_owned(); rng.below(3)] };
            let emit = Emit { ack: rng.chance(50), timeout: Some(1_000), volatile: rng.chance(50) };
            world.run(|client, now| client.emit(now, socket, payload, emit));
        }
        13 => drop(world.try_mark_read(name, &["m"])),
        _ => drop(world.try_send(None, name, "m")),
    }
}

/// Something changes outside the client.
fn random_change(rng: &mut Rng, world: &mut World) {
    match rng.below(6) {
        0 => world.storage.capacity = rng.pick(&[0, 500, usize::MAX]),
        1 => {
            let tokens = [SignIn::Token("good"), SignIn::Token("bad"), SignIn::Token("worse")];
            let others = [SignIn::SignedOut, SignIn::Fails("x"), SignIn::Never];
            world.sign_in =
                if rng.chance(50) { SignIn::Token("good") } else { [tokens, others].concat()[rng.below(6)].clone() };
        }
        2 => {
            let answers = [Answer::Silent, Answer::Ignore, Answer::Refuse("no"), Answer::RefuseForNow("not yet")];
            world.server.default = if rng.chance(50) { Answer::Accept } else { answers[rng.below(4)].clone() };
        }
        3 => world.server.reachable = rng.chance(80),
        4 => world.server.echo = rng.chance(50),
        _ => world.buffered = rng.pick(&[0, 0, 1 << 21]),
    }
}

fn settings(rng: &mut Rng) -> (Config, ChatConfig) {
    let config = Config { reconnection_attempts: rng.pick(&[u32::MAX, 3]), timeout: 5_000, ..config() };
    let chat = ChatConfig {
        await_server_ready: rng.chance(30),
        delivery: rng.pick(&[Proof::Ack, Proof::Ack, Proof::Echo, Proof::Sent]),
        ack_timeout: 500,
        max_attempts: 3,
        max_in_flight: rng.pick(&[1, 3, 16]),
        limits: Limits { messages: 20, length: 100_000 },
        ttl: rng.pick(&[600_000, chat().ttl]),
    };
    (config, chat)
}

/// 1,500 things happen to a client. `what` names the test. Returns what the client and its messages went through.
fn torment(what: &str, rng: &mut Rng, world: &mut World) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for step in 0..1_500 {
        let mut at = format!("{what}, step {step}");
        match rng.below(10) {
            0..4 => {
                let input = random_input(rng, world);
                at = format!("{at}: {input:?}");
                world.input(input);
                world.assert_sound(&at);
            }
            4..6 => random_call(rng, world),
            6 => random_change(rng, world),
            7 => world.run_for(rng.below(30_000) as u64),
            8 if rng.chance(30) => world.suspend(rng.below(100_000) as u64),
            _ => {
                let end = world.now + 5_000;
                world.step(end);
            }
        }
        world.assert_consistent(&at);
        world.assert_stored(&at);
        if step % 100 == 0 {
            let size = world.memory();
            assert!(size < 120_000, "{at}: the client takes {size} characters to describe");
        }
        seen.insert(format!("{:?}", world.client.status()));
        let entries = world.client.outbox().map_or(&[][..], |outbox| outbox.entries());
        seen.extend(entries.iter().map(|entry| format!("{:?}", entry.status)));
        world.log.clear();
    }
    seen
}

#[test]
fn any_input_and_any_call_in_any_order_leave_a_client_that_can_be_used() {
    let mut seen = BTreeSet::new();
    for seed in 0..100 {
        let mut rng = Rng::new(100 + seed);
        let (config, chat) = settings(&mut rng);
        let proof = chat.delivery;
        let mut world = World::new(config, chat);
        world.server.sends_ready = true;
        seen.extend(torment(&format!("seed {seed}"), &mut rng, &mut world));

        world.storage.capacity = usize::MAX;
        (world.sign_in, world.buffered) = (SignIn::Token("good"), 0);
        (world.server.reachable, world.server.default, world.server.echo) =
            (true, Answer::Accept, proof == Proof::Echo);
        world.run(Client::stop);
        assert_eq!(world.client.status(), ConnectionStatus::Idle, "seed {seed}");
        assert!(!world.is_connected(), "seed {seed}");
        world.run(|client, now| client.discard_all(now));
        assert!(world.storage.ids(&world.owner).is_empty(), "seed {seed}: {:?}", world.storage.map);
        world.server.accepted.clear();
        world.send("final", "works");
        world.connect();
        world.input(Input::Online);
        world.run_until(&format!("seed {seed}: acceptance"), World::is_empty);
        world.drive();
        assert_eq!(world.server.contents("final"), ["works"], "seed {seed}");
    }
    assert!(seen.len() == 11, "only {seen:?} were ever reached: the calls are no good test");
}

#[test]
fn any_input_and_any_call_in_any_order_leave_sockets_without_the_chat_layer_that_can_be_used() {
    for seed in 0..40 {
        let mut rng = Rng::new(500 + seed);
        let mut world = World::plain(Config { timeout: 5_000, ..config() }, "/");
        world.client.add_socket("/räume".to_owned());
        torment(&format!("seed {seed}"), &mut rng, &mut world);

        (world.server.reachable, world.sign_in) = (true, SignIn::Token("good"));
        for socket in [SocketId(0), SocketId(1)] {
            world.run(|client, now| client.disconnect(now, socket));
        }
        assert!(world.transport().is_none(), "seed {seed}: a transport that nobody uses");
        world.run_for(1_000);
        assert_eq!(world.wake(), None, "seed {seed}: something is still to happen");
        world.connect();
        world.input(Input::Online);
        world.run_until(&format!("seed {seed}: a connection"), World::is_connected);
        assert!(!world.client.is_connected(SocketId(1)), "seed {seed}");
    }
}
