// The servers that the loopback and the cold measurements talk to, in a process of their own: Socket.IO, and bare JSON at /plain.
//
// fork(server.mjs, [JSON]): { roundTrips, page } takes the round trips that are wanted and the port of a page's server, if any. It says
// { server, page }: ports by round trip. Those of 0 are the servers themselves.

import { createServer } from "node:http";

import { Server } from "socket.io";
import { WebSocketServer } from "ws";

import { delayed } from "./delay.mjs";
import { binaryMessage, message } from "./page/messages.js";

const SLICE = 100;
/** Bytes that wait for the socket before a flood waits as well. */
const FULL = 1 << 20;
const ACCEPTED = { ok: true };

/**
 * What both kinds of connection answer. `emit(message, done)` sends one to the client; `buffered()` is what its socket has not yet
 * taken. Names are those of events: `flood` sends so many messages and, where they are acknowledged, is answered after the last
 * acknowledgement; `expect` is answered once so many messages have come since it was last answered.
 */
function connection({ emit, buffered }) {
  let received = 0;
  let expected = null;
  const check = () => {
    if (expected === null || received < expected.count) return;
    const { done } = expected;
    received -= expected.count;
    expected = null;
    done(ACCEPTED);
  };
  return {
    sendMessage(_, done) {
      received++;
      done?.(ACCEPTED);
      check();
    },
    expect(count, done) {
      expected = { count, done };
      check();
    },
    forget(_, done) {
      received = 0;
      done(ACCEPTED);
    },
    async flood({ count, bytes, binary, acknowledged }, done) {
      const made = Array.from({ length: 16 }, (_, number) => (binary ? binaryMessage : message)(bytes, number));
      let unanswered = count;
      const answered = acknowledged ? () => --unanswered === 0 && done(ACCEPTED) : undefined;
      for (let sent = 0; sent < count; ) {
        for (const end = Math.min(sent + SLICE, count); sent < end; sent++) emit(made[sent % made.length], answered);
        do await new Promise(setImmediate);
        while (buffered() > FULL);
      }
      if (!acknowledged) done(ACCEPTED);
    },
  };
}

function serveSocketIo(http) {
  const io = new Server(http, { cors: { origin: "*" }, destroyUpgrade: false, serveClient: false });
  io.on("connection", (socket) => {
    socket.emit("hello", message(160, 0));
    const emit = (made, done) => (done ? socket.emit("message", made, done) : socket.emit("message", made));
    const actions = connection({ emit, buffered: () => socket.conn.transport.socket?.bufferedAmount ?? 0 });
    for (const [name, action] of Object.entries(actions)) socket.on(name, action);
  });
}

/** Frames: ["name", argument], [id, "name", argument] to here; ["message", argument], ["message", argument, id], [id, argument] from here; {"ack": id}. */
function servePlain(http) {
  const wss = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    if (/^\/plain\b/.test(request.url)) wss.handleUpgrade(request, socket, head, (ws) => wss.emit("connection", ws, request));
  });
  wss.on("connection", (ws, request) => {
    const waiting = [];
    const emit = (made, done) => {
      const binary = typeof made.content !== "string";
      const fields = ["message", binary ? { ...made, content: null } : made];
      ws.send(JSON.stringify(done ? [...fields, waiting.push(done) - 1] : fields));
      if (binary) ws.send(made.content);
    };
    const actions = connection({ emit, buffered: () => ws.bufferedAmount });
    ws.on("message", (data, binary) => {
      if (binary) return;
      const fields = JSON.parse(String(data));
      if (!Array.isArray(fields)) return waiting[fields.ack]();
      const id = typeof fields[0] === "number" ? fields.shift() : undefined;
      actions[fields[0]](fields[1], id === undefined ? undefined : (argument) => ws.send(JSON.stringify([id, argument])));
    });
    if (request.url.endsWith("?greet")) ws.send(JSON.stringify(["hello", message(160, 0)]));
  });
}

const http = createServer();
serveSocketIo(http);
servePlain(http);
await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
process.on("disconnect", () => process.exit());
const { roundTrips, page } = JSON.parse(process.argv[2]);
const ports = async (port) => {
  const entries = roundTrips.map(async (milliseconds) => [milliseconds, milliseconds === 0 ? port : await delayed(port, milliseconds)]);
  return Object.fromEntries(await Promise.all(entries));
};
process.send({ server: await ports(http.address().port), page: page === undefined ? null : await ports(page) });
