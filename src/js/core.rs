//! The machine as JavaScript calls it: functions of a client's handle. Internal.
//!
//! They take and return numbers and JavaScript values only, so that the entries call them without any glue between. What they cause to be told
//! has been handed to the client's `Host` when they return.

use std::cell::RefCell;

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use crate::client::{
    AckHandle, Answer, Ask, Backoff, ChatConfig, Client, Config, DeliveryStatus, Emit, EventName, Frame, Input, Key,
    Kind, Limits, Millis, NewMessage, Outcome, Place, Proof, Reason, SendError, SocketId, Stored, Token, Transport,
    Turn,
};
use crate::io::{Act, Driver, Host, JsReader, JsText, local_storage, record};
use crate::socketio::{Header, PacketType};

thread_local! {
    /// The open clients, by handle. One at work is not here, so that nothing can be borrowed twice.
    static CLIENTS: RefCell<Vec<Option<Box<Driver>>>> = const { RefCell::new(Vec::new()) };
}

/// The chat client's own socket, which is its first.
const CHAT: SocketId = SocketId(0);

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

/// A client at work, to be put back: by `done`, or by `unchanged` where it was only read.
struct Work {
    handle: usize,
    driver: Box<Driver>,
    now: Millis,
}

/// Nothing where the client was closed, or is at work.
#[inline(never)]
fn begin(handle: usize) -> Option<Work> {
    let mut driver = take(handle)?;
    let now = driver.now();
    Some(Work { handle, driver, now })
}

impl Work {
    /// Does what follows from what was changed.
    #[inline(never)]
    fn done(mut self) {
        self.driver.drain(self.now);
        self.unchanged();
    }

    fn unchanged(self) {
        put(self.handle, Some(self.driver));
    }
}

#[inline(never)]
fn input(handle: usize, input: Input<JsValue>) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.handle_input(work.now, input);
    work.done();
}

/// `localStorage`, for whoever has found that it works.
#[wasm_bindgen(js_name = core_storage)]
pub fn storage() -> JsValue {
    local_storage()
}

/// Makes a client, a connection without sockets; its settings follow by `core_configure`. Returns its handle.
#[wasm_bindgen(js_name = core_new)]
pub fn new(host: Host, seed: f64) -> usize {
    let backoff = Backoff { base: 0.0, max: 0.0, factor: 0.0 };
    let config = Config { reconnection: true, reconnection_attempts: 0, backoff, timeout: 0, seed: seed as u64 };
    // A handle is not used twice: what still names a closed client must not reach another.
    let handle = CLIENTS.with_borrow(Vec::len);
    put(handle, Some(Box::new(Driver::new(Client::new(config), host))));
    handle
}

/// The settings, effective at once.
#[wasm_bindgen(js_name = core_configure)]
pub fn configure(handle: usize, reconnection: bool, attempts: f64, base: f64, max: f64, factor: f64, timeout: f64) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.configure(Config {
        reconnection,
        reconnection_attempts: attempts as u32,
        backoff: Backoff { base, max, factor },
        timeout: timeout as Millis,
        seed: 0,
    });
    work.done();
}

/// Adds a socket. Sockets are numbered from 0 in this order.
#[wasm_bindgen(js_name = core_add_socket)]
pub fn add_socket(handle: usize, namespace: JsValue) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.add_socket(namespace);
    work.unchanged();
}

/// What an application asks of the connection: 0 disconnect a socket, 1 connect it; 2 close the connection under all of them; open it, whether or
/// not one of them wants it, and go on where that fails (3) or not (4).
#[wasm_bindgen(js_name = core_ask)]
pub fn ask(handle: usize, what: u32, socket: usize) {
    let Some(mut work) = begin(handle) else { return };
    let (client, now, socket) = (&mut work.driver.client, work.now, SocketId(socket));
    match what {
        0 => client.disconnect(now, socket),
        1 => client.connect(now, socket),
        2 => client.close(now),
        _ => client.open(now, what == 3),
    }
    work.done();
}

/// Whether a socket connects by itself whenever the connection does.
#[wasm_bindgen(js_name = core_is_active)]
pub fn is_active(handle: usize, socket: usize) -> bool {
    let Some(work) = begin(handle) else { return false };
    let active = work.driver.client.is_active(SocketId(socket));
    work.unchanged();
    active
}

/// Adds the chat layer and its socket, to a client that has none yet. `delivery`: the number of the [`Proof`].
#[wasm_bindgen(js_name = core_add_chat)]
#[allow(clippy::too_many_arguments)]
pub fn add_chat(
    handle: usize,
    namespace: JsValue,
    await_server_ready: bool,
    delivery: u32,
    ack_timeout: f64,
    max_attempts: f64,
    max_in_flight: f64,
    max_messages: f64,
    max_length: f64,
    ttl: f64,
    head: u32,
) {
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
        head,
    };
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.add_chat(namespace, chat);
    work.unchanged();
}

/// Lets go of a client.
#[wasm_bindgen(js_name = core_close)]
pub fn close(handle: usize) {
    drop(take(handle));
}

/// Does what has fallen due. `fired`: the timer has.
#[wasm_bindgen(js_name = core_wake)]
pub fn wake(handle: usize, fired: bool) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.wake(work.now, fired);
    work.done();
}

/// A text frame came over the transport of that number. Whether it may be a part of a packet: see `packets.js`.
#[wasm_bindgen(js_name = core_text)]
pub fn text(handle: usize, transport: u32, text: JsString) -> bool {
    let Some(driver) = take(handle) else { return false };
    let (host, echo, recovers) = (driver.host.clone(), driver.client.expects_echo(), driver.client.recovers());
    // Read while nobody is at work, since what decides about refusals may be the application's.
    put(handle, Some(driver));
    let frame = Frame::decode(&JsText(text), &mut JsReader { host: &host, echo, recovers, outline: 0 });
    let sound = matches!(frame, Frame::Packet(_) | Frame::Binary(_));
    input(handle, Input::Frame { transport: Transport(transport), frame });
    sound
}

/// A binary frame came. As for `core_text`.
#[wasm_bindgen(js_name = core_binary)]
pub fn binary(handle: usize, transport: u32, bytes: JsValue) -> bool {
    input(handle, Input::Frame { transport: Transport(transport), frame: Frame::Binary(bytes) });
    true
}

/// A transport was closed (0), failed (1), or is given up by the application (2). `detail`: a text or undefined.
#[wasm_bindgen(js_name = core_closed)]
pub fn closed(handle: usize, transport: u32, how: u32, detail: JsValue) {
    let reason = match how {
        0 => Reason::TransportClose,
        1 => Reason::TransportError,
        _ => Reason::ForcedClose,
    };
    input(handle, Input::Closed { transport: Transport(transport), reason, detail: defined(detail) });
}

/// What `watchPage` tells: 0 online, 1 offline, 2 resumed, 3 frozen.
#[wasm_bindgen(js_name = core_page)]
pub fn page(handle: usize, change: u32) {
    let change = match change {
        0 => Input::Online,
        1 => Input::Offline,
        2 => Input::Resumed,
        _ => Input::Frozen,
    };
    input(handle, change);
}

/// The answer to a socket's question: 0 a payload as JSON or undefined, with the token in it and its times in milliseconds (NaN for those it does
/// not say); 1 nobody is signed in, 2 an error's text.
#[wasm_bindgen(js_name = core_answer)]
#[allow(clippy::too_many_arguments)]
pub fn answer(
    handle: usize,
    socket: usize,
    question: u32,
    kind: u32,
    value: JsValue,
    token: JsValue,
    issued: f64,
    expires: f64,
) {
    let millis = |time: f64| (time >= 0.0).then_some(time as Millis);
    let answer = match kind {
        1 => Answer::SignedOut,
        2 => Answer::Failed(value),
        _ => Answer::Auth {
            payload: defined(value),
            token: Token { text: defined(token), issued: millis(issued), expires: millis(expires) },
        },
    };
    input(handle, Input::Auth { socket: SocketId(socket), ask: Ask(question), answer });
}

/// As `initializeSocket`. `replaced`: there is a new token, or somebody new to ask; `hopeful`: it may succeed where the last one was refused.
#[wasm_bindgen(js_name = core_initialize)]
pub fn initialize(handle: usize, replaced: bool, hopeful: bool) {
    let Some(mut work) = begin(handle) else { return };
    if replaced {
        work.driver.client.replace_token(work.now);
    }
    work.driver.client.initialize(work.now, hopeful);
    work.done();
}

/// Whose messages are sent and shown from now on. `inherits`: also what others have left unclaimed. True where storage has to be read: `core_begin_read`, `core_restore` of each, `core_end_read`.
#[wasm_bindgen(js_name = core_change_owner)]
pub fn change_owner(handle: usize, scope: JsValue, inherits: bool) -> bool {
    let Some(mut work) = begin(handle) else { return false };
    let changed = work.driver.client.change_owner(work.now, scope, inherits);
    work.done();
    changed
}

/// Somebody else may be signed in by now: what is queued until `core_change_owner` is stored under `unclaimed`.
#[wasm_bindgen(js_name = core_doubt_owner)]
pub fn doubt_owner(handle: usize, unclaimed: JsValue) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.doubt_owner(unclaimed);
    work.done();
}

/// A message as it was stored: for the owner, or, where that is given, under `unclaimed` by a tab that is gone.
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
    unclaimed: JsValue,
) {
    let Some(mut work) = begin(handle) else { return };
    let stored = Stored {
        place: place_of(time, serial),
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
    };
    match defined(unclaimed) {
        None => work.driver.client.restore(work.now, stored),
        Some(unclaimed) => work.driver.client.restore_left(work.now, unclaimed, stored),
    }
    work.done();
}

/// Storage will be read.
#[wasm_bindgen(js_name = core_begin_read)]
pub fn begin_read(handle: usize) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.begin_read();
    work.done();
}

/// Storage has been read. `cleared`: somebody has emptied it.
#[wasm_bindgen(js_name = core_end_read)]
pub fn end_read(handle: usize, cleared: bool) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.end_read(cleared);
    work.done();
}

/// What was stored there is not any more. `outcome`: 0 nobody knows, 1 delivered, with the server's answer in an array, 2 discarded.
#[wasm_bindgen(js_name = core_vanish)]
pub fn vanish(handle: usize, time: f64, serial: f64, id: JsValue, outcome: u32, answer: JsValue) {
    let Some(mut work) = begin(handle) else { return };
    let outcome = match outcome {
        0 => None,
        1 => Some(Outcome::Acknowledged(answer)),
        _ => Some(Outcome::Discarded),
    };
    work.driver.client.vanish(place_of(time, serial), id, outcome);
    work.done();
}

/// The lock that was asked for is there, and storage was read after that. `shared`: there are no locks.
#[wasm_bindgen(js_name = core_take_turn)]
pub fn take_turn(handle: usize, shared: bool) {
    let turn = if shared { Turn::Shared } else { Turn::Mine };
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.take_turn(work.now, turn);
    work.done();
}

/// A tab is gone, and its messages are this one's to send where there are no locks.
#[wasm_bindgen(js_name = core_adopt)]
pub fn adopt(handle: usize, tab: f64) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.adopt(work.now, tab as u64);
    work.done();
}

/// The number of this tab: the low 32 bits of the `serial` of its places.
#[wasm_bindgen(js_name = core_tab)]
pub fn tab(handle: usize) -> f64 {
    let Some(work) = begin(handle) else { return 0.0 };
    let tab = work.driver.client.tab();
    work.unchanged();
    tab as f64
}

/// Joins a conversation, or leaves it.
#[wasm_bindgen(js_name = core_join)]
pub fn join(handle: usize, conversation: JsValue, join: bool) {
    let Some(mut work) = begin(handle) else { return };
    let client = &mut work.driver.client;
    if join {
        client.join(work.now, conversation)
    } else {
        client.leave(work.now, conversation)
    }
    work.done();
}

/// The conversation joined at that position, or undefined.
#[wasm_bindgen(js_name = core_conversation)]
pub fn conversation(handle: usize, index: usize) -> JsValue {
    let Some(work) = begin(handle) else { return JsValue::UNDEFINED };
    let found = work.driver.client.conversations().get(index).cloned();
    work.unchanged();
    found.unwrap_or_default()
}

/// Takes a place in the queue for the next message, and hands it to the host.
#[wasm_bindgen(js_name = core_place)]
pub fn place(handle: usize) {
    let Some(mut work) = begin(handle) else { return };
    let Place { time, serial } = work.driver.client.next_place(work.now);
    work.driver.host.say(Act::Place, time as f64, serial as f64);
    work.done();
}

/// Queues a message, JSON, at the place that was taken last; stores it, and sends it if that can be done now. `kind`: 0 a message, 1 a read mark,
/// which replaces the one that `core_open_read` gives. `length`: UTF-16 code units as stored; `bytes`: in UTF-8. Returns its key; -1 where
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
    let Some(mut work) = begin(handle) else { return -1 };
    let message = NewMessage { id, conversation, payload: json, length, bytes };
    let result = match work.driver.client.send(work.now, kind_of(kind), message) {
        Ok(key) => key.0 as i32,
        Err(SendError::QueueFull) => -1,
        Err(SendError::DuplicateId) => -2,
    };
    work.done();
    result
}

/// The waiting read mark of a conversation, JSON, or undefined.
#[wasm_bindgen(js_name = core_open_read)]
pub fn open_read(handle: usize, conversation: JsValue) -> JsValue {
    let Some(mut work) = begin(handle) else { return JsValue::UNDEFINED };
    let found = work.driver.client.open_read(work.now, &conversation).map(|mark| mark.payload.clone());
    work.done();
    found.unwrap_or_default()
}

/// An event as if the server had sent it; `id`: its message's.
#[wasm_bindgen(js_name = core_simulate)]
pub fn simulate(handle: usize, args: JsValue, id: JsValue) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.client.simulate(work.now, CHAT, EventName::Message(Some(id)), args);
    work.done();
}

/// See `ChatSocket.retryMessage` and `discardMessage`.
#[wasm_bindgen(js_name = core_settle)]
pub fn settle(handle: usize, id: JsValue, retry: bool) -> bool {
    let Some(mut work) = begin(handle) else { return false };
    let client = &mut work.driver.client;
    let found = if retry { client.retry(work.now, &id) } else { client.discard(work.now, &id) };
    work.done();
    found
}

/// See `ChatSocket.discardAll`.
#[wasm_bindgen(js_name = core_discard_all)]
pub fn discard_all(handle: usize) -> usize {
    let Some(mut work) = begin(handle) else { return 0 };
    let count = work.driver.client.discard_all(work.now);
    work.done();
    count
}

/// A number that differs between any two states of any two entries of the queue; that of the entry at that position, or -1.
#[wasm_bindgen(js_name = core_stamp)]
pub fn stamp(handle: usize, index: usize) -> f64 {
    let Some(work) = begin(handle) else { return -1.0 };
    let entry = work.driver.client.outbox().and_then(|outbox| outbox.entries().get(index));
    let stamp = entry.map(|entry| f64::from(entry.key.0) * 4_294_967_296.0 + f64::from(entry.revision));
    work.unchanged();
    stamp.unwrap_or(-1.0)
}

/// The entry of the queue at that position, as [`record`] gives it; undefined behind the last.
#[wasm_bindgen(js_name = core_entry)]
pub fn entry_at(handle: usize, index: usize) -> JsValue {
    let Some(work) = begin(handle) else { return JsValue::UNDEFINED };
    let record = work.driver.client.outbox().and_then(|outbox| outbox.entries().get(index)).map(record);
    work.unchanged();
    record.map_or(JsValue::UNDEFINED, JsValue::from)
}

/// Whether a message waits that could not be stored.
#[wasm_bindgen(js_name = core_is_unstored)]
pub fn is_unstored(handle: usize, key: u32) -> bool {
    let Some(work) = begin(handle) else { return false };
    let entry = work.driver.client.outbox().and_then(|outbox| outbox.get(Key(key)));
    let unstored = entry.is_some_and(|entry| !entry.persisted);
    work.unchanged();
    unstored
}

/// A binary frame for the event or acknowledgement that comes next.
#[wasm_bindgen(js_name = core_attach)]
pub fn attach(handle: usize, bytes: JsValue) {
    let Some(mut work) = begin(handle) else { return };
    work.driver.attachments.push(bytes);
    work.done();
}

/// Emits JSON. Returns the acknowledgement's id, or -1. `timeout`: milliseconds, negative for none.
#[wasm_bindgen(js_name = core_emit)]
pub fn emit(handle: usize, socket: usize, args: JsValue, ack: bool, timeout: f64, volatile: bool) -> f64 {
    let emit = Emit { ack, timeout: (timeout >= 0.0).then_some(timeout as Millis), volatile };
    let Some(mut work) = begin(handle) else { return -1.0 };
    let payload = work.driver.payload(args);
    let id = work.driver.client.emit(work.now, SocketId(socket), payload, emit);
    work.done();
    id.map_or(-1.0, |id| id as f64)
}

/// Acknowledges an event that came over `transport`.
#[wasm_bindgen(js_name = core_acknowledge)]
pub fn acknowledge(handle: usize, socket: usize, transport: u32, id: f64, args: JsValue) {
    let ack = AckHandle { transport: Transport(transport), id: id as u64 };
    let Some(mut work) = begin(handle) else { return };
    let payload = work.driver.payload(args);
    work.driver.client.acknowledge(work.now, SocketId(socket), ack, payload);
    work.done();
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

/// The text of a header, with the Engine.IO digit before it: of the binary kind where there are attachments. `namespace`: undefined for the root;
/// `ack`: -1 for none. For the mock's server.
#[wasm_bindgen(js_name = core_write_header)]
pub fn write_header(kind: u32, attachments: u32, namespace: JsValue, ack: f64) -> JsValue {
    let kind = match (kind, attachments) {
        (0, _) => PacketType::Connect,
        (2, 0) => PacketType::Event,
        (2, _) => PacketType::BinaryEvent,
        (3, 0) => PacketType::Ack,
        (3, _) => PacketType::BinaryAck,
        _ => PacketType::ConnectError,
    };
    let ack = (ack >= 0.0).then_some(ack as u64);
    Header { kind, attachments, namespace: defined(namespace), ack }.encode().into_text()
}

fn defined(value: JsValue) -> Option<JsValue> {
    Some(value).filter(|value| !value.is_undefined())
}

fn place_of(time: f64, serial: f64) -> Place {
    Place { time: time as u64, serial: serial as u64 }
}

fn kind_of(kind: u32) -> Kind {
    if kind == 0 { Kind::Message } else { Kind::Read }
}
