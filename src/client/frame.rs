//! One frame, read: what the state machine is told of the network. The only place where both wire formats meet.

use crate::engineio::{self, END, Handshake, HandshakeFields, Text, Value};
use crate::socketio::{self, Header, PacketType, Shape};

/// What came in one frame. `P` is a parsed payload, opaque to the machine.
#[derive(Debug)]
pub enum Frame<P> {
    /// Engine.IO open, checked.
    Open(Handshake<P>),
    /// Engine.IO close.
    Close,
    /// Engine.IO ping.
    Ping,
    /// Pong, upgrade, noop: nothing to do.
    Ignored,
    /// A Socket.IO packet, checked, complete unless `attachments` says that binary frames follow.
    Packet(Packet<P>),
    /// A binary message.
    Binary(P),
    /// No Engine.IO frame.
    BadFrame(engineio::Error),
    /// No Socket.IO packet.
    BadPacket(socketio::Error),
}

/// A Socket.IO packet from the server.
#[derive(Debug)]
pub struct Packet<P> {
    /// `None` for the root namespace.
    pub namespace: Option<P>,
    /// Binary frames to wait for.
    pub attachments: u32,
    /// What it says.
    pub body: PacketBody<P>,
}

/// A packet's content, with the few members of its payload that the machine acts on.
#[derive(Debug)]
pub enum PacketBody<P> {
    /// The server opened the namespace. Without a `sid` it speaks another version.
    Connect {
        /// The socket's id.
        sid: Option<P>,
        /// Names the session, where the server can recover one.
        pid: Option<P>,
    },
    /// The server closed the namespace.
    Disconnect,
    /// An event: its arguments with the name first.
    Event {
        /// What the chat layer calls it.
        name: EventName<P>,
        /// The id to acknowledge it with, where that is asked for.
        ack: Option<u64>,
        /// Where in the server's log it stands, if that may be of use.
        offset: Option<P>,
        /// The JSON array.
        args: P,
    },
    /// An acknowledgement. One without an id answers nothing.
    Ack {
        /// Of the event it answers.
        id: Option<u64>,
        /// Whether it refuses, in the chat layer's sense.
        refusal: Option<Refusal<P>>,
        /// The JSON array.
        args: P,
    },
    /// The server refused the namespace.
    ConnectError(ConnectError<P>),
}

/// The events that the chat layer knows, whatever the application calls them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventName<P> {
    /// Any other.
    Other,
    /// A message, with its id where a waiting message might be answered by it.
    Message(Option<P>),
    /// A notification.
    Notification,
    /// The server's own "you are connected".
    Connected,
}

/// An acknowledgement that refuses: `{error: string, retryable?: boolean}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal<P> {
    /// The server's text.
    pub error: P,
    /// Whether it is worth another try.
    pub retryable: bool,
}

/// A refused namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectError<P> {
    /// The server's text, possibly empty.
    pub message: P,
    /// What came with it.
    pub data: Option<P>,
    /// Whether signing in again may help.
    pub sign_in: bool,
}

/// Parses what the codecs leave alone, in whatever world the texts live.
pub trait Reader<T: Text + ?Sized> {
    /// The JSON from `at` to the end. Placeholders must be numbered below `attachments`.
    fn payload(&mut self, text: &T, at: u32, attachments: u32) -> (Shape, T::Value);
    /// The members of an open packet's JSON, which begins at 1.
    fn handshake(&mut self, text: &T) -> HandshakeFields<T::Value>;
    /// The bytes of the base64 that begins at 1.
    fn base64(&mut self, text: &T) -> Option<T::Value>;
    /// The `sid` of a CONNECT packet's payload.
    fn sid(&mut self, payload: &T::Value) -> Option<T::Value>;
    /// The `pid` of a CONNECT packet's payload.
    fn pid(&mut self, payload: &T::Value) -> Option<T::Value>;
    /// The last argument of an event, if it is a text and [`super::Client::recovers`].
    fn offset(&mut self, args: &T::Value) -> Option<T::Value>;
    /// What the chat layer calls this event.
    fn event_name(&mut self, args: &T::Value) -> EventName<T::Value>;
    /// Whether this acknowledgement refuses.
    fn refusal(&mut self, args: &T::Value) -> Option<Refusal<T::Value>>;
    /// A refused namespace's payload.
    fn connect_error(&mut self, payload: Option<&T::Value>) -> ConnectError<T::Value>;
}

impl<P: Value> Frame<P> {
    /// Reads a text frame.
    pub fn decode<T: Text<Value = P> + ?Sized>(text: &T, reader: &mut impl Reader<T>) -> Self {
        match engineio::PacketType::decode(text) {
            Ok(engineio::PacketType::Message) => match Header::decode(text, 1) {
                Ok((header, at)) => {
                    let has_payload = text.unit(at) != END;
                    let payload = has_payload.then(|| reader.payload(text, at, header.attachments));
                    Frame::packet(header, payload, reader)
                }
                Err(error) => Frame::BadPacket(error),
            },
            Ok(engineio::PacketType::Ping) => Frame::Ping,
            Ok(engineio::PacketType::Open) => {
                Handshake::check(reader.handshake(text)).map_or_else(Frame::BadFrame, Frame::Open)
            }
            Ok(engineio::PacketType::Close) => Frame::Close,
            Ok(engineio::PacketType::Base64) => {
                reader.base64(text).map_or(Frame::BadPacket(socketio::Error::UnexpectedFrame), Frame::Binary)
            }
            Ok(engineio::PacketType::Pong | engineio::PacketType::Upgrade | engineio::PacketType::Noop) => {
                Frame::Ignored
            }
            Err(error) => Frame::BadFrame(error),
        }
    }

    /// A packet whose header and payload have been read.
    pub fn packet<T>(header: Header<P>, payload: Option<(Shape, P)>, reader: &mut impl Reader<T>) -> Self
    where
        T: Text<Value = P> + ?Sized,
    {
        Packet::check(header, payload, reader).map_or_else(Frame::BadPacket, Frame::Packet)
    }
}

impl<P: Value> Packet<P> {
    fn check<T>(
        header: Header<P>,
        payload: Option<(Shape, P)>,
        reader: &mut impl Reader<T>,
    ) -> Result<Self, socketio::Error>
    where
        T: Text<Value = P> + ?Sized,
    {
        let Header { kind, attachments, namespace, ack } = header;
        payload.as_ref().map_or(Shape::Absent, |(shape, _)| *shape).check(kind)?;
        let body = match (kind, payload.map(|(_, value)| value)) {
            (PacketType::Event | PacketType::BinaryEvent, Some(args)) => {
                let offset = if ack.is_none() { reader.offset(&args) } else { None };
                PacketBody::Event { name: reader.event_name(&args), ack, offset, args }
            }
            (PacketType::Ack | PacketType::BinaryAck, Some(args)) => {
                PacketBody::Ack { id: ack, refusal: reader.refusal(&args), args }
            }
            (PacketType::Connect, payload) => PacketBody::Connect {
                sid: payload.as_ref().and_then(|payload| reader.sid(payload)),
                pid: payload.as_ref().and_then(|payload| reader.pid(payload)),
            },
            (PacketType::ConnectError, payload) => PacketBody::ConnectError(reader.connect_error(payload.as_ref())),
            (PacketType::Disconnect, None) => PacketBody::Disconnect,
            _ => return Err(socketio::Error::Payload),
        };
        Ok(Packet { namespace, attachments, body })
    }
}
