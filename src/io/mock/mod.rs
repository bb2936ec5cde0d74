//! The mock server: speaks Engine.IO and Socket.IO frames over a link in memory, through the client's own codec.
//!
//! `link` carries frames with a delay and loses those under way when it is dropped; `server` answers them.

mod link;
mod server;

pub use link::MockLink as MockServer;
