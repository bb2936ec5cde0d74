// Bytes of what is shipped and of what an application gets: raw, gzip level 9, brotli level 11.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { bundle } from "./bundle.mjs";

function sizeOf(bytes) {
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length,
  };
}

/** Files travel one by one, so their compressed sizes add up. */
function sum(...sizes) {
  return sizes.reduce((a, b) => ({ raw: a.raw + b.raw, gzip: a.gzip + b.gzip, brotli: a.brotli + b.brotli }));
}

// `export *` keeps all that an entry offers: an application that uses less may get less, never more.
const everything = (specifier) => `export * from ${JSON.stringify(specifier)};`;

/** What a bundler makes of an entry, where that is not what is shipped. */
function bundledAgain(name, bundled, shipped) {
  return Math.abs(bundled.gzip - shipped.gzip) * 100 > shipped.gzip ? [{ name: `${name}, bundled again`, ...bundled }] : [];
}

/** What applications load otherwise: the modules that they would write. */
const OTHERS = {
  "socket.io-client": ['export { io } from "socket.io-client";'],
  "… + @tanstack/offline-transactions": [
    'export { io } from "socket.io-client";',
    'export { startOfflineExecutor } from "@tanstack/offline-transactions";',
  ],
  "… and a collection of @tanstack/db": [
    'export { io } from "socket.io-client";',
    'export { startOfflineExecutor } from "@tanstack/offline-transactions";',
    'export { createCollection } from "@tanstack/db";',
  ],
  "… + localforage, mock-socket, jwt-decode": [
    'export { io } from "socket.io-client";',
    'export { default as localforage } from "localforage";',
    'export { Server, WebSocket } from "mock-socket";',
    'export { jwtDecode } from "jwt-decode";',
  ],
  "pusher-js": ['export { default } from "pusher-js";'],
  "ably (Realtime)": ['export { Realtime } from "ably";'],
};

/** Rows of { name, raw, gzip, brotli }. */
export async function measureSizes({ pkg, root }) {
  const file = (name) => readFile(join(pkg, name));
  const wasm = sizeOf(await file("socketio_wasm_bg.wasm"));
  const slim = sizeOf(await file("slim.js"));
  const slimBundled = sizeOf(await bundle(everything("./slim.js"), pkg));
  const index = sizeOf(await file("index.js"));
  const indexBundled = sizeOf(await bundle(everything("./index.js"), pkg));
  const others = [];
  for (const [name, lines] of Object.entries(OTHERS)) others.push({ name, ...sizeOf(await bundle(lines.join("\n"), root)) });
  return [
    { name: "wasm", ...wasm },
    { name: "slim.js: glue and JavaScript", ...slim },
    { name: "slim entry (wasm + slim.js)", ...sum(wasm, slim) },
    ...bundledAgain("slim entry", sum(wasm, slimBundled), sum(wasm, slim)),
    { name: "zero-config entry (index.js)", ...index },
    ...bundledAgain("zero-config entry", indexBundled, index),
    ...others,
  ];
}
