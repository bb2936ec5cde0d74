// Entry "socketio-wasm": the WebAssembly is inside this file, and the first constructor instantiates it.
import { initSync } from "build:glue";
import { provide } from "../src/io/wasm.js";
import { loadError, requireWebAssembly } from "./errors.js";
import { toBytes } from "./printable.js";

let wasm;

provide((meanwhile) => {
  if (wasm) return wasm;
  requireWebAssembly();
  if (meanwhile) meanwhile();
  // It may have called the application, and that have made a client.
  if (wasm) return wasm;
  try {
    wasm = initSync(new WebAssembly.Module(toBytes(WASM)));
  } catch (cause) {
    throw loadError(cause);
  }
  return wasm;
});

export { ChatSocket } from "../src/js/chat_socket.js";
export { io as connect, io as default, io, Manager, protocol, Socket } from "../src/js/io.js";
