// Applications of Next.js: built, served in production or development, and looked at.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { run, serve } from "./command.mjs";
import { copiesIn } from "./copies.mjs";

/** What .env.local says of the server: its URL, "mock", or nothing. */
export function configure(folder, server) {
  const lines = [`NEXT_PUBLIC_USE_MOCK_SOCKET=${server === "mock"}`, `NEXT_PUBLIC_SOCKET_SERVER_URL=${server === "mock" ? "" : (server ?? "")}`];
  writeFileSync(join(folder, ".env.local"), lines.map((line) => `${line}\n`).join(""));
}

/** Builds; a warning is a failure. */
export async function build(folder, ...flags) {
  const output = await run(folder, "next", "build", ...flags);
  if (/warn|⚠/i.test(output)) throw new Error(`next build ${flags.join(" ")} warned:\n${output}`);
  return output;
}

export const start = (folder) => serve(folder, "next", "start", "--port", "0");
export const develop = (folder, ...flags) => serve(folder, "next", "dev", "--port", "0", ...flags);

/** The copies of the WebAssembly that a route's server bundle takes along, by the trace that Next.js makes of it. `page` below .next/server, without ".js". */
export function copiesOnServer(folder, page) {
  const trace = join(folder, ".next/server", `${page}.js.nft.json`);
  const { files } = JSON.parse(readFileSync(trace, "utf8"));
  if (files.length === 0) throw new Error(`${page} uses no file`);
  return sum([join(folder, ".next/server", `${page}.js`), ...files.map((name) => resolve(dirname(trace), name))].filter((file) => statSync(file).isFile()));
}

/** The copies in the scripts that a route's page loads. `page` is an HTML file below .next/server. */
export function copiesInPage(folder, page) {
  const html = readFileSync(join(folder, ".next/server", `${page}.html`), "utf8");
  const names = [...new Set([...html.matchAll(/\/_next\/(static\/[^"\\]+\.js)/g)].map(([, name]) => name))];
  if (names.length === 0) throw new Error(`${page} loads no script`);
  return sum(names.map((name) => join(folder, ".next", name)));
}

const sum = (files) => files.reduce((count, file) => count + copiesIn(file), 0);
