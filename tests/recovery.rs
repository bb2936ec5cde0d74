//! Connection state recovery: a session's `pid` and the offset of its last event go with the next CONNECT, and the server says what came of it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{SignIn, World, config};
use socketio_wasm::client::{Client, SocketId};

fn recovering() -> World {
    let mut world = World::plain(config(), "/");
    world.server.recovers = true;
    world.connect();
    world
}

/// The connection is lost and comes back. Returns the CONNECT payload.
fn again(world: &mut World) -> String {
    world.drop_link();
    world.log.clear();
    world.run_until("a connection", World::is_connected);
    world.server.connects.last().expect("a CONNECT packet").clone()
}

#[test]
fn the_first_connect_asks_for_nothing_and_recovers_nothing() {
    let world = recovering();
    assert_eq!(world.server.connects, [r#"{"token":"Bearer good"}"#]);
    assert_eq!(world.lines("told connect"), ["sid1"]);
}

#[test]
fn a_session_is_asked_for_with_the_offset_of_its_last_event_and_the_auth_behind_it() {
    let mut world = recovering();
    world.hear(r#"42["a",1,"offset1"]"#);
    world.hear(r#"42["b","offset2"]"#);
    assert_eq!(again(&mut world), r#"{"pid":"pid1","offset":"offset2","token":"Bearer good"}"#);
    assert_eq!(world.lines("told connect"), ["sid2 recovered"]);
    world.hear(r#"42["missed","offset3"]"#);
    assert_eq!(again(&mut world), r#"{"pid":"pid1","offset":"offset3","token":"Bearer good"}"#);
}

#[test]
fn only_a_text_at_the_end_of_an_event_without_acknowledgement_is_an_offset() {
    let mut world = recovering();
    assert_eq!(again(&mut world), r#"{"pid":"pid1","token":"Bearer good"}"#, "there was none");
    world.hear(r#"42["a","offset1"]"#);
    for event in [r#"42["a",1]"#, r#"42["a",{"b":"x"}]"#, r#"427["a","asks"]"#, "42[1]"] {
        world.hear(event);
    }
    assert_eq!(again(&mut world), r#"{"pid":"pid1","offset":"offset1","token":"Bearer good"}"#);
}

#[test]
fn a_session_that_the_server_does_not_know_any_more_is_followed_by_a_new_one() {
    let mut world = recovering();
    world.hear(r#"42["a","offset1"]"#);
    world.server.answers_connect = false;
    world.drop_link();
    world.run_until("CONNECT", |world| world.server.connects.len() == 2);
    world.log.clear();
    world.hear(r#"40{"sid":"new","pid":"another"}"#);
    assert_eq!(world.lines("told connect"), ["new"], "not recovered");
    world.server.answers_connect = true;
    assert!(again(&mut world).starts_with(r#"{"pid":"another","#));
}

#[test]
fn a_server_that_recovers_nothing_is_asked_for_nothing() {
    let mut world = World::plain(config(), "/");
    world.connect();
    world.hear(r#"42["a","text"]"#);
    assert_eq!(again(&mut world), r#"{"token":"Bearer good"}"#);
    assert!(!world.client.recovers());
}

#[test]
fn each_namespace_has_a_session_of_its_own() {
    let mut world = World::plain(config(), "/");
    world.server.recovers = true;
    let other = world.client.add_socket("/other".to_owned());
    world.run(|client, now| client.connect(now, other));
    world.connect();
    world.hear(r#"42/other,["a","theirs"]"#);
    world.drop_link();
    world.run_until("a connection", |world| world.is_connected() && world.client.is_connected(other));
    let asked: Vec<bool> = world.server.connects[2..].iter().map(|connect| connect.contains("theirs")).collect();
    assert_eq!(asked, [false, true]);
}

#[test]
fn nobody_comes_by_the_session_of_who_was_signed_in_before() {
    let mut world = World::chat();
    world.server.recovers = true;
    world.connect();
    assert!(world.client.recovers());
    world.sign_in = SignIn::Token("bens");
    world.change_owner("ben");
    world.run_until("a connection", World::is_connected);
    assert_eq!(world.server.connects.last().expect("a CONNECT packet"), r#"{"token":"Bearer bens"}"#);
}

#[test]
fn a_chat_client_recovers_its_session_too() {
    let mut world = World::chat();
    world.server.recovers = true;
    world.connect();
    world.hear(r#"42["message",{"id":"m"},"offset1"]"#);
    assert_eq!(again(&mut world), r#"{"pid":"pid1","offset":"offset1","token":"Bearer good"}"#);
    assert_eq!(world.lines("told connect"), ["sid2 recovered"]);
    world.run(Client::stop);
    assert!(!world.client.is_connected(SocketId(0)));
}
