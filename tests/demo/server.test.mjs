// The demo's chat server, asked by the reference client.

import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, beforeEach, test } from "node:test";
import { io } from "socket.io-client";
import { startChatServer } from "../../www-demo/server.mjs";

let server;
let sockets;

beforeEach(async () => {
  sockets = [];
  server = await startChatServer();
});

afterEach(async () => {
  for (const socket of sockets) socket.disconnect();
  await server.stop();
});

function open(auth, options = {}) {
  const socket = io(server.url, { path: "/socket/notification", transports: ["websocket"], forceNew: true, auth, reconnection: false, ...options });
  sockets.push(socket);
  return socket;
}

/** Resolves to what the socket gets with the next event of that name. */
const next = async (socket, event) => (await once(socket, event))[0];

async function signIn(name) {
  const socket = open({ token: `Bearer ${name}` });
  socket.greeting = await next(socket, "connected");
  return socket;
}

const ask = (socket, event, ...args) => socket.timeout(5000).emitWithAck(event, ...args);
const message = (id, content = "hello") => ({ id, conversationId: "general", content, createdAt: "2026-01-02T03:04:05.678Z" });

test("a bearer token names the user, and connected arrives with what is unread", async () => {
  const ada = await signIn("Ada");
  await ask(ada, "sendMessage", message("1"));
  const grace = await signIn("Grace");
  assert.deepEqual(grace.greeting, { userId: "Grace", unread: { general: 1, launch: 0, lunch: 0 } });
});

test("a missing, empty, unprefixed, invalid or expired token is refused with code 401", async () => {
  for (const auth of [undefined, {}, { token: "" }, { token: "Bearer " }, { token: "Ada" }, { token: 7 }, { token: "Bearer invalid" }, { token: "Bearer expired" }]) {
    const error = await next(open(auth), "connect_error");
    assert.equal(error.data?.code, 401, JSON.stringify(auth));
    assert.match(error.message, /token/);
  }
});

test("a message id that was seen is acknowledged again, but stored and passed on once", async () => {
  const [ada, grace] = [await signIn("Ada"), await signIn("Grace")];
  const heard = [];
  grace.on("message", ({ id }) => heard.push(id));
  await ask(grace, "joinConversation", { conversationId: "general" });
  assert.deepEqual(await ask(ada, "sendMessage", message("1")), { ok: true, id: "1" });
  assert.deepEqual(await ask(ada, "sendMessage", message("1")), { ok: true, duplicate: true });
  // Another sender's ids are their own.
  assert.deepEqual(await ask(grace, "sendMessage", message("1")), { ok: true, id: "1" });
  await ask(ada, "sendMessage", message("2"));
  // The answer comes after everything that was sent to Grace before it.
  await ask(grace, "leaveConversation", { conversationId: "general" });
  assert.deepEqual(heard, ["1", "2"]);
  assert.deepEqual(
    server.store.messages.map(({ senderId, id }) => [senderId, id]),
    [
      ["Ada", "1"],
      ["Grace", "1"],
      ["Ada", "2"],
    ],
  );
});

test("who has joined gets the message, who has not gets a notification, the sender gets neither", async () => {
  const [ada, grace, mary] = [await signIn("Ada"), await signIn("Grace"), await signIn("Mary")];
  const own = [];
  ada.onAny((event) => own.push(event));
  await ask(grace, "joinConversation", { conversationId: "general" });
  const told = Promise.all([next(grace, "message"), next(mary, "notification")]);
  await ask(ada, "sendMessage", message("1"));
  const [received, notification] = await told;
  assert.deepEqual(received, { ...message("1"), senderId: "Ada" });
  assert.equal(notification.messageId, "1");
  assert.equal(notification.conversationId, "general");
  assert.deepEqual(own, []);
});

test("who joins gets the conversation's history, and what was marked as read is not unread at the next connection", async () => {
  const ada = await signIn("Ada");
  for (const id of ["1", "2", "3"]) await ask(ada, "sendMessage", message(id));
  const grace = await signIn("Grace");
  const history = next(grace, "history");
  await ask(grace, "joinConversation", { conversationId: "general" });
  assert.deepEqual((await history).messages.map(({ id }) => id), ["1", "2", "3"]);
  await ask(grace, "markAsRead", { conversationId: "general", messageIds: ["1"] });
  assert.equal((await signIn("Grace")).greeting.unread.general, 2);
  await ask(grace, "markAsRead", { conversationId: "general" });
  assert.equal((await signIn("Grace")).greeting.unread.general, 0);
});

test("what is not a message is refused with a reason, and does not end the server", async () => {
  const ada = await signIn("Ada");
  const good = message("1");
  const bad = [
    null,
    7,
    "text",
    [],
    {},
    { ...good, id: undefined },
    { ...good, id: "" },
    { ...good, id: "x".repeat(129) },
    { ...good, id: { toString: null } },
    { ...good, conversationId: "nowhere" },
    { ...good, conversationId: "__proto__" },
    { ...good, content: " " },
    { ...good, content: 7 },
    { ...good, content: "x".repeat(4001) },
    { ...good, createdAt: "yesterday" },
  ];
  for (const payload of bad) {
    const answer = await ask(ada, "sendMessage", payload);
    assert.equal(typeof answer.error, "string", JSON.stringify(payload));
    assert.equal(answer.retryable, false);
  }
  for (const event of ["joinConversation", "leaveConversation", "markAsRead"]) assert.ok((await ask(ada, event, { conversationId: 1 })).error);
  assert.ok((await ask(ada, "markAsRead", { conversationId: "general", messageIds: "1" })).error);
  ada.emit("sendMessage");
  ada.emit("sendMessage", good, "not a function");
  assert.equal((await ask(ada, "sendMessage", message("2"))).ok, true);
  assert.deepEqual(server.store.messages.map(({ id }) => id), ["1", "2"]);
});

test("stop cuts the connections off without a goodbye, and start takes the same port with the same memory", async () => {
  const ada = await signIn("Ada");
  await ask(ada, "sendMessage", message("1"));
  const { port } = server;
  const gone = next(ada, "disconnect");
  await server.stop();
  assert.match(await gone, /^transport (close|error)$/);
  assert.equal(server.running, false);
  await server.start();
  assert.equal(server.port, port);
  assert.deepEqual(await ask(await signIn("Ada"), "sendMessage", message("1")), { ok: true, duplicate: true });
});

test("pages of other sites may not connect", async () => {
  const refused = open({ token: "Bearer Ada" }, { extraHeaders: { Origin: "http://elsewhere.example" } });
  await next(refused, "connect_error");
  assert.deepEqual(server.store.received, []);
  const local = open({ token: "Bearer Ada" }, { extraHeaders: { Origin: "http://localhost:8080" } });
  assert.equal((await next(local, "connected")).userId, "Ada");
});
