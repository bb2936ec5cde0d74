// `npm run bench`: bytes, time and memory of this package beside socket.io-client, in one run on one machine.
//
//   npm run bench -- [--quick] [--full] [--only sizes|speed|loopback|cold|queue|memory] [--case TEXT] [--rounds N] [--json FILE] [--write] [--pkg FOLDER]
//
// How to read it. Absolute times drift with the machine and what else runs on it; the ratios are the result. The first column of a table
// of times is socket.io-client's own, WebSocket only; every other one is a ratio to it (below 1 is faster), as the median of the ratios
// of single rounds, ± half the distance between their quartiles. Contenders take turns within a round. `again (A/A)` is socket.io-client
// a second time: how far it is from 1.00 is what this run cannot tell apart, and the largest such distance is printed as the noise. A
// target is one for `socket`, and "met within the noise" is beyond it by no more than the control of its row. Columns:
//   socket        `io` of this package, the general Socket.IO interface
//   chat          `ChatSocket`: onMessage, sendMessage; every message goes through the offline queue, in memory
//   chat, local   the same with the queue in localStorage, in rows of its own ("stored"), since the browser's storage costs many times
//                 what a message does: see there how close it is to `raw, local`, which writes each message, sends and removes it
//   raw           a bare WebSocket and JSON, no protocol: the limit
//
// speed      over a fake WebSocket inside the page, so no network and no server is measured. Between messages the microtasks run dry, as
//            between a browser's events (socket.io-client does part of its work there); a `burst` is 1000 messages in one turn. Sends
//            are fire and forget, with `delivery: "sent"` for the chat. A round trip is a message sent, acknowledged, and its caller
//            told; one sample is the mean of some of them, since the clock has steps of 5 µs. The loop's own cost ("floor") is in all.
// loopback   over a real WebSocket, to a `socket.io` server (raw: to one of `ws`) in a process of its own. Browser and server are most
//            of it. A burst is 100,000 messages; its longest block is the longest time between two messages that the page posts to
//            itself over a MessageChannel, one after the other.
// cold       from script start to the first event on a page that nothing is cached of: see cold.mjs, and delay.mjs for the round trip.
// queue      the offline queue, over the fake WebSocket, with the targets that it has to meet:
//   delivery   1,000 messages of 10 conversations wait, in localStorage, when the connection comes; the fake WebSocket acknowledges
//              each 0, 50 or 200 ms after it was sent. Messages a second, from CONNECT's answer to the last caller told. Beside it
//              socket.io-client's own queue, the option `retries`: in memory, one message on the wire, so that 1,000 take 50 s at
//              50 ms; it gets 40 then, since its rate does not depend on the number, or with --full all 1,000.
//   adding     sendMessage without a connection, while 100 or 1,000 wait in localStorage and while 10 do; 10 a second time is the
//              control. `snapshot` also reads `offlineMessages` after each, as an interface that shows the list does; `setItem` is
//              what the browser alone takes for such a value among as many.
//   writes     calls of localStorage's setItem for one message added to 1,000.
// memory     what is left after work of one kind, again and again, each in a page of its own: see memory.mjs. --quick does too little
//            of it for the JavaScript heap to come to rest.
//
// --write makes the README's table and picture from a whole run, and leaves its numbers in results.json: see publish.mjs.

import { access, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { measureCold } from "./cold.mjs";
import { measureMemory } from "./memory.mjs";
import { publish } from "./publish.mjs";
import { measureQueue } from "./queue.mjs";
import { coldTables, memoryTable, noiseLine, queueNoiseLine, queueTable, sizeTable, speedTable } from "./report.mjs";
import { measureSizes } from "./sizes.mjs";
import { measureLoopback, measureSpeed } from "./speed.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const sections = { sizes: measureSizes, speed: measureSpeed, loopback: measureLoopback, cold: measureCold, queue: measureQueue, memory: measureMemory };

function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
      only: { type: "string" },
      case: { type: "string", default: "" },
      rounds: { type: "string" },
      json: { type: "string" },
      write: { type: "boolean", default: false },
      pkg: { type: "string", default: join(ROOT, "pkg") },
    },
  });
  if (values.only !== undefined && !Object.hasOwn(sections, values.only)) {
    throw new Error(`--only takes one of ${Object.keys(sections).join(", ")}`);
  }
  if (values.write && (values.only !== undefined || values.case !== "")) throw new Error("--write takes a whole run: no --only, no --case");
  const rounds = Number(values.rounds ?? (values.quick ? 9 : 41));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a positive integer");
  return { ...values, rounds, pkg: resolve(values.pkg) };
}

async function versionOf(folder) {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")).version;
}

async function measure({ only, case: filter, rounds, full, quick, pkg }) {
  const report = {
    command: ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" "),
    date: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
    versions: {
      "socketio-wasm": await versionOf(pkg),
      "socket.io-client": await versionOf(join(ROOT, "node_modules/socket.io-client")),
      esbuild: await versionOf(join(ROOT, "node_modules/esbuild")),
      node: process.versions.node,
    },
    rounds,
  };
  const progress = (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  };
  for (const [name, section] of Object.entries(sections)) {
    if (only === undefined || only === name) report[name] = await section({ pkg, root: ROOT, rounds, filter, full, quick, progress });
  }
  progress("");
  const browser = Object.values(report).find((section) => section?.browser)?.browser;
  if (browser) report.versions.chromium = browser;
  return report;
}

function print(report) {
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  console.log([report.command, versions.join(", "), report.machine].join("\n"));
  if (report.sizes) console.log(`\n${sizeTable(report.sizes)}`);
  if (report.speed) console.log(`\n${speedTable("per message, fake WebSocket", report.speed)}\n\n${noiseLine(report.speed, report.rounds)}`);
  if (report.loopback) console.log(`\n${speedTable("per message, loopback", report.loopback)}\n\n${noiseLine(report.loopback, `${report.loopback.rounds.cases} (burst: ${report.loopback.rounds.burst})`)}`);
  if (report.cold) console.log(`\n${coldTables(report.cold)}\n\n${noiseLine(report.cold, report.cold.rounds)}`);
  if (report.queue) console.log(`\n${queueTable(report.queue)}\n\n${queueNoiseLine(report.queue)}`.trimEnd());
  if (report.memory) console.log(`\n${memoryTable(report.memory)}`);
}

try {
  const options = readOptions();
  if (!(await access(join(options.pkg, "index.js")).then(() => true, () => false))) {
    throw new Error("there is no built package; npm run build makes it");
  }
  const report = await measure(options);
  print(report);
  if (options.write) publish(report);
  if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
