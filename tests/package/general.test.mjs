// The general client where the scenarios of reference.test.mjs do not reach: servers whose frames are written by hand, parsers that fail, pages that
// are none. In Node, by both clients wherever socket.io-client does right.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { reactive } from "@vue/reactivity";
import { Server } from "socket.io";
import * as theirs from "socket.io-client";
import * as parser from "socket.io-parser";
import { WebSocket, WebSocketServer } from "ws";
import { build } from "../../pkg-template/scripts/build.mjs";

const FAST = { transports: ["websocket"], forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 40, randomizationFactor: 0 };
const OPEN = `0${JSON.stringify({ sid: "engine", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1e6 })}`;
const servers = [];
let url, ours;

globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    // Those of ws throw what nobody listens to; a browser's do not.
    this.on("error", () => {});
  }
};

const turn = () => new Promise((resolve) => setTimeout(resolve));
const event = (emitter, name) => new Promise((resolve) => emitter.once(name, (...args) => resolve(args)));

/** Runs a test with a client, whose sockets are then disconnected. */
function declare(name, who, client, run) {
  test(`${name}: ${who}`, { timeout: 10_000 }, async (t) => {
    const { io, ...more } = client();
    const made = (...args) => {
      const socket = io(...args);
      t.after(() => socket.disconnect());
      return socket;
    };
    await run({ ...more, io: made });
  });
}
const own = (name, run) => declare(name, "ours", () => ours, run);
const both = (name, run) => {
  declare(name, "theirs", () => theirs, run);
  own(name, run);
};

/** The address of a server, once it listens. */
const listen = (http) => {
  servers.push(http);
  return new Promise((resolve) => http.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${http.address().port}`)));
};

/** A server that accepts every namespace and answers what else it hears by `answer(text or bytes, send, ws)`. */
function scripted(answer = () => {}) {
  const http = createServer();
  new WebSocketServer({ server: http }).on("connection", (ws) => {
    ws.on("error", () => {});
    ws.send(OPEN);
    ws.on("message", (data, binary) => {
      if (!binary && String(data).startsWith("40")) ws.send(`40${/^40(\/[^,]*,)?/.exec(data)[1] ?? ""}{"sid":"s"}`);
      else answer(binary ? data : String(data), (text) => ws.send(text), ws);
    });
  });
  return listen(http);
}

/** Runs something with these globals. */
async function among(globals, run) {
  const before = Object.fromEntries(Object.keys(globals).map((name) => [name, globalThis[name]]));
  Object.assign(globalThis, globals);
  try {
    await run();
  } finally {
    for (const name in before) {
      if (before[name] === undefined) delete globalThis[name];
      else globalThis[name] = before[name];
    }
  }
}

/** What nobody catches while something runs: the test's runner would take it for a failure. */
async function reported(run) {
  const errors = [];
  await among({ queueMicrotask: (task) => void Promise.resolve().then(task).catch((error) => errors.push(error)) }, run);
  return errors;
}

before(async () => {
  await build();
  ours = await import("../../pkg/index.js");
  const http = createServer();
  new Server(http).on("connection", (socket) => {
    socket.on("echo", (...args) => socket.emit("echoed", ...args));
    socket.on("ask", (...args) => args.pop()(...args));
    socket.on("question me", (...args) => socket.emit("question", ...args, (...answer) => socket.emit("answered", ...answer)));
  });
  url = await listen(http);
});
after(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

// The first of all: a connection that is no more must not be taken for the one that Rust has numbered 0.
own("an acknowledgement that comes too late goes nowhere, by no other connection either", async ({ io }) => {
  const [first, socket] = [io(url, { ...FAST }), io(url, { ...FAST })];
  await event(first, "connect");
  socket.emit("question me", 1);
  const [, acknowledge] = await event(socket, "question");
  socket.disconnect();
  const sent = [];
  first.io.engine.on("packetCreate", ({ data }) => sent.push(data));
  acknowledge(new Uint8Array([1]));
  assert.equal(await first.emitWithAck("ask", "text"), "text");
  assert.deepEqual(sent, ['20["ask","text"]']);
});

both("a socket in the reactive data of Vue", async ({ io }) => {
  const state = reactive({ socket: io(url, { ...FAST }) });
  const echoed = event(state.socket, "echoed");
  state.socket.emit("echo", 1);
  assert.deepEqual(await echoed, [1]);
  assert.equal(state.socket.active, true);
  assert.equal(state.socket.io._readyState, "open");
});

own("a chat client in the reactive data of Vue, and its mock's controls", async ({ ChatSocket }) => {
  const state = reactive({ chat: new ChatSocket({ useMockSocket: true, mock: { latency: 0 } }) });
  state.mock = state.chat.mock;
  state.chat.initializeSocket("token");
  const { settled } = state.chat.sendMessage({ conversationId: "c", content: "hello" });
  assert.equal((await settled).status, "delivered");
  assert.ok(state.mock.received.length > 0);
  state.chat.close();
});

both("new Manager(null, options)", async ({ Manager }) => {
  await among({ location: new URL(url) }, () => {
    const manager = new Manager(null, { ...FAST, autoConnect: false, path: "/mine" });
    assert.equal(manager.opts.path, "/mine");
  });
});

both("the callback of an open() that was given up is not called for the next one", async ({ Manager }) => {
  const manager = new Manager(url, { ...FAST, autoConnect: false });
  const socket = manager.socket("/");
  const called = [];
  for (const giveUp of [() => socket.disconnect(), () => manager.disconnect()]) {
    manager.open(() => called.push("of what was given up"));
    giveUp();
    await new Promise((resolve) => manager.open(() => resolve(called.push("of what came next"))));
    manager.disconnect();
  }
  assert.deepEqual(called, ["of what came next", "of what came next"]);
});

both("the callback of an open() that failed is called, though a listener has given up by then", async ({ Manager }) => {
  const manager = new Manager("http://127.0.0.1:1", { ...FAST, autoConnect: false });
  const socket = manager.socket("/");
  socket.on("connect_error", () => socket.disconnect());
  socket.connect();
  socket.disconnect();
  assert.ok((await new Promise((resolve) => manager.open(resolve))) instanceof Error);
});

own("a callback that throws keeps nobody from hearing of the connection", async ({ Manager }) => {
  const failure = new Error("thrown by a callback");
  const errors = await reported(async () => {
    const manager = new Manager(url, { ...FAST, autoConnect: false });
    manager.open(() => {
      throw failure;
    });
    await Promise.all([event(manager, "open"), event(manager.engine, "open"), new Promise((resolve) => manager.open(resolve))]);
    manager.disconnect();
  });
  assert.deepEqual(errors, [failure]);
});

both("a Manager without a socket tells of packets", async ({ Manager }) => {
  const http = createServer();
  new WebSocketServer({ server: http }).on("connection", (ws) => {
    ws.send(OPEN);
    ws.send('42/unknown,["hello"]');
  });
  const manager = new Manager(await listen(http), { ...FAST });
  const [{ type, nsp, data }] = await event(manager, "packet");
  assert.deepEqual({ type, nsp, data }, { type: 2, nsp: "/unknown", data: ["hello"] });
  manager.disconnect();
});

both("a transport that fails while it is open is an error of manager and engine before either tells of its end", async ({ io }) => {
  const address = await scripted((text, send, ws) => ws._socket.write(Buffer.from([0xff, 0xff])));
  const socket = io(address, { ...FAST, reconnection: false });
  await event(socket, "connect");
  const told = [];
  const { engine } = socket.io;
  for (const [who, emitter] of Object.entries({ manager: socket.io, engine })) {
    for (const name of ["error", "close"]) emitter.on(name, (what) => told.push([who, name, what.message ?? what, what.type]));
  }
  const closed = event(engine, "close");
  socket.emit("break");
  const [reason] = await event(socket, "disconnect");
  await closed;
  assert.equal(reason, "transport error");
  assert.deepEqual(told, [
    ["manager", "error", "websocket error", "TransportError"],
    ["engine", "error", "websocket error", "TransportError"],
    ["manager", "close", "transport error", undefined],
    ["engine", "close", "transport error", undefined],
  ]);
});

own("more than ten binary members are refused with a code: a server of socket.io 4.8 would end the connection", async ({ io }) => {
  const socket = io(url, { ...FAST });
  const parts = (count) => Array.from({ length: count }, (_, at) => new Uint8Array([at]));
  assert.throws(() => socket.emit("echo", parts(11)), { code: "ERR_INVALID_ARGUMENT" });
  socket.emit("echo", parts(10));
  assert.equal((await event(socket, "echoed"))[0].length, 10);
});

own("with retries, an argument that cannot be sent is thrown by emit, and stops nothing else", async ({ io }) => {
  const socket = io(url, { ...FAST, retries: 2, ackTimeout: 5_000 });
  assert.throws(() => socket.emit("ask", 1n), { code: "ERR_INVALID_ARGUMENT" });
  const answer = socket.emitWithAck("ask", "next");
  await event(socket, "connect");
  assert.equal(await answer, "next");
  await assert.rejects(socket.emitWithAck("ask", 1n), { code: "ERR_INVALID_ARGUMENT" });
});

own("with retries, an event is what it was when it was emitted", async ({ io }) => {
  const socket = io(url, { ...FAST, retries: 2, ackTimeout: 5_000 });
  const [given, bytes] = [{ n: 1 }, new Uint8Array([7])];
  const answer = socket.emitWithAck("ask", given);
  const binary = socket.emitWithAck("ask", { bytes });
  given.n = 2;
  assert.deepEqual(await answer, { n: 1 });
  assert.deepEqual([...new Uint8Array((await binary).bytes)], [7]);
});

own("with retries, an acknowledgement that throws does not hold up what comes next", async ({ io }) => {
  const failure = new Error("thrown by an acknowledgement");
  const errors = await reported(async () => {
    const socket = io(url, { ...FAST, retries: 1, ackTimeout: 5_000 });
    socket.emit("ask", 1, () => {
      throw failure;
    });
    assert.equal(await socket.emitWithAck("ask", 2), 2);
  });
  assert.deepEqual(errors, [failure]);
});

/** A parser whose decoder makes this packet of the text "this". */
const making = (packet) => ({
  Encoder: parser.Encoder,
  Decoder: class extends parser.Decoder {
    add(chunk) {
      if (chunk === "this") this.emitReserved("decoded", packet);
      else super.add(chunk);
    }
  },
});

both("an own parser may call a packet BINARY_EVENT", async ({ io }) => {
  const address = await scripted((text, send) => send("4this"));
  const socket = io(address, { ...FAST, parser: making({ type: 5, nsp: "/", data: ["file", new ArrayBuffer(1)] }) });
  await event(socket, "connect");
  socket.emit("file please");
  assert.equal((await event(socket, "file"))[0].byteLength, 1);
});

both("an own parser may call a packet BINARY_ACK", async ({ io }) => {
  const address = await scripted((text, send) => send("4this"));
  const socket = io(address, { ...FAST, parser: making({ type: 6, nsp: "/", id: 0, data: [new ArrayBuffer(2)] }) });
  await event(socket, "connect");
  assert.equal((await socket.emitWithAck("file please")).byteLength, 2);
});

own("what an own parser made of a bad packet is not taken for the next connection's open packet", async ({ io }) => {
  const address = await scripted((text, send) => send("4this"));
  const socket = io(address, { ...FAST, parser: making({ type: 9, nsp: "/", data: ["x"] }) });
  await event(socket, "connect");
  const errors = [];
  socket.on("connect_error", ({ message }) => errors.push(message));
  socket.emit("go");
  assert.equal((await event(socket, "disconnect"))[0], "parse error");
  await event(socket, "connect");
  assert.deepEqual(errors, []);
});

own("binary arguments nested deeper than a thousand are a parse error, and the next connection works", async ({ io }) => {
  const nested = (depth) => `451-["deep",${"[".repeat(depth)}${"]".repeat(depth)},{"_placeholder":true,"num":0}]`;
  const depths = [1500, 900];
  const address = await scripted((text, send, ws) => {
    if (!text.startsWith("42")) return;
    send(nested(depths.shift()));
    ws.send(new Uint8Array([1]));
  });
  const socket = io(address, FAST);
  socket.on("connect", () => socket.emit("send me one"));
  assert.equal((await event(socket, "disconnect"))[0], "parse error");
  assert.equal((await event(socket, "deep")).length, 2);
});

both("an empty message with an own parser is a parse error", async ({ io }) => {
  const socket = io(await scripted((text, send) => send("4")), { ...FAST, parser });
  await event(socket, "connect");
  socket.emit("go");
  assert.equal((await event(socket, "disconnect"))[0], "parse error");
});

/** Its encoder knows nothing that is bad. */
const failing = {
  Decoder: parser.Decoder,
  Encoder: class extends parser.Encoder {
    encode(packet) {
      if (packet.data?.includes?.("bad")) throw new RangeError("bad");
      return super.encode(packet);
    }
  },
};

both("what an own parser cannot encode is thrown by who sends it", async ({ io }) => {
  const socket = io(url, { ...FAST, parser: failing });
  await event(socket, "connect");
  assert.throws(() => socket.emit("bad"), RangeError);
  socket.emit("question me", 1);
  const [, acknowledge] = await event(socket, "question");
  assert.throws(() => acknowledge("bad"), RangeError);
  assert.equal(await socket.emitWithAck("ask", "good"), "good");
});

own("with retries, what an own parser cannot encode is told to who waits for it, and the next goes", async ({ io }) => {
  const errors = await reported(async () => {
    const socket = io(url, { ...FAST, parser: failing, retries: 1, ackTimeout: 5_000 });
    socket.emit("ask", "bad");
    const refused = assert.rejects(socket.emitWithAck("ask", "bad"), RangeError);
    const answer = socket.emitWithAck("ask", "good");
    await event(socket, "connect");
    await refused;
    assert.equal(await answer, "good");
  });
  assert.deepEqual(errors.map(String), ["RangeError: bad"]);
});

own("where there is a window and nothing to listen to, as in React Native", async ({ ChatSocket, io }) => {
  await among({ window: {} }, async () => {
    const socket = io(url, { ...FAST });
    await event(socket, "connect");
    socket.disconnect();
    const chat = new ChatSocket({ url });
    chat.initializeSocket("token");
    chat.close();
  });
});

own("where there is no window, as in a worker, the network's coming and going is heard", async ({ io }) => {
  const scope = new EventTarget();
  await among({ addEventListener: scope.addEventListener.bind(scope) }, async () => {
    const socket = io(url, { ...FAST });
    await event(socket, "connect");
    const down = event(socket, "disconnect");
    scope.dispatchEvent(new Event("offline"));
    assert.equal((await down)[0], "transport close");
    // By itself it would try in half a minute.
    scope.dispatchEvent(new Event("online"));
    await event(socket, "connect");
  });
});

/** A connection whose `send` takes as little of the stack as a browser's, to a server that accepts every namespace. */
class Native {
  static OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  sent = [];

  constructor() {
    Native.last = this;
    setTimeout(() => {
      this.onopen?.({});
      this.onmessage({ data: OPEN });
    });
  }

  send(data) {
    this.sent.push(data);
    if (data === "40") setTimeout(() => this.onmessage({ data: '40{"sid":"s"}' }));
  }

  close() {}
}

/** Calls something deeper and deeper, until the stack is used up; begins elsewhere each time. */
function exhaust(call) {
  const words = Array(40).fill(0);
  const deeper = (...given) => {
    call();
    return given.length + deeper(...words);
  };
  const descend = (frames) => (frames > 0 ? 1 + descend(frames - 1) : deeper());
  for (let frames = 0; frames < 60; frames += 3) assert.throws(() => descend(frames), RangeError);
}

own("a recursion of the application that never ends takes nothing with it but itself", async ({ io }) => {
  const calls = {
    emit: (socket) => socket.emit("a", 1),
    "with a callback": (socket) => socket.emit("a", "b", () => {}),
    volatile: (socket) => socket.volatile.emit("a", [{}]),
    active: (socket) => socket.active,
  };
  await among({ WebSocket: Native }, async () => {
    for (const [name, call] of Object.entries(calls)) {
      const socket = io("http://chat.test", FAST);
      await event(socket, "connect");
      exhaust(() => call(socket));
      socket.emit("after");
      await turn();
      assert.equal(Native.last.sent.at(-1), '42["after"]', name);
      const news = event(socket, "news");
      Native.last.onmessage({ data: '42["news"]' });
      await news;
    }
  });
});

own("so does one through a chat client", async ({ ChatSocket }) => {
  const chat = new ChatSocket({ useMockSocket: true });
  const snapshot = () => {
    chat.simulateReceiveMessage({ conversationId: "c", content: "new", senderId: "s" });
    chat.getSnapshot();
  };
  const send = () => {
    chat.sendMessage({ conversationId: "c", content: "x" });
    chat.discardAll();
  };
  for (const call of [send, snapshot, () => chat.joinConversation("c")]) exhaust(call);
  chat.initializeSocket("token");
  assert.equal((await chat.sendMessage({ conversationId: "c", content: "after" }).settled).status, "delivered");
  chat.close();
});
