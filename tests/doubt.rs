//! Messages in doubt: on the wire when something went wrong, and what becomes of them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, World, chat, config};
use socketio_wasm::client::{Backoff, ChatConfig, Client, Config, Input, Proof};

/// Connected, with these messages on the wire to a server that ignores them.
fn on_the_wire(contents: &[&str]) -> World {
    let backoff = Backoff { base: 1_000.0, max: 5_000.0, factor: 0.0 };
    let mut world = World::new(Config { backoff, ..config() }, chat());
    world.connect();
    world.server.default = Answer::Ignore;
    for content in contents {
        world.send("c", content);
    }
    world.drive();
    world.log.clear();
    world
}

fn sent(world: &World) -> Vec<String> {
    let sent = world.lines("send").into_iter().filter_map(|frame| frame.split_once(r#""content":""#));
    sent.map(|(_, rest)| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn whatever_ends_the_connection_what_was_on_the_wire_is_in_doubt_and_goes_again() {
    let ends: [(&str, common::Step); 6] = [
        ("the link", World::drop_link),
        ("the engine", |world| world.hear("1")),
        ("a parse error", |world| world.hear("4")),
        ("a transport error", |world| world.hear("")),
        ("the browser", |world| world.input(Input::Offline)),
        ("the application", |world| world.run(Client::stop)),
    ];
    for (what, end) in ends {
        let mut world = on_the_wire(&["1", "2"]);
        end(&mut world);
        assert_eq!(world.queue(), ["1 InDoubt 0", "2 InDoubt 0"], "{what}");
        world.server.default = Answer::Accept;
        world.input(Input::Online);
        world.connect();
        world.run_until("acceptance", World::is_empty);
        assert_eq!(world.server.contents("c"), ["1", "2"], "{what}");
    }
}

#[test]
fn a_suspension_with_messages_on_the_wire_is_no_attempt() {
    let mut world = on_the_wire(&["1", "2"]);
    world.suspend(8 * 3_600_000);
    world.input(Input::Wake);
    assert_eq!(
        world.queue(),
        ["1 InDoubt 0", "2 InDoubt 0"],
        "the connection died, and with it the wait for an answer"
    );
    world.run_until("another connection", World::is_connected);
    world.drive();
    assert_eq!(world.queue(), ["1 Sending 0", "2 Sending 0"]);
}

#[test]
fn after_a_reconnection_the_time_for_an_answer_begins_anew() {
    let mut world = on_the_wire(&["1"]);
    world.run_for(9_000);
    world.drop_link();
    world.run_until("another connection", World::is_connected);
    world.drive();
    world.run_for(9_500);
    assert_eq!(world.queue(), ["1 Sending 0"]);
    world.run_for(500);
    assert_eq!(world.queue(), ["1 InDoubt 1"]);
}

#[test]
fn a_message_that_waits_for_its_next_attempt_goes_at_once_over_a_new_connection_and_keeps_its_attempts() {
    let mut world = on_the_wire(&["1"]);
    world.run_until("three attempts", |world| world.queue() == ["1 InDoubt 3"]);
    world.drop_link();
    assert_eq!(world.queue(), ["1 InDoubt 3"]);
    world.run_until("another connection", World::is_connected);
    world.drive();
    assert_eq!(world.queue(), ["1 Sending 3"], "its delay was for the connection that is gone");
}

#[test]
fn what_comes_back_before_it_is_sent_again_is_not_sent_again() {
    let mut world = on_the_wire(&["1", "2"]);
    let first = world.waiting()[0].clone();
    world.drop_link();
    world.server.default = Answer::Accept;
    world.server.early = vec![format!(r#"42["message",{{"id":"{first}","content":"1"}}]"#)];
    world.log.clear();
    world.run_until("acceptance", World::is_empty);
    assert_eq!(sent(&world), ["2"]);
    assert!(world.lines("told settled").contains(&&*format!("{first} echoed")));
}

#[test]
fn a_failed_message_that_comes_back_after_all_is_delivered() {
    let mut world = on_the_wire(&["1"]);
    world.run_until("failure", |world| world.queue() == ["1 Failed 5"]);
    let id = world.waiting()[0].clone();
    world.hear(&format!(r#"42["message",{{"id":"{id}","content":"1"}}]"#));
    assert_eq!(world.queue(), [""; 0]);
    assert!(world.storage.map.is_empty());
}

#[test]
fn what_was_in_doubt_longer_than_ttl_is_expired_and_not_sent_again() {
    let mut world = World::new(config(), ChatConfig { ttl: 60_000, ..chat() });
    world.connect();
    world.server.default = Answer::Ignore;
    world.send("c", "1");
    world.drive();
    world.server.reachable = false;
    world.drop_link();
    world.run_for(60_001);
    assert_eq!(world.queue(), ["1 InDoubt 0"], "it is checked before sending");
    (world.server.reachable, world.server.default) = (true, Answer::Accept);
    world.run_until("another connection", World::is_connected);
    world.drive();
    assert_eq!(world.queue(), ["1 Expired 0"]);
    assert!(world.server.accepted.is_empty());
}

#[test]
fn several_unanswered_at_once_go_again_in_their_order_whatever_their_delays() {
    for seed in 0..20 {
        let mut world = World::new(config(), chat());
        for _ in 0..seed {
            world.reload(); // Another seed, another jitter.
        }
        world.connect();
        world.server.default = Answer::Ignore;
        for content in ["1", "2", "3"] {
            world.send("c", content);
        }
        world.drive();
        world.run_until("doubt", |world| world.queue() == ["1 InDoubt 1", "2 InDoubt 1", "3 InDoubt 1"]);
        world.server.default = Answer::Accept;
        world.log.clear();
        world.run_until("acceptance", World::is_empty);
        assert_eq!(sent(&world), ["1", "2", "3"], "seed {seed}");
    }
}

#[test]
fn where_only_the_echo_counts_an_acknowledgement_settles_nothing() {
    let mut world = World::new(config(), ChatConfig { delivery: Proof::Echo, ..chat() });
    world.connect();
    world.send("c", "m");
    world.drive();
    for id in 0..3 {
        world.hear(&format!("43{id}[]"));
    }
    assert_eq!(world.queue(), ["m Sending 0"]);
}

#[test]
fn an_acknowledgement_of_the_former_connection_settles_nothing_of_the_next() {
    let mut world = on_the_wire(&["1"]);
    world.drop_link();
    world.run_until("another connection", World::is_connected);
    world.drive();
    assert_eq!(sent(&world), ["1"], "under another acknowledgement id");
    world.hear("430[]");
    assert_eq!(world.queue(), ["1 Sending 0"]);
    world.hear("431[]");
    assert_eq!(world.queue(), [""; 0]);
}

#[test]
fn a_server_that_answers_with_delay_but_in_time_gets_everything_once() {
    let mut world = World::new(config(), ChatConfig { max_in_flight: 2, ..chat() });
    world.latency = 4_900;
    world.connect();
    for content in 0..9 {
        world.send(["a", "b"][content % 2], &content.to_string());
    }
    world.run_until("acceptance", World::is_empty);
    assert_eq!(world.server.repeats, 0);
    assert_eq!(world.server.accepted.len(), 9);
}

#[test]
fn later_messages_put_off_no_earlier_ones_wait_for_an_answer() {
    let mut world = on_the_wire(&["1"]);
    world.run_for(5_000);
    world.send("c", "2");
    world.run_for(4_990);
    assert_eq!(world.queue(), ["1 InDoubt 1", "2 Sending 0"]);
}

#[test]
fn a_conversation_that_has_to_wait_longer_puts_off_no_other_one() {
    let mut world = on_the_wire(&[]);
    world.server.default = Answer::RefuseForNow("slow down");
    world.send("c", "1");
    world.run_for(2_500);
    world.send("d", "2");
    world.run_until("the third refusal", |world| world.queue() == ["1 InDoubt 3", "2 InDoubt 1"]);
    world.log.clear();
    world.run_for(1_000);
    assert_eq!(sent(&world), ["2"], "it waits for a second, and 1 for four");
}

#[test]
fn a_retry_starts_the_count_of_attempts_anew() {
    let mut world = on_the_wire(&["1"]);
    world.run_until("failure", |world| world.queue() == ["1 Failed 5"]);
    let id = world.waiting()[0].clone();
    assert!(world.run(|client, now| client.retry(now, &id)));
    assert_eq!(world.queue(), ["1 Sending 0"]);
    world.run_for(10_000);
    assert_eq!(world.queue(), ["1 InDoubt 1"], "and is not failed at once");
}

#[test]
fn an_acknowledgement_that_comes_while_the_page_stands_still_counts() {
    let mut world = World::connected();
    world.send("c", "m");
    world.input(Input::Frozen);
    world.drive();
    world.input(Input::Resumed);
    world.run_for(1_000);
    assert_eq!(world.server.repeats, 0);
    assert_eq!(world.queue(), [""; 0]);
}
