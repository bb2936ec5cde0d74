//! What a client does with input that is malformed: the rows of "Malformed input" in the notes on the wire, on a live machine.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{World, config};
use socketio_wasm::client::ConnectionStatus;

/// A connected client without the chat layer hears these frames. A text that begins with "binary " is a binary frame.
fn hear(frames: &[&str]) -> World {
    let mut world = World::plain(config(), "/");
    world.connect();
    assert!(world.is_connected());
    world.log.clear();
    for frame in frames {
        match frame.strip_prefix("binary ") {
            Some(bytes) => world.hear_binary(bytes),
            None => world.hear(frame),
        }
    }
    world
}

fn assert_reconnects(world: &mut World, what: &str) {
    assert!(!world.is_connected(), "{what}: says connected");
    assert!(world.lines("close").contains(&"1"), "{what}: the transport stays open: {:#?}", world.log);
    world.run_until(&format!("{what}: the next connection"), World::is_connected);
    assert_eq!(world.server.connects.len(), 2, "{what}");
}

#[test]
fn frames_that_are_no_engine_io_close_with_transport_error_and_reconnect() {
    for frame in ["", "7", "x", "\u{1f375}"] {
        let mut world = hear(&[frame]);
        let told = world.lines("told");
        assert!(told.iter().any(|line| line.starts_with("disconnect transport error")), "{frame:?}: {told:?}");
        assert_reconnects(&mut world, frame);
    }
}

#[test]
fn frames_that_are_no_socket_io_close_with_parse_error_and_reconnect() {
    let placeholder = r#"451-["a",{"_placeholder":true,"num":0}]"#;
    let rows: &[&[&str]] = &[
        &["4"],
        &["47"],
        &["4x"],
        &["42"],
        &[r#"42["a""#],
        &["42[]"],
        &["42{}"],
        &["42[null]"],
        &["42[true]"],
        &[r#"42["connect"]"#],
        &[r#"42["connect_error"]"#],
        &[r#"42["disconnect"]"#],
        &[r#"42["disconnecting"]"#],
        &[r#"42["newListener"]"#],
        &[r#"42["removeListener"]"#],
        &["40[]"],
        &["41{}"],
        &["430"],
        &["43"],
        &["44[]"],
        &[r#"450-["a"]"#],
        &[r#"451.5-["a"]"#],
        &[r#"4511-["a"]"#],
        &[r#"45["a"]"#],
        &[r#"451-["a",{"_placeholder":true,"num":1}]"#],
        &[r#"451-["a",{"_placeholder":true,"num":"x"}]"#],
        &[placeholder, r#"42["b"]"#],
        &[placeholder, placeholder],
        &["binary loose"],
        &[placeholder, "binary one", "binary two"],
        &["b*"],
        &["429007199254740992[]"],
        &[r#"0{"sid":"again","pingInterval":25000,"pingTimeout":20000}"#],
        // Of a namespace that nobody opened, a packet is still read.
        &["42/nobody,[]"],
    ];
    for frames in rows {
        let mut world = hear(frames);
        let told = world.lines("told");
        assert!(told.iter().any(|line| line.starts_with("disconnect parse error")), "{frames:?}: {told:?}");
        assert_reconnects(&mut world, &format!("{frames:?}"));
    }
}

#[test]
fn a_ping_between_a_packet_and_its_attachment_disturbs_neither() {
    let mut world = hear(&[r#"451-["a",{"_placeholder":true,"num":0}]"#, "2", "binary one"]);
    assert_eq!(
        world.take("told"),
        ["manager ping", r#"event ["a",{"_placeholder":true,"num":0}] +one"#],
        "an attachment is a message, a ping is none"
    );
    assert!(world.is_connected());
}

#[test]
fn ten_attachments_are_taken_and_told_in_their_order() {
    let mut frames = vec![r#"4510-["a"]"#.to_owned()];
    frames.extend((0..10).map(|index| format!("binary {index}")));
    let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
    let world = hear(&frames);
    assert_eq!(world.lines("told"), [r#"event ["a"] +0 +1 +2 +3 +4 +5 +6 +7 +8 +9"#]);
}

#[test]
fn an_attachment_as_base64_text_is_taken() {
    let world = hear(&[r#"451-["a",{"_placeholder":true,"num":0}]"#, "bAQID"]);
    assert_eq!(world.lines("told"), [r#"event ["a",{"_placeholder":true,"num":0}] +AQID"#]);
}

#[test]
fn what_needs_no_answer_is_ignored() {
    let rows: &[&[&str]] = &[
        &["3"],
        &["5"],
        &["6"],
        &["6 and more"],
        &["4399[]"],
        &["43[]"],
        &[r#"42/other,["a"]"#],
        &["41/other,"],
        &[r#"40/other,{"sid":"x"}"#],
        &[r#"44/other,{"message":"no"}"#],
        &[r#"451-/other,["a",{"_placeholder":true,"num":0}]"#, "binary one"],
        &[r#"40{"sid":"another"}"#],
        &["40"],
    ];
    for frames in rows {
        let mut world = hear(frames);
        assert_eq!(world.log, [""; 0], "{frames:?}");
        assert!(world.is_connected(), "{frames:?}");
        world.hear(r#"42["still here"]"#);
        assert_eq!(world.lines("told"), [r#"event ["still here"]"#], "{frames:?}");
    }
}

#[test]
fn an_event_named_by_a_number_is_accepted() {
    assert_eq!(hear(&["42[1,2]"]).lines("told"), ["event [1,2]"]);
}

#[test]
fn the_server_closing_the_engine_closes_the_transport_and_reconnects() {
    let mut world = hear(&["1"]);
    assert!(world.lines("told").contains(&"disconnect transport close"));
    assert_reconnects(&mut world, "1");
}

#[test]
fn a_refusal_of_a_connected_namespace_is_disconnect_then_connect_error() {
    let mut world = hear(&[r#"44{"message":"gone"}"#]);
    let told: Vec<_> = world.take("told").into_iter().filter(|line| !line.starts_with("manager")).collect();
    assert_eq!(told, ["disconnect io server disconnect", "connect_error gone"]);
    assert!(!world.is_connected());
    assert!(!world.client.is_active(world.socket), "it does not come back by itself");
    world.run_for(120_000);
    assert_eq!(world.server.connects.len(), 1);
}

#[test]
fn a_refusal_without_a_payload_is_a_connect_error_with_an_empty_message() {
    for refusal in ["", "{}", r#""""#] {
        let mut world = World::plain(config(), "/");
        world.server.refusals.push_back(refusal.to_owned());
        world.connect();
        assert!(world.lines("told").contains(&"connect_error "), "{refusal}: {:#?}", world.log);
        assert!(!world.client.is_active(world.socket));
    }
}

#[test]
fn a_connect_answer_without_a_sid_says_that_the_server_speaks_another_version() {
    for answer in ["40", "40{}", r#"40{"sid":7}"#, r#"40{"sid":""}"#] {
        let mut world = World::plain(config(), "/");
        world.server.answers_connect = false;
        world.connect();
        world.hear(answer);
        let told = world.lines("told");
        assert!(told.contains(&"connect_error the server does not speak socket.io protocol 5"), "{answer}: {told:?}");
        assert!(!world.is_connected());
    }
}

#[test]
fn a_chat_client_tries_a_server_of_another_version_again_with_growing_delay() {
    let mut world = World::chat();
    world.server.answers_connect = false;
    world.send("c", "kept");
    world.connect_without_waiting();
    let start = world.now;
    for round in 1..=6 {
        world.run_until("an attempt", |world| world.server.connects.len() == round);
        world.hear("40");
        assert_eq!(world.client.status(), ConnectionStatus::Reconnecting);
    }
    assert!(world.now - start > 8_000, "six attempts in {} ms", world.now - start);
    assert_eq!(world.queue(), ["kept Queued 0"]);
    world.server.answers_connect = true;
    world.run_until("acceptance", World::is_empty);
}

#[test]
fn an_open_packet_that_cannot_be_lived_by_closes_and_reconnects_with_growing_delay() {
    let rows = [
        "0{",
        "0",
        r#"0{"pingInterval":25000,"pingTimeout":20000}"#,
        r#"0{"sid":"s"}"#,
        r#"0{"sid":"s","pingInterval":0,"pingTimeout":0}"#,
    ];
    for handshake in rows {
        let mut world = World::plain(config(), "/");
        world.server.handshake = Some(handshake.to_owned());
        world.connect();
        assert!(world.lines("told").contains(&"connect_error invalid open packet"), "{:#?}", world.log);
        world.run_for(60_000);
        let attempts = world.lines("open").len();
        assert!((10..=25).contains(&attempts), "{handshake}: {attempts} attempts in a minute");
        world.server = common::Server::default();
        world.run_until("a connection", World::is_connected);
    }
}

#[test]
fn packets_before_the_open_packet_do_nothing() {
    for frame in [r#"40{"sid":"s"}"#, r#"42["a"]"#, "2", "41", "3"] {
        let mut world = World::plain(config(), "/");
        world.server.handshake = None;
        world.connect();
        world.log.clear();
        world.hear(frame);
        assert_eq!(world.log, [""; 0], "{frame}");
        assert!(!world.is_connected(), "{frame}");
    }
}

#[test]
fn a_message_that_is_malformed_every_time_is_met_with_growing_delays() {
    let mut world = World::chat();
    world.server.sends_ready = true;
    world.connect();
    let mut delays = Vec::new();
    for _ in 0..8 {
        world.hear("4poison");
        let lost = world.now;
        world.run_until("a new attempt", |world| world.transport().is_some());
        delays.push(world.now - lost);
        world.run_until("a connection", World::is_connected);
        world.drive();
    }
    assert!(delays[..2].iter().all(|delay| *delay < 3_100), "{delays:?}");
    assert!(
        delays[4..].iter().all(|delay| *delay >= 2_500),
        "{delays:?}: the delay must not start over with each connection"
    );
}
