// What is committed of a run: results.json, and the README's table and picture, made from it. Alone it makes those two again:
//
//   node tests/bench/publish.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { picture } from "./picture.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RESULTS = join(ROOT, "tests/bench/results.json");
const README = join(ROOT, "pkg-template/README.md");
const PICTURE = join(ROOT, "pkg-template/bench.svg");
const BLOCK = /(?<=<!-- npm run bench -- --write -->\n)[^]*(?=<!-- end -->)/;

const DIGITS = 4;
/** Levels that are written a line a member: the report, its sections and their lists. What is in a list has one line. */
const OPEN = 3;

/** JSON, one row a line, so that a difference can be read. */
function written(value, depth = 0) {
  if (typeof value === "number") return String(Number(value.toPrecision(Number.isInteger(value) ? 15 : DIGITS)));
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const list = Array.isArray(value);
  const parts = list
    ? value.map((one) => written(one, OPEN))
    : Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([key, one]) => `${JSON.stringify(key)}: ${written(one, depth + 1)}`);
  const [open, close] = list ? "[]" : "{}";
  if (depth >= OPEN || parts.length === 0) return `${open}${parts.join(", ")}${close}`;
  const indent = "  ".repeat(depth);
  return `${open}\n${indent}  ${parts.join(`,\n${indent}  `)}\n${indent}${close}`;
}

export const readResults = () => JSON.parse(readFileSync(RESULTS, "utf8"));

const KB = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

/** Of the README's rows: what it says, and the row of the results that it is. */
const SIZES = {
  "zero-config entry (index.js)": "`socketio-wasm`, one file",
  "slim entry (wasm + slim.js)": "`socketio-wasm/slim`, JavaScript and `.wasm`",
  "socket.io-client": "socket.io-client, without an offline queue",
  "… + @tanstack/offline-transactions": "… with @tanstack/offline-transactions",
  "… + localforage, mock-socket, jwt-decode": "… with localforage, mock-socket and jwt-decode",
  "pusher-js": "pusher-js",
  "ably (Realtime)": "ably",
};

const times = ({ ratio }) => ratio.toFixed(2);

function ratios({ speed, loopback, cold, queue }) {
  const of = (section, name, key = "socket") => times(section.rows.find((row) => row.name === name).results[key]);
  const three = (what) => ["160 B", "20 KB", "64 KB binary"].map((size) => of(speed, `${what} ${size}`)).join(", ");
  const chat = ["160 B", "20 KB"].map((size) => of(speed, `round trip ${size}, p50`, "chat")).join(", ");
  const late = cold.rows.find(({ roundTrip }) => roundTrip === 100);
  const page = ["polling", "websocket"].map((to) => times(late.verdicts.find((row) => row.key === "index" && row.to === to))).join(", ");
  const flush = queue.rows.find(({ name }) => name === "delivery at 50 ms");
  return [
    ["receive: 160 B, 20 KB, 64 KB binary", three("receive")],
    ["receive 160 B, 50 listeners", of(speed, "receive 160 B, 50 listeners")],
    ["send: 160 B, 20 KB, 64 KB binary", three("send")],
    ["acknowledged round trip, 160 B", of(speed, "round trip 160 B, p50")],
    ["the same with a server on loopback", of(loopback, "round trip 160 B, p50")],
    ["the same through a `ChatSocket`'s queue, in memory: 160 B, 20 KB", chat],
    ["first event of a cold page, round trip 100 ms: beside its default, its WebSocket only", page],
    ["emptying an offline queue, round trip 50 ms: beside its `retries`", (1 / flush.ratio).toFixed(2)],
  ];
}

const table = (head, rows) => [`| | ${head} |`, "|---|---|", ...rows.map((cells) => `| ${cells.join(" | ")} |`)].join("\n");

/** What stands between the README's marks. */
export function summary(report) {
  const { versions, sizes, memory } = report;
  const bytes = Object.entries(SIZES).map(([name, label]) => [label, KB(sizes.find((row) => row.name === name).gzip)]);
  const grown = memory.rows.filter(({ verdict }) => verdict === "MISSED").map(({ name, key }) => `${memory.labels[key]}: ${name}`);
  const worked = [...new Set(memory.rows.map(({ name }) => name))].join(", ");
  return `${table("gzipped", bytes)}

![Time and bytes beside socket.io-client](bench.svg)

Time as a ratio to socket.io-client ${versions["socket.io-client"]}, medians of one run in Chromium ${versions.chromium.split(".")[0]}; below 1 is faster:

${table("ratio", ratios(report))}

Memory and listeners that grow over ${worked}: ${grown.join("; ") || "none"}.
\`npm run bench\` in the repository measures this and more, and says how.

`;
}

export { picture };

/** What the files should say: path and text. */
export function files(report) {
  const readme = readFileSync(README, "utf8");
  if (!BLOCK.test(readme)) throw new Error("pkg-template/README.md has lost the marks of its table");
  return [
    [README, readme.replace(BLOCK, () => summary(report))],
    [PICTURE, picture(report)],
  ];
}

/** `report` is that of a whole run. */
export function publish(report) {
  writeFileSync(RESULTS, `${written(report)}\n`);
  for (const [path, text] of files(readResults())) writeFileSync(path, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) publish(readResults());
