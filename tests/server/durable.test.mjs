// Servers that are killed and started again on the same database, and two that share one.

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once as next } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openDatabase } from "./sqlite.mjs";
import { connected, message, open, send } from "./support.mjs";

const program = fileURLToPath(new URL("process.mjs", import.meta.url));

let folder;
let file;
let servers;
let clients;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "socketio-wasm-server-"));
  file = join(folder, "chat.db");
  servers = [];
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.disconnect();
  for (const { child, ended } of servers) {
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(folder, { recursive: true });
});

async function start(kind, { port = 0, death = "" } = {}) {
  const child = fork(program, [file, kind, String(port), death]);
  const server = { child, ended: next(child, "exit") };
  servers.push(server);
  const [{ port: taken }] = await Promise.race([
    next(child, "message"),
    server.ended.then(([code, signal]) => Promise.reject(new Error(`the server ended: ${signal ?? code}`))),
  ]);
  return Object.assign(server, { port: taken, url: `http://127.0.0.1:${taken}` });
}

async function client(url, user, options) {
  const socket = open(url, user, options);
  clients.push(socket);
  await connected(socket);
  return socket;
}

/** Only when no server runs. */
function messages() {
  // This package locks a database by a folder, which a killed process leaves behind.
  rmSync(`${file}.lock`, { recursive: true, force: true });
  const db = openDatabase(file);
  const rows = db.all("SELECT id, process FROM messages ORDER BY rowid");
  db.close();
  return rows;
}

const patient = { reconnection: true, reconnectionDelay: 5, reconnectionDelayMax: 20, retries: 100, ackTimeout: 20_000 };

/** Sends a message to a server that dies over it, and starts another; resolves to the answer that the client gets then, and what is stored. */
async function crash(kind, death) {
  const first = await start(kind, { death });
  const ada = await client(first.url, "Ada", patient);
  const answer = ada.emitWithAck("sendMessage", message("1"));
  assert.deepEqual(await first.ended, [null, "SIGKILL"]);
  const left = messages();
  const second = await start(kind, { port: first.port });
  const { by } = await answer;
  assert.deepEqual(await send(ada, message("1")), { by }, "the repetition has the same answer");
  await stop(second);
  const rows = messages();
  return { left, rows: rows.map(({ process }) => process), first: first.child.pid, second: second.child.pid, by };
}

test("in a transaction: a server killed in its handler leaves nothing, and the next handles the message", async () => {
  const { left, rows, second, by } = await crash("transaction", "in the handler");
  assert.deepEqual(left, []);
  assert.deepEqual(rows, [second]);
  assert.equal(by, second);
});

test("in a transaction: a server killed before its answer has handled the message, and the next gives that answer", async () => {
  const { left, rows, first, by } = await crash("transaction", "before the answer");
  assert.deepEqual(left, [{ id: "1", process: first }]);
  assert.deepEqual(rows, [first]);
  assert.equal(by, first);
});

test("with claims: a server killed in its handler may have done the work, and the next does it again after the lease", async () => {
  const { rows, first, second, by } = await crash("claims", "in the handler");
  assert.deepEqual(rows, [first, second]);
  assert.equal(by, second);
});

test("with claims: a server killed before its answer has handled the message, and the next gives that answer", async () => {
  const { rows, first, by } = await crash("claims", "before the answer");
  assert.deepEqual(rows, [first]);
  assert.equal(by, first);
});

async function stop({ child, ended }) {
  child.kill();
  await ended;
}

/** Sends until the answer is for good, as the client's queue does: a process may find the database locked by the other. */
async function sendOn(socket, payload) {
  for (;;) {
    const answer = await send(socket, payload);
    if (!answer.retryable) return answer;
  }
}

/** Resolves when the process tells of this. */
function told({ child }, name) {
  return new Promise((resolve) => {
    child.on("message", (news) => {
      if (name in news) resolve();
    });
  });
}

for (const kind of ["transaction", "claims"]) {
  test(`a message that arrives at a second process while the first handles it (${kind}) waits, and gets that answer`, async () => {
    const [one, other] = await Promise.all([start(kind), start(kind)]);
    const [desk, phone] = await Promise.all([one, other].map(({ url }) => client(url, "Ada")));
    const holding = told(one, "holding");
    const arrived = told(other, "arrived");
    const first = send(desk, message("1", "hold"));
    await holding;
    const second = sendOn(phone, message("1", "not held"));
    await arrived;
    one.child.send("go on");
    assert.deepEqual([await first, await second], Array(2).fill({ by: one.child.pid }));
    await Promise.all([one, other].map(stop));
    assert.deepEqual(messages(), [{ id: "1", process: one.child.pid }]);
  });

  test(`two processes on one database (${kind}) that get the same messages at once handle each once, with one answer`, async () => {
    const both = await Promise.all([start(kind), start(kind)]);
    const [desk, phone] = await Promise.all(both.map(({ url }) => client(url, "Ada")));
    const ids = Array.from({ length: 40 }, (_, number) => String(number));
    // Conversations of their own, so that a server does not take them one after the other.
    const sendAll = (socket, order) => Promise.all(order.map(async (id) => [id, (await sendOn(socket, message(id, "", id))).by]));
    const [some, same] = await Promise.all([sendAll(desk, ids), sendAll(phone, ids.toReversed())]);
    await Promise.all(both.map(stop));
    const handled = Object.fromEntries(messages().map(({ id, process }) => [id, process]));
    assert.equal(messages().length, ids.length);
    assert.deepEqual(Object.fromEntries(some), handled);
    assert.deepEqual(Object.fromEntries(same), handled);
  });
}
