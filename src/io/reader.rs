//! The core's view of what `JSON.parse` made of a payload.

use super::host::Host;
use super::value::{Js, JsText};
use crate::client::{ConnectError, EventName, Reader, Refusal};
use crate::engineio::HandshakeFields;
use crate::socketio::Shape;

/// Where the event's code begins in the outline, and the flag of an acknowledgement that refuses.
const NAME_SHIFT: u32 = 3;
const REFUSAL: u32 = 1 << 5;

/// The members that the core has to know of, as `wire.js` finds them.
#[derive(Clone, Copy)]
enum Member {
    Sid,
    PingInterval,
    PingTimeout,
    MaxPayload,
    MessageId,
    /// The text of a refusal.
    Error,
    Retryable,
    /// The text of a CONNECT_ERROR packet.
    Message,
    Data,
    Pid,
    /// The last argument of an event.
    Last,
}

/// Parses payloads with the engine's own `JSON.parse`.
pub struct JsReader<'a> {
    /// Parses.
    pub host: &'a Host,
    /// Whether the id of a message is of interest.
    pub echo: bool,
    /// Whether the last argument of an event is.
    pub recovers: bool,
    /// What the last payload was.
    pub outline: u32,
}

impl JsReader<'_> {
    /// Of the last payload.
    pub fn shape(&self) -> Shape {
        Shape::from_code(self.outline & ((1 << NAME_SHIFT) - 1))
    }

    fn member(&self, value: &Js, member: Member) -> Option<Js> {
        self.host.member(value, member as u32).defined()
    }

    fn number(&self, value: &Js, member: Member) -> f64 {
        self.host.number(value, member as u32)
    }
}

impl Reader<JsText> for JsReader<'_> {
    fn payload(&mut self, text: &JsText, at: u32, attachments: u32) -> (Shape, Js) {
        let value = self.host.parse(&text.0, at, attachments);
        self.outline = self.host.outline();
        (self.shape(), value)
    }

    fn handshake(&mut self, text: &JsText) -> HandshakeFields<Js> {
        let open = self.host.parse(&text.0, 1, 0);
        HandshakeFields {
            sid: self.member(&open, Member::Sid),
            ping_interval: self.number(&open, Member::PingInterval),
            ping_timeout: self.number(&open, Member::PingTimeout),
            max_payload: self.number(&open, Member::MaxPayload),
        }
    }

    fn base64(&mut self, text: &JsText) -> Option<Js> {
        self.host.base64(&text.0).defined()
    }

    fn sid(&mut self, payload: &Js) -> Option<Js> {
        self.member(payload, Member::Sid)
    }

    fn pid(&mut self, payload: &Js) -> Option<Js> {
        self.member(payload, Member::Pid)
    }

    fn offset(&mut self, args: &Js) -> Option<Js> {
        if self.recovers { self.member(args, Member::Last) } else { None }
    }

    fn event_name(&mut self, args: &Js) -> EventName<Js> {
        match (self.outline & (REFUSAL - 1)) >> NAME_SHIFT {
            1 if self.echo => EventName::Message(self.member(args, Member::MessageId)),
            1 => EventName::Message(None),
            2 => EventName::Notification,
            3 => EventName::Connected,
            _ => EventName::Other,
        }
    }

    fn refusal(&mut self, args: &Js) -> Option<Refusal<Js>> {
        (self.outline & REFUSAL != 0).then(|| Refusal {
            error: self.host.member(args, Member::Error as u32),
            retryable: self.number(args, Member::Retryable) == 1.0,
        })
    }

    fn connect_error(&mut self, payload: Option<&Js>) -> ConnectError<Js> {
        let none = Js::default();
        let payload = payload.unwrap_or(&none);
        let message = self.host.member(payload, Member::Message as u32);
        let data = self.host.member(payload, Member::Data as u32);
        ConnectError { sign_in: self.host.is_auth_error(&message, &data), data: Some(data), message }
    }
}
