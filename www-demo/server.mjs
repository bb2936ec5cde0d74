// A chat server in the small, on the real socket.io: who may connect, what it accepts, and whom it tells.
//
// What it does for clients that queue messages while they are offline and send them again when in doubt:
//   - it answers every event through its acknowledgement, {ok: true} or {error: "why not"};
//   - it takes a message once per sender and id, and acknowledges repetitions all the same: that is `once`, of the package's entry for servers.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Server } from "socket.io";
// In a project of your own: "socketio-wasm/server".
import { once, Refusal } from "../pkg-template/server.js";
import { conversations } from "./conversations.js";
import { Store } from "./store.mjs";

const PATH = "/socket/notification";
const MAX_CONTENT = 4000;
/** Also announced to the client, which then refuses longer frames itself instead of losing its connection over them. */
const MAX_FRAME = 64 * 1024;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

const room = (conversationId) => `conversation:${conversationId}`;
const everyTabOf = (userId) => `user:${userId}`;

/** The demo's rule: the token is the user's name. Yours would verify a signature here. */
function authenticate(token) {
  const name = /^Bearer (\S[^\p{Cc}]{0,199})$/u.exec(typeof token === "string" ? token : "")?.[1].trim();
  if (name === "expired") return { error: "The token has expired" };
  if (!name || name === "invalid") return { error: "The token is not valid" };
  return { userId: name };
}

function readMessage(payload) {
  const { id, content, createdAt } = payload;
  if (typeof id !== "string" || id.length < 1 || id.length > 128) throw new Refusal("A message needs an id of 1 to 128 characters");
  if (typeof content !== "string" || content.trim() === "") throw new Refusal("A message needs content");
  if (content.length > MAX_CONTENT) throw new Refusal(`A message has at most ${MAX_CONTENT} characters`);
  if (typeof createdAt !== "string" || Number.isNaN(Date.parse(createdAt))) throw new Refusal("A message needs the date of its creation");
  return { id, conversationId: readConversation(payload), content, createdAt };
}

function readConversation(payload) {
  const found = conversations.find(({ id }) => id === payload.conversationId);
  if (!found) throw new Refusal("There is no such conversation");
  return found.id;
}

function readIds({ messageIds }) {
  if (messageIds === undefined || messageIds === null) return undefined;
  if (!Array.isArray(messageIds) || messageIds.some((id) => typeof id !== "string")) throw new Refusal("messageIds is a list of ids");
  return messageIds;
}

/** Browsers of other sites may not connect; programs, which send no Origin, may. */
export function allowRequest(request, decide) {
  const { origin } = request.headers;
  decide(null, origin === undefined || (URL.canParse(origin) && LOOPBACK.has(new URL(origin).hostname)));
}

/**
 * Starts listening and resolves to the running server. `port` 0 takes any free one and keeps it: `stop()` and `start()` work on the same
 * port and the same store. `options` go to socket.io's Server as they are (pingInterval, for example).
 */
export async function startChatServer({ port = 0, host = "127.0.0.1", store = new Store(), ...options } = {}) {
  const chat = new ChatServer(host, port, store, options);
  await chat.start();
  return chat;
}

class ChatServer {
  /** Milliseconds by which acknowledgements of messages are held back, so that one can watch a message wait. */
  answerDelay = 0;
  #refusals = [];
  #http = null;
  #io = null;
  #connections = new Set();

  constructor(host, port, store, options) {
    Object.assign(this, { host, port, store, options });
  }

  get running() {
    return this.#http !== null;
  }

  get url() {
    return `http://${this.host}:${this.port}`;
  }

  async start() {
    if (this.running) return;
    const http = createServer((_request, response) => response.writeHead(404).end());
    http.on("connection", (connection) => {
      this.#connections.add(connection);
      connection.on("close", () => this.#connections.delete(connection));
    });
    const io = new Server(http, {
      path: PATH,
      transports: ["websocket"],
      serveClient: false,
      maxHttpBufferSize: MAX_FRAME,
      allowRequest,
      ...this.options,
    });
    io.use((socket, next) => this.#admit(socket, next));
    io.on("connection", (socket) => this.#serve(socket));
    await new Promise((resolve, reject) => http.once("error", reject).listen(this.port, this.host, resolve));
    this.port = http.address().port;
    this.#http = http;
    this.#io = io;
  }

  /** Pulls the plug: clients get no goodbye and must notice by themselves. */
  async stop() {
    if (!this.running) return;
    const io = this.#io;
    this.#http = this.#io = null;
    for (const connection of this.#connections) connection.destroy();
    await io.close();
  }

  /** To every tab in which this user is signed in. */
  notify(userId, notification) {
    this.#io?.to(everyTabOf(userId)).emit("notification", asNotification(notification));
  }

  /** The next message is refused with this text. */
  refuseNext(error) {
    this.#refusals.push(error);
  }

  #admit(socket, next) {
    const { userId, error } = authenticate(socket.handshake.auth.token);
    this.store.record({ userId: userId ?? null, socketId: socket.id, event: "connect", payload: { accepted: !error } });
    if (error) return next(Object.assign(new Error(error), { data: { code: 401 } }));
    socket.data.userId = userId;
    next();
  }

  #serve(socket) {
    const { userId } = socket.data;
    const { store } = this;
    socket.join(everyTabOf(userId));
    socket.use((packet, next) => {
      this.#receive(socket, packet);
      next();
    });

    this.#answer(socket, "joinConversation", (payload) => {
      const conversationId = readConversation(payload);
      socket.join(room(conversationId));
      socket.emit("history", { conversationId, messages: store.history(conversationId) });
    });

    this.#answer(socket, "leaveConversation", (payload) => {
      socket.leave(room(readConversation(payload)));
    });

    const onRepeat = () => ({ ok: true, duplicate: true });
    socket.on(
      "sendMessage",
      once({ store: store.answers, onRepeat }, (payload, { afterCommit }) => {
        const message = { ...readMessage(payload), senderId: userId };
        const refusal = this.#refusals.shift();
        if (refusal) throw new Refusal(refusal);
        store.add(message);
        afterCommit(() => this.#tellOthers(socket, message));
        return { ok: true, id: message.id };
      }),
    );

    this.#answer(socket, "markAsRead", (payload) => {
      store.markAsRead(userId, readConversation(payload), readIds(payload));
    });

    socket.emit("connected", {
      userId,
      unread: Object.fromEntries(conversations.map(({ id }) => [id, store.unread(userId, id)])),
    });
  }

  /** Those who have the conversation open get the message, everybody else hears of it. */
  #tellOthers(socket, message) {
    const { conversationId, senderId } = message;
    const { title } = conversations.find(({ id }) => id === conversationId);
    socket.to(room(conversationId)).emit("message", message);
    socket.broadcast.except([room(conversationId), everyTabOf(senderId)]).emit(
      "notification",
      asNotification({
        type: "message",
        title: `${senderId} in ${title}`,
        body: message.content.slice(0, 140),
        conversationId,
        messageId: message.id,
      }),
    );
  }

  /** Sees every event before its listeners do. */
  #receive(socket, packet) {
    const [event, payload] = packet;
    this.store.record({ userId: socket.data.userId, socketId: socket.id, event, payload });
    const acknowledge = packet.at(-1);
    if (event !== "sendMessage" || typeof acknowledge !== "function") return;
    packet[packet.length - 1] = (answer) => {
      if (this.answerDelay > 0) setTimeout(acknowledge, this.answerDelay, answer).unref();
      else acknowledge(answer);
    };
  }

  /** Listens to an event, and answers it whatever happens: nothing a client sends may end this process. */
  #answer(socket, event, handle) {
    socket.on(event, (payload, acknowledge) => {
      let answer;
      try {
        if (typeof payload !== "object" || payload === null || Array.isArray(payload)) throw new Refusal(`${event} takes one object`);
        answer = { ok: true, ...handle(payload) };
      } catch (error) {
        if (!(error instanceof Refusal)) console.error(error);
        answer = { error: error instanceof Refusal ? error.message : "Internal error", retryable: !(error instanceof Refusal) };
      }
      if (typeof acknowledge === "function") acknowledge(answer);
    });
  }
}

function asNotification({ type = "info", title, body, ...rest }) {
  return { id: randomUUID(), type, title, body, createdAt: new Date().toISOString(), ...rest };
}
