// `npm start`, which everybody types first. It builds the package if that is not up to date.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("npm start prints the page's address, serves it, and ends on SIGTERM", async () => {
  const script = fileURLToPath(new URL("../../www-demo/start.mjs", import.meta.url));
  const child = spawn(process.execPath, [script], { env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] });
  try {
    let printed = "";
    let address;
    for await (const chunk of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
      printed += chunk;
      address = /The chat: (\S+)[^]*Ctrl-C/.exec(printed)?.[1];
      if (address) break;
    }
    assert.ok(address, printed);
    assert.match(await (await fetch(address)).text(), /socketio-wasm/);
    child.stdout.resume();
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});
