//! The JavaScript that a driver works through: see `host.js`.

use wasm_bindgen::prelude::*;

use super::value::Js;
use crate::client::SocketId;

/// What is to be done, with up to two numbers and two values: the codes of `acts.js`, in the same order. The number of the socket that it
/// concerns, where it concerns one, stands above bit [`SOCKET_SHIFT`].
#[derive(Clone, Copy)]
pub enum Act {
    /// The number of the transport to open.
    Open,
    Close,
    Pong,
    /// A packet: in one number its type, the number of what stands before the payload (a [`Body`](crate::client::Body)), and attachments; the
    /// ack id or -1; the payload, and the namespace.
    Send,
    /// Returns how many bytes wait.
    AskBuffered,
    /// A `record` and the scope to store it under. Returns 1 if it was stored, else 0.
    Store,
    /// The two numbers of a place; the message's id and its scope. After [`Act::Outcome`], that is put there instead.
    Remove,
    /// Of a message that another tab queued: as [`Act::Settled`], without the key.
    Outcome,
    /// Remove old outcomes.
    Sweep,
    /// The session's `pid` and offset, for the CONNECT packet that comes next.
    Resume,
    /// 1 to get the lock of the queue, 0 to give it back.
    Lock,
    /// Another [`Act::Due`], without a call that it follows from.
    Timer,
    /// Something is to be done at once, when the application has been told of what came before: call `core_wake`.
    Due,
    /// The two numbers of a place.
    Place,
    /// The number of the question and of the [`AskReason`](crate::client::AskReason).
    Ask,
    /// 1 if the session was recovered; the socket's id.
    Connected,
    /// Message and data.
    ConnectError,
    /// Reason and detail.
    Disconnected,
    /// Ack id or -1, and transport; the arguments.
    Received,
    Message,
    Notification,
    /// The id, and 0, 1 (timed out) or 2 (disconnected); the arguments.
    Acked,
    /// The number of the [`ManagerEvent`](crate::client::ManagerEvent), and its own number; its text, and more of it. Of the first, the
    /// text is the connection's id.
    Manager,
    /// Key and outcome; the arguments or the error.
    Settled,
    /// Message and data.
    AuthRequired,
    /// The number of the [`ConnectionStatus`](crate::client::ConnectionStatus); why there is no connection.
    Changed,
}

const SOCKET_SHIFT: u32 = 6;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    pub type Host;
    /// Must not call the application, but for what [`Act::Timer`] is for.
    #[wasm_bindgen(method)]
    fn perform(this: &Host, act: u32, a: f64, b: f64, p: &Js, q: &Js) -> f64;

    /// The JSON from `at` on; what it is, `outline` tells.
    #[wasm_bindgen(method)]
    pub fn parse(this: &Host, text: &JsValue, at: u32, attachments: u32) -> Js;
    #[wasm_bindgen(method)]
    pub fn outline(this: &Host) -> u32;
    /// A member of what was parsed, by the number of the [`super::reader::Member`]. Undefined where it has another type.
    #[wasm_bindgen(method)]
    pub fn member(this: &Host, value: &Js, member: u32) -> Js;
    /// A member that is a number; NaN where it has another type.
    #[wasm_bindgen(method, js_name = member)]
    pub fn number(this: &Host, value: &Js, member: u32) -> f64;
    /// May call the application.
    #[wasm_bindgen(method, js_name = isAuthError)]
    pub fn is_auth_error(this: &Host, message: &Js, data: &Js) -> bool;
    /// The bytes of a base64 text frame, or undefined.
    #[wasm_bindgen(method)]
    pub fn base64(this: &Host, text: &JsValue) -> Js;
}

impl Host {
    /// Takes its values: that keeps them out of memory.
    #[inline(never)]
    pub fn act(&self, act: Act, a: f64, b: f64, p: Option<Js>, q: Option<Js>) -> f64 {
        self.act_of(SocketId(0), act, a, b, p, q)
    }

    /// Of a socket.
    #[inline(never)]
    pub fn act_of(&self, socket: SocketId, act: Act, a: f64, b: f64, p: Option<Js>, q: Option<Js>) -> f64 {
        let act = act as u32 | (socket.0 as u32) << SOCKET_SHIFT;
        self.perform(act, a, b, &p.unwrap_or_default(), &q.unwrap_or_default())
    }

    /// Of a number, if any.
    #[inline(never)]
    pub fn say(&self, act: Act, number: f64) -> f64 {
        self.act(act, number, 0.0, None, None)
    }
}
