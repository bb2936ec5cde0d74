// What README and guide show of React runs as it stands there: with the mock server, and with the guide's server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { provoke } from "../consumers/provoke.mjs";
import { blocksOf, fileOf } from "../types/blocks.mjs";
import { bundle, install, launch, REACTS, site } from "./support.mjs";

const MAIN = `import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import Page from "./readme";
createRoot(document.getElementById("root")).render(<StrictMode><Page /></StrictMode>);`;

let folder, browser;
before(async () => {
  folder = await install("page");
  writeFileSync(join(folder, "readme.tsx"), blocksOf("README.md").find(({ language }) => language === "tsx").code);
  writeFileSync(join(folder, "main.tsx"), MAIN);
  browser = await launch();
});
after(() => browser?.close());

/** Opens the README's page so many times, each in a browser's profile of its own, lets `live` do something with them, and closes them. */
async function withPages(number, version, env, live) {
  const scripts = { "/main.js": await bundle(folder, "main.tsx", version, { env: { NODE_ENV: "development", ...env } }) };
  const { url, close } = await site(scripts);
  const complaints = [];
  try {
    const pages = [];
    for (let index = 0; index < number; index += 1) {
      const page = await (await browser.newContext()).newPage();
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(url);
      await page.getByText("connected, 0 waiting", { exact: true }).waitFor();
      pages.push(page);
    }
    await live(...pages);
    assert.deepEqual(complaints, []);
    for (const page of pages) await page.context().close();
  } finally {
    await close();
  }
}

async function say(page, text) {
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
  assert.equal(await page.getByLabel("Message").inputValue(), "");
}

for (const version of Object.keys(REACTS)) {
  test(`the README's page is a chat with the mock server, with React ${version}`, () =>
    withPages(1, version, { NEXT_PUBLIC_USE_MOCK_SOCKET: "true" }, async (page) => {
      await say(page, "hello");
      await page.getByText("me: hello").waitFor();
      await page.getByText(/^mock-user: /).waitFor();
    }));
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("two of the README's pages talk to each other over the guide's server, which outlives what other clients send", async () => {
  const port = await freePort();
  const code = fileOf("GUIDE.md", "server.mjs");
  assert.ok(code.includes("new Server(4000,"));
  writeFileSync(join(folder, "server.mjs"), code.replace("4000", port));
  const server = spawn(process.execPath, [join(folder, "server.mjs")], { stdio: ["ignore", "inherit", "pipe"] });
  let failures = "";
  server.stderr.on("data", (text) => (failures += text));
  try {
    // A page that comes before the server has begun complains of that.
    for (let up = false; !up; ) {
      assert.equal(server.exitCode, null, failures);
      up = await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
    }
    await provoke(`http://127.0.0.1:${port}`, "Bearer x");
    await withPages(2, 19, { NEXT_PUBLIC_SOCKET_SERVER_URL: `http://127.0.0.1:${port}` }, async (one, other) => {
      await say(one, "over the wire");
      await other.getByText(/^(?!undefined)[\w-]+: over the wire$/).waitFor();
      await say(other, "and back");
      await one.getByText(/: and back$/).waitFor();
    });
    assert.equal(failures, "");
  } finally {
    server.kill();
  }
});
