//! Acknowledgements that the application waits for: each comes once, or never, and then the application is told so.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Step, World, config};
use socketio_wasm::client::{Client, Emit, Payload, SocketId};

fn payload(args: &str) -> Payload<String> {
    Payload { args: args.to_owned(), attachments: 0 }
}

fn connected() -> World {
    let mut world = World::plain(config(), "/");
    world.connect();
    world.log.clear();
    world
}

fn ask(world: &mut World, timeout: Option<u64>) -> u64 {
    let (socket, emit) = (world.socket, Emit { ack: true, timeout, volatile: false });
    world.run(|client, now| client.emit(now, socket, payload(r#"["ask"]"#), emit)).expect("an id")
}

#[test]
fn ids_count_up_from_0_in_each_namespace() {
    let mut world = World::plain(config(), "/");
    let other = world.client.add_socket("/other".to_owned());
    world.run(|client, now| client.connect(now, other));
    world.connect();
    let asks: Vec<u64> = (0..3).map(|_| ask(&mut world, None)).collect();
    assert_eq!(asks, [0, 1, 2]);
    let emit = Emit { ack: true, ..Emit::default() };
    assert_eq!(world.run(|client, now| client.emit(now, other, payload(r#"["x"]"#), emit)), Some(0));
    world.log.clear();
    world.hear("430[1]");
    world.hear("43/other,0[2]");
    assert_eq!(world.lines("told"), ["ack 0 [1]", "ack 0 [2]"]);
}

#[test]
fn an_event_without_an_acknowledgement_takes_no_id() {
    let mut world = connected();
    let socket = world.socket;
    let none = world.run(|client, now| client.emit(now, socket, payload(r#"["x"]"#), Emit::default()));
    assert_eq!(none, None);
    assert_eq!(ask(&mut world, None), 0);
}

#[test]
fn answers_in_any_order_reach_who_asked() {
    let mut world = connected();
    for _ in 0..3 {
        ask(&mut world, None);
    }
    world.log.clear();
    for answer in ["432[2]", "430[0]", "431[1]"] {
        world.hear(answer);
    }
    assert_eq!(world.lines("told"), ["ack 2 [2]", "ack 0 [0]", "ack 1 [1]"]);
}

#[test]
fn an_acknowledgement_is_delivered_once() {
    let mut world = connected();
    ask(&mut world, Some(1_000));
    world.log.clear();
    world.hear("430[1]");
    world.hear("430[1]");
    world.run_for(5_000);
    world.hear("430[1]");
    assert_eq!(world.lines("told ack"), ["0 [1]"]);
    assert!(world.is_connected());
}

#[test]
fn a_timeout_is_told_at_its_time_and_a_late_answer_is_ignored() {
    let mut world = connected();
    let start = world.now;
    ask(&mut world, Some(3_000));
    ask(&mut world, Some(1_000));
    ask(&mut world, None);
    world.log.clear();
    world.run_until("a timeout", |world| !world.lines("told").is_empty());
    assert_eq!((world.now - start, world.take("told")), (1_000, vec!["ack 1 timeout".to_owned()]));
    world.run_until("a timeout", |world| !world.lines("told").is_empty());
    assert_eq!((world.now - start, world.take("told")), (3_000, vec!["ack 0 timeout".to_owned()]));
    world.hear("430[]");
    world.hear("431[]");
    world.hear("432[]");
    assert_eq!(world.lines("told"), ["ack 2 []"], "one without a timeout waits as long as the connection");
}

#[test]
fn a_longer_timeout_that_is_asked_for_later_puts_off_no_shorter_one() {
    let mut world = connected();
    ask(&mut world, Some(1_000));
    ask(&mut world, Some(3_000));
    world.run_for(1_000);
    assert_eq!(world.lines("told"), ["ack 0 timeout"]);
}

#[test]
fn many_timeouts_at_once_are_told_in_the_order_of_the_calls() {
    let mut world = connected();
    for _ in 0..5 {
        ask(&mut world, Some(1_000));
    }
    world.run_for(1_000);
    assert_eq!(world.lines("told"), (0..5).map(|id| format!("ack {id} timeout")).collect::<Vec<_>>());
}

#[test]
fn every_waiting_one_is_settled_when_the_connection_is_lost_and_by_nothing_after_that() {
    let ends: [(&str, Step); 5] = [
        ("the link", World::drop_link),
        ("a server disconnect", |world| world.hear("41")),
        ("a parse error", |world| world.hear("4")),
        ("a refusal", |world| world.hear("44{}")),
        ("the application", |world| {
            let socket = world.socket;
            world.run(|client, now| client.disconnect(now, socket));
        }),
    ];
    for (what, end) in ends {
        let mut world = connected();
        ask(&mut world, None);
        ask(&mut world, Some(60_000));
        world.log.clear();
        end(&mut world);
        assert_eq!(world.lines("told ack"), ["0 disconnected", "1 disconnected"], "{what}");
        world.connect();
        world.run_until("a connection", World::is_connected);
        world.hear("430[]");
        world.hear("431[]");
        world.run_for(120_000);
        assert_eq!(world.lines("told ack").len(), 2, "{what}");
    }
}

#[test]
fn disconnect_is_told_before_its_acknowledgements_fail() {
    let mut world = connected();
    ask(&mut world, None);
    world.log.clear();
    world.drop_link();
    let told: Vec<_> = world.lines("told").into_iter().filter(|line| !line.starts_with("manager")).collect();
    assert_eq!(told, ["disconnect transport close", "ack 0 disconnected"]);
}

#[test]
fn one_that_waits_for_a_connection_times_out_and_is_then_not_sent() {
    let mut world = World::plain(config(), "/");
    world.server.reachable = false;
    world.connect();
    ask(&mut world, Some(1_000));
    ask(&mut world, None);
    world.run_for(1_000);
    assert_eq!(world.lines("told ack"), ["0 timeout"]);
    world.server.reachable = true;
    world.run_until("a connection", World::is_connected);
    let sent = world.lines("send");
    assert_eq!(sent[1..], [r#"421["ask"]"#], "who asked was told that it timed out");
}

#[test]
fn one_that_waits_for_a_connection_survives_failed_attempts() {
    let mut world = World::plain(config(), "/");
    world.server.reachable = false;
    world.connect();
    ask(&mut world, None);
    world.run_for(30_000);
    assert_eq!(world.lines("told ack"), [""; 0]);
    world.server.reachable = true;
    world.run_until("a connection", World::is_connected);
    world.hear("430[1]");
    assert_eq!(world.lines("told ack"), ["0 [1]"]);
}

#[test]
fn one_that_waits_for_a_connection_waits_on_when_the_server_closes_the_namespace_first() {
    let mut world = World::plain(config(), "/");
    world.server.answers_connect = false;
    ask(&mut world, None);
    world.connect();
    world.hear("41");
    assert!(
        world.lines("told").contains(&"disconnect io server disconnect"),
        "as the reference does, and not in silence"
    );
    assert_eq!(world.lines("told ack"), [""; 0], "it was not on the wire");
    world.server.answers_connect = true;
    world.connect();
    world.hear("430[1]");
    assert_eq!(world.lines("told ack"), ["0 [1]"]);
}

#[test]
fn the_server_is_answered_while_the_socket_is_connected() {
    let mut world = connected();
    world.hear(r#"4217["question"]"#);
    assert_eq!(world.take("told"), [r#"event ["question"] ack 17"#]);
    let socket = world.socket;
    let answer = |world: &mut World| {
        world.run(|client, now| client.acknowledge(now, socket, 17, payload("[1]")));
    };
    answer(&mut world);
    assert_eq!(world.take("send"), ["4317[1]"]);
    world.drop_link();
    answer(&mut world);
    assert!(!world.lines("send").iter().any(|line| line.starts_with("43")), "{:#?}", world.log);
}

#[test]
fn an_answer_with_attachments_comes_with_them() {
    let mut world = connected();
    ask(&mut world, None);
    world.log.clear();
    world.hear(r#"461-0[{"_placeholder":true,"num":0}]"#);
    assert_eq!(world.lines("told"), [""; 0], "not complete yet");
    world.hear_binary("bytes");
    assert_eq!(world.lines("told"), [r#"ack 0 [{"_placeholder":true,"num":0}] +bytes"#]);
}

#[test]
fn a_chat_clients_own_acknowledgements_do_not_mix_with_the_applications() {
    let mut world = World::connected();
    world.run(|client, now| client.join(now, "c".to_owned()));
    let id = world.send("c", "m");
    let asked = ask(&mut world, Some(5_000));
    assert_eq!(asked, 2, "0 is the join's and 1 the message's");
    world.hear("432[3]");
    world.drive();
    assert_eq!(world.lines("told ack"), ["2 [3]"]);
    assert_eq!(world.lines("told settled"), [format!("{id} acknowledged [{{\"ok\":true}}]")]);
}

#[test]
fn sockets_that_do_not_exist_do_nothing() {
    let mut world = connected();
    let nobody = SocketId(99);
    world.run(|client: &mut Client<String>, now| {
        client.connect(now, nobody);
        client.disconnect(now, nobody);
        assert_eq!(client.emit(now, nobody, payload("[]"), Emit::default()), None);
    });
    assert_eq!(world.log, [""; 0]);
}
