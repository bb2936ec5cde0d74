// Applications without a framework: plain HTML with modules, and bundles by esbuild and Rollup, under a strict Content-Security-Policy.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { run } from "./command.mjs";
import { copiesBelow } from "./copies.mjs";
import { liveThrough } from "./scenario.mjs";
import { setting, visiting } from "./setting.mjs";
import { serveFolder } from "./site.mjs";

const PATHS = { chat: "/index.html", login: "/login.html", about: "/about.html" };
const IMPORTS = JSON.stringify({ imports: { "socketio-wasm": "./socketio-wasm/index.js", "socketio-wasm/slim": "./socketio-wasm/slim.js" } });
const script = (src) => `<script type="module" src="${src}"></script>`;
const withImports = (src) => `<script type="importmap">${IMPORTS}</script>${script(src)}`;

const set = setting("plain");

/** A copy of the application, with these scripts in its chat page, and what a site without a bundler takes from the package. */
function create(name, scripts, published = []) {
  const folder = set.apps.add("plain", name);
  for (const page of ["index.html", "login.html"]) {
    const html = readFileSync(join(folder, page), "utf8");
    writeFileSync(join(folder, page), html.replace("CHAT_SERVER", set.world.server.url).replace("<!-- SCRIPTS -->", scripts));
  }
  if (published.length) mkdirSync(join(folder, "socketio-wasm"));
  for (const file of published) copyFileSync(join(set.apps.folder, "node_modules/socketio-wasm", file), join(folder, "socketio-wasm", file));
  return folder;
}

async function live(folder, copies) {
  assert.deepEqual(copiesBelow(folder), copies);
  const { world } = set;
  await visiting(serveFolder(folder, world.server.url, { trustedTypes: true }), (url) => liveThrough(world, url, PATHS));
}

test("plain HTML with the zero-config entry", async () => {
  await live(create("plain-zero", withImports("zero.js"), ["index.js"]), ["socketio-wasm/index.js"]);
});

test("plain HTML with the slim entry", async () => {
  await live(create("plain-slim", withImports("slim.js"), ["slim.js", "socketio_wasm_bg.wasm"]), ["socketio-wasm/socketio_wasm_bg.wasm"]);
});

test("a bundle by esbuild", async () => {
  const folder = create("esbuild", script("bundle.js"));
  await build({ entryPoints: [join(folder, "zero.js")], outfile: join(folder, "bundle.js"), bundle: true, minify: true, format: "esm", logLevel: "error" });
  await live(folder, ["bundle.js"]);
});

test("a bundle by Rollup", async () => {
  const folder = create("rollup", script("bundle.js"));
  await run(folder, "rollup", "zero.js", "--file", "bundle.js", "--plugin", "node-resolve", "--failAfterWarnings");
  await live(folder, ["bundle.js"]);
});
