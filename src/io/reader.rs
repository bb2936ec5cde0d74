//! The core's view of JavaScript text and values.

use js_sys::{JsString, Map, Reflect};
use wasm_bindgen::JsValue;

use super::hooks::Hooks;
use super::wire;
use crate::client::{ConnectError, EventName, Reader, Refusal};
use crate::engineio::{HandshakeFields, Text};
use crate::socketio::Shape;

/// Where the event's code begins in what `shape` returns, and the flag of an acknowledgement that refuses.
const NAME_SHIFT: u32 = 3;
const REFUSAL: u32 = 1 << 5;

/// A JavaScript string, read where it is.
pub struct JsText(pub JsString);

impl Text for JsText {
    fn unit(&self, index: u32) -> Option<u16> {
        let unit = self.0.char_code_at(index);
        (unit >= 0.0).then_some(unit as u16)
    }

    fn slice(&self, start: u32, end: u32) -> String {
        self.0.slice(start, end).into()
    }
}

/// Parses payloads with the engine's own `JSON.parse`.
pub struct JsReader<'a> {
    /// Which events the chat layer calls what.
    pub names: &'a Map,
    /// Whether the id of a message is of interest.
    pub echo: bool,
    /// Knows which refusals ask for another sign-in.
    pub hooks: &'a Hooks,
    /// What the last payload was.
    pub outline: u32,
}

/// The text member `name`.
pub fn text_member(object: &JsValue, name: &str) -> Option<String> {
    member(object, name).as_string()
}

/// A member, undefined where there is none or the value is no object.
pub fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// An element of an array of arguments.
pub fn element(args: &JsValue, index: u32) -> JsValue {
    Reflect::get_u32(args, index).unwrap_or_default()
}

impl Reader<JsText> for JsReader<'_> {
    type Payload = JsValue;

    fn payload(&mut self, text: &JsText, at: u32, attachments: u32) -> (Shape, Option<JsValue>) {
        let value = wire::parse(&text.0, at, attachments, self.names);
        self.outline = wire::shape();
        (Shape::from_code(self.outline & ((1 << NAME_SHIFT) - 1)), Some(value))
    }

    fn handshake(&mut self, text: &JsText) -> HandshakeFields {
        let fields = wire::handshake(&text.0);
        let number = |index| fields.get(index).as_f64();
        HandshakeFields {
            sid: fields.get(0).as_string(),
            ping_interval: number(1),
            ping_timeout: number(2),
            max_payload: number(3),
        }
    }

    fn base64(&mut self, text: &JsText) -> Option<JsValue> {
        Some(wire::base64(&text.0)).filter(|bytes| !bytes.is_undefined())
    }

    fn member(&mut self, payload: &JsValue, name: &'static str) -> Option<String> {
        text_member(payload, name)
    }

    fn event_name(&mut self, args: &JsValue) -> EventName {
        match (self.outline & (REFUSAL - 1)) >> NAME_SHIFT {
            1 if self.echo => EventName::Message(text_member(&element(args, 1), "id")),
            1 => EventName::Message(None),
            2 => EventName::Notification,
            3 => EventName::Connected,
            _ => EventName::Other,
        }
    }

    fn refusal(&mut self, args: &JsValue) -> Option<Refusal> {
        if self.outline & REFUSAL == 0 {
            return None;
        }
        let answer = element(args, 0);
        let error = member(&answer, "error");
        Some(Refusal {
            error: error.as_string().or_else(|| text_member(&error, "message")).unwrap_or_else(|| "refused".to_owned()),
            retryable: member(&answer, "retryable").is_truthy(),
        })
    }

    fn connect_error(&mut self, payload: Option<JsValue>) -> ConnectError<JsValue> {
        let payload = payload.unwrap_or_default();
        let message = payload.as_string().or_else(|| text_member(&payload, "message")).unwrap_or_default();
        let data = member(&payload, "data");
        ConnectError { sign_in: self.hooks.is_auth_error(&message, &data), data: Some(data), message }
    }
}
