// The measuring loops. A sample is microseconds a message over one batch; every batch is checked for having done its work.

import { until } from "./contenders.js";
import { pool } from "./messages.js";

const WARM_UP_ROUNDS = 6;

const ACCEPTED = { ok: true };

/** Listeners that look at what they get, so that nothing can be optimised away, and count it. The first one acknowledges. */
export function makeListeners({ listeners, binary, acknowledged }, seen) {
  const measure = binary ? "byteLength" : "length";
  const look = (message) => {
    seen.calls++;
    seen.length += message.content[measure];
  };
  const acknowledge = (message, done) => {
    look(message);
    done(ACCEPTED);
  };
  return Array.from({ length: listeners }, (_, number) => (acknowledged && number === 0 ? acknowledge : (message) => look(message)));
}

async function receiveBatch(client, spec, messages, seen) {
  const events = messages[client.frames];
  const { transport } = client;
  const expected = seen.calls + spec.batch * spec.listeners;
  const expectedAcks = transport.acks + (spec.acknowledged ? spec.batch : 0);
  const start = performance.now();
  for (let i = 0; i < spec.batch; i++) {
    const frames = events[i & messages.mask];
    for (let n = 0; n < frames.length; n++) {
      transport.deliver(frames[n]);
      if (spec.turns) await undefined;
    }
  }
  await undefined;
  if (seen.calls < expected) await until(() => seen.calls >= expected, `${spec.name}: ${expected - seen.calls} calls`);
  if (transport.acks < expectedAcks) await until(() => transport.acks >= expectedAcks, `${spec.name}: ${expectedAcks - transport.acks} answers`);
  return [((performance.now() - start) * 1000) / spec.batch];
}

async function sendBatch(client, spec, messages) {
  const list = messages[client.messages];
  const { transport } = client;
  const expected = transport.sent + spec.batch;
  const start = performance.now();
  for (let i = 0; i < spec.batch; i++) {
    client.send(list[i & messages.mask]);
    if (spec.turns) await undefined;
  }
  await undefined;
  if (transport.sent < expected) await until(() => transport.sent >= expected, `${spec.name}: ${expected - transport.sent} frames`);
  return [((performance.now() - start) * 1000) / spec.batch];
}

async function tripBatch(client, spec, messages) {
  const list = messages[client.messages];
  const { transport } = client;
  transport.prepareAnswers(spec.batch);
  const times = [];
  let done = 0;
  const onDone = () => void done++;
  for (let sent = 0; sent < spec.batch; ) {
    const end = sent + spec.group;
    const start = performance.now();
    for (; sent < end; sent++) {
      client.trip(list[sent & messages.mask], onDone);
      await undefined;
      transport.answer();
      await undefined;
    }
    if (done < end) {
      await until(() => (transport.answer(), done >= end), `${spec.name}: ${end - done} answers`);
    }
    times.push(((performance.now() - start) * 1000) / spec.group);
  }
  return times;
}

const batches = { receive: receiveBatch, send: sendBatch, trip: tripBatch };

/** One batch between two proofs of life: the client answers a ping before, and what it did is verified after. */
async function batch(client, spec, messages) {
  const { transport, seen } = client;
  if (client.frames === "socketio") {
    const pongs = transport.pongs;
    transport.deliver(new MessageEvent("message", { data: "2" }));
    await until(() => transport.pongs > pongs, `${client.label} to answer a ping`);
  }
  gc({ type: "minor" });
  const before = { calls: seen.calls, length: seen.length, sent: transport.sent, acks: transport.acks, unprepared: transport.unprepared };
  const samples = await batches[spec.kind](client, spec, messages, seen);
  verify(client, spec, messages, before);
  if (spec.pause > 0) await new Promise((resolve) => setTimeout(resolve, spec.pause));
  return samples;
}

function verify(client, spec, messages, before) {
  const { transport, seen, label } = client;
  const fail = (what) => {
    throw new Error(`${spec.name}, ${label}: ${what}`);
  };
  const last = (spec.batch - 1) & messages.mask;
  const sizeOf = ({ content }) => content.byteLength ?? content.length;
  if (spec.kind === "receive") {
    let length = 0;
    for (let i = 0; i < spec.batch; i++) length += sizeOf(messages.complete[i & messages.mask]);
    if (seen.calls - before.calls !== spec.batch * spec.listeners) fail(`${seen.calls - before.calls} listener calls`);
    if (seen.length - before.length !== length * spec.listeners) fail("the listeners did not see the contents");
    if (transport.acks - before.acks !== (spec.acknowledged ? spec.batch : 0)) fail(`${transport.acks - before.acks} acknowledgements`);
    client.verify?.(messages.complete[last]);
  } else {
    if (transport.sent - before.sent !== spec.batch) fail(`${transport.sent - before.sent} frames instead of ${spec.batch}`);
    const args = JSON.parse(transport.lastSent.slice(transport.lastSent.indexOf("[")));
    if (!spec.binary && args.at(-1).content !== messages.complete[last].content) fail("the last frame does not hold the last message");
    if (transport.unprepared !== before.unprepared) fail("acknowledgement ids do not count up by one");
    client.verify?.();
  }
}

async function openAll(spec, contenders, keys) {
  const clients = [];
  for (const key of keys) {
    const seen = { calls: 0, length: 0 };
    const client = await contenders[key].open({ ...spec, listeners: makeListeners(spec, seen) });
    clients.push({ ...client, key, label: contenders[key].label, seen });
  }
  return clients;
}

async function closeAll(clients) {
  for (const client of clients) client.close();
  await until(() => clients.every(({ transport }) => transport.readyState === WebSocket.CLOSED), "all clients to close");
}

/** All contenders of one case, interleaved: the order rotates with the round and turns round every other one. Rounds of samples per key. */
export async function runCase(spec, contenders, rounds) {
  const messages = pool(spec);
  const clients = await openAll(spec, contenders, spec.contenders);
  const samples = Object.fromEntries(clients.map(({ key }) => [key, []]));
  gc();
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const from = (round + WARM_UP_ROUNDS) % clients.length;
    const order = [...clients.slice(from), ...clients.slice(0, from)];
    if (round % 2 !== 0) order.reverse();
    for (const client of order) {
      const times = await batch(client, spec, messages);
      if (round >= 0) samples[client.key].push(times);
    }
  }
  await closeAll(clients);
  return samples;
}

/** One contender over and over, for a profiler: { messages, micros } of what was measured. */
export async function runAlone(spec, contenders, key, milliseconds) {
  const messages = pool(spec);
  const clients = await openAll(spec, contenders, [key]);
  const start = performance.now();
  const times = [];
  let count = 0;
  for (; performance.now() - start < milliseconds; count += spec.batch) times.push(...(await batch(clients[0], spec, messages)));
  await closeAll(clients);
  return { messages: count, micros: times.reduce((a, b) => a + b) / times.length };
}

/** What the loops themselves cost: the same turns around an action that does nothing. */
export async function floor() {
  const count = 20_000;
  const times = [];
  for (let round = 0; round < 15; round++) {
    const start = performance.now();
    for (let i = 0; i < count; i++) await undefined;
    times.push(((performance.now() - start) * 1000) / count);
  }
  return times.sort((a, b) => a - b)[7];
}
