//! Any text as a header, and any header as text: what is read is the same whatever the text's units are, and what is written comes back.

use socketio_wasm::engineio::{END, Text};
use socketio_wasm::socketio::{Header, MAX_ATTACHMENTS, PacketType};

use crate::choices::Choices;
use crate::common::head;

/// A text as JavaScript has it.
struct Utf16(Vec<u16>);

impl Text for Utf16 {
    type Value = String;

    fn unit(&self, index: u32) -> u32 {
        self.0.get(index as usize).map_or(END, |unit| u32::from(*unit))
    }

    fn slice(&self, start: u32, end: u32) -> String {
        String::from_utf16_lossy(&self.0[start as usize..end as usize])
    }
}

pub fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    if choices.byte() & 1 == 0 { read(choices.bytes(usize::MAX)) } else { write(&mut choices) }
}

fn read(data: &[u8]) {
    let text = format!("4{}", String::from_utf8_lossy(data));
    let result = Header::decode(text.as_str(), 1);
    let utf16 = Utf16(text.encode_utf16().collect());
    match (result, Header::decode(&utf16, 1)) {
        (Ok((header, at)), Ok((same, at16))) => {
            assert_eq!(header, same);
            let payload = &text[at as usize..];
            assert_eq!(payload, String::from_utf16_lossy(&utf16.0[at16 as usize..]));
            assert!(!payload.starts_with(|first: char| first.is_ascii_digit()));
            round_trip(&header, payload);
        }
        (result, same) => assert_eq!(result.err(), same.err()),
    }
}

fn write(choices: &mut Choices) {
    use PacketType::{Ack, BinaryAck, BinaryEvent, Connect, ConnectError, Disconnect, Event};
    let kind = choices.pick(&[Connect, Disconnect, Event, Ack, ConnectError, BinaryEvent, BinaryAck]);
    let attachments = if kind.is_binary() { 1 + choices.below(MAX_ATTACHMENTS as usize) as u32 } else { 0 };
    let ack = choices.chance(60).then(|| {
        let bytes = choices.below(8);
        choices.bytes(bytes).iter().fold(0, |id, byte| id << 8 | u64::from(*byte)) & ((1 << 53) - 1)
    });
    let namespace = choices.chance(60).then(|| {
        let name = String::from_utf8_lossy(choices.bytes(usize::MAX)).replace(',', "");
        format!("/{name}")
    });
    round_trip(&Header { kind, attachments, ack, namespace: namespace.filter(|name| name != "/") }, "");
}

/// Writes a header, and reads it back. `payload` begins with no digit.
fn round_trip(header: &Header<String>, payload: &str) {
    let written = head(header);
    // A payload that looks like a namespace cannot follow a header that has none: JSON never does.
    if header.namespace.is_some() || header.ack.is_some() || !payload.starts_with('/') {
        let end = written.len() as u32;
        assert_eq!(Header::decode((written + payload).as_str(), 1), Ok((header.clone(), end)));
    }
}
