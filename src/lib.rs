//! A Socket.IO client for the browser.

pub mod client;
pub mod engineio;
#[cfg(target_arch = "wasm32")]
mod io;
#[cfg(target_arch = "wasm32")]
pub mod js;
pub mod socketio;
