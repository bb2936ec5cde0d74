// A TCP balancer without sticky sessions: each connection goes to the next node that takes it.
import { once } from "node:events";
import { connect, createServer } from "node:net";

export class Balancer {
  #nodes;
  #turn = 0;
  #connections = new Set();
  #server = createServer((client) => this.#accept(client));

  /** `nodes`: those with a `port`, in their order. */
  constructor(nodes) {
    this.#nodes = nodes;
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this.#server.address().port;
  }

  close() {
    for (const socket of this.#connections) socket.destroy();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  async #accept(client) {
    this.#own(client);
    for (const _ of this.#nodes) {
      const node = connect(this.#nodes[this.#turn++ % this.#nodes.length].port, "127.0.0.1");
      this.#own(node);
      try {
        await once(node, "connect");
      } catch {
        continue;
      }
      for (const [from, to] of [[client, node], [node, client]]) {
        from.on("close", () => to.destroy());
        from.pipe(to);
      }
      return;
    }
    client.destroy();
  }

  #own(socket) {
    this.#connections.add(socket);
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => this.#connections.delete(socket));
  }
}
