//! Errors as JavaScript sees them: an Error with a stable `code`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/js/chat.js")]
extern "C" {
    fn coded(code: &str, message: &str) -> JsValue;
}

/// The codes of what Rust throws.
#[derive(Clone, Copy)]
pub enum Code {
    InvalidOption,
    InvalidArgument,
    MessageTooLong,
    QueueFull,
    DuplicateId,
    Closed,
}

impl Code {
    fn text(self) -> &'static str {
        match self {
            Code::InvalidOption => "ERR_INVALID_OPTION",
            Code::InvalidArgument => "ERR_INVALID_ARGUMENT",
            Code::MessageTooLong => "ERR_MESSAGE_TOO_LONG",
            Code::QueueFull => "ERR_QUEUE_FULL",
            Code::DuplicateId => "ERR_DUPLICATE_ID",
            Code::Closed => "ERR_CLOSED",
        }
    }

    /// The error, to be thrown.
    pub fn error(self, message: &str) -> JsValue {
        coded(self.text(), message)
    }
}
