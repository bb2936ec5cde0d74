// Which tab sends: the Web Lock of the queue, or, where there are no locks, an agreement on who sends for tabs that are gone.
import { report } from "./report.js";

/** How long tabs have to answer, in milliseconds. Those that do not, closed or frozen, count as gone. */
const PATIENCE = 300;

export class Turn {
  #granted;
  #adopt;
  /** Undoes what was asked for last. */
  #giveBack = () => {};

  /** `granted(shared)` is called later, at most once for each `ask`; `adopt(tab)` for each tab that is gone. */
  constructor(granted, adopt) {
    this.#granted = granted;
    this.#adopt = adopt;
  }

  /** Asks for the turn of the queue of that name. `tab`: this one's number; `others`: returns those that have messages in storage; `shared`: each
   * sends its own, locks or not. */
  ask(name, tab, others, shared) {
    this.giveBack();
    const abort = new AbortController();
    const { signal } = abort;
    let release;
    this.#giveBack = () => {
      abort.abort();
      release?.();
    };
    const locks = globalThis.navigator?.locks;
    if (shared || locks === undefined) return queueMicrotask(() => this.#share(name, tab, others, signal));
    const hold = () =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        release = resolve;
        this.#granted(false);
      });
    // Rejects where it was given back before it was granted; and in documents that may not have locks at all.
    locks.request(name, { signal }, hold).catch(() => signal.aborted || this.#share(name, tab, others, signal));
  }

  /** There is nobody to share with. */
  take() {
    queueMicrotask(() => this.#granted(false));
  }

  giveBack() {
    const giveBack = this.#giveBack;
    this.#giveBack = () => {};
    giveBack();
  }

  #share(name, tab, others, signal) {
    if (signal.aborted) return;
    this.#granted(true);
    if (typeof BroadcastChannel === "undefined") return others().forEach((other) => this.#adopt(other));
    const channel = new BroadcastChannel(name);
    const here = new Set([tab]);
    const mine = [tab];
    let first = true;
    channel.onmessage = ({ data }) => {
      for (const other of data.tabs) here.add(other);
      // Of several that ask at once, one adopts.
      if (data.hello && data.tabs[0] < tab) first = false;
      if (data.hello) channel.postMessage({ tabs: mine });
    };
    channel.postMessage({ tabs: mine, hello: true });
    const timer = setTimeout(() => {
      for (const other of others()) {
        if (!first || here.has(other)) continue;
        mine.push(other);
        this.#adopt(other);
      }
    }, PATIENCE);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      channel.close();
    });
  }
}

const lockOf = (tab) => `socketio-wasm:tab:${tab}`;

/** Lets other tabs know that this one lives, until the function that it returns is called. */
export function stayHere(tab) {
  let leave;
  const gone = new Promise((resolve) => (leave = resolve));
  globalThis.navigator?.locks?.request(lockOf(tab), () => gone).catch(() => {});
  return leave;
}

/** Those that `ifGone` asks, one after the other. */
let asking = Promise.resolve();

/** Calls `act` later if a tab does not live, or nobody can tell. Of several in this page each is asked for by itself: none finds the lock with another. */
export function ifGone(tab, act) {
  const ask = () => {
    const locks = globalThis.navigator?.locks;
    return locks ? locks.request(lockOf(tab), { ifAvailable: true }, (lock) => lock && act()) : act();
  };
  asking = asking.then(ask).catch(act).catch(report);
}
