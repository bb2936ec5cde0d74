//! Whose messages they are: another user neither sees nor sends them, and they are there when their owner is back.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, SignIn, World};
use socketio_wasm::client::{Client, ConnectionStatus};

fn tokens(world: &World) -> usize {
    world.server.connects.len()
}

#[test]
fn messages_of_another_owner_are_neither_shown_nor_sent_nor_deleted() {
    let mut world = World::chat();
    world.send("c", "ann's");
    world.change_owner("bob");
    assert_eq!(world.queue(), [""; 0]);
    world.send("c", "bob's");
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["bob's"]);
    assert_eq!(world.storage.ids("ann").len(), 1);
    assert_eq!(world.run(|client, now| client.discard_all(now)), 0);
    assert_eq!(world.storage.ids("ann").len(), 1);
    world.run(Client::stop);
    world.change_owner("ann");
    assert_eq!(world.queue(), ["ann's Queued 0"]);
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["bob's", "ann's"]);
}

#[test]
fn a_connection_of_another_owner_is_replaced_before_anything_is_sent() {
    let mut world = World::connected();
    world.change_owner("bob");
    assert_eq!(world.lines("close"), ["1"]);
    world.send("c", "bob's");
    assert_eq!(world.server.link, None);
    world.drive();
    assert!(world.is_connected());
    assert_eq!(tokens(&world), 2, "authenticated anew");
    assert_eq!(world.server.contents("c"), ["bob's"]);
}

#[test]
fn what_storage_refused_of_an_owner_survives_the_others_turn() {
    let mut world = World::chat();
    world.storage.capacity = 0;
    world.send("c", "only in memory");
    world.change_owner("bob");
    assert_eq!(world.queue(), [""; 0]);
    world.change_owner("ann");
    assert_eq!(world.queue(), ["only in memory Queued 0!"]);
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["only in memory"]);
}

#[test]
fn what_was_on_the_wire_when_its_owner_left_goes_again_when_they_are_back() {
    let mut world = World::connected();
    world.server.default = Answer::Ignore;
    world.send("c", "ann's");
    world.drive();
    assert_eq!(world.queue(), ["ann's Sending 0"]);
    world.change_owner("bob");
    world.run(Client::stop);
    world.change_owner("ann");
    assert_eq!(world.queue(), ["ann's InDoubt 0"]);
    world.server.default = Answer::Accept;
    world.connect();
    world.run_for(1_000);
    assert_eq!(world.queue(), [""; 0]);
    assert_eq!(world.server.contents("c"), ["ann's"]);
}

#[test]
fn what_was_held_when_its_owner_left_is_queued_when_they_are_back_with_a_good_token() {
    let mut world = World::chat();
    world.send("c", "ann's");
    world.sign_in = SignIn::Token("bad");
    world.connect();
    assert_eq!(world.queue(), ["ann's Held 0"]);
    world.change_owner("bob");
    world.sign_in = SignIn::Token("good");
    world.connect();
    assert!(world.is_connected());
    world.change_owner("ann");
    assert_eq!(world.queue(), ["ann's Queued 0"]);
    world.drive();
    assert_eq!(world.server.contents("c"), ["ann's"]);
}

#[test]
fn what_was_queued_when_its_owner_left_is_held_where_they_come_back_to_a_refused_sign_in() {
    let mut world = World::chat();
    world.send("c", "ann's");
    world.change_owner("bob");
    world.sign_in = SignIn::Token("bad");
    world.connect();
    assert_eq!(world.client.status(), ConnectionStatus::AuthRequired);
    world.change_owner("ann");
    assert_eq!(world.queue(), ["ann's Held 0"]);
}

#[test]
fn signing_in_as_someone_else_is_no_failed_attempt() {
    let mut config = common::config();
    config.reconnection = false;
    let mut world = World::new(config, common::chat());
    world.connect();
    world.change_owner("bob");
    world.drive();
    assert!(world.is_connected(), "{:?} {:#?}", world.client.status(), world.log);
}

#[test]
fn the_same_owner_again_changes_nothing() {
    let mut world = World::connected();
    world.log.clear();
    world.change_owner("ann");
    assert_eq!(world.log, [""; 0]);
    assert!(world.is_connected());
}

#[test]
fn an_acknowledgement_of_the_former_owners_message_settles_nothing_of_the_new_one() {
    let mut world = World::connected();
    world.server.default = Answer::Ignore;
    world.send("c", "ann's");
    world.drive();
    world.change_owner("bob");
    world.run_until("bob's connection", World::is_connected);
    world.drive();
    world.send("c", "bob's");
    world.drive();
    world.hear("430[]");
    assert_eq!(world.queue(), ["bob's Sending 0"]);
    world.hear("431[]");
    assert_eq!(world.queue(), [""; 0]);
    world.run(Client::stop);
    world.change_owner("ann");
    assert_eq!(world.queue(), ["ann's InDoubt 0"]);
}
