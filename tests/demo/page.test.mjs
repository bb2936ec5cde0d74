// The demo's page as a page: by keyboard alone, at any width, without a complaint, and without giving the token away.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { complaintsOf, launchChromium, startDemo, until } from "./support.mjs";

let browser;
let demo;
let context;
let page;
let complaints;

before(async () => {
  browser = await launchChromium();
  demo = await startDemo();
});

after(async () => {
  await browser.close();
  await demo.close();
});

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  complaints = complaintsOf(page);
});

afterEach(async () => {
  await context.close();
  assert.deepEqual(complaints, []);
});

async function open(query = "?user=Ada") {
  await page.goto(demo.url + query);
  await until(page, () => window.chat?.isConnected);
}

const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());

test("the first Tab offers to skip to the composer, and Enter sends from there", async () => {
  await open();
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to writing a message");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "composer-text");
  await page.keyboard.type("two");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("lines");
  await page.keyboard.press("Enter");
  await page.locator('.mine[data-status="delivered"]').waitFor();
  assert.equal(await page.locator(".bubble").textContent(), "two\nlines");
  assert.equal(await focused(), "composer-text");
});

test("Tab reaches every control, each shows that it has the focus and has a name", async () => {
  await open();
  const controls = await page.evaluate(() => {
    const shown = [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")].filter((control) => control.checkVisibility());
    shown.forEach((control, index) => (control.dataset.index = index));
    return shown.length;
  });
  const reached = new Set();
  for (let presses = 0; presses < controls; presses += 1) {
    await page.keyboard.press("Tab");
    const { index, outline, name, html } = await page.evaluate(() => {
      const control = document.activeElement;
      const style = getComputedStyle(control);
      const label = control.getAttribute("aria-label") ?? document.getElementById(control.getAttribute("aria-labelledby"))?.textContent;
      return {
        index: control.dataset.index,
        outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        name: (label ?? control.labels?.[0]?.textContent ?? control.textContent).trim(),
        html: control.outerHTML.slice(0, 200),
      };
    });
    assert.ok(index, `the focus is on nothing that was counted: ${html}`);
    assert.ok(outline, `${name} shows no focus`);
    assert.ok(name, `control ${index} has no name`);
    reached.add(index);
  }
  assert.equal(reached.size, controls);
});

test("conversations, the server's switch and failed messages work by keyboard alone", async () => {
  await open();
  const tabTo = async (name) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await focused()) === name) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not reach ${name}`);
  };
  await tabTo("Launch");
  await page.keyboard.press("Enter");
  await until(page, () => document.querySelector("#thread-title").textContent === "Launch");
  assert.equal(await focused(), "composer-text");
  await tabTo("Refuse my next message");
  const refused = page.waitForResponse((response) => response.url().endsWith("/control/refuse-next"));
  await page.keyboard.press("Space");
  await refused;
  await tabTo("composer-text");
  await page.keyboard.type("try me");
  await page.keyboard.press("Enter");
  await page.locator('.mine[data-status="failed"]').waitFor();
  await tabTo("Try again");
  await page.keyboard.press("Enter");
  await page.locator('.mine[data-status="delivered"]').waitFor();
});

test("nothing is wider than the window or below it, from 360 pixels up, whatever is written", async () => {
  await open(`?user=${"Wilhelmina-von-und-zu-".repeat(2)}`);
  const long = `${"x".repeat(300)} and ${"many words ".repeat(30)}`;
  await page.evaluate((content) => window.chat.simulateReceiveMessage({ conversationId: "general", senderId: "y".repeat(100), content }), long);
  await page.evaluate(() => window.chat.disconnect());
  await page.getByLabel("Message", { exact: true }).fill(long);
  await page.keyboard.press("Enter");
  await page.locator('.mine[data-status="queued"]').waitFor();
  for (let count = 0; count < 20; count += 1) await page.evaluate((content) => window.chat.simulateReceiveMessage({ conversationId: "general", content }), `${count}`);
  for (const width of [360, 719, 720, 1099, 1100, 1920]) {
    await page.setViewportSize({ width, height: 640 });
    for (const view of ["chat", "connection", "queue", "frames"]) {
      const button = page.locator(`#views [data-view="${view}"]`);
      if (await button.isVisible()) await button.click();
      const wide = await page.evaluate(() =>
        [document.documentElement, document.body, ...document.querySelectorAll("#log, #queue, #frames, .panel, .left, .right, .thread, .top")]
          .filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth)
          .map((box) => `${box.tagName}#${box.id}.${box.className}: ${box.scrollWidth} in ${box.clientWidth}`),
      );
      assert.deepEqual(wide, [], `${view} at ${width} pixels`);
      const below = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      assert.equal(below, 0, `${view} at ${width} pixels: the page itself scrolls, to nothing`);
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll("button, input, select, textarea")]
          .filter((control) => control.checkVisibility() && !control.closest("#conversations"))
          .filter((control) => control.getBoundingClientRect().right > innerWidth + 0.5 || control.getBoundingClientRect().left < -0.5)
          .map((control) => control.textContent || control.id),
      );
      assert.deepEqual(cut, [], `${view} at ${width} pixels`);
    }
  }
});

for (const mode of ["server", "mock"]) {
  test(`the log shows frames both ways, and never the token (${mode})`, async () => {
    await open(mode === "mock" ? "?mode=mock" : "?user=Ada");
    await page.evaluate(() => {
      window.chat.disconnect();
      window.chat.initializeSocket("open sesame");
    });
    await until(page, () => window.chat.isConnected && document.querySelectorAll('#frames .sent[data-packet="CONNECT"]').length === 2);
    const sent = await page.locator("#frames .sent code").allTextContents();
    const connects = sent.filter((text) => text.startsWith("40"));
    assert.deepEqual(connects, ['40{"token":"•••"}', '40{"token":"•••"}']);
    assert.ok(!sent.some((text) => /sesame|Bearer/.test(text)), sent.join("\n"));
    await until(page, () => document.querySelector('#frames .received[data-packet="CONNECT"]') && document.querySelector("#frames .received[data-packet=open]"));

    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await page.evaluate(() => window.chat.sendMessage({ conversationId: "general", content: "unseen" }).settled);
    assert.equal(await page.locator("#frames li").count(), 0);
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.evaluate(() => window.chat.sendMessage({ conversationId: "general", content: "seen" }).settled);
    await page.locator("#frames .sent code", { hasText: '"seen"' }).waitFor();
  });
}

test("a message whose acknowledgement comes before the page is rendered is shown all the same", async () => {
  await open();
  await page.evaluate(() => {
    const { setTimeout } = window;
    window.renders = [];
    window.setTimeout = (act, ms) => (ms === undefined ? window.renders.push(act) : setTimeout(act, ms));
  });
  await page.getByLabel("Message", { exact: true }).fill("quick");
  await page.keyboard.press("Enter");
  await until(page, () => window.renders.length > 0 && window.chat.pendingMessages.length === 0);
  await page.evaluate(() => window.renders.forEach((render) => render()));
  await page.locator('.mine[data-status="delivered"]', { hasText: "quick" }).waitFor();
});

test("tokens are never stored", async () => {
  await open();
  await page.evaluate(() => {
    window.chat.disconnect();
    window.chat.initializeSocket("open sesame");
    window.chat.sendMessage({ conversationId: "general", content: "hello" });
    window.chat.disconnect();
    window.chat.sendMessage({ conversationId: "general", content: "hello again" });
  });
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.match(stored, /hello again/);
  assert.doesNotMatch(stored, /sesame|Bearer/);
});

test("new messages are announced, the connection's state too, and old messages are not recited", async () => {
  await open();
  const role = (id) => page.evaluate((id) => [document.getElementById(id).getAttribute("role"), document.getElementById(id).getAttribute("aria-live")], id);
  assert.deepEqual(await role("status"), ["status", null]);
  await until(page, () => document.getElementById("log").getAttribute("aria-live") === "polite");
  await page.evaluate(() => window.chat.simulateReceiveMessage({ conversationId: "launch", content: "old by then" }));
  await page.getByRole("button", { name: /^Launch/ }).click();
  await page.locator(".bubble", { hasText: "old by then" }).waitFor();
  // Opened and listed in one go, while the region is silent.
  await page.evaluate(() => {
    window.live = [];
    new MutationObserver(() => window.live.push(document.getElementById("log").getAttribute("aria-live"))).observe(document.getElementById("messages"), { childList: true });
  });
  await page.getByRole("button", { name: /^General/ }).click();
  await page.getByRole("button", { name: /^Launch/ }).click();
  await until(page, () => window.live.length > 0);
  assert.ok((await page.evaluate(() => window.live)).every((live) => live === "off"));
});

test("any static file server will do for the mock", async () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json" };
  const files = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://files");
    const file = join(root, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    createReadStream(file)
      .on("error", () => response.writeHead(404).end())
      .once("open", () => response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" }))
      .pipe(response);
  });
  await new Promise((resolve) => files.listen(0, "127.0.0.1", resolve));
  try {
    await page.goto(`http://127.0.0.1:${files.address().port}/www-demo/`);
    await until(page, () => window.chat?.isConnected && window.chat.useMockSocket);
    await page.getByLabel("Message", { exact: true }).fill("hello");
    await page.keyboard.press("Enter");
    await until(page, () => window.chat.lastMessage?.senderId === "mock-user");
  } finally {
    files.close();
    files.closeAllConnections();
  }
});
