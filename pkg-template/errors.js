// Errors of the entries: each has a stable `code`, as those of the module have.

import { coded } from "../src/js/errors.js";

/** Throws where there is no WebAssembly at all, for example in Safari's Lockdown Mode. */
export function requireWebAssembly() {
  if (typeof WebAssembly !== "object") {
    throw coded("ERR_WASM_UNSUPPORTED", "there is no WebAssembly");
  }
}

/** A failure to fetch, compile or instantiate. What engines say when a policy forbids it does not name the remedy. */
export function loadError(cause) {
  if (cause?.code) return cause;
  const reason = String(cause?.message ?? cause);
  const remedy = /Content.?Security|CSP/i.test(reason) ? " (script-src needs 'wasm-unsafe-eval')" : "";
  return coded("ERR_WASM_LOAD", `cannot load the WebAssembly: ${reason}${remedy}`, cause);
}
