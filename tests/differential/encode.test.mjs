// Events and acknowledgements of every kind, written by this client and by socket.io-client's parser: the same frames, refused alike.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, becomeBrowser } from "./client.mjs";
import { NAMESPACES, eventArguments, values } from "./packets.mjs";
import { Random } from "./random.mjs";
import { encode, PacketType } from "./reference.mjs";
import { CASES, load, SEED } from "./settings.mjs";

const { EVENT, ACK } = PacketType;

/** What is sent, as bytes where it is binary; a Blob stays what it is. */
const comparable = (frames) =>
  frames.map((frame) => {
    if (typeof frame === "string" || frame instanceof Blob) return frame;
    return ArrayBuffer.isView(frame) ? Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength) : Buffer.from(frame);
  });

/** {frames} or {refused: true}; anything but a refusal for the arguments' sake is thrown on. */
function attempt(make, mayThrow = () => true) {
  try {
    return { frames: comparable(make()) };
  } catch (error) {
    if (!mayThrow(error)) throw error;
    return { refused: true };
  }
}

/** A name that no member has, and that the reference treats like any other. */
const STAND_IN = "\ue000";

/** A copy, as the reference makes one, in which members named `__proto__` are called otherwise. */
function renamed(value, unwrapped) {
  if (value === null || typeof value !== "object" || value instanceof Date || value instanceof Blob) return value;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return Array.from(value, (member) => renamed(member));
  if (!unwrapped && typeof value.toJSON === "function") return renamed(value.toJSON(), true);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name === "__proto__" ? STAND_IN : name, renamed(member)]));
}

/** JSON of what is none. */
const text = (_, value) => (typeof value === "bigint" ? String(value) : value);

/** What the reference would write if it did not lose such members. */
const complete = (packet) =>
  attempt(() => write({ ...packet, data: renamed(packet.data) }).map((part) => (typeof part === "string" ? part.replaceAll(STAND_IN, "__proto__") : part)));

/** Where the client differs on purpose, by the packet and what was to be made of it so far. */
const ROWS = [
  {
    name: "a member named __proto__ beside binary ones: sent like any other (the reference loses it, or takes it for the copy's prototype)",
    when: ({ frames }, packet) => (frames?.length > 1 || complete(packet).frames?.length > 1) && JSON.stringify(renamed(packet.data), text).includes(STAND_IN),
    then: complete,
  },
  {
    name: "attachments over 10, which the reference's server does not take: refused, not sent",
    when: ({ frames }) => frames?.length > 11,
    then: () => ({ refused: true }),
  },
];

/** The frames of a packet as the reference writes it. */
const write = (packet) => encode({ ...packet }).map((part) => (typeof part === "string" ? `4${part}` : part));

test("events and acknowledgements are written as socket.io-parser writes them", async () => {
  const leave = becomeBrowser();
  const pkg = await load();
  const clients = NAMESPACES.map((namespace) => [namespace, new Client(pkg, namespace)]);
  const seen = new Map(ROWS.map((row) => [row, 0]));
  const counts = { plain: 0, binary: 0, refused: 0 };
  try {
    for (const [, client] of clients) client.open(true);
    for (let number = 0; number < CASES; number += 1) {
      const random = new Random(SEED, number, 7);
      const [namespace, client] = random.pick(clients);
      const answers = random.chance(40);
      const asks = random.chance(30);
      const data = answers ? values(random) : eventArguments(random);
      const id = answers ? random.pick([0, 1, 12, 2 ** 32, 2 ** 53 - 1]) : asks ? client.nextId : undefined;
      const packet = { type: answers ? ACK : EVENT, nsp: namespace, id, data };
      let wanted = attempt(() => write(packet));
      for (const row of ROWS) {
        if (!row.when(wanted, packet)) continue;
        wanted = row.then(packet);
        seen.set(row, seen.get(row) + 1);
      }
      const refuses = ({ code }) => code === "ERR_INVALID_ARGUMENT";
      const actual = attempt(() => (answers ? client.acknowledge(id, data) : client.emit(data, asks)), refuses);
      assert.deepEqual(actual, wanted, `case ${number} of seed ${SEED}, "${namespace}", id ${id}:\n${wanted.frames?.[0]}\n`);
      await null;
      counts[wanted.refused ? "refused" : wanted.frames.length > 1 ? "binary" : "plain"] += 1;
    }
  } finally {
    for (const [, client] of clients) client.close();
    leave();
  }
  console.log(`seed ${SEED}: ${CASES} cases, ${counts.plain} without attachments, ${counts.binary} with, ${counts.refused} refused`);
  for (const [{ name }, count] of seen) console.log(`  ${count} times ${name}`);
  for (const [{ name }, count] of seen) assert.ok(count > 0, `never occurred: ${name}`);
  for (const [kind, count] of Object.entries(counts)) assert.ok(count > CASES / 1000, kind);
});
