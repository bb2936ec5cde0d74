//! A transport: one WebSocket, or one connection to the mock server.

use std::rc::Rc;

use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use super::mock::MockServer;
use super::wire;
use crate::client::{Reason, Transport as Number};
use crate::socketio::{Head, Header};

/// Where connections go.
pub enum Endpoint {
    /// A WebSocket URL, complete.
    Server(String),
    /// The server in this module.
    Mock(Rc<MockServer>),
    /// None was given, and there is no page whose origin could be it.
    Nowhere,
}

/// What a transport reports, each with its number.
pub trait Peer {
    fn text(&self, transport: Number, frame: JsString);
    fn binary(&self, transport: Number, frame: JsValue);
    fn closed(&self, transport: Number, reason: Reason, detail: Option<String>);
}

/// An open or opening transport. Dropped, it is closed, and nothing of it is heard any more.
pub enum Transport {
    WebSocket(Handlers),
    Mock(Rc<MockServer>, Number),
}

/// A WebSocket with its handlers, which live and die with it.
pub struct Handlers {
    socket: WebSocket,
    _message: Closure<dyn Fn(MessageEvent)>,
    _close: Closure<dyn Fn(CloseEvent)>,
    _error: Closure<dyn Fn()>,
}

impl Transport {
    /// Starts to connect. An error is the text of the browser's refusal, such as for a URL it does not take.
    pub fn open(endpoint: &Endpoint, number: Number, peer: Rc<dyn Peer>) -> Result<Self, String> {
        match endpoint {
            Endpoint::Server(url) => Handlers::open(url, number, peer).map(Transport::WebSocket),
            Endpoint::Mock(server) => {
                server.open(number);
                Ok(Transport::Mock(server.clone(), number))
            }
            Endpoint::Nowhere => Err("no server URL".to_owned()),
        }
    }

    /// A second handle for the time of one call: sending may call back, and the call back may replace the transport.
    pub fn sender(&self) -> Sender {
        match self {
            Transport::WebSocket(handlers) => Sender::WebSocket(handlers.socket.clone()),
            Transport::Mock(server, number) => Sender::Mock(server.clone(), *number),
        }
    }
}

/// What frames are given to.
pub enum Sender {
    WebSocket(WebSocket),
    Mock(Rc<MockServer>, Number),
}

impl Sender {
    /// Sends a Socket.IO packet: a head, and a payload as [`wire::send_digits`] takes it. What the browser refuses, as a socket that is closing does,
    /// is lost as it would be on the way: the loss of the link is reported in its own time.
    pub fn packet(&self, header: &Header, prefix: &JsValue, payload: &JsValue) {
        match (self, header.encode()) {
            (Sender::WebSocket(socket), Head::Digits(digits)) => {
                drop(wire::send_digits(socket, digits as f64, prefix, payload));
            }
            (Sender::WebSocket(socket), Head::Text(head)) => drop(wire::send_text(socket, &head, prefix, payload)),
            (Sender::Mock(server, number), head) => server.receive(*number, frame(head, prefix, payload).into()),
        }
    }

    /// Sends one frame as it is.
    pub fn raw(&self, frame: &JsValue) {
        match self {
            Sender::WebSocket(socket) => drop(wire::send_raw(socket, frame)),
            Sender::Mock(server, number) => server.receive(*number, frame.clone()),
        }
    }

    /// Bytes that were sent and have not left yet.
    pub fn buffered(&self) -> u32 {
        match self {
            Sender::WebSocket(socket) => socket.buffered_amount(),
            Sender::Mock(..) => 0,
        }
    }
}

/// A Socket.IO packet as text.
pub fn frame(head: Head, prefix: &JsValue, payload: &JsValue) -> JsString {
    match head {
        Head::Digits(digits) => wire::frame_digits(digits as f64, prefix, payload),
        Head::Text(head) => wire::frame_text(&head, prefix, payload),
    }
}

impl Handlers {
    fn open(url: &str, number: Number, peer: Rc<dyn Peer>) -> Result<Self, String> {
        let socket =
            WebSocket::new(url).map_err(|error| super::reader::text_member(&error, "message").unwrap_or_default())?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let (hears, sees) = (peer.clone(), peer.clone());
        let message = Closure::new(move |event: MessageEvent| match event.data().dyn_into::<JsString>() {
            Ok(text) => hears.text(number, text),
            Err(bytes) => hears.binary(number, bytes),
        });
        let close = Closure::new(move |event: CloseEvent| {
            let reason = event.reason();
            let detail = if reason.is_empty() { None } else { Some(reason) };
            peer.closed(number, Reason::TransportClose, detail);
        });
        // A browser says nothing of an error but that there was one, so that scripts cannot probe a network.
        let error =
            Closure::new(move || sees.closed(number, Reason::TransportError, Some("websocket error".to_owned())));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        socket.set_onerror(Some(error.as_ref().unchecked_ref()));
        Ok(Handlers { socket, _message: message, _close: close, _error: error })
    }
}

impl Drop for Handlers {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        self.socket.set_onerror(None);
        // Without a code a close cannot fail.
        let _ = self.socket.close();
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        if let Transport::Mock(server, number) = self {
            server.close(*number);
        }
    }
}
