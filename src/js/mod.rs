//! What JavaScript sees: `chat_socket.js` and `socket.js` with what they import, and [`Core`] under them.

mod core;
mod settings;

pub use self::core::Core;
