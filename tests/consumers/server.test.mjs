// The example's server outlives whatever clients send.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { provoke } from "./provoke.mjs";
import { startServer } from "./server.mjs";

test("the example's server outlives events and tokens of any kind, and requests that break off", async () => {
  const server = await startServer(0);
  try {
    const request = connect(server.port, "127.0.0.1");
    request.end("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
    request.resume();
    await once(request, "close");
    const { ok, text } = await fetch(`${server.url}/login`, { method: "POST", body: '{"name":"me"}' }).then(async (answer) => ({ ok: answer.ok, text: await answer.text() }));
    assert.ok(ok);
    await provoke(server.url, `Bearer ${text}`);
  } finally {
    await server.stop();
  }
});
