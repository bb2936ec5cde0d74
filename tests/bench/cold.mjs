// From script start to the first event on a cold page: a browser context of its own for each sample, so no cache of code or files, no
// connection and no compiled module is left of the one before.
//
// The script is fetched beforehand and evaluated from memory: its evaluation and compilation are in the time, its download is not. What it
// loads itself (the .wasm of slim) and all connections go through the proxies of delay.mjs. The Socket.IO server is another origin, to which
// there is no connection yet, and greets with an event as soon as it has accepted the namespace.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { serve, showErrors, stop, withBrowser, withServer } from "./browser.mjs";
import { bundle } from "./bundle.mjs";
import { compareMedians, verdict } from "./stats.mjs";

const WASM = "socketio_wasm_bg.wasm";
const ROUND_TRIPS = [0, 100];

const start = (arguments_) => `export const run = (url, done) => io(${arguments_}).on("hello", done);`;
const websocketOnly = `import { io } from "socket.io-client"; ${start('url, { transports: ["websocket"] }')}`;

/** `run(url, done)`, as an application would write it; `ours`: from this package's folder. */
const APPLICATIONS = {
  websocket: { label: "socket.io-client, WebSocket", code: websocketOnly },
  polling: { label: "socket.io-client, default", code: `import { io } from "socket.io-client"; ${start("url")}` },
  again: { label: "again (A/A)", code: websocketOnly },
  index: { label: "zero-config", ours: true, code: `import { io } from "./index.js"; ${start("url")}` },
  slim: {
    label: "slim",
    ours: true,
    code: `import { init, io } from "./slim.js"; export const run = (url, done) => init("/${WASM}").then(() => io(url).on("hello", done));`,
  },
  chat: {
    label: "zero-config, chat",
    ours: true,
    code: `import { ChatSocket } from "./index.js";
      export function run(url, done) {
        const chat = new ChatSocket({ url, path: "/socket.io" });
        chat.socket.on("hello", done);
        chat.initializeSocket("token");
      }`,
  },
  raw: {
    label: "raw",
    code: `export function run(url, done) {
      const socket = new WebSocket(url.replace("http", "ws") + "/plain?greet");
      socket.onmessage = ({ data }) => done(JSON.parse(data)[1]);
    }`,
  },
};

const BASE = "websocket";
/** Ratios to the default configuration and to the WebSocket-only one. */
const TARGETS = { polling: { atMost: 0.6 }, websocket: { atMost: 1 } };

async function contents({ pkg, root }) {
  const files = new Map([["/", '<!doctype html><meta charset="utf-8"><title>cold</title><link rel="icon" href="data:">']]);
  for (const [key, { code, ours }] of Object.entries(APPLICATIONS)) files.set(`/${key}.js`, await bundle(code, ours ? pkg : root));
  files.set(`/${WASM}`, await readFile(join(pkg, WASM)));
  return (path) => Promise.resolve(files.get(path) ?? null);
}

/** In the page. Nothing of the download is in the time. */
async function firstEvent({ key, url }) {
  const text = await (await fetch(`/${key}.js`)).text();
  const script = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const start = performance.now();
  const { run } = await import(script);
  const greeting = await new Promise((resolve) => run(url, resolve));
  const time = performance.now() - start;
  if (typeof greeting.content !== "string") throw new Error(`${key}: the first event is not the greeting`);
  return time;
}

async function sample(browser, page, spec) {
  const context = await browser.newContext();
  try {
    const opened = await context.newPage();
    showErrors(opened);
    await opened.goto(page);
    return await opened.evaluate(firstEvent, spec);
  } finally {
    await context.close();
  }
}

function rowOf(roundTrip, samples) {
  const results = Object.fromEntries(Object.keys(APPLICATIONS).map((key) => [key, compareMedians(samples[key], samples[BASE])]));
  const noise = results.again.ratio - 1;
  const verdicts = ["index", "slim"].flatMap((key) =>
    Object.entries(TARGETS).flatMap(([to, target]) => {
      if (to === "polling" && roundTrip === 0) return [];
      const { ratio, spread } = compareMedians(samples[key], samples[to]);
      return [{ key, to, ratio, spread, target, verdict: verdict(ratio, target, noise) }];
    }),
  );
  return { name: `round trip ${roundTrip} ms`, unit: "ms", roundTrip, results, verdicts };
}

/** { browser, labels, rounds, noise, rows: [{ name, unit, results, verdicts: [{ key, to, ratio, spread, target, verdict }] }] } */
export async function measureCold({ pkg, root, rounds, progress }) {
  const pages = await serve(await contents({ pkg, root }));
  const count = Math.ceil(rounds / 2);
  try {
    return await withServer({ roundTrips: ROUND_TRIPS, page: pages.address().port }, ({ server, page }) =>
      withBrowser(async (browser) => {
        const rows = [];
        for (const roundTrip of ROUND_TRIPS) {
          const samples = Object.fromEntries(Object.keys(APPLICATIONS).map((key) => [key, []]));
          const url = (port) => `http://127.0.0.1:${port}`;
          const order = Object.keys(APPLICATIONS);
          // The first round warms up the servers and the browser's own processes.
          for (let round = -1; round < count; round++) {
            progress(`cold page at ${roundTrip} ms, round ${round + 1} of ${count}`);
            order.push(order.shift());
            for (const key of order) {
              const time = await sample(browser, url(page[roundTrip]), { key, url: url(server[roundTrip]) });
              if (round >= 0) samples[key].push([time]);
            }
          }
          rows.push(rowOf(roundTrip, samples));
        }
        const labels = Object.fromEntries(Object.entries(APPLICATIONS).map(([key, { label }]) => [key, label]));
        const noise = { median: Math.max(...rows.map(({ results }) => Math.abs(results.again.ratio - 1))), p99: null };
        return { browser: browser.version(), labels, rounds: count, noise, rows };
      }),
    );
  } finally {
    await stop(pages);
  }
}
