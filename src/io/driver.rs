//! The driver: gives the machine its input and does what it asks for.
//!
//! Its rule: borrow, mutate, do all that needs no application code, end the borrow, and only then call JavaScript. A listener may call any
//! method: what it causes on the wire and in storage happens before that method returns, and what it causes to be told is told after the
//! listeners that are being called now.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use js_sys::{JsString, Map};
use wasm_bindgen::JsValue;

use super::clock::Clock;
use super::hooks::Hooks;
use super::page::{self, Change, Page};
use super::reader::{JsReader, JsText};
use super::storage::Store;
use super::tell::Effect;
use super::transport::{self, Endpoint, Peer, Sender, Transport};
use super::wire;
use crate::client::{Body, Client, Frame, Input, Key, Kind, Millis, Output, Reason, Transport as Number, Write};
use crate::socketio::Header;

/// What the driver is made with.
pub struct Settings {
    pub endpoint: Endpoint,
    pub store: Store,
    /// The chat layer's names of the server's events, and their codes.
    pub names: Map,
    /// How packets of the chat layer begin after the head, such as `["sendMessage",`.
    pub prefixes: Prefixes,
}

/// The beginnings of the chat layer's packets, up to the payload.
pub struct Prefixes {
    pub send: JsValue,
    pub read: JsValue,
    pub join: JsValue,
    pub leave: JsValue,
}

/// A machine in a browser.
pub struct Driver {
    this: Weak<Driver>,
    client: RefCell<Client<JsValue>>,
    hooks: Hooks,
    settings: Settings,
    scope: RefCell<String>,
    clock: Clock,
    transport: RefCell<Option<Transport>>,
    page: RefCell<Option<Page>>,
    timer: RefCell<Option<(Millis, Timeout)>>,
    wake: Cell<Option<Millis>>,
    /// When the machine was last given input.
    now: Cell<Millis>,
    effects: RefCell<VecDeque<Effect>>,
    performing: Cell<bool>,
    watched: Cell<bool>,
    closed: Cell<bool>,
}

impl Driver {
    pub fn new(client: Client<JsValue>, settings: Settings, hooks: Hooks) -> Rc<Self> {
        Rc::new_cyclic(|this| Driver {
            this: this.clone(),
            client: RefCell::new(client),
            hooks,
            settings,
            scope: RefCell::default(),
            clock: Clock::default(),
            transport: RefCell::default(),
            page: RefCell::default(),
            timer: RefCell::default(),
            wake: Cell::default(),
            now: Cell::default(),
            effects: RefCell::default(),
            performing: Cell::default(),
            watched: Cell::default(),
            closed: Cell::default(),
        })
    }

    /// Reads the machine.
    pub fn read<R>(&self, read: impl FnOnce(&Client<JsValue>) -> R) -> R {
        read(&self.client.borrow())
    }

    /// Changes the machine and does what follows on the wire and in storage; the application is told by [`Driver::pump`].
    /// `change` must not call JavaScript of the application.
    pub fn change<R>(&self, change: impl FnOnce(&mut Client<JsValue>, Millis) -> R) -> R {
        let now = self.clock.now();
        self.now.set(now);
        let result = change(&mut self.client.borrow_mut(), now);
        self.drain();
        result
    }

    /// Both in one.
    pub fn run<R>(&self, change: impl FnOnce(&mut Client<JsValue>, Millis) -> R) -> R {
        let result = self.change(change);
        self.pump();
        result
    }

    /// Whether a message was stored, or needs it no more.
    pub fn is_stored(&self, key: Key) -> bool {
        let entry = self.read(|client| client.outbox().and_then(|outbox| outbox.get(key)).map(|entry| entry.persisted));
        entry.unwrap_or(self.settings.store.is_durable())
    }

    /// Itself, as a transport sees it.
    pub fn peer(&self) -> Weak<dyn Peer> {
        self.this.clone()
    }

    pub fn input(&self, input: Input<JsValue>) {
        if !self.closed.get() {
            self.run(|client, now| client.handle_input(now, input));
        }
    }

    /// Takes over the messages of a scope.
    pub fn change_scope(&self, scope: String) {
        if *self.scope.borrow() != scope {
            self.scope.replace(scope.clone());
            let stored = || self.settings.store.load(&scope);
            self.run(|client, now| client.change_owner(now, &scope, stored));
        }
    }

    /// Follows the page's lifecycle from now on.
    pub fn watch_page(&self) {
        if self.page.borrow().is_none() {
            let this = self.this.clone();
            let page = Page::listen(move |change| {
                let Some(driver) = this.upgrade() else { return };
                driver.input(match change {
                    Change::Online => Input::Online,
                    Change::Offline => Input::Offline,
                    Change::Resumed => Input::Resumed,
                });
            });
            self.page.replace(Some(page));
            if page::is_offline() {
                self.input(Input::Offline);
            }
        }
    }

    pub fn unwatch_page(&self) {
        drop(self.page.take());
    }

    /// Whether [`Effect::Frame`] is wanted.
    pub fn watch_frames(&self, watched: bool) {
        self.watched.set(watched);
    }

    /// Lets go of everything that the browser holds.
    pub fn close(&self) {
        self.closed.set(true);
        self.unwatch_page();
        drop(self.transport.take());
        drop(self.timer.take());
        self.effects.borrow_mut().clear();
        let nothing = self.client.borrow().emptied();
        self.client.replace(nothing);
    }

    /// Tells the application what there is to tell, in turn, and does what falls due meanwhile. Called by a listener, it leaves that to
    /// the call that the listener came from.
    pub fn pump(&self) {
        if self.performing.replace(true) {
            return;
        }
        loop {
            // A statement of its own, so that the borrow ends before anything is called.
            let effect = self.effects.borrow_mut().pop_front();
            if let Some(effect) = effect {
                self.hooks.perform(effect);
            } else if self.wake.get().is_some_and(|wake| wake <= self.now.get()) && !self.closed.get() {
                self.client.borrow_mut().handle_input(self.now.get(), Input::Wake);
                self.drain();
            } else {
                break;
            }
        }
        self.performing.set(false);
        self.arm();
    }

    fn drain(&self) {
        loop {
            let output = self.client.borrow_mut().poll_output();
            match output {
                Output::Wait(wake) => return self.wake.set(wake),
                Output::Tell(event) => {
                    self.hooks.note(&event);
                    self.effects.borrow_mut().push_back(Effect::Tell(event));
                }
                Output::Open(number) => self.open(number),
                Output::Close(_) => drop(self.transport.take()),
                Output::Pong(_) => self.send_raw(&JsValue::from_str("3")),
                Output::Send { header, body, .. } => self.send(&header, body),
                Output::SendBinary { bytes, .. } => self.send_raw(&bytes),
                Output::AskBuffered(transport) => {
                    let bytes = self.sender().map_or(0, |sender| sender.buffered());
                    let now = self.clock.now();
                    self.client.borrow_mut().handle_input(now, Input::Buffered { transport, bytes });
                }
                Output::AskAuth { ask, reason, .. } => self.effects.borrow_mut().push_back(Effect::Ask(ask, reason)),
                Output::Write(write) => self.write(write),
            }
        }
    }

    fn open(&self, number: Number) {
        let Some(peer) = self.this.upgrade() else {
            return;
        };
        drop(self.transport.take());
        match Transport::open(&self.settings.endpoint, number, peer) {
            Ok(transport) => drop(self.transport.replace(Some(transport))),
            Err(detail) => {
                let closed = Input::Closed { transport: number, reason: Reason::TransportError, detail: Some(detail) };
                self.client.borrow_mut().handle_input(self.clock.now(), closed);
            }
        }
    }

    fn sender(&self) -> Option<Sender> {
        self.transport.borrow().as_ref().map(Transport::sender)
    }

    fn send(&self, header: &Header, body: Body<JsValue>) {
        let Some(sender) = self.sender() else { return };
        let none = JsValue::UNDEFINED;
        let prefixes = &self.settings.prefixes;
        let (prefix, payload) = match body {
            Body::Empty => (&none, JsValue::UNDEFINED),
            Body::Payload(payload) => (&none, payload),
            Body::Queued(Kind::Message, payload) => (&prefixes.send, payload),
            Body::Queued(Kind::Read, payload) => (&prefixes.read, payload),
            Body::Join(conversation) => (&prefixes.join, wire::conversation(&conversation)),
            Body::Leave(conversation) => (&prefixes.leave, wire::conversation(&conversation)),
        };
        if self.watched.get() {
            let text = transport::frame(header.encode(), prefix, &payload);
            self.effects.borrow_mut().push_back(Effect::Frame(true, text.into()));
        }
        sender.packet(header, prefix, &payload);
    }

    fn send_raw(&self, frame: &JsValue) {
        if self.watched.get() {
            self.effects.borrow_mut().push_back(Effect::Frame(true, frame.clone()));
        }
        if let Some(sender) = self.sender() {
            sender.raw(frame);
        }
    }

    fn write(&self, write: Write) {
        let scope = self.scope.borrow();
        match write {
            Write::Remove { order, id } => self.settings.store.remove(&scope, &order, &id),
            Write::Store(key) => {
                let mut client = self.client.borrow_mut();
                let Some(entry) = client.outbox().and_then(|outbox| outbox.get(key)) else {
                    return;
                };
                let ok = self.settings.store.write(&scope, entry);
                client.stored(key, ok);
            }
        }
    }

    /// Sets the one timer, unless it is set for an earlier time: then it will be set again when it fires.
    fn arm(&self) {
        if self.closed.get() {
            return;
        }
        let mut timer = self.timer.borrow_mut();
        let Some(wake) = self.wake.get() else {
            return drop(timer.take());
        };
        if timer.as_ref().is_some_and(|(at, _)| *at <= wake) {
            return;
        }
        let this = self.this.clone();
        let delay = wake.saturating_sub(self.now.get()).min(i32::MAX as Millis) as u32;
        let timeout = Timeout::new(delay, move || {
            if let Some(driver) = this.upgrade() {
                drop(driver.timer.take());
                driver.input(Input::Wake);
            }
        });
        *timer = Some((wake, timeout));
    }

    fn frame(&self, transport: Number, frame: Frame<JsValue>) {
        self.input(Input::Frame { transport, frame });
    }

    fn watch(&self, frame: &JsValue) {
        if self.watched.get() {
            self.effects.borrow_mut().push_back(Effect::Frame(false, frame.clone()));
        }
    }
}

impl Peer for Driver {
    fn text(&self, transport: Number, text: JsString) {
        self.watch(&text);
        let echo = self.read(Client::expects_echo);
        let is_auth_error = |message: &str, data: &JsValue| self.hooks.is_auth_error(message, data);
        let mut reader = JsReader { names: &self.settings.names, echo, is_auth_error: &is_auth_error, outline: 0 };
        let frame = Frame::decode(&JsText(text), &mut reader);
        self.frame(transport, frame);
    }

    fn binary(&self, transport: Number, frame: JsValue) {
        self.watch(&frame);
        self.frame(transport, Frame::Binary(frame));
    }

    fn closed(&self, transport: Number, reason: Reason, detail: Option<String>) {
        self.input(Input::Closed { transport, reason, detail });
    }
}
