// The packed package in Node, where servers render: every entry can be imported, by its name, and does nothing by that.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { execFileSync } from "node:child_process";
import { copiesBelow } from "./copies.mjs";
import { setting } from "./setting.mjs";

const set = setting("plain");
const installed = () => join(set.apps.folder, "node_modules/socketio-wasm");
const scripts = (exports) => Object.entries(exports).filter(([, target]) => target.default?.endsWith(".js"));

test("every entry of the manifest can be imported, and the process ends without a word", () => {
  const { exports } = JSON.parse(readFileSync(join(installed(), "package.json"), "utf8"));
  const names = scripts(exports).map(([path]) => path.replace(".", "socketio-wasm"));
  assert.deepEqual(names.sort(), ["socketio-wasm", "socketio-wasm/config", "socketio-wasm/react", "socketio-wasm/server", "socketio-wasm/slim"]);
  for (const name of names) {
    const file = join(set.folder, "import.mjs");
    writeFileSync(file, `import * as entry from ${JSON.stringify(name)}; if (Object.keys(entry).length === 0) throw new Error("it exports nothing");`);
    assert.equal(execFileSync(process.execPath, [file], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 30_000 }), "", name);
  }
});

test("a server renders a component that uses the hooks, and its process ends", () => {
  const file = join(set.folder, "render.mjs");
  writeFileSync(
    file,
    `import { createElement as h } from "react";
    import { renderToString } from "react-dom/server";
    import { SocketProvider, useAuthStatus, useSocket, useSocketClient, useSocketEvent } from "socketio-wasm/react";
    function Chat() {
      const { status, offlineMessages } = useSocket();
      useSocketEvent("message", () => {});
      return h("p", null, [status, offlineMessages.length, useAuthStatus({ loginPath: "/login" }).status, useSocketClient()].join());
    }
    console.log(renderToString(h(SocketProvider, { autoConnect: true }, h(Chat))), renderToString(h(Chat)));`,
  );
  const output = execFileSync(process.execPath, [file], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], timeout: 30_000 });
  assert.equal(output, "<p>idle,0,unknown,</p> <p>idle,0,unknown,</p>\n");
});

test("nothing that is published makes code or HTML of text", () => {
  for (const name of ["index.js", "slim.js", "react.js", "config.js"]) {
    const found = /\beval\s*\(|\bnew Function\b|\bFunction\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write/.exec(readFileSync(join(installed(), name), "utf8"));
    assert.equal(found, null, name);
  }
  assert.deepEqual(copiesBelow(installed()).sort(), ["index.js", "socketio_wasm_bg.wasm"]);
});
