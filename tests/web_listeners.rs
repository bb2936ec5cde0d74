//! The rule of the driver: what a listener does, or throws, harms nothing.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::panic)]

#[macro_use]
mod web;

suite! { "/tests/web/listeners.js":
    a_listener_that_throws_is_reported_and_the_next_one_runs
}
