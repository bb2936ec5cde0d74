// localStorage where it is missing, blocked, full or broken: everything works, and `persisted` says what is only in memory.
import { is, ok, same, throws, told } from "./assert.js";
import { acknowledging, FakeSocket } from "./fake_socket.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const message = (content, more) => ({ conversationId: "c", content, ...more });
/** Of messages: a key that ends in the scope shows that nobody has emptied the storage. */
const keys = () => Object.keys(localStorage).filter((key) => !/^socketio-wasm:1:[^:]+$/.test(key)).sort();
const quota = () => new DOMException("Setting the value exceeded the quota.", "QuotaExceededError");

/** Each way for a window to have no localStorage that can be used. */
const WITHOUT = {
  "a getter that gives undefined": (world) => world.stub(window, "localStorage", undefined, { get: () => undefined }),
  "a getter that gives null": (world) => world.stub(window, "localStorage", undefined, { get: () => null }),
  "a getter that throws": (world) =>
    world.stub(window, "localStorage", undefined, {
      get() {
        throw new DOMException("The request was denied.", "SecurityError");
      },
    }),
  "an object that is no storage": (world) => world.stub(window, "localStorage", undefined, { get: () => ({}) }),
  "a storage of size 0": (world) =>
    world.wrap(Storage.prototype, "setItem", () => {
      throw quota();
    }),
  "a storage that cannot be read": (world) =>
    world.wrap(Storage.prototype, "getItem", () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    }),
  "a storage that forgets": (world) => world.wrap(Storage.prototype, "getItem", () => null),
  "a storage that keeps everything": (world) =>
    world.wrap(Storage.prototype, "removeItem", () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    }),
};

export const without_storage_everything_works_and_persisted_is_false = test(async (world) => {
  for (const [what, remove] of Object.entries(WITHOUT)) {
    try {
      const restore = remove(world);
      await requireWorking(world, {});
      restore();
    } catch (error) {
      throw new Error(`${what}: ${told(error)}`);
    }
  }
});

export const storage_memory_does_not_touch_local_storage = test(async (world) => {
  let touched = 0;
  world.stub(window, "localStorage", undefined, { get: () => void (touched += 1) });
  await requireWorking(world, { queue: { storage: "memory" } });
  is(touched, 0);
});

async function requireWorking(world, options) {
  const client = world.client({ token: "t", ...options });
  const first = client.sendMessage(message("one"));
  const second = client.sendMessage(message("two"));
  client.markAsRead("c", ["m"]);
  is(first.persisted, false);
  same(client.offlineMessages.map(({ persisted }) => persisted), [false, false]);
  is(client.discardMessage(second.id), true);
  client.initializeSocket();
  FakeSocket.answer = acknowledging;
  const socket = await world.accept();
  same(await first.settled, { status: "delivered", response: { status: "ok" } });
  same(socket.said, ["sendMessage one", "markAsRead c"]);
  await turn();
  same(client.pendingMessages, []);
  is(client.sendMessage(message("three")).persisted, false);
  client.close();
}

export const where_storage_is_full_a_message_is_in_memory_until_there_is_room = test(async (world) => {
  const client = world.client({ token: "t" });
  client.sendMessage(message("one"));
  fill();
  const second = client.sendMessage(message("two"));
  is(second.persisted, false);
  same(client.offlineMessages.map(({ persisted }) => persisted), [true, false]);
  is(client.offlineMessages[1].status, "queued");
  client.initializeSocket();
  const socket = await world.accept();
  same(socket.said, ["sendMessage one", "sendMessage two"], "sent like the rest");
  socket.acknowledge(socket.events[0].ack);
  same(client.pendingMessages.map(({ content, persisted }) => [content, persisted]), [["two", true]], "there is room now");
  ok(keys().some((key) => key.endsWith(`:${second.id}`)), "stored");
  socket.acknowledge(socket.events[1].ack);
  same(keys(), ["filler"]);
});

/** Takes all the room there is, but for less than a message. */
function fill() {
  let text = "";
  for (let step = 4_000_000; step >= 1; step = Math.floor(step / 2)) {
    for (;;) {
      try {
        localStorage.setItem("filler", text + "x".repeat(step));
        text += "x".repeat(step);
      } catch {
        break;
      }
    }
  }
}

export const a_storage_that_begins_to_fail_later_harms_nothing = test(async (world) => {
  let broken = false;
  for (const method of ["setItem", "getItem", "removeItem"]) {
    world.wrap(Storage.prototype, method, (call) => {
      if (broken) throw new DOMException("The disk is gone.", "UnknownError");
      return call();
    });
  }
  const [client, socket] = await world.connected();
  const first = client.sendMessage(message("one"));
  broken = true;
  const second = client.sendMessage(message("two"));
  same([first.persisted, second.persisted], [true, false]);
  for (const { ack } of socket.events) socket.acknowledge(ack);
  same((await Promise.all([first.settled, second.settled])).map(({ status }) => status), ["delivered", "delivered"]);
  const third = client.sendMessage(message("three"));
  socket.acknowledge(socket.events[2].ack, { error: "rude" });
  is((await third.settled).status, "failed");
  is(client.retryMessage(third.id), true);
  is(client.discardAll(), 1);
  client.close();
  broken = false;
  is(world.client().offlineMessages.length, 1, "what could not be removed");
});

export const a_full_queue_refuses_the_message_and_touches_nothing = test(async (world) => {
  for (const queue of [{ maxMessages: 2 }, { maxLength: 1200 }]) {
    const client = world.client({ queue });
    const content = "x".repeat(300);
    client.sendMessage(message(content));
    client.sendMessage(message(content));
    const [before, snapshot] = [Object.entries(localStorage), client.getSnapshot()];
    throws(() => client.sendMessage(message(content)), "ERR_QUEUE_FULL");
    same(Object.entries(localStorage), before);
    is(client.getSnapshot(), snapshot);
    client.discardMessage(client.offlineMessages[0].id);
    client.sendMessage(message(content));
    client.discardAll();
    client.close();
  }
});

export const a_message_is_measured_as_it_is_stored = test(async (world) => {
  const send = (queue) => {
    const client = world.client({ queue });
    try {
      client.sendMessage(message("é😀\u0000\"", { id: "m" }));
      return localStorage.getItem(keys()[0]).length;
    } finally {
      client.discardAll();
      client.close();
    }
  };
  const length = send({});
  is(send({ maxMessageLength: length, maxLength: length }), length);
  throws(() => send({ maxMessageLength: length - 1 }), "ERR_MESSAGE_TOO_LONG");
  throws(() => send({ maxLength: length - 1 }), "ERR_QUEUE_FULL");
});

export const what_can_never_be_sent_is_refused_and_not_stored = test(async (world) => {
  const client = world.client();
  const circular = message("x");
  circular.self = circular;
  const refused = [null, undefined, "text", [], {}, { content: "x" }, { conversationId: "c" }, message(5), message("x", { id: 5 }), message("x", { id: "" }),
    { conversationId: "", content: "x" }, message("x", { n: 1n }), message("x", { file: new Uint8Array(1) }), circular];
  for (const value of refused) throws(() => client.sendMessage(value), "ERR_INVALID_MESSAGE", `sendMessage(${typeof value})`);
  client.sendMessage(message("x", { id: "taken" }));
  throws(() => client.sendMessage(message("y", { id: "taken" })), "ERR_DUPLICATE_ID");
  is(keys().length, 1);
});
