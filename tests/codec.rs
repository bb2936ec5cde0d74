//! The wire formats, one row per example of the specifications and of the project's notes on the wire.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{decode, head};
use socketio_wasm::client::{EventName, Frame, Packet, PacketBody, Refusal};
use socketio_wasm::engineio::{self, Handshake, HandshakeFields};
use socketio_wasm::socketio::{self, Header, PacketType as Type};

fn header(kind: Type, attachments: u32, namespace: Option<&str>, ack: Option<u64>) -> Header<String> {
    Header { kind, attachments, namespace: namespace.map(Into::into), ack }
}

/// Where the row comes from, the message without the Engine.IO digit, its header, its payload.
type Row = (&'static str, &'static str, (Type, u32, Option<&'static str>, Option<u64>), &'static str);

/// Every example in both specifications of a Socket.IO packet, and those of the notes.
const PACKETS: &[Row] = &[
    ("sio v5, Connection, main namespace", "0", (Type::Connect, 0, None, None), ""),
    (
        "sio v5, Connection, answer",
        r#"0{"sid":"oSO0OpakMV_3jnilAAAA"}"#,
        (Type::Connect, 0, None, None),
        r#"{"sid":"oSO0OpakMV_3jnilAAAA"}"#,
    ),
    ("sio v5, Connection, custom namespace", "0/admin,", (Type::Connect, 0, Some("/admin"), None), ""),
    (
        "sio v5, Connection, auth",
        r#"0/admin,{"token":"123"}"#,
        (Type::Connect, 0, Some("/admin"), None),
        r#"{"token":"123"}"#,
    ),
    (
        "sio v5, Connection, refused",
        r#"4{"message":"Not authorized"}"#,
        (Type::ConnectError, 0, None, None),
        r#"{"message":"Not authorized"}"#,
    ),
    (
        "sio v5, Connection, refused namespace",
        r#"4/admin,{"message":"Not authorized"}"#,
        (Type::ConnectError, 0, Some("/admin"), None),
        r#"{"message":"Not authorized"}"#,
    ),
    ("sio v5, Sending, event", r#"2["foo"]"#, (Type::Event, 0, None, None), r#"["foo"]"#),
    ("sio v5, Sending, namespace", r#"2/admin,["bar"]"#, (Type::Event, 0, Some("/admin"), None), r#"["bar"]"#),
    (
        "sio v5, Sending, binary",
        r#"51-["baz",{"_placeholder":true,"num":0}]"#,
        (Type::BinaryEvent, 1, None, None),
        r#"["baz",{"_placeholder":true,"num":0}]"#,
    ),
    (
        "sio v5, Sending, two attachments",
        r#"52-/admin,["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
        (Type::BinaryEvent, 2, Some("/admin"), None),
        r#"["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
    ),
    ("sio v5, Acknowledgement, event", r#"212["foo"]"#, (Type::Event, 0, None, Some(12)), r#"["foo"]"#),
    (
        "sio v5, Acknowledgement, event of a namespace",
        r#"2/admin,13["bar"]"#,
        (Type::Event, 0, Some("/admin"), Some(13)),
        r#"["bar"]"#,
    ),
    ("sio v5, Acknowledgement, empty", "312[]", (Type::Ack, 0, None, Some(12)), "[]"),
    (
        "sio v5, Acknowledgement, of a namespace",
        r#"3/admin,13["bar"]"#,
        (Type::Ack, 0, Some("/admin"), Some(13)),
        r#"["bar"]"#,
    ),
    (
        "sio v5, Acknowledgement, binary",
        r#"61-/admin,13["baz",{"_placeholder":true,"num":0}]"#,
        (Type::BinaryAck, 1, Some("/admin"), Some(13)),
        r#"["baz",{"_placeholder":true,"num":0}]"#,
    ),
    (
        "sio v5, Packet encoding, BINARY_EVENT with an id",
        r#"51-15["project:delete",{"_placeholder":true,"num":0}]"#,
        (Type::BinaryEvent, 1, None, Some(15)),
        r#"["project:delete",{"_placeholder":true,"num":0}]"#,
    ),
    ("sio v5, Disconnection", "1", (Type::Disconnect, 0, None, None), ""),
    ("sio v5, Disconnection, namespace", "1/admin,", (Type::Disconnect, 0, Some("/admin"), None), ""),
    ("sio v5, Sample session", r#"2["hey","Jude"]"#, (Type::Event, 0, None, None), r#"["hey","Jude"]"#),
    ("notes, Socket.IO v5", r#"2["a",1]"#, (Type::Event, 0, None, None), r#"["a",1]"#),
    ("notes, recovery", r#"0{"pid":"p","offset":"o"}"#, (Type::Connect, 0, None, None), r#"{"pid":"p","offset":"o"}"#),
    ("ids, the first", r#"20["a"]"#, (Type::Event, 0, None, Some(0)), r#"["a"]"#),
    (
        "ids, the largest that JavaScript counts exactly",
        r#"29007199254740991["a"]"#,
        (Type::Event, 0, None, Some(9_007_199_254_740_991)),
        r#"["a"]"#,
    ),
    ("namespaces, not ASCII", r#"2/räume/茶🍵,["a"]"#, (Type::Event, 0, Some("/räume/茶🍵"), None), r#"["a"]"#),
    (
        "namespaces, with a query",
        r#"0/admin?token=1234&uid=abcd,{}"#,
        (Type::Connect, 0, Some("/admin?token=1234&uid=abcd"), None),
        "{}",
    ),
    ("namespaces, digits before and after", r#"2/4-2,7["a"]"#, (Type::Event, 0, Some("/4-2"), Some(7)), r#"["a"]"#),
    ("attachments, the most", r#"510-["a"]"#, (Type::BinaryEvent, 10, None, None), r#"["a"]"#),
    (
        "attachments, namespace and id",
        r#"610-/a,9007199254740991[]"#,
        (Type::BinaryAck, 10, Some("/a"), Some(9_007_199_254_740_991)),
        "[]",
    ),
];

#[test]
fn every_packet_of_the_specifications_is_read_and_written_alike() {
    for (section, message, (kind, attachments, namespace, ack), payload) in PACKETS {
        let frame = format!("4{message}");
        let expected = header(*kind, *attachments, *namespace, *ack);
        let (read, at) = Header::decode(frame.as_str(), 1).unwrap_or_else(|error| panic!("{section}: {error:?}"));
        assert_eq!(read, expected, "{section}: {frame}");
        assert_eq!(&frame[at as usize..], *payload, "{section}: {frame}");
        assert_eq!(head(&expected) + payload, frame, "{section}");
    }
}

#[test]
fn what_another_peer_may_write_differently_is_read_the_same() {
    let rows = [
        ("the root namespace by name", "40/,", header(Type::Connect, 0, None, None), 4),
        ("the root namespace by name, no comma", "41/", header(Type::Disconnect, 0, None, None), 3),
        ("a namespace at the end, no comma", "40/admin", header(Type::Connect, 0, Some("/admin"), None), 8),
        ("an id with zeros before it", "42007[]", header(Type::Event, 0, None, Some(7)), 5),
        ("a payload that is a comma's neighbour", "42/a,,", header(Type::Event, 0, Some("/a"), None), 5),
    ];
    for (what, frame, expected, at) in rows {
        assert_eq!(Header::decode(frame, 1), Ok((expected, at)), "{what}: {frame}");
    }
}

#[test]
fn headers_that_are_none_are_refused() {
    use socketio::Error;
    let rows = [
        ("nothing", "4", Error::UnknownType),
        ("no such type", "47", Error::UnknownType),
        ("no digit", "4x[]", Error::UnknownType),
        ("attachments: none given", r#"45["a"]"#, Error::Attachments),
        ("attachments: no number", r#"45-["a"]"#, Error::Attachments),
        ("attachments: 0", r#"450-["a"]"#, Error::Attachments),
        ("attachments: 11", r#"4511-["a"]"#, Error::Attachments),
        ("attachments: no integer", r#"451.5-["a"]"#, Error::Attachments),
        ("attachments: negative", r#"45-1-["a"]"#, Error::Attachments),
        ("attachments: beyond any integer", r#"4599999999999999999999999-["a"]"#, Error::Attachments),
        ("attachments: 2^32 + 1", r#"454294967297-["a"]"#, Error::Attachments),
        ("attachments: cut off", "451", Error::Attachments),
        ("binary ack, attachments: 0", "460-1[]", Error::Attachments),
        ("id: 2^53", "429007199254740992[]", Error::AckId),
        ("id: beyond any integer", "4299999999999999999999999999[]", Error::AckId),
    ];
    for (what, frame, error) in rows {
        assert_eq!(Header::decode(frame, 1), Err(error), "{what}: {frame}");
    }
}

#[test]
fn the_open_packet_of_the_specification_is_read() {
    // Engine.IO v4, "Handshake", and a Rust server's: 16 characters, no maxPayload.
    let rows = [
        (
            r#"0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
            Handshake { sid: "lv_VI97HAXpY6yYWAAAC".to_owned(), patience: 45_000, max_payload: Some(1_000_000) },
        ),
        (
            r#"0{"sid":"AAAAAAAAAAAAAAAB","upgrades":[],"pingInterval":300,"pingTimeout":200}"#,
            Handshake { sid: "AAAAAAAAAAAAAAAB".to_owned(), patience: 500, max_payload: None },
        ),
        (
            r#"0{"sid":"é","pingInterval":0.5,"pingTimeout":0.5,"maxPayload":-1}"#,
            Handshake { sid: "é".to_owned(), patience: 1, max_payload: None },
        ),
        (
            // python-socketio with a ping_interval below a second.
            r#"0{"sid":"s","upgrades":[],"pingTimeout":20000,"pingInterval":0}"#,
            Handshake { sid: "s".to_owned(), patience: 20_000, max_payload: None },
        ),
        (
            r#"0{"sid":"s","pingInterval":25000,"pingTimeout":0}"#,
            Handshake { sid: "s".to_owned(), patience: 25_000, max_payload: None },
        ),
        (
            r#"0{"sid":"s","pingInterval":1,"pingTimeout":1,"maxPayload":0.5}"#,
            Handshake { sid: "s".to_owned(), patience: 2, max_payload: None },
        ),
    ];
    for (frame, expected) in rows {
        match decode(frame) {
            Frame::Open(handshake) => assert_eq!(handshake, expected, "{frame}"),
            other => panic!("{frame}: {other:?}"),
        }
    }
}

#[test]
fn open_packets_that_no_connection_could_live_by_are_refused() {
    let rows = [
        "0",
        "0{",
        "0[]",
        "0null",
        r#"0{"pingInterval":25000,"pingTimeout":20000}"#,
        r#"0{"sid":"","pingInterval":25000,"pingTimeout":20000}"#,
        r#"0{"sid":7,"pingInterval":25000,"pingTimeout":20000}"#,
        r#"0{"sid":"s","pingTimeout":20000}"#,
        r#"0{"sid":"s","pingInterval":25000}"#,
        r#"0{"sid":"s","pingInterval":"25000","pingTimeout":20000}"#,
        r#"0{"sid":"s","pingInterval":0,"pingTimeout":0}"#,
        r#"0{"sid":"s","pingInterval":25000,"pingTimeout":-1}"#,
        r#"0{"sid":"s","pingInterval":-1,"pingTimeout":20000}"#,
        r#"0{"sid":"s","pingInterval":0.2,"pingTimeout":0.5}"#,
        r#"0{"sid":"s","pingInterval":25000,"pingTimeout":null}"#,
        r#"0{"sid":"s","pingInterval":250090071992547409920,"pingTimeout":20000}"#,
    ];
    for frame in rows {
        assert!(matches!(decode(frame), Frame::BadFrame(engineio::Error::Handshake)), "{frame}: {:?}", decode(frame));
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0] {
        let fields = |interval, timeout| HandshakeFields {
            sid: Some("s".to_owned()),
            ping_interval: interval,
            ping_timeout: timeout,
            max_payload: f64::NAN,
        };
        assert!(Handshake::check(fields(value, 20_000.0)).is_err(), "{value}");
        assert!(Handshake::check(fields(25_000.0, value)).is_err(), "{value}");
    }
}

/// python-socketio announces whole seconds of its interval.
#[test]
fn a_ping_interval_of_nothing_leaves_the_timeout() {
    let frame = decode(r#"0{"sid":"s","pingInterval":0,"pingTimeout":20000}"#);
    assert!(matches!(frame, Frame::Open(Handshake { patience: 20_000, .. })), "{frame:?}");
}

#[test]
fn engine_io_frames_are_told_apart() {
    // Engine.IO v4, "Packet encoding".
    assert!(matches!(decode("1"), Frame::Close));
    assert!(matches!(decode("2"), Frame::Ping));
    assert!(matches!(decode("2probe"), Frame::Ping));
    assert!(matches!(decode("3"), Frame::Ignored));
    assert!(matches!(decode("3probe"), Frame::Ignored));
    assert!(matches!(decode("5"), Frame::Ignored));
    assert!(matches!(decode("6"), Frame::Ignored));
    assert!(matches!(decode("bAQIDBA=="), Frame::Binary(bytes) if bytes == "AQIDBA=="));
    assert!(matches!(decode("bAQI*"), Frame::BadPacket(socketio::Error::UnexpectedFrame)));
    assert!(matches!(decode(""), Frame::BadFrame(engineio::Error::Empty)));
    for frame in ["7", "9", "a", "B", " 2", "/", ":", "é", "\u{0}"] {
        assert!(matches!(decode(frame), Frame::BadFrame(engineio::Error::UnknownType)), "{frame:?}");
    }
}

#[test]
fn the_members_that_the_machine_acts_on_are_found() {
    let body = |text: &str| match decode(text) {
        Frame::Packet(packet) => packet.body,
        other => panic!("{text}: {other:?}"),
    };
    assert!(matches!(body(r#"40{"sid":"s","pid":"p"}"#),
        PacketBody::Connect { sid: Some(sid), .. } if sid == "s"));
    assert!(matches!(body("40"), PacketBody::Connect { sid: None, .. }));
    assert!(matches!(body("41"), PacketBody::Disconnect));
    assert!(matches!(body(r#"4213["message",{"id":"m1"}]"#),
        PacketBody::Event { name: EventName::Message(Some(id)), ack: Some(13), .. } if id == "m1"));
    assert!(matches!(
        body(r#"42["notification",{}]"#),
        PacketBody::Event { name: EventName::Notification, ack: None, .. }
    ));
    assert!(matches!(body(r#"42["connected"]"#), PacketBody::Event { name: EventName::Connected, .. }));
    assert!(matches!(body("42[1,2]"), PacketBody::Event { name: EventName::Other, args, .. } if args == "[1,2]"));
    assert!(matches!(body("437[]"), PacketBody::Ack { id: Some(7), refusal: None, .. }));
    assert!(matches!(body("43[]"), PacketBody::Ack { id: None, .. }));
    assert!(matches!(body(r#"437["connect"]"#), PacketBody::Ack { id: Some(7), .. }), "an answer may be any text");
    match body(r#"437[{"error":"full","retryable":true}]"#) {
        PacketBody::Ack { refusal, .. } => {
            assert_eq!(refusal, Some(Refusal { error: "full".to_owned(), retryable: true }));
        }
        other => panic!("{other:?}"),
    }
    for (text, message) in [("44", ""), (r#"44"no""#, "no"), (r#"44{"message":"no"}"#, "no"), ("44{}", "")] {
        assert!(matches!(body(text), PacketBody::ConnectError(error) if error.message == message), "{text}");
    }
    assert!(matches!(decode(r#"452-/a,["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#),
        Frame::Packet(Packet { attachments: 2, namespace: Some(name), .. }) if &*name == "/a"));
}

#[test]
fn payloads_that_their_packet_cannot_carry_are_refused() {
    use socketio::Error;
    let rows = [
        ("41{}", Error::Payload),
        ("41[]", Error::Payload),
        ("40[]", Error::Payload),
        (r#"40"s""#, Error::Payload),
        ("42", Error::Payload),
        ("42[]", Error::Payload),
        ("42{}", Error::Payload),
        ("42[null]", Error::Payload),
        ("42[true]", Error::Payload),
        ("42[{}]", Error::Payload),
        ("42[[]]", Error::Payload),
        (r#"42"a""#, Error::Payload),
        (r#"42["a""#, Error::Payload),
        (r#"42["a",]"#, Error::Payload),
        (r#"42["a"]]"#, Error::Payload),
        ("43", Error::Payload),
        ("4312", Error::Payload),
        ("4312{}", Error::Payload),
        ("44[]", Error::Payload),
        ("44null", Error::Payload),
        (r#"42["connect"]"#, Error::ReservedEvent),
        (r#"42["connect_error"]"#, Error::ReservedEvent),
        (r#"42["disconnect"]"#, Error::ReservedEvent),
        (r#"42["disconnecting"]"#, Error::ReservedEvent),
        (r#"42["newListener"]"#, Error::ReservedEvent),
        (r#"42["removeListener"]"#, Error::ReservedEvent),
        (r#"451-["connect",{"_placeholder":true,"num":0}]"#, Error::ReservedEvent),
        (r#"451-["a",{"_placeholder":true,"num":1}]"#, Error::Payload),
        (r#"451-["a",{"_placeholder":true,"num":-1}]"#, Error::Payload),
        (r#"451-["a",{"_placeholder":true,"num":"0"}]"#, Error::Payload),
        (r#"451-["a",[{"b":{"_placeholder":true}}]]"#, Error::Payload),
    ];
    for (frame, error) in rows {
        match decode(frame) {
            Frame::BadPacket(found) => assert_eq!(found, error, "{frame}"),
            other => panic!("{frame}: {other:?}"),
        }
    }
}
