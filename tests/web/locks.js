// Web Locks that are granted in a microtask, in the order of the requests, so that virtual time does not wait for the browser.

export class Locks {
  /** Requests that hold their lock, and those that wait for theirs. */
  #held = new Set();
  #waiting = [];

  request(name, ...more) {
    const hold = more.pop();
    const { signal, mode = "exclusive" } = more.pop() ?? {};
    return new Promise((resolve, reject) => {
      const entry = { name, mode, run: () => Promise.resolve(hold({ name })).then(resolve, reject) };
      signal?.addEventListener("abort", () => {
        const at = this.#waiting.indexOf(entry);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        reject(signal.reason);
      });
      this.#waiting.push(entry);
      queueMicrotask(() => this.#grant());
    });
  }

  #isFree({ name, mode }) {
    return ![...this.#held].some((held) => held.name === name && (held.mode === "exclusive" || mode === "exclusive"));
  }

  async #grant() {
    const at = this.#waiting.findIndex((entry) => this.#isFree(entry));
    if (at < 0) return;
    const [entry] = this.#waiting.splice(at, 1);
    this.#held.add(entry);
    await entry.run();
    this.#held.delete(entry);
    this.#grant();
  }
}
