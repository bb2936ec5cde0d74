// Virtual time: timers fire only when a test lets time pass, in the order of their times, and Date.now follows.

const real = { now: Date.now, set: globalThis.setTimeout, clear: globalThis.clearTimeout };
const START = Date.parse("2026-03-01T12:00:00.000Z");
const REAL_LIMIT = 5_000;

/** A turn of the event loop, so that promises and tasks that were due are done. */
export const turn = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

export class Time {
  now = START;
  #timers = new Map();
  #last = 0;

  /** Takes the place of the browser's. `stub`: see World. */
  install(stub) {
    stub(Date, "now", () => this.now);
    stub(globalThis, "setTimeout", (act, delay = 0, ...args) => this.#set(() => act(...args), delay));
    stub(globalThis, "setInterval", (act, delay = 0, ...args) => this.#set(() => act(...args), delay, delay));
    const clear = (timer) => void this.#timers.delete(timer);
    stub(globalThis, "clearTimeout", clear);
    stub(globalThis, "clearInterval", clear);
  }

  /** How many timers are set. */
  get timers() {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer fires. */
  get next() {
    return Math.min(...[...this.#timers.values()].map(({ at }) => at)) - this.now;
  }

  /** Time goes on without any timer: the machine was suspended, or the page was frozen. */
  jump(ms) {
    this.now += ms;
  }

  /** Lets time pass. */
  async pass(ms) {
    const end = this.now + ms;
    await turn();
    for (let due = this.#due(end); due; due = this.#due(end)) {
      this.#fire(due);
      await turn();
    }
    this.now = Math.max(this.now, end);
  }

  /** Lets time pass until `condition` holds. Fails where nothing is left that could bring it about, or virtual minutes go by. */
  async until(condition, what = String(condition)) {
    const end = this.now + 300_000;
    for (;;) {
      if (condition()) return;
      await turn();
      if (condition()) return;
      const due = this.#due(end);
      if (!due) throw new Error(`did not happen: ${what}`);
      this.#fire(due);
    }
  }

  #set(act, delay, every) {
    const timer = ++this.#last;
    this.#timers.set(timer, { act, at: this.now + Math.max(0, Number(delay) || 0), every });
    return timer;
  }

  #due(end) {
    let first;
    for (const [timer, { at }] of this.#timers) if (at <= end && !(first?.at <= at)) first = { timer, at };
    return first?.timer;
  }

  #fire(timer) {
    const entry = this.#timers.get(timer);
    this.now = Math.max(this.now, entry.at);
    if (entry.every === undefined) this.#timers.delete(timer);
    else entry.at += Math.max(1, entry.every);
    entry.act();
  }
}

/** The browser's own time, for what no virtual time reaches. It counts timers. */
export class RealTime {
  #timers = new Set();

  install(stub) {
    stub(globalThis, "setTimeout", (act, delay) => {
      const timer = real.set.call(globalThis, () => {
        this.#timers.delete(timer);
        act();
      }, delay);
      this.#timers.add(timer);
      return timer;
    });
    stub(globalThis, "clearTimeout", (timer) => {
      this.#timers.delete(timer);
      real.clear.call(globalThis, timer);
    });
  }

  get timers() {
    return this.#timers.size;
  }

  async until(condition, what = String(condition)) {
    const end = performance.now() + REAL_LIMIT;
    while (!condition()) {
      if (performance.now() > end) throw new Error(`did not happen: ${what}`);
      await new Promise((resolve) => real.set.call(globalThis, resolve, 5));
    }
  }
}
