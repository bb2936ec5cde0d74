//! Random, truncated and mutated input, seeded: no panic, bounded memory, never connected over a dead transport.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, FRAMES, Rng, World, chat, config, decode, random_frame};
use socketio_wasm::client::{ChatConfig, Frame, Input, Limits, PacketBody};

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

#[test]
fn random_frames_by_the_hundred_thousand_leave_a_client_that_works_and_does_not_grow() {
    let limits = Limits { messages: 20, length: 100_000 };
    // Few on the wire: a scripted server that reads JSON is what takes time here.
    let mut world = World::new(config(), ChatConfig { limits, max_in_flight: 3, ..chat() });
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
        // As many whole ones, so that connections live long enough to get into some state.
        let frame = if rng.chance(50) { rng.pick(FRAMES).to_owned() } else { random_frame(&mut rng) };
        world.hear(&frame);
        if rng.chance(3) && world.transport().is_some() {
            world.hear_binary("bytes");
        }
        world.assert_sound(&frame);
        if world.log.len() > 1_000 {
            world.log.clear();
        }
        if round % 1_000 == 0 {
            let size = world.memory();
            assert!(size < 60_000, "round {round}: the client takes {size} characters to describe");
            world.assert_stored(&format!("round {round}"));
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
