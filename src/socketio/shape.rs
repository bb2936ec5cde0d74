//! What a payload may be, by packet type (specification, "Packet types"; the reference parser's checks).

use super::{Error, PacketType};

/// Event names that only the client itself may emit. Part of the wire: a server that sends one is refused.
pub const RESERVED_EVENTS: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// The outline of a payload, found by whoever parsed it. The numbers are the code that crosses from JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// There is no payload.
    Absent = 0,
    /// It is no JSON, or its placeholders do not fit the announced attachments.
    Invalid = 1,
    /// An object that is no array.
    Object = 2,
    /// A text.
    Text = 3,
    /// An array that begins with a number or with a name that is not reserved: an event.
    Event = 4,
    /// An array that begins with a reserved name.
    Reserved = 5,
    /// Any other array.
    Array = 6,
    /// Any other value.
    Other = 7,
}

impl Shape {
    /// From the code; anything unknown is [`Shape::Invalid`].
    pub fn from_code(code: u32) -> Self {
        [
            Shape::Absent,
            Shape::Invalid,
            Shape::Object,
            Shape::Text,
            Shape::Event,
            Shape::Reserved,
            Shape::Array,
            Shape::Other,
        ]
        .get(code as usize)
        .copied()
        .unwrap_or(Shape::Invalid)
    }

    /// Whether a packet of this type may carry such a payload.
    pub fn check(self, kind: PacketType) -> Result<(), Error> {
        use {PacketType as Type, Shape as Is};
        match (kind, self) {
            (Type::Connect, Is::Absent | Is::Object)
            | (Type::Disconnect, Is::Absent)
            | (Type::ConnectError, Is::Absent | Is::Object | Is::Text)
            | (Type::Event | Type::BinaryEvent, Is::Event)
            | (Type::Ack | Type::BinaryAck, Is::Event | Is::Reserved | Is::Array) => Ok(()),
            (Type::Event | Type::BinaryEvent, Is::Reserved) => Err(Error::ReservedEvent),
            _ => Err(Error::Payload),
        }
    }
}
