// The page of the fake WebSocket: puts it in place, loads the contenders, and offers what the Node side calls.

import { cases } from "./cases.js";
import { contenders, queues } from "./contenders.js";
import { FakeWebSocket, SERVER } from "./fake-socket.js";
import { floor, runAlone, runCase } from "./measure.js";
import { pages, prepare, watchMemories } from "./memory.js";
import { addings, runAdding, runDelivery, writesOfOne } from "./queue.js";

// Before any import below: socket.io-client takes globalThis.WebSocket when it is evaluated.
globalThis.WebSocket = FakeWebSocket;
watchMemories();

// A query makes a second copy of the module: its own closures, its own inline caches.
const [{ io }, { io: ioAgain }, { ChatSocket, io: ioHere }] = await Promise.all([
  import("/reference.js"),
  import("/reference.js?again"),
  import("/pkg/index.js"),
]);

if (!crossOriginIsolated) throw new Error("not cross-origin isolated: the clock would have steps of 100 µs");
if (typeof gc !== "function") throw new Error("gc() is missing: start Chromium with --js-flags=--expose-gc");
localStorage.clear();

const net = { server: SERVER, latest: () => FakeWebSocket.latest };
const available = contenders({ io, ioAgain, ioHere, ChatSocket }, net);
const emptied = queues({ io, ChatSocket }, net);
const named = (name) => cases.find((spec) => spec.name === name);

globalThis.bench = {
  cases,
  labels: Object.fromEntries(Object.entries(available).map(([key, { label }]) => [key, label])),
  floor,
  run: (name, rounds) => runCase(named(name), available, rounds),
  alone: (name, key, milliseconds) => runAlone(named(name), available, key, milliseconds),
  memory: {
    pages,
    prepare: async (kind, key) => {
      bench.memory.work = await prepare(kind, available[key]);
    },
  },
  queue: {
    labels: Object.fromEntries(Object.entries(emptied).map(([key, { label }]) => [key, label])),
    addings: Object.keys(addings),
    deliver: (key, spec) => runDelivery(emptied[key], spec),
    add: (name, waiting, rounds) => runAdding(addings[name], ChatSocket, waiting, rounds),
    writes: (waiting) => writesOfOne(ChatSocket, waiting),
  },
};
