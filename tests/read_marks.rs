//! Read marks: queued like messages, merged while they wait, and dropped where a message would be kept for a decision.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, World, chat, config};
use socketio_wasm::client::{ChatConfig, Input, Limits, SendError};

#[test]
fn read_marks_of_a_conversation_are_merged_while_they_wait() {
    let mut world = World::chat();
    world.mark_read("c", &["1", "2"]);
    world.mark_read("d", &["9"]);
    world.mark_read("c", &["3"]);
    assert_eq!(world.queue().len(), 2);
    assert_eq!(world.storage.map.len(), 2);
    world.reload();
    world.mark_read("c", &["4"]);
    assert_eq!(world.queue().len(), 2);
    world.connect();
    world.drive();
    let marks: Vec<String> = world.server.reads.iter().map(|mark| mark["messageIds"].to_string()).collect();
    assert_eq!(marks, [r#"["1","2","3","4"]"#, r#"["9"]"#]);
    assert!(world.storage.map.is_empty());
}

#[test]
fn a_read_mark_is_not_merged_across_a_message_of_its_conversation_nor_on_the_wire() {
    let mut world = World::chat();
    world.mark_read("c", &["1"]);
    world.send("c", "between");
    world.mark_read("c", &["2"]);
    assert_eq!(world.queue(), ["read Queued 0", "between Queued 0", "read Queued 0"]);
    world.server.default = Answer::Silent;
    world.connect();
    world.drive();
    world.mark_read("c", &["3"]);
    assert_eq!(world.queue().len(), 4, "those on the wire are what they are");
}

#[test]
fn a_read_mark_that_is_refused_is_dropped_and_blocks_nothing() {
    let mut world = World::connected();
    world.server.answers.push_back(Answer::Refuse("no"));
    world.mark_read("c", &["1"]);
    world.send("c", "after");
    world.drive();
    assert_eq!(world.queue(), [""; 0]);
    assert!(world.storage.map.is_empty());
    assert_eq!(world.server.contents("c"), ["after"]);
}

#[test]
fn a_read_mark_is_as_durable_as_a_message() {
    let mut world = World::connected();
    world.server.default = Answer::Ignore;
    world.mark_read("c", &["1"]);
    world.drive();
    world.drop_link();
    assert_eq!(world.queue(), ["read InDoubt 0"]);
    world.server.default = Answer::Accept;
    world.run_until("acceptance", World::is_empty);
    assert_eq!(world.server.reads.len(), 1);
}

#[test]
fn a_read_mark_that_grows_by_merging_is_counted_and_refused_beyond_the_limit() {
    let limits = Limits { messages: 1_000, length: 600 };
    let mut world = World::new(config(), ChatConfig { limits, ..chat() });
    world.mark_read("c", &["x"]);
    world.send("c2", &"x".repeat(200));
    assert_eq!(world.try_send(None, "c", &"x".repeat(200)), Err(SendError::QueueFull));
    let (queue, stored) = (world.queue(), world.storage.map.clone());
    assert_eq!(world.try_mark_read("c", &[&"y".repeat(300)]), Err(SendError::QueueFull));
    assert_eq!((world.queue(), &world.storage.map), (queue, &stored), "nothing is touched");
    world.mark_read("c", &["z"]);
    world.connect();
    world.drive();
    assert_eq!(world.server.reads[0]["messageIds"].to_string(), r#"["x","z"]"#);
}

#[test]
fn a_read_mark_that_is_never_answered_is_dropped_and_blocks_nothing() {
    let mut world = World::connected();
    world.server.default = Answer::Ignore;
    world.mark_read("c", &["x"]);
    world.run_until("the end of it", World::is_empty);
    assert!(world.storage.map.is_empty());
    let marks = world.server.received.iter().filter(|frame| frame.contains("markAsRead"));
    assert_eq!(marks.count(), 5, "as often as a message");
}

#[test]
fn a_merged_read_mark_that_fits_again_lets_a_message_be_stored_and_that_is_told() {
    let mut world = World::chat();
    world.storage.capacity = 0;
    world.mark_read("c", &["x"]);
    world.send("d", "1");
    assert_eq!(world.queue(), ["read Queued 0!", "1 Queued 0!"]);
    world.storage.capacity = usize::MAX;
    let changes = world.changes;
    world.mark_read("c", &["y"]);
    assert_eq!(world.queue(), ["read Queued 0", "1 Queued 0"]);
    assert!(world.changes > changes, "a snapshot would go on to say that the message is not stored");
}

#[test]
fn a_read_mark_that_grew_and_did_not_fit_is_stored_as_it_is_once_there_is_room() {
    let mut world = World::chat();
    world.mark_read("c", &["x"]);
    let id = world.send("d", "1");
    world.storage.fill_up();
    world.mark_read("c", &["y"]);
    assert_eq!(world.queue(), ["read Queued 0", "1 Queued 0"], "the smaller one is stored");
    world.storage.capacity = usize::MAX;
    world.run(|client, now| client.discard(now, &id));
    world.reload();
    world.connect();
    world.drive();
    assert_eq!(world.server.reads[0]["messageIds"].to_string(), r#"["x","y"]"#);
}

#[test]
fn a_read_mark_merged_into_an_old_one_does_not_expire_with_it() {
    let mut world = World::new(config(), ChatConfig { ttl: 3_600_000, ..chat() });
    world.mark_read("c", &["a"]);
    world.run_for(3_540_000);
    world.mark_read("c", &["b"]);
    world.run_for(120_000);
    world.connect();
    world.drive();
    assert_eq!(world.server.reads[0]["messageIds"].to_string(), r#"["a","b"]"#);
}

#[test]
fn a_read_mark_is_merged_and_not_replaced_where_the_link_turns_out_to_be_dead() {
    let mut world = World::connected();
    // Another tab may be sending it.
    world.input(Input::Frozen);
    world.mark_read("c", &["a"]);
    world.suspend(60_000);
    world.mark_read("c", &["b"]);
    world.input(Input::Resumed);
    world.run_for(10_000);
    assert_eq!(world.server.reads[0]["messageIds"].to_string(), r#"["a","b"]"#);
}
