// What the client has to do with any server: one scenario, run by a test file for each of servers.mjs.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { Browser, ServerProcess } from "./support.mjs";

const PATH = "/neither/default";
const TEXTS = ["Grüße, Ωmega 你好", "👩‍👩‍👧 e\u0301 \u2028 \\ \" \u0000"];
const LONG = "é".repeat(100_000);
const binary = (as, bytes) => ({ bytes, as });

export function scenario({ title, command, refusesWithData, tellsMaxPayload, unknownNamespace = "Invalid namespace" }) {
  describe(title, () => {
    const browser = new Browser();
    const folder = mkdtempSync(join(tmpdir(), "socketio-wasm-interop-"));
    const log = join(folder, "log");
    const server = new ServerProcess((port) => command(PATH, port, log));
    const refusal = { message: "The token is not good", data: refusesWithData ? { status: 401, code: "BAD_TOKEN" } : undefined };
    const clients = [];

    before(async () => {
      await browser.launch();
      await server.start();
    });
    after(async () => {
      await server.end();
      await browser.close();
      rmSync(folder, { recursive: true });
    });
    afterEach(async () => {
      for (const client of clients.splice(0)) await client.close();
      assert.deepEqual(browser.complaints(), []);
    });

    async function open(options) {
      const fast = { reconnectionDelay: 20, reconnectionDelayMax: 100 };
      const client = await browser.open({ url: `http://127.0.0.1:${server.port}`, path: PATH, ...fast, ...options });
      clients.push(client);
      return client;
    }

    async function connect(options) {
      const client = await open(options);
      await client.signIn("good");
      await client.status("connected");
      return client;
    }

    /** What the server has written of these messages. */
    function logged(ids) {
      const lines = readFileSync(log, "utf8").trimEnd().split("\n");
      return lines.map((line) => JSON.parse(line)).filter(({ id }) => ids.includes(id));
    }

    test("connects with the token in the auth payload, over a path of its own, and answers heartbeats", async () => {
      const client = await connect();
      assert.deepEqual(await client.seen("greetings"), [{ namespace: "/" }]);
      // A heartbeat is only sent to who has answered the last one.
      await client.seen("pings", 3);
      assert.deepEqual(await client.seen("disconnects", 0), []);
    });

    test("a refused token is a connect_error with the server's data, and a good one sends what has waited", async () => {
      const client = await open();
      await client.signIn("bad");
      const [id] = await client.send("held");
      await client.status("auth_required");
      assert.deepEqual(await client.seen("errors"), [refusal]);
      assert.deepEqual(await client.seen("refusals"), [refusal]);
      await client.signIn("good");
      assert.deepEqual(await client.seen("outcomes"), [{ id, status: "delivered", response: { kept: id } }]);
      assert.equal(logged([id]).length, 1);
    });

    test("events and acknowledgements with several arguments and any character go both ways", async () => {
      const client = await connect();
      for (const args of [TEXTS, [{ deep: [1, { list: [null, true, 0.5] }] }, []], [0, ""]]) {
        assert.deepEqual(await client.call("echo", ...args), args);
      }
      await client.emit("return", ...TEXTS);
      assert.deepEqual(await client.seen("returned"), [TEXTS]);
      assert.deepEqual(await client.call("ask", ...TEXTS), TEXTS.toReversed());
      assert.deepEqual(await client.seen("questions"), [TEXTS]);
    });

    test("binary goes both ways, in events and in acknowledgements, beside text and more than once", async () => {
      const client = await connect();
      const sent = [binary("Uint8Array", [0, 1, 255]), { text: TEXTS[0], list: [binary("ArrayBuffer", [2]), null, binary("DataView", [3, 4])], blob: binary("Blob", [5]) }];
      const back = [binary("ArrayBuffer", [0, 1, 255]), { text: TEXTS[0], list: [binary("ArrayBuffer", [2]), null, binary("ArrayBuffer", [3, 4])], blob: binary("ArrayBuffer", [5]) }];
      assert.deepEqual(await client.call("echo", ...sent), back);
      await client.emit("return", ...sent);
      assert.deepEqual(await client.seen("returned"), [back]);
      assert.deepEqual(await client.call("ask", ...sent), back.toReversed());
      assert.deepEqual(await client.seen("questions"), [back]);
    });

    test("200 KB go both ways, as text and as bytes", async () => {
      const client = await connect();
      const large = binary("ArrayBuffer", Array.from({ length: 200_000 }, (_, index) => index % 251));
      const args = [large, "beside it"];
      assert.deepEqual(await client.call("echo", LONG, 1), [LONG, 1]);
      assert.deepEqual(await client.call("echo", ...args), args);
    });

    test("messages of the chat client reach another one in the conversation, also large ones, and are acknowledged", async () => {
      const [ada, grace] = [await connect({ queue: { maxMessageLength: 250_000 } }), await connect()];
      await grace.join("general");
      // Joins are acknowledged in no order with other sockets' messages; the answer to this comes behind it.
      await grace.call("echo", 0, 0);
      const contents = [...TEXTS, LONG];
      const ids = await ada.send(...contents);
      assert.deepEqual(await grace.seen("messages", contents.length), contents);
      const delivered = ids.map((id) => ({ id, status: "delivered", response: { kept: id } }));
      assert.deepEqual(await ada.seen("outcomes", contents.length), delivered);
      assert.deepEqual(await ada.seen("messages", 0), []);
    });

    test("a message that is larger than the server said it takes fails alone", { skip: !tellsMaxPayload && "it says nothing" }, async () => {
      const client = await connect({ queue: { maxMessageLength: 500_000 } });
      const [large, small] = await client.send("x".repeat(300_001), "small");
      const outcomes = await client.seen("outcomes", 2);
      assert.deepEqual(outcomes, [
        { id: large, status: "failed", error: "larger than the server accepts" },
        { id: small, status: "delivered", response: { kept: small } },
      ]);
      assert.deepEqual(await client.seen("disconnects", 0), []);
    });

    test("a disconnection by the server is final until the application connects again", async () => {
      const client = await connect();
      await client.emit("leave");
      await client.status("failed");
      assert.deepEqual(await client.seen("disconnects"), ["io server disconnect"]);
      const [id] = await client.send("waits");
      await client.signIn("good");
      assert.equal((await client.seen("outcomes"))[0].id, id);
      assert.equal((await client.seen("connects")).length, 2);
    });

    test("a server that is killed and comes back gets what was queued meanwhile once, and what it had not acknowledged again", async () => {
      const [ada, grace] = [await connect(), await connect()];
      await grace.join("general");
      const [held] = await ada.send("hold");
      for (const end = Date.now() + 15_000; logged([held]).length === 0; ) {
        assert.ok(Date.now() < end, "the message did not arrive");
        await ada.call("echo", 0, 0);
      }
      await server.end();
      await ada.status("reconnecting");
      const queued = await ada.send("one", "two");
      await server.start();
      // What is held goes first, and is not acknowledged this time either.
      assert.deepEqual((await ada.seen("outcomes", 2)).map(({ id, status }) => [id, status]), queued.map((id) => [id, "delivered"]));
      assert.deepEqual(logged([held, ...queued]).map(({ content }) => content), ["hold", "hold", "one", "two"]);
      await grace.status("connected");
      await ada.send("after it");
      // Whether she is back before the queued ones come is chance.
      for (let heard = []; heard.at(-1) !== "after it"; ) heard = await grace.seen("messages", heard.length + 1);
      assert.ok(["transport close", "transport error"].includes((await ada.seen("disconnects"))[0]));
    });

    test("a namespace beside the default one has its own connection and events", async () => {
      const client = await connect({ namespace: "/admin" });
      assert.deepEqual(await client.seen("greetings"), [{ namespace: "/admin" }]);
      assert.deepEqual(await client.call("ask", ...TEXTS), TEXTS.toReversed());
      const [id] = await client.send("in the namespace");
      await client.seen("outcomes");
      assert.deepEqual(logged([id]).map(({ namespace }) => namespace), ["/admin"]);
    });

    test("a second namespace shares the connection, and has its own sign-in, events and end", async () => {
      const client = await connect();
      await client.beside("/admin", "Bearer bad");
      assert.deepEqual(await client.seen("errors"), [refusal]);
      await client.beside("/admin", "Bearer good");
      assert.deepEqual(await client.seen("greetings", 2), [{ namespace: "/" }, { namespace: "/admin" }]);
      assert.deepEqual(await client.call("ask", ...TEXTS), TEXTS.toReversed());
      const [id] = await client.send("beside it");
      await client.seen("outcomes");
      assert.deepEqual(logged([id]).map(({ namespace }) => namespace), ["/"]);
      await client.emit("leave");
      assert.deepEqual(await client.seen("disconnects"), ["io server disconnect"]);
      assert.equal(await client.do(() => window.app.chat.status), "connected");
      assert.equal(await client.do(() => window.app.connections()), 1);
    });

    test("a namespace that the server does not know is a connect_error with the server's words", async () => {
      const client = await open({ namespace: "/unknown" });
      await client.signIn("good");
      assert.equal((await client.seen("errors"))[0].message, unknownNamespace);
      assert.equal(await client.do(() => window.app.chat.isConnected), false);
    });
  });
}
