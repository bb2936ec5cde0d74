// What applications do with socket.io-client, done with a client of that interface: each scenario logs what it sees, for comparison.
// `io`, `Manager`, `Socket`: the client's exports. `url`: one of the servers of tests/package/reference-server.mjs.

const plain = (value) => {
  if (value instanceof Error) return { error: value.message, ...(value.data === undefined ? {} : { data: value.data }) };
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (ArrayBuffer.isView(value)) return plain(value.slice().buffer);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "function") return "function";
  if (value?.constructor === Object) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  return value;
};

/** [log, lines] of one run. */
function logger() {
  const lines = [];
  return [(...what) => void lines.push(plain(what)), lines];
}

/** Resolves when the event comes; rejects in good time for the test to say of what. */
const event = (emitter, name) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`"${name}" did not come`)), 8000);
    emitter.once(name, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });

/** The reference does some of its work in later tasks. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 50));

// The reference writes into the options that it is given.
const FAST = { transports: ["websocket"], forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 40, randomizationFactor: 0 };
const MANAGER = ["open", "error", "close", "reconnect_attempt", "reconnect", "reconnect_error", "reconnect_failed"];

/** Logs what a socket and its manager tell. */
function watch(log, socket, name = socket.nsp) {
  socket.on("connect", () => log(name, "connect", typeof socket.id, socket.connected, socket.active, socket.recovered === true));
  socket.on("disconnect", (reason, details) => log(name, "disconnect", reason, details?.description, socket.id, socket.connected, socket.active));
  socket.on("connect_error", (error) => log(name, "connect_error", error, socket.active));
}

function watchManager(log, manager) {
  for (const name of MANAGER) manager.on(name, (...args) => log("manager", name, args[0]));
}

export const scenarios = {
  async "events, acknowledgements and catch-all listeners"({ io }, url, log) {
    const socket = io(url, { ...FAST });
    watch(log, socket);
    socket.onAny((...args) => log("any", ...args));
    socket.prependAny((name) => log("any first", name));
    socket.onAnyOutgoing((...args) => log("out", ...args));
    socket.prependAnyOutgoing((name) => log("out first", name));
    socket.emit("echo", "buffered", 1);
    log("buffer", socket.sendBuffer.length, socket.sendBuffer[0].data, socket.sendBuffer[0].type);
    await event(socket, "echoed");
    log("buffer", socket.sendBuffer.length);
    socket.emit("ask", { a: [1, null, "é😀"] }, (...answer) => log("ack", ...answer));
    log("answer", await socket.emitWithAck("ask", 2));
    log("answer", await socket.timeout(5000).emitWithAck("ask", 3));
    socket.timeout(5000).emit("ask", 4, (...answer) => log("ack", ...answer));
    await socket.emitWithAck("ask");
    log("late", await socket.timeout(30).emitWithAck("silent").catch((error) => error));
    socket.on("question", (number, ack) => ack(number + 1, "twice"));
    socket.emit("question me", 41);
    log("answered", await event(socket, "answered"));
    socket.send("one", "two");
    log(await event(socket, "message"));
    socket.compress(false).volatile.emit("echo", "volatile");
    await event(socket, "echoed");
    socket.offAny().offAnyOutgoing();
    log(socket.listenersAny().length, socket.listenersAnyOutgoing().length);
    for (const name of ["connect", "disconnect", "newListener"]) {
      try {
        socket.emit(name);
      } catch (error) {
        log(error);
      }
    }
    const packets = [];
    socket.io.on("packet", ({ type, nsp, data, id }) => packets.push([type, nsp, data, id]));
    log(await socket.emitWithAck("ask", 5));
    socket.emit("question me", 6);
    await event(socket, "answered");
    // The reference shows what it has made of the arguments meanwhile: an error before an answer, a function behind those of a question.
    const original = (type, data) => (type === 3 ? data.at(-1) : data.filter((one) => typeof one !== "function"));
    log(packets.map(([type, nsp, data, id]) => [type, nsp, original(type, data), typeof id]));
    socket.io.off("packet");
    socket.disconnect();
    log(socket.connected, socket.disconnected, socket.active, socket.id);
  },

  async "binary both ways"({ io }, url, log) {
    const socket = io(url, { ...FAST });
    const bytes = new Uint8Array([0, 1, 2, 3]);
    const parts = [bytes, bytes.buffer, new DataView(bytes.buffer, 1, 2), new Blob(["blob"]), { deep: [{ er: bytes.subarray(2) }] }];
    log(await socket.emitWithAck("ask", ...parts));
    socket.emit("echo", { file: bytes, name: "f" }, "text", bytes);
    log(await event(socket, "echoed"));
    socket.emit("question me", bytes);
    socket.once("question", (given, ack) => ack({ given }));
    log(await event(socket, "answered"));
    socket.disconnect();
  },

  async "namespaces over one connection"({ io }, url, log) {
    const root = io(url, { ...FAST, forceNew: false });
    const other = io(`${url}/other`, { ...FAST, forceNew: false });
    watch(log, root);
    watch(log, other);
    watchManager(log, root.io);
    log(root.io === other.io, root === io(url, { ...FAST, forceNew: false }), root.nsp, other.nsp);
    await event(other, "connect");
    await rest();
    log(root.id !== other.id, typeof root.io.engine.id, root.io.engine.transport.name, root.io.engine.readyState);
    log(root.io.socket("/other") === other);
    other.emit("cut namespace");
    await event(other, "disconnect");
    log(root.connected, other.connected, other.active);
    other.connect();
    await event(other, "connect");
    other.disconnect();
    log(await root.emitWithAck("ask", "still there"));
    root.disconnect();
    await rest();
    root.connect();
    await event(root, "connect");
    root.disconnect();
  },

  async "a namespace that refuses"({ io }, url, log) {
    const socket = io(`${url}/admin`, { ...FAST, auth: { token: "wrong" } });
    watch(log, socket);
    watchManager(log, socket.io);
    await event(socket, "connect_error");
    await rest();
    socket.auth.token = "right";
    socket.connect();
    await event(socket, "connect");
    log(await socket.emitWithAck("auth"));
    socket.disconnect();
    socket.auth = (done) => setTimeout(() => done({ token: "right", from: "function" }), 5);
    socket.connect();
    await event(socket, "connect");
    log(await socket.emitWithAck("auth"));
    socket.disconnect();
    const unknown = io(`${url}/nowhere`, { ...FAST });
    watch(log, unknown);
    await event(unknown, "connect_error");
    unknown.disconnect();
  },

  async "a connection that is lost comes back"({ io }, url, log) {
    const socket = io(url, { ...FAST });
    watch(log, socket);
    watchManager(log, socket.io);
    await event(socket, "connect");
    socket.emit("silent", () => log("never"));
    socket.timeout(60_000).emit("silent", (error) => log("timed", error));
    socket.emitWithAck("silent").catch((error) => log("promised", error));
    socket.io.engine.once("close", (reason) => log("engine", "close", reason));
    socket.emit("cut");
    await event(socket, "disconnect");
    socket.emit("echo", "while away");
    await event(socket, "echoed");
    await rest();
    socket.io.engine.close();
    await event(socket, "connect");
    socket.emit("cut politely");
    await event(socket, "disconnect");
    await rest();
    log(socket.active);
  },

  async "a server that is not there"({ io }, url, log) {
    const socket = io(`${url.replace(/:\d+$/, ":1")}`, { ...FAST, reconnectionAttempts: 2 });
    watch(log, socket);
    watchManager(log, socket.io);
    await event(socket.io, "reconnect_failed");
    await rest();
    log(socket.active, socket.io.reconnectionAttempts());
    // It tells of a "close" where nothing is open.
    socket.io.off();
    socket.disconnect();
    const once = io(`${url.replace(/:\d+$/, ":1")}`, { ...FAST, reconnection: false });
    watch(log, once);
    watchManager(log, once.io);
    await event(once, "connect_error");
    await rest();
    once.io.off();
    once.disconnect();
  },

  async "recovery of what was missed"({ io }, _, log, url) {
    const socket = io(url, { ...FAST });
    watch(log, socket);
    socket.on("news", (...args) => log("news", args[0], typeof args[1]));
    await event(socket, "connect");
    const { id } = socket;
    socket.emit("news please", 1);
    await event(socket, "news");
    socket.emit("news soon", 2);
    await socket.emitWithAck("ask");
    socket.io.engine.close();
    await event(socket, "connect");
    await rest();
    log(socket.recovered, socket.id === id);
    socket.disconnect();
  },

  async "events that are sent again until they are acknowledged"({ io }, url, log) {
    const socket = io(url, { ...FAST, retries: 2, ackTimeout: 100 });
    watch(log, socket);
    socket.emit("count", "a", (...answer) => log("a", ...answer));
    socket.emit("silent", (error) => log("silent", error));
    await new Promise((resolve) => socket.emit("count", "b", (...answer) => resolve(log("b", ...answer))));
    log("promise", await socket.emitWithAck("count", "c"));
    socket.volatile.emit("echo", "past the queue");
    await event(socket, "echoed");
    socket.disconnect();
  },

  async "a default time for acknowledgements"({ io }, url, log) {
    const socket = io(url, { ...FAST, ackTimeout: 50 });
    await event(socket, "connect");
    await new Promise((resolve) => socket.emit("silent", (...answer) => resolve(log(...answer))));
    await new Promise((resolve) => socket.emit("ask", 1, (...answer) => resolve(log(...answer))));
    socket.disconnect();
  },

  async "the manager's own interface"({ Manager, Socket }, url, log) {
    const manager = new Manager(url, { ...FAST, autoConnect: false });
    log(manager.reconnection(), manager.reconnectionAttempts(), manager.reconnectionDelay(), manager.reconnectionDelayMax());
    log(manager.randomizationFactor(), manager.timeout());
    log(manager.timeout(1000) === manager, manager.timeout(), manager.reconnectionAttempts(3).reconnectionAttempts(), manager._readyState);
    const socket = manager.socket("/", { auth: { token: "t" } });
    log(socket instanceof Socket, socket.io === manager, socket.connected, socket.active, socket.auth);
    watch(log, socket);
    manager.on("open", () => log("manager", "open"));
    manager.open((error) => log("opened", error));
    await event(manager, "open");
    await rest();
    log(manager._readyState, socket.connected);
    socket.connect();
    await event(socket, "connect");
    log(await socket.emitWithAck("auth"));
    manager.reconnection(false);
    socket.emit("cut");
    await event(socket, "disconnect");
    await rest();
    log(manager.reconnection(), socket.active, manager._readyState);
    const failing = new Manager(url.replace(/:\d+$/, ":1"), { ...FAST, autoConnect: false });
    watchManager(log, failing);
    await new Promise((resolve) => failing.open((error) => resolve(log("failed", error))));
    await rest();
  },

  async "frames that are watched"({ io }, url, log) {
    const socket = io(url, { ...FAST, autoConnect: false });
    socket.connect();
    const { engine } = socket.io;
    const seen = ({ type, data }) => [type, typeof data === "string" ? data.replace(/"[^"]{15,}"/g, '"…"').replace(/(sid|…).*/, "$1") : typeof data];
    engine.on("packet", (packet) => log("packet", ...seen(packet)));
    engine.on("packetCreate", (packet) => log("packetCreate", ...seen(packet)));
    await event(socket, "connect");
    await socket.emitWithAck("ask", 1);
    await rest();
    socket.disconnect();
  },

  async "URLs"({ io, Manager }, url, log) {
    const { host, port } = new URL(url);
    const made = [];
    const Real = globalThis.urls;
    // Usual ports and spaces may be written either way.
    const normal = (address) => new URL(address).href.replaceAll("+", "%20");
    const forms = [
      [url], [`${url}/`], [`${url}/nsp`], [`${url}/nsp/?a=1&b=x%20y+z`], [host], [`ws://${host}/nsp`], [`//${host}/x`], [`:${port}`],
      ["http://user:pass@127.0.0.1:1/x"], [`http://[::1]:${port}/six?q=1`], ["https://secure.invalid"], ["http://plain.invalid:80/a/b"],
      [url, { path: "/my/path" }], [url, { path: "/my/path/", addTrailingSlash: false }], [url, { query: { token: "a b&c", n: 1 } }],
      [`${url}?from=url`, { query: { from: "options" } }], ["/relative"], [undefined],
    ];
    for (const [uri, options] of forms) {
      Real.length = 0;
      const socket = io(uri, { ...FAST, reconnection: false, ...options });
      await rest();
      made.push([uri, socket.nsp, Real[0] && normal(Real[0])]);
      socket.disconnect();
    }
    log(made);
    Real.length = 0;
    new Manager(url, { ...FAST, reconnection: false, path: "/x" });
    new Manager({ ...FAST, reconnection: false });
    await rest();
    log(Real.map(normal).sort());
    const live = io(url.replace(/:\d+$/, ":1"), { ...FAST, query: { n: 0 }, reconnectionAttempts: 2 });
    Real.length = 0;
    live.io.on("reconnect_attempt", (n) => (live.io.opts.query.n = n));
    await event(live.io, "reconnect_failed");
    log(Real.map((address) => /n=\d/.exec(address)[0]));
    live.disconnect();
  },

  async "managers are shared by server and path"({ io }, url, log) {
    const options = { ...FAST, forceNew: false, autoConnect: false };
    const one = io(`${url}/one?x`, { ...options, path: "/shared" });
    log(io(`${url}/two`, { ...options, path: "/shared" }).io === one.io);
    log(io(`${url}/one`, { ...options, path: "/shared" }).io === one.io);
    log(io(`${url}/three`, { ...options, path: "/shared", forceNew: true }).io === one.io);
    log(io(`${url}/four`, { ...options, path: "/shared", multiplex: false }).io === one.io);
    log(io(`${url}/five`, { ...options, path: "/elsewhere" }).io === one.io);
    log(typeof io.Manager, typeof io.Socket, io.io === io, io.connect === io);
  },

  async "listeners"({ io }, url, log) {
    const socket = io(url, { ...FAST, autoConnect: false });
    const heard = (name) => (...args) => log(name, ...args);
    const [a, b, c] = ["a", "b", "c"].map(heard);
    socket.on("x", a).on("x", b).on("x", a).once("x", c).addEventListener("y", a);
    log(socket.hasListeners("x"), socket.listeners("x").length, socket.listeners("none"), socket.hasListeners("none"));
    socket.off("x", a);
    log(socket.listeners("x").length, socket.listeners("x")[0] === b);
    socket.removeListener("x", c);
    log(socket.listeners("x").length);
    socket.removeEventListener("x", b).removeAllListeners("y");
    log(socket.listeners("x").length, socket.hasListeners("y"));
    socket.off("x", c).off("none").off();
    log(socket.hasListeners("x"));
    const order = io(url, { ...FAST });
    order.on("echoed", () => {
      log("first");
      order.off("echoed", second);
      order.on("echoed", () => log("new"));
    });
    const second = () => log("second, though removed meanwhile");
    order.on("echoed", second);
    order.once("echoed", () => log("once"));
    for (const n of [1, 2]) {
      order.emit("echo", n);
      await event(order, "echoed");
    }
    order.on(7, (...args) => log("seven", ...args));
    order.emit("name by number");
    await event(order, "7");
    order.disconnect();
  },

  async "a buffer that is emptied by the application"({ io }, url, log) {
    const socket = io(url, { ...FAST, autoConnect: false });
    for (const n of [1, 2, 3, 4]) socket.emit("echo", n, ...(n === 4 ? [new Uint8Array([n])] : []));
    log(socket.sendBuffer.map(({ data }) => data[1]));
    socket.sendBuffer = socket.sendBuffer.filter(({ data }) => data[1] !== 2);
    socket.sendBuffer.pop();
    socket.on("echoed", (n) => log(n));
    socket.connect();
    await event(socket, "connect");
    await socket.emitWithAck("ask");
    socket.disconnect();
    socket.emit("echo", 5);
    socket.sendBuffer.length = 0;
    socket.connect();
    await event(socket, "connect");
    await socket.emitWithAck("ask");
    socket.disconnect();
  },
};

/** With a parser of its own: msgpack. */
export async function customParser({ io }, url, log, recovering, parser) {
  const socket = io(`${url}/other`, { ...FAST, parser, auth: { a: 1 } });
  watch(log, socket);
  watchManager(log, socket.io);
  socket.emit("echo", "buffered", new Uint8Array([1, 2]));
  const bytes = ([text, given]) => [text, ...new Uint8Array(given)];
  log(bytes(await event(socket, "echoed")));
  log(await socket.emitWithAck("ask", { list: [1, "two", null, 1.5] }));
  socket.once("question", (number, ack) => ack(number + 1));
  socket.emit("question me", 1);
  log(await event(socket, "answered"));
  log(await socket.emitWithAck("auth"));
  socket.emit("cut");
  await event(socket, "disconnect");
  await event(socket, "connect");
  log(await socket.emitWithAck("ask", "again"));
  socket.disconnect();
  const refused = io(`${url}/admin`, { ...FAST, parser });
  watch(log, refused);
  await event(refused, "connect_error");
  refused.disconnect();
}

/** Runs one scenario with one client. */
export async function run(scenario, client, url, ...more) {
  const [log, lines] = logger();
  await scenario(client, url, log, ...more);
  return lines;
}
