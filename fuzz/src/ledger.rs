//! What was promised, kept beside the client: every message, whose it is, and every acknowledgement that somebody waits for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use socketio_wasm::client::{ConnectionStatus, Kind, Millis, SocketId};

use crate::common::{UNCLAIMED, World};

/// No more outputs follow from one step: twenty messages, as many emitted events, two owners and their storage make a few hundred.
const OUTPUTS: usize = 2_000;

/// The longest that a client which wants a connection sleeps: the delay while the browser says that there is no network.
const LONGEST_SLEEP: Millis = 30_000;

/// All that a client of ours may have.
const SOCKETS: [SocketId; 2] = [SocketId(0), SocketId(1)];

struct Waiting {
    /// Or [`UNCLAIMED`].
    owner: String,
    kind: Kind,
    stored: bool,
    /// The number of the tab that queued it.
    tab: u64,
}

#[derive(Default)]
pub struct Ledger {
    /// Whether it is not known who is signed in.
    pub doubt: bool,
    /// What waits, by id.
    waiting: BTreeMap<String, Waiting>,
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

    /// The page died: what was only in memory is gone, and what could not be moved where its owner's are is nobody's again.
    pub fn reload(&mut self, world: &World) {
        let unclaimed = world.storage.ids(UNCLAIMED);
        self.waiting.retain(|id, waiting| {
            if unclaimed.contains(id) {
                waiting.owner = UNCLAIMED.to_owned();
            }
            waiting.stored
        });
        self.acks.clear();
        self.doubt = false;
    }

    /// Whether a full storage has kept something where it was before it was known whose it is. If storage is emptied then, and full again
    /// before that can be written anew, the client goes on saying that it is stored.
    pub fn is_apart(&self, world: &World) -> bool {
        let unclaimed = world.storage.ids(UNCLAIMED);
        unclaimed.iter().any(|id| self.waiting.get(id).is_some_and(|waiting| waiting.owner != UNCLAIMED))
    }

    /// Something emptied the storage: what only it had is gone.
    pub fn cleared(&mut self, world: &World) {
        let kept = world.waiting();
        self.waiting.retain(|id, waiting| !waiting.stored || kept.contains(id));
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
                        self.check_settled(what, id, outcome);
                        settled.insert(id.to_owned());
                    } else if let Some(ack) = rest.strip_prefix("ack ") {
                        self.check_ack(what, ack);
                    }
                }
                _ => {}
            }
        }
        self.check_waiting(world, what, &settled);
        let connected = SOCKETS.into_iter().any(|socket| world.client.is_connected(socket));
        assert!(!connected || world.transport().is_some(), "{what}: connected without a transport");
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
        assert_eq!(self.opened_for.as_ref(), Some(&world.owner), "{what}: sent over another's connection: {frame}");
        let message: Value = serde_json::from_str(&payload[..payload.len() - 1]).expect("it was JSON");
        let id = message["id"].as_str().unwrap_or_default();
        let fits = match self.waiting.get(id) {
            Some(Waiting { owner, .. }) => *owner == world.owner || owner == UNCLAIMED && !self.doubt,
            // Queued just now.
            None if !id.is_empty() => !self.doubt,
            // Read marks have no id on the wire; those that nobody's were may have been claimed.
            None => message["conversationId"]
                .as_str()
                .and_then(|name| name.split('/').next())
                .is_some_and(|owner| owner == world.owner || owner == UNCLAIMED),
        };
        assert!(fits, "{what}: another's, sent as {}: {frame}", world.owner);
        self.sent.insert(id.to_owned());
    }

    fn check_settled(&self, what: &str, id: &str, outcome: &str) {
        let message = self.waiting.get(id).is_some_and(|waiting| waiting.kind == Kind::Message);
        if message && outcome.starts_with("acknowledged") {
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
        let present: BTreeSet<&str> = outbox.entries().iter().map(|entry| entry.id.as_str()).collect();
        self.waiting.retain(|id, Waiting { owner, stored, tab, .. }| {
            let elsewhere = || {
                let is_in = |scope| world.storage.ids(scope).contains(id);
                match owner.as_str() {
                    UNCLAIMED if *stored => is_in(UNCLAIMED),
                    // A dead page's, which was only in a storage that was emptied: shown here while it might be claimed.
                    UNCLAIMED => *tab != world.client.tab(),
                    _ if *owner == world.owner => false,
                    owner => !*stored || is_in(owner) || is_in(UNCLAIMED),
                }
            };
            let waits = present.contains(id.as_str()) || !settled.contains(id);
            assert!(!waits || present.contains(id.as_str()) || elsewhere(), "{what}: {owner}'s {id} is lost");
            waits
        });
        for entry in outbox.entries() {
            let owner = world.client.scope_of(entry).expect("somebody is signed in, or unknown").clone();
            let (kind, stored, tab) = (entry.kind, entry.persisted, entry.place.tab());
            self.waiting.insert(entry.id.clone(), Waiting { owner, kind, stored, tab });
        }
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
        None => SOCKETS.into_iter().any(|socket| world.client.is_active(socket)),
    }
}
