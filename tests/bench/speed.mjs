// Runs the cases of page/cases.js over the fake WebSocket, those of page/loopback.js over a real one, and turns their samples into rows.

import { withPage, withServer } from "./browser.mjs";
import { compareMedians, compareQuantiles, verdict } from "./stats.mjs";

const BASE = "base";
const CONTROL = "again";
const BURST = 100_000;

const compareP99 = (rounds, base) => compareQuantiles(rounds, base, 0.99);

/** What `socket` is has a target; what the control is from 1 is noise. */
function rowOf(name, { unit = "µs", statistic = "median", samples, compare = compareMedians, target }) {
  const results = {};
  for (const [key, rounds] of Object.entries(samples)) results[key] = compare(rounds, samples[BASE]);
  const row = { name, unit, statistic, results };
  if (target === undefined) return row;
  return { ...row, target: { atMost: target }, verdict: verdict(results.socket.ratio, { atMost: target }, results[CONTROL].ratio - 1) };
}

/** A round trip is shown twice: its median, and its 99th percentile. */
function rowsOf(spec, samples) {
  const { name, kind, target } = spec;
  const row = (rowName, statistic, compare) => rowOf(rowName, { statistic, samples, compare, target });
  if (kind !== "trip") return [row(name, "median", compareMedians)];
  return [row(`${name}, p50`, "median", compareMedians), row(`${name}, p99`, "p99", compareP99)];
}

/** How far the control is from 1 at most. */
function noiseOf(rows, statistic) {
  const chosen = rows.filter((row) => row.statistic === statistic);
  return chosen.length === 0 ? null : Math.max(...chosen.map(({ results }) => Math.abs(results[CONTROL].ratio - 1)));
}

/** { browser, labels, floor, noise: { median, p99 }, rows: [{ name, unit, statistic, results: { key: { value, ratio, spread } }, target, verdict }] } */
export async function measureSpeed({ pkg, root, rounds, filter, progress }) {
  return withPage({ pkg, root }, async (page, { browser }) => {
    const { cases, labels } = await page.evaluate(() => ({ cases: bench.cases, labels: bench.labels }));
    const chosen = cases.filter(({ name }) => name.includes(filter));
    if (chosen.length === 0) throw new Error(`no case has "${filter}" in its name`);
    const floor = await page.evaluate(() => bench.floor());
    const rows = [];
    for (const spec of chosen) {
      progress(spec.name);
      const samples = await page.evaluate(([name, count]) => bench.run(name, count), [spec.name, rounds]);
      rows.push(...rowsOf(spec, samples));
    }
    const noise = { median: noiseOf(rows, "median"), p99: noiseOf(rows, "p99") };
    return { browser, labels, floor, noise, rows };
  });
}

/** Milliseconds of a burst, in two rows: what it took, and the longest block of the main thread in it. */
async function burstRows(page, count, rounds) {
  const samples = await page.evaluate((args) => bench.burst(...args), [count, rounds]);
  const part = (index) => Object.fromEntries(Object.entries(samples).map(([key, all]) => [key, all.map((times) => [times[index]])]));
  const title = `burst of ${count.toLocaleString("en-US")}`;
  return [
    rowOf(`${title}, duration`, { unit: "ms", samples: part(0) }),
    rowOf(`${title}, longest block`, { unit: "ms", samples: part(1), target: 1 }),
  ];
}

/** The same shape, against servers on loopback. */
export async function measureLoopback({ pkg, root, rounds, filter, quick, progress }) {
  const used = { cases: Math.ceil(rounds / 2), burst: Math.ceil(rounds / 3) };
  return withServer({ roundTrips: [0] }, ({ server }) =>
    withPage({ pkg, root, main: "loopback.js" }, async (page, { browser }) => {
      const cases = await page.evaluate((url) => (bench.start(url), bench.cases), `http://127.0.0.1:${server[0]}`);
      const labels = await page.evaluate(() => bench.labels);
      const rows = [];
      for (const spec of cases.filter(({ name }) => name.includes(filter))) {
        progress(`loopback, ${spec.name}`);
        const samples = await page.evaluate(([name, count]) => bench.run(name, count), [spec.name, used.cases]);
        rows.push(...rowsOf(spec, samples));
      }
      if ("burst".includes(filter)) {
        progress("loopback, burst");
        rows.push(...(await burstRows(page, quick ? BURST / 5 : BURST, used.burst)));
      }
      return { browser, labels, rounds: used, noise: { median: noiseOf(rows, "median"), p99: noiseOf(rows, "p99") }, rows };
    }),
  );
}
