//! A message's way to the server: order, answers, refusals, expiry.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::VecDeque;

use common::{Answer, World, chat, config};
use socketio_wasm::client::{Backoff, ChatConfig, Config, Proof};

/// Without jitter, so that a test can name a delay.
fn steady() -> Config {
    Config { backoff: Backoff { base: 1_000.0, max: 5_000.0, factor: 0.0 }, ..config() }
}

fn with(chat: ChatConfig) -> World {
    let mut world = World::new(steady(), chat);
    world.connect();
    world.log.clear();
    world
}

fn messages(world: &World) -> Vec<String> {
    let sent = world.lines("send").into_iter().filter_map(|frame| frame.split_once(r#""content":""#));
    sent.map(|(_, rest)| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_message_is_stored_before_it_is_sent_and_removed_after_it_is_accepted() {
    let mut world = with(chat());
    let id = world.send("c", "m");
    world.drive();
    let told: Vec<&str> = world.log.iter().map(|line| line.split(['[', ' ']).next().unwrap_or_default()).collect();
    assert_eq!(told, ["store", "send", "remove", "told"]);
    assert_eq!(world.lines("told settled"), [format!(r#"{id} acknowledged [{{"ok":true}}]"#)]);
    assert!(world.storage.map.is_empty());
    assert_eq!(world.queue(), [""; 0]);
}

#[test]
fn nothing_is_removed_before_the_answer_came() {
    let mut world = with(chat());
    world.server.default = Answer::Silent;
    let id = world.send("c", "m");
    world.drive();
    assert_eq!(world.server.ids(), [&*id]);
    assert_eq!(world.queue(), ["m Sending 0"]);
    assert_eq!(world.storage.ids("ann"), [id]);
}

#[test]
fn the_queue_goes_out_oldest_first_whatever_the_conversation() {
    let mut world = World::chat();
    for (conversation, content) in [("a", "1"), ("b", "2"), ("a", "3"), ("c", "4"), ("b", "5")] {
        world.send(conversation, content);
    }
    world.connect();
    world.drive();
    assert_eq!(messages(&world), ["1", "2", "3", "4", "5"]);
    assert_eq!(world.server.repeats, 0);
}

#[test]
fn unanswered_messages_go_again_in_order_with_the_same_ids() {
    let mut world = with(chat());
    world.server.answers = VecDeque::from([Answer::Silent, Answer::Ignore, Answer::Silent]);
    let ids: Vec<String> = ["1", "2", "3"].iter().map(|content| world.send("c", content)).collect();
    world.drive();
    assert_eq!(world.queue(), ["1 Sending 0", "2 Sending 0", "3 Sending 0"]);
    world.drop_link();
    assert_eq!(world.queue(), ["1 InDoubt 0", "2 InDoubt 0", "3 InDoubt 0"]);
    let last = world.send("c", "4");
    assert_eq!(world.queue()[3], "4 Queued 0");
    world.log.clear();
    world.run_until("acceptance", World::is_empty);
    assert_eq!(messages(&world), ["1", "2", "3", "4"]);
    assert_eq!(world.server.repeats, 2, "it had taken 1 and 3 already");
    let mut accepted = world.server.ids();
    accepted.sort_unstable();
    assert_eq!(accepted, [&ids[0], &ids[1], &ids[2], &last]);
}

#[test]
fn a_lost_link_is_no_attempt_however_often_it_is_lost() {
    let mut world = with(chat());
    world.server.default = Answer::Ignore;
    world.send("c", "m");
    for _ in 0..20 {
        world.drive();
        world.drop_link();
        world.run_until("a connection", World::is_connected);
        world.drive();
    }
    assert_eq!(world.queue(), ["m Sending 0"]);
}

#[test]
fn an_answer_waited_for_in_vain_is_an_attempt_and_the_delay_grows() {
    let mut world = with(chat());
    world.server.default = Answer::Ignore;
    let id = world.send("c", "m");
    let start = world.now;
    let mut sent = Vec::new();
    while world.queue() != ["m Failed 5"] {
        let before = messages(&world).len();
        world.run_until("an event", |world| messages(world).len() > before || world.queue() == ["m Failed 5"]);
        if messages(&world).len() > before {
            sent.push(world.now - start);
        }
    }
    // Each time 10 s for the answer, then 1, 2, 4, 5 s.
    assert_eq!(sent, [11_000, 23_000, 37_000, 52_000]);
    assert_eq!(world.now - start, 62_000);
    assert_eq!(world.lines("told settled"), [format!("{id} Failed the server did not answer in time")]);
    world.run_for(600_000);
    assert_eq!(messages(&world).len(), 5, "and then no more");
    assert_eq!(world.storage.ids("ann"), [&*id], "it is kept");
    world.reload();
    assert_eq!(world.queue(), ["m Failed 5"], "and it is still failed after a reload");
}

#[test]
fn while_a_message_waits_its_conversation_waits_and_others_go_on() {
    let mut world = with(chat());
    world.server.answers = VecDeque::from([Answer::Ignore]);
    world.send("a", "a1");
    world.run_for(10_000);
    assert_eq!(world.queue(), ["a1 InDoubt 1"]);
    world.log.clear();
    world.send("a", "a2");
    world.send("b", "b1");
    world.send("a", "a3");
    world.drive();
    assert_eq!(messages(&world), ["b1"]);
    assert_eq!(world.queue(), ["a1 InDoubt 1", "a2 Queued 0", "a3 Queued 0"]);
    world.run_for(1_100);
    assert_eq!(messages(&world), ["b1", "a1", "a2", "a3"]);
    assert_eq!(world.queue(), [""; 0]);
    assert_eq!(world.server.contents("a"), ["a1", "a2", "a3"]);
}

#[test]
fn a_message_refused_is_failed_with_the_servers_text_and_the_next_goes_on() {
    let mut world = with(chat());
    world.server.answers = VecDeque::from([Answer::Refuse("not a member")]);
    let id = world.send("c", "1");
    world.send("c", "2");
    world.drive();
    assert_eq!(world.queue(), ["1 Failed 0"]);
    assert_eq!(world.lines("told settled")[0], format!("{id} Failed not a member"));
    assert_eq!(world.server.contents("c"), ["2"]);
    let entry = world.client.outbox().and_then(|outbox| outbox.by_id(&id)).expect("it is kept");
    assert_eq!(entry.error.as_deref(), Some("not a member"));
    world.reload();
    world.connect();
    world.run_for(600_000);
    assert_eq!(world.queue(), ["1 Failed 0"], "not sent again by itself, not even after a reload");
}

#[test]
fn a_message_refused_for_now_goes_again_with_a_delay() {
    let mut world = with(chat());
    world.server.answers = VecDeque::from([Answer::RefuseForNow("slow down"), Answer::RefuseForNow("slow down")]);
    let id = world.send("c", "1");
    let start = world.now;
    world.drive();
    assert_eq!(world.queue(), ["1 InDoubt 1"]);
    world.run_until("acceptance", World::is_empty);
    assert_eq!(messages(&world).len(), 3);
    assert!(world.now - start >= 3_000);
    assert_eq!(world.lines("told settled"), [format!(r#"{id} acknowledged [{{"ok":true}}]"#)]);
}

#[test]
fn a_message_refused_for_now_too_often_is_failed() {
    let mut world = with(chat());
    world.server.default = Answer::RefuseForNow("slow down");
    let id = world.send("c", "1");
    world.run_for(600_000);
    assert_eq!(messages(&world).len(), 5);
    assert_eq!(world.lines("told settled"), [format!("{id} Failed slow down")]);
}

#[test]
fn a_message_that_comes_back_counts_as_acknowledged_and_still_reaches_the_listeners() {
    let mut world = with(chat());
    world.server.default = Answer::Ignore;
    let id = world.send("c", "m");
    world.drive();
    world.log.clear();
    let echo = format!(r#"["message",{{"id":"{id}","content":"m"}}]"#);
    world.hear(&format!("42{echo}"));
    assert_eq!(world.queue(), [""; 0]);
    assert!(world.storage.map.is_empty());
    assert_eq!(world.lines("told event"), [echo]);
    assert_eq!(world.lines("told settled"), [format!("{id} echoed")]);
    world.hear(r#"430[{"error":"late"}]"#);
    assert_eq!(world.lines("told settled").len(), 1, "settled is settled");
}

#[test]
fn a_message_of_somebody_else_settles_nothing() {
    let mut world = with(chat());
    world.server.default = Answer::Ignore;
    world.send("c", "m");
    world.drive();
    world.hear(r#"42["message",{"id":"another","content":"m"}]"#);
    world.hear(r#"42["message",{"content":"no id"}]"#);
    world.hear(r#"42["message"]"#);
    world.hear(r#"42["message",{"id":7}]"#);
    assert_eq!(world.queue(), ["m Sending 0"]);
}

#[test]
fn where_only_the_echo_counts_no_acknowledgement_is_asked_for() {
    let mut world = with(ChatConfig { delivery: Proof::Echo, ..chat() });
    world.server.echo = true;
    let id = world.send("c", "m");
    assert!(world.lines("send")[0].starts_with(r#"42["sendMessage""#), "{:?}", world.lines("send"));
    world.drive();
    assert_eq!(world.lines("told settled"), [format!("{id} echoed")]);
    world.server.echo = false;
    world.send("c", "n");
    world.run_for(10_000);
    assert_eq!(world.queue(), ["n InDoubt 1"], "an echo waited for in vain is an attempt");
}

#[test]
fn where_only_the_echo_counts_a_read_mark_is_settled_by_its_acknowledgement() {
    let mut world = with(ChatConfig { delivery: Proof::Echo, ..chat() });
    world.server.echo = true;
    world.mark_read("c", &["x"]);
    world.drive();
    assert_eq!(world.queue(), [""; 0], "nobody sends a read mark back");
    world.run_for(60_000);
    assert_eq!(world.server.reads.len(), 1);
}

#[test]
fn where_sending_is_enough_a_message_leaves_the_queue_with_its_bytes() {
    let mut world = World::new(steady(), ChatConfig { delivery: Proof::Sent, ..chat() });
    world.server.default = Answer::Silent;
    let early = world.send("c", "early");
    world.mark_read("c", &["x"]);
    world.connect();
    assert_eq!(world.queue(), [""; 0]);
    assert!(world.storage.map.is_empty());
    let late = world.send("c", "late");
    assert_eq!(world.queue(), [""; 0]);
    assert!(world.storage.map.is_empty(), "what was sent in the same call is not stored for nothing");
    let settled: Vec<_> = world.lines("told settled").into_iter().filter(|line| !line.starts_with("Key")).collect();
    assert_eq!(settled[0], format!("{early} sent"));
    assert_eq!(settled.last(), Some(&&*format!("{late} sent")));
    assert!(world.lines("send")[1].starts_with(r#"42["sendMessage""#), "no acknowledgement is asked for");
}

#[test]
fn no_more_than_max_in_flight_wait_for_an_answer() {
    let mut world = with(ChatConfig { max_in_flight: 3, ..chat() });
    world.server.default = Answer::Silent;
    for index in 0..7 {
        world.send("c", &format!("{index}"));
    }
    world.drive();
    assert_eq!(messages(&world), ["0", "1", "2"]);
    world.hear("430[]");
    assert_eq!(messages(&world), ["0", "1", "2", "3"]);
    world.hear("432[]");
    world.hear("431[]");
    assert_eq!(messages(&world), ["0", "1", "2", "3", "4", "5"]);
    let status = world.queue();
    assert_eq!(status, ["3 Sending 0", "4 Sending 0", "5 Sending 0", "6 Queued 0"]);
}

#[test]
fn a_message_older_than_ttl_is_expired_shown_and_not_sent() {
    let mut world = World::new(steady(), ChatConfig { ttl: 60_000, ..chat() });
    let old = world.send("c", "old");
    world.run_for(1);
    world.send("c", "just in time");
    world.run_for(60_000 - 4 * world.latency); // Four flights until the first message can go.
    world.connect();
    assert_eq!(world.queue(), ["old Expired 0"]);
    world.drive();
    assert_eq!(world.server.contents("c"), ["just in time"]);
    assert_eq!(world.lines("told settled")[0], format!("{old} Expired not sent in time"));
    world.reload();
    assert_eq!(world.queue(), ["old Expired 0"], "never deleted in silence");
    assert!(world.run(|client, now| client.retry(now, &old)));
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["just in time", "old"], "a retry makes it young again");
}

#[test]
fn an_acknowledgement_that_comes_late_over_the_same_link_counts() {
    let mut world = with(chat());
    world.server.default = Answer::Silent;
    world.send("c", "m");
    world.run_for(10_500);
    assert_eq!(world.queue(), ["m InDoubt 1"]);
    world.hear("430[]");
    assert_eq!(world.queue(), [""; 0]);
    world.run_for(600_000);
    assert_eq!(world.server.repeats, 0);
    assert!(world.storage.map.is_empty());
}

#[test]
fn an_acknowledgement_of_a_former_link_settles_nothing() {
    let mut world = with(chat());
    world.server.default = Answer::Silent;
    world.send("c", "m");
    world.drive();
    world.drop_link();
    world.run_until("a connection", World::is_connected);
    world.hear("430[]");
    assert_eq!(world.queue().len(), 1);
}

#[test]
fn attempts_are_remembered_across_a_reload() {
    let mut world = with(chat());
    world.server.default = Answer::Ignore;
    world.send("c", "m");
    world.run_until("two attempts", |world| world.queue() == ["m InDoubt 2"]);
    world.reload();
    assert_eq!(world.queue(), ["m Queued 2"]);
}

#[test]
fn what_an_acknowledgement_means_depends_on_its_first_argument_only() {
    let rows = [
        ("[]", true),
        ("[null]", true),
        (r#"[{"error":null}]"#, true),
        (r#"[{"error":""}]"#, true),
        (r#"[{"error":false}]"#, true),
        (r#"[{"error":0}]"#, true),
        (r#"["error"]"#, true),
        (r#"[null,{"error":"no"}]"#, true),
        (r#"[{"error":"no"}]"#, false),
        (r#"[{"error":true}]"#, false),
        (r#"[{"error":{"code":7}}]"#, false),
    ];
    for (answer, accepted) in rows {
        let mut world = with(chat());
        world.server.default = Answer::Ignore;
        world.send("c", "m");
        world.hear(&format!("430{answer}"));
        assert_eq!(world.queue().is_empty(), accepted, "{answer}");
    }
}
