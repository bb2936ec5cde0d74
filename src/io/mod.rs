//! The browser: WebSocket, timer, localStorage and page lifecycle around the state machine, and the mock server.

mod clock;
mod driver;
pub(crate) mod mock;
mod page;
mod reader;
pub(crate) mod record;
mod storage;
mod transport;
mod wire;

pub(crate) use driver::{Application, Driver, Effect, Prefixes, Settings};
pub(crate) use reader::{NAME_CODES, element, member, text_member};
pub(crate) use storage::Store;
pub(crate) use transport::Endpoint;
pub(crate) use wire::fill;
