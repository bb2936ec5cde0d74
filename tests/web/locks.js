// Web Locks that are granted in a microtask, in the order of the requests, so that virtual time does not wait for the browser.

export class Locks {
  #held = new Set();
  #waiting = [];

  request(name, ...more) {
    const hold = more.pop();
    const { signal, ifAvailable } = more.pop() ?? {};
    return new Promise((resolve, reject) => {
      if (ifAvailable && this.#held.has(name)) return queueMicrotask(() => resolve(hold(null)));
      const entry = { name, run: () => Promise.resolve(hold({ name })).then(resolve, reject) };
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
    const at = this.#waiting.findIndex(({ name }) => !this.#held.has(name));
    if (at < 0) return;
    const [{ name, run }] = this.#waiting.splice(at, 1);
    this.#held.add(name);
    await run();
    this.#held.delete(name);
    this.#grant();
  }
}
