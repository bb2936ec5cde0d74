//! Engine.IO protocol 4 over WebSocket: one frame is one packet, a type digit and its data (specification, "Packet encoding").
//!
//! Nothing here keeps state, knows the time or calls JavaScript.

mod handshake;
mod packet;
mod text;

pub use handshake::{Handshake, HandshakeFields};
pub use packet::PacketType;
pub use text::{END, Text, Value};

/// Why a frame is not Engine.IO. Each ends the connection with the reason `transport error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The text frame has no character.
    Empty,
    /// The first character is no packet type.
    UnknownType,
    /// The open packet has no usable `sid`, `pingInterval` or `pingTimeout`.
    Handshake,
}

impl Error {
    /// The text a person reads.
    pub fn message(self) -> &'static str {
        match self {
            Error::Empty => "empty frame",
            Error::UnknownType => "unknown engine.io packet type",
            Error::Handshake => "invalid open packet",
        }
    }
}
