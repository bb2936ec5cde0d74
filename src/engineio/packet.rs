//! The packet types of Engine.IO (specification, "Packet types").

use super::{END, Error, Text};

/// What a text frame is, by its first character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketType {
    /// `0`, from the server: the handshake.
    Open,
    /// `1`, from either side: close the transport.
    Close,
    /// `2`, from the server: to be answered with a pong at once.
    Ping,
    /// `3`: the answer to a ping.
    Pong,
    /// `4`: a Socket.IO packet.
    Message,
    /// `5`: only meaningful where a transport is upgraded.
    Upgrade,
    /// `6`: only meaningful where a transport is upgraded.
    Noop,
    /// `b`: a binary message as base64, as it stands in a text frame.
    Base64,
}

impl PacketType {
    /// Reads the type from the first unit of a text frame. The data begins at position 1.
    pub fn decode<T: Text + ?Sized>(text: &T) -> Result<Self, Error> {
        Ok(match text.unit(0) {
            0x30 => PacketType::Open,
            0x31 => PacketType::Close,
            0x32 => PacketType::Ping,
            0x33 => PacketType::Pong,
            0x34 => PacketType::Message,
            0x35 => PacketType::Upgrade,
            0x36 => PacketType::Noop,
            0x62 => PacketType::Base64,
            END => return Err(Error::Empty),
            _ => return Err(Error::UnknownType),
        })
    }
}
