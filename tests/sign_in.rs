//! Sign-in: which refusal asks for another token, when the client falls silent, and what ends the silence.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{SignIn, World, config};
use socketio_wasm::client::{Answer, ConnectionStatus, Input};

/// Hears `auth_required`, with one message waiting.
fn refused() -> World {
    let mut world = World::chat();
    world.send("c", "waiting");
    world.sign_in = SignIn::Token("bad");
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::AuthRequired);
    world
}

#[test]
fn a_refused_token_is_asked_for_once_more_and_the_same_one_is_not_tried_again() {
    let mut world = refused();
    assert_eq!(world.lines("ask"), ["Initial", "Rejected"]);
    assert_eq!(world.server.connects.len(), 1, "the same token would be refused again");
    assert_eq!(world.lines("told auth_required"), ["invalid token"]);
    assert_eq!(world.client.connection_error().map(String::as_str), Some("invalid token"));
    assert_eq!(world.queue(), ["waiting Held 0"]);
    world.log.clear();
    for input in [Input::Online, Input::Resumed, Input::Wake, Input::Offline, Input::Online] {
        world.input(input);
    }
    world.run_for(24 * 3_600_000);
    assert_eq!(world.log, [""; 0], "silence until there is a new token");
    assert_eq!(world.wake(), None);
}

#[test]
fn another_token_from_the_provider_is_tried_and_connects() {
    let mut world = World::chat();
    world.send("c", "m");
    world.sign_in = SignIn::Token("bad");
    world.run(|client, now| client.initialize(now, true));
    world.sign_in = SignIn::Token("good");
    world.drive();
    assert_eq!(world.lines("ask"), ["Initial", "Rejected"]);
    assert!(world.is_connected());
    assert_eq!(world.lines("told auth_required"), [""; 0]);
    world.drive();
    assert_eq!(world.server.contents("c"), ["m"]);
    world.drop_link();
    world.run_until("another connection", World::is_connected);
    assert_eq!(world.lines("ask"), ["Initial", "Rejected", "Reconnect"], "the refusal is settled");
}

#[test]
fn another_token_that_is_refused_too_ends_in_auth_required_once() {
    let mut world = World::chat();
    world.sign_in = SignIn::Token("bad");
    world.run(|client, now| client.initialize(now, true));
    world.sign_in = SignIn::Token("worse");
    world.drive();
    assert_eq!(world.lines("ask"), ["Initial", "Rejected"], "a provider could go on for ever");
    assert_eq!(world.server.connects.len(), 2);
    assert_eq!(world.lines("told auth_required"), ["invalid token"]);
    assert_eq!(world.client.status(), ConnectionStatus::AuthRequired);
    assert!(world.transport().is_none());
}

#[test]
fn no_token_at_all_is_auth_required_without_any_connection() {
    let mut world = World::chat();
    world.sign_in = SignIn::SignedOut;
    world.connect();
    assert_eq!(world.lines("open"), [""; 0]);
    assert_eq!(world.lines("told auth_required"), ["no token: sign in first"]);
    assert_eq!(world.client.status(), ConnectionStatus::AuthRequired);
}

#[test]
fn a_provider_that_has_no_token_after_a_refusal_ends_in_auth_required_with_the_servers_text() {
    let mut world = World::chat();
    world.sign_in = SignIn::Token("bad");
    world.run(|client, now| client.initialize(now, true));
    world.sign_in = SignIn::SignedOut;
    world.drive();
    assert_eq!(world.lines("told auth_required"), ["invalid token"]);
}

#[test]
fn initialize_with_the_refused_token_stays_silent_and_with_a_new_one_connects() {
    let mut world = refused();
    world.log.clear();
    world.run(|client, now| client.initialize(now, false));
    world.drive();
    assert_eq!(world.log, [""; 0]);
    assert_eq!(world.client.status(), ConnectionStatus::AuthRequired);
    world.sign_in = SignIn::Token("good");
    world.run(|client, now| client.initialize(now, true));
    assert_eq!(world.queue(), ["waiting Queued 0"]);
    assert_eq!(world.client.connection_error(), None);
    world.run_until("acceptance", World::is_empty);
    assert_eq!(world.server.contents("c"), ["waiting"]);
}

#[test]
fn what_is_queued_while_sign_in_is_required_is_held() {
    let mut world = refused();
    world.send("c", "more");
    world.mark_read("c", &["x"]);
    assert_eq!(world.queue(), ["waiting Held 0", "more Held 0", "read Held 0"]);
    world.reload();
    assert_eq!(world.queue(), ["waiting Queued 0", "more Queued 0", "read Queued 0"]);
}

#[test]
fn a_failed_message_retried_while_sign_in_is_required_is_held() {
    let mut world = World::connected();
    world.server.answers.push_back(common::Answer::Refuse("no"));
    let id = world.send("c", "m");
    world.drive();
    world.sign_in = SignIn::Token("bad");
    world.drop_link();
    world.run_until("silence", |world| world.client.status() == ConnectionStatus::AuthRequired);
    assert_eq!(world.queue(), ["m Failed 0"], "what is over is not held");
    assert!(world.run(|client, now| client.retry(now, &id)));
    assert_eq!(world.queue(), ["m Held 0"]);
}

#[test]
fn every_loss_of_authorisation_is_told_once() {
    let mut world = World::connected();
    for round in 1..=3 {
        world.sign_in = SignIn::Token("bad");
        world.drop_link();
        world.run_until("silence", |world| world.client.status() == ConnectionStatus::AuthRequired);
        world.run_for(600_000);
        assert_eq!(world.lines("told auth_required").len(), round);
        world.sign_in = SignIn::Token("good");
        world.connect();
        assert!(world.is_connected());
    }
}

#[test]
fn a_network_failure_is_never_auth_required() {
    let mut world = World::chat();
    world.server.reachable = false;
    world.connect();
    world.run_for(3_600_000);
    assert_eq!(world.lines("told auth_required"), [""; 0]);
    assert_eq!(world.client.status(), ConnectionStatus::Reconnecting);
    assert_eq!(world.client.connection_error().map(String::as_str), Some("websocket error"));
}

#[test]
fn a_refusal_that_is_not_about_the_token_is_retried_with_growing_delay() {
    let mut world = World::chat();
    for _ in 0..4 {
        world.server.refusals.push_back(r#"{"message":"try later"}"#.to_owned());
    }
    world.send("c", "m");
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::Reconnecting);
    assert_eq!(world.client.connection_error().map(String::as_str), Some("try later"));
    assert_eq!(world.queue(), ["m Queued 0"]);
    world.run_until("a connection", World::is_connected);
    assert_eq!(world.lines("ask"), ["Initial", "Reconnect", "Reconnect", "Reconnect", "Reconnect"]);
    assert_eq!(world.lines("told connect_error").len(), 4);
    assert_eq!(world.lines("told auth_required"), [""; 0]);
}

#[test]
fn a_refusal_while_connected_means_not_connected_any_more() {
    let mut world = World::connected();
    world.server.default = common::Answer::Ignore;
    world.send("c", "m");
    world.drive();
    world.sign_in = SignIn::Never;
    world.hear(r#"44{"message":"token expired","data":{"code":401}}"#);
    assert!(!world.is_connected());
    assert_ne!(world.client.status(), ConnectionStatus::Connected, "isConnected would be true without a connection");
    assert_eq!(world.queue(), ["m InDoubt 0"]);
    assert_eq!(world.lines("ask").last(), Some(&"Rejected"));
    world.log.clear();
    world.send("c", "n");
    assert_eq!(world.lines("send"), [""; 0]);
    world.server.default = common::Answer::Accept;
    world.answer(World::auth("better"));
    world.run_until("acceptance", World::is_empty);
    assert_eq!(world.server.contents("c"), ["m", "n"]);
}

#[test]
fn a_refused_sign_in_holds_what_was_in_doubt() {
    let mut world = World::connected();
    world.server.default = common::Answer::Ignore;
    world.send("c", "m");
    world.drive();
    world.sign_in = SignIn::Token("bad");
    world.drop_link();
    world.run_until("silence", |world| world.client.status() == ConnectionStatus::AuthRequired);
    assert_eq!(world.queue(), ["m Held 0"]);
}

#[test]
fn a_provider_that_fails_is_a_connect_error_with_its_reason_and_the_next_attempt_follows() {
    let mut world = World::chat();
    world.sign_in = SignIn::Fails("no session");
    world.connect();
    assert_eq!(world.lines("told connect_error"), ["no session"]);
    assert_eq!(world.client.connection_error().map(String::as_str), Some("no session"));
    assert_eq!(world.client.status(), ConnectionStatus::Reconnecting);
    assert_eq!(world.lines("open"), [""; 0]);
    world.sign_in = SignIn::Token("good");
    world.run_until("a connection", World::is_connected);
}

#[test]
fn an_auth_function_that_fails_is_one_connect_error_with_its_reason_and_the_next_attempt_follows() {
    let mut world = World::plain(config(), "/");
    world.sign_in = SignIn::Fails("no session");
    world.connect();
    assert_eq!(world.lines("told connect_error"), ["no session"], "one failure, one event");
    world.sign_in = SignIn::Token("good");
    world.run_until("a connection", World::is_connected);
}

#[test]
fn a_provider_that_never_answers_is_a_timeout_and_is_asked_again() {
    let mut world = World::chat();
    world.sign_in = SignIn::Never;
    world.connect();
    world.run_for(20_000);
    assert_eq!(world.lines("told connect_error"), ["timeout"]);
    world.run_for(10_000);
    assert_eq!(world.lines("ask"), ["Initial", "Reconnect"]);
}

#[test]
fn the_provider_is_asked_before_every_attempt() {
    let mut world = World::connected();
    for _ in 0..3 {
        world.drop_link();
        world.run_until("a connection", World::is_connected);
    }
    assert_eq!(world.lines("ask"), ["Initial", "Reconnect", "Reconnect", "Reconnect"]);
}

#[test]
fn an_answer_to_an_older_question_is_ignored() {
    let mut world = World::chat();
    world.sign_in = SignIn::Never;
    world.connect();
    let (socket, old) = world.asked.expect("a question");
    world.run_until("the next question", |world| world.asked.is_some_and(|(_, ask)| ask != old));
    world.input(Input::Auth { socket, ask: old, answer: World::auth("old") });
    assert!(world.transport().is_none(), "the old question is void");
    world.answer(World::auth("new"));
    world.drive();
    assert_eq!(world.server.connects, [r#"{"token":"Bearer new"}"#]);
    world.answer(World::auth("again"));
    world.answer(Answer::SignedOut);
    assert!(world.is_connected(), "a question is answered once");
}

#[test]
fn an_answer_after_stop_opens_nothing() {
    let mut world = World::chat();
    world.sign_in = SignIn::Never;
    world.connect();
    world.run(socketio_wasm::client::Client::stop);
    for answer in [World::auth("good"), Answer::SignedOut, Answer::Failed("late".to_owned())] {
        world.answer(answer);
    }
    world.run_for(600_000);
    assert!(world.transport().is_none());
    assert_eq!(world.client.status(), ConnectionStatus::Idle);
    assert_eq!(world.lines("told"), [""; 0]);
}
