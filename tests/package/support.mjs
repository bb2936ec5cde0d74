// Shared by the package's tests: the packed package installed somewhere else, a static server, and Chromium.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";
import { build } from "../../pkg-template/scripts/build.mjs";
import { BROWSER, root, setup } from "../../pkg-template/scripts/setup.mjs";

const npm = (cwd, ...args) => execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** A temporary folder with the applications of these tests and, below node_modules, the packed package. */
export async function install() {
  const pkg = await build();
  const folder = mkdtempSync(join(tmpdir(), "socketio-wasm-package-"));
  const [{ filename }] = JSON.parse(npm(pkg, "pack", "--json", "--pack-destination", folder));
  writeFileSync(join(folder, "package.json"), '{ "name": "app", "private": true, "type": "module" }');
  npm(folder, "install", "--offline", "--no-audit", "--no-fund", `./${filename}`);
  cpSync(join(root, "tests/package/app"), join(folder, "app"), { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves a folder on loopback, and `pages` by path before it: each {html, headers}. */
export async function serve(folder, pages) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const page = pages[pathname];
    try {
      const body = page ? page.html : readFileSync(join(folder, normalize(pathname)));
      response.writeHead(200, { "content-type": TYPES[extname(pathname)] ?? "text/html", ...page?.headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

export function launch(options) {
  const { CHROME } = setup(BROWSER);
  const { args } = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"))["goog:chromeOptions"];
  return chromium.launch({ executablePath: CHROME, args, ...options });
}
