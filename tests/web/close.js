// What close leaves behind: nothing but the queue; and what the client says afterwards.
import { is, ok, same, throws, told } from "./assert.js";
import { FakeSocket } from "./fake_socket.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const message = (content) => ({ conversationId: "c", content });

/** Each state that a client can be closed in. */
const STATES = {
  idle: (world) => world.client({ token: "t" }),
  "waiting for a token": (world) => start(world, { token: () => new Promise(() => {}) }),
  connecting: async (world) => {
    const client = start(world);
    await world.socket();
    return client;
  },
  "without an open packet": async (world) => {
    const client = start(world);
    (await world.socket()).openSilently();
    return client;
  },
  "without a CONNECT answer": async (world) => {
    const client = start(world);
    (await world.socket()).open();
    return client;
  },
  connected: async (world) => (await world.connected())[0],
  "connected, with everything under way": async (world) => {
    const [client] = await world.connected();
    client.sendMessage(message("unanswered"));
    client.markAsRead("c");
    client.socket.timeout(5000).emit("ask", () => {});
    client.socket.emit("ask", () => {});
    return client;
  },
  "between two attempts": async (world) => {
    const [client, socket] = await world.connected();
    socket.drop();
    return client;
  },
  offline: async (world) => {
    const [client] = await world.connected();
    window.dispatchEvent(new Event("offline"));
    return client;
  },
  auth_required: async (world) => {
    const client = start(world);
    const socket = await world.socket();
    socket.open();
    socket.refuse("invalid token");
    return client;
  },
  failed: async (world) => {
    const [client, socket] = await world.connected();
    socket.deliver("41");
    return client;
  },
  "disconnected by the application": async (world) => {
    const [client] = await world.connected();
    client.disconnect();
    return client;
  },
  "mock, connecting": (world) => start(world, { useMockSocket: true }),
  "mock, connected, with a message under way": async (world) => {
    const client = start(world, { useMockSocket: true });
    await world.until(() => client.isConnected);
    client.sendMessage(message("unanswered"));
    return client;
  },
  "mock, link down": async (world) => {
    const client = start(world, { useMockSocket: true });
    await world.until(() => client.isConnected);
    client.mock.drop();
    return client;
  },
};

function start(world, options) {
  const client = world.client({ token: "t", ...options });
  client.initializeSocket();
  return client;
}

export const close_leaves_nothing_behind_whatever_the_state = test(async (world) => {
  for (const [what, reach] of Object.entries(STATES)) {
    const client = await reach(world);
    const heard = [];
    client.subscribe(() => heard.push("change"));
    const before = FakeSocket.made.length;
    client.close();
    try {
      world.requireNothingLeft();
      heard.length = 0;
      for (const type of ["online", "offline", "pageshow"]) window.dispatchEvent(new Event(type));
      document.dispatchEvent(new Event("visibilitychange"));
      client.mock?.emit("message", {});
      await world.time.pass(3_600_000);
      same(heard, [], "listeners called");
      is(FakeSocket.made.length, before, "sockets made");
      world.requireNothingLeft();
      same([client.isConnected, client.status], [false, "idle"]);
    } catch (error) {
      throw new Error(`${what}: ${told(error)}`);
    }
    localStorage.clear();
    world.forgetSockets();
  }
});

export const calls_after_close_throw_err_closed_and_reading_goes_on = test(async (world) => {
  const [client, socket] = await world.connected();
  socket.emit("message", { id: "m" });
  client.sendMessage(message("one"));
  const stop = client.subscribe(() => {});
  const general = client.socket;
  client.close();
  const calls = {
    initializeSocket: () => client.initializeSocket("t"),
    sendMessage: () => client.sendMessage(message("x")),
    joinConversation: () => client.joinConversation("c"),
    leaveConversation: () => client.leaveConversation("c"),
    markAsRead: () => client.markAsRead("c"),
    simulateReceiveMessage: () => client.simulateReceiveMessage(),
    retryMessage: () => client.retryMessage("x"),
    discardMessage: () => client.discardMessage("x"),
    discardAll: () => client.discardAll(),
    subscribe: () => client.subscribe(() => {}),
    onMessage: () => client.onMessage(() => {}),
    onNotification: () => client.onNotification(() => {}),
    onAuthRequired: () => client.onAuthRequired(() => {}),
    disconnect: () => client.disconnect(),
    "socket.emit": () => general.emit("x"),
    "socket.connect": () => general.connect(),
    "socket.disconnect": () => general.disconnect(),
  };
  for (const [name, call] of Object.entries(calls)) throws(call, "ERR_CLOSED", name);
  client.close();
  stop();
  same([general.connected, general.active, general.id], [false, false, undefined]);
  same(client.lastMessage, { id: "m" });
  same(client.offlineMessages.map(({ content }) => content), ["one"]);
  same(client.pendingMessages.map(({ content }) => content), ["one"]);
  const { isConnected, status, lastMessage } = client.getSnapshot();
  same([isConnected, status, lastMessage], [false, "idle", { id: "m" }]);
  is(client.getSnapshot(), client.getSnapshot());
  await turn();
});

export const the_queue_is_kept = test(async (world) => {
  const [client] = await world.connected();
  client.sendMessage(message("one"));
  client.close();
  same(world.client().offlineMessages.map(({ content }) => content), ["one"]);
});

export const a_token_that_comes_after_close_does_nothing = test(async (world) => {
  let answer = null;
  const client = start(world, { token: () => new Promise((resolve) => (answer = resolve)) });
  await turn();
  client.close();
  // It could take the place of the closed one.
  const other = world.client({ userId: "other" });
  answer("t");
  await world.time.pass(60_000);
  is(FakeSocket.made.length, 0);
  is(other.status, "idle");
});

export const an_acknowledgement_of_a_closed_client_is_not_sent_by_another = test(async (world) => {
  const [client, socket] = await world.connected();
  const held = [];
  client.socket.on("ask", (ack) => held.push(ack));
  socket.deliver('420["ask"]');
  client.close();
  const [, other] = await world.connected({ userId: "other" });
  const before = other.sent.length;
  try {
    held[0]("late");
  } catch (error) {
    is(error.code, "ERR_CLOSED");
  }
  is(other.sent.length, before);
});

/** What becomes of a promise by the next turn. */
async function outcome(promise) {
  let result = "waiting";
  promise.then(() => (result = "resolved"), () => (result = "rejected"));
  await turn();
  return result;
}

export const acknowledgements_that_are_waited_for_fail = test(async (world) => {
  const [client] = await world.connected();
  const promise = client.socket.emitWithAck("ask");
  const errors = [];
  client.socket.timeout(1000).emit("ask", (error) => errors.push(error instanceof Error));
  client.close();
  is(await outcome(promise), "rejected");
  same(errors, [true]);
});

export const acknowledgements_that_are_waited_for_fail_where_a_listener_closes = test(async (world) => {
  const [client, socket] = await world.connected();
  const promise = client.socket.emitWithAck("ask");
  client.onMessage(() => client.close());
  socket.emit("message", {});
  is(await outcome(promise), "rejected");
});

export const acknowledgements_of_what_was_never_sent_fail_too = test(async (world) => {
  const client = world.client({ token: "t" });
  const promise = client.socket.emitWithAck("ask");
  client.close();
  is(await outcome(promise), "rejected");
});

export const closing_one_client_leaves_the_others_alone = test(async (world) => {
  const [one] = await world.connected({ userId: "ann" });
  const [two, socket] = await world.connected({ userId: "bob" });
  one.close();
  const [three] = await world.connected({ userId: "cleo" });
  is(two.isConnected, true);
  socket.emit("message", { id: "m" });
  is(two.lastMessage.id, "m");
  is(three.lastMessage, null);
  two.close();
  is(three.isConnected, true);
});

/** Opens and closes clients that have done all kinds of things. */
const openAndClose = (count) =>
  test(async (world) => {
    for (let index = 0; index < count; index += 1) {
      const [client, socket] = await world.connected({ queue: { storage: "memory" } });
      client.onMessage(() => {});
      client.joinConversation("c");
      client.sendMessage(message("x".repeat(1000)));
      client.socket.timeout(1000).emit("ask", () => {});
      socket.emit("message", { id: "m" });
      socket.drop();
      client.close();
      FakeSocket.made.length = 0;
      world.forgetSockets();
    }
  });

export const clients_can_be_opened_and_closed = openAndClose(20);
export const clients_can_be_opened_and_closed_by_the_hundred = openAndClose(300);
