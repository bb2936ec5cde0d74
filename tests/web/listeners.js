// The rule of the driver: what a listener does, or throws, harms nothing.
import { is, ok, same, throws, told } from "./assert.js";
import { acknowledging, FakeSocket } from "./fake_socket.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const NOT_ABOUT_THE_TOKEN = "the room is full";

/** Each kind of listener: [how a client is given one, what makes it hear something]. */
const KINDS = {
  subscribe: [(client, listener) => client.subscribe(listener), (socket) => socket.emit("message", { id: "x" })],
  onMessage: [(client, listener) => client.onMessage(listener), (socket) => socket.emit("message", { id: "x" })],
  onNotification: [(client, listener) => client.onNotification(listener), (socket) => socket.emit("notification", { id: "x" })],
  onAuthRequired: [(client, listener) => client.onAuthRequired(listener), (socket) => socket.refuse("jwt expired", { code: 401 })],
  on: [({ socket }, listener) => socket.on("news", listener), (socket) => socket.emit("news", 1)],
  once: [({ socket }, listener) => socket.once("news", listener), (socket) => socket.emit("news", 1)],
  onAny: [({ socket }, listener) => socket.onAny(listener), (socket) => socket.emit("news", 1)],
  onAnyOutgoing: [({ socket }, listener) => socket.onAnyOutgoing(listener), (_, client) => client.socket.emit("news")],
  connect: [
    ({ socket }, listener) => socket.on("connect", listener),
    async (socket, _, world) => {
      socket.drop();
      await world.accept();
    },
  ],
  disconnect: [({ socket }, listener) => socket.on("disconnect", listener), (socket) => socket.drop()],
  connect_error: [({ socket }, listener) => socket.on("connect_error", listener), (socket) => socket.refuse(NOT_ABOUT_THE_TOKEN)],
  acknowledgement: [
    ({ socket }, listener) => socket.emit("ask", listener),
    (socket) => socket.acknowledge(socket.events.at(-1).ack, "yes"),
  ],
  "acknowledgement that does not come": [
    ({ socket }, listener) => socket.timeout(1000).emit("ask", listener),
    (_, client, world) => world.time.pass(1000),
  ],
  "acknowledgement that is lost": [({ socket }, listener) => socket.timeout(60_000).emit("ask", listener), (socket) => socket.drop()],
  ping: [({ socket }, listener) => socket.io.on("ping", listener), (socket) => socket.deliver("2")],
  close: [({ socket }, listener) => socket.io.on("close", listener), (socket) => socket.drop()],
  reconnect_attempt: [
    ({ socket }, listener) => socket.io.on("reconnect_attempt", listener),
    async (socket, _, world) => {
      socket.drop();
      await world.time.pass(10_000);
    },
  ],
};
const ONE_ONLY = Object.keys(KINDS).filter((kind) => kind.startsWith("acknowledgement"));

/** What a listener may call. */
const CALLS = {
  initializeSocket: (client) => client.initializeSocket("another"),
  "initializeSocket once more": (client) => client.initializeSocket(),
  disconnect: (client) => client.disconnect(),
  "disconnect and initializeSocket": (client) => {
    client.disconnect();
    client.initializeSocket("another");
  },
  sendMessage: (client) => client.sendMessage({ conversationId: "c", content: "from a listener" }),
  "sendMessage and discardAll": (client) => {
    client.sendMessage({ conversationId: "c", content: "from a listener" });
    is(client.discardAll(), 1);
  },
  markAsRead: (client) => client.markAsRead("c", ["m"]),
  "joinConversation and leaveConversation": (client) => {
    client.joinConversation("c");
    client.leaveConversation("c");
  },
  simulateReceiveMessage: (client) => client.simulateReceiveMessage({ content: "from a listener" }),
  "retryMessage and discardMessage": (client) => {
    is(client.retryMessage("none"), false);
    is(client.discardMessage("none"), false);
  },
  emit: (client) => client.socket.emit("from a listener", () => {}),
  "volatile emit": (client) => client.socket.volatile.emit("from a listener", new Uint8Array(3)),
  "off of everything": (client) => {
    client.socket.off();
    client.socket.offAny();
    client.socket.io.off();
  },
  "a listener more": (client) => {
    client.onMessage(() => {});
    client.subscribe(() => {});
    client.socket.on("news", () => {});
  },
  "every property": (client) => {
    for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(client))) void client[name];
    ok(Object.isFrozen(client.getSnapshot()), "a snapshot");
  },
  "another client": (client, world) => {
    const other = world.client({ token: "t" });
    other.simulateReceiveMessage();
    other.close();
  },
  close: (client) => client.close(),
};

/** It can still be used: it connects, sends and receives. */
async function requireUsable(client, world) {
  client.disconnect();
  client.initializeSocket("fresh");
  let socket;
  await world.until(() => {
    socket = FakeSocket.made.at(-1);
    return socket.readyState === FakeSocket.CONNECTING;
  }, "it connects again");
  socket.open();
  socket.accept();
  await world.until(() => client.isConnected, "it is connected again");
  client.sendMessage({ conversationId: "c", content: "still there" });
  await world.until(() => socket.said.includes("sendMessage still there"), "it sends");
  socket.emit("message", { id: "last" });
  is(client.lastMessage.id, "last");
}

async function tryCall(world, kind, call) {
  const [add, cause] = KINDS[kind];
  const [client, socket] = await world.connected({ userId: `${kind}, ${call}` });
  let heard = 0;
  add(client, () => {
    heard += 1;
    if (heard === 1) CALLS[call](client, world);
  });
  heard = 0;
  await cause(socket, client, world);
  await turn();
  ok(heard > 0, `the listener was not called: ${heard}`);
  same(world.takeReported().map(String), [], "reported");
  if (call === "close") throws(() => client.initializeSocket(), "ERR_CLOSED");
  else await requireUsable(client, world);
  client.close();
  world.forgetSockets();
}

export const any_listener_may_call_anything = test(async (world) => {
  for (const kind of Object.keys(KINDS)) {
    for (const call of Object.keys(CALLS)) {
      try {
        await tryCall(world, kind, call);
      } catch (error) {
        throw new Error(`${call} in ${kind}: ${told(error)}`);
      }
    }
  }
});

export const a_listener_that_throws_is_reported_and_the_next_one_runs = test(async (world) => {
  for (const kind of Object.keys(KINDS)) {
    const [add, cause] = KINDS[kind];
    const [client, socket] = await world.connected({ userId: kind });
    const failure = new Error(`a listener's own: ${kind}`);
    let heard = 0;
    add(client, () => {
      throw failure;
    });
    if (!ONE_ONLY.includes(kind)) add(client, () => (heard += 1));
    await cause(socket, client, world);
    await turn();
    const reported = world.takeReported();
    ok(reported.length > 0 && reported.every((error) => error === failure), `what was reported of ${kind}: ${reported}`);
    ok(heard === reported.length || ONE_ONLY.includes(kind), `the next listener of ${kind} was called ${heard} times`);
    client.socket.off();
    await requireUsable(client, world);
    client.close();
    await turn();
    world.takeReported();
    world.forgetSockets();
  }
});

export const listeners_are_called_in_the_order_in_which_they_were_added = test(async (world) => {
  const [client, socket] = await world.connected();
  const heard = [];
  for (const name of ["a", "b", "c"]) {
    client.onMessage(() => heard.push(name));
    client.socket.on("news", () => heard.push(name));
    client.socket.onAny(() => heard.push(`any ${name}`));
  }
  client.socket.prependAny(() => heard.push("any first"));
  socket.emit("news");
  same(heard.splice(0), ["any first", "any a", "any b", "any c", "a", "b", "c"]);
  client.socket.offAny();
  socket.emit("message", {});
  same(heard, ["a", "b", "c"]);
});

export const those_added_or_removed_meanwhile_count_from_the_next_event_on = test(async (world) => {
  const [client, socket] = await world.connected();
  const heard = [];
  const last = () => heard.push("last");
  client.socket.on("news", function first() {
    heard.push("first");
    client.socket.off("news", first);
    client.socket.off("news", last);
    client.socket.on("news", () => heard.push("new"));
  });
  client.socket.on("news", last);
  socket.emit("news");
  same(heard.splice(0), ["first", "last"]);
  socket.emit("news");
  same(heard.splice(0), ["new"]);
  for (const add of [(listener) => client.socket.on("other", listener), (listener) => client.onMessage(listener), (listener) => client.socket.onAny(listener)]) {
    let added = false;
    add(() => {
      if (added) return;
      added = true;
      add(() => heard.push("later"));
    });
  }
  for (const count of [0, 2]) {
    socket.emit("other");
    is(heard.splice(0).length, count, "listeners of an event and of any event that were added by one");
  }
  socket.emit("message", {});
  same(heard.splice(0), ["later"], "listeners of any event");
  socket.emit("message", {});
  same(heard, ["later", "later"]);
});

export const the_same_function_added_twice_is_called_twice_and_removed_once = test(async (world) => {
  const [client, socket] = await world.connected();
  let heard = 0;
  const listener = () => (heard += 1);
  const removals = [client.onMessage(listener), client.onMessage(listener)];
  socket.emit("message", {});
  is(heard, 2);
  removals[0]();
  removals[0]();
  socket.emit("message", {});
  is(heard, 3);
  removals[1]();
  socket.emit("message", {});
  is(heard, 3);
});

export const what_a_listener_causes_is_told_after_the_listeners_of_now = test(async (world) => {
  const [client, socket] = await world.connected();
  const heard = [];
  client.onMessage(({ id }) => {
    heard.push(`first ${id}`);
    if (id !== "m1") return;
    client.simulateReceiveMessage({ id: "m2" });
    is(client.lastMessage.id, "m2", "the last message, when the call returns");
    heard.push("first returns");
  });
  client.onMessage(({ id }) => heard.push(`second ${id}`));
  socket.emit("message", { id: "m1" });
  same(heard, ["first m1", "first returns", "second m1", "first m2", "second m2"]);
});

export const what_a_listener_sends_is_on_the_wire_when_the_call_returns_and_only_once = test(async (world) => {
  const [client, socket] = await world.connected();
  client.onMessage(({ id }) => {
    if (id !== "m1") return;
    client.sendMessage({ conversationId: "c", content: "one" });
    client.socket.emit("two");
    same(socket.said, ["sendMessage one", "two"]);
  });
  socket.emit("message", { id: "m1" });
  await world.time.pass(1000);
  same(socket.said, ["sendMessage one", "two"]);
});

export const after_close_in_a_listener_nothing_more_is_told = test(async (world) => {
  const client = world.client({ token: "t" });
  const heard = [];
  client.sendMessage({ conversationId: "c", content: "waiting" });
  client.socket.on("connect", () => {
    heard.push("connect");
    client.close();
  });
  client.onMessage(() => heard.push("message"));
  client.subscribe(() => heard.push("change"));
  client.initializeSocket();
  const socket = await world.socket();
  socket.open();
  heard.length = 0;
  socket.accept();
  socket.emit("message", {});
  await turn();
  same(heard, ["connect"]);
  same(socket.said, []);
  world.requireNothingLeft();
});

export const after_disconnect_in_a_listener_nothing_more_is_sent = test(async (world) => {
  const client = world.client({ token: "t" });
  client.sendMessage({ conversationId: "c", content: "waiting" });
  client.joinConversation("c");
  client.socket.on("connect", () => client.disconnect());
  client.initializeSocket();
  const socket = await world.socket();
  socket.open();
  socket.accept();
  await turn();
  same(socket.said, []);
  is(client.status, "idle");
  is(client.offlineMessages[0].status, "queued");
});

export const a_message_that_calls_back_while_it_is_serialised_harms_nothing = test(async (world) => {
  const [client, socket] = await world.connected();
  const message = (call) => ({ conversationId: "c", content: "odd", extra: { toJSON: () => String(call()) } });
  client.sendMessage(message(() => client.sendMessage({ conversationId: "c", content: "inner" })));
  same(socket.said, ["sendMessage inner", "sendMessage odd"]);
  throws(() => client.socket.emit("odd", message(() => client.close())), "ERR_CLOSED");
});

export const a_message_whose_client_is_closed_while_it_is_serialised_is_refused_and_goes_nowhere = test(async (world) => {
  const closing = world.client({ userId: "first" });
  let other = null;
  const extra = {
    toJSON: () => {
      closing.close();
      other = world.client({ userId: "second" });
      return "";
    },
  };
  throws(() => closing.sendMessage({ conversationId: "c", content: "late", extra }), "ERR_CLOSED");
  same(other.pendingMessages, []);
});

export const is_auth_error_may_throw_and_may_call_anything = test(async (world) => {
  for (const call of Object.keys(CALLS)) {
    let client = null;
    const isAuthError = () => {
      CALLS[call](client, world);
      throw new Error("no answer");
    };
    client = world.client({ token: "t", userId: call, isAuthError });
    client.initializeSocket();
    const socket = await world.socket();
    socket.open();
    socket.refuse("token expired");
    await turn();
    same(world.takeReported().map(String), [], "reported");
    if (call === "close") throws(() => client.initializeSocket(), "ERR_CLOSED");
    else await requireUsable(client, world);
    client.close();
    world.forgetSockets();
  }
});

export const a_token_provider_may_call_anything = test(async (world) => {
  for (const call of Object.keys(CALLS)) {
    let client = null;
    let asked = 0;
    client = world.client({
      userId: call,
      token: () => {
        asked += 1;
        if (asked === 1) CALLS[call](client, world);
        return "t";
      },
    });
    client.initializeSocket();
    await turn();
    is(asked > 0, true, `asked (${call})`);
    same(world.takeReported().map(String), [], "reported");
    if (call === "close") throws(() => client.initializeSocket(), "ERR_CLOSED");
    else await requireUsable(client, world);
    client.close();
    world.forgetSockets();
  }
});

export const two_clients_of_one_page_share_the_queue = test(async (world) => {
  const [one] = await world.connected();
  const [two] = await world.connected();
  FakeSocket.answer = acknowledging;
  const delivery = two.sendMessage({ conversationId: "c", content: "from the second" });
  is((await delivery.settled).status, "delivered");
  same([one.pendingMessages, two.pendingMessages], [[], []]);
});
