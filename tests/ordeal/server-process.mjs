// The ordeal's server as a process that is killed and started again on the same database.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath, pathToFileURL } from "node:url";

const PROGRAM = fileURLToPath(new URL("server.mjs", import.meta.url));

export class ServerProcess {
  #options;
  #child = null;
  #exited;
  /** Why it ended by itself, which it must not. */
  failure = null;

  /** `file`: the database; `helper`: the package's server.js, or null; `proxy` is told where it is, `site` knows which tokens are good. */
  constructor(options) {
    this.#options = options;
  }

  async start() {
    const { file, helper, proxy, site } = this.#options;
    const flags = { file, generations: JSON.stringify(site.generations), ...(helper && { helper: pathToFileURL(helper).href }) };
    const child = fork(PROGRAM, Object.entries(flags).map(([name, value]) => `--${name}=${value}`));
    this.#child = child;
    this.#exited = once(child, "exit").then(([code]) => {
      proxy.target = null;
      if (code !== null) this.failure = new Error(`the server ended by itself, with exit code ${code}`);
    });
    const listening = await Promise.race([this.#heard("listening"), this.#exited]);
    if (!listening) throw this.failure;
    proxy.target = listening.port;
  }

  kill() {
    this.#child?.kill("SIGKILL");
    return this.#exited;
  }

  /** Resolves when it has stored the next message and died instead of acknowledging it. */
  dieAtNextMessage() {
    this.#send({ act: "arm", what: "die" });
    return this.#exited;
  }

  /** Resolves to the ports of the connections whose messages it has stored and will not acknowledge before `release`. */
  async holdNextMessage() {
    this.#send({ act: "arm", what: "hold" });
    const { ports } = await this.#heard("held");
    return ports;
  }

  release() {
    this.#send({ act: "release" });
  }

  /** To be called when the site's have changed. */
  tellGenerations() {
    this.#send({ act: "generations", generations: this.#options.site.generations });
  }

  /** Resolves when every connection has proved that it lives, or has ended, and that is in the database. */
  audit() {
    this.#send({ act: "audit" });
    return this.#heard("audited");
  }

  #send(message) {
    if (this.#child.connected) this.#child.send(message, () => {}); // killed meanwhile
  }

  #heard(event) {
    const child = this.#child;
    return new Promise((resolve) => {
      child.on("message", function listen(message) {
        if (message.event !== event) return;
        child.off("message", listen);
        resolve(message);
      });
    });
  }
}
