// The entry as applications import it: by the package's manifest, with nothing else of the package there.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const template = fileURLToPath(new URL("../../pkg-template/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));
let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "socketio-wasm-entry-"));
  const installed = join(folder, "node_modules/socketio-wasm");
  mkdirSync(installed, { recursive: true });
  for (const name of ["package.json", manifest.exports["./server"].default]) copyFileSync(join(template, name), join(installed, name));
});
after(() => rmSync(folder, { recursive: true }));

/** Runs a module there; it must end by itself, without a word. */
function run(source) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", source], { cwd: folder, encoding: "utf8", timeout: 30_000 });
  assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: null, stdout: "", stderr: "" });
}

test("the entry needs no other file of the package, no global of a browser and no WebAssembly", () => {
  run(`
    import assert from "node:assert/strict";
    delete globalThis.WebAssembly;
    const entry = await import("socketio-wasm/server");
    assert.deepEqual(Object.keys(entry).sort(), ["Refusal", "claimStore", "memoryStore", "once"]);
  `);
});

test("a store and a listener that wait for nothing do not keep the process alive", () => {
  run(`
    import { claimStore, memoryStore, once } from "socketio-wasm/server";
    const claims = { claim: async () => ({ claimed: true }), complete() {}, release() {} };
    for (const store of [memoryStore(), claimStore(claims)]) {
      once({ store, user: "Ada", event: "sendMessage" }, () => {})({ id: "1" }, (answer) => answer === null || process.exit(1));
    }
  `);
});

test("the manifest publishes the entry and its declarations", () => {
  const { types, default: code } = manifest.exports["./server"];
  for (const path of [types, code]) {
    assert.ok(existsSync(join(template, path)), path);
    assert.ok(manifest.files.includes(path.replace("./", "")), path);
  }
});

test("the declarations name every error code of the entry, and no other", () => {
  const codes = (name) => [...new Set(readFileSync(join(template, name), "utf8").match(/"ERR_[A-Z_]+"/g))].sort();
  assert.deepEqual(codes("server.d.ts"), codes("server.js"));
});
