//! The core's view of JSON where there is no JavaScript: a payload is its own text, looked into with serde_json.

use serde_json::Value;
use socketio_wasm::client::{ConnectError, EventName, Frame, Reader, Refusal};
use socketio_wasm::engineio::HandshakeFields;
use socketio_wasm::socketio::{RESERVED_EVENTS, Shape};

/// Reads with the chat layer's default event names.
pub struct JsonReader;

/// A text frame as the machine gets it.
pub fn decode(text: &str) -> Frame<String> {
    Frame::decode(text, &mut JsonReader)
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn shape(value: &Value) -> Shape {
    match value {
        Value::Object(_) => Shape::Object,
        Value::String(_) => Shape::Text,
        Value::Array(list) => match list.first() {
            Some(Value::String(name)) if RESERVED_EVENTS.contains(&name.as_str()) => Shape::Reserved,
            Some(Value::String(_) | Value::Number(_)) => Shape::Event,
            _ => Shape::Array,
        },
        _ => Shape::Other,
    }
}

fn fits(value: &Value, attachments: u32) -> bool {
    match value {
        Value::Object(members) if members.get("_placeholder") == Some(&Value::Bool(true)) => {
            members.get("num").and_then(Value::as_u64).is_some_and(|num| num < u64::from(attachments))
        }
        Value::Object(members) => members.values().all(|member| fits(member, attachments)),
        Value::Array(list) => list.iter().all(|member| fits(member, attachments)),
        _ => true,
    }
}

impl Reader<str> for JsonReader {
    fn payload(&mut self, text: &str, at: u32, attachments: u32) -> (Shape, String) {
        let json = &text[at as usize..];
        match serde_json::from_str::<Value>(json) {
            Ok(value) if attachments == 0 || fits(&value, attachments) => (shape(&value), json.to_owned()),
            _ => (Shape::Invalid, String::new()),
        }
    }

    fn handshake(&mut self, frame: &str) -> HandshakeFields<String> {
        let value = parse(&frame[1..]);
        HandshakeFields {
            sid: text(&value["sid"]),
            ping_interval: value["pingInterval"].as_f64().unwrap_or(f64::NAN),
            ping_timeout: value["pingTimeout"].as_f64().unwrap_or(f64::NAN),
            max_payload: value["maxPayload"].as_f64().unwrap_or(f64::NAN),
        }
    }

    fn base64(&mut self, text: &str) -> Option<String> {
        let data = &text[1..];
        let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        (data.len().is_multiple_of(4) && data.chars().all(valid)).then(|| data.to_owned())
    }

    fn sid(&mut self, payload: &String) -> Option<String> {
        text(&parse(payload)["sid"]).filter(|sid| !sid.is_empty())
    }

    fn pid(&mut self, payload: &String) -> Option<String> {
        text(&parse(payload)["pid"])
    }

    fn offset(&mut self, args: &String) -> Option<String> {
        parse(args).as_array().and_then(|args| text(args.last()?))
    }

    fn event_name(&mut self, args: &String) -> EventName<String> {
        let args = parse(args);
        match args[0].as_str() {
            Some("message") => EventName::Message(text(&args[1]["id"])),
            Some("notification") => EventName::Notification,
            Some("connected") => EventName::Connected,
            _ => EventName::Other,
        }
    }

    fn refusal(&mut self, args: &String) -> Option<Refusal<String>> {
        let answer = &parse(args)[0];
        let error = match &answer["error"] {
            Value::Null | Value::Bool(false) => return None,
            Value::String(error) if error.is_empty() => return None,
            Value::Number(error) if error.as_f64() == Some(0.0) => return None,
            Value::String(error) => error.clone(),
            error => error.to_string(),
        };
        Some(Refusal { error, retryable: answer["retryable"] == true })
    }

    fn connect_error(&mut self, payload: Option<&String>) -> ConnectError<String> {
        let value = payload.map(|payload| parse(payload)).unwrap_or_default();
        let message = text(&value).or_else(|| text(&value["message"])).unwrap_or_default();
        let data = &value["data"];
        let sign_in = matches!(data["code"].as_u64(), Some(401 | 403)) || message.contains("token");
        ConnectError { sign_in, data: (!data.is_null()).then(|| data.to_string()), message }
    }
}
