// Shared by the tests of socketio-wasm/server: a real Socket.IO server on loopback, the reference client, and gates to hold handlers up.

import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";

/** Starts a server whose users are who they say they are. `serve` gets each socket of `namespace`. */
export async function startServer(serve, namespace = "/", port = 0) {
  const http = createServer();
  const io = new Server(http, { transports: ["websocket"], serveClient: false });
  const space = io.of(namespace);
  space.use((socket, next) => {
    socket.data.userId = socket.handshake.auth.user;
    next();
  });
  space.on("connection", serve);
  await new Promise((resolve) => http.listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${http.address().port}`;
  const clients = [];
  return {
    io,
    url,
    /** Resolves to a connected client of that user. */
    async connect(user, options = {}) {
      const client = open(url + namespace, user, options);
      clients.push(client);
      await connected(client);
      return client;
    },
    async close() {
      for (const client of clients) client.disconnect();
      await io.close();
    },
  };
}

export function open(url, user, options = {}) {
  return connect(url, { transports: ["websocket"], forceNew: true, reconnection: false, auth: { user }, ...options });
}

export function connected(client) {
  return new Promise((resolve, reject) => client.once("connect", resolve).once("connect_error", reject));
}

export const send = (client, message, event = "sendMessage") => client.timeout(10_000).emitWithAck(event, message);

export const message = (id, content = "hello", conversationId = "general") => ({ id, conversationId, content });

/** Something to wait for, and the function that ends the waiting. */
export function gate() {
  let open;
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Resolves once the condition holds; fails with its text otherwise. */
export async function until(condition) {
  for (const end = Date.now() + 10_000; !(await condition()); await delay(2)) {
    if (Date.now() > end) throw new Error(`still not: ${condition}`);
  }
}
