//! A packet's header, read from text (specification, "Packet encoding").

use super::Error;
use crate::engineio::{END, Text, Value};

/// More attachments than this in one packet are refused, as the reference parser does by default.
pub const MAX_ATTACHMENTS: u32 = 10;

/// Ids above 2^53 - 1 would come back changed from a JavaScript peer.
const MAX_ACK_ID: u64 = (1 << 53) - 1;

/// The packet types of Socket.IO (specification, "Packet types").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketType {
    /// `0`: opens a namespace, and answers that.
    Connect = 0,
    /// `1`: closes a namespace.
    Disconnect = 1,
    /// `2`
    Event = 2,
    /// `3`: the acknowledgement of an event.
    Ack = 3,
    /// `4`, from the server: the namespace is refused.
    ConnectError = 4,
    /// `5`: an event with attachments.
    BinaryEvent = 5,
    /// `6`: an acknowledgement with attachments.
    BinaryAck = 6,
}

impl PacketType {
    fn decode(unit: u32) -> Option<Self> {
        Some(match unit {
            0x30 => PacketType::Connect,
            0x31 => PacketType::Disconnect,
            0x32 => PacketType::Event,
            0x33 => PacketType::Ack,
            0x34 => PacketType::ConnectError,
            0x35 => PacketType::BinaryEvent,
            0x36 => PacketType::BinaryAck,
            _ => return None,
        })
    }

    /// Whether binary frames follow.
    pub fn is_binary(self) -> bool {
        matches!(self, PacketType::BinaryEvent | PacketType::BinaryAck)
    }
}

/// All of a packet but its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header<P> {
    /// What the packet is.
    pub kind: PacketType,
    /// How many binary frames follow; 0 unless the type is a binary one.
    pub attachments: u32,
    /// `None` for the root namespace `/`.
    pub namespace: Option<P>,
    /// The id that an acknowledgement is asked for or given with.
    pub ack: Option<u64>,
}

impl<P: Value> Header<P> {
    /// A header of the root namespace.
    pub fn new(kind: PacketType) -> Self {
        Header { kind, attachments: 0, namespace: None, ack: None }
    }

    /// Reads a header that begins at `start`. Returns it and the position where the payload begins, which may be the end.
    pub fn decode<T: Text<Value = P> + ?Sized>(text: &T, start: u32) -> Result<(Self, u32), Error> {
        let kind = PacketType::decode(text.unit(start)).ok_or(Error::UnknownType)?;
        let mut at = start + 1;

        let mut attachments = 0;
        if kind.is_binary() {
            let (count, end) = number(text, at);
            attachments = count.and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
            if text.unit(end) != u32::from(b'-') || !(1..=MAX_ATTACHMENTS).contains(&attachments) {
                return Err(Error::Attachments);
            }
            at = end + 1;
        }

        let mut namespace = None;
        if text.unit(at) == u32::from(b'/') {
            let end = (at..).find(|index| matches!(text.unit(*index), END | 0x2c)).unwrap_or(at);
            let name = text.slice(at, end);
            namespace = (name != P::literal("/")).then_some(name);
            at = end + u32::from(text.unit(end) != END);
        }

        let (ack, end) = number(text, at);
        if end > at && ack.is_none() {
            return Err(Error::AckId);
        }
        Ok((Header { kind, attachments, namespace, ack }, end))
    }
}

/// The digits from `at` on, and the position behind them. `None` where there are none, or more than [`MAX_ACK_ID`] allows.
fn number<T: Text + ?Sized>(text: &T, at: u32) -> (Option<u64>, u32) {
    let (mut value, mut end) = (Some(0_u64), at);
    while let unit @ 0x30..=0x39 = text.unit(end) {
        value = value.map(|value| value * 10 + u64::from(unit - 0x30)).filter(|value| *value <= MAX_ACK_ID);
        end += 1;
    }
    (value.filter(|_| end > at), end)
}
