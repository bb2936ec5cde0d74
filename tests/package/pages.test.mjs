// Three small applications, written for socket.io-client, run with it and with this package: nothing but the import differs, and all that their
// sockets tell is logged and compared. Each client has a server of its own, so that nobody meets what the other has left.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { startFor } from "./pages-server.mjs";
import { install, launch, serve } from "./support.mjs";

const PAGES = ["chat", "upload", "dashboard"];

let app, site, browser;
before(async () => {
  app = await install();
  const ours = join(app.folder, "node_modules/socketio-wasm/index.js");
  const clients = { theirs: {}, ours: { "socket.io-client": ours } };
  const html = {};
  for (const [client, alias] of Object.entries(clients)) {
    await build({
      entryPoints: PAGES.map((page) => join(root, `tests/package/pages/${page}.js`)),
      outdir: join(app.folder, "dist", client),
      alias,
      bundle: true,
      format: "esm",
      define: { global: "globalThis" },
      logLevel: "error",
    });
    for (const page of PAGES) html[`/${client}/${page}`] = { html: `<!doctype html><script type="module" src="/dist/${client}/${page}.js"></script>` };
  }
  site = await serve(app.folder, html);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.close();
  app?.remove();
});

/** What a page has logged with a client, as lines of text. */
async function logged(client, name) {
  const server = await startFor(name);
  const page = await browser.newPage();
  const uncaught = [];
  page.on("pageerror", (error) => uncaught.push(error));
  try {
    await page.goto(`${site.url}/${client}/${name}?server=${encodeURIComponent(server.url)}`);
    await page.waitForFunction(() => globalThis.result !== undefined);
    assert.deepEqual(uncaught, []);
    return await page.evaluate(() => globalThis.result.map((line) => JSON.stringify(line)));
  } finally {
    await page.close();
    await server.close();
  }
}

for (const name of PAGES) {
  test(`${name}: the same with both clients, event by event`, async () => {
    const theirs = await logged("theirs", name);
    assert.ok(theirs.length > 30, "the page logs next to nothing");
    assert.ok(!theirs.some((line) => line.startsWith('["the page failed"')), theirs.at(-1));
    assert.deepEqual(await logged("ours", name), theirs);
  });
}
