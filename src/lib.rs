//! A Socket.IO client for the browser: Engine.IO 4 and Socket.IO 5 over WebSocket, and above them a chat client whose queue loses nothing.
//!
//! The promise: when a message has been queued and stored, it leaves storage only when the server has accepted it or the application has
//! discarded it.
//!
//! ```text
//! engineio   socketio      wire formats: text to packets and back. No state, no time, no JavaScript
//!       \     /
//!       client             the state machine: input and time in, output out
//!          |
//!          io              the browser: driver, timer, storage; WebSocket, page and mock server in the JavaScript beside them
//!          |
//!          js              what applications see: classes, options, listeners, errors
//! ```
//!
//! Arrows only point up. The first two rows know nothing of a browser and are tested on the host.
//!
//! # How to drive a client
//!
//! 1. Give it what happened: [`client::Client::handle_input`], or one of the calls that stand for the application's, such as
//!    [`client::Client::send`]. Each takes the time.
//! 2. Do what [`client::Client::poll_output`] says, again and again, until it says [`client::Output::Wait`]. What has to be reported back (storage,
//!    buffered bytes) may be reported in between.
//! 3. Only then call application code, with what was to be told. It may call the client again; then go to 2.
//! 4. Come back with [`client::Input::Wake`] at the time that `Wait` named, or earlier with other input. If that time has come already, at once.
//!
//! # Panics
//!
//! Nothing that comes over the network or from an application makes this crate panic: `unwrap`, `expect`, indexing and `panic!` are denied by
//! lint, and an exception names its invariant.

// For the closures of io::stack.
#![recursion_limit = "1024"]

#[cfg(target_arch = "wasm32")]
use lol_alloc::{FreeListAllocator, LockedAllocator};

pub mod client;
pub mod engineio;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod io;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod js;
pub mod socketio;

/// A tenth of the size of the standard library's own. It searches a list of free blocks, which is short here: payloads are JavaScript's.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());
