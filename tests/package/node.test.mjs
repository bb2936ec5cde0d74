// The built entries under Node, where there is no window: importing does nothing, and failures have their codes.
// Each test runs in a process of its own, so that an entry is imported for the first time.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "../../pkg-template/scripts/build.mjs";

const ENTRIES = ["index", "slim"];
let pkg;
before(async () => {
  pkg = await build();
});

/** Runs a module of text with `entry` in scope as the URL of an entry; it must end by itself, without a word. */
function run(entry, code) {
  const url = pathToFileURL(join(pkg, `${entry}.js`));
  const source = `import assert from "node:assert/strict"; import { readFileSync } from "node:fs"; const entry = ${JSON.stringify(url)};\n${code}`;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", source], { encoding: "utf8", timeout: 30_000 });
  assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: null, stdout: "", stderr: "" });
}

for (const entry of ENTRIES) {
  test(`importing ${entry}.js touches no global, starts no timer and instantiates nothing`, () => {
    run(
      entry,
      `const forbid = (holder, name) => {
        holder[name] = new Proxy(holder[name], {
          apply: () => assert.fail(name + " was called"),
          construct: () => assert.fail(name + " was constructed"),
        });
      };
      for (const name of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch", "atob"]) forbid(globalThis, name);
      for (const name of ["Module", "Instance", "compile", "instantiate"]) forbid(WebAssembly, name);
      const look = () => Object.entries(Object.getOwnPropertyDescriptors(globalThis)).map(([name, { value, get }]) => [name, value ?? get]);
      [TextEncoder, TextDecoder]; // Node itself replaces these when they are first read
      const before = look();
      await import(entry);
      const after = look();
      assert.deepEqual(after.map(([name]) => name), before.map(([name]) => name));
      assert.deepEqual(after.filter(([, value], index) => !Object.is(value, before[index][1])).map(([name]) => name), []);`,
    );
  });

  test(`${entry}.js exports what its declarations name`, () => {
    const names = ["ChatSocket", "Manager", "Socket", "connect", "default", "io", "protocol", ...(entry === "slim" ? ["init"] : [])].sort();
    run(entry, `const all = await import(entry); assert.deepEqual(Object.keys(all).sort(), ${JSON.stringify(names)}); assert.equal(all.protocol, 5);`);
  });

  // A minifier may take `!(a >= b)` for `a < b`, which differs where one of them is no number.
  test(`${entry}.js refuses what is no number, as an option and in a stored message`, () => {
    run(
      entry,
      `const items = {};
      Object.defineProperties(items, {
        getItem: { value: (key) => items[key] ?? null },
        setItem: { value: (key, value) => { items[key] = value; } },
        removeItem: { value: (key) => { delete items[key]; } },
      });
      globalThis.window = { localStorage: items, addEventListener() {} };
      console.warn = () => {};
      const { ChatSocket, init } = await import(entry);
      await init?.(readFileSync(new URL("socketio_wasm_bg.wasm", entry)));
      const options = { url: "http://127.0.0.1:1", userId: "u" };
      for (const name of ["ackTimeout", "timeout", "maxAttempts"]) {
        assert.throws(() => new ChatSocket({ ...options, [name]: NaN }), { code: "ERR_INVALID_OPTION" });
      }
      const first = new ChatSocket(options);
      first.sendMessage({ conversationId: "c", content: "a", id: "a" });
      first.sendMessage({ conversationId: "c", content: "b", id: "b" });
      first.close();
      const change = (id, member, value) => {
        const key = Object.keys(items).find((one) => one.endsWith(":" + id));
        items[key] = JSON.stringify({ ...JSON.parse(items[key]), [member]: value });
      };
      change("a", "queuedAt", "yesterday");
      change("b", "attempts", undefined);
      const second = new ChatSocket(options);
      assert.deepEqual(second.offlineMessages, []);
      assert.equal(Object.keys(items).filter((key) => key.includes(":broken:")).length, 2);
      second.close();`,
    );
  });

  test(`without WebAssembly ${entry}.js says so with a code`, () => {
    run(
      entry,
      `delete globalThis.WebAssembly;
      const { ChatSocket, init } = await import(entry);
      const error = { code: "ERR_WASM_UNSUPPORTED" };
      if (init) await assert.rejects(init(), error);
      else assert.throws(() => new ChatSocket(), error);`,
    );
  });
}

test("every member that the declarations name is there", () => {
  const declared = readFileSync(join(pkg, "index.d.ts"), "utf8");
  const members = (kind) => {
    const body = new RegExp(`^(?:export )?${kind}\\b[^{]*\\{\\n([^]*?)^\\}`, "m").exec(declared)[1];
    return [...body.matchAll(/^  (?:readonly )?(?!constructor|private)(\w+)\??[(:<]/gm)].map(([, name]) => name);
  };
  const listening = members("interface Listening");
  const expected = {
    chat: members("class ChatSocket"),
    "chat.socket": [...members("class Socket"), ...listening],
    "chat.socket.io": [...members("class Manager"), ...listening],
    "chat.socket.io.engine": [...members("interface Engine"), ...listening],
    "chat.mock": members("interface MockControls"),
  };
  for (const names of Object.values(expected)) assert.ok(names.length > 4, names.join());
  run(
    "index",
    `const { ChatSocket } = await import(entry);
    const chat = new ChatSocket({ useMockSocket: true });
    ${Object.entries(expected)
      .map(([object, names]) => `assert.deepEqual(${JSON.stringify(names)}.filter((name) => !(name in ${object})), [], ${JSON.stringify(object)});`)
      .join("\n")}
    chat.close();`,
  );
});

test("the slim entry refuses a constructor before init, and takes bytes once", () => {
  run(
    "slim",
    `const { ChatSocket, init } = await import(entry);
    assert.throws(() => new ChatSocket(), { code: "ERR_NOT_INITIALIZED" });
    await assert.rejects(init(new Uint8Array(4)), { code: "ERR_WASM_LOAD" });
    assert.throws(() => new ChatSocket(), { code: "ERR_NOT_INITIALIZED" });
    const bytes = readFileSync(new URL("socketio_wasm_bg.wasm", entry));
    const first = init(bytes);
    assert.equal(init(), first);
    await first;
    assert.equal(init("nowhere"), first);
    const chat = new ChatSocket({ useMockSocket: true });
    assert.equal(chat.status, "idle");
    chat.close();`,
  );
});

test("the slim entry takes a compiled module and a Response", () => {
  for (const source of ["await WebAssembly.compile(bytes)", "new Response(bytes)", "bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)"]) {
    run(
      "slim",
      `const { ChatSocket, init } = await import(entry);
      const bytes = readFileSync(new URL("socketio_wasm_bg.wasm", entry));
      await init(${source});
      new ChatSocket({ useMockSocket: true }).close();`,
    );
  }
});
