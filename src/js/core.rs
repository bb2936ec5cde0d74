//! The machine as JavaScript calls it: functions of a client's handle. Internal.
//!
//! They take and return numbers and JavaScript values only, so that the entries call them without any glue between. What they cause to be told
//! has been handed to the client's `Host` when they return.

use std::cell::{Cell, RefCell};

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use crate::client::{
    Answer, Ask, Backoff, ChatConfig, Client, Config, DeliveryStatus, Emit, EventName, Frame, Input, Key, Kind, Limits,
    Millis, NewMessage, Outcome, Payload, Place, Proof, Reason, SendError, SocketId, Stored, Token, Transport, Turn,
};
use crate::io::{Act, Driver, Host, Js, JsReader, JsText, record};
use crate::socketio::{Header, PacketType};

thread_local! {
    /// The open clients, few and in no order. One at work is not here, so that nothing can be borrowed twice.
    #[allow(clippy::vec_box)] // They move out and back with every call.
    static CLIENTS: RefCell<Vec<Box<Driver>>> = const { RefCell::new(Vec::new()) };
    /// A handle is not used twice: what still names a closed client must not reach another.
    static NEXT_HANDLE: Cell<usize> = const { Cell::new(0) };
}

/// The chat client's own socket, which is its first.
const CHAT: SocketId = SocketId(0);

#[inline(never)]
fn take(handle: usize) -> Option<Box<Driver>> {
    CLIENTS.with_borrow_mut(|clients| {
        let at = clients.iter().position(|driver| driver.handle == handle)?;
        Some(clients.swap_remove(at))
    })
}

/// A client at work, to be put back: by `done`, or by `put` where it was only read. Nothing where it was closed, or is at work.
#[inline(never)]
fn begin(handle: usize) -> Option<Box<Driver>> {
    let mut driver = take(handle)?;
    driver.look_at_clock();
    Some(driver)
}

/// Does what follows from what was changed.
#[inline(never)]
fn done(mut driver: Box<Driver>) {
    driver.drain();
    put(driver);
}

#[inline(never)]
fn put(driver: Box<Driver>) {
    CLIENTS.with_borrow_mut(|clients| clients.push(driver));
}

#[inline(never)]
fn input(handle: usize, input: Input<Js>) {
    let Some(mut driver) = begin(handle) else { return };
    driver.client.handle_input(driver.now, input);
    done(driver);
}

/// Makes a client, a connection without sockets; its settings follow by `core_configure`. Returns its handle.
#[wasm_bindgen(js_name = core_new)]
pub fn new(host: Host, seed: f64) -> usize {
    let backoff = Backoff { base: 0.0, max: 0.0, factor: 0.0 };
    let config = Config { reconnection: true, reconnection_attempts: 0, backoff, timeout: 0, seed: seed as u64 };
    let handle = NEXT_HANDLE.replace(NEXT_HANDLE.get() + 1);
    put(Box::new(Driver::new(handle, Client::new(config), host)));
    handle
}

/// The settings, effective at once.
#[wasm_bindgen(js_name = core_configure)]
pub fn configure(handle: usize, reconnection: bool, attempts: f64, base: f64, max: f64, factor: f64, timeout: f64) {
    let Some(mut driver) = begin(handle) else { return };
    driver.client.configure(Config {
        reconnection,
        reconnection_attempts: attempts as u32,
        backoff: Backoff { base, max, factor },
        timeout: timeout as Millis,
        seed: 0,
    });
    done(driver);
}

/// Adds a socket. Sockets are numbered from 0 in this order.
#[wasm_bindgen(js_name = core_add_socket)]
pub fn add_socket(handle: usize, namespace: Js) {
    let Some(mut driver) = begin(handle) else { return };
    driver.client.add_socket(namespace);
    put(driver);
}

/// What an application asks of the connection: 0 disconnect a socket, 1 connect it; 2 close the connection under all of them; open it, whether or
/// not one of them wants it, and go on where that fails (3) or not (4).
#[wasm_bindgen(js_name = core_ask)]
pub fn ask(handle: usize, what: u32, socket: usize) {
    let Some(mut driver) = begin(handle) else { return };
    let (client, now, socket) = (&mut driver.client, driver.now, SocketId(socket));
    match what {
        0 => client.disconnect(now, socket),
        1 => client.connect(now, socket),
        2 => client.close(now),
        _ => client.open(now, what == 3),
    }
    done(driver);
}

/// Whether a socket connects by itself whenever the connection does.
#[wasm_bindgen(js_name = core_is_active)]
pub fn is_active(handle: usize, socket: usize) -> bool {
    let Some(driver) = begin(handle) else { return false };
    let active = driver.client.is_active(SocketId(socket));
    put(driver);
    active
}

/// Adds the chat layer and its socket, to a client that has none yet. `delivery`: the number of the [`Proof`].
#[wasm_bindgen(js_name = core_add_chat)]
#[allow(clippy::too_many_arguments)]
pub fn add_chat(
    handle: usize,
    namespace: Js,
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
    let Some(mut driver) = begin(handle) else { return };
    driver.client.add_chat(namespace, chat);
    put(driver);
}

/// Lets go of a client.
#[wasm_bindgen(js_name = core_close)]
pub fn close(handle: usize) {
    drop(take(handle));
}

/// Does what has fallen due. `fired`: the timer has.
#[wasm_bindgen(js_name = core_wake)]
pub fn wake(handle: usize, fired: bool) {
    let Some(mut driver) = begin(handle) else { return };
    driver.wake(fired);
    done(driver);
}

/// A text frame came over the transport of that number. Whether it may be a part of a packet: see `packets.js`.
#[wasm_bindgen(js_name = core_text)]
pub fn text(handle: usize, transport: u32, text: JsString) -> bool {
    let Some(driver) = take(handle) else { return false };
    let (host, echo, recovers) = (driver.host.clone(), driver.client.expects_echo(), driver.client.recovers());
    // Read while nobody is at work, since what decides about refusals may be the application's.
    put(driver);
    let frame = Frame::decode(&JsText(text), &mut JsReader { host: &host, echo, recovers, outline: 0 });
    let sound = matches!(frame, Frame::Packet(_) | Frame::Binary(_));
    input(handle, Input::Frame { transport: Transport(transport), frame });
    sound
}

/// As `core_text`, of a frame whose header says no more than that it is an event: then the call is the only one. `outline`: that of `args`.
#[wasm_bindgen(js_name = core_event)]
pub fn event(handle: usize, transport: u32, outline: u32, args: Js) -> bool {
    let Some(mut driver) = begin(handle) else { return false };
    let (echo, recovers) = (driver.client.expects_echo(), driver.client.recovers());
    let mut reader = JsReader { host: &driver.host, echo, recovers, outline };
    let payload = (reader.shape(), args);
    let frame = Frame::packet(Header::new(PacketType::Event), Some(payload), &mut reader);
    let sound = matches!(frame, Frame::Packet(_));
    driver.client.handle_input(driver.now, Input::Frame { transport: Transport(transport), frame });
    done(driver);
    sound
}

/// A binary frame came.
#[wasm_bindgen(js_name = core_binary)]
pub fn binary(handle: usize, transport: u32, bytes: Js) {
    input(handle, Input::Frame { transport: Transport(transport), frame: Frame::Binary(bytes) });
}

/// A transport was closed (0), failed (1), or is given up by the application (2). `detail`: a text or undefined.
#[wasm_bindgen(js_name = core_closed)]
pub fn closed(handle: usize, transport: u32, how: u32, detail: Js) {
    let reason = match how {
        0 => Reason::TransportClose,
        1 => Reason::TransportError,
        _ => Reason::ForcedClose,
    };
    input(handle, Input::Closed { transport: Transport(transport), reason, detail: detail.defined() });
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
pub fn answer(handle: usize, socket: usize, question: u32, kind: u32, value: Js, token: Js, issued: f64, expires: f64) {
    let millis = |time: f64| (time >= 0.0).then_some(time as Millis);
    let answer = match kind {
        1 => Answer::SignedOut,
        2 => Answer::Failed(value),
        _ => Answer::Auth {
            payload: value.defined(),
            token: Token { text: token.defined(), issued: millis(issued), expires: millis(expires) },
        },
    };
    input(handle, Input::Auth { socket: SocketId(socket), ask: Ask(question), answer });
}

/// As `initializeSocket`. `replaced`: there is a new token, or somebody new to ask; `hopeful`: it may succeed where the last one was refused.
#[wasm_bindgen(js_name = core_initialize)]
pub fn initialize(handle: usize, replaced: bool, hopeful: bool) {
    let Some(mut driver) = begin(handle) else { return };
    if replaced {
        driver.client.replace_token(driver.now);
    }
    driver.client.initialize(driver.now, hopeful);
    done(driver);
}

/// Whose messages are sent and shown from now on. `inherits`: also what others have left unclaimed. Above 0 where storage has to be read, and above 1 where nothing waits for the connection any more: `core_begin_read`, `core_restore` of each, `core_end_read`.
#[wasm_bindgen(js_name = core_change_owner)]
pub fn change_owner(handle: usize, scope: Js, inherits: bool) -> u32 {
    let Some(mut driver) = begin(handle) else { return 0 };
    let changed = driver.client.change_owner(driver.now, scope, inherits);
    done(driver);
    changed.map_or(0, |forgotten| 1 + u32::from(forgotten))
}

/// Somebody else may be signed in by now: what is queued until `core_change_owner` is stored under `unclaimed`.
#[wasm_bindgen(js_name = core_doubt_owner)]
pub fn doubt_owner(handle: usize, unclaimed: Js) {
    let Some(mut driver) = begin(handle) else { return };
    driver.client.doubt_owner(unclaimed);
    done(driver);
}

/// A message as it was stored: for the owner, or, where that is given, under `unclaimed` by a tab that is gone.
#[wasm_bindgen(js_name = core_restore)]
#[allow(clippy::too_many_arguments)]
pub fn restore(
    handle: usize,
    time: f64,
    serial: f64,
    id: Js,
    conversation: Js,
    kind: u32,
    status: u32,
    attempts: u32,
    queued_at: f64,
    error: Js,
    payload: Js,
    length: u32,
    unclaimed: Js,
) {
    let Some(mut driver) = begin(handle) else { return };
    let stored = Stored {
        place: place_of(time, serial),
        message: NewMessage { id, conversation, payload, length },
        kind: kind_of(kind),
        status: match status {
            4 => DeliveryStatus::Failed,
            5 => DeliveryStatus::Expired,
            _ => DeliveryStatus::Queued,
        },
        attempts,
        queued_at: queued_at as u64,
        error: error.defined(),
    };
    match unclaimed.defined() {
        None => driver.client.restore(driver.now, stored),
        Some(unclaimed) => driver.client.restore_left(driver.now, unclaimed, stored),
    }
    done(driver);
}

/// Storage will be read.
#[wasm_bindgen(js_name = core_begin_read)]
pub fn begin_read(handle: usize) {
    let Some(mut driver) = begin(handle) else { return };
    driver.client.begin_read();
    done(driver);
}

/// Storage has been read. `cleared`: somebody has emptied it.
#[wasm_bindgen(js_name = core_end_read)]
pub fn end_read(handle: usize, cleared: bool) {
    let Some(mut driver) = begin(handle) else { return };
    driver.client.end_read(cleared);
    done(driver);
}

/// What was stored there is not any more. `outcome`: 0 nobody knows, 1 delivered, with the server's answer in an array, 2 discarded.
#[wasm_bindgen(js_name = core_vanish)]
pub fn vanish(handle: usize, time: f64, serial: f64, id: Js, outcome: u32, answer: Js) {
    let Some(mut driver) = begin(handle) else { return };
    let outcome = match outcome {
        0 => None,
        1 => Some(Outcome::Acknowledged(answer)),
        _ => Some(Outcome::Discarded),
    };
    driver.client.vanish(place_of(time, serial), id, outcome);
    done(driver);
}

/// The lock that was asked for is there, and storage was read after that. `shared`: there are no locks.
#[wasm_bindgen(js_name = core_take_turn)]
pub fn take_turn(handle: usize, shared: bool) {
    let turn = if shared { Turn::Shared } else { Turn::Mine };
    let Some(mut driver) = begin(handle) else { return };
    driver.client.take_turn(driver.now, turn);
    done(driver);
}

/// A tab is gone, and its messages are this one's to send where there are no locks.
#[wasm_bindgen(js_name = core_adopt)]
pub fn adopt(handle: usize, tab: f64) {
    let Some(mut driver) = begin(handle) else { return };
    driver.client.adopt(driver.now, tab as u64);
    done(driver);
}

/// The number of this tab: the low 32 bits of the `serial` of its places.
#[wasm_bindgen(js_name = core_tab)]
pub fn tab(handle: usize) -> f64 {
    let Some(driver) = begin(handle) else { return 0.0 };
    let tab = driver.client.tab();
    put(driver);
    tab as f64
}

/// Joins a conversation, or leaves it.
#[wasm_bindgen(js_name = core_join)]
pub fn join(handle: usize, conversation: Js, join: bool) {
    let Some(mut driver) = begin(handle) else { return };
    let client = &mut driver.client;
    if join {
        client.join(driver.now, conversation)
    } else {
        client.leave(driver.now, conversation)
    }
    done(driver);
}

/// The conversation joined at that position, or undefined.
#[wasm_bindgen(js_name = core_conversation)]
pub fn conversation(handle: usize, index: usize) -> Js {
    let Some(driver) = begin(handle) else { return Js::default() };
    let found = driver.client.conversations().get(index).cloned();
    put(driver);
    found.unwrap_or_default()
}

/// Takes a place in the queue for the next message, and hands it to the host.
#[wasm_bindgen(js_name = core_place)]
pub fn place(handle: usize) {
    let Some(mut driver) = begin(handle) else { return };
    let Place { time, serial } = driver.client.next_place(driver.now);
    driver.host.act(Act::Place, time as f64, serial as f64, None, None);
    done(driver);
}

/// Queues a message, JSON, at the place that was taken last; stores it, and sends it if that can be done now. `kind`: 0 a message, 1 a read mark,
/// which replaces the one that `core_open_read` gives. `length`: UTF-16 code units as stored. Returns its key; -1 where
/// the queue is full, -2 where the id waits already.
#[wasm_bindgen(js_name = core_send)]
pub fn send(handle: usize, kind: u32, id: Js, conversation: Js, json: Js, length: u32) -> i32 {
    let Some(mut driver) = begin(handle) else { return -1 };
    let message = NewMessage { id, conversation, payload: json, length };
    let result = match driver.client.send(driver.now, kind_of(kind), message) {
        Ok(key) => key.0 as i32,
        Err(SendError::QueueFull) => -1,
        Err(SendError::DuplicateId) => -2,
    };
    done(driver);
    result
}

/// The waiting read mark of a conversation, JSON, or undefined.
#[wasm_bindgen(js_name = core_open_read)]
pub fn open_read(handle: usize, conversation: Js) -> Js {
    let Some(mut driver) = begin(handle) else { return Js::default() };
    let found = driver.client.open_read(driver.now, &conversation).map(|mark| mark.payload.clone());
    done(driver);
    found.unwrap_or_default()
}

/// An event as if the server had sent it; `id`: its message's.
#[wasm_bindgen(js_name = core_simulate)]
pub fn simulate(handle: usize, args: Js, id: Js) {
    let Some(mut driver) = begin(handle) else { return };
    driver.client.simulate(driver.now, CHAT, EventName::Message(Some(id)), args);
    done(driver);
}

/// See `ChatSocket.retryMessage` and `discardMessage`.
#[wasm_bindgen(js_name = core_settle)]
pub fn settle(handle: usize, id: Js, retry: bool) -> bool {
    let Some(mut driver) = begin(handle) else { return false };
    let client = &mut driver.client;
    let found = if retry { client.retry(driver.now, &id) } else { client.discard(driver.now, &id) };
    done(driver);
    found
}

/// See `ChatSocket.discardAll`.
#[wasm_bindgen(js_name = core_discard_all)]
pub fn discard_all(handle: usize) -> usize {
    let Some(mut driver) = begin(handle) else { return 0 };
    let count = driver.client.discard_all(driver.now);
    done(driver);
    count
}

/// A number that differs between any two states of any two entries of the queue; that of the entry at that position, or -1.
#[wasm_bindgen(js_name = core_stamp)]
pub fn stamp(handle: usize, index: usize) -> f64 {
    let Some(driver) = begin(handle) else { return -1.0 };
    let entry = driver.client.outbox().and_then(|outbox| outbox.entries().get(index));
    let stamp = entry.map(|entry| f64::from(entry.key.0) * 4_294_967_296.0 + f64::from(entry.revision));
    put(driver);
    stamp.unwrap_or(-1.0)
}

/// The entry of the queue at that position, as [`record`] gives it; undefined behind the last.
#[wasm_bindgen(js_name = core_entry)]
pub fn entry_at(handle: usize, index: usize) -> Js {
    let Some(driver) = begin(handle) else { return Js::default() };
    let record = driver.client.outbox().and_then(|outbox| outbox.entries().get(index)).map(record);
    put(driver);
    record.unwrap_or_default()
}

/// Whether a message waits that could not be stored.
#[wasm_bindgen(js_name = core_is_unstored)]
pub fn is_unstored(handle: usize, key: u32) -> bool {
    let Some(driver) = begin(handle) else { return false };
    let entry = driver.client.outbox().and_then(|outbox| outbox.get(Key(key)));
    let unstored = entry.is_some_and(|entry| !entry.persisted);
    put(driver);
    unstored
}

/// Emits JSON, or what stands for it: see `host.js`. `attachments`: how many come with it. Returns the acknowledgement's id, or -1. `timeout`:
/// milliseconds, negative for none.
#[wasm_bindgen(js_name = core_emit)]
pub fn emit(handle: usize, socket: usize, args: Js, attachments: u32, ack: bool, timeout: f64, volatile: bool) -> f64 {
    let emit = Emit { ack, timeout: (timeout >= 0.0).then_some(timeout as Millis), volatile };
    let Some(mut driver) = begin(handle) else { return -1.0 };
    let id = driver.client.emit(driver.now, SocketId(socket), Payload { args, attachments }, emit);
    done(driver);
    id.map_or(-1.0, |id| id as f64)
}

/// Acknowledges an event that came since the last disconnection.
#[wasm_bindgen(js_name = core_acknowledge)]
pub fn acknowledge(handle: usize, socket: usize, id: f64, args: Js, attachments: u32) {
    let Some(mut driver) = begin(handle) else { return };
    driver.client.acknowledge(driver.now, SocketId(socket), id as u64, Payload { args, attachments });
    done(driver);
}

fn place_of(time: f64, serial: f64) -> Place {
    Place { time: time as u64, serial: serial as u64 }
}

fn kind_of(kind: u32) -> Kind {
    if kind == 0 { Kind::Message } else { Kind::Read }
}
