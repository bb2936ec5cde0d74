// Entry "socketio-wasm/slim": the .wasm is a file of its own, which `init` loads before the first constructor.
import { initSync } from "build:glue";
import { coded } from "../src/js/errors.js";
import { provide } from "../src/io/wasm.js";
import { loadError, requireWebAssembly } from "./errors.js";

let wasm;
let loading = null;

async function compile(source) {
  requireWebAssembly();
  // Bundlers look for this expression as it stands here, to take the file along.
  source ??= new URL("socketio_wasm_bg.wasm", import.meta.url);
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === "string" || source instanceof URL) source = await fetch(source);
  if (!(source instanceof Response)) return WebAssembly.compile(source);
  if (!source.ok) throw new Error(`${source.url}: ${source.status}`);
  // Not compileStreaming: it refuses a server that does not know the type application/wasm, and gains nothing at this size.
  return WebAssembly.compile(await source.arrayBuffer());
}

async function load(source) {
  try {
    wasm = initSync(await compile(source));
  } catch (cause) {
    loading = null;
    throw loadError(cause);
  }
}

/** Loads the WebAssembly, once; after a failure it may be called again. */
export function init(source) {
  return (loading ??= load(source));
}

provide(() => {
  if (!wasm) throw coded("ERR_NOT_INITIALIZED", "await init() first");
  return wasm;
});

export { ChatSocket } from "../src/js/chat_socket.js";
export { io as connect, io as default, io, Manager, protocol, Socket } from "../src/js/io.js";
