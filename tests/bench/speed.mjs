// Runs the cases of page/cases.js in one page and turns their samples into rows.

import { withPage } from "./browser.mjs";
import { compareMedians, compareQuantiles } from "./stats.mjs";

const BASE = "base";
const CONTROL = "again";

const compareP99 = (rounds, base) => compareQuantiles(rounds, base, 0.99);

/** A round trip is shown twice: its median, and its 99th percentile. */
function rowsOf(spec, samples) {
  const { name, kind, bytes, listeners, batch } = spec;
  const row = (rowName, statistic, compare) => {
    const results = {};
    for (const [key, rounds] of Object.entries(samples)) results[key] = compare(rounds, samples[BASE]);
    return { name: rowName, statistic, kind, bytes, listeners, batch, results };
  };
  if (kind !== "trip") return [row(name, "median", compareMedians)];
  return [row(`${name}, p50`, "median", compareMedians), row(`${name}, p99`, "p99", compareP99)];
}

/** How far the control is from 1 at most. */
function noiseOf(rows, statistic) {
  const chosen = rows.filter((row) => row.statistic === statistic);
  return chosen.length === 0 ? null : Math.max(...chosen.map(({ results }) => Math.abs(results[CONTROL].ratio - 1)));
}

/** { browser, labels, floor, noise: { median, p99 }, rows: [{ name, …, results: { key: { micros, ratio, spread } } }] } */
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
