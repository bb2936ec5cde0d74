// The hooks in a real browser, with either React, in mock mode and against a real server.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { bundle, REACTS, site, surround, until } from "./support.mjs";

let browser, server, folder;
surround((made) => ({ browser, server, folder } = made));

const MOCK = { useMockSocket: true, mock: { latency: 0, autoReply: false }, queue: { storage: "memory" } };
const READERS = ["one", "two", "three", "four"];

for (const version of Object.keys(REACTS)) {
  describe(`React ${version}`, () => {
    let pages;
    before(async () => {
      const env = { NODE_ENV: "development", NEXT_PUBLIC_SOCKET_SERVER_URL: server.url };
      const [main, twin] = await Promise.all([bundle(folder, "main.jsx", version, { env }), bundle(folder, "main.jsx", version, { env, banner: { js: "// twin" } })]);
      pages = await site({ "/main.js": main, "/twin.js": twin });
    });
    after(() => pages?.close());

    /** A page in which nothing may be complained of, for as long as `use` runs. */
    async function inPage(use, path = "/") {
      const context = await browser.newContext();
      const complaints = [];
      try {
        const page = await context.newPage();
        page.setDefaultTimeout(15_000);
        page.on("pageerror", (error) => complaints.push(String(error)));
        page.on("console", (message) => ["warning", "error"].includes(message.type()) && complaints.push(message.text()));
        await page.goto(pages.url + path);
        await page.waitForFunction(() => globalThis.kit);
        await use({
          page,
          complaints,
          show: (tree) => page.evaluate((tree) => kit.show(tree), tree),
          unmount: () => page.evaluate(() => kit.unmount()),
          status: (status, name = "one") => page.waitForFunction(([status, name]) => kit.last(name)?.status === status, [status, name]),
          closed: (index) =>
            page.waitForFunction((index) => {
              try {
                kit.log.clients[index].joinConversation("c");
              } catch ({ code }) {
                return code === "ERR_CLOSED";
              }
            }, index),
          connections: (() => {
            const before = server.seen.total;
            return () => server.seen.total - before;
          })(),
        });
        assert.deepEqual(complaints, []);
      } finally {
        await context.close();
      }
      await until(() => server.open() === 0, "the page's connections are gone");
    }

    test("all components see one state, render once for each change of it, and keep their functions", () =>
      inPage(async ({ page, show }) => {
        await show({ provider: { options: MOCK }, readers: READERS, client: true });
        const seen = await page.evaluate((readers) => {
          const renders = () => readers.map((name) => kit.log.renders[name]);
          const [client] = kit.log.clients;
          const steps = [renders()];
          client.simulateReceiveMessage({ content: "hello" });
          return new Promise((resolve) => setTimeout(resolve))
            .then(() => {
              steps.push(renders());
              client.joinConversation("c"); // no part of the state
              kit.last("one").leaveConversation("c");
              return new Promise((resolve) => setTimeout(resolve));
            })
            .then(() => {
              steps.push(renders());
              const results = readers.map((name) => kit.log.results[name]);
              const functions = Object.keys(results[0][0]).filter((name) => typeof results[0][0][name] === "function");
              return {
                steps,
                clients: kit.log.clients.length,
                content: results.map((list) => list.at(-1).lastMessage.content),
                same: results.every((list) => list.every((result, index) => result === results[0][index])),
                frozen: results[0].every(Object.isFrozen),
                functions,
                kept: functions.every((name) => results[0][0][name] === results[0][1][name]),
              };
            });
        }, READERS);
        const all = (count) => READERS.map(() => count);
        const { functions, ...rest } = seen;
        assert.deepEqual(rest, { steps: [all(1), all(2), all(2)], clients: 1, content: all("hello"), same: true, frozen: true, kept: true });
        const actions = "disconnect discardMessage initializeSocket joinConversation leaveConversation markAsRead retryMessage sendMessage simulateReceiveMessage";
        assert.deepEqual(functions.sort(), actions.split(" ").sort());
      }));

    test("StrictMode, any number of components and a provider that comes and goes leave one connection, and none in the end", () =>
      inPage(async ({ page, show, status, unmount, connections }) => {
        const tree = { strict: true, provider: { options: { url: server.url }, autoConnect: true }, readers: READERS, client: true, hear: { event: "x" }, guards: [{ name: "guard" }] };
        await show(tree);
        await status("connected");
        await show({ ...tree, readers: ["one"] });
        await show(tree);
        await page.evaluate(() => kit.last("one").sendMessage({ conversationId: "c", content: "hi" }).settled);
        assert.deepEqual([connections(), server.open()], [1, 1]);
        await unmount();
        await until(() => server.open() === 0, "the provider's connection is closed");
        assert.equal(connections(), 1);
        assert.equal(await page.evaluate(() => kit.log.clients.length), 1);
        assert.deepEqual(await page.evaluate(() => {
          try {
            kit.log.clients[0].joinConversation("c");
          } catch ({ code }) {
            return code;
          }
        }), "ERR_CLOSED");
      }));

    test("fast navigation between pages with a provider each leaves the last one's connection", () =>
      inPage(async ({ page, show, status, unmount }) => {
        const trees = Array.from({ length: 12 }, (_, key) => ({ strict: true, provider: { key, options: { url: server.url }, autoConnect: true }, readers: [`page${key}`] }));
        await page.evaluate((trees) => kit.race(trees), trees.slice(0, 6));
        for (const tree of trees.slice(6)) await show(tree);
        await status("connected", "page11");
        await until(() => server.open() === 1, "one connection is left");
        await page.evaluate(() => kit.last("page11").sendMessage({ conversationId: "c", content: "hi" }).settled);
        assert.equal(server.open(), 1);
        await unmount();
        await until(() => server.open() === 0, "none is left");
      }));

    test("without a provider all share a client of the environment's configuration, over navigation and a second copy of the module", () =>
      inPage(async ({ page, show, status, unmount, connections }) => {
        await show({ strict: true, readers: READERS, client: true });
        await status("idle");
        await page.evaluate(() => kit.last("one").initializeSocket());
        await status("connected");
        for (let turn = 0; turn < 5; turn += 1) {
          await unmount();
          await show({ strict: true, readers: READERS, client: true });
        }
        await page.evaluate(async () => {
          [globalThis.first, globalThis.kit] = [globalThis.kit, undefined];
          first.unmount();
          await import("/twin.js");
          kit.show({ readers: ["twin"], client: true });
        });
        await status("connected", "twin");
        await page.evaluate(() => kit.last("twin").sendMessage({ conversationId: "c", content: "hi" }).settled);
        assert.equal(await page.evaluate(() => kit !== first && kit.log.clients[0] === first.log.clients[0] && first.log.clients.length === 1), true);
        assert.deepEqual([connections(), server.open()], [1, 1]);
        await unmount();
        await page.evaluate(() => first.log.clients[0].close());
      }));

    test("a client that was given is used, never closed, and left without a listener", () =>
      inPage(async ({ page, show, status, unmount, connections }) => {
        await page.evaluate((url) => kit.make({ url }), server.url);
        const tree = { strict: true, provider: { mine: true }, readers: READERS, client: true, hear: { event: "news" }, guards: [{ name: "guard" }] };
        const look = () => page.evaluate(() => [kit.mine.listening, kit.mine.socket.listeners("news").length]);
        assert.deepEqual(await look(), [0, 0]);
        await show(tree);
        await page.evaluate(() => kit.mine.initializeSocket());
        await status("connected");
        assert.deepEqual(await look(), [2, 1]);
        const own = { provider: { options: { url: server.url }, autoConnect: true }, readers: ["own"] };
        await show({ ...tree, inside: { provider: { mine: true }, readers: ["inner"], hear: { event: "news" }, inside: own } });
        assert.deepEqual(await look(), [2, 2]);
        assert.equal(await page.evaluate(() => kit.last("inner") === kit.last("one")), true);
        await status("connected", "own");
        await unmount();
        assert.deepEqual(await look(), [0, 0]);
        await until(() => server.open() === 1, "the provider's own is closed");
        await page.evaluate(() => kit.mine.sendMessage({ conversationId: "c", content: "hi" }).settled);
        assert.deepEqual([connections(), server.open()], [2, 1]);
        await page.evaluate(() => kit.mine.close());
      }));

    test("useSocketEvent subscribes once and calls the handler of the last rendering", () =>
      inPage(async ({ page, show, status, unmount }) => {
        const tree = (prefix, event = "news") => ({ strict: true, provider: { options: { url: server.url }, autoConnect: true }, readers: ["one"], client: true, hear: { event, prefix } });
        const count = (event) => page.evaluate((event) => kit.log.clients[0].socket.listeners(event).length, event);
        const ask = (...args) => page.evaluate((args) => kit.log.clients[0].socket.emit("say", ...args), args).then(() => heard(args.at(-1)));
        const heard = (last) => page.waitForFunction((last) => kit.log.events.at(-1)?.at(-1) === last, last);
        await show(tree("a"));
        await status("connected");
        const [listener] = [await page.evaluateHandle(() => kit.log.clients[0].socket.listeners("news")[0])];
        await ask("news", 1, 2);
        await show(tree("b"));
        await show(tree("c"));
        await ask("news", 3);
        assert.equal(await count("news"), 1);
        assert.equal(await page.evaluate((listener) => kit.log.clients[0].socket.listeners("news")[0] === listener, listener), true);
        await show(tree("d", "other"));
        await ask("other", 4);
        assert.deepEqual([await count("news"), await count("other")], [0, 1]);
        assert.deepEqual(await page.evaluate(() => kit.log.events), [["a", 1, 2], ["c", 3], ["d", 4]]);
        await unmount();
        assert.equal(await count("other"), 0);
      }));

    test("actions work after an unmounting: a message is sent, and the client closed again", () =>
      inPage(async ({ page, show, unmount, connections }) => {
        await show({ provider: { options: { url: server.url } }, readers: ["one"] });
        await unmount();
        const { last, sent } = await page.evaluate(async () => {
          const { initializeSocket, sendMessage } = kit.last("one");
          initializeSocket();
          const { status } = await sendMessage({ conversationId: "c", content: "bye" }).settled;
          return { sent: status, last: kit.last("one").status };
        });
        assert.deepEqual([sent, last], ["delivered", "idle"]);
        await until(() => server.open() === 0, "it is closed");
        assert.equal(connections(), 1);
      }));

    test("a client that a rendering has made which React threw away never connects, and is closed in the end", () =>
      inPage(async ({ page, status, unmount, connections }) => {
        await page.clock.install();
        await page.evaluate((tree) => kit.race([tree]), { provider: { options: { url: server.url }, autoConnect: true }, readers: ["one"], client: true, waits: true });
        await page.waitForFunction(() => kit.log.clients.length > 0 && kit.log.resume);
        await page.evaluate(() => kit.log.resume());
        await status("connected");
        const closed = () => page.evaluate(() => kit.log.clients.map((client) => {
          try {
            return client.getSnapshot() && client.leaveConversation("c");
          } catch ({ code }) {
            return code;
          }
        }));
        const before = await closed();
        assert.ok(before.length > 1);
        assert.deepEqual(new Set(before), new Set([undefined]), "React may still show what it has rendered");
        assert.deepEqual([connections(), server.open()], [1, 1]);
        await page.clock.fastForward(70_000);
        assert.deepEqual(await closed(), [...before.slice(1).fill("ERR_CLOSED"), undefined]);
        await unmount();
      }));

    test("what Suspense holds back for the sake of its fallback is shown with its client", () =>
      inPage(async ({ page, status, unmount }) => {
        await page.evaluate((tree) => kit.race([tree]), { provider: { options: MOCK, autoConnect: true }, readers: ["one"], listens: true, waits: true, falls: true });
        await page.waitForSelector("#fallback", { state: "attached" });
        await page.evaluate(() => kit.log.resume());
        await status("connected");
        await page.evaluate(() => kit.last("one").simulateReceiveMessage({ content: "hello" }));
        assert.deepEqual(await page.evaluate(() => [kit.log.caught, kit.log.heard]), [[], ["hello"]]);
        await unmount();
      }));

    test("a provider that is gone keeps its client until what is in memory only has been delivered", () =>
      inPage(async ({ page, show, status, unmount, closed }) => {
        const tree = (...readers) => ({ provider: { options: MOCK, autoConnect: true }, readers, client: true });
        await show(tree("one"));
        await status("connected");
        await page.evaluate(() => {
          kit.log.clients[0].mock.drop();
          globalThis.sent = kit.last("one").sendMessage({ conversationId: "c", content: "bye" });
          sent.settled.then(({ status }) => (globalThis.outcome = status));
        });
        await unmount();
        // One that has nothing, and is gone later, is closed by now.
        await show(tree("two"));
        await unmount();
        await closed(1);
        await page.evaluate(() => kit.log.clients[0].mock.restore());
        await page.waitForFunction(() => globalThis.outcome === "delivered");
        assert.equal(await page.evaluate(() => sent.persisted), false);
        await closed(0);
      }));

    test("a mark of what was read that is in memory only is waited for as well", () =>
      inPage(async ({ page, show, status, unmount, closed }) => {
        const tree = (...readers) => ({ provider: { options: MOCK, autoConnect: true }, readers, client: true });
        await show(tree("one"));
        await status("connected");
        await page.evaluate(() => {
          globalThis.server = kit.log.clients[0].mock;
          server.drop();
          kit.last("one").markAsRead("c", ["m"]);
        });
        await unmount();
        await show(tree("two"));
        await unmount();
        await closed(1);
        await page.evaluate(() => server.restore());
        await page.waitForFunction(() => server.received.some(({ event }) => event === "markAsRead"));
        await closed(0);
      }));

    test("options that are wrong are an error of the rendering, with its code", () =>
      inPage(async ({ page, show, complaints }) => {
        await show({ provider: { options: { delivery: "maybe" } }, readers: ["one"] });
        assert.deepEqual(await page.evaluate(() => [kit.log.caught.map(({ code }) => code), document.querySelector("#caught") !== null]), [["ERR_INVALID_OPTION"], true]);
        complaints.length = 0;
      }));

    test("options that take the place of a client that was given are used", () =>
      inPage(async ({ page, show }) => {
        await page.evaluate((options) => kit.make(options), MOCK);
        await show({ provider: { mine: true }, readers: ["one"], client: true });
        await show({ provider: { options: { ...MOCK, token: "t" }, autoConnect: true }, readers: ["one"], client: true });
        await page.waitForFunction(() => kit.log.clients[1]?.isConnected);
        const [before, after] = await page.evaluate(() => kit.log.clients.map(({ useMockSocket, isConnected }) => [useMockSocket, isConnected]));
        assert.deepEqual([before, after], [[true, false], [true, true]]);
      }));

    test("options that are null are none", () =>
      inPage(async ({ page, show }) => {
        await show({ provider: { options: null }, readers: ["one"] });
        assert.deepEqual(await page.evaluate(() => [kit.log.caught.length, kit.last("one").status]), [0, "idle"]);
      }));

    if (version >= 19) {
      test("a page that waits for its style sheet is shown with its client", () =>
        inPage(async ({ page, status, unmount }) => {
          await page.route("**/slow.css", async (route) => {
            await new Promise((resolve) => setTimeout(resolve, 600)); // longer than a provider waits
            await route.fulfill({ contentType: "text/css", body: "" });
          });
          await page.evaluate((tree) => kit.race([tree]), { provider: { options: MOCK, autoConnect: true }, readers: ["one"], listens: true, style: "/slow.css" });
          await status("connected");
          await page.evaluate(() => kit.last("one").simulateReceiveMessage({ content: "hello" }));
          assert.deepEqual(await page.evaluate(() => [kit.log.caught, kit.log.heard]), [[], ["hello"]]);
          await unmount();
        }));

      for (const autoConnect of [true, false]) {
        test(`a provider that Activity hides is disconnected, and goes on with the same client when it is shown${autoConnect ? "" : ", without autoConnect, too"}`, () =>
          inPage(async ({ page, status, unmount, connections, closed }) => {
            const tree = { provider: { options: { url: server.url }, autoConnect }, readers: ["one"], client: true, listens: true };
            const hide = (hidden) => page.evaluate(([tree, hidden]) => kit.hide(tree, hidden), [tree, hidden]);
            // Rendered before it is shown for the first time.
            await hide(true);
            await page.waitForFunction(() => kit.log.clients.length > 0);
            await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400))); // longer than a provider waits
            await hide(false);
            if (!autoConnect) await page.evaluate(() => kit.last("one").initializeSocket());
            await status("connected");
            await hide(true);
            await hide(false);
            assert.equal(connections(), 1);
            await hide(true);
            await until(() => server.open() === 0, "it is disconnected");
            await hide(false);
            await status("connected");
            await page.evaluate(() => kit.last("one").simulateReceiveMessage({ content: "hello" }));
            await page.waitForFunction(() => kit.log.heard.length > 0);
            assert.deepEqual(await page.evaluate(() => [kit.log.heard, kit.log.clients.length, kit.log.caught]), [["hello"], 1, []]);
            assert.deepEqual([connections(), server.open()], [2, 1]);
            await hide(true);
            await until(() => server.open() === 0, "it is disconnected");
            // Who signs out while it is hidden is not signed in by its being shown.
            if (!autoConnect) {
              await page.evaluate(() => kit.last("one").disconnect());
              await hide(false);
              assert.equal(await page.evaluate(() => kit.log.clients[0].status), "idle");
              await hide(true);
            }
            await unmount();
            await closed(0);
          }));
      }
    }
  });
}
