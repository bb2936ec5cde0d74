// Cross-origin isolated pages in headless Chromium, served on loopback from memory and from the package's folder, and the socket servers.

import { fork } from "node:child_process";
import { once } from "node:events";
import { access, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { bundle } from "./bundle.mjs";

const PAGE = fileURLToPath(new URL("page/", import.meta.url));
const TYPES = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
const HTML = '<!doctype html><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:">';

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--js-flags=--expose-gc",
];

async function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
      const path = join(folder, name);
      if (await access(path).then(() => true, () => false)) return path;
    }
  }
  throw new Error("no Chromium on PATH: npm run setup installs it, or name one in CHROMIUM");
}

/** A server on loopback; `read` gives a path's body, or null. */
export async function serve(read) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const body = await read(pathname).catch(() => null);
    response.writeHead(body === null ? 404 : 200, {
      "content-type": TYPES[pathname === "/" ? "html" : pathname.split(".").at(-1)] ?? "application/octet-stream",
      // Isolation sets the clock's steps to 5 µs; without it they are 100.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(body ?? "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

export async function stop(server) {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function contents({ pkg, root }) {
  const reference = await bundle('export { io } from "socket.io-client";', root);
  return async (path) => {
    if (path === "/") return HTML;
    if (path === "/reference.js") return reference;
    const [, folder, ...rest] = path.split("/");
    if (rest.length === 0 || rest.includes("..")) return null;
    if (folder === "page") return readFile(join(PAGE, ...rest));
    if (folder === "pkg") return readFile(join(pkg, ...rest));
    return null;
  };
}

/** The socket server of server.mjs: `use` gets its ports, by round trip. */
export async function withServer({ roundTrips, page }, use) {
  const child = fork(fileURLToPath(new URL("server.mjs", import.meta.url)), [JSON.stringify({ roundTrips, page })]);
  try {
    const [ports] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`the servers ended with ${code}`))),
    ]);
    return await use(ports);
  } finally {
    child.kill();
  }
}

export async function withBrowser(use) {
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    headless: true,
    args: process.getuid?.() === 0 ? [...FLAGS, "--no-sandbox"] : FLAGS,
  });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

export function showErrors(page) {
  page.on("pageerror", (error) => console.error(`page: ${error.stack ?? error}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") console.error(`page: ${message.text()}`);
  });
}

/** Calls `use` with a page in which the module `main` of page/ has set `globalThis.bench`. */
export async function withPage({ pkg, root, main = "main.js" }, use) {
  const server = await serve(await contents({ pkg, root }));
  try {
    return await withBrowser(async (browser) => {
      const page = await browser.newPage();
      showErrors(page);
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.evaluate((name) => import(`/page/${name}`).then(() => undefined), main);
      return await use(page, { browser: browser.version() });
    });
  } finally {
    await stop(server);
  }
}
