// What the hooks do where there is no browser, and what of the environment reaches them: rendering on a server, hydration, builds with and without a URL.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { bundle, REACTS, site, surround, until } from "./support.mjs";

let browser, server, folder;
surround((made) => ({ browser, server, folder } = made));

/** Opens a page of a site, and closes it after `use`, which gets what it complained of and the WebSockets that it opened. */
async function open(url, use) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const [complaints, sockets] = [[], []];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => ["warning", "error"].includes(message.type()) && complaints.push(message.text()));
    page.on("websocket", (socket) => sockets.push(socket.url()));
    await page.goto(url);
    await page.waitForFunction(() => globalThis.kit);
    await use(page, { complaints, sockets });
  } finally {
    await context.close();
  }
}

test("importing the hooks or the configuration touches no global, starts no timer and instantiates nothing", () => {
  for (const entry of ["react", "config"]) {
    const url = pathToFileURL(join(folder, "node_modules/socketio-wasm", `${entry}.js`));
    const source = `
      import assert from "node:assert/strict";
      import "react";
      const forbid = (holder, name) => (holder[name] = new Proxy(holder[name], { apply: () => assert.fail(name), construct: () => assert.fail(name) }));
      for (const name of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch", "atob"]) forbid(globalThis, name);
      for (const name of ["Module", "Instance", "compile", "instantiate"]) forbid(WebAssembly, name);
      [TextEncoder, TextDecoder]; // Node itself replaces these when they are first read
      const look = () => Reflect.ownKeys(globalThis).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]).map(([name, { value, get }]) => [name, value ?? get]);
      const before = look();
      globalThis.window = new Proxy({}, { get: (_, name) => assert.fail("window." + String(name)) });
      await import(${JSON.stringify(url)});
      delete globalThis.window;
      assert.deepEqual(look().map(([name]) => name), before.map(([name]) => name));
      assert.ok(look().every(([, value], index) => Object.is(value, before[index][1])));`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", source], { cwd: folder, encoding: "utf8", timeout: 30_000 });
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" }, entry);
  }
});

test("where nobody replaces the environment and there is no process, nothing is configured", async () => {
  const text = (name) => readFileSync(join(folder, "node_modules/socketio-wasm", name), "utf8");
  const pages = await site({ "/main.js": "globalThis.kit = await import('/config.js')", "/config.js": text("config.js") });
  try {
    await open(pages.url, async (page, { complaints }) => {
      assert.deepEqual(await page.evaluate(() => [typeof process, { ...kit.socketConfig, url: String(kit.socketConfig.url) }, Object.isFrozen(kit.socketConfig)]), [
        "undefined",
        { url: "undefined", path: "/socket/notification", useMockSocket: false },
        true,
      ]);
      assert.deepEqual(complaints, []);
    });
  } finally {
    await pages.close();
  }
});

for (const version of Object.keys(REACTS)) {
  describe(`React ${version}`, () => {
    /** Builds for an environment and opens a page of that. */
    async function built(env, use, html) {
      const pages = await site({ "/main.js": await bundle(folder, "main.jsx", version, { env }) }, { "/": { html } });
      try {
        await open(pages.url, (page, seen) => use(page, { ...seen, url: pages.url }));
      } finally {
        await pages.close();
      }
    }

    /** What a server renders: the HTML, and what the hooks gave there. */
    async function rendered(env, tree) {
      const file = join(folder, `server-${version}.cjs`);
      writeFileSync(file, await bundle(folder, "server.jsx", version, { env, format: "cjs", platform: "node" }));
      const { Module } = WebAssembly;
      let made = 0;
      WebAssembly.Module = new Proxy(Module, { construct: (target, args) => (made++, Reflect.construct(target, args)) });
      const said = [];
      const { error } = console;
      console.error = (...args) => said.push(args);
      try {
        const require = createRequire(file);
        delete require.cache[file];
        const { render, log } = require(file);
        return { html: render(tree), result: log.results.one.at(-1), made, said, log };
      } finally {
        WebAssembly.Module = Module;
        console.error = error;
      }
    }

    const GUARDS = [{ name: "guard", loginPath: "/login" }];

    test("a server renders the idle state and makes no client, and a browser takes that over without a word", async () => {
      const env = { NODE_ENV: "development", NEXT_PUBLIC_SOCKET_SERVER_URL: server.url };
      for (const provider of [undefined, { options: { useMockSocket: true, mock: { latency: 0 } }, autoConnect: true }]) {
        const tree = { strict: true, provider, readers: ["one", "two"], client: true, hear: { event: "x" }, guards: GUARDS };
        const { html, result, made, said, log } = await rendered(env, tree);
        assert.match(html, provider ? /idle.*mock/ : /idle.*real/);
        assert.match(html, /none<\/p><p id="guard">unknown/);
        assert.deepEqual([made, said, log.clients], [0, [], []]);
        assert.throws(() => result.sendMessage({ conversationId: "c", content: "" }), { code: "ERR_NOT_INITIALIZED" });
        await built(
          env,
          async (page, { complaints, sockets }) => {
            const recovered = await page.evaluateHandle((tree) => kit.hydrate(tree), tree);
            await page.waitForFunction((status) => kit.last("two")?.status === status && kit.log.clients.length === 1, provider ? "connected" : "idle");
            assert.deepEqual([await recovered.jsonValue(), complaints, sockets], [[], [], []]);
            assert.deepEqual(await page.evaluate(() => [kit.log.results.one[0].status, document.querySelector("#client").textContent]), ["idle", "client"]);
          },
          html,
        );
      }
    });

    test("a client that is connected already is taken over without a word, too", async () => {
      const tree = { provider: {}, readers: ["one"], client: true };
      const { html } = await rendered({ NODE_ENV: "development" }, tree);
      await built(
        { NODE_ENV: "development" },
        async (page, { complaints }) => {
          await page.evaluate((url) => {
            kit.make({ url });
            kit.mine.initializeSocket();
          }, server.url);
          await page.waitForFunction(() => kit.mine.isConnected);
          await page.evaluate(() => (globalThis.recovered = kit.hydrate({ provider: { mine: true }, readers: ["one"], client: true })));
          await page.waitForFunction(() => kit.last("one")?.isConnected);
          assert.deepEqual([await page.evaluate(() => recovered), complaints], [[], []]);
        },
        html,
      );
    });

    test("the build's environment decides between the server and the mock", async () => {
      const url = { NEXT_PUBLIC_SOCKET_SERVER_URL: server.url };
      for (const env of [{ ...url, NEXT_PUBLIC_USE_MOCK_SOCKET: "true" }, { ...url, NEXT_PUBLIC_USE_MOCK_SOCKET: "false" }, url]) {
        const mock = env.NEXT_PUBLIC_USE_MOCK_SOCKET === "true";
        await built({ NODE_ENV: "production", ...env }, async (page, { complaints, sockets }) => {
          await page.evaluate(() => kit.show({ readers: ["one"] }));
          await page.evaluate(() => kit.last("one").initializeSocket("t"));
          await page.waitForFunction(() => kit.last("one").isConnected);
          assert.equal(await page.evaluate(() => kit.last("one").useMockSocket), mock);
          assert.deepEqual([sockets.length, complaints], [mock ? 0 : 1, []]);
          // What is given is over what the environment says.
          await page.evaluate((useMockSocket) => kit.show({ provider: { options: { useMockSocket, url: undefined, queue: { storage: "memory" } } }, readers: ["two"] }), !mock);
          assert.equal(await page.evaluate(() => kit.last("two").useMockSocket), !mock);
        });
      }
    });

    test("a production build without a URL says so, connects nowhere and takes what it is given", async () => {
      // An empty URL is what Vite makes of a variable without a value.
      for (const provider of [undefined, { options: { token: "t" }, autoConnect: true }, { options: { url: "" }, autoConnect: true }]) {
        await built({ NODE_ENV: "production" }, async (page, { complaints, sockets }) => {
          await page.evaluate((provider) => kit.show({ strict: true, provider, readers: ["one"], client: true, guards: [{ name: "guard", loginPath: "/login" }] }), provider);
          const seen = await page.evaluate(() => {
            const { initializeSocket, sendMessage, joinConversation } = kit.last("one");
            initializeSocket("t");
            joinConversation("c");
            const { persisted } = sendMessage({ conversationId: "c", content: "kept" });
            const { status, connectionError, isConnected, offlineMessages } = kit.log.clients[0].getSnapshot();
            return { status, connectionError, isConnected, persisted, waiting: offlineMessages.map(({ status }) => status) };
          });
          const { connectionError, ...rest } = seen;
          assert.match(connectionError, /NEXT_PUBLIC_SOCKET_SERVER_URL/);
          assert.deepEqual(rest, { status: "failed", isConnected: false, persisted: false, waiting: ["queued"] });
          await page.waitForFunction(() => kit.last("one").offlineMessages.length === 1);
          assert.equal(await page.evaluate(() => kit.last("one").connectionError), connectionError);
          assert.equal(await page.evaluate(() => kit.log.auth.guard.at(-1).status), "unknown");
          assert.deepEqual([sockets, complaints], [[], []]);
        });
      }
    });

    test("without a URL the page's origin is taken during development, and in production where that is said", async () => {
      for (const [env, options] of [[{ NODE_ENV: "development" }, {}], [{ NODE_ENV: "development" }, { url: "" }], [{ NODE_ENV: "production" }, { url: "/" }]]) {
        await built(env, async (page, { sockets, url }) => {
          await page.evaluate((options) => kit.show({ provider: { options: { ...options, reconnection: false }, autoConnect: true }, readers: ["one"] }), options);
          await until(() => sockets.length === 1, "it tries to connect");
          assert.equal(new URL(sockets[0]).host, new URL(url).host);
          assert.equal(new URL(sockets[0]).pathname, "/socket/notification/");
          // A client without hooks takes an empty one for none as well: the page's path would be the namespace.
          await page.evaluate(() => {
            history.pushState(null, "", "/rooms/7");
            kit.make({ url: "" });
          });
          assert.equal(await page.evaluate(() => kit.mine.socket.nsp), "/");
        });
      }
    });
  });
}
