// The ordeal's own parts: what it demands, what it plans, and what its database and its proxy do.
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Database, readRecords } from "./database.mjs";
import { FAULTS } from "./faults.mjs";
import { plan } from "./plan.mjs";
import { Proxy } from "./proxy.mjs";
import { authenticate, issue } from "./tokens.mjs";
import { repetitions, verify } from "./verify.mjs";

/** Two messages of ada's, sent, noted, stored and settled. */
function sound() {
  const message = (number) => ({ number, tab: "0.0", conversationId: "conversation-1", content: `message ${number}`, as: "ada" });
  return {
    records: [0, 1].map((number) => ({ kind: "message", user: "ada", id: `id-${number}`, message: message(number) })),
    sent: new Map([0, 1].map((number) => [number, message(number)])),
    notes: [0, 1].map((number) => ({ number, user: "ada", id: `id-${number}`, persisted: true })),
    settled: [0, 1].map((number) => ({ number, status: "delivered" })),
    exactlyOnce: true,
  };
}

describe("a violation is", () => {
  const rules = (what) => verify(what).map(({ rule }) => rule);

  test("nothing that is as it should be", () => assert.deepEqual(rules(sound()), []));

  const rows = [
    ["a promised message that is not there", ["no loss"], (what) => (what.records.pop(), what.settled.pop())],
    ["a settled message that is not there", ["settled"], (what) => (what.records.pop(), what.notes.pop())],
    ["a message that was given up", ["settled"], (what) => (what.settled[0].status = "failed")],
    ["a message that is there again", ["once"], (what) => what.records.push(what.records[1])],
    ["a message under another user", ["owner"], (what) => (what.records[0].user = "bob")],
    ["a message whose tab noted another user", ["owner"], (what) => (what.notes[0].user = "bob")],
    ["a message before an earlier one of its tab", ["order"], (what) => what.records.reverse()],
    ["a message that nobody sent", ["nothing that was not sent", "no loss", "settled"], (what) => (what.records[1].message.number = 7)],
    ["a message that was changed", ["nothing that was not sent"], (what) => (what.records[0].message.content = "other")],
    ["a message with another id", ["nothing that was not sent"], (what) => (what.records[0].id = "other")],
    ["a message that was refused", ["nothing that was not sent"], (what) => (what.notes[0] = { number: 0, user: "ada", refused: "ERR_FULL" })],
    ["two connections for one message", ["one tab flushes"], (what) => what.records.push({ kind: "overlap", user: "ada", id: "id-0" })],
  ];
  for (const [name, expected, spoil] of rows) {
    test(name, () => {
      const what = sound();
      spoil(what);
      assert.deepEqual(rules(what), expected);
    });
  }

  const allowed = [
    ["a message that a crash left unnoted", ({ notes, settled, records }) => [notes, notes, settled, records].map((list) => list.pop())],
    ["a message that was not promised", (what) => ((what.notes[1].persisted = false), what.records.pop(), what.settled.pop())],
    ["a repetition where the server does not ignore any", (what) => ((what.exactlyOnce = false), what.records.push(what.records[0]))],
    ["another order in another tab", (what) => ((what.sent.get(1).tab = what.records[1].message.tab = "1.0"), what.records.reverse())],
  ];
  for (const [name, change] of allowed) {
    test(`not ${name}`, () => {
      const what = sound();
      change(what);
      assert.deepEqual(rules(what), []);
    });
  }

  test("no repetition, which is counted", () => {
    const { records } = sound();
    assert.equal(repetitions(records), 0);
    assert.equal(repetitions([...records, { ...records[0], kind: "again" }, records[1]]), 2);
  });
});

describe("a plan", () => {
  const options = { messages: 500, faultCount: 4 * Object.keys(FAULTS).length, kinds: Object.keys(FAULTS), faults: FAULTS, tabs: 3, conversations: 10 };
  const flat = (steps) => steps.flatMap((step) => [step, ...(step.inner ? [step.inner] : [])]);

  test("is the same for the same seed, and another for another", () => {
    assert.deepEqual(plan({ seed: 5, ...options }), plan({ seed: 5, ...options }));
    assert.notDeepEqual(plan({ seed: 5, ...options }), plan({ seed: 6, ...options }));
  });

  test("has as many messages and faults as asked for, of every kind alike", () => {
    const steps = flat(plan({ seed: 5, ...options }));
    assert.equal(steps.length, 4 * Object.keys(FAULTS).length);
    for (const kind of Object.keys(FAULTS)) assert.equal(steps.filter((step) => step.kind === kind).length, 4, kind);
    const bursts = steps.flatMap(({ before, during }) => [...before, ...during]);
    assert.equal(bursts.reduce((sum, { messages }) => sum + messages.length, 0), 500);
  });

  test("puts no fault that needs a connection into one that takes it", () => {
    const nested = plan({ seed: 5, ...options }).filter(({ inner }) => inner);
    assert.ok(nested.length > 5);
    for (const { kind, inner } of nested) assert.ok(!(FAULTS[kind].takes && FAULTS[inner.kind].needs), `${inner.kind} within ${kind}`);
  });
});

describe("the database", () => {
  let folder;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "socketio-wasm-ordeal-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test("has what was appended, without what a killed process left half written", async () => {
    const file = join(folder, "database");
    const first = new Database(file);
    assert.deepEqual(first.records, []);
    await first.append([{ text: "ä\n" }, { text: "2" }]);
    first.close();
    appendFileSync(file, '{"text":"3');
    assert.deepEqual(readRecords(file), [{ text: "ä\n" }, { text: "2" }]);

    const second = new Database(file);
    assert.deepEqual(second.records, [{ text: "ä\n" }, { text: "2" }]);
    await second.append([{ text: "4" }]);
    second.close();
    assert.deepEqual(readRecords(file), [{ text: "ä\n" }, { text: "2" }, { text: "4" }]);
  });
});

describe("a token", () => {
  const generations = { ada: 2 };
  const check = (claims, change = (token) => token) => {
    const token = issue({ user: "ada", generation: 2, life: 60_000, ...claims });
    return authenticate(`Bearer ${change(token)}`, generations);
  };

  test("authenticates its user", () => assert.equal(check({}), "ada"));
  test("ends by its time", () => assert.equal(check({ life: -2_000 }), null));
  test("ends with its generation", () => assert.equal(check({ generation: 1 }), null));
  test("is signed", () => assert.equal(check({}, (token) => token.replace(/\.[^.]*$/, ".forged")), null));
  test("has to be there", () => assert.equal(authenticate(undefined, generations), null));
});

describe("the proxy", () => {
  const long = "a".repeat(100);
  let proxy;
  let server;
  let port;
  let received;

  beforeEach(async () => {
    received = [];
    server = createServer((socket) => socket.setEncoding("utf8").on("data", (text) => received.push(text)).on("error", () => {}));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    proxy = new Proxy();
    proxy.target = server.address().port;
    port = await proxy.listen();
  });
  afterEach(async () => {
    await proxy.close();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = async () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  };
  const until = async (condition) => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };
  const closed = (socket) => new Promise((resolve) => socket.once("close", resolve));

  test("passes everything on, late but in order where it is slow", async () => {
    const socket = await open();
    proxy.delay = 30;
    const started = Date.now();
    socket.write("1");
    await until(() => proxy.living === 1);
    socket.write("2");
    await until(() => received.join("") === "12");
    assert.ok(Date.now() - started >= 29);
    socket.destroy();
  });

  test("keeps the order of what is on its way when it gets faster", async () => {
    const socket = await open();
    await until(() => proxy.living === 1);
    socket.setNoDelay();
    for (let number = 0; number < 40; number += 1) {
      proxy.delay = 40 - number;
      socket.write(`${number},`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const all = Array.from({ length: 40 }, (_, number) => `${number},`).join("");
    await until(() => received.join("").length === all.length);
    assert.equal(received.join(""), all);
    socket.destroy();
  });

  test("cuts a connection in the middle of its next message, and nothing before", async () => {
    const socket = await open();
    const cut = proxy.cutHalfway();
    const ended = closed(socket);
    socket.write("pong");
    await until(() => received.length === 1);
    socket.write(long);
    await Promise.all([cut, ended]);
    await until(() => received.length === 2);
    assert.deepEqual(received, ["pong", long.slice(0, 50)]);
  });

  test("passes nothing on when it is dead, until there is another connection", async () => {
    const dead = await open();
    await until(() => proxy.living === 1);
    proxy.die(false);
    dead.write("lost");
    const other = await open();
    other.write("found");
    await until(() => received.length === 1);
    assert.deepEqual(received, ["found"]);
    assert.equal(dead.destroyed, false);
    dead.destroy();
    other.destroy();
  });

  test("refuses while there is no server", async () => {
    proxy.target = null;
    await closed(connect(port, "127.0.0.1").on("error", () => {}));
    assert.deepEqual(received, []);
  });
});
