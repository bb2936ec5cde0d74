// An application in the browser: opens clients on request and notes what they were told.
import * as pkg from "/pkg/index.js";

/** Text frames as the browser had them, whatever the client made of them. */
const frames = [];
window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener("message", ({ data }) => typeof data === "string" && frames.push(data));
  }
};

const bytesOf = (buffer) => [...new Uint8Array(buffer)];
const isObject = (value) => value !== null && typeof value === "object";
const mapped = (value, map) =>
  Array.isArray(value) ? value.map(map) : Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member)]));

/** Makes binary of {bytes, as}, which is how it gets from the test into the page. */
function revive(value) {
  if (!isObject(value)) return value;
  if (!value.bytes) return mapped(value, revive);
  const { buffer } = new Uint8Array([0, ...value.bytes, 0]);
  // A part of a buffer, of which only that part may be sent.
  if (value.as === "DataView") return new DataView(buffer, 1, value.bytes.length);
  if (value.as === "Uint8Array") return new Uint8Array(buffer, 1, value.bytes.length);
  const whole = buffer.slice(1, -1);
  return value.as === "Blob" ? new Blob([whole]) : whole;
}

/** The way back. */
function plain(value) {
  if (!isObject(value)) return value;
  return value instanceof ArrayBuffer ? { bytes: bytesOf(value), as: "ArrayBuffer" } : mapped(value, plain);
}

function watch(socket, note) {
  socket.on("connect", () => note("connects", { recovered: socket.recovered }));
  socket.on("connected", (payload) => note("greetings", payload));
  socket.on("connect_error", ({ message, data }) => note("errors", { message, data }));
  socket.on("disconnect", (reason) => note("disconnects", reason));
  socket.on("returned", (one, other) => note("returned", plain([one, other])));
  socket.on("question", (one, other, answer) => {
    note("questions", plain([one, other]));
    answer(other, one);
  });
}

/** The client, the socket that is talked to, and what they were told. */
let chat, socket;
const seen = {};
const note = (list, item) => (seen[list] ??= []).push(item);

/** How many connections there have been. */
let connections = 0;
window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    connections += 1;
  }
};

window.app = {
  frames,
  seen,
  connections: () => connections,

  open(options) {
    chat = app.chat = new pkg.ChatSocket(options);
    chat.onMessage(({ content }) => note("messages", content));
    chat.onAuthRequired(({ message, data }) => note("refusals", { message, data }));
    chat.socket.io.on("ping", () => note("pings", null));
    watch((socket = chat.socket), note);
  },

  /** Opens a second namespace over the same connection, and talks to that from now on; again, with another token. */
  beside(namespace, token) {
    const { io } = chat.socket;
    if (io.nsps[namespace] !== socket) return watch((socket = io.socket(namespace, { auth: { token } })), note);
    socket.auth = { token };
    socket.connect();
  },

  emit(event, args) {
    socket.emit(event, ...args.map(revive));
  },

  /** Resolves to all arguments of the acknowledgement. */
  call(event, args) {
    return new Promise((resolve) => socket.emit(event, ...args.map(revive), (...answer) => resolve(plain(answer))));
  },

  /** Sends one text after the other, each when the page has had time for others. */
  async talk(contents) {
    for (const content of contents) {
      app.send([content]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },

  send(contents) {
    return contents.map((content) => {
      const { id, settled } = chat.sendMessage({ conversationId: "general", content });
      settled.then((outcome) => note("outcomes", { id, ...outcome }));
      return id;
    });
  },
};
