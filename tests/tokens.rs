//! The life of a token: one that is over is not tried, one that ends soon is replaced, and wrong clocks do no harm.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, SignIn, UNCLAIMED, World, chat, config};
use socketio_wasm::client::{Answer as Auth, ChatConfig, ConnectionStatus, Input, Millis};

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
    world.bring(SignIn::Token("bad"));
    world.run_until("CONNECT", |world| world.server.connects.len() == 1);
    world.bring(SignIn::Token("good"));
    world.run_until("a connection", World::is_connected);
    assert_eq!(tokens(&world), ["bad", "good"]);
    assert_eq!(world.lines("told auth_required"), [""; 0]);
}

#[test]
fn a_token_that_was_given_over_a_living_connection_is_tried_when_that_is_refused() {
    let mut world = World::chat();
    world.bring(SignIn::Token("first"));
    world.drive();
    world.bring(SignIn::Token("second"));
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
