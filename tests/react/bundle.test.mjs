// What a bundle with the hooks holds: the WebAssembly once, or, over the slim entry, not at all.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { copiesIn } from "../../pkg-template/scripts/build.mjs";
import { bundle, install, launch, site } from "./support.mjs";

let folder, browser;
const file = (name, encoding) => readFileSync(join(folder, "node_modules/socketio-wasm", name), encoding);
before(async () => {
  folder = await install("page");
  browser = await launch();
});
after(() => browser?.close());

test("the hooks are marked for the client before anything else", () => {
  assert.match(file("react.js", "utf8"), /^"use client";\n/);
});

test("an application of the hooks and the client holds the WebAssembly once", async () => {
  assert.equal(copiesIn(await bundle(folder, "main.jsx", 19)), 1);
});

test("where the bundler takes the slim entry for the other, the hooks work over that, and no copy is in the bundle", async () => {
  const slim = { name: "slim", setup: ({ onResolve }) => onResolve({ filter: /^socketio-wasm$/ }, () => ({ path: join(folder, "node_modules/socketio-wasm/slim.js") })) };
  const text = await bundle(folder, "slim.jsx", 19, { plugins: [slim], target: "es2022" });
  assert.equal(copiesIn(text), 0);
  const pages = await site({ "/main.js": text, "/core.wasm": file("socketio_wasm_bg.wasm") });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(pages.url);
    await page.waitForFunction(() => globalThis.kit);
    await page.evaluate(() => kit.show({ provider: { options: { useMockSocket: true, mock: { latency: 0 } }, autoConnect: true }, readers: ["one"] }));
    await page.waitForFunction(() => kit.last("one").isConnected);
  } finally {
    await pages.close();
  }
});
