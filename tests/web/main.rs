//! What only a browser can show. Each test is an asynchronous function of a JavaScript file, since JavaScript is what the classes are for; the Rust
//! file of the same name lists them, so that each is a test of the runner's. One binary, since its page takes longer to load than all tests to run.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::panic)]

use wasm_bindgen::prelude::*;

// Links it, with what it exports to JavaScript.
use socketio_wasm as _;

/// Names local files: wasm-bindgen copies what is named, with its folders, and nothing that it only imports.
macro_rules! copied {
    ($($name:ident $path:literal)*) => {
        $(
            #[wasm_bindgen(module = $path)]
            extern "C" {
                #[allow(dead_code)]
                type $name;
            }
        )*
    };
}

// The package's, as `core.js` needs them.
copied! {
    Acts "/src/io/acts.js"
    Auth "/src/js/auth.js"
    Binary "/src/io/binary.js"
    Chat "/src/js/chat_socket.js"
    Emitter "/src/js/emitter.js"
    Errors "/src/js/errors.js"
    Host "/src/io/host.js"
    Link "/src/io/link.js"
    Messages "/src/js/messages.js"
    MockLink "/src/io/mock/link.js"
    MockServer "/src/io/mock/server.js"
    Options "/src/js/options.js"
    Page "/src/io/page.js"
    Record "/src/io/record.js"
    Socket "/src/js/socket.js"
    Storage "/src/io/storage.js"
    Turn "/src/io/turn.js"
    Wire "/src/io/wire.js"
}

copied! {
    Assert "/tests/web/assert.js"
    Core "/tests/web/core.js"
    FakeSocket "/tests/web/fake_socket.js"
    Locks "/tests/web/locks.js"
    Time "/tests/web/time.js"
    World "/tests/web/world.js"
}

/// The tests of a file. One that the file exports and the list lacks is a failure of `no_test_is_left_out`.
macro_rules! suite {
    ($path:literal: $($name:ident)*) => {
        mod js {
            use js_sys::Promise;
            use wasm_bindgen::prelude::*;

            #[wasm_bindgen(module = $path)]
            extern "C" {
                $(pub fn $name() -> Promise;)*
                pub fn all() -> js_sys::Array;
            }
        }

        $(
            #[wasm_bindgen_test::wasm_bindgen_test]
            async fn $name() -> Result<(), wasm_bindgen::JsValue> {
                // What it returns says nothing; what it rejects with is the failure, with the JavaScript stack.
                js_sys::futures::JsFuture::from(js::$name()).await.map(drop)
            }
        )*

        #[wasm_bindgen_test::wasm_bindgen_test]
        fn no_test_is_left_out() {
            let named = [$(stringify!($name)),*];
            let all: Vec<String> = js::all().iter().filter_map(|name| name.as_string()).collect();
            let left_out: Vec<_> = all.iter().filter(|name| !named.contains(&name.as_str())).collect();
            assert!(left_out.is_empty(), "not run: {left_out:?}");
        }
    };
}

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod close;
mod connection;
mod delivery;
mod events;
mod heartbeat;
mod listeners;
mod malformed;
mod mock;
mod page;
mod records;
mod sign_in;
mod snapshot;
mod storage;
