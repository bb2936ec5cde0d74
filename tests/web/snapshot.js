// Snapshots, as `useSyncExternalStore` needs them: frozen, and the same object until something in them changes.
import { is, ok, same } from "./assert.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const message = (content) => ({ conversationId: "c", content });

export const a_snapshot_is_frozen_all_the_way_down = test(async (world) => {
  const client = world.client();
  client.sendMessage(message("one"));
  const snapshot = client.getSnapshot();
  const [waiting] = snapshot.offlineMessages;
  ok([snapshot, snapshot.offlineMessages, waiting, waiting.message].every(Object.isFrozen), "frozen");
  same(Object.keys(snapshot).sort(), ["connectionError", "isConnected", "lastMessage", "lastNotification", "offlineMessages", "status", "useMockSocket"]);
  for (const name of Object.keys(snapshot)) is(client[name], snapshot[name], name);
});

export const it_is_the_same_object_until_something_changes = test(async (world) => {
  const [client, socket] = await world.connected();
  client.sendMessage(message("unanswered"));
  socket.emit("message", { id: "m" });
  const snapshot = client.getSnapshot();
  socket.deliver("2");
  socket.emit("other");
  client.joinConversation("c");
  client.markAsRead("c");
  client.initializeSocket();
  client.socket.emit("x", () => {});
  client.discardMessage("none");
  window.dispatchEvent(new Event("online"));
  await world.time.pass(1000);
  is(client.getSnapshot(), snapshot);
});

export const what_has_not_changed_keeps_its_identity = test(async (world) => {
  const [client, socket] = await world.connected({ maxInFlight: 1 });
  for (const content of ["one", "two", "three"]) client.sendMessage(message(content));
  const before = client.getSnapshot();
  same(before.offlineMessages.map(({ content }) => content), ["two", "three"]);
  socket.emit("message", { id: "m" });
  const after = client.getSnapshot();
  ok(after !== before, "another snapshot");
  is(after.offlineMessages, before.offlineMessages, "the list");
  is(client.offlineMessages, before.offlineMessages);
  client.discardMessage(before.offlineMessages[0].id);
  is(client.offlineMessages[0], before.offlineMessages[1], "the message that stays");
  is(client.getSnapshot().lastMessage, after.lastMessage);
});

/** Each thing that changes a snapshot, and what it changes. */
const CHANGES = {
  lastMessage: (_, socket) => socket.emit("message", { id: "m" }),
  lastNotification: (_, socket) => socket.emit("notification", { id: "n" }),
  "isConnected status connectionError": (_, socket) => socket.drop(),
  "isConnected status": (client) => client.disconnect(),
  offlineMessages: (client) => {
    client.disconnect();
    client.initializeSocket();
    client.sendMessage(message("one"));
  },
};

export const a_change_is_told_and_is_in_the_snapshot_by_then = test(async (world) => {
  for (const [names, change] of Object.entries(CHANGES)) {
    const [client, socket] = await world.connected({ userId: names });
    const before = client.getSnapshot();
    let seen = null;
    client.subscribe(() => (seen = client.getSnapshot()));
    change(client, socket);
    await turn();
    ok(seen, `told of ${names}`);
    is(seen, client.getSnapshot(), `the snapshot when ${names} was told last`);
    for (const name of names.split(" ")) ok(seen[name] !== before[name], `${name} has changed`);
    client.close();
  }
});

export const every_step_of_a_message_is_told = test(async (world) => {
  const client = world.client({ token: "t" });
  const steps = [];
  client.subscribe(() => {
    const { status = "gone", persisted } = client.pendingMessages[0] ?? {};
    if (steps.at(-1) !== status) steps.push(status);
    ok(persisted !== false, "it is persisted");
  });
  client.sendMessage(message("one"));
  client.initializeSocket();
  const socket = await world.accept();
  socket.drop();
  const next = await world.accept();
  next.acknowledge(next.events[0].ack, { error: "rude" });
  client.retryMessage(client.offlineMessages[0].id);
  next.acknowledge(next.events[1].ack);
  same(steps, ["queued", "sending", "in_doubt", "sending", "failed", "sending", "gone"]);
});

export const a_burst_is_told_message_by_message = test(async (world) => {
  const [client, socket] = await world.connected();
  const heard = [];
  client.onMessage(({ id }) => heard.push([id, client.lastMessage.id, client.getSnapshot().lastMessage.id]));
  for (let index = 0; index < 50; index += 1) socket.emit("message", { id: `m${index}` });
  same(heard, Array.from({ length: 50 }, (_, index) => [`m${index}`, `m${index}`, `m${index}`]));
});

export const unsubscribing_stops_it = test(async (world) => {
  const [client, socket] = await world.connected();
  let told = 0;
  const stop = client.subscribe(() => (told += 1));
  socket.emit("message", { id: "a" });
  const before = told;
  ok(before > 0, "told");
  stop();
  stop();
  socket.emit("message", { id: "b" });
  is(told, before);
});

export const methods_that_change_lists_do_not_change_those_that_were_handed_out = test(async (world) => {
  const client = world.client();
  client.joinConversation("a");
  client.sendMessage(message("one"));
  const [conversations, pending, offline] = [client.conversations, client.pendingMessages, client.offlineMessages];
  client.joinConversation("b");
  client.sendMessage(message("two"));
  same([conversations.length, pending.length, offline.length], [1, 1, 1]);
  same(client.conversations, ["a", "b"]);
  ok(Object.isFrozen(conversations) && Object.isFrozen(pending), "frozen");
});
