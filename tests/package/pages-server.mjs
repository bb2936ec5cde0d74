// The Socket.IO servers behind the three pages of pages.test.mjs.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import msgpack from "socket.io-msgpack-parser";
import { Server } from "socket.io";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const after = (delay) => new Promise((resolve) => setTimeout(resolve, delay));

function chat(io) {
  const said = new Map();
  const membersOf = async (room) => (await io.in(room).fetchSockets()).map(({ data }) => data.name).sort();
  io.on("connection", (socket) => {
    const { name } = (socket.data = socket.handshake.auth);
    socket.on("join", async (room, done) => {
      await socket.join(room);
      socket.to(room).emit("joined", room, name);
      done({ members: await membersOf(room), messages: said.get(room) ?? [] });
    });
    socket.on("leave", (room, done) => {
      socket.leave(room);
      done([...socket.rooms].filter((other) => other !== socket.id));
    });
    socket.on("say", (room, message, done) => {
      said.set(room, [...(said.get(room) ?? []), message]);
      socket.to(room).emit("message", room, message);
      done({ position: said.get(room).length });
    });
    socket.on("typing", (room) => socket.to(room).volatile.emit("typing", room, name));
    socket.on("who", async (room, done) => done(await membersOf(room)));
    socket.on("roll call", async (room, how, done) => done((await io.in(room).timeout(5000).emitWithAck("are you there", how)).sort()));
    socket.on("take your time", (delay, done) => setTimeout(done, delay, "done"));
    socket.on("cut me off", () => socket.conn.transport.close());
    socket.on("throw out", async (who) => {
      for (const other of await io.fetchSockets()) if (other.data.name === who) other.disconnect(true);
    });
    socket.on("disconnecting", () => socket.rooms.forEach((room) => socket.to(room).emit("gone", room, name)));
  });
}

function uploads(io) {
  const files = new Map();
  const kept = [];
  let fragile = true;
  const describe = (value) => {
    if (Buffer.isBuffer(value)) return [...value];
    if (value === null || typeof value !== "object") return value;
    return Array.isArray(value) ? value.map(describe) : Object.fromEntries(Object.entries(value).map(([name, member]) => [name, describe(member)]));
  };
  io.of("/uploads").on("connection", (socket) => {
    socket.emit("session", socket.handshake.auth.session);
    socket.on("begin", ({ name, size }, done) => {
      if (!files.has(name)) files.set(name, { size, bytes: Buffer.alloc(0) });
      done({ offset: files.get(name).bytes.length });
    });
    socket.on("chunk", ({ name, offset, data }, done) => {
      const file = files.get(name);
      if (name === "fragile.bin" && fragile && offset > file.size / 2) {
        fragile = false;
        return socket.conn.transport.close();
      }
      if (offset === file.bytes.length) file.bytes = Buffer.concat([file.bytes, data]);
      socket.emit("progress", { name, received: file.bytes.length });
      done({ offset: file.bytes.length });
    });
    socket.on("finish", ({ name }, done) => done({ sha256: sha256(files.get(name).bytes) }));
    socket.on("describe", (...values) => values.pop()(describe(values), Buffer.from("an answer in bytes")));
    socket.on("download", async (name, done) => {
      const { bytes } = files.get(name);
      for (let at = 0, size = 70_000; at < bytes.length; at += size) {
        await socket.timeout(5000).emitWithAck("part", { data: bytes.subarray(at, at + size), last: at + size >= bytes.length });
      }
      done({ sha256: sha256(bytes) });
    });
    socket.on("keep", ({ note, data }) => kept.push([note, data.length]));
    socket.on("kept", (done) => done(kept.splice(0)));
  });
}

function dashboard(io) {
  const refuse = (message, data) => Object.assign(new Error(message), { data });
  const signedIn = (socket, next) => {
    const { token } = socket.handshake.auth;
    next(token === "expired" ? refuse("the token has expired", { code: "TOKEN_EXPIRED", retry: true }) : undefined);
  };
  const metrics = io.of("/metrics").use(signedIn);
  const admin = io.of("/admin").use(signedIn).use(async ({ conn, handshake }, next) => {
    // Two namespaces that connect at once are answered in an order that depends on chance: here administrators are let in last.
    if (!conn.subscribed) await once(conn, "subscribed");
    const { role } = handshake.auth;
    next(role === "admin" ? undefined : refuse("forbidden", { code: "FORBIDDEN", role, needs: ["admin"] }));
  });
  metrics.on("connection", (socket) => {
    socket.on("subscribe", ({ series, since, limit }, done) => {
      done({ series, since });
      for (let at = 0; at < limit; at += 1) socket.emit("sample", { load: at / 4, at: new Date(at * 1000), of: series[0] });
      socket.emit("histogram", Buffer.from([0, 1, 4, 9, 16]));
      socket.conn.subscribed = true;
      socket.conn.emit("subscribed");
    });
    socket.on("ping me", (what, done) => done(what));
    socket.on("end admin sessions", () => admin.disconnectSockets());
    socket.on("cut", () => socket.conn.transport.close());
  });
  admin.on("connection", (socket) => {
    socket.emit("services", [{ name: "db", state: "up" }, { name: "web", state: "up" }]);
    socket.on("restart", async ({ service, ...how }, done) => {
      if (service !== "db") return done({ error: "no such service", service });
      const [seen] = await metrics.timeout(5000).emitWithAck("alert", { text: `${service} restarts`, level: 2, how });
      done({ ok: true, seen });
    });
    socket.on("config", async (name, bytes, done) => {
      // The last one is answered first.
      await after(name === "a" ? 60 : name === "b" ? 30 : 0);
      done({ name, bytes });
    });
    socket.on("who", (done) => done(socket.handshake.auth));
  });
}

const SERVERS = {
  chat: [chat, {}],
  upload: [uploads, { maxHttpBufferSize: 300_000 }],
  dashboard: [dashboard, { parser: msgpack }],
};

/** Starts a page's server on loopback. Resolves to {url, close}. */
export async function startFor(page) {
  const [serve, options] = SERVERS[page];
  const http = createServer();
  const io = new Server(http, { cors: { origin: "*" }, ...options });
  serve(io);
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${http.address().port}`, close: () => io.close() };
}
