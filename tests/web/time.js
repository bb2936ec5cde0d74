// Virtual time: timers fire only when a test lets time pass, in the order of their times, and Date.now follows.

const START = Date.parse("2026-03-01T12:00:00.000Z");
/** A longer delay than a timer can take is none, as in browsers. */
const LONGEST = 2 ** 31 - 1;
const PATIENCE = 300_000;
/** How often the time may be asked for between two turns. */
const TOO_OFTEN = 100_000;

/** Far from the browser's own, which may have to be told apart from ours. */
const FIRST_ID = 1_000_000_000;
/** WebKit's driver keeps watch over the scripts that it runs by a timer of the page's. It is not the client's, and goes by real time. */
const DRIVER = /\bevaluateJavaScriptFunction@/;

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
  /** What Date.now says. */
  now = START;
  /** What timers go by: the wall clock can be set, this only goes on. */
  #elapsed = 0;
  #timers = new Map();
  #last = FIRST_ID;
  #asked = 0;

  /** Takes the place of the browser's. `stub`: see World. */
  install(stub) {
    stub(Date, "now", () => {
      this.#asked += 1;
      if (this.#asked > TOO_OFTEN) throw new Error("spins: it asks for the time again and again, and lets none pass");
      return this.now;
    });
    const { setTimeout, clearTimeout } = globalThis;
    stub(globalThis, "setTimeout", (act, delay, ...args) => (DRIVER.test(new Error().stack) ? setTimeout(act, delay, ...args) : this.#set(() => act(...args), delay)));
    stub(globalThis, "setInterval", (act, delay, ...args) => this.#set(() => act(...args), delay, true));
    const clear = (timer) => void (this.#timers.delete(timer) || clearTimeout(timer));
    stub(globalThis, "clearTimeout", clear);
    stub(globalThis, "clearInterval", clear);
  }

  /** In how many milliseconds each timer fires. */
  get due() {
    return [...this.#timers.values()].map(({ at }) => at - this.#elapsed);
  }

  /** The wall clock goes on, or is set, without any timer: the machine was suspended, or somebody has set the clock. */
  jump(ms) {
    this.now += ms;
  }

  /** Lets time pass. */
  async pass(ms) {
    const end = this.#elapsed + ms;
    await this.#turn();
    for (let due = this.#due(end); due; due = this.#due(end)) {
      this.#fire(due);
      await this.#turn();
    }
    this.#advance(end);
  }

  /** Lets time pass until `condition` holds. Fails where nothing is left that could bring it about, or virtual minutes go by. */
  async until(condition, what = String(condition)) {
    const end = this.#elapsed + PATIENCE;
    for (;;) {
      if (condition()) return;
      await this.#turn();
      if (condition()) return;
      const due = this.#due(end);
      if (!due) throw new Error(`did not happen: ${what}`);
      this.#fire(due);
    }
  }

  async #turn() {
    this.#asked = 0;
    await turn();
  }

  #advance(to) {
    this.now += Math.max(0, to - this.#elapsed);
    this.#elapsed = Math.max(this.#elapsed, to);
  }

  #set(act, delay, repeats = false) {
    const timer = ++this.#last;
    const ms = Number(delay) > 0 && delay <= LONGEST ? Number(delay) : 0;
    this.#timers.set(timer, { act, at: this.#elapsed + ms, every: repeats ? Math.max(1, ms) : 0 });
    return timer;
  }

  #due(end) {
    let first;
    for (const [timer, { at }] of this.#timers) if (at <= end && !(first?.at <= at)) first = { timer, at };
    return first?.timer;
  }

  #fire(timer) {
    const entry = this.#timers.get(timer);
    this.#advance(entry.at);
    if (entry.every) entry.at += entry.every;
    else this.#timers.delete(timer);
    try {
      entry.act();
    } catch (error) {
      self.dispatchEvent(new ErrorEvent("error", { error, cancelable: true }));
    }
  }
}
