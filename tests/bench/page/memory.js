// Work that a client must not grow by, over the fake WebSocket: each kind does `count` of one thing, in a page of its own.

import { until } from "./contenders.js";
import { FakeWebSocket } from "./fake-socket.js";
import { makeListeners } from "./measure.js";
import { pool } from "./messages.js";

const PAGE_BYTES = 65_536;
/** So many, then a task: timers and other tasks get their turn. */
const SLICE = 500;

const memories = [];

/** Before any client is loaded: every instance's memory is noted. */
export function watchMemories() {
  WebAssembly.Instance = class extends WebAssembly.Instance {
    constructor(...args) {
      super(...args);
      for (const exported of Object.values(this.exports)) if (exported instanceof WebAssembly.Memory) memories.push(exported);
    }
  };
}

export const pages = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength / PAGE_BYTES, 0);

const spec = { bytes: 160, listeners: 1, binary: false, acknowledged: false, kind: "trip" };
const immediately = { reconnection: true, reconnectionDelay: 1, reconnectionDelayMax: 1, randomizationFactor: 0 };
const task = () => new Promise((resolve) => setTimeout(resolve));

async function open(contender, socket) {
  const seen = { calls: 0, length: 0 };
  return { seen, client: await contender.open({ ...spec, socket, listeners: makeListeners(spec, seen) }) };
}

/** A message received and one sent and acknowledged, so often. */
async function messages({ client, seen }, count) {
  const made = pool(spec);
  const { transport } = client;
  let done = 0;
  const expected = seen.calls + count;
  for (let i = 0; i < count; i++) {
    transport.deliver(made[client.frames][i & made.mask][0]);
    client.trip(made[client.messages][i & made.mask], () => void done++);
    await undefined;
    transport.answer();
    if (i % SLICE === 0) await task();
  }
  await until(() => (transport.answer(), done === count && seen.calls === expected), `${count} messages`);
}

/** The link drops, and the client comes back by itself. */
async function reconnections({ client }, count) {
  for (let i = 0; i < count; i++) {
    const { latest } = FakeWebSocket;
    latest.drop();
    await until(() => FakeWebSocket.latest !== latest && client.connected(), "a reconnection");
  }
}

/** Opened, connected, closed. */
async function clients({ contender }, count) {
  for (let i = 0; i < count; i++) {
    const { client } = await open(contender);
    client.close();
    await until(() => client.transport.readyState === FakeWebSocket.CLOSED, "a client to close");
  }
}

const kinds = { messages: [messages], reconnections: [reconnections, immediately], clients: [clients] };

/** Returns a function that does `count` more of it. What is open stays open. */
export async function prepare(kind, contender) {
  const [work, options] = kinds[kind];
  const opened = kind === "clients" ? { contender } : await open(contender, options);
  return async (count) => {
    await work(opened, count);
    await task();
  };
}
