//! The mock's network: frames in order, each after the latency, until the link is dropped.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::super::clock::Clock;
use super::super::transport::Peer;
use super::server::Server;
use crate::client::{Millis, Reason, Transport};

/// Milliseconds between the server's pings, and how long a client waits for an overdue one.
pub const PING_INTERVAL: Millis = 25_000;
pub const PING_TIMEOUT: Millis = 20_000;

enum Load {
    /// A client knocks.
    Open,
    ToServer(JsValue),
    ToClient(JsValue),
}

/// One link, with the server at its other end. It carries one connection at a time.
pub struct MockLink {
    this: Weak<MockLink>,
    peer: RefCell<Option<Weak<dyn Peer>>>,
    latency: Millis,
    server: RefCell<Server>,
    up: Cell<bool>,
    transport: Cell<Option<Transport>>,
    under_way: RefCell<VecDeque<(Millis, Load)>>,
    ping: Cell<Millis>,
    timer: RefCell<Option<Timeout>>,
    clock: Clock,
}

impl MockLink {
    /// `latency`: milliseconds, one way. `settings`: the server's, see `server.js`.
    pub fn new(latency: Millis, settings: &JsValue) -> Rc<Self> {
        Rc::new_cyclic(|this| MockLink {
            this: this.clone(),
            peer: RefCell::default(),
            latency,
            server: RefCell::new(Server::new(settings)),
            up: Cell::new(true),
            transport: Cell::default(),
            under_way: RefCell::default(),
            ping: Cell::default(),
            timer: RefCell::default(),
            clock: Clock::default(),
        })
    }

    /// Names the client.
    pub fn attach(&self, peer: Weak<dyn Peer>) {
        self.peer.replace(Some(peer));
    }

    pub fn open(&self, transport: Transport) {
        self.transport.set(Some(transport));
        self.under_way.borrow_mut().clear();
        self.carry(Load::Open);
    }

    /// The client hangs up.
    pub fn close(&self, transport: Transport) {
        if self.transport.get() == Some(transport) {
            self.transport.set(None);
            self.server.borrow_mut().hang_up();
            self.under_way.borrow_mut().clear();
            drop(self.timer.take());
        }
    }

    /// A frame from the client.
    pub fn receive(&self, transport: Transport, frame: JsValue) {
        if self.transport.get() == Some(transport) {
            self.carry(Load::ToServer(frame));
        }
    }

    /// The link goes down, with all that is under way.
    pub fn drop_link(&self) {
        self.up.set(false);
        if let Some(transport) = self.transport.get() {
            self.close(transport);
            self.tell_closed(transport, Reason::TransportClose);
        }
    }

    pub fn restore(&self) {
        self.up.set(true);
    }

    /// The server emits an event, its arguments as JSON, to the connected client.
    pub fn emit(&self, args: &JsValue) {
        let frame = self.server.borrow().event(args);
        if let Some(frame) = frame {
            self.carry(Load::ToClient(frame));
        }
    }

    pub fn refuse_next(&self, event: &JsValue, answer: &JsValue) {
        self.server.borrow().refuse_next(event, answer);
    }

    /// What the client has sent.
    pub fn received(&self) -> Array {
        self.server.borrow().received()
    }

    fn carry(&self, load: Load) {
        let now = self.clock.now();
        self.under_way.borrow_mut().push_back((now + self.latency, load));
        self.arm(now);
    }

    fn arm(&self, now: Millis) {
        let first = self.under_way.borrow().front().map(|(due, _)| *due);
        let ping = self.server.borrow().is_open().then(|| self.ping.get());
        let Some(due) = first.into_iter().chain(ping).min() else {
            return drop(self.timer.take());
        };
        let this = self.this.clone();
        let timeout = Timeout::new(due.saturating_sub(now) as u32, move || {
            if let Some(link) = this.upgrade() {
                link.deliver();
            }
        });
        self.timer.replace(Some(timeout));
    }

    /// Hands over what is due. Each frame may change everything, so nothing is borrowed meanwhile.
    fn deliver(&self) {
        let now = self.clock.now();
        if self.server.borrow().is_open() && self.ping.get() <= now {
            self.ping.set(now + PING_INTERVAL);
            self.under_way.borrow_mut().push_back((now + self.latency, Load::ToClient("2".into())));
        }
        while let Some(load) = self.take_due(now) {
            self.hand_over(now, load);
        }
        self.arm(now);
    }

    fn take_due(&self, now: Millis) -> Option<Load> {
        let mut under_way = self.under_way.borrow_mut();
        if under_way.front()?.0 > now {
            return None;
        }
        under_way.pop_front().map(|(_, load)| load)
    }

    fn hand_over(&self, now: Millis, load: Load) {
        let Some(transport) = self.transport.get() else {
            return;
        };
        let answers = match load {
            Load::Open if !self.up.get() => {
                self.close(transport);
                return self.tell_closed(transport, Reason::TransportError);
            }
            Load::Open => {
                self.ping.set(now + PING_INTERVAL);
                vec![self.server.borrow_mut().open()]
            }
            Load::ToServer(frame) => self.server.borrow_mut().handle(&frame),
            Load::ToClient(frame) => {
                if let Some(peer) = self.peer() {
                    match frame.dyn_into() {
                        Ok(text) => peer.text(transport, text),
                        Err(bytes) => peer.binary(transport, bytes),
                    }
                }
                return;
            }
        };
        let due = now + self.latency;
        self.under_way.borrow_mut().extend(answers.into_iter().map(|frame| (due, Load::ToClient(frame))));
    }

    fn tell_closed(&self, transport: Transport, reason: Reason) {
        if let Some(peer) = self.peer() {
            let detail = (reason == Reason::TransportError).then(|| "websocket error".to_owned());
            peer.closed(transport, reason, detail);
        }
    }

    fn peer(&self) -> Option<Rc<dyn Peer>> {
        self.peer.borrow().as_ref().and_then(Weak::upgrade)
    }
}
