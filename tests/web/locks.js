// Web Locks that are granted in a microtask, in the order of the requests, so that virtual time does not wait for the browser.

export class Locks {
  /** Requests that hold their lock, and those that wait for theirs. */
  #held = new Set();
  #waiting = [];

  request(name, ...more) {
    const hold = more.pop();
    const { signal, ifAvailable } = more.pop() ?? {};
    return new Promise((resolve, reject) => {
      const entry = { name, ifAvailable, run: (lock) => Promise.resolve(hold(lock)).then(resolve, reject) };
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

  async #grant() {
    const isFree = ({ name }) => ![...this.#held].some((held) => held.name === name);
    const at = this.#waiting.findIndex((entry) => entry.ifAvailable || isFree(entry));
    if (at < 0) return;
    const [entry] = this.#waiting.splice(at, 1);
    if (!isFree(entry)) return entry.run(null);
    this.#held.add(entry);
    await entry.run({ name: entry.name });
    this.#held.delete(entry);
    this.#grant();
  }
}
