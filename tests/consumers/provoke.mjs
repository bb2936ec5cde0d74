// What a careless or hostile client may send to a chat server, which has to survive it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { io } from "socket.io-client";

const TOKENS = [undefined, null, 5, {}, { toString: 1, valueOf: 1 }];
const EVENTS = ["joinConversation", "leaveConversation", "markAsRead", "sendMessage"];
const ARGUMENTS = [[], [null], [5, 6], [{}], [{ conversationId: {} }, () => {}], [{ id: "m", conversationId: "c" }], [() => {}]];

/** Also settles where the server ends instead. */
const hear = (socket, event) =>
  Promise.race([
    once(socket, event),
    once(socket.io, "close").then(([reason]) => {
      throw new Error(`the connection ended before ${event}: ${reason}`);
    }),
  ]);

/** Resolves when the server has seen all of it and answers still. `token`: one that it takes. */
export async function provoke(url, token) {
  const open = (token) => io(url, { path: "/socket/notification", transports: ["websocket"], forceNew: true, reconnection: false, auth: { token } });
  for (const bad of TOKENS) {
    const socket = open(bad);
    const [error] = await hear(socket, "connect_error");
    assert.match(error.message, /token/);
    socket.close();
  }
  const socket = open(token);
  try {
    await hear(socket, "connect");
    for (const event of EVENTS) for (const args of ARGUMENTS) socket.emit(event, ...args);
    assert.deepEqual(await socket.emitWithAck("joinConversation", { conversationId: "c" }), {});
  } finally {
    socket.close();
  }
}
