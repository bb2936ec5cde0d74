//! Random, truncated and mutated input, seeded: no panic, bounded memory, never connected over a dead transport.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, Rng, World, chat, config, decode};
use socketio_wasm::client::{
    Answer as Auth, Ask, ChatConfig, Client, ConnectionStatus, Emit, Frame, Input, Limits, PacketBody, Payload, Reason,
    SocketId, Transport,
};

/// Valid frames, to be cut and changed.
const FRAMES: &[&str] = &[
    r#"0{"sid":"lv_VI97HAXpY6yYWAAAB","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
    "1",
    "2",
    "3",
    "6",
    r#"40{"sid":"oSO0OpakMV_3jnilAAAA","pid":"p"}"#,
    "40/admin,",
    "41",
    "41/admin,",
    r#"42["message",{"id":"m1","conversationId":"c","content":"räume 🍵","createdAt":"2026-01-01T00:00:00Z"}]"#,
    r#"42["notification",{"id":"n","type":"t"}]"#,
    r#"42["connected",{}]"#,
    r#"4212["a",1,null,[{"b":[1e308,-0.0]}]]"#,
    r#"42/räume,13["b"]"#,
    "430[]",
    r#"431[{"ok":true}]"#,
    r#"432[{"error":"no","retryable":true}]"#,
    r#"43/admin,9007199254740991["x"]"#,
    r#"44{"message":"invalid token","data":{"code":401}}"#,
    r#"44{"message":"later"}"#,
    r#"452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
    r#"461-/admin,13["baz",{"_placeholder":true,"num":0}]"#,
    "bAQIDBA==",
];

/// What a decoder may stumble over.
const PIECES: &[&str] = &[
    "",
    "0",
    "1",
    "4",
    "5",
    "9",
    "-",
    ",",
    "/",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "null",
    "true",
    "_placeholder",
    "num",
    "é",
    "🍵",
    "\u{0}",
    "\u{feff}",
    "99999999999999999999999",
    "9007199254740992",
    "connect",
    "\\u0000",
    "\\ud800",
    "1e999",
    "[[[[[[[[",
    "42",
    "43",
    "45",
    "0-",
    "10-",
    "11-",
];

fn random_frame(rng: &mut Rng) -> String {
    let mut text = if rng.chance(70) { rng.pick(FRAMES).to_owned() } else { String::new() };
    for _ in 0..rng.below(4) {
        let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let at = rng.pick(&cuts);
        match rng.below(5) {
            0 => text.truncate(at),
            1 => text.insert_str(at, rng.pick(PIECES)),
            2 if at < text.len() => drop(text.remove(at)),
            3 => text = text.split_off(at),
            _ => {
                let tail = text.split_off(at);
                text = format!("{text}{}{tail}", char::from_u32(rng.below(0x250) as u32).unwrap_or('x'));
            }
        }
    }
    text
}

#[test]
fn no_text_makes_the_decoder_panic_and_what_it_takes_keeps_its_promises() {
    let mut rng = Rng::new(1);
    let (mut packets, mut refused) = (0, 0);
    for _ in 0..300_000 {
        let text = random_frame(&mut rng);
        match decode(&text) {
            Frame::Packet(packet) => {
                packets += 1;
                assert!(packet.attachments <= 10, "{text}");
                assert!(
                    packet.namespace.as_deref().is_none_or(|name| name.len() > 1 && name.starts_with('/')),
                    "{text}"
                );
                match packet.body {
                    PacketBody::Event { ack: Some(id), .. } | PacketBody::Ack { id: Some(id), .. } => {
                        assert!(id < 1 << 53, "{text}");
                    }
                    _ => {}
                }
            }
            Frame::Open(handshake) => assert!(!handshake.sid.is_empty(), "{text}"),
            Frame::BadFrame(_) | Frame::BadPacket(_) => refused += 1,
            _ => {}
        }
    }
    assert!(packets > 30_000 && refused > 30_000, "{packets} packets, {refused} refused: the frames are no good test");
}

#[test]
fn every_frame_cut_at_every_place_is_read_or_refused() {
    for frame in FRAMES {
        for (at, _) in frame.char_indices() {
            decode(&frame[..at]);
            decode(&frame[at..]);
        }
    }
}

/// All that a client holds on to.
fn memory(client: &Client<String>) -> usize {
    format!("{client:?}").len()
}

#[test]
fn random_frames_by_the_hundred_thousand_leave_a_client_that_works_and_does_not_grow() {
    let limits = Limits { messages: 20, length: 100_000 };
    let mut world = World::new(config(), ChatConfig { limits, ..chat() });
    world.server.default = Answer::Silent;
    world.connect();
    let mut rng = Rng::new(2);
    let mut connections = 0;
    for round in 0..200_000 {
        if !world.is_connected() {
            world.connect();
            if !world.is_connected() {
                world.input(Input::Online);
                world.drive();
            }
            connections += usize::from(world.is_connected());
        }
        if world.transport().is_none() {
            world.run_for(10_000);
            continue;
        }
        if rng.chance(2) {
            let _ = world.try_send(None, rng.pick(&["c", "d"]), "m");
        }
        let frame = random_frame(&mut rng);
        world.hear(&frame);
        if rng.chance(3) && world.transport().is_some() {
            world.hear_binary("bytes");
        }
        world.assert_sound(&frame);
        if world.log.len() > 1_000 {
            world.log.clear();
        }
        if round % 1_000 == 0 {
            let size = memory(&world.client);
            assert!(size < 60_000, "round {round}: the client takes {size} characters to describe");
            world.server.received.clear();
            world.server.connects.clear();
            for id in world.waiting() {
                world.run(|client, now| client.retry(now, &id));
            }
        }
    }
    assert!(connections > 1_000, "{connections} connections: the frames are no good test");
    world.server.default = Answer::Accept;
    world.run(|client, now| client.discard_all(now));
    world.send("c", "the last");
    world.connect();
    world.input(Input::Online);
    world.run_until("acceptance", World::is_empty);
    assert_eq!(world.server.contents("c").last(), Some(&"the last"));
}

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
                2 => Auth::Auth { payload: None, same: true },
                _ => Auth::Auth { payload: Some(r#"{"token":"Bearer good"}"#.to_owned()), same: false },
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
    let id = world.waiting().last().cloned().unwrap_or_default();
    let name = rng.pick(&["c", "d", "e"]);
    match rng.below(14) {
        0 => world.run(|client, now| client.initialize(now, true)),
        1 => world.run(|client, now| client.initialize(now, false)),
        2 => world.run(Client::stop),
        3 => world.run(|client, now| client.join(now, name)),
        4 => world.run(|client, now| client.leave(now, name)),
        5 => drop(world.run(|client, now| client.retry(now, &id))),
        6 => drop(world.run(|client, now| client.discard(now, &id))),
        7 => world.change_owner(name),
        8 => world.run(|client, now| client.connect(now, socket)),
        9 => world.run(|client, now| client.disconnect(now, socket)),
        10 => {
            let payload = Payload { args: r#"["x"]"#.to_owned(), attachments: vec!["b".to_owned(); rng.below(3)] };
            let emit = Emit { ack: rng.chance(50), timeout: Some(1_000), volatile: rng.chance(50) };
            world.run(|client, now| client.emit(now, socket, payload, emit));
        }
        11 => world.storage.capacity = rng.pick(&[0, 500, usize::MAX]),
        _ => drop(world.try_send(None, name, "m")),
    }
}

#[test]
fn any_input_and_any_call_in_any_order_leave_a_client_that_can_be_used() {
    for seed in 0..60 {
        let limits = Limits { messages: 20, length: 100_000 };
        let mut world = World::new(config(), ChatConfig { limits, ack_timeout: 500, ..chat() });
        let mut rng = Rng::new(100 + seed);
        for step in 0..1_500 {
            match rng.below(10) {
                0..4 => {
                    let input = random_input(&mut rng, &world);
                    let text = format!("{input:?}");
                    world.input(input);
                    world.assert_sound(&format!("seed {seed}, step {step}: {text}"));
                }
                4..7 => random_call(&mut rng, &mut world),
                7 => world.run_for(rng.below(30_000) as u64),
                8 => world.suspend(rng.below(100_000) as u64),
                _ => {
                    let end = world.now + 5_000;
                    world.step(end);
                }
            }
            if step % 100 == 0 {
                let size = memory(&world.client);
                assert!(size < 120_000, "seed {seed}, step {step}: the client takes {size} characters to describe");
            }
            world.log.clear();
        }
        world.storage.capacity = usize::MAX;
        world.run(Client::stop);
        assert_eq!(world.client.status(), ConnectionStatus::Idle, "seed {seed}");
        assert!(!world.is_connected(), "seed {seed}");
        world.run(|client, now| client.discard_all(now));
        world.server.accepted.clear();
        world.send("final", "works");
        world.connect();
        world.input(Input::Online);
        world.run_until(&format!("seed {seed}: acceptance"), World::is_empty);
        assert_eq!(world.server.contents("final"), ["works"], "seed {seed}");
    }
}
