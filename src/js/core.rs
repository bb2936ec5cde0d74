//! The machine and its browser side, as `chat_socket.js` and `socket.js` call it. Internal: applications use those classes.

use std::rc::Rc;

use js_sys::{Array, JsString};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::settings::{Made, Read};
use crate::client::{
    AckHandle, Answer, Ask, Client, Emit, EventName, Input, Key, Kind, Millis, NewMessage, Payload, Scope, SendError,
    SocketId, Transport,
};
use crate::io::{Driver, Hooks, MockServer, Shown, stored_length, stringify, utf8_length};

/// What the name of an event adds to a packet, at the most: names are short.
const NAME_BYTES: u32 = 64;

/// One client.
#[wasm_bindgen]
pub struct Core {
    driver: Rc<Driver>,
    socket: SocketId,
    mock: Option<Rc<MockServer>>,
}

#[wasm_bindgen]
impl Core {
    /// Of options that `readOptions` has read.
    #[wasm_bindgen(constructor)]
    pub fn new(read: &Read, hooks: Hooks) -> Self {
        let Made { config, chat, settings, mock } = read.make();
        let (client, socket) = Client::with_chat(config, &read.namespace(), chat);
        let driver = Driver::new(client, settings, hooks);
        if let Some(mock) = &mock {
            mock.attach(driver.peer());
        }
        Core { driver, socket, mock }
    }

    /// Tells the application what the calls before have caused.
    pub fn pump(&self) {
        self.driver.pump();
    }

    /// As `initializeSocket`.
    pub fn initialize(&self, new_token: bool) {
        self.driver.watch_page();
        self.driver.run(|client, now| client.initialize(now, new_token));
    }

    /// As `ChatSocket.disconnect`.
    pub fn stop(&self) {
        self.driver.unwatch_page();
        self.driver.run(Client::stop);
    }

    /// Lets go of everything.
    pub fn close(&self) {
        self.driver.close();
    }

    /// Whose messages are sent and shown from now on.
    #[wasm_bindgen(js_name = changeOwner)]
    pub fn change_owner(&self, server: &str, path: &str, namespace: &str, owner: &str) {
        self.driver.change_scope(Scope { server, path, namespace, owner }.digest());
    }

    /// The answer to `hooks.ask`: 0 a payload as JSON, 1 one with the token that was refused, 2 nobody is signed in, 3 an error's text.
    pub fn answer(&self, question: u32, kind: u32, value: JsValue) {
        let payload = (!value.is_undefined()).then(|| value.clone());
        let answer = match kind {
            0 => Answer::Auth { payload, same: false },
            1 => Answer::Auth { payload, same: true },
            2 => Answer::SignedOut,
            _ => Answer::Failed(value.as_string().unwrap_or_default()),
        };
        self.driver.input(Input::Auth { socket: self.socket, ask: Ask(question), answer });
    }

    /// The number of the `ConnectionStatus`.
    pub fn status(&self) -> u32 {
        self.driver.read(Client::status) as u32
    }

    /// Why there is no connection.
    #[wasm_bindgen(js_name = connectionError)]
    pub fn connection_error(&self) -> Option<String> {
        self.driver.read(|client| client.connection_error().map(str::to_owned))
    }

    /// The conversations joined.
    pub fn conversations(&self) -> Array {
        self.driver.read(|client| client.conversations().iter().map(JsValue::from).collect())
    }

    /// Joins a conversation, or leaves it.
    pub fn join(&self, conversation: &str, join: bool) {
        self.driver.run(
            |client, now| {
                if join { client.join(now, conversation) } else { client.leave(now, conversation) }
            },
        );
    }

    /// The next place in the queue.
    #[wasm_bindgen(js_name = nextOrder)]
    pub fn next_order(&self) -> String {
        self.driver.change(Client::next_order)
    }

    /// UTF-16 code units of a new message as it is stored. `kind`: 0 a message, 1 a read mark.
    #[wasm_bindgen(js_name = storedLength)]
    pub fn stored_length(&self, kind: u32, json: &JsString) -> u32 {
        stored_length(kind, json)
    }

    /// Queues a message, JSON, stores it, and sends it if that can be done now. Returns its key; -1 where the queue is full, -2 where the id
    /// waits already. A read mark replaces the one that `open_read` gives. Nothing is told before `pump`.
    pub fn send(&self, kind: u32, order: String, id: String, conversation: String, json: JsValue, length: u32) -> i32 {
        let kind = if kind == 0 { Kind::Message } else { Kind::Read };
        let bytes = utf8_length(&json) + NAME_BYTES;
        let message = NewMessage { order, id, conversation, payload: json, length, bytes };
        match self.driver.change(|client, now| client.send(now, kind, message)) {
            Ok(key) => key.0 as i32,
            Err(SendError::QueueFull) => -1,
            Err(SendError::DuplicateId) => -2,
        }
    }

    /// Whether a message was stored, or needs it no more.
    #[wasm_bindgen(js_name = isStored)]
    pub fn is_stored(&self, key: u32) -> bool {
        self.driver.is_stored(Key(key))
    }

    /// The waiting read mark of a conversation, JSON.
    #[wasm_bindgen(js_name = openRead)]
    pub fn open_read(&self, conversation: &str) -> JsValue {
        let payload = |client: &Client<JsValue>| Some(client.outbox()?.open_read(conversation)?.payload.clone());
        self.driver.read(payload).unwrap_or_default()
    }

    /// An event as if the server had sent it; `id`: its message's.
    pub fn simulate(&self, args: JsValue, id: String) {
        self.driver.run(|client, now| client.simulate(now, self.socket, EventName::Message(Some(id)), args));
    }

    /// See `ChatSocket.retryMessage`.
    pub fn retry(&self, id: &str) -> bool {
        self.driver.run(|client, now| client.retry(now, id))
    }

    /// See `ChatSocket.discardMessage`.
    pub fn discard(&self, id: &str) -> bool {
        self.driver.run(|client, now| client.discard(now, id))
    }

    /// See `ChatSocket.discardAll`.
    #[wasm_bindgen(js_name = discardAll)]
    pub fn discard_all(&self) -> u32 {
        self.driver.run(|client, now| client.discard_all(now)) as u32
    }

    /// Key, revision and status of each waiting message, one after another, oldest first.
    pub fn messages(&self) -> Vec<u32> {
        self.driver.read(|client| {
            let entries = client.outbox().map_or(&[][..], |outbox| outbox.entries());
            let messages = entries.iter().filter(|entry| entry.kind == Kind::Message);
            messages.flat_map(|entry| [entry.key.0, entry.revision, entry.status as u32]).collect()
        })
    }

    /// What `offlineMessage` in `messages.js` makes the public object of.
    pub fn message(&self, key: u32) -> JsValue {
        let serializer = Serializer::new().serialize_missing_as_null(true);
        let shown = |client: &Client<JsValue>| Shown::new(client.outbox()?.get(Key(key))?).serialize(&serializer).ok();
        self.driver.read(shown).unwrap_or_default()
    }

    /// A waiting message's JSON.
    pub fn payload(&self, key: u32) -> JsValue {
        let payload = |client: &Client<JsValue>| Some(client.outbox()?.get(Key(key))?.payload.clone());
        self.driver.read(payload).unwrap_or_default()
    }

    /// Whether the socket connects by itself.
    pub fn active(&self) -> bool {
        self.driver.read(|client| client.is_active(self.socket))
    }

    /// Emits JSON with its attachments. Returns the acknowledgement's id, or -1. Nothing is told before `pump`, so that the caller can note
    /// the id first.
    pub fn emit(&self, args: JsValue, attachments: Option<Array>, ack: bool, timeout: f64, volatile: bool) -> f64 {
        let emit = Emit { ack, timeout: (timeout >= 0.0).then_some(timeout as Millis), volatile };
        let id = self.driver.change(|client, now| client.emit(now, self.socket, payload(args, attachments), emit));
        id.map_or(-1.0, |id| id as f64)
    }

    /// Acknowledges an event that came over `transport`.
    pub fn acknowledge(&self, transport: u32, id: f64, args: JsValue, attachments: Option<Array>) {
        let handle = AckHandle { transport: Transport(transport), id: id as u64 };
        self.driver.run(|client, now| client.acknowledge(now, self.socket, handle, payload(args, attachments)));
    }

    /// Whether `hooks.frame` is called.
    #[wasm_bindgen(js_name = watchFrames)]
    pub fn watch_frames(&self, watched: bool) {
        self.driver.watch_frames(watched);
    }

    /// The mock's link goes down, or up again.
    #[wasm_bindgen(js_name = mockLink)]
    pub fn mock_link(&self, up: bool) {
        if let Some(mock) = &self.mock {
            if up { mock.restore() } else { mock.drop_link() }
        }
    }

    /// The mock's server emits: the name and the arguments.
    #[wasm_bindgen(js_name = mockEmit)]
    pub fn mock_emit(&self, args: &JsValue) {
        if let Some(mock) = &self.mock {
            mock.emit(&stringify(args));
        }
    }

    /// The mock's server refuses the next event of that name.
    #[wasm_bindgen(js_name = mockRefuse)]
    pub fn mock_refuse(&self, event: &JsValue, answer: &JsValue) {
        if let Some(mock) = &self.mock {
            mock.refuse_next(event, answer);
        }
    }

    /// What the mock's server has received.
    #[wasm_bindgen(js_name = mockReceived)]
    pub fn mock_received(&self) -> Array {
        self.mock.as_ref().map(|mock| mock.received()).unwrap_or_default()
    }
}

fn payload(args: JsValue, attachments: Option<Array>) -> Payload<JsValue> {
    Payload { args, attachments: attachments.map(|list| list.to_vec()).unwrap_or_default() }
}
