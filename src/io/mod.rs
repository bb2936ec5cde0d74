//! The browser: WebSocket, timer, localStorage and page lifecycle around the state machine, and the mock server.

mod clock;
mod driver;
mod hooks;
mod mock;
mod page;
mod reader;
mod record;
mod storage;
mod tell;
mod transport;
mod wire;

pub(crate) use driver::{Driver, Prefixes, Settings};
pub(crate) use hooks::Hooks;
pub(crate) use mock::MockServer;
pub(crate) use record::{Shown, stored_length, utf8_length};
pub(crate) use storage::Store;
pub(crate) use transport::Endpoint;
pub(crate) use wire::stringify;
