//! What was promised, kept beside the client: every message, whose it is, and every acknowledgement that somebody waits for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use socketio_wasm::client::{ConnectionStatus, Kind, Millis, SocketId};

use crate::common::World;

/// No more outputs follow from one step: twenty messages, as many emitted events, two owners and their storage make a few hundred.
const OUTPUTS: usize = 2_000;

/// The longest that a client which wants a connection sleeps: the delay while the browser says that there is no network.
const LONGEST_SLEEP: Millis = 30_000;

#[derive(Default)]
pub struct Ledger {
    /// What waits, by owner and id, and whether it is stored.
    waiting: BTreeMap<(String, String), (Kind, bool)>,
    /// The owner whom the open transport was opened for.
    opened_for: Option<String>,
    /// Ids of what was sent over it.
    sent: BTreeSet<String>,
    /// Acknowledgements asked for: their ids and when they are overdue.
    acks: Vec<(u64, Millis)>,
    outputs: usize,
    calls: usize,
}

impl Ledger {
    /// An acknowledgement was asked for.
    pub fn expect_ack(&mut self, id: u64, due: Millis) {
        self.acks.push((id, due));
    }

    /// The page died: what was only in memory is gone.
    pub fn reload(&mut self) {
        self.waiting.retain(|_, (_, stored)| *stored);
        self.acks.clear();
    }

    /// Something emptied the storage; the owner's page has still all of its own.
    pub fn cleared(&mut self, owner: &str) {
        self.waiting.retain(|(of, _), (_, stored)| of == owner || !*stored);
    }

    /// Compares what happened in one step with what was promised, and forgets the log. `wanted`: whether the client was connected or on its
    /// way to be before, or was told to.
    pub fn check(&mut self, world: &mut World, what: &str, wanted: bool) {
        let outputs = world.outputs - std::mem::replace(&mut self.outputs, world.outputs);
        assert!(outputs < OUTPUTS, "{what}: {outputs} outputs");
        let mut settled = BTreeSet::new();
        for line in std::mem::take(&mut world.log) {
            let (kind, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match kind {
                "open" => {
                    assert!(wanted, "{what}: nobody wanted {line}");
                    self.opened_for = Some(world.owner.clone());
                    self.sent.clear();
                }
                "close" => self.opened_for = None,
                "send" => self.check_sent(world, what, rest),
                "told" => {
                    if let Some((id, outcome)) = rest.strip_prefix("settled ").and_then(|rest| rest.split_once(' ')) {
                        self.check_settled(&world.owner, what, id, outcome);
                        settled.insert(id.to_owned());
                    } else if let Some(ack) = rest.strip_prefix("ack ") {
                        self.check_ack(what, ack);
                    }
                }
                _ => {}
            }
        }
        self.check_waiting(world, what, &settled);
        if std::mem::replace(&mut self.calls, world.calls) < world.calls {
            self.check_time(world, what);
        }
    }

    /// A frame was sent over an open transport: the owner's own, if it is somebody's.
    fn check_sent(&mut self, world: &World, what: &str, frame: &str) {
        assert!(self.opened_for.is_some(), "{what}: sent after the end: {frame}");
        let Some((_, payload)) = frame.split_once(r#"["sendMessage","#).or(frame.split_once(r#"["markAsRead","#))
        else {
            return;
        };
        let message: Value = serde_json::from_str(&payload[..payload.len() - 1]).expect("it was JSON");
        let owner = message["conversationId"].as_str().and_then(|name| name.split('/').next());
        assert_eq!(owner, Some(world.owner.as_str()), "{what}: sent as another: {frame}");
        assert_eq!(self.opened_for.as_deref(), owner, "{what}: sent over another's connection: {frame}");
        self.sent.extend(message["id"].as_str().map(str::to_owned));
    }

    fn check_settled(&self, owner: &str, what: &str, id: &str, outcome: &str) {
        let known = self.waiting.get(&(owner.to_owned(), id.to_owned()));
        if known.is_some_and(|(kind, _)| *kind == Kind::Message) && outcome.starts_with("acknowledged") {
            assert!(self.sent.contains(id), "{what}: {id} {outcome}, and it was never sent");
        }
    }

    fn check_ack(&mut self, what: &str, line: &str) {
        let id = line.split(' ').next().and_then(|id| id.parse().ok()).unwrap_or(u64::MAX);
        // Of several sockets that use this id, the most urgent one.
        let waiting = self.acks.iter().enumerate().filter(|(_, (known, _))| *known == id);
        let first = waiting.min_by_key(|(_, (_, due))| *due).map(|(at, _)| at);
        self.acks
            .remove(first.unwrap_or_else(|| panic!("{what}: acknowledgement {line} was not asked for, or told twice")));
    }

    /// Nothing that waited is gone without a word.
    fn check_waiting(&mut self, world: &World, what: &str, settled: &BTreeSet<String>) {
        let Some(outbox) = world.client.outbox() else { return };
        let entries = outbox.entries().iter();
        let present: BTreeMap<&str, _> =
            entries.map(|entry| (entry.id.as_str(), (entry.kind, entry.persisted))).collect();
        let owners: BTreeSet<&String> = self.waiting.keys().map(|(owner, _)| owner).collect();
        let stored: BTreeMap<String, BTreeSet<String>> =
            owners.into_iter().map(|owner| (owner.clone(), world.storage.ids(owner).into_iter().collect())).collect();
        self.waiting.retain(|(owner, id), (_, persisted)| {
            if *owner != world.owner {
                assert!(!*persisted || stored[owner].contains(id), "{what}: {owner}'s {id} was deleted");
                return true;
            }
            let there = present.contains_key(id.as_str());
            assert!(there || settled.contains(id), "{what}: {id} is lost");
            there
        });
        let now = present.into_iter().map(|(id, entry)| ((world.owner.clone(), id.to_owned()), entry));
        self.waiting.extend(now);
    }

    /// What is due has been done, and what is wanted will be.
    fn check_time(&self, world: &World, what: &str) {
        let (now, wake) = (world.now, world.wake());
        assert!(wake.is_none_or(|wake| wake > now), "{what}: something was due {wake:?} and is not done");
        let overdue: Vec<_> = self.acks.iter().filter(|(_, due)| *due <= now).collect();
        assert!(overdue.is_empty(), "{what}: never told of acknowledgements {overdue:?}");
        // A server that never says that it is ready keeps a client waiting as long as it pings.
        let limit = world.client.handshake().map_or(LONGEST_SLEEP, |handshake| handshake.patience.max(LONGEST_SLEEP));
        let asleep = wake.map_or(Millis::MAX, |wake| wake - now);
        assert!(!is_wanted(world) || asleep <= limit, "{what}: it sleeps for {asleep} ms");
    }
}

/// Whether the client is connected or on its way to be.
pub fn is_wanted(world: &World) -> bool {
    match world.client.outbox() {
        Some(_) => {
            use ConnectionStatus::{Connected, Connecting, Reconnecting};
            matches!(world.client.status(), Connecting | Connected | Reconnecting)
        }
        None => [SocketId(0), SocketId(1)].into_iter().any(|socket| world.client.is_active(socket)),
    }
}
