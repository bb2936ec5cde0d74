//! The machine and its browser side, as the JavaScript beside this file calls it: functions of a client's handle. Internal.
//!
//! The prefix of their names keeps them apart from every property of JavaScript, since the build shortens them.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JsString};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::settings::{Made, Read};
use crate::client::{
    AckHandle, Answer, Ask, Client, Emit, EventName, Frame, Input, Key, Kind, Millis, NewMessage, Payload, Reason,
    Scope, SendError, SocketId, Transport,
};
use crate::io::{Driver, Hooks, JsText, Link, Shown, stored_length, utf8_length};
use crate::socketio::{Header, PacketType};

thread_local! {
    /// The open clients, by handle.
    static CLIENTS: RefCell<Vec<Option<Rc<Driver>>>> = const { RefCell::new(Vec::new()) };
}

/// The chat client's own socket: it has no other.
const SOCKET: SocketId = SocketId(0);

/// What the name of an event adds to a packet, at the most: names are short.
const NAME_BYTES: u32 = 64;

/// The client of a handle, unless it was closed.
#[inline(never)]
fn at(handle: usize) -> Option<Rc<Driver>> {
    CLIENTS.with_borrow(|clients| clients.get(handle).cloned().flatten())
}

fn read<R: Default>(handle: usize, read: impl FnOnce(&Client<JsValue>) -> R) -> R {
    at(handle).map(|driver| driver.read(read)).unwrap_or_default()
}

fn run<R: Default>(handle: usize, change: impl FnOnce(&mut Client<JsValue>, Millis) -> R) -> R {
    at(handle).map(|driver| driver.run(change)).unwrap_or_default()
}

fn input(handle: usize, input: Input<JsValue>) {
    if let Some(driver) = at(handle) {
        driver.input(input);
    }
}

/// Makes a client of options that `readOptions` has read. Returns its handle.
#[wasm_bindgen(js_name = core_open)]
pub fn open(read: &Read, link: Link, hooks: Hooks) -> usize {
    let Made { config, chat, settings } = read.make(link);
    let (client, _) = Client::with_chat(config, &read.namespace(), chat);
    let driver = Some(Driver::new(client, settings, hooks));
    CLIENTS.with_borrow_mut(|clients| {
        let free = clients.iter().position(Option::is_none).unwrap_or(clients.len());
        match clients.get_mut(free) {
            Some(slot) => *slot = driver,
            None => clients.push(driver),
        }
        free
    })
}

/// Lets go of a client. Its handle may become another's.
#[wasm_bindgen(js_name = core_close)]
pub fn close(handle: usize) {
    let driver = CLIENTS.with_borrow_mut(|clients| clients.get_mut(handle).and_then(Option::take));
    if let Some(driver) = driver {
        driver.close();
    }
}

/// Tells the application what the calls before have caused.
#[wasm_bindgen(js_name = core_pump)]
pub fn pump(handle: usize) {
    if let Some(driver) = at(handle) {
        driver.pump();
    }
}

/// A text frame came over the transport of that number.
#[wasm_bindgen(js_name = core_text)]
pub fn text(handle: usize, transport: u32, text: JsString) {
    if let Some(driver) = at(handle) {
        driver.text(Transport(transport), text);
    }
}

/// A binary frame came.
#[wasm_bindgen(js_name = core_binary)]
pub fn binary(handle: usize, transport: u32, bytes: JsValue) {
    input(handle, Input::Frame { transport: Transport(transport), frame: Frame::Binary(bytes) });
}

/// A transport was closed, or failed.
#[wasm_bindgen(js_name = core_closed)]
pub fn closed(handle: usize, transport: u32, failed: bool, detail: Option<String>) {
    let reason = if failed { Reason::TransportError } else { Reason::TransportClose };
    input(handle, Input::Closed { transport: Transport(transport), reason, detail });
}

/// What `watchPage` tells: 0 online, 1 offline, 2 resumed.
#[wasm_bindgen(js_name = core_page)]
pub fn page(handle: usize, change: u32) {
    input(
        handle,
        match change {
            0 => Input::Online,
            1 => Input::Offline,
            _ => Input::Resumed,
        },
    );
}

/// As `initializeSocket`.
#[wasm_bindgen(js_name = core_initialize)]
pub fn initialize(handle: usize, new_token: bool) {
    run(handle, |client, now| client.initialize(now, new_token));
}

/// As `ChatSocket.disconnect`.
#[wasm_bindgen(js_name = core_stop)]
pub fn stop(handle: usize) {
    run(handle, Client::stop);
}

/// Whose messages are sent and shown from now on.
#[wasm_bindgen(js_name = core_change_owner)]
pub fn change_owner(handle: usize, server: &str, path: &str, namespace: &str, owner: &str) {
    if let Some(driver) = at(handle) {
        driver.change_scope(Scope { server, path, namespace, owner }.digest());
    }
}

/// The answer to `hooks.ask`: 0 a payload as JSON, 1 one with the token that was refused, 2 nobody is signed in, 3 an error's text.
#[wasm_bindgen(js_name = core_answer)]
pub fn answer(handle: usize, question: u32, kind: u32, value: JsValue) {
    let answer = match kind {
        2 => Answer::SignedOut,
        3 => Answer::Failed(value.as_string().unwrap_or_default()),
        _ => Answer::Auth { payload: Some(value).filter(|value| !value.is_undefined()), same: kind == 1 },
    };
    input(handle, Input::Auth { socket: SOCKET, ask: Ask(question), answer });
}

/// The number of the `ConnectionStatus`.
#[wasm_bindgen(js_name = core_status)]
pub fn status(handle: usize) -> u32 {
    read(handle, |client| client.status() as u32)
}

/// Why there is no connection.
#[wasm_bindgen(js_name = core_connection_error)]
pub fn connection_error(handle: usize) -> Option<String> {
    read(handle, |client| client.connection_error().map(str::to_owned))
}

/// The conversations joined.
#[wasm_bindgen(js_name = core_conversations)]
pub fn conversations(handle: usize) -> Array {
    read(handle, |client| client.conversations().iter().map(JsValue::from).collect())
}

/// Joins a conversation, or leaves it.
#[wasm_bindgen(js_name = core_join)]
pub fn join(handle: usize, conversation: &str, join: bool) {
    run(handle, |client, now| if join { client.join(now, conversation) } else { client.leave(now, conversation) });
}

/// The next place in the queue.
#[wasm_bindgen(js_name = core_next_order)]
pub fn next_order(handle: usize) -> String {
    run(handle, Client::next_order)
}

/// UTF-16 code units of a new message as it is stored. `kind`: 0 a message, 1 a read mark.
#[wasm_bindgen(js_name = core_measure)]
pub fn measure(kind: u32, json: &JsString) -> u32 {
    stored_length(kind, json)
}

/// Queues a message, JSON, stores it, and sends it if that can be done now. Returns its key; -1 where the queue is full, -2 where the id
/// waits already. A read mark replaces the one that `openRead` gives. Nothing is told before `pump`.
#[wasm_bindgen(js_name = core_send)]
pub fn send(
    handle: usize,
    kind: u32,
    order: String,
    id: String,
    conversation: String,
    json: JsValue,
    length: u32,
) -> i32 {
    let Some(driver) = at(handle) else { return -1 };
    let kind = if kind == 0 { Kind::Message } else { Kind::Read };
    let bytes = utf8_length(&json) + NAME_BYTES;
    let message = NewMessage { order, id, conversation, payload: json, length, bytes };
    match driver.change(|client, now| client.send(now, kind, message)) {
        Ok(key) => key.0 as i32,
        Err(SendError::QueueFull) => -1,
        Err(SendError::DuplicateId) => -2,
    }
}

/// Whether a message was stored, or needs it no more.
#[wasm_bindgen(js_name = core_is_stored)]
pub fn is_stored(handle: usize, key: u32) -> bool {
    at(handle).is_some_and(|driver| driver.is_stored(Key(key)))
}

/// The waiting read mark of a conversation, JSON.
#[wasm_bindgen(js_name = core_open_read)]
pub fn open_read(handle: usize, conversation: &str) -> JsValue {
    read(handle, |client| Some(client.outbox()?.open_read(conversation)?.payload.clone())).unwrap_or_default()
}

/// An event as if the server had sent it; `id`: its message's.
#[wasm_bindgen(js_name = core_simulate)]
pub fn simulate(handle: usize, args: JsValue, id: String) {
    run(handle, |client, now| client.simulate(now, SOCKET, EventName::Message(Some(id)), args));
}

/// See `ChatSocket.retryMessage` and `discardMessage`.
#[wasm_bindgen(js_name = core_settle)]
pub fn settle(handle: usize, id: &str, retry: bool) -> bool {
    run(handle, |client, now| if retry { client.retry(now, id) } else { client.discard(now, id) })
}

/// See `ChatSocket.discardAll`.
#[wasm_bindgen(js_name = core_discard_all)]
pub fn discard_all(handle: usize) -> usize {
    run(handle, Client::discard_all)
}

/// Key, revision and status of each waiting message, one after another, oldest first.
#[wasm_bindgen(js_name = core_messages)]
pub fn messages(handle: usize) -> Vec<u32> {
    read(handle, |client| {
        let entries = client.outbox().map_or(&[][..], |outbox| outbox.entries());
        let messages = entries.iter().filter(|entry| entry.kind == Kind::Message);
        messages.flat_map(|entry| [entry.key.0, entry.revision, entry.status as u32]).collect()
    })
}

/// What `offlineMessage` in `messages.js` makes the public object of.
#[wasm_bindgen(js_name = core_message)]
pub fn message(handle: usize, key: u32) -> JsValue {
    let serializer = Serializer::new().serialize_missing_as_null(true);
    read(handle, |client| Shown::new(client.outbox()?.get(Key(key))?).serialize(&serializer).ok()).unwrap_or_default()
}

/// A waiting message's JSON.
#[wasm_bindgen(js_name = core_payload)]
pub fn payload(handle: usize, key: u32) -> JsValue {
    read(handle, |client| Some(client.outbox()?.get(Key(key))?.payload.clone())).unwrap_or_default()
}

/// Whether the socket connects by itself.
#[wasm_bindgen(js_name = core_active)]
pub fn active(handle: usize) -> bool {
    read(handle, |client| client.is_active(SOCKET))
}

/// Emits JSON with its attachments. Returns the acknowledgement's id, or -1. Nothing is told before `pump`, so that the caller can note
/// the id first. `timeout`: milliseconds, negative for none.
#[wasm_bindgen(js_name = core_emit)]
pub fn emit(handle: usize, args: JsValue, attachments: Option<Array>, ack: bool, timeout: f64, volatile: bool) -> f64 {
    let emit = Emit { ack, timeout: (timeout >= 0.0).then_some(timeout as Millis), volatile };
    let Some(driver) = at(handle) else { return -1.0 };
    driver
        .change(|client, now| client.emit(now, SOCKET, arguments(args, attachments), emit))
        .map_or(-1.0, |id| id as f64)
}

/// Acknowledges an event that came over `transport`.
#[wasm_bindgen(js_name = core_acknowledge)]
pub fn acknowledge(handle: usize, transport: u32, id: f64, args: JsValue, attachments: Option<Array>) {
    let ack = AckHandle { transport: Transport(transport), id: id as u64 };
    run(handle, |client, now| client.acknowledge(now, SOCKET, ack, arguments(args, attachments)));
}

fn arguments(args: JsValue, attachments: Option<Array>) -> Payload<JsValue> {
    Payload { args, attachments: attachments.map(|list| list.to_vec()).unwrap_or_default() }
}

/// A Socket.IO header: type, attachments, namespace, ack id or -1, and where the payload begins. Undefined for none. For the mock's server.
#[wasm_bindgen(js_name = core_read_header)]
pub fn read_header(text: JsString) -> Option<Array> {
    let (header, at) = Header::decode(&JsText(text), 1).ok()?;
    let namespace = header.namespace.as_deref().unwrap_or("/");
    let ack = header.ack.map_or(-1.0, |ack| ack as f64);
    Some(Array::of5(
        &(header.kind as u32).into(),
        &header.attachments.into(),
        &namespace.into(),
        &ack.into(),
        &at.into(),
    ))
}

/// The text of a header, with the Engine.IO digit before it. For the mock's server.
#[wasm_bindgen(js_name = core_write_header)]
pub fn write_header(kind: u32, namespace: &str, ack: f64) -> String {
    let kind = match kind {
        0 => PacketType::Connect,
        2 => PacketType::Event,
        3 => PacketType::Ack,
        _ => PacketType::ConnectError,
    };
    let namespace = (namespace != "/").then(|| namespace.into());
    Header { kind, attachments: 0, namespace, ack: (ack >= 0.0).then_some(ack as u64) }.encode().into_text()
}
