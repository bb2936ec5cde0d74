// Mock mode: the same client against the server inside the module.
import { is, ok, same } from "./assert.js";
import { FakeSocket } from "./fake_socket.js";
import { test } from "./world.js";

const message = (content, more) => ({ conversationId: "c", content, ...more });
const contents = (messages) => messages.map(({ content }) => content);
/** The messages that the mock's server has received. */
const received = (client) => client.mock.received.filter(({ event }) => event === "sendMessage").map(({ args: [message] }) => message);

const mocked = (world, options) => world.client({ useMockSocket: true, token: "t", ...options });

async function connected(world, options) {
  const client = mocked(world, options);
  client.initializeSocket();
  await world.until(() => client.isConnected, "it is connected");
  return client;
}

export const another_namespace_than_its_own_is_refused_as_by_a_server = test(async (world) => {
  const client = await connected(world);
  const other = client.socket.io.socket("/other");
  const errors = [];
  other.on("connect_error", ({ message }) => errors.push(message));
  await world.until(() => errors.length > 0, "the refusal");
  same(errors, ["Invalid namespace"]);
  client.sendMessage(message("still here"));
  await world.until(() => client.pendingMessages.length === 0, "the acknowledgement");
});

export const it_connects_without_any_network_and_says_connected = test(async (world) => {
  const client = mocked(world, { awaitServerReady: true });
  const heard = [];
  client.socket.on("connected", (...args) => heard.push(args.length));
  client.initializeSocket();
  is(client.status, "connecting");
  await world.until(() => client.isConnected, "it is connected");
  same(heard, [1]);
  ok(client.socket.id, "the socket has an id");
  is(client.connectionError, null);
  is(client.useMockSocket, true);
  is(client.getSnapshot().useMockSocket, true);
  same(FakeSocket.made, []);
});

export const without_mock_mode_there_are_no_controls = test(async (world) => {
  is(world.client().mock, null);
  is(world.client().useMockSocket, false);
});

export const frames_take_the_latency_each_way = test(async (world) => {
  const client = await connected(world, { mock: { latency: 100, autoReply: false } });
  const start = world.time.now;
  const { settled } = client.sendMessage(message("one"));
  await world.time.pass(99);
  same(client.mock.received, []);
  await world.time.pass(1);
  is(client.mock.received.length, 1);
  is(client.pendingMessages[0].status, "sending");
  await world.until(() => client.pendingMessages.length === 0);
  is(world.time.now - start, 200);
  is((await settled).status, "delivered");
});

export const a_message_is_acknowledged_and_answered_in_its_conversation = test(async (world) => {
  const client = await connected(world);
  const heard = [];
  client.onMessage((message) => heard.push(message));
  const { id, settled } = client.sendMessage(message("hello", { conversationId: "room" }));
  await world.until(() => heard.length === 1, "the reply");
  is((await settled).status, "delivered");
  is(received(client)[0].id, id);
  const [reply] = heard;
  same([reply.senderId, reply.conversationId], ["mock-user", "room"]);
  ok(reply.id && reply.id !== id && typeof reply.content === "string" && !Number.isNaN(Date.parse(reply.createdAt)), JSON.stringify(reply));
  is(client.lastMessage, reply);
});

export const without_auto_reply_nobody_answers = test(async (world) => {
  const client = await connected(world, { mock: { autoReply: false } });
  const { settled } = client.sendMessage(message("hello"));
  await world.until(() => client.pendingMessages.length === 0);
  await world.time.pass(10_000);
  is((await settled).status, "delivered");
  is(client.lastMessage, null);
});

export const every_way_of_delivery_is_answered = test(async (world) => {
  for (const delivery of ["ack", "echo", "sent"]) {
    const client = await connected(world, { delivery, mock: { autoReply: false }, userId: delivery });
    const { settled } = client.sendMessage(message("one"));
    client.markAsRead("c");
    await world.until(() => client.mock.received.length === 2 && client.pendingMessages.length === 0, `delivered by ${delivery}`);
    is((await settled).status, "delivered");
    client.close();
  }
});

export const what_refuse_next_names_is_refused_once = test(async (world) => {
  const client = await connected(world, { mock: { autoReply: false } });
  client.mock.refuseNext("sendMessage", { error: "rude" });
  client.mock.refuseNext("ask", { error: "who asks" });
  const [first, second] = [client.sendMessage(message("one")), client.sendMessage(message("two"))];
  await world.until(() => client.pendingMessages.length === 1);
  same(await first.settled, { status: "failed", error: "rude" });
  is((await second.settled).status, "delivered");
  same(client.offlineMessages.map(({ content, status, error }) => [content, status, error]), [["one", "failed", "rude"]]);
  const answers = [];
  client.socket.emit("ask", (answer) => answers.push(answer));
  client.socket.emit("ask", (answer) => answers.push(answer));
  await world.until(() => answers.length === 2);
  same(answers[0], { error: "who asks" });
  ok(!answers[1]?.error, "the second is accepted");
  client.retryMessage(first.id);
  await world.until(() => client.pendingMessages.length === 0);
  same(contents(received(client)), ["one", "two", "one"]);
});

export const what_is_refused_for_now_goes_again = test(async (world) => {
  const client = await connected(world, { mock: { autoReply: false } });
  client.mock.refuseNext("sendMessage", { error: "busy", retryable: true });
  const { id, settled } = client.sendMessage(message("one"));
  await world.until(() => client.pendingMessages[0]?.attempts === 1, "an attempt in vain");
  await world.until(() => client.pendingMessages.length === 0);
  is((await settled).status, "delivered");
  same(received(client).map((message) => message.id), [id, id]);
});

export const the_tokens_invalid_and_expired_are_refused_until_there_is_a_new_one = test(async (world) => {
  for (const token of ["invalid", "expired"]) {
    const client = mocked(world, { token, userId: token });
    const refusals = [];
    let attempts = 0;
    client.onAuthRequired(({ message }) => refusals.push(message));
    client.socket.on("connect_error", () => (attempts += 1));
    client.sendMessage(message("waiting"));
    client.initializeSocket();
    await world.until(() => client.status === "auth_required");
    await world.time.pass(24 * 3_600_000);
    is(attempts, 1, "attempts");
    is(refusals.length, 1);
    is(client.isConnected, false);
    is(client.connectionError, refusals[0]);
    ok(client.connectionError, "connectionError says why");
    is(client.offlineMessages[0].status, "held");
    client.initializeSocket("good");
    await world.until(() => client.isConnected && client.pendingMessages.length === 0);
    is(client.connectionError, null);
    same(contents(received(client)), ["waiting"]);
    client.close();
  }
});

export const five_messages_sent_while_the_link_is_down_arrive_in_order_once_with_a_reload_in_between = test(async (world) => {
  const texts = ["one", "two", "three", "four", "five"];
  const client = await connected(world, { mock: { autoReply: false } });
  const reasons = [];
  client.socket.on("disconnect", (reason) => reasons.push(reason));
  client.joinConversation("c");
  await world.until(() => client.mock.received.length === 1, "it has joined");
  client.mock.drop();
  is(client.isConnected, false);
  same(reasons, ["transport close"]);
  const deliveries = texts.map((content) => client.sendMessage(message(content)));
  same(deliveries.map(({ persisted }) => persisted), texts.map(() => true));
  await world.time.pass(60_000);
  is(client.status, "reconnecting");
  ok(client.connectionError, "connectionError says why");
  same(client.offlineMessages.map(({ content, status, attempts }) => [content, status, attempts]), texts.map((text) => [text, "queued", 0]));
  client.close();

  const next = mocked(world, { mock: { autoReply: false } });
  same(contents(next.offlineMessages), texts);
  next.mock.drop();
  next.joinConversation("c");
  next.initializeSocket();
  await world.time.pass(60_000);
  is(next.status, "reconnecting");
  same(contents(next.offlineMessages), texts);
  next.mock.restore();
  await world.until(() => next.isConnected && next.pendingMessages.length === 0, "all are delivered");
  same(next.mock.received.map(({ event }) => event), ["joinConversation", ...texts.map(() => "sendMessage")]);
  same(received(next).map(({ id, content }) => [id, content]), deliveries.map(({ id }, index) => [id, texts[index]]));
  same(next.offlineMessages, []);
  // The outcomes wait a minute for the tab before the reload.
  await world.time.pass(61_000);
  same(Object.keys(localStorage).filter((key) => key.split(":").length > 3), []);
});

export const what_was_on_the_wire_when_the_link_dropped_is_in_doubt_and_goes_again = test(async (world) => {
  const client = await connected(world, { mock: { latency: 50, autoReply: false } });
  const { id, settled } = client.sendMessage(message("one"));
  await world.time.pass(60);
  is(received(client).length, 1, "the server has it, its answer is under way");
  client.mock.drop();
  client.sendMessage(message("two"));
  same(client.offlineMessages.map(({ status, attempts }) => [status, attempts]), [["in_doubt", 0], ["queued", 0]]);
  client.mock.restore();
  await world.until(() => client.pendingMessages.length === 0);
  is((await settled).status, "delivered");
  same(contents(received(client)), ["one", "one", "two"]);
  is(received(client)[1].id, id);
});

export const what_the_mock_emits_is_heard_like_a_servers = test(async (world) => {
  const client = await connected(world);
  const heard = [];
  client.socket.on("typing", (...args) => heard.push(args));
  client.mock.emit("typing", "ann", { in: ["c"] });
  client.mock.emit("message", { id: "m", content: "hi" });
  client.mock.emit("notification", { id: "n", type: "mention" });
  await world.until(() => client.lastNotification !== null);
  same(heard, [["ann", { in: ["c"] }]]);
  same(client.lastMessage, { id: "m", content: "hi" });
  same(client.lastNotification, { id: "n", type: "mention" });
});

export const what_is_emitted_while_there_is_no_connection_is_lost = test(async (world) => {
  const client = mocked(world);
  client.mock.emit("message", { id: "early" });
  client.initializeSocket();
  await world.until(() => client.isConnected);
  client.mock.drop();
  client.mock.emit("message", { id: "late" });
  client.mock.restore();
  await world.until(() => client.isConnected);
  await world.time.pass(1000);
  is(client.lastMessage, null);
});

export const received_is_what_the_client_has_sent_and_holds_the_last_1000 = test(async (world) => {
  const client = await connected(world, { mock: { autoReply: false } });
  client.joinConversation("c");
  client.markAsRead("c", ["m"]);
  client.socket.emit("custom", 1, { two: 2 });
  await world.until(() => client.mock.received.length === 3);
  same(client.mock.received, [
    { event: "joinConversation", args: [{ conversationId: "c" }] },
    { event: "markAsRead", args: [{ conversationId: "c", messageIds: ["m"] }] },
    { event: "custom", args: [1, { two: 2 }] },
  ]);
  for (let index = 0; index < 1100; index += 1) client.socket.emit("many", index);
  await world.until(() => client.mock.received.at(-1).args[0] === 1099);
  is(client.mock.received.length, 1000);
  is(client.mock.received[0].args[0], 100);
});

export const bytes_reach_the_mock_and_come_from_it = test(async (world) => {
  const client = await connected(world);
  const heard = [];
  client.socket.on("file", (file) => heard.push(file));
  client.socket.emit("file", { data: new Uint8Array([1, 2]) });
  await world.until(() => client.mock.received.length === 1, "the mock has received it");
  same([...new Uint8Array(client.mock.received[0].args[0].data)], [1, 2]);
  client.mock.emit("file", new Uint8Array([3, 4]));
  await world.until(() => heard.length === 1, "the client has heard it");
  same([...new Uint8Array(heard[0])], [3, 4]);
});

export const names_of_events_and_namespaces_hold_for_the_mock_too = test(async (world) => {
  const events = { sendMessage: "send", message: "msg", connected: "hello" };
  const client = await connected(world, { events, namespace: "/chat", awaitServerReady: true });
  client.sendMessage(message("one"));
  await world.until(() => client.lastMessage !== null, "the reply");
  same(client.mock.received.map(({ event }) => event), ["send"]);
});

export const a_connection_without_traffic_lasts = test(async (world) => {
  const client = await connected(world);
  let lost = 0;
  client.socket.on("disconnect", () => (lost += 1));
  await world.time.pass(600_000);
  is(client.isConnected, true);
  is(lost, 0);
});

export const a_suspension_is_noticed_and_overcome = test(async (world) => {
  const client = await connected(world);
  world.time.jump(8 * 3_600_000);
  const { settled } = client.sendMessage(message("after"));
  is(client.isConnected, false);
  await world.until(() => client.isConnected && client.pendingMessages.length === 0);
  is((await settled).status, "delivered");
  same(contents(received(client)), ["after"]);
});

export const two_clients_have_servers_of_their_own = test(async (world) => {
  const [one, two] = [await connected(world, { userId: "ann" }), await connected(world, { userId: "bob" })];
  one.socket.emit("mine");
  one.mock.drop();
  await world.time.pass(1000);
  same(two.mock.received, []);
  is(two.isConnected, true);
});
