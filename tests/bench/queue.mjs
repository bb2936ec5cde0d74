// Runs the measurements of page/queue.js and holds them against their targets.

import { withPage } from "./browser.mjs";
import { compareMedians, median, verdict } from "./stats.mjs";

const ROUND_TRIP = 50;
const SMALL = 10;
const LARGE = 1000;
/** Of 1,000 at one a round trip: its rate does not depend on how many wait. */
const RETRIES_COUNT = 40;
/** Speed-up, and factor of time. */
const DELIVERY_TARGET = { atLeast: 10 };
const ADDING_TARGET = { atMost: 1.5 };
const WRITES_TARGET = { exactly: 1 };

const digits = (number) => number.toLocaleString("en-US");

function rowOf({ name, unit, digits, base, measured, target, by = "ratio" }) {
  const { ratio, spread } = compareMedians(measured.rounds, base.rounds);
  const row = { name, unit, digits, ratio, spread };
  for (const [key, { label, rounds }] of Object.entries({ base, measured })) row[key] = { label, value: median(rounds.flat()) };
  return target ? { ...row, target, verdict: verdict(by === "ratio" ? ratio : row.measured.value, target) } : row;
}

async function measureDelivery(page, { rounds, full, progress }) {
  const counts = { retries: full ? LARGE : RETRIES_COUNT, chatLocal: LARGE };
  const samples = { retries: [], chatLocal: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [key, count] of Object.entries(counts)) {
      progress(`delivery, ${key}, round ${round + 1} of ${rounds}`);
      samples[key].push([await page.evaluate(([name, spec]) => bench.queue.deliver(name, spec), [key, { count, roundTrip: ROUND_TRIP }])]);
    }
  }
  const labels = await page.evaluate(() => bench.queue.labels);
  const side = (key) => ({ label: `${labels[key]}, ${digits(counts[key])}`, rounds: samples[key] });
  return rowOf({
    name: `delivery at ${ROUND_TRIP} ms`,
    unit: "/s",
    digits: 1,
    base: side("retries"),
    measured: side("chatLocal"),
    target: DELIVERY_TARGET,
  });
}

/** The row, and how far the control is from 1. */
async function measureAdding(page, name, { rounds, target }) {
  const [small, again, large] = await page.evaluate((args) => bench.queue.add(...args), [name, [SMALL, SMALL, LARGE], rounds]);
  const side = (count, samples) => ({ label: `${digits(count)} wait`, rounds: samples });
  const row = rowOf({ name, unit: "µs", digits: 1, base: side(SMALL, small), measured: side(LARGE, large), target });
  return { row, noise: Math.abs(compareMedians(again, small).ratio - 1) };
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
    if (delivery > 0) rows.push(await measureDelivery(page, { rounds: delivery, full, progress }));
    for (const name of await page.evaluate(() => bench.queue.addings)) {
      if (!wanted(name)) continue;
      progress(name);
      const { row, noise } = await measureAdding(page, name, { rounds, target: name === "adding" ? ADDING_TARGET : undefined });
      rows.push(row);
      noises.push(noise);
    }
    if (wanted("writes")) rows.push(await measureWrites(page));
    if (rows.length === 0) return null;
    return { browser, rounds: { delivery, adding: rounds }, noise: noises.length === 0 ? null : Math.max(...noises), rows };
  });
}
