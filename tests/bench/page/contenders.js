// The clients that are compared. Each opens a connection over the fake socket and offers the same few actions to the measuring loop.

import { FakeWebSocket } from "./fake-socket.js";

const SERVER = "http://bench.invalid";

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
function general(label, io) {
  return {
    label,
    async open({ listeners }) {
      const socket = io(SERVER, { transports: ["websocket"], forceNew: true, reconnection: false });
      for (const listener of listeners) socket.on("message", listener);
      await until(() => socket.connected, `${label} to connect`);
      return {
        transport: FakeWebSocket.latest,
        frames: "socketio",
        messages: "complete",
        send: (message) => void socket.emit("sendMessage", message),
        trip: (message, done) => void socket.emit("sendMessage", message, done),
        close: () => socket.disconnect(),
      };
    },
  };
}

async function openChat(ChatSocket, label, options) {
  const chat = new ChatSocket({ url: SERVER, token: "bench", userId: label, reconnection: false, ...options });
  chat.initializeSocket();
  await until(() => chat.isConnected, `${label} to connect`);
  return chat;
}

/** The chat interface of this module: every message goes through the offline queue. Fire and forget is `delivery: "sent"`. */
function chat(label, ChatSocket, storage) {
  return {
    label,
    async open({ listeners, kind }) {
      const delivery = kind === "send" ? "sent" : "ack";
      const client = await openChat(ChatSocket, label, { delivery, queue: { storage } });
      for (const listener of listeners) client.onMessage(listener);
      return {
        transport: FakeWebSocket.latest,
        frames: "socketio",
        messages: "outgoing",
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
function raw(label, stored) {
  return {
    label,
    async open({ listeners }) {
      const transport = new WebSocket(`${SERVER.replace("http", "ws")}/?plain`);
      const waiting = new Map();
      let nextId = 0;
      transport.onmessage = (event) => {
        const [head, argument] = JSON.parse(event.data);
        if (typeof head === "number") {
          const done = waiting.get(head);
          waiting.delete(head);
          if (stored) localStorage.removeItem(`bench:raw:${head}`);
          done(argument);
        } else {
          for (const listener of listeners) listener(argument);
        }
      };
      await until(() => transport.readyState === WebSocket.OPEN, `${label} to connect`);
      return {
        transport,
        frames: "plain",
        messages: "complete",
        send(message) {
          const text = JSON.stringify(["sendMessage", message]);
          if (!stored) return transport.send(text);
          const key = `bench:raw:${nextId++}`;
          localStorage.setItem(key, text);
          transport.send(text);
          localStorage.removeItem(key);
        },
        trip(message, done) {
          const id = nextId++;
          const text = JSON.stringify([id, "sendMessage", message]);
          if (stored) localStorage.setItem(`bench:raw:${id}`, text);
          waiting.set(id, done);
          transport.send(text);
        },
        close: () => transport.close(),
      };
    },
  };
}

/** The offline queue of socket.io-client: in memory, one message on the wire. */
function retries(io) {
  return {
    label: "socket.io-client, retries",
    open({ roundTrip }) {
      const socket = io(SERVER, {
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
export function offline(ChatSocket, options) {
  return new ChatSocket({ url: SERVER, token: "bench", userId: "queue", reconnection: false, queue: { storage: "local" }, ...options });
}

/** The offline queue of this module, in localStorage. */
function durable(ChatSocket) {
  return {
    label: "chat, local",
    open({ roundTrip }) {
      const chat = offline(ChatSocket, { query: { roundTrip: String(roundTrip) } });
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
export const queues = ({ io, ChatSocket }) => ({ retries: retries(io), chatLocal: durable(ChatSocket) });

/** Keys are what cases.js names. `again` is a second copy of the same bundle: the control that shows the noise. */
export function contenders({ io, ioAgain, ioHere, ChatSocket }) {
  return {
    base: general("socket.io-client", io),
    again: general("again (A/A)", ioAgain),
    socket: general("socket", ioHere),
    chat: chat("chat", ChatSocket, "memory"),
    chatLocal: chat("chat, local", ChatSocket, "local"),
    raw: raw("raw", false),
    rawLocal: raw("raw, local", true),
  };
}
