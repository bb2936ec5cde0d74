//! From what `options.js` has read to what the layers below are made with.

use js_sys::{Array, Float64Array, Map};
use wasm_bindgen::prelude::*;

use crate::client::{Backoff, ChatConfig, Config, Limits, Millis, Proof};
use crate::io::{Link, Prefixes, Settings, Store};

#[wasm_bindgen]
extern "C" {
    /// What `readOptions` returns.
    pub type Read;
    #[wasm_bindgen(method, getter)]
    pub fn namespace(this: &Read) -> String;
    #[wasm_bindgen(method, getter)]
    fn numbers(this: &Read) -> Float64Array;
    #[wasm_bindgen(method, getter)]
    fn incoming(this: &Read) -> Map;
    #[wasm_bindgen(method, getter)]
    fn outgoing(this: &Read) -> Array;
}

/// The order is that of `numbers` in `options.js`.
type Numbers = [f64; 16];

/// Everything that a client is made with.
pub struct Made {
    pub config: Config,
    pub chat: ChatConfig,
    pub settings: Settings,
}

impl Read {
    pub fn make(&self, link: Link) -> Made {
        let mut numbers: Numbers = Numbers::default();
        self.numbers().copy_to(&mut numbers);
        let [
            reconnection,
            reconnection_attempts,
            base,
            max,
            factor,
            timeout,
            seed,
            await_server_ready,
            delivery,
            ack_timeout,
            max_attempts,
            max_in_flight,
            max_messages,
            max_length,
            ttl,
            storage,
        ] = numbers;
        let outgoing = self.outgoing();
        Made {
            config: Config {
                reconnection: reconnection != 0.0,
                reconnection_attempts: reconnection_attempts as u32,
                backoff: Backoff { base, max, factor },
                timeout: timeout as Millis,
                seed: seed as u64,
            },
            chat: ChatConfig {
                await_server_ready: await_server_ready != 0.0,
                delivery: match delivery as u32 {
                    0 => Proof::Ack,
                    1 => Proof::Echo,
                    _ => Proof::Sent,
                },
                ack_timeout: ack_timeout as Millis,
                max_attempts: max_attempts as u32,
                max_in_flight: max_in_flight as usize,
                limits: Limits { messages: max_messages as usize, length: max_length as usize },
                ttl: ttl as Millis,
            },
            settings: Settings {
                link,
                store: if storage == 0.0 { Store::local() } else { Store::memory() },
                names: self.incoming(),
                prefixes: Prefixes {
                    send: outgoing.get(0),
                    read: outgoing.get(1),
                    join: outgoing.get(2),
                    leave: outgoing.get(3),
                },
            },
        }
    }
}
