// Where a contender's time goes, by Chromium's sampling profiler: microseconds a message, self time, by function.
//
//   node tests/bench/profile.mjs "receive 160 B" socket [--pkg FOLDER] [--seconds 4] [--top 25]
//
// The case is a name of page/cases.js, the contender a key of page/contenders.js. Names of WebAssembly functions need a build that keeps
// them: node pkg-template/scripts/build.mjs --profiling. Builtins (JSON.parse, charCodeAt, Map) count for the function that calls them.

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { withPage } from "./browser.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pkg: { type: "string", default: join(ROOT, "pkg") },
    seconds: { type: "string", default: "4" },
    top: { type: "string", default: "25" },
  },
});
const [name, key] = positionals;

/** Which side of the boundary a function is on. */
function areaOf({ url, functionName }) {
  if (functionName.startsWith("(")) return functionName;
  if (url.startsWith("wasm://")) return "wasm";
  const folder = /^http:\/\/[^/]+\/(page|pkg|reference)/.exec(url)?.[1];
  return { page: "bench", pkg: "package's JavaScript", reference: "socket.io-client" }[folder] ?? "browser";
}

/** Self time in microseconds, summed by whatever `group` makes of a call frame. */
function selfTimes({ nodes, samples, timeDeltas }, group) {
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const sums = new Map();
  samples.forEach((id, i) => {
    const label = group(frames.get(id));
    sums.set(label, (sums.get(label) ?? 0) + timeDeltas[i]);
  });
  return [...sums].sort((a, b) => b[1] - a[1]);
}

await withPage({ pkg: resolve(options.pkg), root: ROOT }, async (page) => {
  const known = await page.evaluate(() => ({ cases: bench.cases.map((spec) => spec.name), keys: Object.keys(bench.labels) }));
  if (!known.cases.includes(name) || !known.keys.includes(key)) {
    throw new Error(`give a case and a contender\ncases: ${known.cases.join("; ")}\ncontenders: ${known.keys.join(", ")}`);
  }
  const alone = (milliseconds) => page.evaluate((args) => bench.alone(...args), [name, key, milliseconds]);
  await alone(1000);
  const session = await page.context().newCDPSession(page);
  await session.send("Profiler.enable");
  await session.send("Profiler.setSamplingInterval", { interval: 100 });
  await session.send("Profiler.start");
  const { messages, micros } = await alone(Number(options.seconds) * 1000);
  const { profile } = await session.send("Profiler.stop");

  const print = (title, rows) => {
    console.log(`\n${title}`);
    for (const [label, time] of rows) console.log(`${(time / messages).toFixed(3).padStart(8)}  ${label}`);
  };
  console.log(`${name}, ${key}: ${micros.toFixed(2)} µs a message while profiled, ${messages} messages`);
  print("self µs a message, by area", selfTimes(profile, areaOf));
  const place = ({ functionName, url, lineNumber, columnNumber }) => {
    const file = url.startsWith("wasm://") ? "wasm" : url.replace(/^http:\/\/[^/]+\//, "");
    return `${functionName || "(anonymous)"}${file && file !== "wasm" ? `  ${file}:${lineNumber + 1}:${columnNumber + 1}` : file && "  wasm"}`;
  };
  print("by function", selfTimes(profile, place).slice(0, Number(options.top)));
});
