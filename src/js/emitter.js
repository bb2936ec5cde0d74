// Listeners: kept in JavaScript, so that finding and calling them costs no crossing.
import { report } from "../io/report.js";
import { invalidArgument } from "./errors.js";

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

export function requireFunction(listener) {
  if (typeof listener !== "function") throw invalidArgument("a listener must be a function");
}

/** As names of properties, "1" and 1 are the same event. */
const nameOf = (event) => (typeof event === "number" ? String(event) : event);

/** Events by name. A list is replaced, never changed, so that one that is being called stays as it was. */
export class Emitter {
  #lists = new Map();

  on(event, listener) {
    requireFunction(listener);
    const name = nameOf(event);
    this.#lists.set(name, [...(this.#lists.get(name) ?? NONE), listener]);
    return this;
  }

  once(event, listener) {
    requireFunction(listener);
    const wrapper = function (...args) {
      this.off(event, wrapper);
      listener.apply(this, args);
    };
    wrapper.fn = listener;
    return this.on(event, wrapper);
  }

  off(event, listener) {
    const name = nameOf(event);
    const list = this.#lists.get(name);
    if (arguments.length === 0) this.#lists.clear();
    else if (listener === undefined) this.#lists.delete(name);
    else if (list) {
      const at = list.findIndex((entry) => entry === listener || entry.fn === listener);
      const rest = list.filter((_, index) => index !== at);
      if (rest.length > 0) this.#lists.set(name, rest);
      else this.#lists.delete(name);
    }
    return this;
  }

  listeners(event) {
    return this.#lists.get(nameOf(event)) ?? [];
  }

  hasListeners(event) {
    return this.#lists.has(nameOf(event));
  }

  emit(event, ...args) {
    this._call(event, args);
    return this;
  }

  /** Calls the listeners of an event that this client makes itself. */
  emitReserved(event, ...args) {
    this._call(event, args);
  }

  _call(event, args) {
    const list = this.#lists.get(nameOf(event));
    if (list) callAll(list, this, args);
  }

  /** Whether nobody listens to anything. */
  get isSilent() {
    return this.#lists.size === 0;
  }
}

/** Vue leaves such objects as they are: a Proxy before one would not reach its private members. */
export const unproxied = ({ prototype }) => {
  prototype.__v_skip = true;
};

unproxied(Emitter);

for (const [name, alias] of [["on", "addEventListener"], ["off", "removeListener"], ["off", "removeAllListeners"], ["off", "removeEventListener"]]) {
  Emitter.prototype[alias] = Emitter.prototype[name];
}
