// The page of the real WebSocket: the same contenders against the servers of server.mjs on loopback.

import { contenders, until } from "./contenders.js";
import { makeListeners } from "./measure.js";
import { pool } from "./messages.js";

const [{ io }, { io: ioAgain }, { ChatSocket, io: ioHere }] = await Promise.all([
  import("/reference.js"),
  import("/reference.js?again"),
  import("/pkg/index.js"),
]);

const all = ["base", "again", "socket", "chat", "raw"];
// A chat's messages are JSON, and it acknowledges nothing that comes.
const general = ["base", "again", "socket", "raw"];

const SIZES = [
  { size: "160 B", bytes: 160, batch: 500, trips: 50 },
  { size: "2 KB", bytes: 2048, batch: 500, trips: 50 },
  { size: "20 KB", bytes: 20_480, batch: 100, trips: 30 },
  { size: "200 KB", bytes: 204_800, batch: 20, trips: 10 },
  { size: "64 KB binary", bytes: 65_536, batch: 50, trips: 20, binary: true },
];

const plain = { listeners: 1, binary: false, acknowledged: false };

/** kind: receive | send | ask (sent with an acknowledgement, all at once) | trip (the same, one after the other) */
export const cases = SIZES.flatMap(({ size, trips, ...rest }) => {
  const spec = { ...plain, contenders: rest.binary ? general : all, ...rest };
  return [
    { ...spec, kind: "receive", name: `receive ${size}` },
    { ...spec, kind: "receive", name: `receive ${size}, 50 listeners`, listeners: 50 },
    { ...spec, kind: "receive", name: `receive ${size}, acknowledged`, acknowledged: true, contenders: general },
    { ...spec, kind: "send", name: `send ${size}` },
    { ...spec, kind: "ask", name: `send ${size}, acknowledged` },
    { ...spec, kind: "trip", name: `round trip ${size}`, batch: trips, target: 1 },
  ];
});

const perMessage = (start, batch) => [((performance.now() - start) * 1000) / batch];

function ask({ client }, name, argument) {
  return new Promise((resolve) => client.ask(name, argument, resolve));
}

/** Resolves when the listeners have been called so often from now on. */
function calls({ seen }, count) {
  return new Promise((resolve) => Object.assign(seen, { until: seen.calls + count, resolve }));
}

/** Until the last listener has been called; with acknowledgements, until the server has the last of them. */
async function receive(opened, { batch, bytes, binary, listeners, acknowledged }) {
  const received = calls(opened, batch * listeners);
  const start = performance.now();
  const sent = ask(opened, "flood", { count: batch, bytes, binary, acknowledged });
  await (acknowledged ? sent : received);
  const times = perMessage(start, batch);
  await Promise.all([sent, received]);
  return times;
}

/** Until the server has the last one. */
async function send(opened, { batch }, messages) {
  await ask(opened, "forget", null);
  const start = performance.now();
  for (let i = 0; i < batch; i++) opened.client.send(messages[i & opened.mask]);
  await ask(opened, "expect", batch);
  return perMessage(start, batch);
}

/** Until the last caller is told. */
async function askAll({ client, mask }, { batch }, messages) {
  const start = performance.now();
  await new Promise((resolve) => {
    let waiting = batch;
    const done = () => --waiting === 0 && resolve();
    for (let i = 0; i < batch; i++) client.trip(messages[i & mask], done);
  });
  return perMessage(start, batch);
}

async function trip({ client, mask }, { batch }, messages) {
  const times = [];
  for (let i = 0; i < batch; i++) {
    const start = performance.now();
    await new Promise((resolve) => client.trip(messages[i & mask], resolve));
    times.push((performance.now() - start) * 1000);
  }
  return times;
}

const kinds = { receive, send, ask: askAll, trip };

async function open(contender, spec) {
  const seen = { calls: 0, length: 0, until: Infinity, resolve: null };
  const listeners = makeListeners(spec, seen);
  const last = listeners.pop();
  listeners.push((message, done) => {
    last(message, done);
    if (seen.calls < seen.until) return;
    seen.until = Infinity;
    seen.resolve();
  });
  return { client: await contender.open({ ...spec, listeners }), seen };
}

/** All contenders of one case, interleaved as over the fake socket: rounds of samples per key. */
async function run(spec, available, rounds, measure, warmUp = 2) {
  const messages = pool(spec);
  const opened = [];
  for (const key of spec.contenders) opened.push({ key, mask: messages.mask, ...(await open(available[key], spec)) });
  const samples = Object.fromEntries(spec.contenders.map((key) => [key, []]));
  for (let round = -warmUp; round < rounds; round++) {
    const from = (round + warmUp) % opened.length;
    const order = [...opened.slice(from), ...opened.slice(0, from)];
    if (round % 2 !== 0) order.reverse();
    for (const one of order) {
      gc({ type: "minor" });
      const times = await measure(one, spec, messages[one.client.messages]);
      if (round >= 0) samples[one.key].push(times);
    }
  }
  for (const { client } of opened) client.close();
  await until(() => opened.every(({ client }) => !client.connected()), "all clients to close");
  return samples;
}

/** Calls itself by messages to itself, a task each: the longest time between two is how long nothing else could have run. */
function ticker() {
  const { port1, port2 } = new MessageChannel();
  let before = performance.now();
  let longest = 0;
  port1.onmessage = () => {
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
    port2.postMessage(null);
  };
  port2.postMessage(null);
  return () => {
    port1.close();
    return longest;
  };
}

/** Milliseconds from the request to the last message, and the longest block of the main thread on the way. */
async function burst(opened, { batch, bytes }) {
  const received = calls(opened, batch);
  const start = performance.now();
  const longest = ticker();
  const sent = ask(opened, "flood", { count: batch, bytes });
  await received;
  const times = [performance.now() - start, longest()];
  await sent;
  return times;
}

globalThis.bench = {
  cases,
  start(server) {
    const available = contenders({ io, ioAgain, ioHere, ChatSocket }, { server });
    bench.labels = Object.fromEntries(all.map((key) => [key, available[key].label]));
    bench.run = (name, rounds) => {
      const spec = cases.find((one) => one.name === name);
      return run(spec, available, rounds, kinds[spec.kind]);
    };
    bench.burst = (count, rounds) => run({ ...plain, bytes: 160, batch: count, contenders: all }, available, rounds, burst, 1);
  },
};
