//! The driver: gives the machine its input and does what it asks for.
//!
//! Its rule: borrow, mutate, do all that needs no application code, end the borrow, and only then call JavaScript. A listener may call any
//! method: what it causes on the wire and in storage happens before that method returns, and what it causes to be told is told after the
//! listeners that are being called now.

use std::cell::{Cell, RefCell, RefMut};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use js_sys::{JsString, Map};
use wasm_bindgen::JsValue;

use super::clock::Clock;
use super::hooks::{Hooks, Link};
use super::reader::{JsReader, JsText};
use super::storage::Store;
use super::tell::Effect;
use super::wire;
use crate::client::{Body, Client, Frame, Input, Key, Kind, Millis, Output, Transport, Write};
use crate::socketio::{Head, Header};

/// What the driver is made with.
pub struct Settings {
    pub link: Link,
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
    timer: RefCell<Option<(Millis, Timeout)>>,
    wake: Cell<Option<Millis>>,
    /// When the machine was last given input.
    now: Cell<Millis>,
    effects: RefCell<VecDeque<Effect>>,
    performing: Cell<bool>,
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
            timer: RefCell::default(),
            wake: Cell::default(),
            now: Cell::default(),
            effects: RefCell::default(),
            performing: Cell::default(),
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
        let (mut client, now) = self.begin();
        let result = change(&mut client, now);
        drop(client);
        self.drain();
        result
    }

    /// Both in one.
    pub fn run<R>(&self, change: impl FnOnce(&mut Client<JsValue>, Millis) -> R) -> R {
        let result = self.change(change);
        self.pump();
        result
    }

    pub fn input(&self, input: Input<JsValue>) {
        self.run(|client, now| client.handle_input(now, input));
    }

    #[inline(never)]
    fn begin(&self) -> (RefMut<'_, Client<JsValue>>, Millis) {
        let now = self.clock.now();
        self.now.set(now);
        (self.client.borrow_mut(), now)
    }

    /// Takes over the messages of a scope.
    pub fn change_scope(&self, scope: String) {
        if *self.scope.borrow() != scope {
            self.scope.replace(scope.clone());
            let stored = || self.settings.store.load(&scope);
            self.run(|client, now| client.change_owner(now, &scope, stored));
        }
    }

    /// A text frame came.
    pub fn text(&self, transport: Transport, text: JsString) {
        let echo = self.read(Client::expects_echo);
        let mut reader = JsReader { names: &self.settings.names, echo, hooks: &self.hooks, outline: 0 };
        let frame = Frame::decode(&JsText(text), &mut reader);
        self.input(Input::Frame { transport, frame });
    }

    /// Whether a message was stored, or needs it no more.
    pub fn is_stored(&self, key: Key) -> bool {
        let entry = self.read(|client| client.outbox().and_then(|outbox| outbox.get(key)).map(|entry| entry.persisted));
        entry.unwrap_or(self.settings.store.is_durable())
    }

    /// Lets go of everything.
    pub fn close(&self) {
        self.closed.set(true);
        self.settings.link.shut();
        drop(self.timer.take());
        self.effects.borrow_mut().clear();
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

    #[inline(never)]
    fn drain(&self) {
        loop {
            let output = self.client.borrow_mut().poll_output();
            match output {
                Output::Wait(wake) => return self.wake.set(wake),
                Output::Tell(event) => {
                    self.hooks.note(&event);
                    self.effects.borrow_mut().push_back(Effect::Tell(event));
                }
                Output::Open(number) => self.settings.link.open(number.0),
                Output::Close(_) => self.settings.link.shut(),
                Output::Pong(_) => self.settings.link.send_raw(&JsValue::from_str("3")),
                Output::Send { header, body, .. } => self.send(&header, body),
                Output::SendBinary { bytes, .. } => self.settings.link.send_raw(&bytes),
                Output::AskBuffered(transport) => {
                    let bytes = self.settings.link.buffered();
                    self.client.borrow_mut().handle_input(self.now.get(), Input::Buffered { transport, bytes });
                }
                Output::AskAuth { ask, reason, .. } => self.effects.borrow_mut().push_back(Effect::Ask(ask, reason)),
                Output::Write(write) => self.write(write),
            }
        }
    }

    fn send(&self, header: &Header, body: Body<JsValue>) {
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
        match header.encode() {
            Head::Digits(digits) => self.settings.link.send_digits(digits as f64, prefix, &payload),
            Head::Text(head) => self.settings.link.send_text(&head, prefix, &payload),
        }
    }

    fn write(&self, write: Write) {
        let scope = self.scope.borrow();
        match write {
            Write::Remove { order, id } => self.settings.store.remove(&scope, &order, &id),
            Write::Store(key) => {
                let mut client = self.client.borrow_mut();
                let Some(entry) = client.outbox().and_then(|outbox| outbox.get(key)) else { return };
                let ok = self.settings.store.write(&scope, entry);
                client.stored(key, ok);
            }
        }
    }

    /// Sets the one timer, unless it is set for an earlier time: then it will be set again when it fires.
    fn arm(&self) {
        let mut timer = self.timer.borrow_mut();
        let Some(wake) = self.wake.get().filter(|_| !self.closed.get()) else { return drop(timer.take()) };
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
}
