//! One chat client: the machine, its browser side and the application's listeners.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::auth::{Answered, Auth, Token};
use super::config::ChatOptions;
use super::error::Code;
use super::options::Options;
use super::port::{MockControls, MockPort, Port, Socket};
use super::snapshot::{self, Shown};
use crate::client::{
    AckError, Ask, Client, ConnectionStatus, DeliveryStatus, Entry, Event, EventName, Input, Kind, ManagerEvent,
    NewMessage, Outcome, Scope, SendError, SocketId,
};
use crate::io::{Application, Driver, Effect, element, fill, record};

#[wasm_bindgen(module = "/src/js/emitter.js")]
extern "C" {
    type Listeners;
    #[wasm_bindgen(constructor)]
    fn new() -> Listeners;
    #[wasm_bindgen(method, catch)]
    fn add(this: &Listeners, listener: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn call(this: &Listeners);
    #[wasm_bindgen(method, js_name = call)]
    fn call_with(this: &Listeners, value: &JsValue);
    #[wasm_bindgen(method)]
    fn clear(this: &Listeners);
}

#[wasm_bindgen(module = "/src/js/chat.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn outgoing(message: &JsValue, id: &str, now: f64) -> Result<Array, JsValue>;
    #[wasm_bindgen(catch, js_name = readMark)]
    fn read_mark(conversation: &str, ids: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = mergeReadMarks)]
    fn merge_read_marks(one: &JsValue, other: &JsValue) -> JsValue;
    #[wasm_bindgen(catch)]
    fn simulated(message: &JsValue, id: &str, now: f64) -> Result<JsValue, JsValue>;

    type Deliveries;
    #[wasm_bindgen(constructor)]
    fn new() -> Deliveries;
    #[wasm_bindgen(method)]
    fn open(this: &Deliveries, key: u32, id: &str, persisted: bool) -> JsValue;
    #[wasm_bindgen(method)]
    fn settle(this: &Deliveries, key: u32, status: &str, detail: &JsValue);
}

/// One chat client, as long as it is open.
pub struct Chat {
    pub driver: Rc<Driver>,
    pub auth: Auth,
    this: Weak<Chat>,
    id: SocketId,
    socket: Socket,
    mock: Option<(Rc<crate::io::mock::MockServer>, MockControls)>,
    answered: Answered,
    options: Place,
    open: Cell<bool>,
    last_message: RefCell<JsValue>,
    last_notification: RefCell<JsValue>,
    snapshot: RefCell<JsValue>,
    stale: Cell<bool>,
    shown: RefCell<Shown>,
    deliveries: Deliveries,
    on_change: Listeners,
    on_message: Listeners,
    on_notification: Listeners,
    on_auth_required: Listeners,
}

/// What of the options is needed later.
struct Place {
    server: String,
    path: String,
    namespace: String,
    max_message_length: f64,
    message_event: String,
}

impl Chat {
    pub fn new(options: &Options) -> Result<Rc<Self>, JsValue> {
        let auth = Auth::new(options)?;
        let ChatOptions { config, chat, settings, mock, server, path, namespace, max_message_length, names } =
            ChatOptions::read(options)?;
        let (client, id) = Client::with_chat(config, &namespace, chat);
        let driver = Driver::new(client, settings);
        let chat = Rc::new_cyclic(|this: &Weak<Chat>| {
            let asked = this.clone();
            Chat {
                answered: Closure::new(move |question, token: JsValue, error| {
                    if let Some(chat) = asked.upgrade() {
                        chat.hear_provider(question, &token, error);
                    }
                }),
                socket: Socket::new(Port::new(this.clone(), id), &namespace),
                mock: mock.map(|mock| (mock.clone(), MockControls::new(MockPort(Rc::downgrade(&mock))))),
                options: Place { server, path, namespace, max_message_length, message_event: names.message },
                this: this.clone(),
                driver,
                auth,
                id,
                open: Cell::new(true),
                last_message: RefCell::new(JsValue::NULL),
                last_notification: RefCell::new(JsValue::NULL),
                snapshot: RefCell::default(),
                stale: Cell::new(true),
                shown: RefCell::default(),
                deliveries: Deliveries::new(),
                on_change: Listeners::new(),
                on_message: Listeners::new(),
                on_notification: Listeners::new(),
                on_auth_required: Listeners::new(),
            }
        });
        let application: Weak<dyn Application> = chat.this.clone();
        chat.driver.attach(application);
        if let Some((mock, _)) = &chat.mock {
            mock.attach(chat.driver.peer());
        }
        chat.change_scope();
        Ok(chat)
    }

    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    pub fn initialize(&self, token: JsValue) -> Result<(), JsValue> {
        let new_token = self.auth.replace(token)?;
        self.driver.watch_page();
        self.change_scope();
        self.driver.run(|client, now| client.initialize(now, new_token));
        Ok(())
    }

    pub fn stop(&self) {
        self.driver.unwatch_page();
        self.driver.run(Client::stop);
    }

    /// Ends it. Returns the last snapshot.
    pub fn close(&self) -> JsValue {
        self.stop();
        self.open.set(false);
        self.driver.close();
        let last = self.snapshot();
        for listeners in [&self.on_change, &self.on_message, &self.on_notification, &self.on_auth_required] {
            listeners.clear();
        }
        last
    }

    pub fn socket(&self) -> Socket {
        self.socket.clone()
    }

    /// The mock's controls, in mock mode.
    pub fn mock(&self) -> Option<JsValue> {
        self.mock.as_ref().map(|(_, controls)| controls.clone().into())
    }

    pub fn on_change(&self, listener: JsValue) -> Result<JsValue, JsValue> {
        self.on_change.add(listener)
    }

    pub fn on_message(&self, listener: JsValue) -> Result<JsValue, JsValue> {
        self.on_message.add(listener)
    }

    pub fn on_notification(&self, listener: JsValue) -> Result<JsValue, JsValue> {
        self.on_notification.add(listener)
    }

    pub fn on_auth_required(&self, listener: JsValue) -> Result<JsValue, JsValue> {
        self.on_auth_required.add(listener)
    }

    fn change_scope(&self) {
        let Place { server, path, namespace, .. } = &self.options;
        let owner = self.auth.owner();
        self.driver.change_scope(Scope { server, path, namespace, owner: &owner }.digest());
    }

    fn hear_provider(&self, question: u32, token: &JsValue, error: Option<String>) {
        if self.is_open() {
            let answer = self.auth.answered(token, error);
            self.change_scope();
            self.driver.input(Input::Auth { socket: self.id, ask: Ask(question), answer });
        }
    }

    pub fn send(&self, message: &JsValue) -> Result<JsValue, JsValue> {
        let (order, now) = self.driver.change(|client, now| (client.next_order(now), now));
        let parts = outgoing(message, &order, now as f64)?;
        let text = |index| parts.get(index).as_string().unwrap_or_default();
        let (id, conversation, payload) = (text(0), text(1), parts.get(2));
        let message = self.measured(
            Kind::Message,
            NewMessage { order, id: id.clone(), conversation, payload, length: 0, bytes: 0 },
        )?;
        let key = self.driver.change(|client, now| client.send(now, Kind::Message, message)).map_err(refused)?;
        let delivery = self.deliveries.open(key.0, &id, self.driver.is_stored(key));
        self.driver.pump();
        Ok(delivery)
    }

    pub fn mark_read(&self, conversation: &str, ids: &JsValue) -> Result<(), JsValue> {
        let payload = read_mark(conversation, ids)?;
        let order = self.driver.change(|client, now| client.next_order(now));
        let (id, conversation) = (order.clone(), conversation.to_owned());
        let mark = self.measured(Kind::Read, NewMessage { order, id, conversation, payload, length: 0, bytes: 0 })?;
        let new = mark.payload.clone();
        let merge = |waiting: &JsValue| {
            let merged = merge_read_marks(waiting, &new);
            let (length, bytes) = (record::length(Kind::Read, &merged), record::utf8_length(&merged));
            (merged, length, bytes)
        };
        self.driver.run(|client, now| client.mark_read(now, mark, merge)).map(drop).map_err(refused)
    }

    fn measured(&self, kind: Kind, message: NewMessage<JsValue>) -> Result<NewMessage<JsValue>, JsValue> {
        let length = record::length(kind, &message.payload);
        if f64::from(length) > self.options.max_message_length {
            return Err(Code::MessageTooLong.error("the message is longer than queue.maxMessageLength allows"));
        }
        // The event's name is part of the packet as well; names are short.
        let bytes = record::utf8_length(&message.payload) + 64;
        Ok(NewMessage { length, bytes, ..message })
    }

    pub fn simulate(&self, message: &JsValue) -> Result<JsValue, JsValue> {
        let (id, now) = self.driver.change(|client, now| (client.next_order(now), now));
        let message = simulated(message, &id, now as f64)?;
        let args = Array::of2(&self.options.message_event.as_str().into(), &message);
        let name = EventName::Message(crate::io::text_member(&message, "id"));
        self.driver.run(|client, now| client.simulate(now, self.id, name, args.into()));
        Ok(message)
    }

    pub fn is_connected(&self) -> bool {
        self.driver.read(Client::status) == ConnectionStatus::Connected
    }

    pub fn snapshot(&self) -> JsValue {
        if self.stale.replace(false) {
            let waiting = self.messages(|entry| entry.status != DeliveryStatus::Sending);
            let fresh = self.driver.read(|client| {
                snapshot::take(
                    &self.snapshot.borrow(),
                    client.status() == ConnectionStatus::Connected,
                    &self.last_message.borrow(),
                    &self.last_notification.borrow(),
                    client.connection_error(),
                    self.mock.is_some(),
                    waiting,
                    snapshot::status_name(client.status()),
                )
            });
            self.snapshot.replace(fresh);
        }
        self.snapshot.borrow().clone()
    }

    /// Frozen: all of them, those on the wire included.
    pub fn pending_messages(&self) -> JsValue {
        js_sys::Object::freeze(self.messages(|_| true).as_ref()).into()
    }

    fn messages(&self, shown: impl Fn(&Entry<JsValue>) -> bool) -> Array {
        self.driver.read(|client| {
            let entries = client.outbox().map_or(&[][..], |outbox| outbox.entries());
            let messages = || entries.iter().filter(|entry| entry.kind == Kind::Message);
            let values = self.shown.borrow_mut().values(messages());
            messages().zip(values).filter(|(entry, _)| shown(entry)).map(|(_, value)| value).collect()
        })
    }

    fn tell(&self, event: Event<JsValue>) {
        match event {
            Event::Connected { .. } => self.socket.emit_reserved("connect"),
            Event::ConnectError { error, .. } => self.socket.error(&error.message, &error.data.unwrap_or_default()),
            Event::Disconnected { reason, detail, .. } => self.socket.disconnected(reason.text(), detail.as_deref()),
            Event::Received { name, payload, ack, .. } => {
                let argument = element(&payload.args, 1);
                let (transport, ack) = ack.map_or((0, -1.0), |ack| (ack.transport.0, ack.id as f64));
                self.socket.received(&filled(payload), transport, ack);
                match name {
                    EventName::Message(_) => self.on_message.call_with(&argument),
                    EventName::Notification => self.on_notification.call_with(&argument),
                    _ => {}
                }
            }
            Event::Acked { id, result, .. } => match result {
                Ok(payload) => self.socket.acked(id as f64, None, &filled(payload)),
                Err(error) => self.socket.acked(id as f64, Some(ack_error(error)), &JsValue::UNDEFINED),
            },
            Event::Manager(event) => self.tell_manager(event),
            Event::Settled { key, outcome } => {
                let (status, detail) = match outcome {
                    Outcome::Acknowledged(args) => ("delivered", element(&args, 0)),
                    Outcome::Echoed(args) => ("delivered", element(&args, 1)),
                    Outcome::Sent => ("delivered", JsValue::UNDEFINED),
                    Outcome::Ended(status, error) => {
                        (record::status_name(status), error.map_or(JsValue::NULL, Into::into))
                    }
                    Outcome::Discarded => ("discarded", JsValue::NULL),
                };
                self.deliveries.settle(key.0, status, &detail);
            }
            Event::AuthRequired(error) => {
                let told = js_sys::Object::new();
                for (name, value) in [("message", error.message.into()), ("data", error.data.unwrap_or_default())] {
                    // A plain object takes any member.
                    let _ = js_sys::Reflect::set(&told, &name.into(), &value);
                }
                self.on_auth_required.call_with(&told);
            }
            Event::Changed => self.on_change.call(),
        }
    }

    fn tell_manager(&self, event: ManagerEvent) {
        let (name, detail) = match event {
            ManagerEvent::Open => ("open", JsValue::UNDEFINED),
            ManagerEvent::Error(text) => ("error", text.into()),
            ManagerEvent::Close(reason) => ("close", reason.text().into()),
            ManagerEvent::Ping => ("ping", JsValue::UNDEFINED),
            ManagerEvent::ReconnectAttempt(count) => ("reconnect_attempt", count.into()),
            ManagerEvent::Reconnect(count) => ("reconnect", count.into()),
            ManagerEvent::ReconnectError(text) => ("reconnect_error", text.into()),
            ManagerEvent::ReconnectFailed => ("reconnect_failed", JsValue::UNDEFINED),
        };
        self.socket.manager().event(name, &detail);
    }
}

impl Application for Chat {
    fn note(&self, event: &Event<JsValue>) {
        match event {
            Event::Connected { sid, .. } => self.socket.state(true, Some(sid)),
            Event::Disconnected { .. } => self.socket.state(false, None),
            Event::Received { name, payload, .. } => {
                let last = match name {
                    EventName::Message(_) => &self.last_message,
                    EventName::Notification => &self.last_notification,
                    _ => return,
                };
                last.replace(element(&payload.args, 1));
                self.stale.set(true);
            }
            Event::Changed => self.stale.set(true),
            _ => {}
        }
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Tell(event) => self.tell(event),
            Effect::Frame(sent, frame) => self.socket.manager().engine().frame(sent, &frame),
            Effect::Ask(socket, ask, reason) => {
                if let Token::Known(answer) = self.auth.ask(reason, ask.0, &self.answered) {
                    self.driver.input(Input::Auth { socket, ask, answer });
                }
            }
        }
    }

    fn is_auth_error(&self, message: &str, data: &JsValue) -> bool {
        self.auth.is_auth_error(message, data)
    }
}

fn filled(payload: crate::client::Payload<JsValue>) -> JsValue {
    if payload.attachments.is_empty() {
        return payload.args;
    }
    fill(&payload.args, &payload.attachments.into_iter().collect())
}

fn ack_error(error: AckError) -> &'static str {
    match error {
        AckError::Timeout => "operation has timed out",
        AckError::Disconnected => "socket has been disconnected",
    }
}

fn refused(error: SendError) -> JsValue {
    match error {
        SendError::QueueFull => Code::QueueFull.error("the queue is full"),
        SendError::DuplicateId => Code::DuplicateId.error("a message with this id is waiting already"),
    }
}
