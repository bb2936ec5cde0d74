// Whether applications of socket.io-client see the same with this package: the same scenarios with either, over a real server, and what they
// logged compared. What is deliberately different is not in them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { start } from "./reference-server.mjs";
import { install, launch, serve } from "./support.mjs";

// socket.io-client takes the WebSocket that there is when it is imported.
const PAGE = `<!doctype html><script>
  globalThis.urls = [];
  globalThis.WebSocket = class extends WebSocket {
    constructor(url, ...more) {
      urls.push(url);
      super(url, ...more);
    }
  };
</script><script type="module" src="/dist/reference-page.js"></script>`;

let app, site, server, browser, page;
const uncaught = [];
before(async () => {
  app = await install();
  const contents = `
    import * as theirs from "socket.io-client";
    import * as ours from "${join(app.folder, "node_modules/socketio-wasm/index.js")}";
    import parser from "socket.io-msgpack-parser";
    import { customParser, run, scenarios } from "${join(app.folder, "app/reference.js")}";
    globalThis.both = async (name, ...urls) => {
      const logs = [];
      for (const client of [theirs, ours]) logs.push(await run(scenarios[name] ?? customParser, client, ...urls, parser));
      return logs;
    };
    globalThis.names = Object.keys(scenarios);`;
  await build({
    stdin: { contents, resolveDir: root },
    outfile: join(app.folder, "dist/reference-page.js"),
    bundle: true,
    format: "esm",
    define: { global: "globalThis" },
    logLevel: "error",
  });
  site = await serve(app.folder, { "/": { html: PAGE } });
  server = await start();
  browser = await launch();
  page = await browser.newPage();
  page.on("pageerror", (error) => uncaught.push(error));
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.names !== undefined);
});
after(async () => {
  await browser?.close();
  await site?.close();
  await server?.close();
  app?.remove();
});

async function compare(...scenario) {
  const [theirs, ours] = await page.evaluate((scenario) => globalThis.both(...scenario), scenario);
  assert.ok(theirs.length > 0, "the scenario logs nothing");
  assert.deepEqual(ours, theirs);
  assert.deepEqual(uncaught.splice(0), []);
}

test("every scenario", async (t) => {
  const names = await page.evaluate(() => globalThis.names);
  assert.ok(names.length > 10);
  for (const name of names) await t.test(name, () => compare(name, ...server.urls.slice(0, 2)));
});

test("the application's own parser: socket.io-msgpack-parser", () => compare(null, server.urls[2], null));
