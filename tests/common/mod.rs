//! What the host tests share: a world with a virtual clock around a client and a scripted server, all in memory.
//!
//! `World::drive` runs both sides until nothing is on the wire, `run_for` lets time pass, and `log` is what happened, in order.

#![allow(dead_code, unused_imports)] // Each test file is a crate of its own and uses a part.

mod reader;
mod server;
mod storage;
mod world;

pub use reader::{JsonReader, decode};
pub use server::{Answer, Server};
pub use storage::Storage;
pub use world::{SignIn, Step, UNCLAIMED, World};

use socketio_wasm::client::{Backoff, ChatConfig, Config, Limits, Proof};
use socketio_wasm::socketio::Header;

/// The defaults that the public declarations name.
pub fn config() -> Config {
    Config {
        reconnection: true,
        reconnection_attempts: u32::MAX,
        backoff: Backoff { base: 1000.0, max: 5000.0, factor: 0.5 },
        timeout: 20_000,
        seed: 1,
    }
}

/// The defaults that the public declarations name.
pub fn chat() -> ChatConfig {
    ChatConfig {
        await_server_ready: false,
        delivery: Proof::Ack,
        ack_timeout: 10_000,
        max_attempts: 5,
        max_in_flight: 16,
        limits: Limits { messages: 1000, length: 1 << 20 },
        ttl: 7 * 24 * 60 * 60 * 1000,
        // `["sendMessage",` and `]`, and 20 for the digits.
        head: 36,
    }
}

/// A header as text, with the Engine.IO digit before it (specification, "Packet encoding").
pub fn head(header: &Header<String>) -> String {
    let attachments = if header.attachments > 0 { format!("{}-", header.attachments) } else { String::new() };
    let namespace = header.namespace.as_ref().map(|name| format!("{name},")).unwrap_or_default();
    let ack = header.ack.map(|id| id.to_string()).unwrap_or_default();
    format!("4{}{attachments}{namespace}{ack}", header.kind as u32)
}
