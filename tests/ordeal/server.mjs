// The ordeal's chat server, a process of its own: socket.io with the package's "socketio-wasm/server", whose store is the database, so that a
// message and what is known of its id are one write. Its parent tells it what to do by {act, …} and hears {event, …}.
//
// Records in the database:
//   message   accepted: user (as whom the connection was authenticated), id, the message as it came, over which port of the proxy and at what
//             time, and with the helper also key and answer
//   again     the helper had answered, or was about to answer, this id
//   overlap   an id came over one connection although another one, over which it had come before, was alive after that: it answered a
//             ping that was sent later. Two tabs then flushed one queue.
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Server } from "socket.io";
import { Database } from "./database.mjs";
import { authenticate } from "./tokens.mjs";

const { values } = parseArgs({ options: { file: { type: "string" }, generations: { type: "string" }, helper: { type: "string" } } });
const { once } = values.helper ? await import(values.helper) : {};
const database = new Database(values.file);

const tell = (event, more) => process.send({ event, ...more });
/** By user, the oldest tokens that are accepted. */
let generations = JSON.parse(values.generations);
/** What to do when the next messages have been stored, before they are acknowledged: nothing, "die" or "hold". */
let armed = null;
let release = () => {};

const waiting = [];
let writing = null;

/** Stores what has come, several records at a time, in the order in which they came. */
const commit = () => (writing ??= write().finally(() => (writing = null)));

async function write() {
  while (waiting.length > 0) {
    const batch = waiting.splice(0);
    await database.append(batch.map(({ record }) => record));
    const messages = batch.filter(({ record }) => record.kind === "message");
    if (armed !== null && messages.length > 0) {
      if (armed === "die") process.kill(process.pid, "SIGKILL");
      armed = null;
      const released = new Promise((resolve) => (release = resolve));
      tell("held", { ports: [...new Set(messages.map(({ record }) => record.port))] });
      await released;
    }
    for (const { stored } of batch) stored();
  }
}

/** Resolves when it is on the disk. */
function store(record) {
  return new Promise((stored) => {
    waiting.push({ record, stored });
    void commit();
  });
}

const answers = new Map(database.records.filter(({ key }) => key).map(({ key, answer }) => [key, answer]));

/** The helper's store: what a handler does is to complete the record, which is written together with the answer. */
const answerStore = {
  async run(key, work) {
    if (answers.has(key)) return answers.get(key);
    const transaction = { record: null };
    const answer = await work(transaction);
    await store({ ...transaction.record, key, answer });
    answers.set(key, answer);
    return answer;
  },
};

/** Over which connection an id came last. */
const carriers = new Map();

/** A connection: how many pings it was sent, and what may prove to have overlapped with it. */
class Carrier {
  open = true;
  pings = 0;
  suspects = [];
  #audits = [];

  constructor(engine) {
    engine.on("packetCreate", ({ type }) => (this.pings += Number(type === "ping")));
    engine.on("heartbeat", () => this.#alive());
    engine.on("close", () => {
      this.open = false;
      this.#audits.forEach(({ done }) => done());
    });
  }

  carry(user, id) {
    const key = JSON.stringify([user, id]);
    const before = carriers.get(key);
    if (before?.open && before !== this) before.suspects.push({ pings: before.pings, record: { kind: "overlap", user, id } });
    carriers.set(key, this);
  }

  /** Resolves when it has answered a ping that is sent after this, or has closed. */
  audit() {
    return this.open && new Promise((done) => this.#audits.push({ done, pings: this.pings }));
  }

  #alive() {
    const answersLater = ({ pings }) => this.pings > pings;
    for (const { record } of this.suspects.filter(answersLater)) void store(record);
    this.suspects = this.suspects.filter((suspect) => !answersLater(suspect));
    this.#audits.filter(answersLater).forEach(({ done }) => done());
  }
}

const ACCEPTED = { ok: true };
const portOf = (socket) => socket.request.socket.remotePort;
const recordOf = (socket, message) => ({ kind: "message", user: socket.data.userId, id: message.id, message, port: portOf(socket), at: Date.now() });
const tellOthers = (socket, message) => socket.to(message.conversationId).emit("message", { ...message, senderId: socket.data.userId });

const exactlyOnce =
  once?.({ store: answerStore, onRepeat: (_answer, { user, id }) => void store({ kind: "again", user, id }) }, function (message, context) {
    context.transaction.record = recordOf(this, message);
    context.afterCommit(() => tellOthers(this, message));
    return ACCEPTED;
  });

async function atLeastOnce(message, acknowledge) {
  await store(recordOf(this, message));
  tellOthers(this, message);
  acknowledge(ACCEPTED);
}

const http = createServer().listen(0, "127.0.0.1", () => tell("listening", { port: http.address().port }));
const io = new Server(http, {
  path: "/socket/notification",
  serveClient: false,
  transports: ["websocket"],
  pingInterval: 300,
  pingTimeout: 500,
});

io.use((socket, next) => {
  const user = authenticate(socket.handshake.auth.token, generations);
  if (user === null) return next(Object.assign(new Error("the token has expired"), { data: { code: 401 } }));
  socket.data.userId = user;
  next();
});

const open = new Set();
io.on("connection", (socket) => {
  const carrier = new Carrier(socket.conn);
  open.add(carrier);
  socket.on("disconnect", () => open.delete(carrier));
  socket.on("joinConversation", ({ conversationId }, answer) => {
    socket.join(conversationId);
    answer(ACCEPTED);
  });
  socket.on("markAsRead", (_mark, answer) => answer(ACCEPTED));
  socket.on("sendMessage", ({ id }) => carrier.carry(socket.data.userId, id));
  socket.on("sendMessage", exactlyOnce ?? atLeastOnce);
});

const ACTS = {
  generations: (message) => (generations = message.generations),
  arm: ({ what }) => (armed = what),
  release: () => release(),
  async audit() {
    armed = null;
    release();
    await Promise.all([...open].map((carrier) => carrier.audit()));
    await commit();
    tell("audited");
  },
};
process.on("message", ({ act, ...message }) => ACTS[act](message));
process.on("disconnect", () => process.exit());
