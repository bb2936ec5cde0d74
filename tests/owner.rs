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

/// Nobody has said yet who is signed in.
fn unknown() -> World {
    let mut world = World::chat();
    world.run(|client, _| client.doubt_owner("nobody".to_owned()));
    world
}

#[test]
fn what_is_queued_before_anybody_is_known_is_stored_apart_and_is_whose_who_is_then_known() {
    let mut world = unknown();
    world.send("c", "early");
    world.mark_read("c", &["x"]);
    assert_eq!(world.storage.ids("nobody").len(), 2);
    assert_eq!(world.queue(), ["early Queued 0", "read Queued 0"]);
    world.change_owner("bob");
    assert_eq!(world.queue(), ["early Queued 0", "read Queued 0"]);
    assert_eq!(world.storage.ids("nobody"), [""; 0]);
    assert_eq!(world.storage.ids("bob").len(), 2);
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["early"]);
    assert_eq!(world.storage.map.len(), 0);
}

#[test]
fn what_is_queued_while_somebody_new_is_asked_for_waits_until_it_is_known_whose_it_is() {
    let mut world = World::connected();
    world.send("c", "ann's");
    world.drive();
    world.run(|client, _| client.doubt_owner("nobody".to_owned()));
    world.send("c", "whose?");
    world.drive();
    assert_eq!(world.server.contents("c"), ["ann's"]);
    assert_eq!(world.queue(), ["whose? Queued 0"]);
    world.change_owner("bob");
    world.run_until("bob's connection", World::is_connected);
    world.drive();
    assert_eq!(world.server.connects.len(), 2);
    assert_eq!(world.server.contents("c"), ["ann's", "whose?"]);
}

#[test]
fn the_same_owner_again_sends_what_was_queued_meanwhile_over_the_same_connection() {
    let mut world = World::connected();
    world.run(|client, _| client.doubt_owner("nobody".to_owned()));
    world.send("c", "ann's after all");
    world.change_owner("ann");
    world.drive();
    assert_eq!(world.server.connects.len(), 1);
    assert_eq!(world.server.contents("c"), ["ann's after all"]);
    assert_eq!(world.storage.map.len(), 0);
}

#[test]
fn messages_of_the_former_owner_go_on_while_somebody_new_is_asked_for() {
    let mut world = World::connected();
    world.server.default = Answer::Ignore;
    world.send("c", "ann's");
    world.drive();
    world.run(|client, _| client.doubt_owner("nobody".to_owned()));
    world.hear("430[]");
    assert_eq!(world.queue(), [""; 0], "it was sent as hers, and she may be there still");
}

#[test]
fn what_an_unknown_owner_queued_and_a_full_storage_cannot_move_is_sent_all_the_same() {
    let mut world = unknown();
    world.send("c", "early");
    world.storage.fill_up();
    world.change_owner("bob");
    assert_eq!(world.queue(), ["early Queued 0"]);
    assert_eq!(world.storage.ids("nobody").len(), 1, "there was no room for two of it");
    world.read_storage();
    assert_eq!(world.queue(), ["early Queued 0"], "it is elsewhere, not gone");
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["early"]);
    assert_eq!(world.storage.map.len(), 0);
}

#[test]
fn what_a_tab_that_died_has_left_unclaimed_is_claimed_once() {
    let mut world = unknown();
    world.send("c", "left");
    world.reload();
    assert_eq!(world.queue(), [""; 0]);
    world.connect();
    for _ in 0..2 {
        for stored in world.storage.load("nobody") {
            world.run(|client, now| client.restore_left(now, "nobody".to_owned(), stored));
        }
    }
    world.drive();
    assert_eq!(world.server.contents("c"), ["left"]);
    assert_eq!(world.storage.map.len(), 0);
}

#[test]
fn what_a_full_storage_cannot_move_stays_where_it_is_however_often_it_is_claimed() {
    let mut world = unknown();
    world.send("c", "left");
    world.storage.fill_up();
    world.reload();
    for _ in 0..2 {
        world.claim_left();
        assert_eq!(world.queue(), ["left Queued 0"]);
        assert_eq!(world.storage.ids("nobody").len(), 1);
    }
    world.storage.capacity = usize::MAX;
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["left"]);
    assert_eq!(world.storage.map.len(), 0);
}

#[test]
fn what_one_has_claimed_and_a_full_storage_cannot_move_is_nobody_elses() {
    let mut world = unknown();
    world.send("c", "left");
    world.storage.fill_up();
    world.reload();
    world.claim_left();
    assert_eq!(world.queue(), ["left Queued 0"]);
    world.change_owner("bob");
    world.claim_left();
    assert_eq!(world.queue(), [""; 0]);
    world.change_owner("ann");
    assert_eq!(world.queue(), ["left Queued 0"]);
}

#[test]
fn a_message_discarded_while_its_owner_is_unknown_leaves_nothing_behind() {
    let mut world = unknown();
    let id = world.send("c", "never mind");
    assert!(world.run(|client, now| client.discard(now, &id)));
    assert_eq!(world.storage.map.len(), 0);
    assert_eq!(world.lines("told settled"), [format!("{id} discarded")]);
}

#[test]
fn a_crash_between_any_two_writes_of_a_claim_loses_nothing() {
    let mut fuse = 0;
    loop {
        let mut world = unknown();
        world.send("c", "one");
        world.send("c", "two");
        world.fuse = Some(fuse);
        world.change_owner("ann");
        let crashed = world.crashed;
        world.reload();
        for stored in world.storage.load("nobody") {
            world.run(|client, now| client.restore_left(now, "nobody".to_owned(), stored));
        }
        assert_eq!(world.queue(), ["one Queued 0", "two Queued 0"], "after {fuse} outputs");
        world.connect();
        world.drive();
        assert_eq!(world.server.contents("c"), ["one", "two"], "after {fuse} outputs");
        assert_eq!(world.storage.map.len(), 0, "after {fuse} outputs");
        if !crashed {
            assert!(fuse > 4);
            return;
        }
        fuse += 1;
    }
}

#[test]
fn what_was_left_before_anybody_is_known_is_shown_and_is_whose_who_inherits_it() {
    for inherits in [true, false] {
        let mut world = unknown();
        world.send("c", "left");
        world.reload();
        world.change_owner("cat");
        world.run(|client, _| client.doubt_owner("nobody".to_owned()));
        for _ in 0..2 {
            for stored in world.storage.load("nobody") {
                world.run(|client, now| client.restore_left(now, "nobody".to_owned(), stored));
            }
        }
        world.send("c", "own");
        assert_eq!(world.queue(), ["left Queued 0", "own Queued 0"]);
        world.owner = "bob".to_owned();
        assert!(world.run(|client, now| client.change_owner(now, "bob".to_owned(), inherits)).is_some());
        world.read_storage();
        world.connect();
        world.drive();
        let sent: &[&str] = if inherits { &["left", "own"] } else { &["own"] };
        assert_eq!(world.server.contents("c"), sent);
        assert_eq!(world.storage.ids("nobody").len(), 2 - sent.len());
    }
}
