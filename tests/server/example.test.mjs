// SERVER.md's first example as it stands there, on a port of its own: who has written a message is what the server knows, not what the client says.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { blocksOf } from "../types/blocks.mjs";
import { connected, message, open, send } from "./support.mjs";

/** What the example takes for granted, and what an application adds. */
const YOURS = `
const userOf = (token) => token?.replace("Bearer ", "");
const mayWrite = async (user, conversationId) => conversationId === "general";
export const saved = [];
const save = async (message) => void saved.push(message);
io.on("connection", (socket) => socket.join("general"));
await once_(io.httpServer, "listening");
export const { port } = io.httpServer.address();
export { io };`;

let io;
const clients = [];
after(async () => {
  for (const client of clients) client.disconnect();
  await io?.close();
});

test("SERVER.md's example hands a message on once, with its sender", async () => {
  const folder = join(root, "target/server");
  const [{ code }] = blocksOf("SERVER.md");
  assert.ok(code.includes("new Server(4000,") && code.includes('"socketio-wasm/server"'));
  const entry = pathToFileURL(join(root, "pkg-template/server.js"));
  const own = code.replace("new Server(4000,", "new Server(0,").replace("socketio-wasm/server", entry);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "example.mjs"), `import { once as once_ } from "node:events";\n${own}${YOURS}`);
  const example = await import(pathToFileURL(join(folder, "example.mjs")));
  io = example.io;
  const enter = async (user) => {
    const client = open(`http://127.0.0.1:${example.port}`, undefined, { path: "/socket/notification", auth: { token: `Bearer ${user}` } });
    clients.push(client);
    await connected(client);
    return client;
  };
  const [ada, grace] = [await enter("Ada"), await enter("Grace")];
  const heard = [];
  grace.on("message", (message) => heard.push(message));
  const last = new Promise((resolve) => grace.on("message", ({ id }) => id === "2" && resolve()));
  assert.deepEqual(await send(ada, { ...message("1"), senderId: "Grace" }), { ok: true });
  assert.deepEqual(await send(ada, message("1")), { ok: true });
  assert.deepEqual(await send(ada, message("2")), { ok: true });
  await last;
  const signed = ["1", "2"].map((id) => ({ ...message(id), senderId: "Ada" }));
  assert.deepEqual([heard, example.saved], [signed, signed]);
  assert.match((await send(ada, message("3", "hi", "elsewhere"))).error, /left this conversation/);
  await assert.rejects(enter(""), /The token is not valid/);
});
