// The clients that are compared. Each opens a connection and offers the same few actions to the measuring loops. What they connect over
// is said by `net`: { server, latest }, its URL and, over the fake WebSocket, how to get at the one constructed last.

/** A message's length at most; of our own choice, the default is 65,536. */
const LONGEST = 300_000;

/** Microtasks first, then timer tasks: a handshake needs both, and a timer would cost a measured batch a millisecond. */
export async function until(condition, what) {
  for (let turn = 0; turn < 20 && !condition(); turn++) await undefined;
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** `io` of socket.io-client, or of this package. */
function general(label, io, net) {
  return {
    label,
    async open({ listeners, ...options }) {
      const socket = io(net.server, { transports: ["websocket"], forceNew: true, reconnection: false, ...options.socket });
      for (const listener of listeners) socket.on("message", listener);
      await until(() => socket.connected, `${label} to connect`);
      return {
        transport: net.latest?.(),
        frames: "socketio",
        messages: "complete",
        connected: () => socket.connected,
        ask: (name, argument, done) => void socket.emit(name, argument, done),
        send: (message) => void socket.emit("sendMessage", message),
        trip: (message, done) => void socket.emit("sendMessage", message, done),
        close: () => socket.disconnect(),
      };
    },
  };
}

async function openChat(ChatSocket, label, server, options) {
  const chat = new ChatSocket({ url: server, path: "/socket.io", token: "bench", userId: label, reconnection: false, ...options });
  chat.initializeSocket();
  await until(() => chat.isConnected, `${label} to connect`);
  return chat;
}

/** The chat interface of this module: every message goes through the offline queue. Fire and forget is `delivery: "sent"`. */
function chat(label, ChatSocket, storage, net) {
  return {
    label,
    async open({ listeners, kind, ...options }) {
      const delivery = kind === "send" ? "sent" : "ack";
      const queue = { storage, maxMessageLength: LONGEST, maxLength: 50 * LONGEST, maxMessages: 4000 };
      const client = await openChat(ChatSocket, label, net.server, { delivery, queue, ...options.socket });
      for (const listener of listeners) client.onMessage(listener);
      return {
        transport: net.latest?.(),
        frames: "socketio",
        messages: "outgoing",
        connected: () => client.isConnected,
        ask: (name, argument, done) => void client.socket.emit(name, argument, done),
        send: (message) => void client.sendMessage(message),
        trip: (message, done) => void client.sendMessage(message).settled.then(done),
        verify(received) {
          if (client.pendingMessages.length !== 0) throw new Error(`${label} kept ${client.pendingMessages.length} messages in its queue`);
          if (received !== undefined && client.lastMessage?.id !== received.id) throw new Error(`${label}: lastMessage is not the last message`);
        },
        close: () => client.close(),
      };
    },
  };
}

/** The limit: nothing but a WebSocket, JSON and a list of listeners; with `stored`, each message in localStorage until it is answered. */
function raw(label, stored, net) {
  return {
    label,
    async open({ listeners, binary }) {
      const transport = new WebSocket(`${net.server.replace("http", "ws")}/plain`);
      transport.binaryType = "arraybuffer";
      const waiting = new Map();
      let nextId = 0;
      let incomplete = null;
      const send = (fields) => {
        const message = fields.at(-1);
        if (!binary) return transport.send(JSON.stringify(fields));
        transport.send(message.content);
        transport.send(JSON.stringify([...fields.slice(0, -1), { ...message, content: null }]));
      };
      transport.onmessage = (event) => {
        const text = typeof event.data === "string";
        const [head, argument, id] = text ? JSON.parse(event.data) : incomplete;
        if (!text) {
          argument.content = event.data;
        } else if (argument?.content === null) {
          incomplete = [head, argument, id];
          return;
        }
        if (typeof head === "number") {
          const done = waiting.get(head);
          waiting.delete(head);
          if (stored) localStorage.removeItem(`bench:raw:${head}`);
          done(argument);
        } else {
          const done = id === undefined ? undefined : () => transport.send(`{"ack":${id}}`);
          for (const listener of listeners) listener(argument, done);
        }
      };
      await until(() => transport.readyState === WebSocket.OPEN, `${label} to connect`);
      return {
        transport,
        frames: "plain",
        messages: "complete",
        connected: () => transport.readyState === WebSocket.OPEN,
        ask(name, argument, done) {
          if (done) waiting.set(nextId, done);
          transport.send(JSON.stringify(done ? [nextId++, name, argument] : [name, argument]));
        },
        send(message) {
          if (!stored) return send(["sendMessage", message]);
          const text = JSON.stringify(["sendMessage", message]);
          const key = `bench:raw:${nextId++}`;
          localStorage.setItem(key, text);
          transport.send(text);
          localStorage.removeItem(key);
        },
        trip(message, done) {
          const id = nextId++;
          waiting.set(id, done);
          if (!stored) return send([id, "sendMessage", message]);
          const text = JSON.stringify([id, "sendMessage", message]);
          localStorage.setItem(`bench:raw:${id}`, text);
          transport.send(text);
        },
        close: () => transport.close(),
      };
    },
  };
}

/** The offline queue of socket.io-client: in memory, one message on the wire. */
function retries(io, { server }) {
  return {
    label: "socket.io-client, retries",
    open({ roundTrip }) {
      const socket = io(server, {
        transports: ["websocket"],
        forceNew: true,
        reconnection: false,
        autoConnect: false,
        query: { roundTrip },
        retries: 3,
        ackTimeout: 10_000,
      });
      return {
        add: (message, done) => void socket.emit("sendMessage", message, done),
        connect: () => socket.connect(),
        left: () => 0,
        close: () => socket.disconnect(),
      };
    },
  };
}

/** A chat client that is not connected, with its queue in localStorage. */
export function offline(ChatSocket, server, options) {
  return new ChatSocket({ url: server, token: "bench", userId: "queue", reconnection: false, queue: { storage: "local" }, ...options });
}

/** The offline queue of this module, in localStorage. */
function durable(ChatSocket, { server }) {
  return {
    label: "chat, local",
    open({ roundTrip }) {
      const chat = offline(ChatSocket, server, { query: { roundTrip: String(roundTrip) } });
      return {
        add(message, done) {
          const { persisted, settled } = chat.sendMessage(message);
          if (!persisted) throw new Error("a message was not stored");
          settled.then(({ status, error }) => done(status === "delivered" ? null : new Error(`${status}: ${error}`)));
        },
        connect: () => chat.initializeSocket(),
        left: () => chat.pendingMessages.length + Object.keys(localStorage).filter((key) => key.split(":").length > 3).length,
        close: () => chat.close(),
      };
    },
  };
}

/** Those that are filled without a connection and then emptied: see queue.js. */
export const queues = ({ io, ChatSocket }, net) => ({ retries: retries(io, net), chatLocal: durable(ChatSocket, net) });

/** Keys are what cases.js names. `again` is a second copy of the same bundle: the control that shows the noise. */
export function contenders({ io, ioAgain, ioHere, ChatSocket }, net) {
  return {
    base: general("socket.io-client", io, net),
    again: general("again (A/A)", ioAgain, net),
    socket: general("socket", ioHere, net),
    chat: chat("chat", ChatSocket, "memory", net),
    chatLocal: chat("chat, local", ChatSocket, "local", net),
    raw: raw("raw", false, net),
    rawLocal: raw("raw, local", true, net),
  };
}
