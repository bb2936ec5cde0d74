//! Handshake and CONNECT: what is sent and told, and in which order.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{SignIn, Step, World, chat, config};
use socketio_wasm::client::{ChatConfig, Client, Config, ConnectionStatus, Emit, Payload};

#[test]
fn nothing_happens_before_initialize() {
    let mut world = World::chat();
    world.send("c", "early");
    world.run(|client, now| client.join(now, "c".to_owned()));
    world.run_for(3_600_000);
    assert_eq!(world.lines("open"), [""; 0]);
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    assert_eq!(world.queue(), ["early Queued 0"]);
}

#[test]
fn a_chat_client_finds_its_token_opens_and_connects_with_it() {
    let mut world = World::chat();
    world.connect();
    assert_eq!(
        world.log,
        ["ask Initial", "open 1", r#"send 40{"token":"Bearer good"}"#, "told manager open", "told connect sid1",]
    );
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
    assert_eq!(world.client.connection_error(), None);
}

#[test]
fn status_is_connecting_until_the_connect_answer() {
    let mut world = World::chat();
    world.server.answers_connect = false;
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::Connecting);
    assert!(!world.is_connected());
    world.hear(r#"40{"sid":"s"}"#);
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
    assert!(world.is_connected());
}

#[test]
fn initialize_again_changes_nothing_while_an_attempt_or_a_connection_is_there() {
    let mut world = World::chat();
    for _ in 0..3 {
        world.run(|client, now| client.initialize(now, true));
    }
    world.drive();
    for _ in 0..3 {
        world.run(|client, now| client.initialize(now, true));
    }
    world.drive();
    assert_eq!(world.lines("open"), ["1"]);
    assert_eq!(world.server.connects.len(), 1);
}

#[test]
fn a_token_may_be_missing() {
    let mut world = World::chat();
    world.sign_in = SignIn::Never;
    world.run(|client, now| client.initialize(now, true));
    world.answer(socketio_wasm::client::Answer::Auth { payload: None, token: Default::default() });
    world.drive();
    assert_eq!(world.lines("send"), ["40"]);
    assert!(world.is_connected());
}

#[test]
fn a_namespace_is_part_of_every_packet() {
    let mut world = World::plain(config(), "/räume");
    world.connect();
    world.hear(r#"42/räume,5["ask"]"#);
    let socket = world.socket;
    world.run(|client, now| client.acknowledge(now, socket, 5, payload("[]")));
    world.run(|client, now| client.emit(now, socket, payload(r#"["x"]"#), Emit { ack: true, ..Emit::default() }));
    world.run(|client, now| client.disconnect(now, socket));
    assert_eq!(
        world.lines("send"),
        [r#"40/räume,{"token":"Bearer good"}"#, "43/räume,5[]", r#"42/räume,0["x"]"#, "41/räume,"]
    );
    let told = world.lines("told");
    assert_eq!(
        told[told.len() - 3..],
        ["manager close forced close", "disconnect io client disconnect", "ack 0 disconnected"],
        "in the reference's order"
    );
}

fn payload(args: &str) -> Payload<String> {
    Payload { args: args.to_owned(), attachments: 0 }
}

#[test]
fn attachments_follow_their_packet_with_nothing_in_between() {
    let mut world = World::plain(config(), "/");
    world.connect();
    world.log.clear();
    let socket = world.socket;
    let binary = Payload { args: r#"["x"] +one +two"#.to_owned(), attachments: 2 };
    world.run(|client, now| {
        client.emit(now, socket, binary, Emit { ack: true, ..Emit::default() });
        client.emit(now, socket, payload(r#"["y"]"#), Emit::default())
    });
    assert_eq!(world.lines("send"), [r#"452-0["x"] +one +two"#, r#"42["y"]"#]);
}

#[test]
fn on_the_connect_answer_come_early_events_then_connect_then_joins_then_the_queue() {
    let mut world = World::chat();
    world.server.early = vec![r#"42["before",1]"#.to_owned(), r#"42["before",2]"#.to_owned()];
    world.run(|client, now| client.join(now, "c1".to_owned()));
    world.run(|client, now| client.join(now, "c2".to_owned()));
    world.send("c1", "queued");
    world.on_connect = Some(|world| {
        world.log.push("listener".to_owned());
        let socket = world.socket;
        world.run(|client, now| client.emit(now, socket, payload(r#"["hello"]"#), Emit::default()));
    });
    world.connect();
    let order: Vec<&str> = world
        .log
        .iter()
        .map(String::as_str)
        .filter(|line| !line.contains("manager") && !line.starts_with("store"))
        .skip_while(|line| !line.starts_with("send 40"))
        .skip(1)
        .take(8)
        .collect();
    let queued = order.last().copied().unwrap_or_default();
    assert_eq!(
        order[..7],
        [
            r#"told event ["before",1]"#,
            r#"told event ["before",2]"#,
            "told connect sid1",
            "listener",
            r#"send 42["hello"]"#,
            r#"send 420["joinConversation",{"conversationId":"c1"}]"#,
            r#"send 421["joinConversation",{"conversationId":"c2"}]"#,
        ]
    );
    assert!(queued.starts_with(r#"send 422["sendMessage""#), "{queued}");
}

#[test]
fn early_events_can_be_acknowledged_once_the_socket_is_connected() {
    let mut world = World::chat();
    world.server.early = vec![r#"427["before"]"#.to_owned()];
    world.connect();
    let socket = world.socket;
    world.log.clear();
    world.run(|client, now| client.acknowledge(now, socket, 7, payload("[]")));
    assert_eq!(world.lines("send"), ["437[]"]);
}

#[test]
fn a_message_sent_by_the_listener_of_connect_goes_behind_what_was_queued_before() {
    let mut world = World::chat();
    world.send("c", "first");
    world.on_connect = Some(|world| drop(world.send("c", "second")));
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["first", "second"]);
}

#[test]
fn a_listener_of_connect_may_disconnect() {
    let mut world = World::chat();
    world.send("c", "kept");
    world.on_connect = Some(|world| world.run(Client::stop));
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    assert_eq!(world.queue(), ["kept Queued 0"]);
    assert!(world.server.accepted.is_empty());
    world.run_for(600_000);
    assert_eq!(world.lines("open"), ["1"]);
}

#[test]
fn an_emit_before_the_connection_waits_for_it() {
    let mut world = World::plain(config(), "/");
    let socket = world.socket;
    world.run(|client, now| client.emit(now, socket, payload(r#"["one"]"#), Emit::default()));
    world.run(|client, now| {
        client.emit(now, socket, payload(r#"["gone"]"#), Emit { volatile: true, ..Emit::default() })
    });
    world.connect();
    assert_eq!(world.lines("send")[1..], [r#"42["one"]"#], "a volatile event does not wait");
}

#[test]
fn where_the_server_has_to_say_that_it_is_ready_nothing_counts_before() {
    let ready = || ChatConfig { await_server_ready: true, ..chat() };
    let mut world = World::new(config(), ready());
    world.run(|client, now| client.join(now, "c".to_owned()));
    world.send("c", "m");
    world.connect();
    assert!(world.is_connected());
    assert_eq!(world.client.status(), ConnectionStatus::Connecting);
    assert_eq!(world.lines("send").len(), 1, "only CONNECT");
    world.hear(r#"42["connected",{}]"#);
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
    world.drive();
    assert_eq!(world.server.contents("c"), ["m"]);

    world.drop_link();
    world.run_until("another connection", World::is_connected);
    assert_eq!(world.client.status(), ConnectionStatus::Reconnecting, "each connection has to say so");

    let mut world = World::new(config(), ready());
    world.server.early = vec![r#"42["connected",{}]"#.to_owned()];
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::Connected, "it may say so before the CONNECT answer");
}

#[test]
fn the_server_disconnecting_the_namespace_is_for_good() {
    let mut world = World::connected();
    world.server.default = common::Answer::Ignore;
    world.send("c", "m");
    world.drive();
    world.log.clear();
    world.hear("41");
    assert_eq!(world.client.status(), ConnectionStatus::Failed);
    assert_eq!(world.client.connection_error().map(String::as_str), Some("io server disconnect"));
    assert!(world.lines("told").contains(&"disconnect io server disconnect"));
    assert_eq!(world.lines("close"), ["1"]);
    assert_eq!(world.queue(), ["m InDoubt 0"]);
    world.run_for(3_600_000);
    assert_eq!(world.lines("open"), [""; 0]);
    world.server.default = common::Answer::Accept;
    world.connect();
    world.drive();
    assert_eq!(world.queue(), [""; 0]);
    assert_eq!(world.server.contents("c"), ["m"]);
}

#[test]
fn stop_stays_stopped_and_says_goodbye() {
    let mut world = World::connected();
    world.log.clear();
    world.run(Client::stop);
    assert_eq!(world.log[..2], ["send 41", "close 1"]);
    assert!(world.lines("told").contains(&"disconnect io client disconnect"));
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    assert_eq!(world.wake(), None, "a stopped client needs no timer");
    world.run_for(3_600_000);
    assert_eq!(world.lines("open"), [""; 0]);
    world.connect();
    assert!(world.is_connected());
}

#[test]
fn stop_in_the_middle_of_an_attempt_ends_it() {
    for frames in 0..4 {
        let mut world = World::chat();
        world.run(|client, now| client.initialize(now, true));
        for _ in 0..frames {
            let end = world.now + 1_000;
            world.step(end);
        }
        world.run(Client::stop);
        world.run_for(600_000);
        assert_eq!(world.client.status(), ConnectionStatus::Idle, "after {frames}");
        assert!(!world.is_connected(), "after {frames}");
        assert!(world.transport().is_none(), "after {frames}");
        assert_eq!(world.wake(), None, "after {frames}");
        world.connect();
        assert!(world.is_connected(), "after {frames}");
    }
}

#[test]
fn joins_are_repeated_at_every_connection_and_leaving_ends_that() {
    let mut world = World::connected();
    for name in ["a", "b", "a", "c"] {
        world.run(|client, now| client.join(now, name.to_owned()));
    }
    world.run(|client, now| client.leave(now, "b".to_owned()));
    world.run(|client, now| client.leave(now, "never joined".to_owned()));
    assert_eq!(world.client.conversations(), ["a", "c"]);
    let joins = |world: &World| -> Vec<String> {
        let sent = world.lines("send").into_iter().filter(|line| line.contains("Conversation"));
        sent.map(|line| line.replace(|c: char| c.is_ascii_digit(), "")).collect()
    };
    let join = |name: &str| format!(r#"["joinConversation",{{"conversationId":"{name}"}}]"#);
    let leave = r#"["leaveConversation",{"conversationId":"b"}]"#.to_owned();
    assert_eq!(joins(&world), [join("a"), join("b"), join("c"), leave]);
    world.log.clear();
    world.drop_link();
    world.run(|client, now| client.join(now, "d".to_owned()));
    world.run(|client, now| client.leave(now, "c".to_owned()));
    world.run_until("another connection", World::is_connected);
    world.drive();
    assert_eq!(joins(&world), [join("a"), join("d")]);
}

#[test]
fn timeout_covers_token_opening_handshake_and_connect_answer() {
    let stages: [(&str, Step); 4] = [
        ("the token", |world| world.sign_in = SignIn::Never),
        ("the opening", |world| world.black_hole = true),
        ("the handshake", |world| world.server.handshake = None),
        ("the CONNECT answer", |world| world.server.answers_connect = false),
    ];
    for (what, hang) in stages {
        let mut world = World::new(Config { timeout: 3_000, ..config() }, chat());
        hang(&mut world);
        world.connect();
        let start = world.now;
        world.run_until("an error", |world| world.lines("told").iter().any(|line| line.starts_with("connect_error")));
        assert!(world.now - start <= 3_000, "{what}: after {}", world.now - start);
        assert!(world.lines("told").contains(&"connect_error timeout"), "{what}: {:#?}", world.log);
        assert_eq!(world.client.status(), ConnectionStatus::Reconnecting, "{what}");
        assert_eq!(world.client.connection_error().map(String::as_str), Some("timeout"), "{what}");
        (world.sign_in, world.black_hole) = (SignIn::Token("good"), false);
        (world.server.handshake, world.server.answers_connect) = (common::Server::default().handshake, true);
        world.run_until("a connection", World::is_connected);
    }
}

#[test]
fn timeout_is_counted_once_for_all_of_them_together() {
    let mut world = World::new(Config { timeout: 3_000, ..config() }, chat());
    world.sign_in = SignIn::Never;
    world.server.answers_connect = false;
    world.run(|client, now| client.initialize(now, true));
    let start = world.now;
    world.run_for(2_000);
    world.answer(World::auth("good"));
    world.run_until("an error", |world| world.lines("told").contains(&"connect_error timeout"));
    assert_eq!(world.now - start, 3_000);
}

#[test]
fn the_chat_layers_own_socket_is_connected_as_by_initialize_and_disconnected_as_by_stop() {
    let mut world = World::chat();
    let socket = world.socket;
    world.send("c", "m");
    world.run(|client, now| client.connect(now, socket));
    assert_eq!(world.client.status(), ConnectionStatus::Connecting);
    world.drive();
    assert_eq!(world.server.contents("c"), ["m"]);
    world.drop_link();
    world.run(|client, now| client.disconnect(now, socket));
    assert_eq!(world.client.status(), ConnectionStatus::Idle, "it would say that it is on its way for ever");
    assert_eq!(world.wake(), None);
}
