// Declarations of "socketio-wasm/slim": the same exports, and `init`, since the .wasm is a file of its own.

export * from "./index.js";
export { default } from "./index.js";

/**
 * Loads the WebAssembly; await it before the first `new ChatSocket()`, which otherwise throws ERR_NOT_INITIALIZED.
 *
 * Without a source it fetches `socketio_wasm_bg.wasm` from beside the module. Where a bundler has moved that, give its URL
 * (the package exports the file as "socketio-wasm/socketio_wasm_bg.wasm"), its bytes, a Response or a compiled module.
 * It is loaded once, whatever later calls ask for. Rejects with ERR_WASM_LOAD or ERR_WASM_UNSUPPORTED, and may then be called again.
 */
export function init(source?: URL | string | Response | BufferSource | WebAssembly.Module): Promise<void>;
