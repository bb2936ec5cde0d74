// One cross-origin isolated page in headless Chromium, served on loopback from memory and from the package's folder.

import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
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

async function serve({ pkg, root }) {
  const reference = await bundle('export { io } from "socket.io-client";', root);
  const read = async (path) => {
    if (path === "/") return HTML;
    if (path === "/reference.js") return reference;
    const [, folder, ...rest] = path.split("/");
    if (rest.length === 0 || rest.includes("..")) return null;
    if (folder === "page") return readFile(join(PAGE, ...rest));
    if (folder === "pkg") return readFile(join(pkg, ...rest));
    return null;
  };
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

/** Calls `use` with the page, once it has set `globalThis.bench`. */
export async function withPage({ pkg, root }, use) {
  const profile = await mkdtemp(join(tmpdir(), "socketio-wasm-bench-"));
  const server = await serve({ pkg, root });
  let context;
  try {
    context = await chromium.launchPersistentContext(profile, {
      executablePath: await findChromium(),
      headless: true,
      args: process.getuid?.() === 0 ? [...FLAGS, "--no-sandbox"] : FLAGS,
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.on("pageerror", (error) => console.error(`page: ${error.stack ?? error}`));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") console.error(`page: ${message.text()}`);
    });
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.evaluate(() => import("/page/main.js").then(() => undefined));
    return await use(page, { browser: context.browser()?.version() ?? (await page.evaluate(() => navigator.userAgent)) });
  } finally {
    await context?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(profile, { recursive: true, force: true });
  }
}
