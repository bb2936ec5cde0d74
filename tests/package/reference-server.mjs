// The Socket.IO server that both clients of reference.test.mjs talk to.
import { createServer } from "node:http";
import msgpack from "socket.io-msgpack-parser";
import { Server } from "socket.io";

function events(socket) {
  socket.on("echo", (...args) => socket.emit("echoed", ...args));
  socket.on("ask", (...args) => args.pop()(...args));
  socket.on("auth", (done) => done(socket.handshake.auth));
  socket.on("silent", () => {});
  let count = 0;
  socket.on("count", (what, done) => done(what, ++count));
  socket.on("question me", async (...args) => socket.emit("answered", await socket.timeout(5000).emitWithAck("question", ...args)));
  socket.on("message", (...args) => socket.send(...args));
  socket.on("name by number", () => socket.emit(7, "days"));
  socket.on("cut", () => socket.conn.transport.close());
  socket.on("cut politely", () => socket.disconnect(true));
  socket.on("cut namespace", () => socket.disconnect());
  socket.on("news please", (n) => socket.nsp.emit("news", n));
  socket.on("news soon", (n) => {
    const tell = () => socket.nsp.emit("news", n);
    socket.on("disconnecting", tell);
  });
}

function serve(http, options) {
  const io = new Server(http, { cors: { origin: "*" }, ...options });
  io.of("/admin").use((socket, next) => {
    const { token } = socket.handshake.auth;
    next(token === "right" ? undefined : Object.assign(new Error("not this token"), { data: { token: token ?? null } }));
  });
  for (const name of ["/", "/other", "/admin"]) io.of(name).on("connection", events);
  return io;
}

/** {urls, close}: three servers on loopback, the second with connection state recovery, the third with another parser. */
export async function start() {
  const servers = [{}, { connectionStateRecovery: {} }, { parser: msgpack }].map((options) => {
    const http = createServer();
    return { http, io: serve(http, options) };
  });
  for (const { http } of servers) await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  const urls = servers.map(({ http }) => `http://127.0.0.1:${http.address().port}`);
  return { urls, close: () => Promise.all(servers.map(({ io }) => io.close())) };
}
