// All that the browser tests know of the package's wiring: how its classes find what the test runner serves. The rest of the tests is
// written against the public declarations.
import { initSync } from "/wasm-bindgen-test";
import { ChatSocket } from "/src/js/chat_socket.js";
import { provide } from "/src/io/wasm.js";

// The WebAssembly is there by then, so that `initSync` only returns what Rust exports.
provide(() => initSync());

export { io, Manager, Socket, protocol } from "/src/js/io.js";

/** `new ChatSocket(options)` of the package. */
export const newChatSocket = (options) => new ChatSocket(options);
