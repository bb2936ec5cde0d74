// Errors of the entries: each has a stable `code`, as those of the module have.

export function coded(code, message, cause) {
  return Object.assign(new Error(message, { cause }), { code });
}

/** Throws where there is no WebAssembly at all, for example in Safari's Lockdown Mode. */
export function requireWebAssembly() {
  if (typeof WebAssembly !== "object") {
    throw coded("ERR_WASM_UNSUPPORTED", "socketio-wasm: this environment has no WebAssembly");
  }
}

/** A failure to compile or instantiate; under a Content-Security-Policy the engine's own message names the directive. */
export function loadError(cause) {
  if (cause?.code) return cause;
  return coded("ERR_WASM_LOAD", `socketio-wasm: the WebAssembly cannot be loaded: ${cause?.message ?? cause}`, cause);
}
