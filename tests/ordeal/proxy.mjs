// The link between the ordeal's browser and its server: a TCP proxy that can be cut, slow, or dead.
import { connect, createServer } from "node:net";

/** A chunk of this many bytes is no heartbeat: it has a message, or the token. */
const MORE_THAN_A_PONG = 60;

export class Proxy {
  /** The server's port; null refuses every connection. */
  target = null;
  /** Refuses every connection, too. */
  offline = false;
  /** Milliseconds by which every byte is late. */
  delay = 0;
  /** Whether new connections are dead, too. */
  hole = false;
  #connections = new Set();
  #listener = createServer((browser) => this.#accept(browser));
  #cutHalfway = null;

  async listen() {
    await new Promise((resolve) => this.#listener.listen(0, "127.0.0.1", resolve));
    return this.#listener.address().port;
  }

  close() {
    this.cut();
    return new Promise((resolve) => this.#listener.close(resolve));
  }

  /** Cuts the connections whose port, as the server sees it, is one of `ports`. */
  cut(ports) {
    for (const connection of [...this.#connections]) {
      if (!ports || ports.includes(connection.server.localPort)) connection.destroy();
    }
  }

  /** Resolves when the next message has been cut in the middle, and its connection with it. */
  cutHalfway() {
    return new Promise((resolve) => (this.#cutHalfway = resolve));
  }

  /** Nothing passes any more over what is connected now, and nobody is told. `hole`: nor over what will be. */
  die(hole) {
    this.hole = hole;
    for (const connection of this.#connections) connection.dead = true;
  }

  /** New connections live; the dead ones stay so. */
  revive() {
    this.hole = false;
  }

  get living() {
    return [...this.#connections].filter(({ dead }) => !dead).length;
  }

  #accept(browser) {
    if (this.target === null || this.offline) return void browser.resetAndDestroy();
    const server = connect(this.target, "127.0.0.1");
    const connections = this.#connections;
    const connection = {
      browser,
      server,
      dead: this.hole,
      destroy() {
        connections.delete(connection);
        browser.destroy();
        server.destroy();
      },
    };
    connections.add(connection);
    this.#forward(connection, browser, server);
    this.#forward(connection, server, browser);
  }

  #forward(connection, from, to) {
    from.setNoDelay();
    from.on("error", () => {}); // "close" follows
    from.on("data", (chunk) => {
      if (from === connection.browser && this.#cutHalfway && !connection.dead && chunk.length >= MORE_THAN_A_PONG) {
        to.write(chunk.subarray(0, chunk.length / 2), () => connection.destroy());
        this.#cutHalfway();
        this.#cutHalfway = null;
        return;
      }
      this.#later(connection, from, () => to.write(chunk));
    });
    from.on("close", () => this.#later(connection, from, () => connection.destroy()));
  }

  /** After the delay, in order whatever it changes to meanwhile; never, once the connection is dead. */
  #later(connection, from, act) {
    const line = (from.line ??= []);
    line.push({ due: Date.now() + this.delay, act });
    if (line.length === 1) this.#pass(connection, line);
  }

  #pass(connection, line) {
    for (; line.length > 0; line.shift()) {
      const left = line[0].due - Date.now();
      if (left > 0) return void setTimeout(() => this.#pass(connection, line), left);
      if (!connection.dead) line[0].act();
      else if (connection.browser.destroyed && connection.server.destroyed) connection.destroy();
    }
  }
}
