// The demo's web server: what it serves, to whom, and whom it obeys.

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { startDemo } from "./support.mjs";

let demo;
before(async () => {
  demo = await startDemo();
});
after(() => demo.close());

/** Sends the path as it is: fetch and URL would tidy it up first. */
function ask(path, { method = "GET", headers = {}, body = "" } = {}) {
  const { hostname, port } = new URL(demo.url);
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method, headers: { Host: `${hostname}:${port}`, ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    })
      .on("error", reject)
      .end(body);
  });
}

test("the page comes with a policy that allows WebAssembly, this origin and the chat server's socket, and nothing else", async () => {
  const { status, headers, text } = await ask("/");
  assert.equal(status, 200);
  assert.match(text, /<!doctype html>/);
  const policy = headers["content-security-policy"].split("; ");
  assert.ok(policy.includes("default-src 'self'"));
  assert.ok(policy.includes("script-src 'self' 'wasm-unsafe-eval'"));
  assert.ok(policy.includes(`connect-src 'self' ws://localhost:${demo.chat.port}`));
});

test("scripts, styles and the package have their types", async () => {
  const types = { "/main.js": "text/javascript", "/style.css": "text/css", "/icon.svg": "image/svg+xml", "/pkg/index.js": "text/javascript", "/pkg/socketio_wasm_bg.wasm": "application/wasm" };
  for (const [path, type] of Object.entries(types)) {
    const { status, headers } = await ask(path);
    assert.equal(status, 200, path);
    assert.equal(headers["content-type"].split(";")[0], type);
  }
});

test("nothing outside the page's folder and the package is served", async () => {
  for (const path of [
    "/../package.json",
    "/%2e%2e/package.json",
    "/..%2fpackage.json",
    "/pkg/../package.json",
    "/pkg/%2e%2e%2fpackage.json",
    "/server.mjs",
    "/.hidden.js",
    "/%00.js",
    "/%",
  ]) {
    assert.equal((await ask(path)).status, 404, path);
  }
});

test("a request for another host's name is not answered", async () => {
  assert.equal((await ask("/", { headers: { Host: "elsewhere.example" } })).status, 421);
});

test("the switches obey the page, and no other site", async () => {
  const origin = demo.url.slice(0, -1);
  const json = { "Content-Type": "application/json" };
  const stop = (headers) => ask("/control/stop", { method: "POST", headers, body: "{}" });
  assert.equal((await stop(json)).status, 403);
  assert.equal((await stop({ ...json, Origin: "http://elsewhere.example" })).status, 403);
  assert.equal((await stop({ "Content-Type": "text/plain", Origin: origin })).status, 403);
  assert.equal((await ask("/control/stop")).status, 405);
  assert.equal(demo.chat.running, true);
  assert.equal(JSON.parse((await stop({ ...json, Origin: origin })).text).running, false);
  assert.equal(demo.chat.running, false);
  const post = (action, body) => ask(`/control/${action}`, { method: "POST", headers: { ...json, Origin: origin }, body });
  assert.equal((await post("start", "{}")).status, 200);
  assert.equal(demo.chat.running, true);
  assert.equal((await post("start", "not JSON")).status, 400);
  assert.equal((await post("notify", `{"title":"${"x".repeat(5000)}"}`)).status, 400);
  assert.equal((await post("nothing", "{}")).status, 404);
});
