//! The browser around the state machine: driver, timer and storage in Rust, what touches WebSocket and page in the JavaScript beside them,
//! and the mock server.

mod clock;
mod driver;
mod hooks;
mod reader;
mod record;
mod storage;
mod tell;
mod wire;

pub use driver::{Driver, Prefixes, Settings};
pub use hooks::{Hooks, Link};
pub use reader::JsText;
pub use record::{Shown, stored_length, utf8_length};
pub use storage::Store;
