// What stays behind: WebAssembly's memory, JavaScript's after a collection, and listeners, after a warm-up and after more of the same.

import { withPage } from "./browser.mjs";

const KEYS = ["base", "socket", "chat"];
const KINDS = { messages: { count: 100_000, unit: "message" }, reconnections: { count: 500, unit: "reconnection" }, clients: { count: 1000, unit: "client" } };
/** The warm-up is one count; then each of these follows. Growth has to show in all of them. */
const MORE = [1, 2];
/** Bytes of JavaScript that come and go in an idle page as well: compiled code, inline caches. One object for each of 500 is more. */
const HEAP_NOISE = 20_000;

async function reading(page, session) {
  for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize, embedderHeapUsedSize = 0 } = await session.send("Runtime.getHeapUsage");
  const { jsEventListeners } = await session.send("Memory.getDOMCounters");
  return { pages: await page.evaluate(() => bench.memory.pages()), heap: usedSize + embedderHeapUsedSize, listeners: jsEventListeners };
}

/** The heap's growth counts if each part of the run has added to it, and both together more than noise. */
function growthOf(readings, total) {
  const steps = (name) => readings.slice(1).map((one, i) => one[name] - readings[i][name]);
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  const heap = steps("heap");
  const grown = sum(heap) > HEAP_NOISE && heap.every((bytes) => bytes > HEAP_NOISE / 10);
  return { pages: sum(steps("pages")), heap: grown ? sum(heap) / total : 0, listeners: sum(steps("listeners")) };
}

async function measureOne({ pkg, root }, kind, key, count) {
  return withPage({ pkg, root }, async (page, { browser }) => {
    const session = await page.context().newCDPSession(page);
    await page.evaluate((args) => bench.memory.prepare(...args), [kind, key]);
    const work = (number) => page.evaluate((n) => bench.memory.work(n), number);
    await work(count);
    const readings = [await reading(page, session)];
    for (const times of MORE) {
      await work(count * times);
      readings.push(await reading(page, session));
    }
    return { browser, readings, growth: growthOf(readings, count * MORE.reduce((a, b) => a + b)) };
  });
}

/** { browser, more, rows: [{ name, unit, label, readings: [{ pages, heap, listeners }], growth, verdict }] } */
export async function measureMemory({ pkg, root, filter, quick, progress }) {
  const rows = [];
  let chromium;
  for (const [kind, { count, unit }] of Object.entries(KINDS)) {
    if (!kind.includes(filter)) continue;
    const used = quick ? count / 5 : count;
    for (const key of KEYS) {
      progress(`memory, ${used} ${kind}, ${key}`);
      const { browser, readings, growth } = await measureOne({ pkg, root }, kind, key, used);
      chromium = browser;
      const row = { name: `${used.toLocaleString("en-US")} ${kind}`, unit, key, readings, growth };
      rows.push(key === "base" ? row : { ...row, verdict: Object.values(growth).every((value) => value <= 0) ? "met" : "MISSED" });
    }
  }
  return rows.length === 0 ? null : { browser: chromium, labels: { base: "socket.io-client", socket: "socket", chat: "chat" }, rows };
}
