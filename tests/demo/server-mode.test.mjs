// The whole job against the real Socket.IO server, and what takes a server to see.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { scenario } from "./scenario.mjs";
import { launchChromium, startDemo, until } from "./support.mjs";

scenario("server");

describe("between two tabs and a server", () => {
  let browser;
  let demo;
  let context;
  let page;

  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());

  beforeEach(async () => {
    demo = await startDemo();
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(`${demo.url}?user=Ada`);
    await until(page, () => window.chat?.isConnected);
  });

  afterEach(async () => {
    await context.close();
    await demo.close();
  });

  test("a message whose answer was lost is in doubt, is sent again with the same id, and counts once", async () => {
    demo.chat.answerDelay = 60_000;
    await page.evaluate(() => window.chat.sendMessage({ conversationId: "general", content: "was it heard?" }));
    await page.locator('.mine[data-status="sending"]').waitFor();
    while (demo.chat.store.messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await demo.chat.stop();
    await page.locator('.mine[data-status="in_doubt"]').waitFor();
    assert.deepEqual(await page.evaluate(() => window.chat.offlineMessages.map(({ status, attempts }) => [status, attempts])), [["in_doubt", 0]]);
    demo.chat.answerDelay = 0;
    await demo.chat.start();
    await until(page, () => window.chat.pendingMessages.length === 0);
    const sent = demo.chat.store.received.filter(({ event }) => event === "sendMessage").map(({ payload }) => payload.id);
    assert.equal(sent.length, 2);
    assert.equal(sent[0], sent[1]);
    assert.equal(demo.chat.store.messages.length, 1);
    await page.locator('.mine[data-status="delivered"]').waitFor();
  });

  test("who has another conversation open gets an unread count, which opening it clears, on the server too", async () => {
    const grace = await context.newPage();
    await grace.goto(`${demo.url}?user=Grace`);
    await until(grace, () => window.chat?.isConnected);
    await grace.evaluate(() => window.chat.sendMessage({ conversationId: "lunch", content: "Soup?" }));
    const lunch = page.getByRole("button", { name: /^Lunch/ });
    await lunch.getByLabel("1 unread").waitFor();
    assert.equal(await page.title(), "(1) socketio-wasm");
    await lunch.click();
    await page.locator(".bubble", { hasText: "Soup?" }).waitFor();
    await until(page, () => document.title === "socketio-wasm");
    while (demo.chat.store.unread("Ada", "lunch") > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});
