//! The limits of the wire: the largest frame that the server takes, and how much may wait in a transport.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{World, chat, config};
use socketio_wasm::client::{Backoff, ChatConfig, Config, Limits};

/// Without jitter, so that a test can name a delay.
fn steady() -> Config {
    Config { backoff: Backoff { base: 1_000.0, max: 5_000.0, factor: 0.0 }, ..config() }
}

fn messages(world: &World) -> Vec<String> {
    let sent = world.lines("send").into_iter().filter_map(|frame| frame.split_once(r#""content":""#));
    sent.map(|(_, rest)| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_message_larger_than_the_server_takes_is_failed_and_not_sent() {
    let mut world = World::chat();
    world.server.handshake = Some(common::Server::default().handshake.expect("one").replace("1000000", "1000"));
    world.send("c", "small");
    world.send("c", &"x".repeat(2_000));
    world.send("c", "small too");
    world.connect();
    world.drive();
    assert_eq!(world.server.contents("c"), ["small", "small too"]);
    assert!(world.lines("told settled").iter().any(|line| line.ends_with("Failed larger than the server accepts")));
    assert_eq!(world.queue().len(), 1);
    assert!(world.is_connected());
}

#[test]
fn a_read_mark_that_became_too_large_by_merging_is_dropped_and_not_sent() {
    let mut world = World::chat();
    world.server.handshake = Some(common::Server::default().handshake.expect("one").replace("1000000", "200"));
    world.mark_read("c", &["x"]);
    world.mark_read("c", &[&"y".repeat(200)]);
    world.send("c", "after");
    world.connect();
    world.drive();
    assert!(world.is_connected());
    assert_eq!((world.server.reads.len(), world.server.contents("c")), (0, vec!["after"]));
    assert_eq!(world.queue(), [""; 0]);
}

#[test]
fn every_frame_that_is_sent_fits_the_servers_limit() {
    let mut world = World::chat();
    world.server.handshake = Some(common::Server::default().handshake.expect("one").replace("1000000", "700"));
    for length in 400..700 {
        world.send("c", &"x".repeat(length));
    }
    world.connect();
    world.drive();
    let longest = world.lines("send").iter().map(|frame| frame.len()).max();
    assert!(longest.is_some_and(|longest| (680..=700).contains(&longest)), "{longest:?}");
}

fn large() -> ChatConfig {
    let limits = Limits { messages: 1_000, length: usize::MAX };
    ChatConfig { max_in_flight: 1_000, limits, ..chat() }
}

#[test]
fn a_flush_pauses_while_the_transport_is_congested() {
    let mut world = World::new(steady(), large());
    let text = "x".repeat(9_000);
    for index in 0..100 {
        world.send("c", &format!("{index}{text}"));
    }
    for _ in 0..3 {
        for index in 0..40 {
            world.send("d", &format!("{index}{text}"));
        }
    }
    world.buffered = (1 << 20) + 1;
    world.connect();
    world.drive();
    let sent = messages(&world).len();
    assert!((110..=120).contains(&sent), "{sent} of 220 messages of 9 KB make 1 MiB");
    world.run_for(1_000);
    assert_eq!(messages(&world).len(), sent, "it waits");
    world.log.clear();
    world.run_for(1_000);
    assert_eq!(world.log, vec!["ask-buffered"; 20], "it asks every 50 ms, and does nothing else");
    world.buffered = 1 << 19;
    world.run_until("the rest", World::is_empty);
    assert_eq!(messages(&world).len(), 220 - sent);
    assert_eq!(world.server.repeats, 0);
}

#[test]
fn a_lost_link_ends_the_congestion() {
    let mut world = World::new(steady(), large());
    for index in 0..220 {
        world.send("c", &format!("{index}{}", "x".repeat(9_000)));
    }
    world.buffered = u32::MAX;
    world.connect();
    world.run_for(100);
    world.drop_link();
    world.buffered = 0;
    world.log.clear();
    world.run_until("all", World::is_empty);
    assert!(!world.log.contains(&"ask-buffered".to_owned()), "what the old transport had is nothing to the new one");
    assert_eq!(world.server.accepted.len(), 220);
}
