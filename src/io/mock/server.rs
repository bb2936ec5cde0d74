//! The mock's Socket.IO server: one frame in, the answers out. What it says is `server.js`'s.

use js_sys::{Array, JsString, Map};
use wasm_bindgen::prelude::*;

use super::super::reader::JsText;
use super::super::transport::frame;
use super::super::wire;
use super::link::{PING_INTERVAL, PING_TIMEOUT};
use crate::engineio;
use crate::socketio::{Header, PacketType};

#[wasm_bindgen(module = "/src/io/mock/server.js")]
extern "C" {
    type MockApplication;
    #[wasm_bindgen(constructor)]
    fn new(settings: &JsValue) -> MockApplication;
    #[wasm_bindgen(method)]
    fn handshake(this: &MockApplication, ping_interval: f64, ping_timeout: f64) -> JsValue;
    #[wasm_bindgen(method)]
    fn refusal(this: &MockApplication, auth: &JsValue) -> JsValue;
    #[wasm_bindgen(method)]
    fn welcome(this: &MockApplication) -> Array;
    #[wasm_bindgen(method)]
    fn event(this: &MockApplication, args: &JsValue, has_ack: bool) -> Array;
    #[wasm_bindgen(method, js_name = refuseNext)]
    fn refuse_next(this: &MockApplication, event: &JsValue, answer: &JsValue);
    #[wasm_bindgen(method)]
    fn received(this: &MockApplication) -> Array;
}

pub struct Server {
    application: MockApplication,
    /// Whether the handshake was answered.
    open: bool,
    /// The namespace that was opened, if one was.
    namespace: Option<Option<Box<str>>>,
    /// An event whose attachments have not all come: its header, its arguments, and what has come.
    incomplete: Option<(Header, JsValue, Array)>,
}

impl Server {
    pub fn new(settings: &JsValue) -> Self {
        Server { application: MockApplication::new(settings), open: false, namespace: None, incomplete: None }
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
        let handshake = self.application.handshake(PING_INTERVAL as f64, PING_TIMEOUT as f64);
        wire::frame_text("0", &JsValue::UNDEFINED, &handshake).into()
    }

    /// Answers a frame of the client.
    pub fn handle(&mut self, frame: &JsValue) -> Vec<JsValue> {
        let Some(text) = frame.dyn_ref::<JsString>() else { return self.handle_attachment(frame) };
        let text = JsText(text.clone());
        if engineio::PacketType::decode(&text) != Ok(engineio::PacketType::Message) {
            return Vec::new();
        }
        let Ok((header, at)) = Header::decode(&text, 1) else { return Vec::new() };
        let payload = wire::parse(&text.0, at, header.attachments, &Map::new());
        match header.kind {
            PacketType::Connect => return self.connect(header, &payload),
            PacketType::Disconnect => self.namespace = None,
            PacketType::Event => return self.handle_event(&header, &payload),
            PacketType::BinaryEvent => self.incomplete = Some((header, payload, Array::new())),
            _ => {}
        }
        Vec::new()
    }

    fn handle_attachment(&mut self, bytes: &JsValue) -> Vec<JsValue> {
        let Some((header, args, attachments)) = self.incomplete.take() else { return Vec::new() };
        if attachments.push(bytes) < header.attachments {
            self.incomplete = Some((header, args, attachments));
            return Vec::new();
        }
        self.handle_event(&header, &wire::fill(&args, &attachments))
    }

    fn connect(&mut self, header: Header, auth: &JsValue) -> Vec<JsValue> {
        let refusal = self.application.refusal(auth);
        if !refusal.is_undefined() {
            return vec![packet(&Header { kind: PacketType::ConnectError, ..header }, &refusal)];
        }
        let welcome = self.application.welcome();
        let answer = packet(&header, &welcome.get(0));
        self.namespace = Some(header.namespace);
        [Some(answer), self.event(&welcome.get(1))].into_iter().flatten().collect()
    }

    fn handle_event(&mut self, header: &Header, args: &JsValue) -> Vec<JsValue> {
        if self.namespace.as_ref() != Some(&header.namespace) || !args.is_array() {
            return Vec::new();
        }
        let answers = self.application.event(args, header.ack.is_some());
        let acknowledge = Header { kind: PacketType::Ack, attachments: 0, ..header.clone() };
        let ack = header.ack.map(|_| packet(&acknowledge, &answers.get(0)));
        ack.into_iter().chain(answers.iter().skip(1).filter_map(|event| self.event(&event))).collect()
    }

    /// An event's frame, of its arguments as JSON, if there is somebody to send it to.
    pub fn event(&self, args: &JsValue) -> Option<JsValue> {
        let namespace = self.namespace.clone()?;
        Some(packet(&Header { namespace, ..Header::new(PacketType::Event) }, args))
    }

    pub fn refuse_next(&self, event: &JsValue, answer: &JsValue) {
        self.application.refuse_next(event, answer);
    }

    pub fn received(&self) -> Array {
        self.application.received()
    }
}

fn packet(header: &Header, payload: &JsValue) -> JsValue {
    frame(header.encode(), &JsValue::UNDEFINED, payload).into()
}
