// Runs the measurements of page/queue.js and holds them against their targets.

import { withPage } from "./browser.mjs";
import { compareMedians, median, verdict } from "./stats.mjs";

const SMALL = 10;
const MIDDLE = 100;
const LARGE = 1000;
/** By round trip: how many the reference flushes, of 1,000 at one a round trip (its rate does not depend on how many wait), and the speed-up wanted. */
const DELIVERIES = { 0: { retries: LARGE }, 50: { retries: 40, target: { atLeast: 10 } }, 200: { retries: 10 } };
/** Factors of time and of writes. */
const ADDING_TARGET = { atMost: 1.5 };
const WRITES_TARGET = { exactly: 1 };

const digits = (number) => number.toLocaleString("en-US");

function rowOf({ name, unit, digits, base, measured, target, by = "ratio" }) {
  const { ratio, spread } = compareMedians(measured.rounds, base.rounds);
  const row = { name, unit, digits, ratio, spread };
  for (const [key, { label, rounds }] of Object.entries({ base, measured })) row[key] = { label, value: median(rounds.flat()) };
  return target ? { ...row, target, verdict: verdict(by === "ratio" ? ratio : row.measured.value, target) } : row;
}

async function measureDelivery(page, roundTrip, { rounds, full, progress }) {
  const { retries, target } = DELIVERIES[roundTrip];
  const counts = { retries: full ? LARGE : retries, chatLocal: LARGE };
  const samples = { retries: [], chatLocal: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [key, count] of Object.entries(counts)) {
      progress(`delivery at ${roundTrip} ms, ${key}, round ${round + 1} of ${rounds}`);
      samples[key].push([await page.evaluate(([name, spec]) => bench.queue.deliver(name, spec), [key, { count, roundTrip }])]);
    }
  }
  const labels = await page.evaluate(() => bench.queue.labels);
  const side = (key) => ({ label: `${labels[key]}, ${digits(counts[key])}`, rounds: samples[key] });
  return rowOf({
    name: `delivery at ${roundTrip} ms`,
    unit: "/s",
    digits: 1,
    base: side("retries"),
    measured: side("chatLocal"),
    target,
  });
}

/** The rows, and how far the control is from 1. The target is that of the longest queue. */
async function measureAdding(page, name, { rounds, target }) {
  const [small, again, middle, large] = await page.evaluate((args) => bench.queue.add(...args), [name, [SMALL, SMALL, MIDDLE, LARGE], rounds]);
  const side = (count, samples) => ({ label: `${digits(count)} wait`, rounds: samples });
  const row = (count, samples, wanted) => rowOf({ name, unit: "µs", digits: 1, base: side(SMALL, small), measured: side(count, samples), target: wanted });
  return { rows: [row(MIDDLE, middle), row(LARGE, large, target)], noise: Math.abs(compareMedians(again, small).ratio - 1) };
}

async function measureWrites(page) {
  const side = async (count) => {
    const { calls, others } = await page.evaluate((waiting) => bench.queue.writes(waiting), count);
    return { label: `${digits(count)} wait`, rounds: [[calls + others]] };
  };
  const [base, measured] = [await side(SMALL), await side(LARGE)];
  return rowOf({ name: "writes", unit: "a message", digits: 0, base, measured, target: WRITES_TARGET, by: "value" });
}

/** { browser, rounds, noise, rows: [{ name, unit, base: { label, value }, measured, ratio, spread, target, verdict }] }, or null where `filter` leaves nothing. */
export async function measureQueue({ pkg, root, rounds, filter, full, progress }) {
  return withPage({ pkg, root }, async (page, { browser }) => {
    const rows = [];
    const noises = [];
    const wanted = (name) => name.includes(filter);
    const delivery = wanted("delivery") ? Math.ceil(rounds / 14) : 0;
    if (delivery > 0) for (const roundTrip of Object.keys(DELIVERIES)) rows.push(await measureDelivery(page, roundTrip, { rounds: delivery, full, progress }));
    for (const name of await page.evaluate(() => bench.queue.addings)) {
      if (!wanted(name)) continue;
      progress(name);
      const added = await measureAdding(page, name, { rounds, target: name === "adding" ? ADDING_TARGET : undefined });
      rows.push(...added.rows);
      noises.push(added.noise);
    }
    if (wanted("writes")) rows.push(await measureWrites(page));
    if (rows.length === 0) return null;
    return { browser, rounds: { delivery, adding: rounds }, noise: noises.length === 0 ? null : Math.max(...noises), rows };
  });
}
