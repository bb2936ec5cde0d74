//! What JavaScript sees: `chat_socket.js` and `socket.js` with what they import, and [`core`] under them.

pub mod core;
