//! What only a browser can show. Each test is an asynchronous function of a JavaScript file, since JavaScript is what the classes are for; the Rust
//! file of the same name lists them, so that each is a test of the runner's. One binary, since its page takes longer to load than all tests to run.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::panic)]

use js_sys::Promise;
use wasm_bindgen::prelude::*;

// Links it, with what it exports to JavaScript.
use socketio_wasm as _;

#[wasm_bindgen(module = "/tests/web/run.js")]
extern "C" {
    /// What it resolves to says nothing; what it rejects with is the failure, with the JavaScript stack.
    fn run(file: &str, test: &str) -> Promise;
    fn names(file: &str) -> Promise;
}

/// The tests of a file in this folder. One that the file exports and the list lacks is a failure of `no_test_is_left_out`.
macro_rules! suite {
    ($file:literal: $($name:ident)*) => {
        $(
            #[wasm_bindgen_test::wasm_bindgen_test]
            async fn $name() -> Result<(), wasm_bindgen::JsValue> {
                js_sys::futures::JsFuture::from(super::run($file, stringify!($name))).await.map(drop)
            }
        )*

        #[wasm_bindgen_test::wasm_bindgen_test]
        async fn no_test_is_left_out() -> Result<(), wasm_bindgen::JsValue> {
            let named = [$(stringify!($name)),*];
            let all = js_sys::futures::JsFuture::from(super::names($file)).await?;
            let all: Vec<String> = js_sys::Array::from(&all).iter().filter_map(|name| name.as_string()).collect();
            let left_out: Vec<_> = all.iter().filter(|name| !named.contains(&name.as_str())).collect();
            assert!(left_out.is_empty(), "not run: {left_out:?}");
            Ok(())
        }
    };
}

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod close;
mod connection;
mod delivery;
mod events;
mod heartbeat;
mod io;
mod listeners;
mod malformed;
mod mock;
mod owners;
mod page;
mod records;
mod sign_in;
mod snapshot;
mod storage;
