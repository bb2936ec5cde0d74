//! The heartbeat: a dead connection is noticed by a point in time, at whatever input comes first after it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Step, World};
use socketio_wasm::client::{Client, ConnectionStatus, Input, Payload};

/// pingInterval and pingTimeout of the scripted server.
const PATIENCE: u64 = 45_000;

fn payload() -> Payload<String> {
    Payload { args: r#"["x"]"#.to_owned(), attachments: 0 }
}

#[test]
fn a_ping_is_answered_at_once() {
    let mut world = World::connected();
    world.log.clear();
    world.hear("2");
    assert_eq!(world.log, ["send 3", "told manager ping"]);
}

#[test]
fn pings_keep_a_connection_for_hours() {
    let mut world = World::connected();
    world.run_for(6 * 3_600_000);
    assert!(world.is_connected());
    assert_eq!(world.lines("open"), ["1"]);
    assert_eq!(world.server.received.iter().filter(|frame| *frame == "3").count(), 6 * 144);
}

#[test]
fn a_server_that_stops_pinging_is_noticed_after_interval_and_timeout() {
    let mut world = World::connected();
    world.run_for(25_000 + world.latency);
    assert_eq!(world.lines("told").last(), Some(&"manager ping"));
    let last_ping = world.now;
    world.server.pings = false;
    world.run_until("the end", |world| !world.is_connected());
    assert!(world.lines("told").contains(&"disconnect ping timeout"));
    let noticed = world.now - last_ping;
    assert!((PATIENCE - 100..=PATIENCE + 100).contains(&noticed), "noticed after {noticed} ms");
    assert_eq!(world.client.status(), ConnectionStatus::Reconnecting);
    world.server.pings = true;
    world.run_until("another connection", World::is_connected);
}

#[test]
fn a_server_that_never_pings_at_all_is_noticed_too() {
    let mut world = World::chat();
    world.server.pings = false;
    world.connect();
    let start = world.now;
    world.run_until("the end", |world| !world.is_connected());
    assert!(world.now - start <= PATIENCE);
}

#[test]
fn other_traffic_is_no_heartbeat() {
    let mut world = World::connected();
    world.server.pings = false;
    for _ in 0..44 {
        world.run_for(1_000);
        world.hear(r#"42["chatter"]"#);
    }
    assert!(world.is_connected());
    world.run_for(1_100);
    assert!(world.lines("told").contains(&"disconnect ping timeout"), "the reference counts pings only, and so do we");
}

#[test]
fn after_a_suspension_the_first_input_of_any_kind_finds_the_connection_dead() {
    let inputs: [(&str, Step); 11] = [
        ("a timer", |world| world.input(Input::Wake)),
        ("an event from the network", |world| world.frame(1, r#"42["late"]"#)),
        ("a ping from the network", |world| world.frame(1, "2")),
        ("the page becoming visible", |world| world.input(Input::Resumed)),
        ("a message", |world| drop(world.send("c", "m"))),
        ("a join", |world| world.run(|client, now| client.join(now, "c".to_owned()))),
        ("leaving", |world| world.run(|client, now| client.leave(now, "joined".to_owned()))),
        ("an acknowledgement", |world| {
            let socket = world.socket;
            world.run(|client, now| client.acknowledge(now, socket, 1, payload()));
        }),
        ("a read mark", |world| world.mark_read("c", &["m"])),
        ("initialize", |world| world.run(|client, now| client.initialize(now, false))),
        ("an emit", |world| {
            let socket = world.socket;
            world.run(|client, now| client.emit(now, socket, payload(), Default::default()));
        }),
    ];
    for (what, input) in inputs {
        let mut world = World::connected();
        world.run(|client, now| client.join(now, "joined".to_owned()));
        world.run_for(100);
        world.log.clear();
        world.suspend(8 * 3_600_000);
        assert!(world.is_connected(), "nothing has happened yet");
        input(&mut world);
        assert!(!world.is_connected(), "{what}: says connected");
        assert!(world.lines("told").contains(&"disconnect ping timeout"), "{what}: {:#?}", world.log);
        let written = world.lines("send");
        assert!(written.is_empty(), "{what}: {written:?} went into a dead connection");
        world.run_until("another connection", World::is_connected);
    }
}

#[test]
fn stopping_after_a_suspension_says_no_goodbye_to_a_dead_connection() {
    let mut world = World::connected();
    world.log.clear();
    world.suspend(3_600_000);
    world.run(Client::stop);
    assert_eq!(world.lines("send"), [""; 0]);
    assert!(world.lines("told").contains(&"disconnect ping timeout"), "{:#?}", world.log);
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    assert_eq!(world.wake(), None);
}

#[test]
fn a_retry_or_a_merged_read_mark_after_a_suspension_is_not_written_into_the_dead_connection() {
    let mut world = World::chat();
    world.server.answers.push_back(common::Answer::Refuse("no"));
    let id = world.send("c", "one");
    world.connect();
    world.drive();
    assert_eq!(world.queue(), ["one Failed 0"]);
    world.log.clear();
    world.suspend(3_600_000);
    assert!(world.run(|client, now| client.retry(now, &id)));
    assert_eq!(world.lines("send"), [""; 0]);
    assert!(!world.is_connected());
    world.run_until("acceptance", World::is_empty);
    assert_eq!(world.server.ids(), [id]);
}

#[test]
fn a_message_sent_after_a_suspension_is_queued_and_no_attempt_is_counted() {
    let mut world = World::connected();
    world.run_for(100);
    world.suspend(3_600_000);
    world.send("c", "m");
    assert_eq!(world.queue(), ["m Queued 0"]);
    world.run_until("acceptance", World::is_empty);
    assert_eq!(world.server.contents("c"), ["m"]);
    assert_eq!(world.server.repeats, 0);
}

#[test]
fn resuming_with_a_dead_connection_reconnects_without_waiting_for_the_delay() {
    let mut world = World::connected();
    world.run_for(100);
    world.suspend(3_600_000);
    world.log.clear();
    world.input(Input::Resumed);
    assert_eq!(world.lines("open"), ["2"]);
    world.drive();
    assert!(world.is_connected());
}

#[test]
fn a_heartbeat_that_is_due_at_this_very_moment_is_over() {
    let mut world = World::connected();
    world.server.pings = false;
    let deadline = world.wake().expect("a deadline");
    world.suspend(deadline - world.now - 1);
    world.hear(r#"42["in time"]"#);
    assert!(world.is_connected());
    world.suspend(1);
    world.hear(r#"42["too late"]"#);
    assert!(!world.is_connected());
    assert!(!world.lines("told").iter().any(|line| line.contains("too late")));
}

#[test]
fn each_connection_has_the_patience_of_its_own_handshake() {
    let mut world = World::connected();
    world.server.handshake = common::Server::default().handshake.map(|open| open.replace("25000", "2000"));
    (world.server.ping_interval, world.server.pings) = (2_000, false);
    world.drop_link();
    world.run_until("another connection", World::is_connected);
    let start = world.now;
    world.run_until("the end", |world| !world.is_connected());
    let noticed = world.now - start;
    assert!((21_900..=22_000).contains(&noticed), "noticed after {noticed} ms, 2 s and 20 s after the handshake");
}
