// Shared by the tests of the hooks: the packed package beside the pages, their bundles with either React, a site, a Socket.IO server, Chromium.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before } from "node:test";
import * as esbuild from "esbuild";
import { Server } from "socket.io";
import { build as buildPackage } from "../../pkg-template/scripts/build.mjs";
import { root } from "../../pkg-template/scripts/setup.mjs";

import { launch } from "../package/support.mjs";

export { launch };

export const REACTS = { 18: ["react18", "react-dom18"], 19: ["react", "react-dom"] };

/** Unpacks the package into a folder of its own below target/, with a copy of a folder of applications. Returns that copy. */
export async function install(name) {
  const pkg = await buildPackage();
  const folder = join(root, "target/react", name);
  const modules = join(folder, "node_modules");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  const npm = execFileSync("npm", ["pack", "--json", "--pack-destination", modules], { cwd: pkg, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  execFileSync("tar", ["-xzf", join(modules, JSON.parse(npm)[0].filename), "-C", modules]);
  execFileSync("mv", [join(modules, "package"), join(modules, "socketio-wasm")]);
  cpSync(join(root, "tests/react", name), folder, { recursive: true });
  return folder;
}

/** The text of a bundle with one of the Reacts. `env` becomes part of it as Next.js does it; without `NODE_ENV` there is none. */
export async function bundle(folder, entry, version, { env = { NODE_ENV: "development" }, ...options } = {}) {
  const [react, dom] = REACTS[version].map((name) => join(root, "node_modules", name));
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    alias: { react, "react-dom": dom },
    define: Object.fromEntries(Object.entries(env).map(([name, value]) => [`process.env.${name}`, JSON.stringify(value)])),
    logLevel: "error",
    // esbuild says that it takes "use client" for nothing.
    logOverride: { "ignored-bare-import": "silent" },
    ...options,
  });
  return outputFiles[0].text;
}

async function listen(http) {
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${http.address().port}`;
}

/** Serves scripts by path, and everywhere else a page, by `pages` with another script, with HTML, or found elsewhere. Counts what it is asked for. */
export async function site(scripts, pages = {}) {
  const asked = [];
  const http = createServer((request, response) => {
    const [path, query] = request.url.split("?");
    asked.push(request.url);
    if (scripts[path]) return response.writeHead(200, { "content-type": "text/javascript" }).end(scripts[path]);
    if (path === "/favicon.ico") return response.writeHead(204).end();
    const { to, html = "", script = "/main.js" } = pages[path] ?? {};
    if (to) return response.writeHead(307, { location: `${to}?${query}` }).end();
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><div id="root">${html}</div><script type="module" src="${script}"></script>`);
  });
  const url = await listen(http);
  return { url, http, asked, close: () => new Promise((resolve) => (http.closeAllConnections(), http.close(resolve))) };
}

/** A Socket.IO server that refuses the token "bad", acknowledges messages, and knows how many connections there were. */
export async function chatServer(http = createServer()) {
  const io = new Server(http, { path: "/socket/notification", cors: { origin: "*" } });
  const seen = { total: 0, tokens: [] };
  io.engine.on("connection", () => (seen.total += 1));
  io.use((socket, next) => {
    const { token } = socket.handshake.auth;
    seen.tokens.push(token);
    next(token === "Bearer bad" ? Object.assign(new Error("jwt expired"), { data: { code: 401 } }) : undefined);
  });
  io.on("connection", (socket) => {
    socket.emit("connected", {});
    socket.on("sendMessage", (message, done) => done({ at: message.id }));
    socket.on("say", (event, ...args) => socket.emit(event, ...args));
  });
  const url = http.listening ? `http://127.0.0.1:${http.address().port}` : await listen(http);
  return {
    url,
    seen,
    open: () => io.engine.clientsCount,
    /** Loses all connections without a word. */
    cut: () => Object.values(io.engine.clients).forEach(({ transport }) => transport.close()),
    close: () => io.close(),
  };
}

/** What a file of tests has around it, put away at its end: `take` gets the folder with the pages, a server and a browser. */
export function surround(take) {
  const around = {};
  before(async () => {
    around.folder = await install("page");
    around.server = await chatServer();
    around.browser = await launch();
    take(around);
  });
  after(async () => {
    await around.browser?.close();
    await around.server?.close();
  });
}

/** Waits until a condition holds. */
export async function until(holds, what) {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not so in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
