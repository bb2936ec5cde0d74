//! The machine as JavaScript calls it: functions of a client's handle. Internal.
//!
//! They take and return numbers and JavaScript values only, so that the entries call them without any glue between. What they cause to be told
//! has been handed to the client's `Host` when they return.

use std::cell::RefCell;

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use crate::client::{
    AckHandle, Answer, Ask, Backoff, ChatConfig, Client, Config, DeliveryStatus, Emit, Entry, EventName, Frame, Input,
    Key, Kind, Limits, Millis, NewMessage, Place, Proof, Reason, SendError, SocketId, Stored, Transport,
};
use crate::io::{Act, Driver, Host, JsReader, JsText, local_storage, record};
use crate::socketio::{Header, PacketType};

thread_local! {
    /// The open clients, by handle. One at work is not here, so that nothing can be borrowed twice.
    static CLIENTS: RefCell<Vec<Option<Box<Driver>>>> = const { RefCell::new(Vec::new()) };
}

/// The chat client's own socket: it has no other.
const SOCKET: SocketId = SocketId(0);

#[inline(never)]
fn take(handle: usize) -> Option<Box<Driver>> {
    CLIENTS.with_borrow_mut(|clients| clients.get_mut(handle).and_then(Option::take))
}

#[inline(never)]
fn put(handle: usize, driver: Option<Box<Driver>>) {
    CLIENTS.with_borrow_mut(|clients| match clients.get_mut(handle) {
        Some(slot) => *slot = driver,
        None => clients.push(driver),
    });
}

/// Changes a machine, and does what follows. Nothing happens where the client was closed, or is at work.
#[inline(never)]
fn run(handle: usize, change: &mut dyn FnMut(&mut Driver, Millis)) {
    let Some(mut driver) = take(handle) else { return };
    let now = driver.now();
    change(&mut driver, now);
    driver.drain(now);
    put(handle, Some(driver));
}

fn input(handle: usize, input: Input<JsValue>) {
    let mut input = Some(input);
    run(handle, &mut |driver, now| {
        if let Some(input) = input.take() {
            driver.client.handle_input(now, input);
        }
    });
}

/// Reads a machine.
#[inline(never)]
fn read(handle: usize, read: &mut dyn FnMut(&Driver)) {
    CLIENTS.with_borrow(|clients| {
        if let Some(Some(driver)) = clients.get(handle) {
            read(driver);
        }
    });
}

/// `localStorage`, for whoever has found that it works.
#[wasm_bindgen(js_name = core_storage)]
pub fn storage() -> JsValue {
    local_storage()
}

/// Makes a client. Returns its handle. `delivery`: the number of the [`Proof`].
#[wasm_bindgen(js_name = core_open)]
#[allow(clippy::too_many_arguments)]
pub fn open(
    host: Host,
    namespace: JsValue,
    reconnection: bool,
    reconnection_attempts: f64,
    base: f64,
    max: f64,
    factor: f64,
    timeout: f64,
    seed: f64,
    await_server_ready: bool,
    delivery: u32,
    ack_timeout: f64,
    max_attempts: f64,
    max_in_flight: f64,
    max_messages: f64,
    max_length: f64,
    ttl: f64,
) -> usize {
    let backoff = Backoff { base, max, factor };
    let timeout = timeout as Millis;
    let config = Config {
        reconnection,
        reconnection_attempts: reconnection_attempts as u32,
        backoff,
        timeout,
        seed: seed as u64,
    };
    let delivery = match delivery {
        0 => Proof::Ack,
        1 => Proof::Echo,
        _ => Proof::Sent,
    };
    let chat = ChatConfig {
        await_server_ready,
        delivery,
        ack_timeout: ack_timeout as Millis,
        max_attempts: max_attempts as u32,
        max_in_flight: max_in_flight as usize,
        limits: Limits { messages: max_messages as usize, length: max_length as usize },
        ttl: ttl as Millis,
    };
    let (client, _) = Client::with_chat(config, namespace, chat);
    // A handle is not used twice: what still names a closed client must not reach another.
    let handle = CLIENTS.with_borrow(Vec::len);
    put(handle, Some(Box::new(Driver::new(client, host))));
    handle
}

/// Lets go of a client.
#[wasm_bindgen(js_name = core_close)]
pub fn close(handle: usize) {
    drop(take(handle));
}

/// Does what has fallen due. `fired`: the timer has.
#[wasm_bindgen(js_name = core_wake)]
pub fn wake(handle: usize, fired: bool) {
    run(handle, &mut |driver, now| driver.wake(now, fired));
}

/// A text frame came over the transport of that number.
#[wasm_bindgen(js_name = core_text)]
pub fn text(handle: usize, transport: u32, text: JsString) {
    let mut reading = None;
    read(handle, &mut |driver| reading = Some((driver.host.clone(), driver.client.expects_echo())));
    // Read while nothing is borrowed, since what decides about refusals may be the application's.
    let Some((host, echo)) = reading else { return };
    let frame = Frame::decode(&JsText(text), &mut JsReader { host: &host, echo, outline: 0 });
    input(handle, Input::Frame { transport: Transport(transport), frame });
}

/// A binary frame came.
#[wasm_bindgen(js_name = core_binary)]
pub fn binary(handle: usize, transport: u32, bytes: JsValue) {
    input(handle, Input::Frame { transport: Transport(transport), frame: Frame::Binary(bytes) });
}

/// A transport was closed, or failed. `detail`: a text or undefined.
#[wasm_bindgen(js_name = core_closed)]
pub fn closed(handle: usize, transport: u32, failed: bool, detail: JsValue) {
    let reason = if failed { Reason::TransportError } else { Reason::TransportClose };
    input(handle, Input::Closed { transport: Transport(transport), reason, detail: defined(detail) });
}

/// What `watchPage` tells: 0 online, 1 offline, 2 resumed.
#[wasm_bindgen(js_name = core_page)]
pub fn page(handle: usize, change: u32) {
    let change = match change {
        0 => Input::Online,
        1 => Input::Offline,
        _ => Input::Resumed,
    };
    input(handle, change);
}

/// The answer to a question: 0 a payload as JSON or undefined, 1 one with the token that was refused, 2 nobody is signed in, 3 an error's text.
#[wasm_bindgen(js_name = core_answer)]
pub fn answer(handle: usize, question: u32, kind: u32, value: JsValue) {
    let answer = match kind {
        2 => Answer::SignedOut,
        3 => Answer::Failed(value),
        _ => Answer::Auth { payload: defined(value), same: kind == 1 },
    };
    input(handle, Input::Auth { socket: SOCKET, ask: Ask(question), answer });
}

/// As `initializeSocket`.
#[wasm_bindgen(js_name = core_initialize)]
pub fn initialize(handle: usize, new_token: bool) {
    run(handle, &mut |driver, now| driver.client.initialize(now, new_token));
}

/// As `ChatSocket.disconnect`.
#[wasm_bindgen(js_name = core_stop)]
pub fn stop(handle: usize) {
    run(handle, &mut |driver, now| driver.client.stop(now));
}

/// Whose messages are sent and shown from now on. True where those that are stored have to be brought by `core_restore`.
#[wasm_bindgen(js_name = core_change_owner)]
pub fn change_owner(handle: usize, scope: JsValue) -> bool {
    let mut load = false;
    run(handle, &mut |driver, now| load = driver.client.change_owner(now, scope.clone()));
    load
}

/// A message as it was stored.
#[wasm_bindgen(js_name = core_restore)]
#[allow(clippy::too_many_arguments)]
pub fn restore(
    handle: usize,
    time: f64,
    serial: f64,
    id: JsValue,
    conversation: JsValue,
    kind: u32,
    status: u32,
    attempts: u32,
    queued_at: f64,
    error: JsValue,
    payload: JsValue,
    length: u32,
    bytes: u32,
) {
    let mut stored = Some(Stored {
        place: Place { time: time as u64, serial: serial as u64 },
        message: NewMessage { id, conversation, payload, length, bytes },
        kind: kind_of(kind),
        status: match status {
            4 => DeliveryStatus::Failed,
            5 => DeliveryStatus::Expired,
            _ => DeliveryStatus::Queued,
        },
        attempts,
        queued_at: queued_at as u64,
        error: defined(error),
    });
    run(handle, &mut |driver, _| {
        if let Some(stored) = stored.take() {
            driver.client.restore(stored);
        }
    });
}

/// Joins a conversation, or leaves it.
#[wasm_bindgen(js_name = core_join)]
pub fn join(handle: usize, conversation: JsValue, join: bool) {
    run(handle, &mut |Driver { client, .. }, now| match join {
        true => client.join(now, conversation.clone()),
        false => client.leave(now, conversation.clone()),
    });
}

/// The conversation joined at that position, or undefined.
#[wasm_bindgen(js_name = core_conversation)]
pub fn conversation(handle: usize, index: usize) -> JsValue {
    let mut found = JsValue::UNDEFINED;
    read(handle, &mut |driver| found = driver.client.conversations().get(index).cloned().unwrap_or_default());
    found
}

/// Takes a place in the queue for the next message, and hands it to the host.
#[wasm_bindgen(js_name = core_place)]
pub fn place(handle: usize) {
    run(handle, &mut |driver, now| {
        let Place { time, serial } = driver.client.next_place(now);
        driver.host.say(Act::Place, time as f64, serial as f64);
    });
}

/// Queues a message, JSON, at the place that was taken last; stores it, and sends it if that can be done now. `kind`: 0 a message, 1 a read mark,
/// which replaces the one that `core_open_read` gives. `length`: UTF-16 code units as stored; `bytes`: UTF-8 on the wire. Returns its key; -1 where
/// the queue is full, -2 where the id waits already.
#[wasm_bindgen(js_name = core_send)]
pub fn send(
    handle: usize,
    kind: u32,
    id: JsValue,
    conversation: JsValue,
    json: JsValue,
    length: u32,
    bytes: u32,
) -> i32 {
    let mut message = Some(NewMessage { id, conversation, payload: json, length, bytes });
    let mut result = -1;
    run(handle, &mut |driver, now| {
        if let Some(message) = message.take() {
            result = match driver.client.send(now, kind_of(kind), message) {
                Ok(key) => key.0 as i32,
                Err(SendError::QueueFull) => -1,
                Err(SendError::DuplicateId) => -2,
            };
        }
    });
    result
}

/// The waiting read mark of a conversation, JSON, or undefined.
#[wasm_bindgen(js_name = core_open_read)]
pub fn open_read(handle: usize, conversation: JsValue) -> JsValue {
    let mut found = JsValue::UNDEFINED;
    read(handle, &mut |driver| {
        let mark = driver.client.outbox().and_then(|outbox| outbox.open_read(&conversation));
        found = mark.map(|mark| mark.payload.clone()).unwrap_or_default();
    });
    found
}

/// An event as if the server had sent it; `id`: its message's.
#[wasm_bindgen(js_name = core_simulate)]
pub fn simulate(handle: usize, args: JsValue, id: JsValue) {
    run(handle, &mut |driver, now| {
        driver.client.simulate(now, SOCKET, EventName::Message(Some(id.clone())), args.clone());
    });
}

/// See `ChatSocket.retryMessage` and `discardMessage`.
#[wasm_bindgen(js_name = core_settle)]
pub fn settle(handle: usize, id: JsValue, retry: bool) -> bool {
    let mut found = false;
    run(handle, &mut |Driver { client, .. }, now| {
        found = if retry { client.retry(now, &id) } else { client.discard(now, &id) };
    });
    found
}

/// See `ChatSocket.discardAll`.
#[wasm_bindgen(js_name = core_discard_all)]
pub fn discard_all(handle: usize) -> usize {
    let mut count = 0;
    run(handle, &mut |driver, now| count = driver.client.discard_all(now));
    count
}

/// A number that differs between any two states of any two entries of the queue; that of the entry at that position, or -1.
#[wasm_bindgen(js_name = core_stamp)]
pub fn stamp(handle: usize, index: usize) -> f64 {
    let mut stamp = -1.0;
    entry(handle, index, &mut |entry| {
        stamp = f64::from(entry.key.0) * 4_294_967_296.0 + f64::from(entry.revision);
    });
    stamp
}

/// The entry of the queue at that position, as [`record`] gives it; undefined behind the last.
#[wasm_bindgen(js_name = core_entry)]
pub fn entry_at(handle: usize, index: usize) -> JsValue {
    let mut found = JsValue::UNDEFINED;
    entry(handle, index, &mut |entry| found = record(entry).into());
    found
}

fn entry(handle: usize, index: usize, look: &mut dyn FnMut(&Entry<JsValue>)) {
    read(handle, &mut |driver| {
        if let Some(entry) = driver.client.outbox().and_then(|outbox| outbox.entries().get(index)) {
            look(entry);
        }
    });
}

/// Whether a message was stored, or needs it no more: is not among those that wait and are not stored.
#[wasm_bindgen(js_name = core_is_unstored)]
pub fn is_unstored(handle: usize, key: u32) -> bool {
    let mut unstored = false;
    read(handle, &mut |driver| {
        let entry = driver.client.outbox().and_then(|outbox| outbox.get(Key(key)));
        unstored = entry.is_some_and(|entry| !entry.persisted);
    });
    unstored
}

/// A binary frame for the event or acknowledgement that comes next.
#[wasm_bindgen(js_name = core_attach)]
pub fn attach(handle: usize, bytes: JsValue) {
    run(handle, &mut |driver, _| driver.attachments.push(bytes.clone()));
}

/// Emits JSON. Returns the acknowledgement's id, or -1. `timeout`: milliseconds, negative for none.
#[wasm_bindgen(js_name = core_emit)]
pub fn emit(handle: usize, args: JsValue, ack: bool, timeout: f64, volatile: bool) -> f64 {
    let emit = Emit { ack, timeout: (timeout >= 0.0).then_some(timeout as Millis), volatile };
    let mut id = -1.0;
    run(handle, &mut |driver, now| {
        let payload = driver.payload(args.clone());
        id = driver.client.emit(now, SOCKET, payload, emit).map_or(-1.0, |id| id as f64);
    });
    id
}

/// Acknowledges an event that came over `transport`.
#[wasm_bindgen(js_name = core_acknowledge)]
pub fn acknowledge(handle: usize, transport: u32, id: f64, args: JsValue) {
    let ack = AckHandle { transport: Transport(transport), id: id as u64 };
    run(handle, &mut |driver, now| {
        let payload = driver.payload(args.clone());
        driver.client.acknowledge(now, SOCKET, ack, payload);
    });
}

/// Reads a Socket.IO header and hands it to the host, if it is one. For the mock's server.
#[wasm_bindgen(js_name = core_read_header)]
pub fn read_header(host: Host, text: JsString) {
    if let Ok((header, at)) = Header::decode(&JsText(text), 1) {
        let kind = header.kind as u32 * 16 + header.attachments;
        let ack = header.ack.map_or(JsValue::UNDEFINED, |ack| JsValue::from_f64(ack as f64));
        host.act(Act::Header, f64::from(kind), f64::from(at), &header.namespace.unwrap_or_default(), &ack);
    }
}

/// The text of a header, with the Engine.IO digit before it. `namespace`: undefined for the root; `ack`: -1 for none. For the mock's server.
#[wasm_bindgen(js_name = core_write_header)]
pub fn write_header(kind: u32, namespace: JsValue, ack: f64) -> JsValue {
    let kind = match kind {
        0 => PacketType::Connect,
        2 => PacketType::Event,
        3 => PacketType::Ack,
        _ => PacketType::ConnectError,
    };
    let ack = (ack >= 0.0).then_some(ack as u64);
    Header { kind, attachments: 0, namespace: defined(namespace), ack }.encode().into_text()
}

fn defined(value: JsValue) -> Option<JsValue> {
    Some(value).filter(|value| !value.is_undefined())
}

fn kind_of(kind: u32) -> Kind {
    if kind == 0 { Kind::Message } else { Kind::Read }
}
