//! One frame, read: what the state machine is told of the network. The only place where both wire formats meet.

use crate::engineio::{self, Handshake, HandshakeFields, Text};
use crate::socketio::{self, Header, PacketType, Shape};

/// What came in one frame. `P` is a parsed payload, opaque to the machine.
#[derive(Debug)]
pub enum Frame<P> {
    /// Engine.IO open, checked.
    Open(Handshake),
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
    pub namespace: Option<Box<str>>,
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
        sid: Option<String>,
        /// The secret to recover the connection's state with.
        pid: Option<String>,
    },
    /// The server closed the namespace.
    Disconnect,
    /// An event: its arguments with the name first.
    Event {
        /// What the chat layer calls it.
        name: EventName,
        /// The id to acknowledge it with, where that is asked for.
        ack: Option<u64>,
        /// The JSON array.
        args: P,
    },
    /// An acknowledgement. One without an id answers nothing.
    Ack {
        /// Of the event it answers.
        id: Option<u64>,
        /// Whether it refuses, in the chat layer's sense.
        refusal: Option<Refusal>,
        /// The JSON array.
        args: P,
    },
    /// The server refused the namespace.
    ConnectError(ConnectError<P>),
}

/// The events that the chat layer knows, whatever the application calls them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventName {
    /// Any other.
    Other,
    /// A message, with its id where a waiting message might be answered by it.
    Message(Option<String>),
    /// A notification.
    Notification,
    /// The server's own "you are connected".
    Connected,
}

/// An acknowledgement that refuses: `{error: string, retryable?: boolean}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The server's text.
    pub error: String,
    /// Whether it is worth another try.
    pub retryable: bool,
}

/// A refused namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectError<P> {
    /// The server's text, possibly empty.
    pub message: String,
    /// What came with it.
    pub data: Option<P>,
    /// Whether signing in again may help.
    pub sign_in: bool,
}

/// Parses what the codecs leave alone, in whatever world the texts live.
pub trait Reader<T: Text + ?Sized> {
    /// A parsed payload.
    type Payload;

    /// The JSON from `at` to the end. Placeholders must be numbered below `attachments`.
    fn payload(&mut self, text: &T, at: u32, attachments: u32) -> (Shape, Option<Self::Payload>);
    /// The members of an open packet's JSON, which begins at 1.
    fn handshake(&mut self, text: &T) -> HandshakeFields;
    /// The bytes of the base64 that begins at 1.
    fn base64(&mut self, text: &T) -> Option<Self::Payload>;
    /// The text member `name` of an object.
    fn member(&mut self, payload: &Self::Payload, name: &'static str) -> Option<String>;
    /// What the chat layer calls this event.
    fn event_name(&mut self, args: &Self::Payload) -> EventName;
    /// Whether this acknowledgement refuses.
    fn refusal(&mut self, args: &Self::Payload) -> Option<Refusal>;
    /// A refused namespace's payload.
    fn connect_error(&mut self, payload: Option<Self::Payload>) -> ConnectError<Self::Payload>;
}

impl<P> Frame<P> {
    /// Reads a text frame.
    pub fn decode<T: Text + ?Sized>(text: &T, reader: &mut impl Reader<T, Payload = P>) -> Self {
        match engineio::PacketType::decode(text) {
            Ok(engineio::PacketType::Message) => {
                Packet::decode(text, reader).map_or_else(Frame::BadPacket, Frame::Packet)
            }
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
}

impl<P> Packet<P> {
    fn decode<T: Text + ?Sized>(text: &T, reader: &mut impl Reader<T, Payload = P>) -> Result<Self, socketio::Error> {
        let (Header { kind, attachments, namespace, ack }, at) = Header::decode(text, 1)?;
        let (shape, payload) =
            if text.unit(at).is_some() { reader.payload(text, at, attachments) } else { (Shape::Absent, None) };
        shape.check(kind)?;
        let body = match (kind, payload) {
            (PacketType::Event | PacketType::BinaryEvent, Some(args)) => {
                PacketBody::Event { name: reader.event_name(&args), ack, args }
            }
            (PacketType::Ack | PacketType::BinaryAck, Some(args)) => {
                PacketBody::Ack { id: ack, refusal: reader.refusal(&args), args }
            }
            (PacketType::Connect, payload) => {
                let mut member = |name| payload.as_ref().and_then(|payload| reader.member(payload, name));
                PacketBody::Connect { sid: member("sid"), pid: member("pid") }
            }
            (PacketType::ConnectError, payload) => PacketBody::ConnectError(reader.connect_error(payload)),
            (PacketType::Disconnect, None) => PacketBody::Disconnect,
            _ => return Err(socketio::Error::Payload),
        };
        Ok(Packet { namespace, attachments, body })
    }
}
