// Frames of every kind, generated and changed, through this client and through socket.io-client's parsers: taken and refused alike, with the same result.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, becomeBrowser } from "./client.mjs";
import { load, SEED, CASES } from "./settings.mjs";
import { NAMESPACES, frames } from "./packets.mjs";
import { Random } from "./random.mjs";
import { encode, expected, PacketType, VERSION } from "./reference.mjs";
import { ROWS } from "./rows.mjs";

const ANSWERS = [[], ["ok", { a: 1 }], [new Uint8Array([1, 2]), null]];

/** Text as it can be copied into a test. */
const shown = (list) => list.map((frame) => (typeof frame === "string" ? JSON.stringify(frame) : `<${Buffer.from(frame).toString("hex")}>`)).join("\n  ");

test("frames are read as socket.io-parser reads them", async () => {
  const leave = becomeBrowser();
  const pkg = await load();
  const clients = NAMESPACES.map((namespace) => [namespace, new Client(pkg, namespace)]);
  const seen = new Map(ROWS.map((row) => [row, 0]));
  const told = new Map();
  let heard = 0;
  try {
    for (let number = 0; number < CASES; number += 1) {
      const random = new Random(SEED, number);
      const [namespace, client] = random.pick(clients);
      const connected = random.chance(75);
      // A connection goes on as long as it can, so that packets also meet what those before them have left.
      if (!client.alive || !connected || !client.connected || random.chance(5)) client.open(connected);
      const list = frames(random, namespace, [...client.pending]);
      if (!connected) list.push(client.answer());
      const answer = random.pick(ANSWERS);
      const acknowledge = (id) =>
        encode({ type: PacketType.ACK, nsp: namespace, id, data: answer }).map((part) => (typeof part === "string" ? `4${part}` : part));
      const rows = new Set();
      const { events: wanted, waits } = expected(list, namespace, { connected, pending: client.pending }, acknowledge, ROWS, (row) => rows.add(row));

      client.acknowledgement = answer;
      for (const frame of list) if (client.alive) client.hear(frame);
      await null; // what is thrown later is thrown now
      const happened = client.take();
      for (const event of happened) if (event[0] === "refused" && /socket\.io protocol/.test(event[1])) event[1] = VERSION;
      assert.deepEqual(
        happened,
        wanted,
        `case ${number} of seed ${SEED}, "${namespace}" ${connected ? "connected" : "connecting"}` +
          `${[...rows].map(({ name }) => `\nrow: ${name}`).join("")}\nframes:\n  ${shown(list)}\n`,
      );
      if (happened.at(-1)?.[0] === "close") assert.ok(!client.alive && !client.connected, `case ${number}: closed, and it says connected`);
      // The next case is none of its packet.
      if (waits) client.open(true);
      heard += list.length;
      for (const row of rows) seen.set(row, seen.get(row) + 1);
      for (const [what] of wanted) told.set(what, (told.get(what) ?? 0) + 1);
    }
  } finally {
    for (const [, client] of clients) client.close();
    leave();
  }
  console.log(`seed ${SEED}: ${CASES} cases, ${heard} frames; told: ${[...told].map(([what, count]) => `${what} ${count}`).join(", ")}`);
  for (const [{ name, beyond }, count] of seen) console.log(`  ${count} times ${beyond ? "(beyond protocol.md) " : ""}${name}`);
  const missed = [...seen].filter(([, count]) => count === 0).map(([{ name }]) => name);
  assert.deepEqual(missed, [], "rows of the table that never occurred");
  for (const what of ["event", "ack", "connect", "refused", "server disconnect", "close", "pong"]) assert.ok(told.get(what) > CASES / 1000, what);
});
