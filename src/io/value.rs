//! JavaScript's values as the codecs' texts and payloads.

use js_sys::JsString;
use wasm_bindgen::JsValue;

use crate::engineio::{Text, Value};

/// A JavaScript string, read where it is.
pub struct JsText(pub JsString);

impl Text for JsText {
    type Value = JsValue;

    fn unit(&self, index: u32) -> Option<u16> {
        let unit = self.0.char_code_at(index);
        (unit >= 0.0).then_some(unit as u16)
    }

    fn slice(&self, start: u32, end: u32) -> JsValue {
        self.0.slice(start, end).into()
    }
}

#[wasm_bindgen::prelude::wasm_bindgen(module = "/src/io/digest.js")]
extern "C" {
    #[wasm_bindgen(js_name = textDigest)]
    fn text_digest(text: &JsValue) -> u32;
}

impl Value for JsValue {
    fn digest(&self) -> u32 {
        text_digest(self)
    }

    #[inline(never)]
    fn literal(text: &'static str) -> Self {
        JsValue::from_str(text)
    }

    fn append(&self, other: &Self) -> Self {
        self + other
    }

    fn append_number(&self, number: u64) -> Self {
        self + &JsValue::from_f64(number as f64)
    }
}
