//! The life of a token: one that is over is not tried, one that ends soon is replaced, and wrong clocks do no harm.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, SignIn, UNCLAIMED, World, chat, config};
use socketio_wasm::client::{Answer as Auth, Ask, ChatConfig, ConnectionStatus, Input, Millis, SocketId};

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
/// When worlds begin.
const START: Millis = 1_700_000_000_000;

/// Connected with a token that says so much of its life.
fn signed_in(token: &'static str, issued: Option<Millis>, expires: Millis) -> World {
    let mut world = World::chat();
    world.sign_in = SignIn::Until(token, issued, expires);
    world.connect();
    assert!(world.is_connected(), "{:?}", world.log);
    world
}

fn tokens(world: &World) -> Vec<&str> {
    world.server.connects.iter().filter_map(|auth| auth.split(['"', ' ']).nth(4)).collect()
}

#[test]
fn an_expired_token_is_asked_for_once_more_and_the_same_one_is_not_even_tried() {
    let mut world = World::chat();
    world.send("c", "waiting");
    world.sign_in = SignIn::Until("old", None, START - HOUR);
    world.connect();
    assert_eq!(world.lines("ask"), ["Initial", "Expiring"]);
    assert_eq!(world.lines("open"), [""; 0]);
    assert_eq!(world.lines("told auth_required"), ["the token has expired: sign in again"]);
    assert_eq!(world.queue(), ["waiting Held 0"]);
    world.run_for(24 * HOUR);
    assert_eq!(world.lines("ask").len(), 2, "silence");
}

#[test]
fn an_expired_token_that_is_replaced_when_asked_for_once_more_connects() {
    let mut world = World::chat();
    world.sign_in = SignIn::Never;
    world.connect();
    world.answer(World::auth_until("old", None, START - HOUR));
    world.answer(World::auth_until("new", None, START + HOUR));
    world.drive();
    assert_eq!(tokens(&world), ["new"]);
    assert!(world.is_connected());
}

#[test]
fn a_refused_token_whose_successor_looks_expired_is_replaced_all_the_same() {
    let mut world = World::chat();
    world.sign_in = SignIn::Token("bad");
    world.run(|client, now| client.initialize(now, true));
    world.sign_in = SignIn::Until("new", None, START - MINUTE);
    world.drive();
    assert_eq!(world.lines("ask"), ["Initial", "Rejected", "Expiring"]);
    assert_eq!(tokens(&world), ["bad", "new"]);
    assert!(world.is_connected());
}

#[test]
fn a_token_is_replaced_a_minute_before_it_expires_and_the_connection_with_it() {
    let mut world = signed_in("first", None, START + HOUR);
    world.sign_in = SignIn::Until("second", None, START + 2 * HOUR);
    world.run_until("the question", |world| world.lines("ask").len() == 2);
    assert_eq!(world.lines("ask"), ["Initial", "Expiring"]);
    assert!((START + HOUR - world.now).abs_diff(MINUTE) < 100, "asked {} ms before", START + HOUR - world.now);
    world.drive();
    assert_eq!(tokens(&world), ["first", "second"], "asked for once, tried once");
    assert!(world.is_connected());
    assert_eq!(world.lines("told auth_required"), [""; 0]);
    assert_eq!(world.lines("told connect_error"), [""; 0]);
    assert_eq!(world.client.connection_error(), None);
}

#[test]
fn of_a_short_life_a_quarter_is_left() {
    let mut world = signed_in("first", Some(START), START + 4_000);
    world.sign_in = SignIn::Until("second", Some(START + 3_000), START + HOUR);
    world.run_until("the second token", |world| tokens(world) == ["first", "second"]);
    assert!((START + 3_000..START + 4_000).contains(&world.now), "{}", world.now - START);
}

#[test]
fn a_new_token_waits_until_nothing_is_on_the_wire() {
    let mut world = signed_in("first", None, START + HOUR);
    world.run_for(HOUR - MINUTE - 1_000);
    world.server.default = Answer::Ignore;
    world.send("c", "slow");
    world.sign_in = SignIn::Until("second", None, START + 2 * HOUR);
    world.run_until("the question", |world| world.lines("ask").len() == 2);
    world.server.default = Answer::Accept;
    world.send("c", "later");
    assert_eq!(world.queue(), ["slow Sending 0", "later Queued 0"]);
    assert_eq!(world.server.connects.len(), 1);
    world.hear("430[]");
    world.drive();
    assert_eq!(tokens(&world), ["first", "second"]);
    assert_eq!(world.queue(), [""; 0]);
    assert_eq!(world.server.contents("c"), ["later"], "what was answered goes no second time");
}

#[test]
fn whoever_keeps_a_token_until_its_last_moment_is_asked_then() {
    let mut world = signed_in("kept", None, START + HOUR);
    world.run_until("the end", |world| world.lines("ask").len() == 3);
    assert_eq!(world.lines("ask"), ["Initial", "Expiring", "Expiring"]);
    assert!(world.now.abs_diff(START + HOUR) < 100);
    world.run_for(2 * HOUR);
    assert_eq!(world.lines("ask").len(), 3, "what the server thinks of it will show");
    assert!(world.is_connected());
}

#[test]
fn a_provider_that_fails_before_the_token_expires_changes_nothing_and_is_asked_again() {
    let mut world = signed_in("first", None, START + HOUR);
    world.sign_in = SignIn::Fails("no network");
    world.run_for(HOUR + MINUTE);
    assert!(world.is_connected());
    assert_eq!(world.lines("told connect_error"), [""; 0]);
    assert_eq!(world.lines("told auth_required"), [""; 0]);
    let asked = world.lines("ask").len();
    assert!((3..10).contains(&asked), "asked {asked} times");
}

#[test]
fn no_token_any_more_before_it_expires_is_a_sign_out() {
    let mut world = signed_in("first", None, START + HOUR);
    world.run_for(HOUR - MINUTE - 1_000);
    world.server.default = Answer::Ignore;
    world.send("c", "m");
    world.sign_in = SignIn::SignedOut;
    world.run_until("the question", |world| world.lines("ask").len() == 2);
    world.drive();
    assert_eq!(world.client.status(), ConnectionStatus::AuthRequired);
    assert_eq!(world.lines("told disconnect"), ["io client disconnect"]);
    assert_eq!(world.lines("told auth_required"), ["no token: sign in first"]);
    assert_eq!(world.queue(), ["m Held 0"]);
    assert!(world.transport().is_none());
}

#[test]
fn a_clock_that_is_ahead_by_minutes_neither_shuts_out_nor_spins() {
    for ahead in [0, 1, 30_000, MINUTE, 2 * MINUTE - 100, 3 * MINUTE, 4 * MINUTE + 50_000] {
        for says_when in [true, false] {
            let mut world = World::chat();
            world.sign_in = SignIn::Never;
            world.connect();
            let mut serial = 0;
            // A token of two minutes for every question, made by a clock that is right.
            while world.now < START + 20 * MINUTE {
                let token = format!("token-{serial}");
                let issued = world.now - ahead;
                let answer = World::auth_until(&token, says_when.then_some(issued), issued + 2 * MINUTE);
                if world.asked.is_some() && world.lines("ask").len() > serial {
                    serial += 1;
                    world.answer(answer);
                    world.drive();
                    assert!(world.is_connected() || world.lines("ask").len() > serial, "{ahead}: {:?}", world.log);
                }
                world.run_for(100);
            }
            assert!(world.is_connected());
            assert!(world.server.connects.len() <= 125, "{ahead}: {} connections", world.server.connects.len());
            assert_eq!(world.lines("told auth_required"), [""; 0]);
        }
    }
}

#[test]
fn the_only_token_is_tried_where_the_clock_may_be_wrong_by_as_much() {
    let world = signed_in("only", None, START - 4 * MINUTE);
    assert_eq!(tokens(&world), ["only"]);
    assert_eq!(world.lines("ask"), ["Initial", "Expiring"]);
}

#[test]
fn a_clock_that_is_behind_replaces_the_token_in_time_where_it_says_when_it_was_issued() {
    let behind = 5 * MINUTE;
    let mut world = signed_in("first", Some(START + behind), START + behind + HOUR);
    world.sign_in = SignIn::Until("second", Some(START + behind + HOUR), START + behind + 2 * HOUR);
    world.run_until("the second token", |world| tokens(world) == ["first", "second"]);
    assert!(world.now < START + HOUR, "the first had expired by then");
}

#[test]
fn needs_at_the_same_time_share_one_question() {
    let mut world = World::chat();
    world.sign_in = SignIn::Never;
    world.connect();
    for _ in 0..3 {
        world.input(Input::Offline);
        world.input(Input::Online);
    }
    world.run(|client, now| client.stop(now));
    world.run(|client, now| client.initialize(now, false));
    assert_eq!(world.lines("ask"), ["Initial"]);
    world.answer(World::auth("good"));
    world.drive();
    assert!(world.is_connected());
}

#[test]
fn who_is_asked_in_vain_for_as_long_as_an_attempt_may_take_is_asked_anew() {
    let mut world = World::chat();
    world.sign_in = SignIn::Never;
    world.connect();
    world.run_for(19_000);
    world.input(Input::Offline);
    world.input(Input::Online);
    assert_eq!(world.lines("ask").len(), 1);
    world.run_until("another question", |world| world.lines("ask").len() == 2);
    assert!(world.now <= START + 19_000 + 20_000 + 7_500);
}

#[test]
fn somebody_new_to_ask_is_asked_at_once_and_the_old_answer_is_void() {
    let mut world = World::chat();
    world.sign_in = SignIn::Never;
    world.connect();
    let (socket, old) = world.asked.expect("a question");
    world.run(|client, now| client.replace_token(now));
    assert_eq!(world.lines("ask"), ["Initial", "Initial"]);
    world.input(Input::Auth { socket, ask: old, answer: World::auth("old") });
    assert!(world.transport().is_none());
    world.answer(World::auth("new"));
    world.drive();
    assert_eq!(tokens(&world), ["new"]);
}

#[test]
fn somebody_new_to_ask_while_the_transport_opens_has_the_attempt_begin_again() {
    let mut world = World::chat();
    world.connect_without_waiting();
    assert!(world.transport().is_some());
    world.sign_in = SignIn::Token("new");
    world.run(|client, now| client.replace_token(now));
    world.drive();
    assert_eq!(tokens(&world), ["new"]);
}

#[test]
fn a_new_token_of_the_same_owner_is_used_at_the_next_attempt_and_watched_from_now_on() {
    let mut world = World::connected();
    world.sign_in = SignIn::Until("second", None, START + HOUR);
    world.run(|client, now| client.replace_token(now));
    world.drive();
    assert_eq!(world.server.connects.len(), 1, "the connection is as good as before");
    world.sign_in = SignIn::Until("third", None, START + 2 * HOUR);
    world.run_until("its successor", |world| tokens(world).last() == Some(&"third"));
    assert!(world.now < START + HOUR);
}

#[test]
fn a_token_that_expires_while_there_is_no_connection_is_replaced_by_the_next_attempt() {
    let mut world = signed_in("first", None, START + HOUR);
    world.server.reachable = false;
    world.drop_link();
    world.run_for(2 * HOUR);
    assert_eq!(world.lines("told auth_required"), ["the token has expired: sign in again"]);
    world.sign_in = SignIn::Until("second", None, START + 5 * HOUR);
    world.server.reachable = true;
    world.connect();
    assert!(world.is_connected());
}

#[test]
fn a_machine_that_slept_through_the_end_of_its_token_asks_for_another() {
    let mut world = signed_in("first", None, START + HOUR);
    world.sign_in = SignIn::Until("second", None, START + 12 * HOUR);
    world.suspend(8 * HOUR);
    world.input(Input::Resumed);
    world.run_until("the second token", |world| tokens(world).last() == Some(&"second"));
    assert_eq!(world.lines("told auth_required"), [""; 0]);
}

#[test]
fn a_connection_without_a_token_asks_for_none() {
    let mut world = World::new(config(), ChatConfig { ..chat() });
    world.sign_in = SignIn::Never;
    world.connect();
    world.answer(Auth::Auth { payload: None, token: Default::default() });
    world.drive();
    world.run_for(24 * HOUR);
    assert!(world.is_connected());
    assert_eq!(world.lines("ask").len(), 1);
}

/// `initializeSocket` with another token, or with somebody new to ask.
fn bring(world: &mut World, sign_in: SignIn) {
    world.sign_in = sign_in;
    world.run(|client, now| {
        client.replace_token(now);
        client.initialize(now, true);
    });
}

#[test]
fn a_network_that_fails_before_the_successor_of_a_refused_token_was_tried_is_no_sign_out() {
    let mut world = World::chat();
    world.sign_in = SignIn::Token("bad");
    world.run(|client, now| client.initialize(now, true));
    world.sign_in = SignIn::Token("good");
    world.run_until("the second question", |world| world.lines("ask").len() == 2);
    world.server.reachable = false;
    world.drop_link();
    world.run_for(2_500);
    world.server.reachable = true;
    world.run_until("a connection", World::is_connected);
    assert_eq!(world.lines("told auth_required"), [""; 0]);
}

#[test]
fn a_token_that_was_given_while_another_was_on_the_wire_is_tried_when_that_is_refused() {
    let mut world = World::chat();
    bring(&mut world, SignIn::Token("bad"));
    world.run_until("CONNECT", |world| world.server.connects.len() == 1);
    bring(&mut world, SignIn::Token("good"));
    world.run_until("a connection", World::is_connected);
    assert_eq!(tokens(&world), ["bad", "good"]);
    assert_eq!(world.lines("told auth_required"), [""; 0]);
}

#[test]
fn a_token_that_was_given_over_a_living_connection_is_tried_when_that_is_refused() {
    let mut world = World::chat();
    bring(&mut world, SignIn::Token("first"));
    world.drive();
    bring(&mut world, SignIn::Token("second"));
    world.drive();
    world.hear(r#"44{"message":"jwt expired","data":{"code":401}}"#);
    world.run_until("a connection", World::is_connected);
    assert_eq!(tokens(&world), ["first", "second"]);
}

#[test]
fn a_successor_that_waits_is_asked_for_anew_when_the_connection_is_refused() {
    let mut world = signed_in("first", None, START + HOUR);
    world.run_for(HOUR - MINUTE - 1_000);
    world.server.default = Answer::Ignore;
    world.send("c", "m");
    world.sign_in = SignIn::Until("second", None, START + 3 * HOUR);
    world.run_for(2_000);
    world.server.default = Answer::Accept;
    world.hear(r#"44{"message":"jwt expired","data":{"code":401}}"#);
    world.run_until("acceptance", World::is_empty);
    assert_eq!(tokens(&world), ["first", "second"]);
    assert_eq!(world.lines("told auth_required"), [""; 0]);
}

#[test]
fn somebody_new_who_fails_or_is_silent_is_asked_until_it_is_known_whose_the_messages_are() {
    for first in [SignIn::Fails("fetch failed"), SignIn::Never] {
        let mut world = World::connected();
        world.sign_in = first;
        world.run(|client, now| {
            client.replace_token(now);
            client.initialize(now, true);
            client.doubt_owner(UNCLAIMED.to_owned());
        });
        world.send("c", "m");
        world.run_for(90_000);
        let asked = world.lines("ask").len();
        assert!((4..=30).contains(&asked), "{first:?}: asked {asked} times");
        assert!(world.lines("ask").iter().all(|reason| *reason == "Initial"));
        assert_eq!(world.queue(), ["m Queued 0"]);
        world.sign_in = SignIn::Token("good");
        world.run_until("the answer", |world| world.lines("ask").len() > asked);
        world.change_owner("ann");
        world.run_until("acceptance", World::is_empty);
        assert_eq!(world.server.connects.len(), 1, "{first:?}: the same owner, the same connection");
    }
}

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
    bring(&mut world, SignIn::Token("fresh"));
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
        bring(&mut world, SignIn::Token("bob"));
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
    bring(&mut world, SignIn::Token("good"));
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
    bring(&mut world, SignIn::Token("by hand"));
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
