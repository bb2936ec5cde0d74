//! What JavaScript sees: classes, options, listeners, errors.

mod auth;
mod chat;
mod chat_socket;
mod config;
mod error;
mod options;
mod port;
mod snapshot;

pub use chat_socket::ChatSocket;
pub use port::{MockPort, Port};
