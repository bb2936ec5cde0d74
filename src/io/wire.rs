//! What Rust calls of `wire.js` and `binary.js`.

use js_sys::{Array, JsString, Map};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/io/wire.js")]
extern "C" {
    pub fn parse(text: &JsString, at: u32, attachments: u32, names: &Map) -> JsValue;
    pub fn shape() -> u32;
    pub fn handshake(text: &JsString) -> Array;
    pub fn base64(text: &JsString) -> JsValue;
    pub fn conversation(id: &str) -> JsValue;
}

#[wasm_bindgen(module = "/src/io/binary.js")]
extern "C" {
    pub fn fill(args: &JsValue, attachments: &Array) -> JsValue;
}
