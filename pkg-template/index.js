// Entry "socketio-wasm": the WebAssembly is inside this file, and the first constructor instantiates it.
import { initSync } from "build:glue";
import { ChatSocket as Base } from "../src/js/chat_socket.js";
import { Manager, Socket } from "../src/js/socket.js";
import base64 from "build:wasm";
import { loadError, requireWebAssembly } from "./errors.js";

/** What Rust exports. Its functions take and give numbers and JavaScript values only, so that nothing stands between. */
let wasm;

function load() {
  if (wasm) return wasm;
  requireWebAssembly();
  try {
    wasm = initSync({ module: Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0)) });
  } catch (cause) {
    throw loadError(cause);
  }
  return wasm;
}

/** A chat client: see index.d.ts. */
export class ChatSocket extends Base {
  // Minifying renames the class; this is what consoles show.
  static name = "ChatSocket";

  constructor(options) {
    super(load(), options);
  }
}

export { Manager, Socket };

/** The revision of the Socket.IO protocol that is spoken. */
export const protocol = 5;
