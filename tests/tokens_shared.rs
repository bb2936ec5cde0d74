//! Tokens of a chat client whose connection other namespaces use as well: what becomes of one is nothing to them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{SignIn, UNCLAIMED, World};
use socketio_wasm::client::{Answer as Auth, Ask, ConnectionStatus, Input, Millis, SocketId};

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
/// When worlds begin.
const START: Millis = 1_700_000_000_000;

/// A chat client whose connection another namespace uses as well.
fn shared() -> (World, SocketId) {
    let mut world = World::chat();
    let other = world.client.add_socket("/other".to_owned());
    world.sign_in = SignIn::Until("ann", None, START + HOUR);
    world.connect();
    world.run(|client, now| client.connect(now, other));
    world.drive();
    assert!(world.is_connected() && world.client.is_connected(other));
    (world, other)
}

/// Payloads of the CONNECT packets for the root namespace.
fn roots(world: &World) -> Vec<&String> {
    world.server.received.iter().filter(|frame| frame.starts_with("40{")).collect()
}

#[test]
fn after_stop_nobody_is_asked_nor_signed_out_though_others_keep_the_connection() {
    let (mut world, other) = shared();
    world.run(|client, now| client.stop(now));
    world.drive();
    world.log.clear();
    world.sign_in = SignIn::SignedOut;
    world.run_for(2 * HOUR);
    assert_eq!(world.lines("ask"), [""; 0]);
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    assert_eq!(world.lines("told auth_required"), [""; 0]);
    assert!(world.client.is_connected(other));
}

#[test]
fn a_successor_is_forgotten_when_the_client_is_stopped() {
    let (mut world, _) = shared();
    world.sign_in = SignIn::Never;
    world.run_until("the question", |world| world.lines("ask").last() == Some(&"Expiring"));
    world.run(|client, now| client.stop(now));
    world.answer(World::auth_until("stale", None, START + 9 * HOUR));
    world.bring(SignIn::Token("fresh"));
    world.run_for(5_000);
    assert_eq!(roots(&world).len(), 2);
    assert!(roots(&world)[1].contains("fresh"), "{:?}", roots(&world));
}

#[test]
fn the_token_of_an_attempt_that_was_given_up_is_not_used_for_the_next_user() {
    for known in [true, false] {
        let mut world = World::chat();
        let other = world.client.add_socket("/other".to_owned());
        world.sign_in = SignIn::Token("ann");
        world.run(|client, now| client.initialize(now, true));
        world.run(|client, now| client.connect(now, other));
        world.run(|client, now| client.stop(now));
        world.bring(SignIn::Token("bob"));
        if !known {
            world.run(|client, _| client.doubt_owner(UNCLAIMED.to_owned()));
        }
        world.send("c", "from bob");
        world.run_for(1_000);
        assert!(!world.server.received.iter().any(|frame| frame.contains("ann")), "{:?}", world.server.received);
        assert!(roots(&world)[0].contains("bob"));
    }
}

#[test]
fn stopped_while_its_token_is_asked_for_it_lets_others_connect() {
    let mut world = World::chat();
    let other = world.client.add_socket("/other".to_owned());
    world.sign_in = SignIn::Never;
    world.run(|client, now| client.initialize(now, true));
    world.run(|client, now| client.connect(now, other));
    world.sign_in = SignIn::Token("x");
    world.run(|client, now| client.stop(now));
    world.drive();
    assert!(world.client.is_connected(other));
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
}

#[test]
fn a_token_that_is_refused_costs_other_namespaces_nothing() {
    let (mut world, other) = shared();
    world.run(|client, now| client.stop(now));
    world.run_for(1_000);
    world.sign_in = SignIn::Token("bad");
    world.log.clear();
    world.connect();
    assert_eq!(world.lines("ask"), ["Initial", "Rejected"], "it is asked for once more");
    assert_eq!(world.client.status(), ConnectionStatus::AuthRequired);
    assert_eq!(world.lines("told auth_required"), ["invalid token"]);
    assert_eq!(world.lines("told disconnect"), [""; 0]);
    assert_eq!(world.transport(), Some(1));
    assert!(world.client.is_connected(other));
    world.bring(SignIn::Token("good"));
    world.drive();
    assert!(world.is_connected());
    assert_eq!(world.transport(), Some(1), "over the connection that is there");
}

#[test]
fn another_token_is_tried_over_the_connection_that_others_use() {
    let (mut world, other) = shared();
    world.run(|client, now| client.stop(now));
    world.run_for(1_000);
    world.sign_in = SignIn::Token("bad");
    world.run(|client, now| client.initialize(now, true));
    world.sign_in = SignIn::Token("good");
    world.drive();
    assert!(world.is_connected() && world.client.is_connected(other));
    assert_eq!(world.transport(), Some(1));
}

#[test]
fn a_refusal_that_is_not_about_the_token_is_retried_over_the_connection_that_others_use() {
    let (mut world, other) = shared();
    world.run(|client, now| client.stop(now));
    world.run_for(1_000);
    world.server.refusals.extend([r#"{"message":"full"}"#.to_owned(), r#"{"message":"still full"}"#.to_owned()]);
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::Reconnecting);
    assert_eq!(world.client.connection_error().map(String::as_str), Some("full"));
    assert!(world.client.is_connected(other));
    world.run_until("acceptance", World::is_connected);
    assert_eq!(world.lines("told connect_error"), ["full", "still full"]);
    assert_eq!(world.transport(), Some(1));
}

#[test]
fn a_sign_out_says_goodbye_to_its_own_namespace_only() {
    let (mut world, other) = shared();
    world.sign_in = SignIn::SignedOut;
    world.log.clear();
    world.run_until("the sign-out", |world| world.client.status() == ConnectionStatus::AuthRequired);
    assert_eq!(world.lines("send").last(), Some(&"41"));
    assert_eq!(world.lines("told disconnect"), ["io client disconnect"]);
    world.drive();
    assert!(world.client.is_connected(other));
    assert_eq!(world.transport(), Some(1));
}

#[test]
fn without_a_token_others_connect_all_the_same() {
    let mut world = World::chat();
    let other = world.client.add_socket("/other".to_owned());
    world.sign_in = SignIn::Never;
    world.run(|client, now| client.initialize(now, true));
    world.run(|client, now| client.connect(now, other));
    world.sign_in = SignIn::Token("its own");
    world.answer(Auth::SignedOut);
    world.drive();
    assert_eq!(world.client.status(), ConnectionStatus::AuthRequired);
    assert!(world.client.is_connected(other));
}

#[test]
fn a_token_is_replaced_over_the_connection_that_others_use() {
    let (mut world, other) = shared();
    world.log.clear();
    world.send("c", "before");
    world.sign_in = SignIn::Until("second", None, START + 2 * HOUR);
    world.run_until("the second token", |world| roots(world).len() == 2);
    world.drive();
    assert!(roots(&world)[1].contains("second"));
    assert!(world.is_connected() && world.client.is_connected(other));
    assert_eq!(world.transport(), Some(1));
    assert_eq!(world.lines("told disconnect"), ["forced close"], "its own namespace");
    assert_eq!(world.lines("told connect_error"), [""; 0]);
    assert_eq!(world.lines("ask"), ["Expiring"], "once");
    let parts: Vec<_> = world.lines("send").into_iter().filter(|frame| frame.starts_with("41")).collect();
    assert_eq!(parts, ["41"]);
    assert_eq!(world.client.status(), ConnectionStatus::Connected);
    world.send("c", "after");
    world.drive();
    assert_eq!(world.server.contents("c"), ["before", "after"]);
    world.sign_in = SignIn::Until("third", None, START + 3 * HOUR);
    world.run_until("the third token", |world| roots(world).len() == 3);
    assert_eq!(world.transport(), Some(1));
}

#[test]
fn a_token_that_is_replaced_by_hand_in_the_pause_is_not_sent() {
    let (mut world, _) = shared();
    world.sign_in = SignIn::Until("second", None, START + 2 * HOUR);
    world.run_until("DISCONNECT", |world| world.lines("send").contains(&"41"));
    world.bring(SignIn::Token("by hand"));
    world.run_until("a connection", World::is_connected);
    assert_eq!(roots(&world).len(), 2);
    assert!(roots(&world)[1].contains("by hand"), "{:?}", roots(&world));
}

#[test]
fn a_successor_that_is_refused_or_not_answered_costs_other_namespaces_nothing() {
    for answers in [true, false] {
        let (mut world, other) = shared();
        world.sign_in = SignIn::Until(if answers { "bad" } else { "good" }, None, START + 2 * HOUR);
        world.server.answers_connect = answers;
        world.run_until("the second token", |world| roots(world).len() == 2);
        world.run_for(120_000);
        let expected = if answers { ConnectionStatus::AuthRequired } else { ConnectionStatus::Reconnecting };
        assert_eq!(world.client.status(), expected);
        assert!(world.client.is_connected(other));
        assert_eq!(world.transport(), Some(1));
    }
}

/// The chat client and another namespace are started, in either order, and only the other's question is answered, or the provider fails.
#[test]
fn a_provider_that_fails_or_is_silent_keeps_no_other_namespace_from_connecting() {
    for (fails, chat_first) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut world = World::chat();
        let other = world.client.add_socket("/other".to_owned());
        world.sign_in = SignIn::Never;
        if chat_first {
            world.connect_without_waiting();
        }
        world.run(|client, now| client.connect(now, other));
        if !chat_first {
            world.connect_without_waiting();
        }
        let socket = world.socket;
        for _ in 0..5 {
            for ask in (1..=9).map(Ask) {
                if fails {
                    world.input(Input::Auth { socket, ask, answer: Auth::Failed("no idea".to_owned()) });
                }
                world.input(Input::Auth { socket: other, ask, answer: World::auth("its own") });
            }
            world.run_for(100);
        }
        assert!(world.client.is_connected(other), "{fails} {chat_first}: {:#?}", world.log);
        world.sign_in = SignIn::Token("good");
        world.run_until("the provider's answer", World::is_connected);
        assert_eq!(world.transport(), Some(1), "{fails} {chat_first}");
    }
}

#[test]
fn a_provider_is_asked_once_for_an_attempt_that_others_share() {
    for slow in [0, 5, 15, 100] {
        let mut world = World::chat();
        let other = world.client.add_socket("/other".to_owned());
        world.sign_in = SignIn::Never;
        world.connect_without_waiting();
        let (socket, ask) = world.asked.expect("a question");
        world.sign_in = SignIn::Token("its own");
        world.run(|client, now| client.connect(now, other));
        world.run_for(slow);
        world.input(Input::Auth { socket, ask, answer: World::auth("ann") });
        world.drive();
        assert!(world.is_connected() && world.client.is_connected(other), "{slow}: {:#?}", world.log);
        assert_eq!(world.lines("ask").len(), 2, "{slow}: one for each");
        assert!(roots(&world)[0].contains("ann"));
        assert_eq!(world.transport(), Some(1));
    }
}

#[test]
fn what_was_answered_for_an_attempt_that_failed_is_not_used_for_the_next() {
    let (mut world, _) = shared();
    world.sign_in = SignIn::Token("lost");
    world.server.reachable = false;
    world.drop_link();
    world.run_until("an attempt", |world| world.lines("open").len() == 2);
    world.sign_in = SignIn::Token("found");
    world.server.reachable = true;
    world.run_until("a connection", World::is_connected);
    assert_eq!(roots(&world).len(), 2);
    assert!(roots(&world)[1].contains("found"), "{:?}", roots(&world));
}
