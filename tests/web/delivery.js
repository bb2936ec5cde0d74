// Conversations and messages on their way: joins, the queue, what settles a message, what comes back.
import { is, ok, same } from "./assert.js";
import { acknowledging, FakeSocket } from "./fake_socket.js";
import { test } from "./world.js";

const message = (content, more) => ({ conversationId: "c", content, ...more });

export const on_connecting_come_connect_then_joins_then_the_queue = test(async (world) => {
  const order = [];
  const client = world.client({ token: "t", awaitServerReady: true });
  client.joinConversation("a");
  client.sendMessage(message("one"));
  client.joinConversation("b");
  client.sendMessage(message("two"));
  client.socket.on("connect", () => order.push(["connect", client.socket.id, FakeSocket.made[0].said.length]));
  client.socket.on("connected", () => order.push(["connected", client.isConnected]));
  client.initializeSocket();
  const socket = await world.accept();
  is(client.isConnected, false, "connected before the server says so");
  same(socket.said, []);
  socket.emit("connected", { user: "ann" });
  is(client.isConnected, true);
  same(order, [["connect", "socket", 0], ["connected", true]]);
  await world.until(() => socket.said.length === 4, "the queue goes out");
  same(socket.said, ["joinConversation a", "joinConversation b", "sendMessage one", "sendMessage two"]);
  const { id, createdAt, ...rest } = socket.events[2].args[1];
  same(rest, message("one"));
  ok(typeof id === "string" && createdAt === "2026-03-01T12:00:00.000Z", "id and createdAt are filled in");
});

export const joins_are_repeated_at_every_connection_before_what_is_queued = test(async (world) => {
  const [client, socket] = await world.connected();
  client.joinConversation("a");
  client.joinConversation("b");
  client.joinConversation("a");
  client.leaveConversation("b");
  client.leaveConversation("never");
  same(socket.said, ["joinConversation a", "joinConversation b", "leaveConversation b"]);
  same(client.conversations, ["a"]);
  client.sendMessage(message("in doubt"));
  socket.drop();
  client.sendMessage(message("queued"));
  client.joinConversation("c");
  FakeSocket.answer = acknowledging;
  const next = await world.accept();
  same(next.said, ["joinConversation a", "joinConversation c", "sendMessage in doubt", "sendMessage queued"]);
  is(next.events[2].args[1].id, socket.events[3].args[1].id, "the id that is sent again");
});

export const an_acknowledgement_settles_a_message_and_an_error_in_it_refuses = test(async (world) => {
  const [client, socket] = await world.connected();
  const answers = [[{ stored: 1 }], [], [null], [{ error: "rude" }], [{ error: "busy", retryable: true }]];
  const deliveries = answers.map((_, index) => client.sendMessage({ conversationId: String(index), content: "x" }));
  for (const [index, { ack }] of socket.events.entries()) socket.acknowledge(ack, ...answers[index]);
  same(await Promise.all(deliveries.slice(0, 4).map(({ settled }) => settled)), [
    { status: "delivered", response: { stored: 1 } },
    { status: "delivered", response: undefined },
    { status: "delivered", response: null },
    { status: "failed", error: "rude" },
  ]);
  same(client.offlineMessages.map(({ status, attempts, error }) => [status, attempts, error]), [["failed", 0, "rude"], ["in_doubt", 1, "busy"]]);
  await world.until(() => socket.events.length === 6, "the one that was refused for now goes again");
  is(socket.events[5].args[1].id, deliveries[4].id);
});

export const a_message_that_comes_back_settles_it_and_is_heard = test(async (world) => {
  for (const delivery of ["ack", "echo"]) {
    const [client, socket] = await world.connected({ delivery, userId: delivery });
    const heard = [];
    client.onMessage((message) => heard.push(message));
    const { id, settled } = client.sendMessage(message("one"));
    is(socket.events[0].ack === undefined, delivery === "echo", `no acknowledgement asked for (${delivery})`);
    socket.emit("message", { id, stored: true });
    same(await settled, { status: "delivered", response: { id, stored: true } });
    same(heard, [{ id, stored: true }]);
    is(client.lastMessage, heard[0], "lastMessage is the object that listeners got");
    client.close();
  }
});

export const where_sending_is_enough_a_message_is_settled_by_it = test(async (world) => {
  const [client, socket] = await world.connected({ delivery: "sent" });
  same(await client.sendMessage(message("one")).settled, { status: "delivered", response: undefined });
  is(socket.events[0].ack, undefined);
  same(client.pendingMessages, []);
});

export const read_marks_are_queued_and_merged_while_they_wait = test(async (world) => {
  const client = world.client({ token: "t" });
  client.markAsRead("c", ["m1"]);
  client.markAsRead("c", ["m2", "m1"]);
  client.markAsRead("d", ["m3"]);
  client.markAsRead("d");
  same(client.offlineMessages, [], "they are no messages");
  client.initializeSocket();
  const socket = await world.accept();
  same(socket.events.map(({ args }) => args), [
    ["markAsRead", { conversationId: "c", messageIds: ["m1", "m2"] }],
    ["markAsRead", { conversationId: "d" }],
  ]);
});

export const a_message_that_the_server_would_not_take_is_failed_and_not_sent = test(async (world) => {
  const [client, socket] = await world.connected({}, { maxPayload: 1000 });
  // Bytes count, not characters.
  const deliveries = ["é".repeat(500), "e".repeat(500)].map((content) => client.sendMessage(message(content)));
  same(socket.said, [`sendMessage ${"e".repeat(500)}`]);
  const { status, error } = await deliveries[0].settled;
  is(status, "failed");
  ok(error, "the outcome says why");
  is(client.offlineMessages[0].status, "failed");
});

export const a_flush_pauses_while_the_network_does_not_take_it = test(async (world) => {
  const client = world.client({ token: "t", maxInFlight: 100, ackTimeout: 1e9, queue: { maxLength: 1e8 } });
  for (let index = 0; index < 40; index += 1) client.sendMessage(message("x".repeat(50_000)));
  client.initializeSocket();
  const socket = await world.socket();
  socket.bufferedAmount = 2 << 20;
  socket.open();
  socket.accept();
  await world.time.pass(10_000);
  const paused = socket.events.length;
  ok(paused > 10 && paused < 30, `${paused} of 40 messages`);
  socket.bufferedAmount = 0;
  await world.time.pass(1000);
  is(socket.events.length, 40);
});

export const events_can_have_other_names = test(async (world) => {
  const events = { sendMessage: "send", message: "msg", notification: "note", connected: "hello", joinConversation: "join" };
  const [client, socket] = await world.connected({ events, awaitServerReady: false });
  client.joinConversation("c");
  client.sendMessage(message("one"));
  socket.emit("msg", { id: "m" });
  socket.emit("note", { id: "n" });
  socket.emit("message", { id: "other" });
  same(socket.said, ["join c", "send one"]);
  same([client.lastMessage, client.lastNotification], [{ id: "m" }, { id: "n" }]);
});

export const notifications_and_messages_are_the_servers_objects_untouched = test(async (world) => {
  const [client, socket] = await world.connected();
  const heard = [];
  client.onMessage((message) => heard.push(message));
  client.onNotification((notification) => heard.push(notification));
  socket.emit("message", { id: "m", odd: [1, { deep: null }] });
  socket.emit("notification", { id: "n", type: "mention" });
  same(heard, [{ id: "m", odd: [1, { deep: null }] }, { id: "n", type: "mention" }]);
  is(client.lastMessage, heard[0]);
  is(client.lastNotification, heard[1]);
  is(client.getSnapshot().lastMessage, heard[0]);
});

export const a_message_received_by_the_application_itself_is_complete_and_takes_the_same_path = test(async (world) => {
  const client = world.client();
  const heard = [];
  client.onMessage((message) => heard.push(message));
  client.socket.on("message", (message) => heard.push(message));
  const made = client.simulateReceiveMessage({ content: "hi", senderId: "ann" });
  is(client.lastMessage, made);
  same(heard, [made, made]);
  for (const name of ["id", "conversationId", "createdAt"]) ok(typeof made[name] === "string" && made[name], name);
  is(made.content, "hi");
  is(client.status, "idle");
  const empty = client.simulateReceiveMessage({ content: undefined, conversationId: undefined });
  ok(empty.id !== made.id, "ids are unique");
  same([empty.content, empty.conversationId], ["", "simulated"]);
});

export const messages_that_a_listener_receives_itself_reach_every_listener = test(async (world) => {
  const client = world.client();
  const heard = { onMessage: [], socket: [] };
  client.onMessage(({ content }) => heard.onMessage.push(content));
  client.socket.on("message", ({ content }) => heard.socket.push(content));
  client.onMessage(({ content }) => {
    if (content === "first") for (const more of ["second", "third"]) client.simulateReceiveMessage({ content: more });
  });
  client.simulateReceiveMessage({ content: "first" });
  same(heard, { onMessage: ["first", "second", "third"], socket: ["first", "second", "third"] });
});
