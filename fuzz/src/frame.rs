//! Any text as a frame: read without a panic, and what is taken for one keeps the promises that the machine relies on.

use socketio_wasm::client::{Frame, PacketBody};
use socketio_wasm::socketio::MAX_ATTACHMENTS;

use crate::common::decode;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match decode(&text) {
        Frame::Packet(packet) => {
            assert!(packet.attachments <= MAX_ATTACHMENTS);
            assert!(packet.namespace.is_none_or(|name| name.len() > 1 && name.starts_with('/') && !name.contains(',')));
            match packet.body {
                PacketBody::Event { ack, args, .. } | PacketBody::Ack { id: ack, args, .. } => {
                    assert!(ack.is_none_or(|id| id < 1 << 53));
                    assert!(text.ends_with(&args) && args.trim_ascii_start().starts_with('['));
                }
                PacketBody::Connect { .. } | PacketBody::Disconnect | PacketBody::ConnectError(_) => {
                    assert_eq!(packet.attachments, 0);
                }
            }
        }
        Frame::Open(handshake) => {
            assert!(!handshake.sid.is_empty());
            assert!(handshake.patience > 0, "dead as soon as it is open");
            assert_ne!(handshake.max_payload, Some(0), "nothing could ever be sent");
        }
        Frame::BadFrame(_) => assert!(!text.starts_with(['1', '2', '3', '4', '5', '6', 'b'])),
        Frame::BadPacket(_) => assert!(text.starts_with(['4', 'b'])),
        Frame::Close => assert!(text.starts_with('1')),
        Frame::Ping => assert!(text.starts_with('2')),
        Frame::Ignored => assert!(text.starts_with(['3', '5', '6'])),
        Frame::Binary(_) => assert!(text.starts_with('b')),
    }
}
