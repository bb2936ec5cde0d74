// Applications of Next.js: built, served in production or development, and looked at.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { run, serve } from "./command.mjs";
import { copiesIn } from "./copies.mjs";

/** Writes what .env.local says of the server: its URL, "mock", or nothing. */
export function configure(folder, server) {
  const url = server === "mock" || server === undefined ? "" : server;
  writeFileSync(join(folder, ".env.local"), `NEXT_PUBLIC_USE_MOCK_SOCKET=${server === "mock"}\nNEXT_PUBLIC_SOCKET_SERVER_URL=${url}\n`);
}

/** Builds; a warning is a failure. */
export async function build(folder, ...flags) {
  const output = await run(folder, "next", "build", ...flags);
  if (/warn|⚠/i.test(output)) throw new Error(`next build ${flags.join(" ")} warned:\n${output}`);
  return output;
}

export const start = (folder) => serve(folder, "next", "start", "--port", "0");

/** A development server that has already compiled these pages: webpack reloads an open page when it compiles another one. */
export async function develop(folder, pages, ...flags) {
  const site = await serve(folder, "next", "dev", "--port", "0", ...flags);
  for (const page of pages) await (await fetch(site.url + page)).text();
  return site;
}

/** The copies of the WebAssembly that a route's server bundle takes along, by the trace that Next.js makes of it. `page` below .next/server, without ".js". */
export function copiesOnServer(folder, page) {
  const trace = join(folder, ".next/server", `${page}.js.nft.json`);
  const { files } = JSON.parse(readFileSync(trace, "utf8"));
  if (files.length === 0) throw new Error(`${page} uses no file`);
  return sum([join(folder, ".next/server", `${page}.js`), ...files.map((name) => resolve(dirname(trace), name))].filter((file) => statSync(file).isFile()));
}

/** The copies in the scripts that a page loads. */
export async function copiesInPage(folder, url) {
  const html = await (await fetch(url)).text();
  const names = [...new Set([...html.matchAll(/\/_next\/(static\/[^"\\]+\.js)/g)].map(([, name]) => name))];
  if (names.length === 0) throw new Error(`${url} loads no script`);
  return sum(names.map((name) => join(folder, ".next", name)));
}

const sum = (files) => files.reduce((count, file) => count + copiesIn(file), 0);
