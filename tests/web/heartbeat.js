// Deadlines: the heartbeat, a suspended machine, a clock that is set, and the one timer behind all of it.
import { is, ok, same } from "./assert.js";
import { FakeSocket } from "./fake_socket.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const HANDSHAKE = { pingInterval: 1000, pingTimeout: 500 };
const HOUR = 3_600_000;

async function connected(world, options) {
  const [client, socket] = await world.connected({ reconnectionDelay: 10_000, randomizationFactor: 0, ...options }, HANDSHAKE);
  const reasons = [];
  client.socket.on("disconnect", (reason) => reasons.push(reason));
  return [client, socket, reasons];
}

export const a_ping_is_answered_at_once = test(async (world) => {
  const [, socket] = await connected(world);
  socket.deliver("2");
  is(socket.sent.at(-1), "3");
});

export const a_server_that_stops_pinging_is_noticed_at_interval_and_timeout = test(async (world) => {
  const [client, socket, reasons] = await connected(world);
  await world.time.pass(1000);
  socket.deliver("2");
  await world.time.pass(1499);
  is(client.isConnected, true);
  await world.time.pass(1);
  is(client.isConnected, false);
  is(client.status, "reconnecting");
  same(reasons, ["ping timeout"]);
  ok(socket.isReleased, "the dead socket is dropped");
});

export const pings_keep_a_connection_alive = test(async (world) => {
  const [client, socket, reasons] = await connected(world);
  for (let round = 0; round < 100; round += 1) {
    await world.time.pass(1499);
    socket.deliver("2");
  }
  is(client.isConnected, true);
  same(reasons, []);
  is(socket.sent.filter((frame) => frame === "3").length, 100);
});

/** The first thing that can happen after a suspension. */
const FIRST = {
  visibilitychange: () => document.dispatchEvent(new Event("visibilitychange")),
  pageshow: () => window.dispatchEvent(new PageTransitionEvent("pageshow")),
  online: () => window.dispatchEvent(new Event("online")),
  offline: () => window.dispatchEvent(new Event("offline")),
  "a ping": (_, socket) => socket.deliver("2"),
  "an event": (_, socket) => socket.emit("message", { id: "late" }),
  "a binary frame": (_, socket) => socket.deliver(new ArrayBuffer(1)),
  sendMessage: (client) => client.sendMessage({ conversationId: "c", content: "after" }),
  markAsRead: (client) => client.markAsRead("c", ["m"]),
  joinConversation: (client) => client.joinConversation("c"),
  leaveConversation: (client) => client.leaveConversation("c"),
  simulateReceiveMessage: (client) => client.simulateReceiveMessage(),
  initializeSocket: (client) => client.initializeSocket(),
  retryMessage: (client) => client.retryMessage("none"),
  discardMessage: (client) => client.discardMessage("none"),
  discardAll: (client) => client.discardAll(),
  emit: (client) => client.socket.emit("after"),
  "volatile emit": (client) => client.socket.volatile.emit("after"),
};

export const after_a_suspension_the_first_event_of_any_kind_finds_the_connection_dead = test(async (world) => {
  for (const [what, happen] of Object.entries(FIRST)) {
    const [client, socket, reasons] = await connected(world, { userId: what });
    const heard = [];
    client.onMessage(({ id }) => heard.push(id));
    const sent = socket.sent.length;
    world.time.jump(8 * HOUR);
    happen(client, socket);
    await turn();
    is(client.isConnected, false, `isConnected after ${what}`);
    same(reasons, ["ping timeout"], `reasons after ${what}`);
    is(socket.sent.length, sent, `frames written into the dead connection by ${what}`);
    ok(socket.isReleased, `the dead socket is dropped after ${what}`);
    ok(!heard.includes("late"), `${what} of the dead connection counts`);
    client.close();
    world.forgetSockets();
  }
});

export const what_was_sent_after_a_suspension_goes_over_the_next_connection_once = test(async (world) => {
  const [client] = await connected(world);
  client.joinConversation("c");
  world.time.jump(8 * HOUR);
  client.sendMessage({ conversationId: "c", content: "after" });
  const [{ status, attempts }] = client.offlineMessages;
  same({ status, attempts }, { status: "queued", attempts: 0 });
  const socket = await world.accept(HANDSHAKE);
  same(socket.said, ["joinConversation c", "sendMessage after"]);
});

export const coming_back_into_view_after_a_suspension_reconnects_at_once = test(async (world) => {
  for (const what of ["visibilitychange", "pageshow", "online"]) {
    const [client] = await connected(world, { userId: what });
    world.time.jump(8 * HOUR);
    const before = world.time.now;
    FIRST[what]();
    await world.accept(HANDSHAKE);
    is(world.time.now, before, `when it has connected after ${what}`);
    is(client.isConnected, true);
    client.close();
  }
});

export const a_timer_that_fires_late_still_finds_the_connection_dead = test(async (world) => {
  const [client, , reasons] = await connected(world);
  world.time.jump(8 * HOUR);
  await world.time.pass(1500);
  is(client.isConnected, false);
  same(reasons, ["ping timeout"]);
});

export const a_clock_that_is_put_back_neither_kills_a_connection_nor_keeps_a_dead_one = test(async (world) => {
  const [client, socket, reasons] = await connected(world);
  await world.time.pass(1000);
  socket.deliver("2");
  world.time.jump(-HOUR);
  await world.time.pass(1000);
  socket.deliver("2");
  await world.time.pass(1000);
  is(client.isConnected, true);
  await world.time.pass(600);
  same(reasons, ["ping timeout"]);
});

export const a_delay_longer_than_a_timer_can_take_is_waited_for_to_the_end = test(async (world) => {
  const days = 30 * 24 * HOUR;
  const [client, socket] = await connected(world, { reconnectionDelay: days, reconnectionDelayMax: days });
  socket.drop();
  await world.time.pass(days - 1);
  is(FakeSocket.made.length, 1);
  await world.time.pass(1);
  is(FakeSocket.made.length, 2);
  is(client.status, "reconnecting");
});

export const one_timer_serves_all_deadlines = test(async (world) => {
  const [client, socket] = await connected(world);
  for (let count = 0; count < 20; count += 1) {
    client.sendMessage({ conversationId: String(count), content: "x" });
    client.socket.timeout(1000 + count).emit("ask", () => {});
  }
  ok(world.time.due.length <= 1, `timers: ${world.time.due}`);
  socket.drop();
  ok(world.time.due.length <= 1, `timers while it waits: ${world.time.due}`);
});

export const a_timer_that_is_set_for_an_earlier_time_is_not_missed = test(async (world) => {
  const [client, socket] = await world.connected({ ackTimeout: 5000, randomizationFactor: 0 });
  const errors = [];
  client.socket.timeout(3000).emit("slow", (error) => errors.push([world.time.now, error.message]));
  client.socket.timeout(200).emit("fast", (error) => errors.push([world.time.now, error.message]));
  const start = world.time.now;
  client.sendMessage({ conversationId: "c", content: "unanswered" });
  await world.time.pass(4999);
  same(errors, [[start + 200, "operation has timed out"], [start + 3000, "operation has timed out"]]);
  is(client.pendingMessages[0].status, "sending");
  await world.time.pass(1);
  same([client.offlineMessages[0].status, client.offlineMessages[0].attempts], ["in_doubt", 1]);
  await world.time.pass(1000);
  same(socket.said, ["slow", "fast", "sendMessage unanswered", "sendMessage unanswered"]);
  is(socket.events[2].args[1].id, socket.events[3].args[1].id);
});

export const a_message_that_waited_longer_than_its_ttl_is_expired_and_kept = test(async (world) => {
  const client = world.client({ token: "t", queue: { ttl: HOUR } });
  const { settled } = client.sendMessage({ conversationId: "c", content: "old" });
  world.time.jump(2 * HOUR);
  client.sendMessage({ conversationId: "c", content: "new" });
  client.initializeSocket();
  const socket = await world.accept();
  same(socket.said, ["sendMessage new"]);
  is((await settled).status, "expired");
  is(client.offlineMessages[0].status, "expired");
  is(client.retryMessage(client.offlineMessages[0].id), true);
  same(socket.said, ["sendMessage new", "sendMessage old"]);
});
