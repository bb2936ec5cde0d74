//! The page dies between any two things that the client does, and nothing that was stored is lost, sent twice or out of order.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::World;
use socketio_wasm::client::DeliveryStatus;

/// What the application knows to be in storage: conversation and content.
type Promised = Vec<(&'static str, String)>;

/// Sends, if the page still lives, and notes what was promised.
fn send(world: &mut World, promised: &mut Promised, conversation: &'static str, content: &str) {
    if world.crashed {
        return;
    }
    let id = world.send(conversation, content);
    let stored = world.client.outbox().and_then(|outbox| outbox.by_id(&id)).is_none_or(|entry| entry.persisted);
    if !world.crashed && stored {
        promised.push((conversation, content.to_owned()));
    }
}

fn failed(world: &World) -> Vec<String> {
    let entries = world.client.outbox().map_or(&[][..], |outbox| outbox.entries());
    entries.iter().filter(|entry| entry.status == DeliveryStatus::Failed).map(|entry| entry.id.clone()).collect()
}

fn retry_failed(world: &mut World) {
    for id in failed(world) {
        world.run(|client, now| client.retry(now, &id));
    }
}

/// A bit of everything that writes: queued offline, sent, lost, sent again, refused, retried, discarded, read marks.
fn scenario(world: &mut World) -> Promised {
    let mut promised = Promised::new();
    world.server.refuse_once = ["r1".to_owned()].into();
    for content in ["1", "2", "3"] {
        send(world, &mut promised, "c", content);
    }
    send(world, &mut promised, "r", "r1");
    if !world.crashed {
        world.mark_read("c", &["x"]);
    }
    world.connect();
    world.drive();
    world.drop_link();
    send(world, &mut promised, "c", "4");
    send(world, &mut promised, "d", "5");
    if !world.crashed {
        world.mark_read("c", &["y"]);
    }
    world.run_until("a connection", World::is_connected);
    world.drive();
    send(world, &mut promised, "c", "6");
    if !world.crashed {
        retry_failed(world);
    }
    world.drive();
    world.drop_link();
    if !world.crashed {
        let id = world.send("x", "discarded");
        if !world.crashed {
            world.run(|client, now| client.discard(now, &id));
        }
        if !world.crashed {
            let gone = !world.storage.ids("ann").contains(&id);
            assert!(gone, "discard returned, and the message is still stored");
        }
    }
    send(world, &mut promised, "c", "7");
    world.run_until("the end", World::is_empty);
    promised
}

fn recover(world: &mut World) {
    world.connect();
    for _ in 0..3 {
        world.run_for(5_000);
        if world.crashed {
            return;
        }
        retry_failed(world);
    }
    world.run_until("the end", World::is_empty);
}

fn check(world: &World, promised: &Promised, what: &str) {
    assert!(world.is_empty(), "{what}: {:?}", world.queue());
    assert!(world.storage.map.is_empty(), "{what}: {:?} is left in storage", world.storage.map);
    for conversation in ["c", "d", "r"] {
        let sent: Vec<&String> = promised.iter().filter(|(of, _)| *of == conversation).map(|(_, text)| text).collect();
        let accepted = world.server.contents(conversation);
        let kept: Vec<&&str> = accepted.iter().filter(|text| sent.iter().any(|sent| sent == *text)).collect();
        assert_eq!(kept.len(), sent.len(), "{what}: {conversation} got {accepted:?} of {sent:?}");
        assert!(kept.iter().zip(&sent).all(|(got, sent)| **got == sent.as_str()), "{what}: {accepted:?} of {sent:?}");
        // At most the message whose call the crash interrupted, which was stored and promised to nobody.
        assert!(accepted.len() <= sent.len() + 1, "{what}: {accepted:?} of {sent:?}");
    }
}

#[test]
fn the_scenario_without_a_crash_delivers_everything_once() {
    let mut world = World::chat();
    let promised = scenario(&mut world);
    assert_eq!(promised.len(), 8);
    check(&world, &promised, "no crash");
    assert_eq!(world.server.accepted.len(), 8);
    assert_eq!(world.server.reads.len(), 2);
    assert!((60..400).contains(&world.outputs), "{} outputs to crash at", world.outputs);
}

#[test]
fn a_crash_at_any_output_loses_nothing() {
    let mut world = World::chat();
    scenario(&mut world);
    for fuse in 0..world.outputs {
        for arrives in [false, true] {
            let mut world = World::chat();
            world.fuse = Some(fuse);
            let promised = scenario(&mut world);
            assert!(world.crashed);
            if arrives {
                world.arrive();
            }
            world.reload();
            recover(&mut world);
            check(&world, &promised, &format!("crash at output {fuse}, what was written arrives: {arrives}"));
        }
    }
}

#[test]
fn a_second_crash_during_the_recovery_loses_nothing_either() {
    let mut world = World::chat();
    scenario(&mut world);
    for first in (0..world.outputs).step_by(5) {
        for second in (0..60).step_by(3) {
            let mut world = World::chat();
            world.fuse = Some(first);
            let promised = scenario(&mut world);
            world.reload();
            world.fuse = Some(second);
            recover(&mut world);
            if world.crashed {
                world.arrive();
            }
            world.reload();
            recover(&mut world);
            check(&world, &promised, &format!("crashes at outputs {first} and {second}"));
        }
    }
}

#[test]
fn a_reload_after_every_single_event_still_delivers_in_order() {
    let mut world = World::chat();
    for content in 0..10 {
        world.send("c", &content.to_string());
    }
    let mut reloads = 0;
    world.connect_without_waiting();
    for steps in 0.. {
        if world.is_empty() {
            break;
        }
        for _ in 0..steps {
            let end = world.now + 10_000;
            world.step(end);
        }
        if !world.is_empty() {
            world.arrive();
            world.reload();
            world.connect_without_waiting();
            reloads += 1;
        }
    }
    assert!(reloads >= 4, "{reloads} reloads");
    assert_eq!(world.server.contents("c"), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
}
