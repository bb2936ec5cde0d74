//! What a Manager asks of the core: to open the connection without a socket, to close it under its sockets, to change its settings; and a chat
//! client that shares its connection with other namespaces.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{SignIn, World, chat, config};
use socketio_wasm::client::{Client, Config, ConnectionStatus, Emit, Input, Payload, Reason, SocketId, Transport};

fn payload(args: &str) -> Payload<String> {
    Payload { args: args.to_owned(), attachments: 0 }
}

fn idle() -> World {
    World::plain(config(), "/")
}

#[test]
fn a_connection_opens_without_a_socket_and_comes_back_by_itself() {
    let mut world = idle();
    world.run(|client, now| client.open(now, true));
    world.drive();
    assert_eq!(world.take("told"), ["manager open"]);
    assert_eq!(world.server.connects, [""; 0]);
    world.drop_link();
    world.run_until("another one", |world| world.lines("told manager").contains(&"open"));
    world.connect();
    assert!(world.is_connected());
    assert_eq!(world.transport(), Some(2), "over the connection that is there");
}

#[test]
fn an_attempt_that_is_to_be_the_only_one_is() {
    let mut world = idle();
    world.server.reachable = false;
    world.run(|client, now| client.open(now, false));
    world.drive();
    assert_eq!(world.take("told"), ["manager error websocket error"]);
    world.run_for(600_000);
    assert_eq!(world.lines("open"), [""; 0]);
    assert_eq!(world.wake(), None);
    world.server.reachable = true;
    world.run(|client, now| client.open(now, false));
    world.drive();
    world.drop_link();
    world.log.clear();
    world.run_until("one that was open comes back", |world| world.lines("told manager").contains(&"open"));
}

#[test]
fn closing_the_connection_tells_its_sockets_and_they_stay_away_until_they_connect() {
    let mut world = idle();
    world.connect();
    world.log.clear();
    world.run(Client::close);
    assert_eq!(world.lines("told"), ["disconnect forced close", "manager close forced close"]);
    world.run_for(600_000);
    assert_eq!(world.lines("open"), [""; 0]);
    world.connect();
    assert!(world.is_connected());
    world.drop_link();
    world.log.clear();
    world.run(Client::close);
    world.run_for(600_000);
    assert_eq!(world.log, [""; 0], "an attempt that was to come does not");
}

#[test]
fn a_transport_that_the_application_gives_up_is_followed_by_another() {
    let mut world = idle();
    world.connect();
    world.log.clear();
    world.input(Input::Closed { transport: Transport(1), reason: Reason::ForcedClose, detail: None });
    assert_eq!(world.lines("told"), ["disconnect forced close", "manager close forced close"]);
    assert_eq!(world.lines("close"), ["1"]);
    world.run_until("a connection", World::is_connected);
}

#[test]
fn a_transport_that_fails_while_it_is_open_is_an_error_before_it_is_the_end() {
    let mut world = idle();
    world.connect();
    world.log.clear();
    let detail = Some("websocket error".to_owned());
    world.input(Input::Closed { transport: Transport(1), reason: Reason::TransportError, detail });
    assert_eq!(
        world.lines("told"),
        [
            "manager error websocket error",
            "disconnect transport error: websocket error",
            "manager close transport error"
        ]
    );
}

#[test]
fn settings_count_from_the_moment_they_are_changed() {
    let mut world = idle();
    world.server.reachable = false;
    world.connect();
    world.client.configure(Config { reconnection_attempts: 2, timeout: 1_000, ..config() });
    world.run_for(600_000);
    assert_eq!(world.lines("told manager").last(), Some(&"reconnect_error websocket error"));
    assert!(world.lines("told manager").contains(&"reconnect_failed"));
    assert_eq!(world.take("open").len(), 3, "the first one and two more");
    (world.server.reachable, world.server.answers_connect) = (true, false);
    world.connect_without_waiting();
    let start = world.now;
    world.run_until("the time-out", |world| world.lines("told connect_error").contains(&"timeout"));
    assert_eq!(world.now - start, 1_000);
}

#[test]
fn no_reconnection_from_now_on_means_no_more_attempts() {
    let mut world = idle();
    world.connect();
    world.drop_link();
    world.log.clear();
    world.run(|client, _| client.configure(Config { reconnection: false, ..config() }));
    world.run_for(600_000);
    assert_eq!(world.log, [""; 0]);
    assert_eq!(world.wake(), None);
    let mut chat = World::connected();
    chat.drop_link();
    chat.run(|client, _| client.configure(Config { reconnection: false, ..config() }));
    assert_eq!(chat.client.status(), ConnectionStatus::Failed);
}

#[test]
fn nothing_is_to_happen_any_more_when_the_last_socket_is_disconnected() {
    let mut world = idle();
    let (socket, other) = (world.socket, world.client.add_socket("/other".to_owned()));
    let disconnect = |world: &mut World, socket| world.run(|client, now| client.disconnect(now, socket));
    world.connect();
    world.run(|client, now| client.connect(now, other));
    disconnect(&mut world, socket);
    assert!(world.wake().is_some(), "another one waits for its answer");
    disconnect(&mut world, other);
    assert_eq!((world.wake(), world.transport()), (None, None));
    world.run(|client, now| client.open(now, true));
    world.connect();
    world.drop_link();
    disconnect(&mut world, socket);
    assert_eq!((world.wake(), world.transport()), (None, None), "between two attempts");
}

#[test]
fn an_event_that_is_dropped_is_not_waited_for() {
    let mut world = idle();
    let socket = world.socket;
    let volatile = |timeout| Emit { ack: true, timeout, volatile: true };
    world.run(|client, now| client.emit(now, socket, payload(r#"["x"]"#), volatile(None)));
    assert_eq!(world.take("told ack"), ["0 disconnected"]);
    world.run(|client, now| client.emit(now, socket, payload(r#"["x"]"#), volatile(Some(500))));
    world.run_for(500);
    assert_eq!(world.take("told ack"), ["1 timeout"]);
    world.connect();
    assert_eq!(world.lines("send").len(), 1, "nothing but CONNECT");
}

/// A chat client whose connection another namespace shares.
fn shared() -> (World, SocketId) {
    let mut world = World::chat();
    let other = world.client.add_socket("/other".to_owned());
    (world, other)
}

#[test]
fn another_namespace_connects_without_the_chat_client_whose_state_it_does_not_touch() {
    let (mut world, other) = shared();
    world.run(|client, now| client.connect(now, other));
    world.drive();
    assert!(world.client.is_connected(other));
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    world.drop_link();
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    world.run_until("its connection", |world| world.client.is_connected(other));
    world.hear(r#"44/other,{"message":"invalid token"}"#);
    assert_eq!(world.client.status(), ConnectionStatus::Idle, "not the chat's token");
    assert!(!world.client.is_active(other));
    assert_eq!(world.transport(), None);
}

#[test]
fn a_chat_client_joins_the_connection_that_another_namespace_has_opened() {
    let (mut world, other) = shared();
    world.run(|client, now| client.connect(now, other));
    world.drive();
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
    assert_eq!(world.transport(), Some(1));
    world.send("c", "hello");
    world.run_until("acceptance", World::is_empty);
    world.hear("41/other,");
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
    world.run(|client, now| client.connect(now, other));
    world.drive();
    world.run(Client::stop);
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    assert!(world.client.is_connected(other), "the other one lives on");
    world.run(|client, now| client.disconnect(now, other));
    assert_eq!(world.transport(), None);
}

#[test]
fn a_chat_client_whose_provider_fails_over_a_shared_connection_tries_again_over_it() {
    let (mut world, other) = shared();
    world.run(|client, now| client.connect(now, other));
    world.drive();
    world.sign_in = SignIn::Fails("offline");
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::Reconnecting);
    assert!(world.client.is_connected(other));
    world.sign_in = SignIn::Token("good");
    world.run_until("the chat client", World::is_connected);
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
    assert_eq!(world.transport(), Some(1));
}

#[test]
fn a_token_that_is_refused_while_connected_is_replaced_over_the_connection_that_others_use() {
    let (mut world, other) = shared();
    world.connect();
    world.run(|client, now| client.connect(now, other));
    world.drive();
    world.log.clear();
    world.sign_in = SignIn::Token("new");
    world.hear(r#"44{"message":"jwt","data":{"code":401}}"#);
    assert_eq!(world.lines("told disconnect"), ["io server disconnect"]);
    assert!(world.client.is_connected(other));
    world.drive();
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
    assert_eq!(world.transport(), Some(1));
}

/// The reference: the time-out ends with the open packet, and where no socket wants the connection there is nothing else to wait for.
#[test]
fn a_connection_that_no_socket_wants_yet_stays_open() {
    let mut world = World::plain(config(), "/");
    world.run(|client, now| client.open(now, true));
    world.drive();
    world.run_for(120_000);
    assert_eq!(world.transport(), Some(1), "{:?}", world.lines("told"));
}

/// A chat client that is at rest, and another namespace that keeps the connection open.
fn beside_another(config: Config) -> World {
    let mut world = World::new(config, chat());
    let other = world.client.add_socket("/other".to_owned());
    world.run(|client, now| client.connect(now, other));
    world.drive();
    assert!(world.client.is_connected(other));
    world
}

#[test]
fn what_the_server_has_not_answered_is_not_taken_for_the_answer_to_the_next_user() {
    let mut world = beside_another(config());
    world.server.answers_connect = false;
    world.sign_in = SignIn::Token("alice");
    world.connect();
    world.run(|client, now| client.stop(now));
    (world.sign_in, world.server.answers_connect) = (SignIn::Token("bob"), true);
    world.run(|client, now| client.replace_token(now));
    world.run(|client, now| client.initialize(now, true));
    world.run_until("a connection", World::is_connected);
    assert!(world.server.connects.last().unwrap().contains("bob"), "{:?}", world.server.connects);
}

#[test]
fn without_reconnection_a_chat_client_that_is_refused_beside_others_has_failed() {
    let mut world = beside_another(Config { reconnection: false, ..config() });
    world.server.refusals.push_back(r#"{"message":"full"}"#.to_owned());
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::Failed);
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
}

#[test]
fn without_reconnection_a_chat_client_that_is_not_answered_beside_others_has_failed() {
    let mut world = beside_another(Config { reconnection: false, ..config() });
    world.server.answers_connect = false;
    world.connect();
    world.run_for(60_000);
    assert_eq!(world.client.status(), ConnectionStatus::Failed);
    world.server.answers_connect = true;
    world.connect();
    world.hear(r#"40{"sid":"late"}"#);
    assert_eq!(world.client.status(), ConnectionStatus::Connecting, "it was given up");
    world.run_until("another", World::is_connected);
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
}

#[test]
fn attempts_are_limited_beside_others_too() {
    let mut world = beside_another(Config { reconnection_attempts: 3, ..config() });
    world.server.refusals.extend(std::iter::repeat_n(r#"{"message":"full"}"#.to_owned(), 50));
    world.connect();
    world.run_for(600_000);
    assert_eq!(world.client.status(), ConnectionStatus::Failed);
    assert_eq!(world.server.refusals.len(), 46);
}
