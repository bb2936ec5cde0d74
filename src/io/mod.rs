//! The browser around the state machine: driver and timer in Rust, what touches WebSocket, storage and page in the JavaScript beside them, and
//! the mock server.

mod clock;
mod driver;
mod host;
mod reader;
mod record;
mod stack;
mod value;

pub use driver::Driver;
pub use host::{Act, Host};
pub use reader::JsReader;
pub use record::record;
pub use value::{Js, JsText};
