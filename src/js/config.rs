//! From the options of `ChatSocket` to what the layers below are made with.

use std::rc::Rc;

use js_sys::{Array, JSON, Map};
use wasm_bindgen::prelude::*;

use super::error::Code;
use super::options::Options;
use crate::client::{Backoff, ChatConfig, Config, Limits, Millis, Proof};
use crate::io::mock::{MockServer, MockSettings};
use crate::io::{Endpoint, NAME_CODES, Prefixes, Settings, Store};

const DEFAULT_PATH: &str = "/socket/notification";
const DAY: f64 = 86_400_000.0;

#[wasm_bindgen(module = "/src/js/auth.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn endpoint(url: Option<&str>, path: &str, query: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_name = hasLocation)]
    fn has_location() -> bool;
}

/// Everything that the options say, checked.
pub struct ChatOptions {
    pub config: Config,
    pub chat: ChatConfig,
    pub settings: Settings,
    pub mock: Option<Rc<MockServer>>,
    /// Server and path, as they are part of the queue's scope.
    pub server: String,
    pub path: String,
    pub namespace: String,
    pub max_message_length: f64,
    pub names: Names,
}

/// What the application calls the events that the client sends or makes up.
pub struct Names {
    pub message: String,
}

impl ChatOptions {
    pub fn read(options: &Options) -> Result<Self, JsValue> {
        let queue = options.nested("queue")?;
        let events = options.nested("events")?;
        let name = |key: &str, default: &str| events.text(key).map(|name| name.unwrap_or_else(|| default.to_owned()));

        let store = match queue.word("storage", &["local", "memory"])? {
            0 => Store::local(),
            _ => Store::Memory,
        };
        let names = Map::new();
        for (code, key) in (1_u32..).zip(NAME_CODES) {
            names.set(&name(key, key)?.into(), &code.into());
        }
        let prefix = |key: &str| name(key, key).map(|name| begin(&name));
        let prefixes = Prefixes {
            send: prefix("sendMessage")?,
            read: prefix("markAsRead")?,
            join: prefix("joinConversation")?,
            leave: prefix("leaveConversation")?,
        };

        let path = options.text("path")?.unwrap_or_else(|| DEFAULT_PATH.to_owned());
        let query = options.object("query")?;
        let url = options.text("url")?;
        let mock = if options.flag("useMockSocket", false)? { Some(mock(options, &events)?) } else { None };
        let mut place = ("".to_owned(), path.clone(), "/".to_owned());
        let endpoint = match &mock {
            Some(mock) => {
                "mock".clone_into(&mut place.0);
                Endpoint::Mock(mock.clone())
            }
            None if url.is_none() && !has_location() => Endpoint::Nowhere,
            None => {
                let parts = endpoint(url.as_deref(), &path, &query)
                    .map_err(|_| Code::InvalidOption.error("options.url must be an http(s) or ws(s) URL"))?;
                let part = |index| parts.get(index).as_string().unwrap_or_default();
                place = (part(1), part(2), part(3));
                Endpoint::Server(part(0))
            }
        };
        Ok(ChatOptions {
            config: config(options)?,
            chat: ChatConfig {
                await_server_ready: options.flag("awaitServerReady", false)?,
                delivery: [Proof::Ack, Proof::Echo, Proof::Sent]
                    .get(options.word("delivery", &["ack", "echo", "sent"])?)
                    .copied()
                    .unwrap_or(Proof::Ack),
                ack_timeout: options.number("ackTimeout", 10_000.0, 1.0)? as Millis,
                max_attempts: options.number("maxAttempts", 5.0, 1.0)? as u32,
                max_in_flight: options.number("maxInFlight", 16.0, 1.0)? as usize,
                limits: Limits {
                    messages: queue.number("maxMessages", 1000.0, 0.0)? as usize,
                    length: queue.number("maxLength", 1_048_576.0, 0.0)? as usize,
                },
                ttl: queue.number("ttl", 7.0 * DAY, 0.0)? as Millis,
            },
            settings: Settings { endpoint, store, names, prefixes },
            mock,
            server: place.0,
            path: place.1,
            namespace: options.text("namespace")?.unwrap_or(place.2),
            max_message_length: queue.number("maxMessageLength", 65_536.0, 0.0)?,
            names: Names { message: name("message", "message")? },
        })
    }
}

fn config(options: &Options) -> Result<Config, JsValue> {
    Ok(Config {
        reconnection: options.flag("reconnection", true)?,
        reconnection_attempts: options.number("reconnectionAttempts", f64::INFINITY, 0.0)? as u32,
        backoff: Backoff {
            base: options.number("reconnectionDelay", 1000.0, 0.0)?,
            max: options.number("reconnectionDelayMax", 5000.0, 0.0)?,
            factor: options.number("randomizationFactor", 0.5, 0.0)?,
        },
        timeout: options.number("timeout", 20_000.0, 1.0)? as Millis,
        seed: (js_sys::Math::random() * (1_u64 << 53) as f64) as u64,
    })
}

fn mock(options: &Options, events: &Options) -> Result<Rc<MockServer>, JsValue> {
    let mock = options.nested("mock")?;
    let name = |key: &str| events.text(key).map(|name| name.unwrap_or_else(|| key.to_owned()));
    Ok(MockServer::new(MockSettings {
        latency: mock.number("latency", 20.0, 0.0)? as Millis,
        auto_reply: mock.flag("autoReply", true)?,
        send_message: name("sendMessage")?,
        message: name("message")?,
        connected: name("connected")?,
    }))
}

/// `["name",` as JSON.
fn begin(event: &str) -> JsValue {
    let name = JSON::stringify(&event.into()).map(String::from).unwrap_or_default();
    ["[", &name, ","].concat().into()
}
