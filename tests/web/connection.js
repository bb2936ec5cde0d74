// The connection: its URL, CONNECT, how it ends, and how it comes back.
import { is, ok, same, throws } from "./assert.js";
import { FakeSocket } from "./fake_socket.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const message = (content, more) => ({ conversationId: "c", content, ...more });

/** The URL that a client of these options connects to. */
async function urlOf(world, options) {
  const client = world.client({ token: "t", ...options });
  client.initializeSocket();
  const { url } = await world.socket();
  client.close();
  return url;
}

export const the_url_is_made_of_server_path_and_query = test(async (world) => {
  const query = "?EIO=4&transport=websocket";
  const rows = [
    [{}, `ws://chat.test/socket/notification/${query}`],
    [{ url: undefined }, `ws://${location.host}/socket/notification/${query}`],
    [{ url: "https://chat.test" }, `wss://chat.test/socket/notification/${query}`],
    [{ url: "wss://chat.test:8443/" }, `wss://chat.test:8443/socket/notification/${query}`],
    [{ url: "ws://chat.test" }, `ws://chat.test/socket/notification/${query}`],
    [{ path: "/" }, `ws://chat.test/${query}`],
    [{ path: "chat" }, `ws://chat.test/chat/${query}`],
    [{ path: "/chat/" }, `ws://chat.test/chat/${query}`],
  ];
  for (const [options, url] of rows) is(await urlOf(world, options), url, JSON.stringify(options));
  const { searchParams } = new URL(await urlOf(world, { url: "http://chat.test?a=1", query: { b: "2 & 3", EIO: "3" } }));
  same([...searchParams].sort(), [["EIO", "4"], ["a", "1"], ["b", "2 & 3"], ["transport", "websocket"]]);
});

export const options_of_the_wrong_kind_are_refused = test(async (world) => {
  const rows = [{ url: "http://" }, { url: "ftp://chat.test" }, { url: 5 }, { path: 5 }, { token: 5 }, { auth: "a" }, { auth: [] }, { query: null },
    { delivery: "never" }, { timeout: "soon" }, { ackTimeout: 0 }, { reconnection: "yes" }, { reconnectionDelay: NaN }, { queue: 5 },
    { queue: { storage: "disk" } }, { queue: { maxMessages: -1 } }, { events: { message: 5 } }, { events: { message: "connect" } }, { mock: { latency: "1" } }, { isAuthError: true }];
  for (const options of rows) throws(() => world.client(options), "ERR_INVALID_OPTION", JSON.stringify(options));
});

export const nothing_is_connected_before_initialize_socket = test(async (world) => {
  const client = world.client({ token: "t" });
  client.joinConversation("c");
  client.sendMessage(message("one"));
  client.socket.emit("early");
  await world.time.pass(60_000);
  is(FakeSocket.made.length, 0);
  is(client.status, "idle");
});

export const connect_is_sent_after_the_open_packet_with_the_token = test(async (world) => {
  const rows = [
    [{ token: "t" }, '40{"token":"Bearer t"}'],
    [{ token: "t", authScheme: null }, '40{"token":"t"}'],
    [{ token: "t", authScheme: "Token" }, '40{"token":"Token t"}'],
    [{ token: "t", auth: { tenant: 1 } }, '40{"tenant":1,"token":"Bearer t"}'],
    [{ token: "t", namespace: "/admin" }, '40/admin,{"token":"Bearer t"}'],
    [{ token: "t", namespace: "admin" }, '40/admin,{"token":"Bearer t"}'],
    [{ token: "t", namespace: "" }, '40{"token":"Bearer t"}'],
    [{ token: undefined }, "40"],
    [{ token: undefined, auth: { tenant: 1 } }, '40{"tenant":1}'],
    [{ token: async () => "later" }, '40{"token":"Bearer later"}'],
  ];
  for (const [options, connect] of rows) {
    const client = world.client(options);
    client.initializeSocket();
    const socket = await world.socket();
    socket.openSilently();
    same(socket.sent, [], "before the open packet");
    socket.open();
    same(socket.sent, [connect], JSON.stringify(options));
    client.close();
  }
});

export const a_namespace_is_part_of_every_packet = test(async (world) => {
  const client = world.client({ token: "t", namespace: "/admin" });
  const heard = [];
  client.socket.on("news", (...args) => heard.push(args));
  client.initializeSocket();
  const socket = await world.socket();
  socket.open();
  socket.deliver('40/admin,{"sid":"s"}');
  client.socket.emit("hello", 1);
  is(socket.sent.at(-1), '42/admin,["hello",1]');
  socket.deliver('42/admin,["news",1]');
  socket.deliver('42["news",2]');
  socket.deliver('42/other,["news",3]');
  same(heard, [[1]]);
});

export const the_server_disconnecting_is_for_good = test(async (world) => {
  const [client, socket] = await world.connected();
  const reasons = [];
  client.socket.on("disconnect", (reason) => reasons.push(reason));
  socket.deliver("41");
  same(reasons, ["io server disconnect"]);
  is(client.status, "failed");
  is(client.socket.active, false);
  ok(socket.isReleased, "the socket is dropped");
  await world.time.pass(3_600_000);
  is(FakeSocket.made.length, 1);
  client.initializeSocket();
  await world.accept();
  is(client.isConnected, true);
});

export const a_lost_connection_comes_back_with_growing_delays_that_are_spread = test(async (world) => {
  const [client, socket] = await world.connected({ randomizationFactor: 0 });
  is(client.socket.active, true);
  socket.drop();
  const delays = [];
  let before = world.time.now;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const next = await world.socket();
    delays.push(world.time.now - before);
    before = world.time.now;
    next.fail();
  }
  same(delays, [1000, 2000, 4000, 5000, 5000]);
});

export const attempts_end_where_they_are_used_up_or_not_wanted = test(async (world) => {
  const [client, socket] = await world.connected({ reconnectionAttempts: 2 });
  let failed = 0;
  client.socket.io.on("reconnect_failed", () => (failed += 1));
  socket.drop();
  for (let attempt = 0; attempt < 2; attempt += 1) (await world.socket()).fail();
  await world.time.pass(3_600_000);
  is(world.untaken, 0);
  is(client.status, "failed");
  is(failed, 1);
  const [other, its] = await world.connected({ reconnection: false, userId: "other" });
  its.drop();
  is(other.status, "failed");
  await world.time.pass(3_600_000);
  is(world.untaken, 0);
});

export const timeout_covers_everything_up_to_the_connect_answer = test(async (world) => {
  const stages = [() => {}, (socket) => socket.openSilently(), (socket) => socket.open()];
  for (const stage of stages) {
    const client = world.client({ token: "t", timeout: 3000 });
    client.initializeSocket();
    const socket = await world.socket();
    stage(socket);
    await world.time.pass(2999);
    is(client.status, "connecting");
    await world.time.pass(1);
    is(client.status, "reconnecting");
    is(client.connectionError, "timeout");
    ok(socket.isReleased, "the socket is dropped");
    client.close();
  }
});

export const a_websocket_that_cannot_be_made_is_a_connection_error_and_is_tried_again = test(async (world) => {
  const client = world.client({ token: "t" });
  const errors = [];
  client.socket.on("connect_error", ({ message }) => errors.push(message));
  FakeSocket.broken = new DOMException("An insecure WebSocket connection may not be initiated.", "SecurityError");
  client.sendMessage(message("waiting"));
  client.initializeSocket();
  await turn();
  same(errors, ["An insecure WebSocket connection may not be initiated."]);
  is(client.status, "reconnecting");
  is(client.connectionError, errors[0]);
  await world.until(() => errors.length === 3, "it is tried again");
  FakeSocket.broken = null;
  const socket = await world.accept();
  same(socket.said, ["sendMessage waiting"]);
});

export const a_browser_without_websocket_is_a_connection_error = test(async (world) => {
  world.stub(globalThis, "WebSocket", undefined);
  const client = world.client({ token: "t" });
  client.initializeSocket();
  await turn();
  is(client.status, "reconnecting");
  ok(client.connectionError, "connectionError says why");
});

export const a_connection_that_cannot_be_made_is_told_once = test(async (world) => {
  const client = world.client({ token: "t" });
  const errors = [];
  client.socket.on("connect_error", ({ message }) => errors.push(message));
  client.initializeSocket();
  (await world.socket()).fail();
  is(errors.length, 1);
  is(client.status, "reconnecting");
});

export const what_comes_from_a_connection_that_was_given_up_is_not_heard = test(async (world) => {
  const [client, socket] = await world.connected();
  const { onmessage, onclose, onerror } = socket;
  const heard = [];
  client.onMessage(({ id }) => heard.push(id));
  window.dispatchEvent(new Event("offline"));
  window.dispatchEvent(new Event("online"));
  await world.accept();
  onmessage(new MessageEvent("message", { data: '42["message",{"id":"late"}]' }));
  onclose?.(new CloseEvent("close"));
  onerror?.(new Event("error"));
  same(heard, []);
  is(client.isConnected, true);
  is(FakeSocket.made.length, 2);
});

export const disconnect_says_goodbye_and_stays_stopped = test(async (world) => {
  const [client, socket] = await world.connected();
  const reasons = [];
  client.socket.on("disconnect", (reason) => reasons.push(reason));
  client.sendMessage(message("one"));
  client.disconnect();
  is(socket.sent.at(-1), "41");
  same(reasons, ["io client disconnect"]);
  is(client.status, "idle");
  ok(socket.isReleased, "the socket is dropped");
  is(client.sendMessage(message("two")).persisted, true);
  client.joinConversation("c");
  await world.time.pass(3_600_000);
  is(FakeSocket.made.length, 1);
  client.disconnect();
  client.initializeSocket();
  same((await world.accept()).said, ["joinConversation c", "sendMessage one", "sendMessage two"]);
});

export const no_frame_is_larger_than_the_server_accepts_whatever_the_names = test(async (world) => {
  const namespace = "/a-namespace-of-a-reasonable-length";
  const client = world.client({ token: "t", namespace, events: { sendMessage: "a message is sent 😀" } });
  client.initializeSocket();
  const socket = await world.socket();
  socket.open({ maxPayload: 1000 });
  socket.deliver(`40${namespace},{"sid":"socket"}`);
  await turn();
  for (let length = 700; length < 960; length += 1) {
    client.sendMessage({ id: `${length}`, conversationId: "c", content: "x".repeat(length) });
    await turn();
    const [last] = socket.events.slice(-1);
    if (last.ack !== undefined) socket.deliver(`43${namespace},${last.ack}[]`);
  }
  const sizes = socket.sent.map((frame) => new TextEncoder().encode(frame).length);
  ok(Math.max(...sizes) <= 1000 && Math.max(...sizes) > 950, `${Math.max(...sizes)}`);
  is(client.offlineMessages.every(({ status }) => status === "failed"), true);
});
