// What stays behind: WebAssembly's memory, JavaScript's after a collection, and listeners, after a warm-up and after more of the same.

import { withPage } from "./browser.mjs";

const KEYS = ["base", "socket", "chat"];
/** Of socket.io-client too the heap grows for as long as `warmUp` takes: the engine learns, and compiles. */
const KINDS = {
  messages: { warmUp: 200_000, count: 100_000, unit: "message" },
  reconnections: { warmUp: 2000, count: 500, unit: "reconnection" },
  clients: { warmUp: 1500, count: 1000, unit: "client" },
};
/** After the warm-up `count` follows so often. What grows does so each time. */
const STEPS = 4;
/** Bytes of a heap that come and go. One small object for each of 500 is more. */
const HEAP_NOISE = 4000;
/** Milliseconds in which what was put off gets its turn. */
const PAUSE = 500;
/** A quick run does a fifth of everything. */
const QUICK = 5;

async function reading(page, session) {
  await page.evaluate((time) => new Promise((resolve) => setTimeout(resolve, time)), PAUSE);
  for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize, embedderHeapUsedSize = 0 } = await session.send("Runtime.getHeapUsage");
  const { jsEventListeners } = await session.send("Memory.getDOMCounters");
  return { pages: await page.evaluate(() => bench.memory.pages()), heap: usedSize + embedderHeapUsedSize, listeners: jsEventListeners };
}

/** Pages and listeners in all, and bytes of heap for each of `count`: what the step that added the least has added. */
function growthOf(readings, count) {
  const all = (name) => readings.at(-1)[name] - readings[0][name];
  const least = Math.min(...readings.slice(1).map(({ heap }, i) => heap - readings[i].heap));
  return { pages: all("pages"), heap: least > HEAP_NOISE ? least / count : 0, listeners: all("listeners") };
}

async function measureOne({ pkg, root }, kind, key, { warmUp, count }) {
  return withPage({ pkg, root }, async (page, { browser }) => {
    const session = await page.context().newCDPSession(page);
    await page.evaluate((args) => bench.memory.prepare(...args), [kind, key]);
    const work = (number) => page.evaluate((n) => bench.memory.work(n), number);
    // In several calls: a single one would stay in one compiled piece of the bench.
    for (let done = 0; done < warmUp; done += count) await work(Math.min(count, warmUp - done));
    const readings = [await reading(page, session)];
    for (let step = 0; step < STEPS; step++) {
      await work(count);
      readings.push(await reading(page, session));
    }
    return { browser, readings, growth: growthOf(readings, count) };
  });
}

/** { browser, rows: [{ name, unit, label, readings: [{ pages, heap, listeners }], growth, verdict }] } */
export async function measureMemory({ pkg, root, filter, quick, progress }) {
  const rows = [];
  let chromium;
  for (const [kind, { warmUp, count, unit }] of Object.entries(KINDS)) {
    if (!kind.includes(filter)) continue;
    const scale = quick ? QUICK : 1;
    const used = { warmUp: warmUp / scale, count: count / scale };
    for (const key of KEYS) {
      progress(`memory, ${used.count} ${kind}, ${key}`);
      const { browser, readings, growth } = await measureOne({ pkg, root }, kind, key, used);
      chromium = browser;
      const row = { name: `${used.count.toLocaleString("en-US")} ${kind}`, unit, key, readings, growth };
      rows.push(key === "base" ? row : { ...row, verdict: Object.values(growth).every((value) => value <= 0) ? "met" : "MISSED" });
    }
  }
  return rows.length === 0 ? null : { browser: chromium, labels: { base: "socket.io-client", socket: "socket", chat: "chat" }, rows };
}
