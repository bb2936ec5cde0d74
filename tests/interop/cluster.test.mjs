// Two nodes of socket.io with the Redis Streams adapter behind a balancer without sticky sessions. One ends in the middle of a conversation.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { BROWSER, BUILD, root, setup } from "../../pkg-template/scripts/setup.mjs";
import { Balancer } from "./cluster/balancer.mjs";
import { startRedis } from "./cluster/redis.mjs";
import { Browser, ServerProcess } from "./support.mjs";

setup([...BUILD, ...BROWSER]);

/** Each user's messages, of which a node is to have stored so many when it ends. */
const MESSAGES = 100;
const BEFORE = 20;
const CONTENTS = Array.from({ length: MESSAGES }, (_, number) => `number ${number}`);

describe("a cluster of two nodes with the Redis Streams adapter", () => {
  const browser = new Browser();
  let folder, redis, nodes, balancer, url;

  before(() => browser.launch());
  after(() => browser.close());

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "socketio-wasm-cluster-"));
    redis = await startRedis(folder);
    const program = join(root, "tests/interop/cluster/node.mjs");
    nodes = [1, 2].map(() => new ServerProcess((port) => [process.execPath, program, redis.path, port]));
    for (const node of nodes) await node.start();
    // Each node waits for the stream's next entry.
    await until(async () => /blocked_clients:2\b/.test(await redis.client.info("clients")));
    balancer = new Balancer(nodes);
    url = `http://127.0.0.1:${await balancer.listen()}`;
  });

  afterEach(async () => {
    await balancer?.close();
    for (const node of nodes) await node.end();
    await redis?.end();
    rmSync(folder, { recursive: true });
    assert.deepEqual(browser.complaints(), []);
  });

  async function connect(user) {
    const client = await browser.open({ url, userId: user, reconnectionDelay: 20, reconnectionDelayMax: 100 });
    await client.join("general");
    await client.signIn(user);
    await client.status("connected");
    return client;
  }

  /** What the nodes have stored, oldest first. */
  async function stored() {
    return (await redis.client.lRange("messages", 0, -1)).map((line) => JSON.parse(line));
  }

  /** Ada and Grace talk over two nodes, and Ada's ends; what came of it. */
  async function converse(signal) {
    const [ada, grace] = [await connect("Ada"), await connect("Grace")];
    const [first, second] = await Promise.all([ada, grace].map(async (client) => (await client.seen("greetings"))[0].node));
    assert.deepEqual([first, second], nodes.map(({ pid }) => pid));
    for (const client of [ada, grace]) await client.do((contents) => void window.app.talk(contents), CONTENTS);
    await until(async () => {
      const messages = await stored();
      return ["Ada", "Grace"].every((user) => messages.filter((message) => message.user === user).length >= BEFORE);
    });
    await nodes[0].end(signal);
    const before = await stored();
    for (const client of [ada, grace]) {
      const outcomes = await client.seen("outcomes", MESSAGES);
      assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(["delivered"]));
    }
    assert.deepEqual(await ada.seen("disconnects"), ["transport close"]);
    assert.deepEqual((await ada.seen("greetings", 2)).map(({ node }) => node), [first, second]);
    assert.deepEqual(await ada.seen("connects"), [{ recovered: false }, { recovered: true }]);
    await ada.until((last) => window.app.seen.messages.includes(last), CONTENTS.at(-1));
    const heard = await ada.seen("messages");
    // What is broadcast while the server restores a session, before the socket is in its rooms, it sends nobody: at most one at this pace.
    const skipped = CONTENTS.filter((content) => !heard.includes(content));
    assert.deepEqual(heard, CONTENTS.filter((content) => !skipped.includes(content)), "in order, each once");
    assert.ok(skipped.length <= 1, `${skipped}`);
    const frames = await ada.do(() => window.app.frames);
    for (const content of skipped) assert.ok(!frames.some((frame) => frame.includes(`"${content}"`)), `${content} came and was not told`);
    const since = frames.findLastIndex((frame) => frame.startsWith("0{"));
    assert.ok(frames.slice(since).filter((frame) => frame.startsWith('42["message"')).length >= 5, "events came by recovery, and after it");
    assert.deepEqual(await grace.seen("disconnects", 0), []);
    return { ada, grace, first, second, before, skipped, messages: await stored() };
  }

  const ofUser = (messages, user) => messages.filter((message) => message.user === user);
  const contentsOf = (messages) => messages.map(({ content }) => content);

  test("a node that is told to end: every message is stored once and in order, and what was missed is recovered", async (t) => {
    const { grace, first, before, skipped, messages } = await converse("SIGTERM");
    for (const user of ["Ada", "Grace"]) assert.deepEqual(contentsOf(ofUser(messages, user)), CONTENTS);
    assert.deepEqual(await grace.seen("messages", MESSAGES), CONTENTS);
    report(t, { first, before, skipped, messages });
  });

  test("a node that is killed: every message is stored in order, only what it was handling possibly twice, and what was missed is recovered", async (t) => {
    const { grace, first, second, before, skipped, messages } = await converse("SIGKILL");
    assert.deepEqual(contentsOf(ofUser(messages, "Grace")), CONTENTS);
    const [byFirst, bySecond] = [first, second].map((node) => contentsOf(ofUser(messages, "Ada").filter((message) => message.node === node)));
    const again = bySecond.filter((content) => byFirst.includes(content));
    assert.deepEqual([...byFirst, ...bySecond.filter((content) => !again.includes(content))], CONTENTS);
    assert.deepEqual(again, byFirst.slice(byFirst.length - again.length));
    // What it had stored and not yet told others is missing there, and nothing else.
    await grace.until((last) => window.app.seen.messages.includes(last), CONTENTS.at(-1));
    const heard = await grace.seen("messages");
    const untold = CONTENTS.filter((content) => !heard.includes(content));
    assert.deepEqual(untold, untold.length === 0 ? [] : byFirst.slice(-untold.length));
    report(t, { first, before, skipped, messages, again, untold });
  });
});

function report(t, { first, before, skipped, messages, again = [], untold = [] }) {
  t.diagnostic(
    `${before.length} of ${2 * MESSAGES} messages were stored when the node ended, ${messages.filter(({ node }) => node === first).length} by it; ` +
      `all are now, ${again.length} of them twice; of ${untold.length} it had told nobody; ${skipped.length} the other node skipped while it restored the session`,
  );
}

/** Resolves when it holds. */
async function until(condition) {
  for (const end = Date.now() + 15_000; !(await condition()); await new Promise((resolve) => setTimeout(resolve, 5))) {
    if (Date.now() > end) throw new Error(`still not: ${condition}`);
  }
}
