// The page's own web server: static files, what the page needs to know of the chat server, and the switches that break it.
// For development on one machine: it listens on loopback only, and obeys requests that the page itself makes.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream";
import { fileURLToPath } from "node:url";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".ts": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
const BODY_LIMIT = 4096;

const here = fileURLToPath(new URL(".", import.meta.url));

/** Resolves to {port, url, close()}. `chat` is the chat server of server.mjs; `pkg` the folder of the built package. */
export async function startSite({ port = 0, host = "127.0.0.1", chat, pkg = fileURLToPath(new URL("../pkg/", import.meta.url)) }) {
  const server = createServer((request, response) => {
    answer(request, response, { chat, pkg }).catch((error) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  port = server.address().port;
  return {
    port,
    url: `http://localhost:${port}/`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request, response, { chat, pkg }) {
  const base = `http://${request.headers.host}`;
  // A name of somebody else's that resolves to 127.0.0.1 is not us.
  if (!URL.canParse(base) || !LOOPBACK.has(new URL(base).hostname)) return response.writeHead(421).end();
  if (!URL.canParse(request.url, base)) return response.writeHead(400).end();
  const { pathname, hostname } = new URL(request.url, base);
  const chatHost = `${hostname}:${chat.port}`;

  response.setHeader("Content-Security-Policy", contentSecurityPolicy(chatHost));
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cache-Control", "no-store");

  if (pathname.startsWith("/control/")) return control(request, response, pathname.slice("/control/".length), chat);
  if (request.method !== "GET" && request.method !== "HEAD") return response.writeHead(405, { Allow: "GET, HEAD" }).end();
  if (pathname === "/server.json") return json(response, describe(chat, chatHost));
  if (pathname.startsWith("/pkg/")) return file(request, response, pkg, pathname.slice("/pkg/".length));
  return file(request, response, here, pathname === "/" ? "index.html" : pathname.slice(1));
}

/** Everything from here, WebAssembly allowed, and the chat server's WebSocket. No inline script, no inline style. */
function contentSecurityPolicy(chatHost) {
  return [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `connect-src 'self' ws://${chatHost}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const describe = (chat, chatHost = `localhost:${chat.port}`) => ({
  url: `http://${chatHost}`,
  running: chat.running,
  answerDelay: chat.answerDelay,
});

async function control(request, response, action, chat) {
  if (request.method !== "POST") return response.writeHead(405, { Allow: "POST" }).end();
  // Other sites can make a browser send a form or plain text here, but not JSON from our own origin.
  const { origin, host } = request.headers;
  if (origin !== `http://${host}` || request.headers["content-type"] !== "application/json") return response.writeHead(403).end();

  const body = await readJson(request);
  if (body === null) return response.writeHead(400).end();
  const text = (value, fallback) => (typeof value === "string" ? value.slice(0, 200) : fallback);

  if (action === "stop") await chat.stop();
  else if (action === "start") await chat.start();
  else if (action === "refuse-next") chat.refuseNext(text(body.error, "Refused, as you asked"));
  else if (action === "answer-delay") chat.answerDelay = Math.min(Math.max(Number(body.milliseconds) || 0, 0), 60_000);
  else if (action === "notify") chat.notify(text(body.userId, ""), { title: text(body.title), body: text(body.body) });
  else return response.writeHead(404).end();
  json(response, describe(chat));
}

async function readJson(request) {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk;
    if (body.length > BODY_LIMIT) return null;
  }
  try {
    const value = JSON.parse(body);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

function json(response, value) {
  response.writeHead(200, { "Content-Type": TYPES[".json"] }).end(JSON.stringify(value));
}

async function file(request, response, folder, encodedName) {
  const path = locate(folder, encodedName);
  const info = path && (await stat(path).catch(() => null));
  if (!info?.isFile()) return response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found\n");
  response.writeHead(200, { "Content-Type": TYPES[extname(path)], "Content-Length": info.size });
  if (request.method === "HEAD") return response.end();
  pipeline(createReadStream(path), response, () => {});
}

/** The path of a file that may be served, or null: inside the folder, of a type we know, and not a hidden one. */
function locate(folder, encodedName) {
  let name;
  try {
    name = decodeURIComponent(encodedName);
  } catch {
    return null;
  }
  const path = normalize(join(folder, name));
  const inside = path.startsWith(normalize(join(folder, sep)));
  const hidden = name.split(/[\\/]/).some((part) => part.startsWith("."));
  return inside && !hidden && !name.includes("\0") && extname(path) in TYPES ? path : null;
}
