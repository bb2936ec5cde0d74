//! The outbox and its storage: limits, full disks, retries, discards.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, World, chat, config};
use socketio_wasm::client::{ChatConfig, Client, Limits, SendError};

/// Hears that the first message was refused: it is failed and waits for a decision.
fn failed() -> (World, String) {
    let mut world = World::connected();
    world.server.answers.push_back(Answer::Refuse("no"));
    let id = world.send("c", "1");
    world.drive();
    assert_eq!(world.queue(), ["1 Failed 0"]);
    world.log.clear();
    (world, id)
}

#[test]
fn a_reload_brings_everything_back_in_its_order() {
    let mut world = World::chat();
    let ids: Vec<String> = (0..50).map(|index| world.send(["a", "b"][index % 2], &format!("{index}"))).collect();
    world.mark_read("a", &["x"]);
    let before = world.queue();
    world.reload();
    assert_eq!(world.queue(), before);
    assert_eq!(world.waiting()[..50], ids[..]);
    world.connect();
    world.run_until("acceptance", World::is_empty);
    assert_eq!(world.server.ids(), ids);
    assert_eq!(world.server.reads.len(), 1);
    assert!(world.storage.map.is_empty());
}

#[test]
fn a_full_queue_refuses_the_message_and_touches_nothing() {
    let limits = Limits { messages: 2, length: 1 << 20 };
    let mut world = World::new(config(), ChatConfig { limits, ..chat() });
    world.send("c", "1");
    world.send("c", "2");
    let (queue, stored) = (world.queue(), world.storage.map.clone());
    world.log.clear();
    assert_eq!(world.try_send(None, "c", "3"), Err(SendError::QueueFull));
    assert_eq!((world.queue(), &world.storage.map, world.log.len()), (queue, &stored, 0));
}

#[test]
fn the_length_of_all_messages_is_limited_and_comes_free_again() {
    let limits = Limits { messages: 1_000, length: 1_000 };
    let mut world = World::new(config(), ChatConfig { limits, ..chat() });
    let id = world.send("c", &"x".repeat(600));
    assert_eq!(world.try_send(None, "c", &"x".repeat(300)), Err(SendError::QueueFull));
    assert!(world.run(|client, now| client.discard(now, &id)));
    world.send("c", &"x".repeat(600));
    world.connect();
    world.drive();
    assert_eq!(world.queue(), [""; 0]);
    world.send("c", &"x".repeat(600));
}

#[test]
fn a_limit_of_nothing_lets_nothing_in() {
    for limits in [Limits { messages: 0, length: 1 << 20 }, Limits { messages: 10, length: 0 }] {
        let mut world = World::new(config(), ChatConfig { limits, ..chat() });
        assert_eq!(world.try_send(None, "c", "1"), Err(SendError::QueueFull));
    }
}

#[test]
fn an_id_that_waits_already_is_refused_and_touches_nothing() {
    let mut world = World::chat();
    world.try_send(Some("mine"), "c", "1").expect("room");
    let stored = world.storage.map.clone();
    assert_eq!(world.try_send(Some("mine"), "d", "2"), Err(SendError::DuplicateId));
    assert_eq!(world.queue(), ["1 Queued 0"]);
    assert_eq!(world.storage.map, stored);
    world.connect();
    world.drive();
    world.try_send(Some("mine"), "c", "3").expect("it waits no more");
}

#[test]
fn what_storage_refuses_is_kept_in_memory_and_stored_when_there_is_room() {
    let mut world = World::chat();
    let first = world.send("c", "1");
    world.storage.fill_up();
    world.send("c", "2");
    world.send("c", "3");
    assert_eq!(world.queue(), ["1 Queued 0", "2 Queued 0!", "3 Queued 0!"]);
    world.storage.capacity = usize::MAX;
    assert!(world.run(|client, now| client.discard(now, &first)));
    assert_eq!(world.queue(), ["2 Queued 0", "3 Queued 0"], "all of them, not only the next");
    world.reload();
    assert_eq!(world.queue(), ["2 Queued 0", "3 Queued 0"]);
}

#[test]
fn a_message_accepted_makes_room_for_one_that_storage_refused() {
    let mut world = World::connected();
    world.server.default = Answer::Silent;
    let first = world.send("c", "1");
    world.storage.fill_up();
    world.send("c", "2");
    assert_eq!(world.queue(), ["1 Sending 0", "2 Sending 0!"]);
    world.hear("430[]");
    assert_eq!(world.queue(), ["2 Sending 0"]);
    assert!(!world.storage.ids("ann").contains(&first));
    assert_eq!(world.storage.ids("ann").len(), 1);
}

#[test]
fn what_is_only_in_memory_is_sent_like_the_rest() {
    let mut world = World::chat();
    world.storage.capacity = 0;
    world.send("c", "1");
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["1"]);
    assert_eq!(world.lines("remove"), [""; 0], "there is nothing to remove");
}

#[test]
fn a_full_disk_never_takes_back_what_was_stored() {
    let mut world = World::connected();
    world.server.answers.push_back(Answer::Ignore);
    world.send("c", "1");
    world.storage.fill_up();
    world.run_for(10_000);
    assert_eq!(world.queue(), ["1 InDoubt 1"], "the text with the new number of attempts is longer, and did not fit");
    world.reload();
    assert_eq!(world.queue(), ["1 Queued 0"]);
}

#[test]
fn retry_puts_a_failed_message_at_the_end_of_its_conversation_as_if_it_were_new() {
    let (mut world, id) = failed();
    world.run(Client::stop);
    let other = world.send("c", "2");
    let revision =
        |world: &World| world.client.outbox().and_then(|outbox| outbox.by_id(&id)).map(|entry| entry.revision);
    let before = revision(&world);
    assert!(world.run(|client, now| client.retry(now, &id)));
    assert_ne!(revision(&world), before, "what was made of the failed message would be shown on");
    assert_eq!(world.queue(), ["2 Queued 0", "1 Queued 0"]);
    assert_eq!(world.waiting(), [other.clone(), id.clone()], "the id stays");
    assert_eq!(world.storage.ids("ann"), [other, id.clone()], "stored once, at its new place");
    let entry = world.client.outbox().and_then(|outbox| outbox.by_id(&id)).expect("it waits");
    assert_eq!(entry.error, None);
    world.reload();
    assert_eq!(world.queue(), ["2 Queued 0", "1 Queued 0"]);
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["2", "1"]);
}

#[test]
fn retry_sends_at_once_where_there_is_a_connection() {
    let (mut world, id) = failed();
    assert!(world.run(|client, now| client.retry(now, &id)));
    assert_eq!(world.queue(), ["1 Sending 0"]);
    world.drive();
    assert_eq!(world.server.ids(), [id]);
    assert!(world.storage.map.is_empty());
}

#[test]
fn only_what_failed_or_expired_can_be_retried() {
    let mut world = World::chat();
    let id = world.send("c", "1");
    let stored = world.storage.map.clone();
    assert!(!world.run(|client, now| client.retry(now, &id)));
    assert!(!world.run(|client, now| client.retry(now, &"nobody".to_owned())));
    assert_eq!(world.storage.map, stored);
}

#[test]
fn a_retry_that_storage_refuses_leaves_the_message_where_it_was_stored() {
    let (mut world, id) = failed();
    world.storage.fill_up();
    world.server.default = Answer::Ignore;
    assert!(world.run(|client, now| client.retry(now, &id)));
    assert_eq!(world.storage.ids("ann"), [&*id], "it leaves storage only when it is accepted or discarded");
    world.server.default = Answer::Accept;
    world.drop_link();
    world.run_until("acceptance", World::is_empty);
    assert!(world.storage.map.is_empty(), "{:?}", world.storage.map);
    assert_eq!(world.server.ids(), [id]);
}

#[test]
fn a_retry_that_storage_refuses_twice_and_a_discard_leave_nothing_behind() {
    let (mut world, id) = failed();
    world.storage.fill_up();
    world.server.default = Answer::Refuse("again no");
    assert!(world.run(|client, now| client.retry(now, &id)));
    world.drive();
    assert!(world.run(|client, now| client.retry(now, &id)));
    world.drive();
    assert_eq!(world.storage.ids("ann"), [&*id]);
    assert!(world.run(|client, now| client.discard(now, &id)));
    assert!(world.storage.map.is_empty(), "{:?}", world.storage.map);
}

#[test]
fn discard_removes_a_message_and_settles_it() {
    let (mut world, id) = failed();
    assert!(world.run(|client, now| client.discard(now, &id)));
    assert_eq!(world.lines("told settled"), [format!("{id} discarded")]);
    assert_eq!(world.queue(), [""; 0]);
    assert!(world.storage.map.is_empty());
    assert!(!world.run(|client, now| client.discard(now, &id)));
}

#[test]
fn a_message_discarded_on_the_wire_is_gone_whatever_the_answer() {
    let mut world = World::connected();
    let id = world.send("c", "1");
    assert!(world.run(|client, now| client.discard(now, &id)));
    world.drive();
    assert_eq!(world.lines("told settled"), [format!("{id} discarded")]);
    assert!(world.storage.map.is_empty());
    assert!(world.is_connected());
}

#[test]
fn discarding_what_blocks_a_conversation_lets_it_go_on() {
    let mut world = World::connected();
    world.server.answers.push_back(Answer::Ignore);
    let first = world.send("c", "1");
    world.run_for(10_000);
    world.send("c", "2");
    assert_eq!(world.queue(), ["1 InDoubt 1", "2 Queued 0"]);
    world.run(|client, now| client.discard(now, &first));
    world.drive();
    assert_eq!(world.server.contents("c"), ["2"]);
}

#[test]
fn discard_all_forgets_every_message_and_counts_those_that_are_shown() {
    let (mut world, _) = failed();
    world.run(Client::stop);
    world.send("c", "2");
    world.send("d", "3");
    world.mark_read("d", &["x"]);
    assert_eq!(world.run(|client, now| client.discard_all(now)), 3);
    assert_eq!(world.queue(), [""; 0]);
    assert!(world.storage.map.is_empty());
    assert_eq!(world.run(|client, now| client.discard_all(now)), 0);
}

#[test]
fn after_a_reload_with_the_clock_put_back_new_messages_still_come_last() {
    let mut world = World::chat();
    world.send("c", "1");
    world.send("c", "2");
    world.now -= 24 * 3_600_000;
    world.reload();
    world.send("c", "3");
    assert_eq!(world.queue(), ["1 Queued 0", "2 Queued 0", "3 Queued 0"]);
}

#[test]
fn a_message_stored_at_two_places_is_one_message_at_the_newer_and_the_older_is_cleaned_up() {
    for oldest_first in [false, true] {
        // A page that died between the two writes of a retry leaves this.
        let (mut world, id) = failed();
        let old = world.storage.map.clone();
        world.run(Client::stop);
        assert!(world.run(|client, now| client.retry(now, &id)));
        world.storage.map.extend(old);
        assert_eq!(world.storage.map.len(), 2);
        world.storage.oldest_first = oldest_first;
        world.reload();
        assert_eq!(world.queue(), ["1 Queued 0"], "as the retry left it");
        world.connect();
        world.drive();
        assert_eq!(world.queue(), [""; 0]);
        assert!(world.storage.map.is_empty(), "a ghost would come back at the next reload: {:?}", world.storage.map);
    }
}

#[test]
fn every_change_is_told_and_changes_the_revision() {
    let mut world = World::chat();
    world.server.default = Answer::Silent;
    let id = world.send("c", "1");
    let mut seen = Vec::new();
    let mut changes = 0;
    let mut look = |world: &World| {
        let entry = world.client.outbox().and_then(|outbox| outbox.by_id(&id)).expect("it waits");
        let now = (entry.status, entry.attempts, entry.persisted, entry.error.clone());
        if let Some((before, revision)) = seen.last()
            && *before != now
        {
            assert_ne!(*revision, entry.revision, "{before:?} became {now:?} in silence");
            assert!(world.changes > changes, "{before:?} became {now:?} and nobody was told");
        }
        changes = world.changes;
        seen.push((now, entry.revision));
    };
    look(&world);
    world.connect();
    look(&world);
    world.drive();
    world.drop_link();
    look(&world);
    world.run_until("a connection", World::is_connected);
    world.drive();
    look(&world);
    world.sign_in = common::SignIn::Token("bad");
    world.drop_link();
    world.run_for(60_000);
    look(&world);
    world.sign_in = common::SignIn::Token("good");
    world.run(|client, now| client.initialize(now, true));
    look(&world);
    world.server.default = Answer::Ignore;
    world.run_until("an attempt in vain", |world| world.queue() == ["1 InDoubt 1"]);
    look(&world);
    world.run_for(600_000);
    look(&world);
    let states: Vec<String> = seen.iter().map(|((status, attempts, ..), _)| format!("{status:?} {attempts}")).collect();
    assert_eq!(
        states,
        ["Queued 0", "Sending 0", "InDoubt 0", "Sending 0", "Held 0", "Queued 0", "InDoubt 1", "Failed 5"]
    );
}

#[test]
fn a_retry_that_storage_has_no_room_for_keeps_the_old_copy_when_storage_is_read_again() {
    let (mut world, id) = failed();
    world.run(Client::stop);
    world.storage.fill_up();
    assert!(world.run(|client, now| client.retry(now, &id)));
    world.read_storage();
    world.run(|_, _| ());
    assert_eq!(world.queue(), ["1 Queued 0"]);
    assert_eq!(world.storage.ids("ann"), [id]);
}
