//! Socket.IO protocol 5: `<type>[<attachments>-][<namespace>,][<ack id>][JSON]`, then that many binary frames
//! (specification, "Packet encoding").
//!
//! Headers are read here, and written by whoever has the text: `head` in wire.js. Of a payload only its [`Shape`] is known; the JSON itself is parsed by the engine's own parser.

mod header;
mod shape;

pub use header::{Header, MAX_ATTACHMENTS, PacketType};
pub use shape::{RESERVED_EVENTS, Shape};

/// Why a packet is not Socket.IO. Each ends the connection with the reason `parse error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The message is empty or its first character is no packet type.
    UnknownType,
    /// The number of attachments is missing, not a number, 0, or more than [`MAX_ATTACHMENTS`].
    Attachments,
    /// The acknowledgement's id is larger than JavaScript can count exactly.
    AckId,
    /// The payload is missing, no JSON, or not what a packet of that type carries.
    Payload,
    /// An event with a name that only the client itself may emit, such as `connect`.
    ReservedEvent,
    /// Text where a binary frame is due, or a binary frame that no packet announced.
    UnexpectedFrame,
}

impl Error {
    /// The text a person reads.
    pub fn message(self) -> &'static str {
        match self {
            Error::UnknownType => "unknown socket.io packet type",
            Error::Attachments => "invalid number of attachments",
            Error::AckId => "acknowledgement id out of range",
            Error::Payload => "invalid payload",
            Error::ReservedEvent => "reserved event name",
            Error::UnexpectedFrame => "frame out of order",
        }
    }
}
