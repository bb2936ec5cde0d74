// A static web server, with a Content-Security-Policy as strict as the pages allow.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json", ".txt": "text/plain", ".wasm": "application/wasm" };

/** Scripts from here, WebAssembly, the inline scripts that stand in the page itself, and connections to the chat server. */
function policy(html, chat, trustedTypes) {
  const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([^]*?)<\/script>/g)];
  const hashes = inline.map(([, script]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const { host } = new URL(chat);
  return [
    "default-src 'self'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...new Set(hashes)].join(" "),
    `connect-src 'self' http://${host} ws://${host}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    ...(trustedTypes ? ["require-trusted-types-for 'script'"] : []),
  ].join("; ");
}

/** Serves a folder on loopback: `name` as name, name.html or name/index.html. `trustedTypes`: no text may become HTML or a script either. */
export async function serveFolder(folder, chat, { trustedTypes = false } = {}) {
  const server = createServer((request, response) => {
    const path = join(folder, normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname)));
    const file = [path, `${path}.html`, join(path, "index.html")].find((name) => existsSync(name) && statSync(name).isFile());
    if (!file) return response.writeHead(404).end();
    const body = readFileSync(file);
    const headers = { "content-type": TYPES[extname(file)] };
    if (extname(file) === ".html") headers["content-security-policy"] = policy(body.toString(), chat, trustedTypes);
    response.writeHead(200, headers).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
