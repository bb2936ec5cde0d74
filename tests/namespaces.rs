//! Sockets without the chat layer, several over one connection: what one goes through is nothing to the others.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{SignIn, World, config};
use socketio_wasm::client::{Answer, Ask, Config, Emit, Input, Payload, SocketId};

fn payload(args: &str) -> Payload<String> {
    Payload { args: args.to_owned(), attachments: 0 }
}

/// Two sockets, both connected: the root namespace's and another.
fn two() -> (World, SocketId) {
    let mut world = World::plain(config(), "/");
    let other = world.client.add_socket("/other".to_owned());
    world.run(|client, now| client.connect(now, other));
    world.connect();
    assert!(world.is_connected() && world.client.is_connected(other));
    world.log.clear();
    (world, other)
}

#[test]
fn two_namespaces_share_one_transport() {
    let (mut world, _) = two();
    assert_eq!(world.transport(), Some(1));
    assert_eq!(world.server.connects.len(), 2);
    world.hear(r#"42["a"]"#);
    world.hear(r#"42/other,["b"]"#);
    assert_eq!(world.lines("told"), [r#"event ["a"]"#, r#"event ["b"]"#]);
}

#[test]
fn a_namespace_that_the_server_closes_stays_closed_and_the_others_live_on() {
    let (mut world, other) = two();
    world.hear("41/other,");
    assert_eq!(world.lines("told"), ["disconnect io server disconnect"]);
    assert!(!world.client.is_connected(other) && !world.client.is_active(other));
    assert!(world.is_connected());
    world.drop_link();
    world.run_until("another connection", World::is_connected);
    world.drive();
    assert!(!world.client.is_connected(other), "only the application connects it again");
    world.run(|client, now| client.connect(now, other));
    world.drive();
    assert!(world.client.is_connected(other));
}

#[test]
fn a_namespace_that_is_refused_is_not_tried_again_and_the_others_live_on() {
    let (mut world, other) = two();
    world.run(|client, now| client.disconnect(now, other));
    world.run_for(1_000);
    world.server.refusals.push_back(r#"{"message":"no"}"#.to_owned());
    world.run(|client, now| client.connect(now, other));
    world.drive();
    assert!(world.lines("told").contains(&"connect_error no"));
    assert!(!world.client.is_active(other));
    assert!(world.is_connected());
    world.drop_link();
    world.run_until("another connection", World::is_connected);
    world.drive();
    assert!(!world.client.is_connected(other));
}

#[test]
fn the_transport_closes_with_the_last_socket_that_uses_it() {
    let (mut world, other) = two();
    world.run(|client, now| client.disconnect(now, other));
    assert_eq!(world.lines("close"), [""; 0]);
    world.hear("41");
    assert_eq!(world.lines("close"), ["1"]);
    world.run_for(3_600_000);
    assert_eq!(world.lines("open"), [""; 0]);
    assert_eq!(world.wake(), None);
}

#[test]
fn after_a_loss_every_active_socket_comes_back() {
    let (mut world, other) = two();
    world.drop_link();
    assert_eq!(world.lines("told disconnect").len(), 2);
    world.run_until("another connection", World::is_connected);
    world.drive();
    assert!(world.client.is_connected(other));
    assert_eq!(world.server.connects.len(), 4);
}

#[test]
fn what_waited_for_the_connection_goes_before_what_the_listener_of_connect_emits() {
    let mut world = World::plain(config(), "/");
    world.on_connect = Some(|world| {
        let socket = world.socket;
        world.run(|client, now| client.emit(now, socket, payload(r#"["hello"]"#), Emit::default()));
    });
    let socket = world.socket;
    for args in [r#"["one"]"#, r#"["two"]"#] {
        world.run(|client, now| client.emit(now, socket, payload(args), Emit::default()));
    }
    world.connect();
    let sent = world.lines("send");
    assert_eq!(sent[1..], [r#"42["one"]"#, r#"42["two"]"#, r#"42["hello"]"#], "as the reference does");
}

#[test]
fn what_waited_is_sent_once() {
    let mut world = World::plain(config(), "/");
    let socket = world.socket;
    world.run(|client, now| client.emit(now, socket, payload(r#"["one"]"#), Emit::default()));
    world.connect();
    world.drop_link();
    world.run_until("another connection", World::is_connected);
    world.drive();
    let sent = world.lines("send").into_iter().filter(|frame| frame.contains("one"));
    assert_eq!(sent.count(), 1);
}

#[test]
fn a_socket_that_was_disconnected_by_the_application_stays_so() {
    let mut world = World::plain(config(), "/");
    world.connect();
    let socket = world.socket;
    world.run(|client, now| client.disconnect(now, socket));
    assert!(world.lines("told").contains(&"disconnect io client disconnect"));
    assert!(!world.client.is_active(socket));
    world.run_for(3_600_000);
    assert_eq!(world.lines("open"), ["1"]);
    world.connect();
    assert!(world.is_connected());
}

#[test]
fn the_auth_function_is_asked_at_every_connection() {
    let mut world = World::plain(config(), "/");
    world.connect();
    for _ in 0..2 {
        world.drop_link();
        world.run_until("another connection", World::is_connected);
    }
    assert_eq!(world.lines("ask").len(), 3);
}

#[test]
fn an_auth_function_that_never_answers_is_a_timeout_and_the_next_attempt_follows() {
    let mut world = World::plain(Config { timeout: 3_000, ..config() }, "/");
    world.sign_in = SignIn::Never;
    world.connect();
    let start = world.now;
    world.run_until("an error", |world| world.lines("told").contains(&"connect_error timeout"));
    assert!(world.now - start <= 3_000);
    world.run_until("the next question", |world| world.lines("ask").len() == 2);
    world.answer(Answer::Auth { payload: None, token: Default::default() });
    world.drive();
    assert!(world.is_connected());
}

#[test]
fn an_answer_of_the_auth_function_that_comes_after_the_loss_sends_nothing() {
    let mut world = World::plain(config(), "/");
    world.sign_in = SignIn::Never;
    world.connect();
    assert_eq!(world.lines("ask").len(), 1);
    world.drop_link();
    world.log.clear();
    world.answer(World::auth("late"));
    assert_eq!(world.log, [""; 0]);
    world.run_until("the next question", |world| world.lines("ask").len() == 1);
    world.answer(World::auth("new"));
    world.drive();
    assert_eq!(world.server.connects, [r#"{"token":"Bearer new"}"#]);
}

#[test]
fn a_socket_that_connects_after_a_suspension_writes_nothing_into_the_dead_connection() {
    let (mut world, other) = two();
    world.run(|client, now| client.disconnect(now, other));
    world.log.clear();
    world.suspend(3_600_000);
    world.run(|client, now| client.connect(now, other));
    assert_eq!(world.lines("send"), [""; 0]);
    world.run_until("another connection", World::is_connected);
    world.drive();
    assert!(world.client.is_connected(other));
}

#[test]
fn a_namespace_that_does_not_answer_is_waited_for_alone_with_growing_delays() {
    let (mut world, other) = two();
    world.run(|client, now| client.disconnect(now, other));
    world.run_for(1_000);
    world.server.answers_connect = false;
    world.log.clear();
    let start = world.now;
    world.run(|client, now| client.connect(now, other));
    let mut times = Vec::new();
    for count in 1..=4 {
        world.run_until("a time-out", |world| world.lines("told connect_error").len() == count);
        times.push(world.now - start);
    }
    assert_eq!(times[0], 20_000, "as long as a connection may take");
    let gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0] - 20_000).collect();
    assert!((500..=1_500).contains(&gaps[0]) && gaps[2] >= 2_000, "{gaps:?}: delays of its own, which grow");
    assert!(world.is_connected(), "the other one lives on");
    assert!(world.client.is_active(other));
    assert_eq!(world.transport(), Some(1));
    assert_eq!(world.lines("send").iter().filter(|frame| frame.starts_with("40")).count(), 1, "no second socket there");
    world.hear(r#"40/other,{"sid":"late"}"#);
    assert!(world.client.is_connected(other));
    world.run(|client, now| client.disconnect(now, other));
    world.run_for(1_000);
    world.run(|client, now| client.connect(now, other));
    let again = world.now;
    world.log.clear();
    world.run_until("a time-out", |world| world.lines("told connect_error").len() == 2);
    assert!(world.now - again <= 41_500, "what has worked once is tried again soon");
}

#[test]
fn an_auth_function_that_fails_is_a_connect_error_of_its_namespace_alone_where_others_are_connected() {
    let (mut world, other) = two();
    world.run(|client, now| client.disconnect(now, other));
    world.run_for(1_000);
    world.sign_in = SignIn::Fails("no idea");
    world.log.clear();
    world.run(|client, now| client.connect(now, other));
    assert_eq!(world.take("told"), ["connect_error no idea"]);
    assert!(world.is_connected() && world.client.is_active(other));
    world.sign_in = SignIn::Token("good");
    world.run_until("its connection", |world| world.client.is_connected(other));
    assert_eq!(world.transport(), Some(1));
}

#[test]
fn without_reconnection_a_namespace_that_does_not_answer_waits_for_the_application() {
    let mut world = World::plain(Config { reconnection: false, ..config() }, "/");
    let other = world.client.add_socket("/other".to_owned());
    world.connect();
    world.server.answers_connect = false;
    world.run(|client, now| client.connect(now, other));
    world.run_for(600_000);
    assert_eq!(world.lines("told connect_error"), ["timeout"]);
    assert!(world.is_connected());
    world.run(|client, now| client.connect(now, other));
    world.run_for(600_000);
    assert_eq!(world.lines("told connect_error"), ["timeout"; 2]);
    assert_eq!(world.server.connects.len(), 2, "one for each namespace");
    world.hear(r#"40/other,{"sid":"late"}"#);
    assert!(world.client.is_connected(other), "though nothing was waited for any more");
}

#[test]
fn a_namespace_that_waits_for_its_next_attempt_can_be_connected_at_once_or_given_up() {
    let (mut world, other) = two();
    world.run(|client, now| client.disconnect(now, other));
    world.run_for(1_000);
    world.sign_in = SignIn::Fails("no idea");
    world.run(|client, now| client.connect(now, other));
    world.sign_in = SignIn::Token("good");
    world.run(|client, now| client.connect(now, other));
    world.drive();
    assert!(world.client.is_connected(other));
    world.run(|client, now| client.disconnect(now, other));
    world.run_for(1_000);
    world.sign_in = SignIn::Fails("no idea");
    world.run(|client, now| client.connect(now, other));
    world.run(|client, now| client.disconnect(now, other));
    world.log.clear();
    world.run_for(600_000);
    assert_eq!(world.lines("ask"), [""; 0]);
}

/// The reference: only the namespace whose function fails stays away.
#[test]
fn a_namespace_whose_auth_function_fails_keeps_no_other_from_connecting() {
    let mut world = World::plain(config(), "/");
    let other = world.client.add_socket("/other".to_owned());
    world.sign_in = SignIn::Never;
    world.run(|client, now| client.connect(now, other));
    world.connect();
    for attempt in 1..=5 {
        let socket = world.socket;
        world.input(Input::Auth { socket, ask: Ask(attempt), answer: World::auth("good") });
        world.input(Input::Auth {
            socket: other,
            ask: Ask(attempt),
            answer: Answer::Failed("not signed in".to_owned()),
        });
        world.drive();
        if world.is_connected() {
            return;
        }
        world.run_until("another question", |world| world.lines("ask").len() as u32 == 2 * (attempt + 1));
    }
    panic!("five connections were given up before the server could accept /: {:#?}", world.take("told"));
}

/// The server has a socket by then, which nobody uses: it hears every broadcast, and its answer is taken for that of the next CONNECT. The
/// reference leaves it there too.
#[test]
fn a_namespace_that_is_given_up_before_the_server_has_answered_is_disconnected_there() {
    let mut world = World::plain(config(), "/");
    let other = world.client.add_socket("/other".to_owned());
    world.connect();
    world.run(|client, now| client.connect(now, other));
    world.run(|client, now| client.disconnect(now, other));
    world.drive();
    assert_eq!(world.server.connects.len(), 2, "both were accepted");
    assert!(world.lines("send").contains(&"41/other,"), "{:#?}", world.lines("send"));
}

/// The reference: waits as long as it takes.
#[test]
fn an_answer_to_connect_that_comes_late_counts() {
    let mut world = World::plain(Config { timeout: 3_000, ..config() }, "/");
    let other = world.client.add_socket("/other".to_owned());
    world.connect();
    world.server.answers_connect = false;
    world.run(|client, now| client.connect(now, other));
    world.run_until("the time-out", |world| world.lines("told connect_error").len() == 1);
    world.hear(r#"40/other,{"sid":"late"}"#);
    assert!(
        world.client.is_connected(other),
        "the server has accepted it; a second CONNECT makes a second socket there"
    );
}

/// The reference: the first answer is taken for the second's, and the server has two sockets.
#[test]
fn a_namespace_that_is_wanted_again_before_the_server_has_answered_is_connected_with_what_it_is_then() {
    for accepted in [true, false] {
        let (mut world, other) = two();
        world.run(|client, now| client.disconnect(now, other));
        world.run_for(1_000);
        world.server.answers_connect = false;
        world.sign_in = SignIn::Token("old");
        world.run(|client, now| client.connect(now, other));
        world.drive();
        world.run(|client, now| client.disconnect(now, other));
        world.sign_in = SignIn::Token("new");
        world.run(|client, now| client.connect(now, other));
        world.run_for(1_000);
        world.server.answers_connect = true;
        world.log.clear();
        world.hear(if accepted { r#"40/other,{"sid":"old"}"# } else { r#"44/other,{"message":"old"}"# });
        assert!(!world.client.is_connected(other));
        world.run_until("its connection", |world| world.client.is_connected(other));
        let connect = r#"40/other,{"token":"Bearer new"}"#;
        let expected = if accepted { vec!["41/other,", connect] } else { vec![connect] };
        assert_eq!(world.lines("send"), expected);
        assert_eq!(world.lines("told connect_error"), [""; 0]);
        assert_eq!(world.transport(), Some(1));
    }
}

#[test]
fn an_attempt_that_was_given_up_and_is_never_answered_keeps_nobody_out() {
    let (mut world, other) = two();
    world.run(|client, now| client.disconnect(now, other));
    world.run_for(1_000);
    world.server.answers_connect = false;
    world.run(|client, now| client.connect(now, other));
    world.drive();
    world.run(|client, now| client.disconnect(now, other));
    world.run(|client, now| client.connect(now, other));
    world.server.answers_connect = true;
    world.run_until("its connection", |world| world.client.is_connected(other));
    assert_eq!(world.transport(), Some(2), "made anew, after its time");
}

/// Socket.IO's own server closes the connection of all namespaces where DISCONNECT and CONNECT arrive at once (`client.js`, "invalid state").
#[test]
fn a_namespace_that_is_disconnected_and_connected_leaves_the_server_time_between_the_two() {
    let (mut world, other) = two();
    let start = world.now;
    world.run(|client, now| client.disconnect(now, other));
    world.run(|client, now| client.connect(now, other));
    assert_eq!(world.lines("send"), ["41/other,"]);
    world.run_until("CONNECT", |world| world.lines("send").len() > 1);
    assert!((100..1_000).contains(&(world.now - start)));
    world.drive();
    assert!(world.client.is_connected(other));
    world.run(|client, now| client.disconnect(now, other));
    world.run(|client, now| client.connect(now, other));
    world.run(|client, now| client.disconnect(now, other));
    world.log.clear();
    world.run_for(600_000);
    assert_eq!(world.lines("send").iter().filter(|frame| **frame != "3").count(), 0, "not wanted any more");
}
