//! Rust's side of the JavaScript classes: what `Socket`, `Manager` and `MockControls` call, and what calls them.

use std::rc::{Rc, Weak};

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

use super::chat::Chat;
use super::error::Code;
use crate::client::{AckHandle, Emit, Millis, Payload, SocketId, Transport};
use crate::io::mock::MockServer;

#[wasm_bindgen(module = "/src/js/socket.js")]
extern "C" {
    /// The general interface.
    #[derive(Clone)]
    pub type Socket;
    #[wasm_bindgen(constructor)]
    pub fn new(port: Port, namespace: &str) -> Socket;
    #[wasm_bindgen(method, getter, js_name = io)]
    pub fn manager(this: &Socket) -> Manager;
    #[wasm_bindgen(method, js_name = _state)]
    pub fn state(this: &Socket, connected: bool, id: Option<&str>);
    #[wasm_bindgen(method, js_name = emitReserved)]
    pub fn emit_reserved(this: &Socket, event: &str);
    #[wasm_bindgen(method, js_name = _error)]
    pub fn error(this: &Socket, message: &str, data: &JsValue);
    #[wasm_bindgen(method, js_name = _disconnect)]
    pub fn disconnected(this: &Socket, reason: &str, description: Option<&str>);
    #[wasm_bindgen(method, js_name = _received)]
    pub fn received(this: &Socket, args: &JsValue, transport: u32, ack: f64);
    #[wasm_bindgen(method, js_name = _acked)]
    pub fn acked(this: &Socket, id: f64, error: Option<&str>, args: &JsValue);

    /// The connection's interface.
    pub type Manager;
    #[wasm_bindgen(method, js_name = _event)]
    pub fn event(this: &Manager, name: &str, detail: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub fn engine(this: &Manager) -> Engine;

    /// The frames' interface.
    pub type Engine;
    #[wasm_bindgen(method, js_name = _frame)]
    pub fn frame(this: &Engine, sent: bool, frame: &JsValue);
}

#[wasm_bindgen(module = "/src/js/chat.js")]
extern "C" {
    /// The mock's public interface.
    #[derive(Clone)]
    pub type MockControls;
    #[wasm_bindgen(constructor)]
    pub fn new(port: MockPort) -> MockControls;
}

/// What a `Socket` is connected to. Internal: applications use `Socket`.
#[wasm_bindgen]
pub struct Port {
    chat: Weak<Chat>,
    socket: SocketId,
}

impl Port {
    pub(super) fn new(chat: Weak<Chat>, socket: SocketId) -> Self {
        Port { chat, socket }
    }

    fn chat(&self) -> Result<Rc<Chat>, JsValue> {
        self.chat.upgrade().filter(|chat| chat.is_open()).ok_or_else(closed)
    }
}

/// The error of every call after `close`.
pub fn closed() -> JsValue {
    Code::Closed.error("the client was closed")
}

fn payload(args: JsString, attachments: Option<Array>) -> Payload<JsValue> {
    Payload { args: args.into(), attachments: attachments.map(|list| list.to_vec()).unwrap_or_default() }
}

#[wasm_bindgen]
impl Port {
    /// Emits JSON with its attachments. Returns the acknowledgement's id, or -1. Where an acknowledgement is asked for,
    /// nothing is told before `pump`, so that the caller can note the id first.
    pub fn emit(
        &self,
        args: JsString,
        attachments: Option<Array>,
        ack: bool,
        timeout: f64,
        volatile: bool,
    ) -> Result<f64, JsValue> {
        let chat = self.chat()?;
        let emit = Emit { ack, timeout: (timeout >= 0.0).then_some(timeout as Millis), volatile };
        let id = chat.driver.change(|client, now| client.emit(now, self.socket, payload(args, attachments), emit));
        if !ack {
            chat.driver.pump();
        }
        Ok(id.map_or(-1.0, |id| id as f64))
    }

    /// Does what the last call has caused.
    pub fn pump(&self) -> Result<(), JsValue> {
        self.chat()?.driver.pump();
        Ok(())
    }

    /// Acknowledges an event. A closed client has nobody to tell.
    pub fn acknowledge(&self, transport: u32, id: f64, args: JsString, attachments: Option<Array>) {
        if let Ok(chat) = self.chat() {
            let handle = AckHandle { transport: Transport(transport), id: id as u64 };
            chat.driver.run(|client, now| client.acknowledge(now, self.socket, handle, payload(args, attachments)));
        }
    }

    /// Whether the socket connects by itself.
    pub fn active(&self) -> bool {
        self.chat().is_ok_and(|chat| chat.driver.read(|client| client.is_active(self.socket)))
    }

    /// As `initializeSocket`.
    pub fn connect(&self) -> Result<(), JsValue> {
        self.chat()?.initialize(JsValue::UNDEFINED)
    }

    /// As `ChatSocket.disconnect`.
    pub fn disconnect(&self) -> Result<(), JsValue> {
        self.chat()?.stop();
        Ok(())
    }

    /// Whether frames are reported.
    #[wasm_bindgen(js_name = watchFrames)]
    pub fn watch_frames(&self, watched: bool) {
        if let Ok(chat) = self.chat() {
            chat.driver.watch_frames(watched);
        }
    }

    /// Members of the CONNECT payload besides the token.
    #[wasm_bindgen(getter)]
    pub fn auth(&self) -> JsValue {
        self.chat().map(|chat| chat.auth.more.borrow().clone()).unwrap_or_default()
    }

    /// Used from the next connection on.
    #[wasm_bindgen(setter)]
    pub fn set_auth(&self, auth: JsValue) -> Result<(), JsValue> {
        self.chat()?.auth.more.replace(auth);
        Ok(())
    }
}

/// What `MockControls` is connected to. Internal.
#[wasm_bindgen]
pub struct MockPort(pub(super) Weak<MockServer>);

impl MockPort {
    fn server(&self) -> Result<Rc<MockServer>, JsValue> {
        self.0.upgrade().ok_or_else(closed)
    }
}

#[wasm_bindgen]
impl MockPort {
    /// The link goes down.
    pub fn drop(&self) -> Result<(), JsValue> {
        self.server()?.drop_link();
        Ok(())
    }

    /// The link can be used again.
    pub fn restore(&self) -> Result<(), JsValue> {
        self.server()?.restore();
        Ok(())
    }

    /// The server emits: the name and the arguments.
    pub fn emit(&self, args: &Array) -> Result<(), JsValue> {
        self.server()?.emit(args);
        Ok(())
    }

    /// The next event of that name is refused.
    pub fn refuse(&self, event: &str, answer: JsValue) -> Result<(), JsValue> {
        self.server()?.refuse_next(event.to_owned(), answer);
        Ok(())
    }

    /// What the client has sent.
    pub fn received(&self) -> Result<Array, JsValue> {
        Ok(self.server()?.received())
    }
}
