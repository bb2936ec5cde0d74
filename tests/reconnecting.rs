//! The way back after a loss: delays, their spread, limits, and what the browser says of the network.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{SignIn, Step, World, chat, config};
use socketio_wasm::client::{Backoff, Config, ConnectionStatus, Input};

/// Delays before the first attempts of a client whose server cannot be reached.
fn delays(config: Config, attempts: usize) -> Vec<u64> {
    let mut world = World::new(config, chat());
    world.server.reachable = false;
    world.connect();
    (0..attempts)
        .map(|_| {
            world.drive();
            let lost = world.now;
            let opened = world.lines("open").len();
            world.run_until("the next attempt", |world| world.lines("open").len() > opened);
            world.now - lost
        })
        .collect()
}

fn with(base: f64, max: f64, factor: f64) -> Config {
    Config { backoff: Backoff { base, max, factor }, ..config() }
}

#[test]
fn delays_double_up_to_the_maximum() {
    assert_eq!(delays(with(1_000.0, 5_000.0, 0.0), 6), [1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    assert_eq!(delays(with(100.0, 100.0, 0.0), 3), [100, 100, 100]);
    assert_eq!(delays(with(9_000.0, 5_000.0, 0.0), 2), [5_000, 5_000]);
}

#[test]
fn jitter_stays_in_its_bounds_and_spreads_at_the_maximum_too() {
    let found = delays(config(), 400);
    for (index, delay) in found.iter().enumerate() {
        let nominal = (1_000_u64 << index.min(10)).min(5_000);
        assert!((nominal / 2..=nominal * 3 / 2).contains(delay), "attempt {index}: {delay}");
    }
    let at_max = &found[3..];
    let (low, high) = (at_max.iter().min().expect("some"), at_max.iter().max().expect("some"));
    assert!(*low < 2_700 && *high > 7_300, "{low} to {high} of 2500 to 7500");
    let mean = at_max.iter().sum::<u64>() / at_max.len() as u64;
    assert!((4_700..5_300).contains(&mean), "mean {mean}");
}

#[test]
fn two_clients_that_lose_the_same_server_do_not_come_back_together() {
    let one = delays(Config { seed: 1, ..config() }, 20);
    let mut world = World::chat();
    world.reload(); // Another seed.
    world.server.reachable = false;
    world.connect();
    world.drive();
    let lost = world.now;
    world.run_until("the next attempt", |world| world.lines("open").len() > 1);
    assert_ne!(one[0], world.now - lost);
}

#[test]
fn no_number_of_attempts_and_no_setting_makes_a_delay_that_is_none() {
    let settings = [
        (1.0, 10.0, 0.5),
        (0.0, 20.0, 0.5),
        (f64::INFINITY, 20.0, 0.5),
        (1.0, 20.0, 4.0),
        (f64::MAX, 20.0, 0.0),
        (-5.0, 20.0, 0.5),
        (5.0, -20.0, 0.5),
        (f64::NAN, 20.0, 0.5),
        (5.0, 20.0, f64::NAN),
    ];
    for (base, max, factor) in settings {
        let mut world = World::new(with(base, max, factor), chat());
        world.server.reachable = false;
        world.connect_without_waiting();
        world.run_for(150_000);
        let attempts = world.lines("open").len();
        // Between one every 115 ms and one every 10 ms, which is the latency. A delay of 0 stays one.
        let least = if base == 0.0 { 15_000 } else { 1_300 };
        assert!((least..=15_001).contains(&attempts), "{base} {max} {factor}: {attempts} attempts");
    }
}

#[test]
fn attempts_are_counted_and_end_at_the_limit() {
    let mut world = World::new(Config { reconnection_attempts: 3, ..config() }, chat());
    world.server.reachable = false;
    world.send("c", "kept");
    world.connect();
    world.run_for(600_000);
    let told: Vec<_> = world.lines("told").into_iter().filter(|line| line.contains("reconnect")).collect();
    assert_eq!(
        told,
        [
            "manager reconnect_attempt 1",
            "manager reconnect_error websocket error",
            "manager reconnect_attempt 2",
            "manager reconnect_error websocket error",
            "manager reconnect_attempt 3",
            "manager reconnect_failed",
            "manager reconnect_error websocket error",
        ],
        "in the reference's order"
    );
    assert_eq!(world.lines("open").len(), 4, "the first one and three more");
    assert_eq!(world.client.status(), ConnectionStatus::Failed);
    assert_eq!(world.client.connection_error().map(String::as_str), Some("websocket error"));
    assert_eq!(world.queue(), ["kept Queued 0"]);
    assert_eq!(world.wake(), None);
    world.log.clear();
    world.connect();
    world.run_for(600_000);
    assert_eq!(world.lines("open").len(), 4, "initialize starts anew, and counts anew");
    assert_eq!(world.lines("told manager reconnect_attempt"), ["1", "2", "3"]);
    world.server.reachable = true;
    world.connect();
    assert!(world.is_connected());
}

#[test]
fn a_connection_starts_the_count_anew() {
    let mut world = World::new(Config { reconnection_attempts: 2, ..config() }, chat());
    world.connect();
    for _ in 0..10 {
        world.drop_link();
        world.run_until("a connection", World::is_connected);
    }
    let attempts: Vec<_> = world
        .lines("told manager")
        .into_iter()
        .filter(|line| line.starts_with("reconnect"))
        .map(str::to_owned)
        .collect();
    assert_eq!(attempts.len(), 20);
    assert!(attempts.chunks(2).all(|pair| pair == ["reconnect_attempt 1", "reconnect 1"]), "{attempts:?}");
}

#[test]
fn without_reconnection_one_failure_is_the_end() {
    for reachable in [true, false] {
        let mut world = World::new(Config { reconnection: false, ..config() }, chat());
        world.server.reachable = reachable;
        world.connect();
        world.drop_link();
        world.run_for(600_000);
        assert_eq!(world.lines("open").len(), 1);
        assert_eq!(world.client.status(), ConnectionStatus::Failed);
        assert!(!world.lines("told").contains(&"manager reconnect_failed"), "nothing was tried again");
    }
}

#[test]
fn delays_start_small_again_only_after_a_connection_as_long_as_the_next_delay() {
    let next = |uptime: u64| {
        let mut world = World::new(with(1_000.0, 60_000.0, 0.0), chat());
        world.server.reachable = false;
        world.connect();
        world.run_for(1_000 + 2_000 + 4_000 + 100);
        world.server.reachable = true;
        world.run_until("a connection", World::is_connected);
        world.run_for(uptime);
        world.drop_link();
        let lost = world.now;
        let opened = world.lines("open").len();
        world.run_until("the next attempt", |world| world.lines("open").len() > opened);
        world.now - lost
    };
    assert_eq!(next(0), 16_000);
    assert_eq!(next(15_900), 16_000);
    assert_eq!(next(16_000), 1_000);
    assert_eq!(next(3_600_000), 1_000);
}

#[test]
fn the_first_loss_of_a_connection_is_followed_by_the_smallest_delay() {
    let mut world = World::new(with(1_000.0, 5_000.0, 0.0), chat());
    world.connect();
    world.drop_link();
    let lost = world.now;
    world.run_until("the next attempt", |world| world.lines("open").len() > 1);
    assert_eq!(world.now - lost, 1_000);
}

#[test]
fn coming_online_or_back_into_view_reconnects_at_once() {
    for input in [|| Input::Online, || Input::Resumed] {
        let mut world = World::connected();
        world.server.reachable = false;
        world.drop_link();
        world.run_for(60_000);
        world.server.reachable = true;
        world.run_until("a pause", |world| world.transport().is_none());
        let opened = world.lines("open").len();
        world.input(input());
        assert_eq!(world.lines("open").len(), opened + 1);
        world.drive();
        assert!(world.is_connected());
        let opened = world.lines("open").len();
        world.input(input());
        world.run_for(1_000);
        assert_eq!(world.lines("open").len(), opened, "a living connection is left alone");
    }
}

#[test]
fn an_attempt_under_way_is_not_started_twice() {
    let mut world = World::chat();
    world.run(|client, now| client.initialize(now, true));
    world.input(Input::Online);
    world.input(Input::Resumed);
    world.drive();
    assert_eq!(world.lines("open"), ["1"]);
    assert_eq!(world.lines("ask"), ["Initial"]);
}

#[test]
fn an_attempt_made_early_takes_the_place_of_the_one_that_was_planned() {
    let mut world = World::connected();
    world.black_hole = true;
    world.drop_link();
    let planned = world.wake().expect("a plan");
    world.input(Input::Online);
    assert_eq!(world.transport(), Some(2));
    world.run_for(planned - world.now + 1_000);
    assert_eq!(world.lines("open"), ["1", "2"]);
}

#[test]
fn going_offline_is_the_loss_of_the_link_and_stops_the_count() {
    let mut world = World::new(Config { reconnection_attempts: 2, ..config() }, chat());
    world.connect();
    world.server.default = common::Answer::Ignore;
    world.send("c", "m");
    world.drive();
    world.server.reachable = false;
    world.input(Input::Offline);
    assert!(!world.is_connected());
    assert!(world.lines("told").contains(&"disconnect transport close: network connection lost"));
    assert_eq!(world.queue(), ["m InDoubt 0"]);
    world.log.clear();
    world.run_for(3_600_000);
    let attempts = world.lines("open").len();
    assert!((60..=120).contains(&attempts), "{attempts} attempts in an hour without a network");
    assert_eq!(world.client.status(), ConnectionStatus::Reconnecting, "the limit does not count them");
    (world.server.reachable, world.server.default) = (true, common::Answer::Accept);
    world.input(Input::Online);
    world.drive();
    assert!(world.is_connected());
    world.log.clear();
    world.drop_link();
    world.run_for(9_000);
    assert!(world.is_connected(), "and then the delays are those of a machine with a network");
}

#[test]
fn going_offline_in_the_middle_of_an_attempt_ends_it() {
    let stages: [(&str, Step); 4] = [
        ("the token", |world| world.sign_in = SignIn::Never),
        ("the opening", |world| world.black_hole = true),
        ("the handshake", |world| world.server.handshake = None),
        ("the CONNECT answer", |world| world.server.answers_connect = false),
    ];
    for (what, stage) in stages {
        let mut world = World::chat();
        stage(&mut world);
        world.connect();
        world.input(Input::Offline);
        assert!(world.transport().is_none(), "{what}");
        assert_eq!(world.client.connection_error().map(String::as_str), Some("network connection lost"), "{what}");
        (world.sign_in, world.black_hole) = (SignIn::Token("good"), false);
        (world.server.handshake, world.server.answers_connect) = (common::Server::default().handshake, true);
        world.input(Input::Online);
        if what == "the token" {
            // Whoever was asked before is not asked again meanwhile.
            world.answer(World::auth("good"));
        }
        world.drive();
        assert!(world.is_connected(), "{what}");
    }
}

#[test]
fn a_machine_that_says_offline_for_ever_still_reaches_a_server_beside_it() {
    let mut world = World::chat();
    world.input(Input::Offline);
    world.connect();
    assert!(world.is_connected());
    world.drop_link();
    world.run_until("another connection", World::is_connected);
}

#[test]
fn going_offline_between_two_attempts_puts_off_the_next_one() {
    let mut world = World::connected();
    world.drop_link();
    world.log.clear();
    world.input(Input::Offline);
    world.run_for(29_000);
    assert_eq!(world.lines("open"), [""; 0]);
    world.run_until("an attempt", |world| !world.lines("open").is_empty());
}

#[test]
fn offline_and_online_before_initialize_and_after_stop_start_nothing() {
    let mut world = World::chat();
    for input in [Input::Offline, Input::Online, Input::Resumed, Input::Wake] {
        world.input(input);
    }
    assert_eq!(world.log, [""; 0]);
    world.connect();
    world.run(socketio_wasm::client::Client::stop);
    world.log.clear();
    for input in [Input::Offline, Input::Online, Input::Resumed, Input::Wake] {
        world.input(input);
    }
    world.run_for(600_000);
    assert_eq!(world.log, [""; 0]);
}

#[test]
fn input_of_an_older_transport_is_dropped() {
    let mut world = World::connected();
    world.drop_link();
    let lost = world.log.len();
    let stale = |world: &mut World| {
        for frame in
            [r#"40{"sid":"ghost"}"#, r#"42["ghost"]"#, "430[]", "2", "1", "", "4", "41", r#"44{"message":"x"}"#]
        {
            world.frame(1, frame);
        }
        let transport = socketio_wasm::client::Transport(1);
        let reason = socketio_wasm::client::Reason::TransportError;
        world.input(Input::Closed { transport, reason, detail: None });
        world.input(Input::Buffered { transport, bytes: u32::MAX });
    };
    stale(&mut world);
    assert_eq!(world.log.len(), lost, "between two connections: {:#?}", &world.log[lost..]);
    world.run_until("another attempt", |world| world.transport() == Some(2));
    let opening = world.log.len();
    stale(&mut world);
    assert_eq!(world.log.len(), opening, "while opening: {:#?}", &world.log[opening..]);
    world.run_until("another connection", World::is_connected);
    world.drive();
    let connected = world.log.len();
    stale(&mut world);
    assert_eq!(world.log.len(), connected, "while connected: {:#?}", &world.log[connected..]);
    assert!(world.is_connected());
    world.send("c", "m");
    world.drive();
    assert_eq!(world.server.contents("c"), ["m"], "nor has a stale report of unsent bytes stopped the queue");
}

#[test]
fn input_of_a_transport_that_never_was_is_dropped() {
    let mut world = World::chat();
    for transport in [0, 1, 7, u32::MAX] {
        world.frame(transport, r#"40{"sid":"ghost"}"#);
        world.frame(transport, "");
    }
    assert_eq!(world.log, [""; 0]);
}

/// The reference: `reconnect_failed` resets the delays.
#[test]
fn delays_begin_anew_when_the_application_connects_again_after_all_attempts_have_failed() {
    let mut world = World::plain(Config { reconnection_attempts: 8, ..config() }, "/");
    world.server.reachable = false;
    world.connect();
    world.run_until("the end", |world| world.lines("told manager").contains(&"reconnect_failed"));
    world.log.clear();
    let socket = world.socket;
    world.run(|client, now| client.connect(now, socket));
    world.run_until("a failure", |world| world.lines("told connect_error").len() == 1);
    let start = world.now;
    world.run_until("the next attempt", |world| world.lines("open").len() == 2);
    assert!(world.now - start <= 1_500, "the first delay is {} ms", world.now - start);
}
