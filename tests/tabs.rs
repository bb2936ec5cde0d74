//! Several tabs over one storage: all show the queue, one sends it, and whoever queued a message learns its fate.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::{BTreeMap, VecDeque};

use common::{chat, config, decode};
use socketio_wasm::client::{
    Answer, Body, Client, Config, DeliveryStatus, Event, Input, Key, Kind, NewMessage, Outcome, Output, Place, Stored,
    Transport, Turn, Write,
};

const NOW: u64 = 1_700_000_000_000;

/// What is at a place: a message, or the outcome that was left there.
#[derive(Clone)]
enum Record {
    Message { id: String, conversation: String, kind: Kind, status: DeliveryStatus, payload: String },
    Outcome { id: String, outcome: Outcome<String> },
}

struct Tab {
    client: Client<String>,
    transport: Option<Transport>,
    /// What was sent and not acknowledged: ack id and payload.
    sent: VecDeque<(u64, String)>,
    /// Key of each message that this tab has queued, by content.
    keys: BTreeMap<Key, String>,
    settled: Vec<String>,
    wants_lock: bool,
}

/// A browser: tabs, their storage with its events, and a lock.
struct Browser {
    now: u64,
    storage: BTreeMap<Place, Record>,
    full: bool,
    tabs: Vec<Tab>,
    holder: Option<usize>,
    locks: bool,
    /// What has been written and not been told the other tabs yet, while that is put off.
    untold: Option<Vec<(usize, Place)>>,
}

fn payload(content: &str) -> String {
    format!(r#"{{"content":"{content}"}}"#)
}

impl Browser {
    fn new(tabs: usize) -> Self {
        let mut browser = Browser {
            now: NOW,
            storage: BTreeMap::new(),
            full: false,
            tabs: Vec::new(),
            holder: None,
            locks: true,
            untold: None,
        };
        for _ in 0..tabs {
            browser.open();
        }
        browser
    }

    /// Opens a tab; it shows what storage holds.
    fn open(&mut self) -> usize {
        let seed = self.tabs.len() as u64 + 1;
        let (client, _) = Client::with_chat(Config { seed, ..config() }, "/".to_owned(), chat());
        let (sent, keys) = (VecDeque::new(), BTreeMap::new());
        self.tabs.push(Tab { client, transport: None, sent, keys, settled: Vec::new(), wants_lock: false });
        let tab = self.tabs.len() - 1;
        assert!(self.tabs[tab].client.change_owner(NOW, "ann".to_owned(), true).is_some());
        self.read(tab);
        self.drain(tab);
        tab
    }

    fn read(&mut self, tab: usize) {
        self.tabs[tab].client.begin_read();
        for (place, record) in self.storage.clone() {
            self.apply(tab, place, Some(&record));
        }
        self.tabs[tab].client.end_read(false);
    }

    /// Tells a tab what is at a place now.
    fn apply(&mut self, tab: usize, place: Place, record: Option<&Record>) {
        let client = &mut self.tabs[tab].client;
        match record.cloned() {
            None => client.vanish(place, String::new(), None),
            Some(Record::Outcome { id, outcome }) => client.vanish(place, id, Some(outcome)),
            Some(Record::Message { id, conversation, kind, status, payload }) => {
                let length = payload.len() as u32;
                let message = NewMessage { id, conversation, payload, length };
                let (attempts, queued_at, error) = (0, NOW, None);
                client.restore(self.now, Stored { place, message, kind, status, attempts, queued_at, error });
            }
        }
    }

    /// A tab has written; the others hear of it.
    fn write(&mut self, tab: usize, place: Place, record: Option<Record>) {
        let before = self.storage.remove(&place).is_some();
        let told = before || record.is_some();
        if let Some(record) = &record {
            self.storage.insert(place, record.clone());
        }
        if let Some(untold) = &mut self.untold {
            return untold.push((tab, place));
        }
        for other in (0..self.tabs.len()).filter(|other| *other != tab && told) {
            self.apply(other, place, record.as_ref());
            self.drain(other);
        }
    }

    /// What happens in here is told the other tabs afterwards.
    fn at_once(&mut self, happen: impl FnOnce(&mut Self)) {
        self.untold = Some(Vec::new());
        happen(self);
        for (tab, place) in self.untold.take().unwrap_or_default() {
            let record = self.storage.get(&place).cloned();
            for other in (0..self.tabs.len()).filter(|other| *other != tab) {
                self.apply(other, place, record.as_ref());
                self.drain(other);
            }
        }
    }

    fn drain(&mut self, tab: usize) {
        loop {
            match self.tabs[tab].client.poll_output() {
                Output::Wait(wake) => {
                    let due = wake.is_some_and(|wake| wake <= self.now);
                    if !due {
                        return;
                    }
                    self.tabs[tab].client.handle_input(self.now, Input::Wake);
                }
                output => self.perform(tab, output),
            }
        }
    }

    fn perform(&mut self, tab: usize, output: Output<String>) {
        let now = self.now;
        let this = &mut self.tabs[tab];
        match output {
            Output::AskAuth { socket, ask, .. } => {
                let answer = Answer::Auth { payload: None, token: Default::default() };
                this.client.handle_input(now, Input::Auth { socket, ask, answer });
            }
            Output::Open(transport) => {
                this.transport = Some(transport);
                let open =
                    r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
                this.client.handle_input(now, Input::Frame { transport, frame: decode(open) });
            }
            Output::Close(_) => this.transport = None,
            Output::Send { transport, header, body } => match body {
                Body::Empty | Body::Payload(_) | Body::Resume { .. } => {
                    this.client.handle_input(now, Input::Frame { transport, frame: decode(r#"40{"sid":"s"}"#) });
                }
                Body::Queued(_, payload) => this.sent.push_back((header.ack.expect("asks for an answer"), payload)),
                Body::Join(_) | Body::Leave(_) => {}
            },
            Output::Lock(wanted) => {
                this.wants_lock = wanted;
                if self.holder == Some(tab) && !wanted {
                    self.holder = None;
                }
                self.grant();
            }
            Output::Write(Write::Store(key)) => {
                let entry = this.client.outbox().unwrap().get(key).expect("an entry").clone();
                this.client.stored(key, !self.full);
                if !self.full {
                    let status = if entry.status.is_final() { entry.status } else { DeliveryStatus::Queued };
                    let (id, conversation, kind, payload) = (entry.id, entry.conversation, entry.kind, entry.payload);
                    self.write(tab, entry.place, Some(Record::Message { id, conversation, kind, status, payload }));
                }
            }
            Output::Write(Write::Remove { place, .. }) => self.write(tab, place, None),
            Output::Write(Write::Settle { place, id, outcome, .. }) => {
                self.write(tab, place, Some(Record::Outcome { id, outcome }));
            }
            Output::Tell(Event::Settled { key, outcome }) => {
                if let Some(content) = this.keys.get(&key) {
                    this.settled.push(format!("{content}: {outcome:?}"));
                }
            }
            _ => {}
        }
    }

    fn grant(&mut self) {
        if self.holder.is_some() && self.locks {
            return;
        }
        let Some(next) = self.tabs.iter().position(|tab| tab.wants_lock) else { return };
        self.tabs[next].wants_lock = false;
        if self.locks {
            self.holder = Some(next);
        }
        self.read(next);
        let turn = if self.locks { Turn::Mine } else { Turn::Shared };
        self.tabs[next].client.take_turn(self.now, turn);
        self.drain(next);
    }

    fn connect(&mut self, tab: usize) {
        self.tabs[tab].client.initialize(self.now, true);
        self.drain(tab);
    }

    /// The tab is closed, or dies: it says nothing more, and its lock is free.
    fn kill(&mut self, tab: usize) {
        (self.tabs[tab].client, _) = Client::with_chat(config(), "/".to_owned(), chat());
        self.tabs[tab].wants_lock = false;
        self.tabs[tab].sent.clear();
        if self.holder == Some(tab) {
            self.holder = None;
            self.grant();
        }
    }

    fn queue_of(&mut self, tab: usize, kind: Kind, conversation: &str, content: &str) {
        self.queue_as(tab, kind, None, conversation, content);
    }

    fn queue_as(&mut self, tab: usize, kind: Kind, id: Option<&str>, conversation: &str, content: &str) {
        let this = &mut self.tabs[tab];
        let place = this.client.next_place(self.now);
        let payload = payload(content);
        let length = payload.len() as u32;
        let id = id.map_or_else(|| format!("{}.{}", place.time, place.serial), str::to_owned);
        let message = NewMessage { id, conversation: conversation.to_owned(), payload, length };
        let key = this.client.send(self.now, kind, message).expect("room");
        this.keys.insert(key, content.to_owned());
        self.drain(tab);
    }

    fn send(&mut self, tab: usize, conversation: &str, content: &str) {
        self.queue_of(tab, Kind::Message, conversation, content);
    }

    /// The server answers the oldest message that the tab has sent, with JSON.
    fn answer(&mut self, tab: usize, json: &str) {
        let (ack, _) = self.tabs[tab].sent.pop_front().expect("something sent");
        let transport = self.tabs[tab].transport.expect("connected");
        let frame = decode(&format!("43{ack}{json}"));
        self.tabs[tab].client.handle_input(self.now, Input::Frame { transport, frame });
        self.drain(tab);
    }

    /// What a tab has on the wire.
    fn sent(&self, tab: usize) -> Vec<String> {
        self.tabs[tab].sent.iter().map(|(_, payload)| content(payload)).collect()
    }

    /// What a tab shows: content and status of each.
    fn shown(&self, tab: usize) -> Vec<String> {
        let entries = self.tabs[tab].client.outbox().unwrap().entries();
        entries.iter().map(|entry| format!("{} {:?}", content(&entry.payload), entry.status)).collect()
    }

    fn settled(&self, tab: usize) -> &[String] {
        &self.tabs[tab].settled
    }

    fn is_empty(&self) -> bool {
        let nothing_shown = (0..self.tabs.len()).all(|tab| self.shown(tab).is_empty());
        self.storage.is_empty() && nothing_shown
    }

    fn id(&self, tab: usize, at: usize) -> String {
        self.tabs[tab].client.outbox().unwrap().entries()[at].id.clone()
    }
}

fn content(payload: &str) -> String {
    payload.trim_start_matches(r#"{"content":""#).trim_end_matches(r#""}"#).to_owned()
}

const OK: &str = r#"[{"ok":true}]"#;

#[test]
fn every_tab_shows_what_any_has_queued() {
    let mut browser = Browser::new(2);
    browser.send(0, "c", "one");
    browser.send(1, "c", "two");
    for tab in [0, 1] {
        assert_eq!(browser.shown(tab), ["one Queued", "two Queued"]);
    }
    let third = browser.open();
    assert_eq!(browser.shown(third), ["one Queued", "two Queued"]);
}

#[test]
fn one_tab_sends_and_the_one_that_queued_hears_what_the_server_answered() {
    let mut browser = Browser::new(3);
    for tab in 0..3 {
        browser.connect(tab);
    }
    browser.send(2, "c", "from the third");
    browser.send(0, "c", "from the first");
    assert_eq!(browser.sent(0), ["from the third", "from the first"]);
    assert_eq!((browser.sent(1), browser.sent(2)), (vec![], vec![]));
    browser.answer(0, OK);
    browser.answer(0, OK);
    assert_eq!(browser.settled(0), [r#"from the first: Acknowledged("[{\"ok\":true}]")"#]);
    assert_eq!(browser.settled(1), [""; 0]);
    assert_eq!(browser.settled(2), [r#"from the third: Acknowledged("[{\"ok\":true}]")"#]);
    assert!(browser.is_empty());
}

#[test]
fn when_the_sender_dies_another_goes_on_and_repeats_nothing_that_was_acknowledged() {
    let mut browser = Browser::new(2);
    browser.connect(0);
    for content in ["1", "2", "3"] {
        browser.send(0, "c", content);
    }
    browser.connect(1);
    browser.answer(0, OK);
    assert_eq!(browser.sent(1), [""; 0]);
    browser.kill(0);
    assert_eq!(browser.sent(1), ["2", "3"], "in their order");
    browser.answer(1, OK);
    browser.answer(1, OK);
    // The outcomes wait for the tab that is dead.
    assert!(browser.storage.values().all(|record| matches!(record, Record::Outcome { .. })));
    assert_eq!(browser.shown(1), [""; 0]);
    let third = browser.open();
    browser.connect(third);
    assert_eq!((browser.shown(third), browser.sent(third)), (vec![], vec![]));
}

#[test]
fn a_sender_that_loses_its_connection_gives_its_turn_back() {
    let mut browser = Browser::new(2);
    browser.connect(0);
    browser.connect(1);
    browser.send(0, "c", "1");
    assert_eq!(browser.sent(0), ["1"]);
    browser.tabs[0].client.stop(NOW);
    browser.drain(0);
    assert_eq!(browser.sent(1), ["1"]);
    browser.answer(1, OK);
    assert_eq!(browser.settled(0), [r#"1: Acknowledged("[{\"ok\":true}]")"#]);
    assert!(browser.is_empty());
}

#[test]
fn a_message_discarded_in_another_tab_settles_where_it_was_queued() {
    let mut browser = Browser::new(2);
    browser.send(0, "c", "1");
    let id = browser.id(1, 0);
    assert!(browser.tabs[1].client.discard(NOW, &id));
    browser.drain(1);
    assert_eq!(browser.settled(0), ["1: Discarded"]);
    assert!(browser.is_empty());
}

#[test]
fn a_refusal_shows_in_every_tab_and_any_of_them_can_send_the_message_again() {
    let mut browser = Browser::new(3);
    browser.connect(0);
    browser.send(1, "c", "1");
    browser.answer(0, r#"[{"error":"no"}]"#);
    for tab in 0..3 {
        assert_eq!(browser.shown(tab), ["1 Failed"]);
    }
    assert_eq!(browser.settled(1), [r#"1: Ended(Failed, None)"#]);
    let id = browser.id(2, 0);
    assert!(browser.tabs[2].client.retry(NOW, &id));
    browser.drain(2);
    assert_eq!(browser.sent(0), ["1"]);
    browser.answer(0, OK);
    assert!(browser.is_empty());
}

#[test]
fn a_message_that_could_not_be_stored_is_sent_by_its_own_tab_after_those_before_it() {
    let mut browser = Browser::new(2);
    browser.connect(0);
    browser.connect(1);
    browser.send(1, "c", "stored");
    browser.full = true;
    browser.send(1, "c", "only in memory");
    browser.send(1, "d", "of another conversation");
    assert_eq!(
        (browser.sent(0), browser.sent(1)),
        (vec!["stored".to_owned()], vec!["of another conversation".to_owned()])
    );
    browser.answer(0, OK);
    assert_eq!(browser.sent(1), ["of another conversation", "only in memory"]);
}

#[test]
fn without_locks_each_tab_sends_its_own_and_that_of_tabs_that_are_gone() {
    let mut browser = Browser::new(3);
    browser.locks = false;
    browser.connect(0);
    browser.connect(1);
    browser.send(0, "c", "mine");
    browser.send(1, "c", "yours");
    browser.send(2, "c", "of one that is gone");
    let gone = browser.tabs[2].client.tab();
    browser.kill(2);
    assert_eq!((browser.sent(0), browser.sent(1)), (vec!["mine".to_owned()], vec!["yours".to_owned()]));
    browser.tabs[1].client.adopt(NOW, gone);
    browser.drain(1);
    assert_eq!(browser.sent(1), ["yours", "of one that is gone"]);
    assert_eq!(browser.sent(0), ["mine"]);
}

#[test]
fn a_read_mark_that_another_tab_may_be_sending_is_not_merged_into() {
    let mut browser = Browser::new(2);
    browser.connect(0);
    browser.connect(1);
    browser.queue_of(1, Kind::Read, "c", "first");
    assert_eq!(browser.sent(0), ["first"]);
    assert!(browser.tabs[1].client.open_read(NOW, &"c".to_owned()).is_none());
    browser.queue_of(1, Kind::Read, "c", "second");
    assert_eq!(browser.sent(0), ["first", "second"]);
    browser.answer(0, OK);
    browser.answer(0, OK);
    assert!(browser.is_empty());
}

#[test]
fn a_read_mark_that_grows_while_it_is_on_the_wire_goes_again() {
    let mut browser = Browser::new(2);
    browser.queue_of(1, Kind::Read, "c", "some");
    browser.connect(0);
    assert_eq!(browser.sent(0), ["some"]);
    // Not connected, so that it cannot know.
    assert!(browser.tabs[1].client.open_read(NOW, &"c".to_owned()).is_some());
    browser.queue_of(1, Kind::Read, "c", "all");
    assert_eq!(browser.sent(0), ["some", "all"]);
    browser.answer(0, OK);
    assert_eq!(browser.shown(0), ["all Sending"], "the first answer is not its");
    browser.answer(0, OK);
    assert!(browser.is_empty());
}

#[test]
fn what_somebody_else_removed_is_written_again_by_the_tab_that_queued_it() {
    let mut browser = Browser::new(2);
    browser.send(0, "c", "1");
    let (place, _) = browser.storage.pop_first().unwrap();
    for tab in [0, 1] {
        // What is there when the event comes, which says less than that.
        let record = browser.storage.get(&place).cloned();
        browser.apply(tab, place, record.as_ref());
        browser.drain(tab);
    }
    assert!(browser.storage.contains_key(&place));
    for tab in [0, 1] {
        assert_eq!(browser.shown(tab), ["1 Queued"]);
    }
}

#[test]
fn after_storage_was_cleared_the_queue_is_written_again() {
    let mut browser = Browser::new(1);
    browser.send(0, "c", "1");
    browser.send(0, "d", "2");
    let before: Vec<Place> = browser.storage.keys().copied().collect();
    browser.storage.clear();
    browser.tabs[0].client.begin_read();
    browser.tabs[0].client.end_read(true);
    browser.drain(0);
    assert_eq!(browser.storage.keys().copied().collect::<Vec<_>>(), before);
    assert_eq!(browser.shown(0), ["1 Queued", "2 Queued"]);
}

#[test]
fn what_is_missing_when_storage_is_read_again_was_settled_elsewhere() {
    let mut browser = Browser::new(1);
    browser.send(0, "c", "1");
    browser.storage.clear();
    browser.read(0);
    browser.drain(0);
    assert_eq!(browser.shown(0), [""; 0]);
    assert_eq!(browser.settled(0), ["1: Sent"]);
}

#[test]
fn a_turn_that_comes_after_the_connection_was_lost_is_not_taken() {
    let mut browser = Browser::new(1);
    browser.holder = Some(7);
    browser.connect(0);
    browser.send(0, "c", "1");
    assert_eq!(browser.sent(0), [""; 0]);
    browser.tabs[0].client.stop(NOW);
    browser.drain(0);
    browser.tabs[0].client.take_turn(NOW, Turn::Mine);
    browser.tabs[0].client.initialize(NOW, true);
    browser.drain(0);
    assert_eq!(browser.sent(0), [""; 0], "it has to be asked for again");
    browser.holder = None;
    browser.grant();
    assert_eq!(browser.sent(0), ["1"]);
}

#[test]
fn the_same_id_sent_in_two_tabs_at_the_same_moment_is_one_message_and_settles_in_both() {
    for connected in 0..2 {
        let mut browser = Browser::new(2);
        browser.connect(connected);
        browser.at_once(|browser| {
            browser.queue_as(0, Kind::Message, Some("same"), "c", "twice");
            browser.queue_as(1, Kind::Message, Some("same"), "c", "twice");
        });
        assert_eq!((browser.shown(0).len(), browser.shown(1).len()), (1, 1));
        assert_eq!(browser.storage.len(), 1);
        // It may have gone out at the place that does not count.
        while !browser.sent(connected).is_empty() {
            browser.answer(connected, OK);
        }
        for tab in 0..2 {
            assert_eq!(browser.settled(tab).len(), 1, "tab {tab}, {connected} sends");
        }
        assert_eq!(browser.shown(0), [""; 0]);
        assert_eq!(browser.shown(1), [""; 0]);
    }
}

#[test]
fn a_page_that_may_be_stopped_gives_its_turn_back_and_asks_for_it_when_it_goes_on() {
    let mut browser = Browser::new(2);
    browser.connect(0);
    browser.connect(1);
    browser.send(0, "c", "1");
    browser.tabs[0].client.handle_input(NOW, Input::Frozen);
    browser.drain(0);
    assert_eq!(browser.shown(0), ["1 InDoubt"]);
    assert_eq!(browser.sent(1), ["1"]);
    browser.send(0, "c", "2");
    assert_eq!(browser.sent(1), ["1", "2"]);
    browser.answer(1, OK);
    browser.answer(1, OK);
    assert_eq!(browser.settled(0).len(), 2);
    browser.tabs[0].sent.clear();
    browser.tabs[0].client.handle_input(NOW, Input::Resumed);
    browser.drain(0);
    browser.kill(1);
    browser.send(0, "c", "3");
    assert_eq!(browser.sent(0), ["3"]);
}
