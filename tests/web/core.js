// All that the browser tests know of the package's wiring: how a ChatSocket is made of what the test runner serves. The rest of the tests is
// written against the public declarations.
import { initSync } from "/wasm-bindgen-test";
import { ChatSocket } from "/src/js/chat_socket.js";

/** `new ChatSocket(options)` of the package. The WebAssembly is there by then, so that `initSync` only returns what Rust exports. */
export const newChatSocket = (options) => new ChatSocket(initSync(), options);
