// Entry "socketio-wasm": the WebAssembly is inside this file, and the first constructor instantiates it.
import { initSync } from "build:glue";
import * as core from "./core.js";
import { ChatSocket as Base } from "../src/js/chat_socket.js";
import { Manager, Socket } from "../src/js/socket.js";
import base64 from "build:wasm";
import { loadError, requireWebAssembly } from "./errors.js";

let loaded = false;

function load() {
  if (loaded) return;
  requireWebAssembly();
  try {
    initSync({ module: Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0)) });
  } catch (cause) {
    throw loadError(cause);
  }
  loaded = true;
}

/** A chat client: see index.d.ts. */
export class ChatSocket extends Base {
  // Minifying renames the class; this is what consoles show.
  static name = "ChatSocket";

  constructor(options) {
    load();
    super(core, options);
  }
}

export { Manager, Socket };

/** The revision of the Socket.IO protocol that is spoken. */
export const protocol = 5;
