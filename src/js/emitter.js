// Listeners: kept in JavaScript, so that finding and calling them costs no crossing.
import { invalidArgument } from "./errors.js";

/** Reports what a listener threw as an uncaught exception is reported, and lets the next one run. */
export function report(error) {
  if (typeof reportError === "function") return reportError(error);
  setTimeout(() => {
    throw error;
  });
}

/** Calls each of a list of listeners that nobody changes meanwhile. */
export function callAll(listeners, self, args) {
  for (const listener of listeners) {
    try {
      listener.apply(self, args);
    } catch (error) {
      report(error);
    }
  }
}

const NONE = [];

function requireFunction(listener) {
  if (typeof listener !== "function") throw invalidArgument("a listener must be a function");
}

/** Events by name. A list is replaced, never changed, so that one that is being called stays as it was. */
export class Emitter {
  #lists = new Map();

  on(event, listener) {
    requireFunction(listener);
    this.#lists.set(event, [...this.listeners(event), listener]);
    return this;
  }

  once(event, listener) {
    const wrapper = function (...args) {
      this.off(event, wrapper);
      listener.apply(this, args);
    };
    wrapper.fn = listener;
    return this.on(event, wrapper);
  }

  off(event, listener) {
    if (event === undefined) this.#lists.clear();
    else if (listener === undefined) this.#lists.delete(event);
    else {
      const list = this.listeners(event);
      const at = list.findIndex((entry) => entry === listener || entry.fn === listener);
      if (at >= 0) this.#lists.set(event, list.toSpliced?.(at, 1) ?? list.filter((_, index) => index !== at));
    }
    return this;
  }

  listeners(event) {
    return this.#lists.get(event) ?? NONE;
  }

  hasListeners(event) {
    return this.listeners(event).length > 0;
  }

  /** Calls the listeners of an event that this client makes itself. */
  emitReserved(event, ...args) {
    callAll(this.listeners(event), this, args);
  }
}

for (const [name, alias] of [["on", "addEventListener"], ["off", "removeListener"], ["off", "removeAllListeners"], ["off", "removeEventListener"]]) {
  Emitter.prototype[alias] = Emitter.prototype[name];
}

/** One event without a name. */
export class Listeners {
  #list = NONE;

  /** Returns the function that removes the listener again. */
  add(listener) {
    requireFunction(listener);
    // Wrapped, so that the same function can be added twice and removed once.
    const entry = (...args) => listener(...args);
    this.#list = [...this.#list, entry];
    return () => {
      this.#list = this.#list.filter((other) => other !== entry);
    };
  }

  call(...args) {
    callAll(this.#list, undefined, args);
  }

  clear() {
    this.#list = NONE;
  }
}
