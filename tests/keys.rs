//! Places in the queue, under which messages are stored.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeSet;

use common::World;
use socketio_wasm::client::Place;

#[test]
fn a_place_is_its_time_its_number_and_its_tab() {
    let mut world = World::chat();
    let places: Vec<Place> = (0..3).map(|_| world.client.next_place(1_700_000_000_000)).collect();
    let tab = world.client.tab();
    assert!(tab < 1 << 32);
    for (count, place) in (0..).zip(places) {
        assert_eq!(place, Place { time: 1_700_000_000_000, serial: count << 32 | tab });
    }
}

#[test]
fn a_message_takes_its_place_as_its_id_unless_it_has_one() {
    let mut world = World::chat();
    let id = world.send("c", "1");
    world.try_send(Some("mine"), "c", "2").expect("room");
    let entries = world.client.outbox().expect("an outbox").entries();
    assert_eq!((&entries[0].id, &entries[1].id), (&id, &"mine".to_owned()));
    assert!(entries[0].place < entries[1].place);
}

#[test]
fn places_are_unique_and_sorted_even_when_the_wall_clock_goes_back() {
    let mut world = World::chat();
    let mut places = Vec::new();
    let mut now = world.now;
    for step in 0..5_000_u64 {
        match step % 1_000 {
            300 => now -= 3_600_000,
            600 => now += 60_000,
            900 => now -= 1,
            _ => {}
        }
        places.push(world.run(|client, _| client.next_place(now)));
    }
    let sorted: BTreeSet<&Place> = places.iter().collect();
    assert_eq!(sorted.len(), places.len());
    assert!(places.is_sorted(), "call order is place order");
}

#[test]
fn more_places_in_one_millisecond_than_the_counter_holds_still_sort() {
    let mut world = World::chat();
    let now = world.now;
    let mut last = Place::default();
    for _ in 0..(1 << 20) + 10 {
        let place = world.client.next_place(now);
        assert!(place > last, "{place:?} after {last:?}");
        last = place;
    }
}

#[test]
fn two_tabs_in_the_same_millisecond_make_different_places() {
    let mut world = World::chat();
    let mine: Vec<Place> = (0..100).map(|_| world.client.next_place(world.now)).collect();
    world.reload(); // A new tab, at the same time.
    let theirs: Vec<Place> = (0..100).map(|_| world.client.next_place(world.now)).collect();
    assert!(mine.iter().all(|place| !theirs.contains(place)));
}
