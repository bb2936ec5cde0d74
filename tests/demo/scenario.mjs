// The whole job in the browsers of all engines, through the demo's page. It runs in both modes: server-mode.test.mjs and mock-mode.test.mjs.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { engines, launch } from "../engines/browser.mjs";
import { fakeTime, passTime } from "../engines/time.mjs";
import { shows, until } from "../engines/wait.mjs";
import { startDemo } from "./support.mjs";

/** What differs between the modes: how to break and mend the link, and how to learn what the other end has received. */
const MODES = {
  server: {
    query: "?user=Ada",
    breaks: "Stop the server",
    mends: "Start the server",
    notifies: "Server sends a notification",
    received: (_page, demo) => demo.chat.store.received.filter(({ userId }) => userId === "Ada").map(({ event, payload }) => ({ event, payload })),
  },
  mock: {
    query: "?user=Ada&mode=mock",
    breaks: "Drop the link",
    mends: "Restore the link",
    notifies: "Mock sends a notification",
    received: (page) => page.evaluate(() => window.chat.mock.received.map(({ event, args }) => ({ event, payload: args[0] }))),
  },
};

const HOUR = 3_600_000;
const FIVE = ["one", "two", "three", "four", "five"];

/** Defines the tests of one mode, in every engine. */
export function scenario(mode) {
  for (const engine of engines) describe(`the demo in ${mode} mode, in ${engine}`, () => inEngine(mode, engine));
}

function inEngine(mode, engine) {
  const { query, breaks, mends, notifies, received } = MODES[mode];
  let browser;
  let demo;
  let context;
  let page;

  before(async () => {
    browser = await launch(engine);
  });
  after(() => browser?.close());

  beforeEach(async () => {
    demo = await startDemo();
    context = await browser.newContext();
    page = await context.newPage();
  });

  afterEach(async () => {
    const complaints = await page.complaints();
    await context.close();
    await demo.close();
    assert.deepEqual(complaints, []);
  });

  const open = async () => {
    await page.goto(demo.url + query);
    await until(page, () => window.chat?.isConnected);
  };
  const press = (name, within) => page.press(name, within);
  const send = (text) => page.enter("Message", text);
  const text = (selector) => page.evaluate((selector) => document.querySelector(selector).textContent, selector);
  const nothingWaits = () => until(page, () => window.chat.pendingMessages.length === 0);
  const waiting = () => page.evaluate(() => window.chat.offlineMessages.map(({ content, status, persisted }) => ({ content, status, persisted })));
  const contents = (events) => events.filter(({ event }) => event === "sendMessage").map(({ payload }) => payload.content);
  const attempts = () => page.evaluate(() => document.querySelectorAll('#frames .sent[data-packet="CONNECT"]').length);

  test("connects with the token at the path, and connected arrives", async () => {
    await open();
    await until(page, () => [...document.querySelectorAll("#frames .received code")].some(({ textContent }) => textContent.startsWith('42["connected"')));
    const { status, error, mock } = await page.evaluate(() => ({ status: window.chat.status, error: window.chat.connectionError, mock: window.chat.useMockSocket }));
    assert.deepEqual({ status, error, mock }, { status: "connected", error: null, mock: mode === "mock" });
    assert.equal(await text("#status"), "Connected");
    if (mode === "mock") {
      assert.deepEqual(demo.sockets, []);
      return;
    }
    assert.equal(demo.sockets.length, 1);
    const { pathname, searchParams } = new URL(demo.sockets[0], demo.url);
    assert.deepEqual([pathname, searchParams.get("EIO"), searchParams.get("transport")], ["/socket/notification/", "4", "websocket"]);
    assert.deepEqual((await received(page, demo))[0], { event: "connect", payload: { accepted: true } });
  });

  test("a refused token stops all attempts until a new one comes, and what is written meanwhile is held", async () => {
    await open();
    // The page's clock is ours, so that an hour in which nothing happens takes no time.
    await fakeTime(page);
    await page.choose("With the token", "wrong");
    await press("Sign in");
    await until(page, () => window.chat.status === "auth_required");
    assert.equal(await page.evaluate(() => window.chat.isConnected), false);
    assert.match(await page.evaluate(() => window.chat.connectionError), /token/i);
    await until(page, () => document.querySelector("#connection-error").textContent === window.chat.connectionError);

    const before = [await attempts(), demo.sockets.length];
    await send("for later");
    await passTime(page, HOUR);
    await page.evaluate(() => {
      window.dispatchEvent(new Event("online"));
      document.dispatchEvent(new Event("visibilitychange"));
      window.chat.initializeSocket();
    });
    await passTime(page, HOUR);
    assert.deepEqual([await attempts(), demo.sockets.length], before);
    assert.equal(await page.evaluate(() => window.chat.status), "auth_required");
    assert.deepEqual(await waiting(), [{ content: "for later", status: "held", persisted: true }]);

    await page.choose("With the token", "valid");
    await press("Sign in");
    await until(page, () => window.chat.isConnected);
    await nothingWaits();
    assert.deepEqual(contents(await received(page, demo)), ["for later"]);
    assert.equal(await page.evaluate(() => window.chat.connectionError), null);
  });

  test("a message is acknowledged, its tick says so, and it reaches somebody", async () => {
    await open();
    if (mode === "mock") {
      await send("hello");
      await until(page, () => window.chat.lastMessage?.senderId === "mock-user");
      assert.equal(await page.evaluate(() => window.chat.lastMessage.conversationId), "general");
    } else {
      const grace = await context.newPage();
      await grace.goto(`${demo.url}?user=Grace`);
      await until(grace, () => window.chat?.isConnected && document.querySelectorAll("#frames [data-packet=ACK]").length > 0);
      await send("hello");
      await until(grace, () => window.chat.lastMessage !== null);
      const message = await grace.evaluate(() => window.chat.lastMessage);
      assert.deepEqual([message.content, message.senderId, message.conversationId], ["hello", "Ada", "general"]);
      await shows(grace, ".bubble", "hello");
      // And back.
      await grace.enter("Message", "hello yourself");
      await until(page, () => window.chat.lastMessage?.content === "hello yourself");
      assert.deepEqual(await grace.complaints(), []);
    }
    await shows(page, '.mine[data-status="delivered"]');
    await nothingWaits();
    await until(page, () => !Object.keys(localStorage).some((key) => /^socketio-wasm:1:[^:]+:/.test(key)));
    assert.deepEqual(contents(await received(page, demo)), ["hello"]);
  });

  test("a notification of the server reaches lastNotification, and the page shows it", async () => {
    await open();
    await press(notifies);
    await until(page, () => window.chat.lastNotification !== null);
    const { title, id, createdAt } = await page.evaluate(() => window.chat.lastNotification);
    assert.equal(title, "From the server");
    if (mode === "server") assert.ok(id && createdAt);
    await shows(page, "#notice", "From the server");
    await press("Dismiss");
    await until(page, () => document.querySelector("#notice").childElementCount === 0);
  });

  test("five messages sent after the link died survive a reload, and arrive exactly once, in order, after the joins", async () => {
    await open();
    await press("Launch");
    await until(page, () => window.chat.conversations.join() === "launch");
    await press(breaks);
    await until(page, () => window.chat.status === "reconnecting");
    for (const text of FIVE) await send(text);
    const queued = FIVE.map((content) => ({ content, status: "queued", persisted: true }));
    assert.deepEqual(await waiting(), queued);
    await until(page, () => document.querySelectorAll('#queue [data-status="queued"]').length === 5);
    const ids = await page.evaluate(() => window.chat.offlineMessages.map(({ id }) => id));

    await page.reload();
    await until(page, () => window.chat);
    assert.deepEqual(await waiting(), queued);
    assert.deepEqual(await page.evaluate(() => window.chat.offlineMessages.map(({ id }) => id)), ids);
    await until(page, () => document.querySelectorAll('.mine[data-status="queued"]').length === 5);
    const earlier = mode === "server" ? demo.chat.store.received.length : 0;

    // The mock's link is up again in a new page, which therefore waits to be told to connect.
    await press(mode === "mock" ? "Connect" : mends);
    await until(page, () => window.chat.isConnected);
    await nothingWaits();
    const events = mode === "mock" ? await received(page) : demo.chat.store.received.slice(earlier);
    assert.deepEqual(contents(events), FIVE);
    assert.deepEqual(
      events.filter(({ event }) => event === "sendMessage").map(({ payload }) => payload.id),
      ids,
    );
    const order = events.map(({ event }) => event);
    assert.ok(order.includes("joinConversation"));
    assert.ok(order.lastIndexOf("joinConversation") < order.indexOf("sendMessage"), order.join());
    if (mode === "server") {
      assert.deepEqual(demo.chat.store.messages.map(({ content }) => content), FIVE);
      assert.equal(events.find(({ event }) => event === "joinConversation").payload.conversationId, "launch");
    }
    await until(page, () => document.querySelectorAll('.mine[data-status="delivered"]').length === 5);
    assert.equal(await text("#queue-count"), "");
  });

  test("after a loss without a reload the joins are repeated, and then the queue goes out", async () => {
    await open();
    await until(page, () => document.querySelectorAll("#frames [data-packet=ACK]").length > 0);
    const earlier = (await received(page, demo)).length;
    await press(breaks);
    for (const text of FIVE) await send(text);
    await until(page, () => window.chat.offlineMessages.length === 5);
    await press(mends);
    await until(page, () => window.chat.isConnected);
    await nothingWaits();
    const events = (await received(page, demo)).slice(earlier);
    assert.deepEqual(contents(events), FIVE);
    const order = events.map(({ event }) => event);
    const join = order.indexOf("joinConversation");
    assert.ok(join >= 0 && join < order.indexOf("sendMessage"), order.join());
    await until(page, () => document.querySelectorAll('.mine[data-status="delivered"]').length === 5);
  });

  test("a refused message stays as failed with the server's reason, and can be sent again or discarded", async () => {
    await open();
    for (const remedy of ["Try again", "Discard"]) {
      await press("Refuse my next message");
      if (mode === "server") await until(page, () => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/control/refuse-next")));
      await send(remedy);
      const failed = '.mine[data-status="failed"]';
      await shows(page, failed, remedy);
      assert.match(await text(`${failed} .state`), /Refused: you asked for it/);
      assert.equal(await page.evaluate(() => window.chat.offlineMessages[0].error), "you asked for it");
      await press(remedy, failed);
      await nothingWaits();
      await page.evaluate(() => performance.clearResourceTimings());
    }
    await until(page, () => [...document.querySelectorAll(".mine")].map(({ dataset }) => dataset.status).join() === "delivered");
  });

  test("disconnect stops until connect is pressed, over a reload too", async () => {
    await open();
    await press("Disconnect");
    await until(page, () => window.chat.status === "idle");
    await send("later");
    await page.reload();
    await until(page, () => window.chat);
    assert.equal(await page.evaluate(() => window.chat.status), "idle");
    assert.deepEqual(await waiting(), [{ content: "later", status: "queued", persisted: true }]);
    await press("Connect");
    await nothingWaits();
    assert.equal(contents(await received(page, demo)).length, 1);
  });

  test("a simulated message takes the same path as a received one, at once", async () => {
    await open();
    await press("Disconnect");
    await press("Simulate an incoming message");
    assert.equal(await page.evaluate(() => window.chat.lastMessage.senderId), "Simulated");
    await shows(page, ".message:not(.mine)", "I never saw the network.");
    const made = await page.evaluate(() => {
      const message = window.chat.simulateReceiveMessage({ content: "bare" });
      return { same: window.chat.lastMessage === message, members: Object.keys(message) };
    });
    assert.equal(made.same, true);
    for (const member of ["id", "conversationId", "content", "createdAt"]) assert.ok(made.members.includes(member), member);
  });
}
