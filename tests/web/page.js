// The page's lifecycle: network, visibility, the back-forward cache.
import { is, ok, same } from "./assert.js";
import { FakeSocket } from "./fake_socket.js";
import { test } from "./world.js";

const go = (type) => window.dispatchEvent(new Event(type));
const show = (world, state) => {
  world.stub(document, "visibilityState", state);
  document.dispatchEvent(new Event("visibilitychange"));
};

/** What calls for a connection at once. */
const RETURNS = {
  online: () => go("online"),
  pageshow: () => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })),
  visible: (world) => show(world, "visible"),
};

/** A client that has lost its server some attempts ago and waits for the next attempt. */
async function waiting(world, options) {
  const [client, socket] = await world.connected({ reconnectionDelay: 8000, reconnectionDelayMax: 60_000, ...options });
  socket.drop();
  for (let attempt = 0; attempt < 3; attempt += 1) (await world.socket()).fail();
  is(client.status, "reconnecting");
  return client;
}

export const coming_back_reconnects_without_waiting_for_the_delay = test(async (world) => {
  for (const [what, come] of Object.entries(RETURNS)) {
    const client = await waiting(world, { userId: what });
    const before = world.time.now;
    come(world);
    await world.accept();
    is(world.time.now, before, `when it has connected after ${what}`);
    is(client.isConnected, true);
    client.close();
  }
});

export const being_hidden_does_nothing = test(async (world) => {
  const client = await waiting(world);
  show(world, "hidden");
  await world.time.pass(1000);
  is(world.untaken, 0);
  is(client.status, "reconnecting");
});

export const none_of_them_disturbs_a_living_connection = test(async (world) => {
  const [client, socket] = await world.connected();
  const snapshot = client.getSnapshot();
  for (const come of Object.values(RETURNS)) come(world);
  await world.time.pass(1000);
  is(FakeSocket.made.length, 1);
  is(socket.readyState, FakeSocket.OPEN);
  is(client.getSnapshot(), snapshot);
});

export const none_of_them_starts_a_second_attempt_beside_the_first = test(async (world) => {
  const client = world.client({ token: "t" });
  client.initializeSocket();
  await world.socket();
  for (const come of Object.values(RETURNS)) come(world);
  await world.time.pass(1000);
  is(FakeSocket.made.length, 1);
});

export const going_offline_is_the_loss_of_the_link = test(async (world) => {
  const [client, socket] = await world.connected();
  const reasons = [];
  client.socket.on("disconnect", (reason) => reasons.push(reason));
  client.sendMessage({ conversationId: "c", content: "on the wire" });
  go("offline");
  is(client.isConnected, false);
  is(client.status, "reconnecting");
  ok(client.connectionError, "connectionError says why");
  same(reasons, ["transport close"]);
  ok(socket.isReleased, "the socket is dropped");
  client.sendMessage({ conversationId: "c", content: "later" });
  same(client.offlineMessages.map(({ status }) => status), ["in_doubt", "queued"]);
  const before = world.time.now;
  go("online");
  const next = await world.accept();
  is(world.time.now, before);
  same(next.said, ["sendMessage on the wire", "sendMessage later"]);
  is(client.connectionError, null);
});

export const attempts_while_offline_are_not_counted = test(async (world) => {
  const [client] = await world.connected({ reconnectionAttempts: 2 });
  go("offline");
  const end = world.time.now + 240_000;
  while (world.time.now < end) (await world.socket()).fail();
  is(client.status, "reconnecting");
  go("online");
  let attempts = 0;
  for (; client.status === "reconnecting" && attempts < 9; attempts += 1) (await world.socket()).fail();
  is(client.status, "failed");
  ok(attempts === 2 || attempts === 3, `${attempts} attempts: the two, and the one that coming online is worth`);
});

export const a_browser_that_says_it_is_offline_from_the_start_tries_all_the_same_and_counts_nothing = test(async (world) => {
  world.stub(navigator, "onLine", undefined, { get: () => false });
  const client = world.client({ token: "t", reconnectionAttempts: 1 });
  client.initializeSocket();
  const before = world.time.now;
  (await world.socket()).fail();
  is(world.time.now, before);
  for (let attempt = 0; attempt < 3; attempt += 1) (await world.socket()).fail();
  await world.accept();
  is(client.isConnected, true);
});

export const nothing_is_listened_to_before_initialize_socket_and_after_disconnect = test(async (world) => {
  const client = world.client({ token: "t" });
  same(world.listening, ["storage"], "only what other tabs write");
  client.initializeSocket();
  const listening = world.listening.sort();
  for (const type of ["offline", "online", "pageshow", "visibilitychange"]) ok(listening.includes(type), `${listening} has ${type}`);
  await world.accept();
  client.initializeSocket();
  client.initializeSocket("another");
  same(world.listening.sort(), listening, "after initializeSocket once more");
  client.disconnect();
  same(world.listening, ["storage"], "only what other tabs write");
  for (const come of [() => go("offline"), ...Object.values(RETURNS)]) come(world);
  await world.time.pass(60_000);
  is(FakeSocket.made.length, 1);
  is(client.status, "idle");
  client.initializeSocket();
  same(world.listening.sort(), listening, "after disconnect and initializeSocket");
});

export const where_sign_in_is_required_nothing_of_them_starts_an_attempt = test(async (world) => {
  const client = world.client({ token: "t" });
  client.initializeSocket();
  const socket = await world.socket();
  socket.open();
  socket.refuse("invalid token", { code: 401 });
  is(client.status, "auth_required");
  for (const come of [() => go("offline"), ...Object.values(RETURNS)]) come(world);
  await world.time.pass(3_600_000);
  is(FakeSocket.made.length, 1);
  is(client.status, "auth_required");
});

export const every_client_of_the_page_hears_of_it = test(async (world) => {
  const clients = [];
  for (const userId of ["ann", "bob"]) clients.push((await world.connected({ userId }))[0]);
  go("offline");
  same(clients.map(({ status }) => status), ["reconnecting", "reconnecting"]);
  clients[0].close();
  go("online");
  const socket = await world.accept();
  is(world.untaken, 0);
  is(clients[1].isConnected, true);
  ok(!socket.isReleased, "the other's socket");
});
