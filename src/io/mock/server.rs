//! The mock's Socket.IO server: one frame in, the answers out.

use std::collections::VecDeque;

use js_sys::{Array, JsString, Map, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::super::reader::{JsText, element, member, text_member};
use super::super::record::iso_date;
use super::super::transport::frame;
use super::super::wire;
use super::link::{MockSettings, PING_INTERVAL, PING_TIMEOUT};
use crate::engineio;
use crate::socketio::{Header, PacketType};

/// Of what the client has sent, so much is kept.
const RECEIVED_KEPT: usize = 1000;
/// The author of automatic replies.
const USER: &str = "mock-user";

pub struct Server {
    settings: MockSettings,
    /// Whether the handshake was answered.
    open: bool,
    /// The namespace that was opened, if one was.
    namespace: Option<Option<Box<str>>>,
    connections: u32,
    replies: u32,
    received: VecDeque<JsValue>,
    refusals: Vec<(String, JsValue)>,
    /// An event whose attachments have not all come: its header, its arguments, and what has come.
    incomplete: Option<(Header, JsValue, Array)>,
}

impl Server {
    pub fn new(settings: MockSettings) -> Self {
        Server {
            settings,
            open: false,
            namespace: None,
            connections: 0,
            replies: 0,
            received: VecDeque::new(),
            refusals: Vec::new(),
            incomplete: None,
        }
    }

    pub fn is_open(&self) -> bool {
        self.open
    }

    pub fn hang_up(&mut self) {
        (self.open, self.namespace, self.incomplete) = (false, None, None);
    }

    /// The open packet.
    pub fn open(&mut self) -> JsValue {
        self.open = true;
        self.connections += 1;
        let times = [("pingInterval", PING_INTERVAL), ("pingTimeout", PING_TIMEOUT), ("maxPayload", 1_000_000)];
        let handshake = object(&[("sid", self.sid().into()), ("upgrades", Array::new().into())]);
        for (name, value) in times {
            set(&handshake, name, &JsValue::from_f64(value as f64));
        }
        wire::frame_text("0", &JsValue::UNDEFINED, &wire::stringify(&handshake)).into()
    }

    /// Answers a frame of the client.
    pub fn handle(&mut self, frame: &JsValue) -> Vec<JsValue> {
        let Some(text) = frame.dyn_ref::<JsString>() else {
            return self.handle_attachment(frame);
        };
        let text = JsText(text.clone());
        if engineio::PacketType::decode(&text) != Ok(engineio::PacketType::Message) {
            return Vec::new();
        }
        let Ok((header, at)) = Header::decode(&text, 1) else {
            return Vec::new();
        };
        let payload = wire::parse(&text.0, at, header.attachments, &Map::new());
        match header.kind {
            PacketType::Connect => self.connect(header, &payload),
            PacketType::Disconnect => {
                self.namespace = None;
                Vec::new()
            }
            PacketType::Event => self.handle_event(&header, payload),
            PacketType::BinaryEvent => {
                self.incomplete = Some((header, payload, Array::new()));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn handle_attachment(&mut self, bytes: &JsValue) -> Vec<JsValue> {
        let Some((header, args, attachments)) = self.incomplete.take() else {
            return Vec::new();
        };
        if attachments.push(bytes) < header.attachments {
            self.incomplete = Some((header, args, attachments));
            return Vec::new();
        }
        self.handle_event(&header, wire::fill(&args, &attachments))
    }

    fn connect(&mut self, header: Header, auth: &JsValue) -> Vec<JsValue> {
        let token = text_member(auth, "token").unwrap_or_default();
        let bare = token.rsplit(' ').next().unwrap_or_default();
        if matches!(bare, "invalid" | "expired") {
            let data = object(&[("code", 401.into())]);
            let error = object(&[("message", [bare, " token"].concat().into()), ("data", data)]);
            let header = Header { kind: PacketType::ConnectError, ..header };
            return vec![packet(&header, &error)];
        }
        self.namespace = Some(header.namespace.clone());
        let answer = packet(&header, &object(&[("sid", self.sid().into())]));
        let hello = Array::of2(&self.settings.connected.as_str().into(), &object(&[("sid", self.sid().into())]));
        [Some(answer), self.event(&hello)].into_iter().flatten().collect()
    }

    fn handle_event(&mut self, header: &Header, args: JsValue) -> Vec<JsValue> {
        if self.namespace.as_ref() != Some(&header.namespace) || !args.is_array() {
            return Vec::new();
        }
        let event = element(&args, 0).as_string().unwrap_or_default();
        let args: Array = args.unchecked_into();
        let message = args.get(1);
        if self.received.len() == RECEIVED_KEPT {
            self.received.pop_front();
        }
        let sent = object(&[("event", event.as_str().into()), ("args", args.slice(1, args.length()).into())]);
        self.received.push_back(Object::freeze(sent.unchecked_ref::<Object>()).into());

        let acknowledge = |answer: &JsValue| {
            let header = Header { kind: PacketType::Ack, attachments: 0, ..header.clone() };
            header.ack.map(|_| packet(&header, Array::of1(answer).as_ref()))
        };
        if let Some(at) = self.refusals.iter().position(|(name, _)| *name == event) {
            let (_, answer) = self.refusals.remove(at);
            return acknowledge(&answer).into_iter().collect();
        }
        let mut answers: Vec<JsValue> = acknowledge(&object(&[("status", "ok".into())])).into_iter().collect();
        if event == self.settings.send_message {
            let name = JsValue::from_str(&self.settings.message);
            if header.ack.is_none() {
                answers.extend(self.event(&Array::of2(&name, &message)));
            }
            if self.settings.auto_reply {
                let reply = self.reply(&message);
                answers.extend(self.event(&Array::of2(&name, &reply)));
            }
        }
        answers
    }

    fn reply(&mut self, message: &JsValue) -> JsValue {
        self.replies += 1;
        let id = ["mock-", &iso_date(js_sys::Date::now()), "-", &self.replies.to_string()].concat();
        let content = ["You said: ", &text_member(message, "content").unwrap_or_default()].concat();
        object(&[
            ("id", id.into()),
            ("conversationId", member(message, "conversationId")),
            ("content", content.into()),
            ("senderId", USER.into()),
            ("createdAt", iso_date(js_sys::Date::now()).into()),
        ])
    }

    /// An event's frame, if there is somebody to send it to.
    pub fn event(&self, args: &Array) -> Option<JsValue> {
        let namespace = self.namespace.clone()?;
        Some(packet(&Header { namespace, ..Header::new(PacketType::Event) }, args.as_ref()))
    }

    pub fn refuse_next(&mut self, event: String, answer: JsValue) {
        self.refusals.push((event, answer));
    }

    pub fn received(&self) -> Array {
        self.received.iter().collect()
    }

    fn sid(&self) -> String {
        ["mock-", &self.connections.to_string()].concat()
    }
}

fn packet(header: &Header, payload: &JsValue) -> JsValue {
    frame(header.encode(), &JsValue::UNDEFINED, &wire::stringify(payload)).into()
}

fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        set(&object, name, value);
    }
    object.into()
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    // A plain object that nobody has frozen takes any member.
    let _ = Reflect::set(object, &name.into(), value);
}
