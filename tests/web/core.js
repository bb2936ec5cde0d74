// Rust's functions for the constructor of ChatSocket, as pkg-template/core.js names them: out of the glue that the test runner serves.
import * as glue from "/wasm-bindgen-test";

const PREFIX = "core_";
const RENAMED = { measure: "storedLength" };

/** Read when the first client is made: the glue imports this file too, and is not complete before. */
export function core() {
  const names = Object.keys(glue).filter((name) => name.startsWith(PREFIX));
  return Object.fromEntries(names.map((name) => {
    const short = name.slice(PREFIX.length).replace(/_(.)/g, (_, letter) => letter.toUpperCase());
    return [RENAMED[short] ?? short, glue[name]];
  }));
}
