// What an application leaves of the client whose recursion never ends, in the browsers of all engines: everything. The check for that lies in
// WebAssembly, and how much of a stack its frame takes is up to the engine.
import assert from "node:assert/strict";
import { test } from "node:test";
import { engines, launch } from "../engines/browser.mjs";
import { startDemo } from "./support.mjs";

/** Runs in the page. Resolves to what threw in the end, and what became of a message afterwards, by call. */
async function exhaust(connected) {
  const { ChatSocket } = await import("/pkg/index.js");
  const calls = {
    send(chat) {
      chat.sendMessage({ conversationId: "c", content: "x" });
      chat.discardAll();
    },
    simulate(chat) {
      chat.simulateReceiveMessage({ content: "new" });
      chat.getSnapshot();
    },
    join: (chat) => chat.joinConversation("c"),
    emit: (chat) => chat.socket.emit("a", 1),
    "emit with a callback": (chat) => chat.socket.emit("a", "b", () => {}),
    active: (chat) => chat.socket.active,
  };
  const words = Array(40).fill(0);
  const seen = {};
  for (const [name, call] of Object.entries(calls)) {
    const chat = new ChatSocket({ useMockSocket: true, token: "t", mock: { latency: 0, autoReply: false }, queue: { storage: "memory" } });
    if (connected) chat.initializeSocket();
    while (connected && !chat.isConnected) await new Promise((resolve) => setTimeout(resolve, 5));
    const deeper = (...given) => {
      call(chat);
      return given.length + deeper(...words);
    };
    const descend = (frames) => (frames > 0 ? 1 + descend(frames - 1) : deeper());
    let thrown = 0;
    for (let frames = 0; frames < 60; frames += 6) {
      try {
        descend(frames);
      } catch {
        thrown += 1;
      }
    }
    chat.discardAll();
    chat.initializeSocket();
    const { status } = await chat.sendMessage({ conversationId: "c", content: "after" }).settled;
    seen[name] = [thrown, status];
    chat.close();
  }
  return seen;
}

for (const engine of engines) {
  for (const connected of [false, true]) {
    test(`a recursion that never ends takes nothing with it but itself, in ${engine}, ${connected ? "connected" : "offline"}`, { timeout: 60_000 }, async () => {
      const demo = await startDemo();
      const browser = await launch(engine);
      try {
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.goto(`${demo.url}?user=Ada&mode=mock`);
        const outcome = [10, "delivered"];
        const calls = ["send", "simulate", "join", "emit", "emit with a callback", "active"];
        assert.deepEqual(await page.evaluate(exhaust, connected), Object.fromEntries(calls.map((name) => [name, outcome])));
        await context.close();
      } finally {
        await browser.close();
        await demo.close();
      }
    });
  }
}
