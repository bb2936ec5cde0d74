// The ordeal: a real server with a database, a real browser with some tabs, messages, and a seeded sequence of faults. See `verify.mjs` for what is
// demanded of it, `faults.mjs` for what happens.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRecords } from "./database.mjs";
import { FAULTS } from "./faults.mjs";
import { plan } from "./plan.mjs";
import { repetitions, verify } from "./verify.mjs";
import { Stuck, World } from "./world.mjs";

const USERS = ["ada", "bob"];
const CONVERSATIONS = 10;

/**
 * Runs it. Resolves to {figures, violations}. `pkg`: the folder of the built package. `kinds`: names of the faults to choose from.
 * `breakage`: one of page/breakages.js. `patience`: milliseconds, how long to wait for what has to come. `log`: hears every step. `keep`: whether
 * to keep the database, whose folder is logged.
 */
export async function ordeal({
  pkg,
  seed,
  messages,
  faults,
  tabs = 3,
  helper = true,
  kinds = Object.keys(FAULTS),
  breakage,
  patience = 20_000,
  log = () => {},
  keep = false,
}) {
  const folder = mkdtempSync(join(tmpdir(), "socketio-wasm-ordeal-"));
  const file = join(folder, "database");
  const conversations = CONVERSATIONS;
  const steps = plan({ seed, messages, faultCount: faults, kinds, faults: FAULTS, tabs, conversations });
  const helperFile = helper ? join(pkg, "server.js") : null;
  const world = new World({ pkg, file, helper: helperFile, breakage, tabs, users: USERS, conversations, patience, log });
  const run = new Run(world, log);
  try {
    const started = Date.now();
    await world.open();
    await run.go(steps);
    await run.end();
    await world.server.audit();
    await world.server.kill();
    const records = readRecords(file);
    const settled = await run.settled();
    return {
      figures: { seed, ...run.figures(records), repetitions: repetitions(records), tabs, helper, seconds: (Date.now() - started) / 1000 },
      violations: [
        ...run.violations,
        ...verify({ records, sent: world.sent, notes: [...world.notes.values()], settled, exactlyOnce: helper }),
      ],
    };
  } finally {
    await world.close();
    if (keep) log(`kept ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

class Run {
  violations = [];
  #world;
  #log;
  #happened = new Map();
  #drains = [];
  #kept;

  constructor(world, log) {
    this.#world = world;
    this.#log = log;
  }

  async go(steps) {
    for (const step of steps) {
      await this.#send(step.before);
      if (!(await this.#unstuck(() => this.#fault(step)))) return;
      if (step.calm && !(await this.#unstuck(() => this.#calm("a fault")))) return;
    }
  }

  /** Everything is brought up, and each user is signed in in turn until the queues are empty. */
  async end() {
    const { proxy, site, server, tabs } = this.#world;
    if (proxy.target !== null) await server.audit();
    [proxy.delay, proxy.hole] = [0, false];
    proxy.cut();
    await this.#world.setOffline(false);
    if (proxy.target === null) await server.start();
    for (const user of USERS) site.signIn(user);
    for (const tab of tabs) if (!tab.isOpen) await tab.open();
    for (const user of USERS) {
      this.#log(`${user} signs in everywhere`);
      for (const tab of tabs) await tab.signIn(user);
      await this.#unstuck(() => this.#calm(`${user}'s sign-in`));
    }
    await this.#unstuck(() => this.#settledWhereItCan());
    this.#kept = await tabs[0].kept();
    for (const note of this.#kept.notes) this.#world.notes.set(note.number, note);
    for (const key of this.#kept.queued) this.#violate("empty queues", `${key} is left in storage`);
    for (const complaint of this.#world.complaints) this.#violate("no exceptions", complaint);
  }

  settled() {
    return this.#kept.settled;
  }

  figures(records) {
    const notes = [...this.#world.notes.values()];
    const count = (fits) => notes.filter(fits).length;
    const arrived = new Set(records.filter(({ kind }) => kind === "message").map(({ message }) => message.number));
    for (const { number } of notes) arrived.delete(number);
    return {
      messages: notes.length + arrived.size,
      promised: count(({ persisted }) => persisted),
      refused: count(({ refused }) => refused),
      unnoted: arrived.size,
      byUser: Object.fromEntries(USERS.map((user) => [user, count((note) => note.user === user)])),
      faults: [...this.#happened.values()].reduce((sum, times) => sum + times, 0),
      byKind: Object.fromEntries([...this.#happened].sort()),
      drains: this.#drains.length,
      longestDrain: Math.max(0, ...this.#drains),
    };
  }

  #violate(rule, text) {
    this.violations.push({ rule, text });
  }

  /** False if what had to come did not: then there is no going on. */
  async #unstuck(act) {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof Stuck)) throw error;
      const states = await Promise.all(this.#world.tabs.map((tab) => tab.state()));
      const locks = await this.#world.openTabs[0]?.locks();
      this.#violate("no standstill", `${error.message}; the tabs: ${JSON.stringify(states)}; locks: ${JSON.stringify(locks)}`);
      return false;
    }
  }

  async #fault(step) {
    const { kind, during, inner } = step;
    this.#log(`${kind}, tab ${step.tab}`);
    const happened = await FAULTS[kind].happen(this.#world, step, async () => {
      await this.#send(during);
      if (inner) await this.#fault(inner);
    });
    if (happened !== false) this.#happened.set(kind, (this.#happened.get(kind) ?? 0) + 1);
    this.#log(`${kind} ends`);
  }

  /** The tabs at once, each in the order of its bursts. */
  #send(bursts) {
    const { tabs } = this.#world;
    return Promise.all(
      bursts.map(async ({ tab, messages }) => {
        await tabs[tab].send(messages);
        // Marks share the queue with the messages.
        if (messages.length === 1) await tabs[tab].markAsRead(messages[0].conversationId);
      }),
    );
  }

  async #calm(after) {
    const took = await this.#world.calm();
    this.#drains.push(took);
    this.#log(`drained ${took} ms after ${after}`);
  }

  /** What was sent by those who still live is settled there, whichever tab sent it. */
  async #settledWhereItCan() {
    const { sent, notes, tabs } = this.#world;
    const due = [...sent].filter(([number, { by, life }]) => life === by.life && notes.get(number)?.persisted).map(([number]) => number);
    let missing = [];
    await this.#world
      .until("deliveries to settle", async () => {
        const { settled } = await tabs[0].kept();
        const done = new Set(settled.map(({ number }) => number));
        missing = due.filter((number) => !done.has(number));
        return missing.length === 0;
      })
      .catch((error) => {
        if (!(error instanceof Stuck)) throw error;
        for (const number of missing) this.#violate("settled", `${number} (${notes.get(number).id}) is settled by nobody`);
      });
  }
}
