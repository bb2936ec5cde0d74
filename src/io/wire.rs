//! What Rust calls of `wire.js` and `binary.js`.

use js_sys::{Array, JsString, Map};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/io/wire.js")]
extern "C" {
    pub fn parse(text: &JsString, at: u32, attachments: u32, names: &Map) -> JsValue;
    pub fn shape() -> u32;
    pub fn handshake(text: &JsString) -> Array;
    pub fn base64(text: &JsString) -> JsValue;
    /// `{"conversationId": …}` as JSON.
    pub fn conversation(id: &str) -> JsValue;
    /// Of a value that came from JSON.
    pub fn stringify(value: &JsValue) -> JsValue;

    #[wasm_bindgen(catch, js_name = send)]
    pub fn send_digits(socket: &JsValue, head: f64, prefix: &JsValue, payload: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = send)]
    pub fn send_text(socket: &JsValue, head: &str, prefix: &JsValue, payload: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = sendRaw)]
    pub fn send_raw(socket: &JsValue, frame: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = frame)]
    pub fn frame_digits(head: f64, prefix: &JsValue, payload: &JsValue) -> JsString;
    #[wasm_bindgen(js_name = frame)]
    pub fn frame_text(head: &str, prefix: &JsValue, payload: &JsValue) -> JsString;
}

#[wasm_bindgen(module = "/src/io/binary.js")]
extern "C" {
    pub fn fill(args: &JsValue, attachments: &Array) -> JsValue;
}
