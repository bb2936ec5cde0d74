// The packed package in a real browser: bundled and as plain modules, both entries, each with a whole conversation in mock mode.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { copiesIn } from "../../pkg-template/scripts/build.mjs";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { install, launch, serve } from "./support.mjs";

const IMPORTS = JSON.stringify({
  imports: { "socketio-wasm": "/node_modules/socketio-wasm/index.js", "socketio-wasm/slim": "/node_modules/socketio-wasm/slim.js" },
});
const plain = (script) => `<!doctype html><script type="importmap">${IMPORTS}</script><script type="module" src="${script}"></script>`;
const bundled = (script) => `<!doctype html><script type="module" src="${script}"></script>`;
/** The first example of the README, as it stands. */
const example = /```js\n(.*?)```/s.exec(readFileSync(join(root, "pkg-template/README.md"), "utf8"))[1];
const csp = (sources) => ({ "content-security-policy": `script-src 'self' ${sources}` });

const PAGES = {
  "/plain-zero.html": { html: plain("/app/zero.js") },
  "/plain-slim.html": { html: plain("/app/slim.js") },
  "/bundled-zero.html": { html: bundled("/dist/zero.js") },
  "/bundled-slim.html": { html: bundled("/dist/slim-bundled.js") },
  "/policy.html": { html: bundled("/dist/zero.js"), headers: csp("'wasm-unsafe-eval'") },
  "/strict-policy.html": { html: bundled("/dist/zero.js"), headers: csp("") },
  "/readme.html": { html: `<!doctype html><script type="importmap">${IMPORTS}</script><script type="module">${example}\nchat.close()</script>` },
  "/empty.html": { html: "<!doctype html>" },
  "/no-wasm.html": { html: "<!doctype html>", headers: csp("") },
};
const CONVERSATION = { status: "delivered", conversationId: "c", waiting: 0, connected: true };
const BOTH = [CONVERSATION, CONVERSATION];

/** Runs in the page before anything else: counts what the package does with WebAssembly. */
function count() {
  globalThis.counts = { modules: 0, instances: 0 };
  const counted = (name, member) =>
    new Proxy(WebAssembly[member], {
      construct(target, args) {
        globalThis.counts[name] += 1;
        return Reflect.construct(target, args);
      },
      apply(target, self, args) {
        globalThis.counts[name] += 1;
        return Reflect.apply(target, self, args);
      },
    });
  for (const member of ["Module", "compile", "compileStreaming"]) WebAssembly[member] = counted("modules", member);
  for (const member of ["Instance", "instantiate", "instantiateStreaming"]) WebAssembly[member] = counted("instances", member);
}

let app, server, browser;
before(async () => {
  app = await install();
  await build({
    entryPoints: ["zero", "slim-bundled"].map((name) => join(app.folder, "app", `${name}.js`)),
    outdir: join(app.folder, "dist"),
    bundle: true,
    format: "esm",
    loader: { ".wasm": "file" },
    publicPath: "/dist",
    logLevel: "error",
  });
  server = await serve(app.folder, PAGES);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
  app?.remove();
});

/** Opens a page and returns what its application resolved to, what it counted and which .wasm files it asked for. */
async function open(path) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const errors = [];
    const files = [];
    page.on("pageerror", (error) => errors.push(error));
    page.on("request", (request) => request.url().endsWith(".wasm") && files.push(new URL(request.url()).pathname));
    await page.addInitScript(count);
    await page.goto(server.url + path);
    await page.waitForFunction(() => globalThis.result !== undefined);
    const seen = await page.evaluate(() => globalThis.result);
    const counts = await page.evaluate(() => globalThis.counts);
    assert.deepEqual(errors, []);
    return { seen, counts, files };
  } finally {
    await context.close();
  }
}

test("the zero-config entry works as a plain module, with one instance for two clients and no file to load", async () => {
  assert.deepEqual(await open("/plain-zero.html"), { seen: BOTH, counts: { modules: 1, instances: 1 }, files: [] });
});

test("the slim entry works as a plain module, loads the .wasm beside it once, and can be initialised after a failure", async () => {
  const { seen, counts, files } = await open("/plain-slim.html");
  assert.deepEqual(seen, ["ERR_WASM_LOAD", ...BOTH]);
  assert.deepEqual(counts, { modules: 1, instances: 1 });
  assert.deepEqual(files, ["/missing.wasm", "/node_modules/socketio-wasm/socketio_wasm_bg.wasm"]);
});

test("the zero-config entry works bundled, and the bundler takes no second copy of the .wasm along", async () => {
  assert.deepEqual(await open("/bundled-zero.html"), { seen: BOTH, counts: { modules: 1, instances: 1 }, files: [] });
  const code = readFileSync(join(app.folder, "dist/zero.js"), "utf8");
  assert.equal(copiesIn(code), 1);
  assert.ok(!code.includes("import.meta"));
});

test("the slim entry works bundled, with the .wasm where the bundler put it", async () => {
  const { seen, counts, files } = await open("/bundled-slim.html");
  assert.deepEqual({ seen, counts }, { seen: BOTH, counts: { modules: 1, instances: 1 } });
  const emitted = readdirSync(join(app.folder, "dist")).filter((name) => name.endsWith(".wasm"));
  assert.deepEqual(files, emitted.map((name) => `/dist/${name}`));
  assert.equal(emitted.length, 1);
});

test("the zero-config entry works under a Content-Security-Policy that allows wasm-unsafe-eval", async () => {
  assert.deepEqual((await open("/policy.html")).seen, BOTH);
});

test("without that permission the constructor throws ERR_WASM_LOAD and says which directive is missing", async () => {
  const { code, message } = (await open("/strict-policy.html")).seen;
  assert.equal(code, "ERR_WASM_LOAD");
  assert.match(message, /wasm-unsafe-eval/);
});

/** Runs in the page before anything else: logs what is made, in order. */
function logMaking() {
  globalThis.made = [];
  for (const [holder, name] of [[globalThis, "WebSocket"], [WebAssembly, "Module"]]) {
    holder[name] = new Proxy(holder[name], {
      construct(target, args) {
        const made = Reflect.construct(target, args);
        globalThis.made.push([name, made]);
        return made;
      },
    });
  }
}

for (const [policy, outcome] of [["/empty.html", "connecting"], ["/no-wasm.html", "ERR_WASM_LOAD"]]) {
  test(`the zero-config entry tries its first connection before it compiles: ${outcome}`, async () => {
    const page = await browser.newPage();
    try {
      await page.addInitScript(logMaking);
      await page.goto(server.url + policy);
      const seen = await page.evaluate(async (url) => {
        const { io } = await import("/node_modules/socketio-wasm/index.js");
        const names = () => made.splice(0).map(([name, socket]) => (socket.readyState > 0 ? `${name} given up` : name));
        const order = [];
        for (const options of [{}, { forceNew: true }]) {
          try {
            io(url, options);
            order.push("connecting", names());
          } catch ({ code }) {
            order.push(code, names());
          }
        }
        return order;
      }, server.url);
      // What the policy forbids throws before there is a module.
      const expected = outcome === "connecting" ? [outcome, ["WebSocket", "Module"], outcome, ["WebSocket"]] : [outcome, ["WebSocket given up"], outcome, ["WebSocket given up"]];
      assert.deepEqual(seen, expected);
    } finally {
      await page.close();
    }
  });
}

test("the README's example runs as it stands: queued, connected, delivered, answered", async () => {
  const page = await browser.newPage();
  try {
    const lines = [];
    page.on("console", (message) => lines.push(message.text()));
    page.on("pageerror", (error) => lines.push(String(error)));
    await page.goto(`${server.url}/readme.html`);
    const done = page.waitForEvent("console", (message) => message.text().startsWith("true "));
    await done;
    assert.ok(lines.includes("connecting 1 waiting"), lines.join("\n"));
    assert.ok(lines.includes("connected 0 waiting"), lines.join("\n"));
    assert.match(lines.at(-1), /^true \{status: delivered/);
    assert.deepEqual(lines.filter((line) => /error/i.test(line)), []);
  } finally {
    await page.close();
  }
});

test("a worker can hold a conversation", async () => {
  assert.ok(existsSync(join(app.folder, "app/worker.js")));
  const page = await browser.newPage();
  try {
    await page.goto(`${server.url}/empty.html`);
    const seen = await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker("/app/worker.js", { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
    );
    assert.deepEqual(seen, BOTH);
  } finally {
    await page.close();
  }
});
