// What surrounds an application: a browser that notes what goes wrong in it, the chat server, and somebody to talk to.
import assert from "node:assert/strict";
import { once } from "node:events";
import { io } from "socket.io-client";
import { complaintsOf, launchChromium } from "../demo/support.mjs";
import { startServer } from "./server.mjs";

const PATIENCE = 20_000;

/** Runs in the page before anything else: counts the instances of WebAssembly, from loading to loading. */
function countInstances() {
  globalThis.wasmInstances = 0;
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args) {
      globalThis.wasmInstances += 1;
      return Reflect.construct(target, args);
    },
  });
}

/** A page of its own context, and what it complains of. */
async function openPage(browser) {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  await page.addInitScript(countInstances);
  return { context, page, complaints: complaintsOf(page) };
}

/** Somebody with another client: socket.io's own. Keeps what is said. */
async function openGuest(server, name) {
  const heard = [];
  const getToken = async () => (await fetch(`${server.url}/login`, { method: "POST", body: JSON.stringify({ name }) })).text();
  const socket = io(server.url, {
    path: "/socket/notification",
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: async (done) => done({ token: `Bearer ${await getToken()}` }),
  });
  socket.on("message", ({ content, senderId }) => heard.push(`${senderId}: ${content}`));
  const enter = async () => {
    if (!socket.connected) await once(socket.connect(), "connect");
    await socket.emitWithAck("joinConversation", { conversationId: "general" });
  };
  await enter();
  return {
    heard,
    /** After a restart of the server, with a new token. */
    enter,
    say: (content) => socket.emitWithAck("sendMessage", { id: crypto.randomUUID(), conversationId: "general", content, createdAt: new Date().toISOString() }),
    close: () => socket.close(),
  };
}

export async function createWorld() {
  const [server, browser] = await Promise.all([startServer(), launchChromium()]);
  return {
    server,
    browser,
    openPage: () => openPage(browser),
    openGuest: (name) => openGuest(server, name),
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

/** Waits for something outside of pages. */
export async function until(what, condition) {
  for (const end = Date.now() + PATIENCE; !condition(); await new Promise((resolve) => setTimeout(resolve, 25))) {
    assert.ok(Date.now() < end, `did not happen: ${what}`);
  }
}
