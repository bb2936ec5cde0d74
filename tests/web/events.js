// The general Socket.IO interface of a client's connection: events, acknowledgements, binary.
import { is, ok, same, throws } from "./assert.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const bytes = (...values) => new Uint8Array(values);
const read = (buffer) => [...new Uint8Array(buffer)];
const PLACEHOLDER = '{"_placeholder":true,"num":0}';

export const events_go_both_ways_with_their_arguments = test(async (world) => {
  const [client, socket] = await world.connected();
  const heard = [];
  client.socket.on("news", (...args) => heard.push(args));
  client.socket.once("news", () => heard.push("once"));
  socket.emit("news", 1, "two", null, { three: [4] });
  socket.emit("news");
  same(heard, [[1, "two", null, { three: [4] }], "once", []]);
  client.socket.emit("hello", 1, "zwei é😀\u2028", null, { a: [undefined] });
  client.socket.send("plain");
  same(socket.sent.slice(-2), ['42["hello",1,"zwei é😀\u2028",null,{"a":[null]}]', '42["message","plain"]']);
});

export const an_emit_before_the_connection_waits_for_it_and_a_volatile_one_is_dropped = test(async (world) => {
  const client = world.client({ token: "t" });
  client.socket.emit("kept");
  client.socket.volatile.emit("dropped");
  client.initializeSocket();
  const socket = await world.accept();
  same(socket.said, ["kept"]);
  client.socket.volatile.emit("now");
  same(socket.said, ["kept", "now"]);
});

export const reserved_names_are_refused_and_what_is_no_json_too = test(async (world) => {
  const [client, socket] = await world.connected();
  for (const name of ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]) {
    throws(() => client.socket.emit(name), "ERR_RESERVED_EVENT", name);
  }
  throws(() => client.socket.emit("x", 1n), "ERR_INVALID_ARGUMENT");
  same(socket.said, []);
});

export const acknowledgements_reach_who_asked_once = test(async (world) => {
  const [client, socket] = await world.connected();
  const answers = [];
  client.socket.emit("a", (...args) => answers.push(["a", ...args]));
  client.socket.timeout(1000).emit("b", (...args) => answers.push(["b", ...args]));
  const promise = client.socket.emitWithAck("c", 1);
  const [a, b, c] = socket.events.map(({ ack }) => ack);
  same([a, b, c], [0, 1, 2]);
  socket.acknowledge(c, "three");
  socket.acknowledge(b, 2, 2);
  socket.acknowledge(a, 1);
  socket.acknowledge(a, 1);
  same(answers, [["b", null, 2, 2], ["a", 1]]);
  is(await promise, "three");
});

export const one_that_does_not_come_in_time_is_an_error = test(async (world) => {
  const [client, socket] = await world.connected();
  const errors = [];
  client.socket.timeout(1000).emit("slow", (error, value) => errors.push([error instanceof Error, error.message, value]));
  const promise = client.socket.timeout(1000).emitWithAck("slow").catch((error) => errors.push(error.message));
  await world.time.pass(999);
  same(errors, []);
  await world.time.pass(1);
  await promise;
  same(errors, [[true, "operation has timed out", undefined], "operation has timed out"]);
  socket.acknowledge(0, "late");
  is(errors.length, 2);
});

export const those_under_way_fail_when_the_connection_is_lost_and_none_waits_for_ever = test(async (world) => {
  const [client, socket] = await world.connected();
  const told = [];
  client.socket.on("disconnect", () => told.push("disconnect"));
  client.socket.emit("plain", () => told.push("plain"));
  client.socket.timeout(60_000).emit("timed", (error) => told.push(error.message));
  const promise = client.socket.emitWithAck("promised").catch((error) => told.push(error.message));
  socket.drop();
  await promise;
  const lost = "socket has been disconnected";
  same(told, ["disconnect", lost, lost]);
});

export const the_server_is_acknowledged_once_over_the_connection_it_asked_over = test(async (world) => {
  const [client, socket] = await world.connected();
  let answer = null;
  client.socket.on("ask", (question, ack) => {
    answer = ack;
    ack(question + 1, { b: 2 });
    ack("again");
  });
  socket.deliver('427["ask",1]');
  is(socket.sent.at(-1), '437[2,{"b":2}]');
  const held = [];
  client.socket.off("ask");
  client.socket.on("ask", (_, ack) => held.push(ack));
  socket.deliver('428["ask",1]');
  socket.drop();
  const next = await world.accept();
  const before = next.sent.length;
  held[0]("late");
  answer("late");
  is(next.sent.length, before, "frames of the late answers");
});

export const bytes_are_sent_as_attachments_behind_their_packet = test(async (world) => {
  const [client, socket] = await world.connected();
  const buffer = bytes(1, 2, 3).buffer;
  const view = bytes(0, 4, 5, 0).subarray(1, 3);
  const data = new DataView(buffer, 1);
  const blob = new Blob(["six"]);
  client.socket.emit("file", { name: "a", parts: [buffer, view] }, data, blob);
  const packet = '454-["file",{"name":"a","parts":[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]},{"_placeholder":true,"num":2},{"_placeholder":true,"num":3}]';
  is(socket.sent.at(-5), packet);
  same(socket.sent.slice(-4), [buffer, view, data, blob]);
  ok([buffer, view, data, blob].every((part, index) => socket.sent.at(index - 4) === part), "they are handed over as they are");
  const args = { own: bytes(1) };
  client.socket.emit("file", args);
  ok(args.own instanceof Uint8Array, "the application's object is left alone");
});

export const bytes_come_as_array_buffers_in_their_places = test(async (world) => {
  const [client, socket] = await world.connected();
  is(socket.binaryType, "arraybuffer");
  const heard = [];
  client.socket.on("file", (...args) => heard.push(args));
  client.onMessage((message) => heard.push([message]));
  socket.deliver('452-["file",{"_placeholder":true,"num":1},[{"in":{"_placeholder":true,"num":0}}]]');
  socket.deliver(bytes(1, 2).buffer);
  same(heard, [], "before all have come");
  socket.deliver("2");
  socket.deliver(bytes(3).buffer);
  const [second, [{ in: first }]] = heard[0];
  ok(first instanceof ArrayBuffer && second instanceof ArrayBuffer, "array buffers");
  same([read(first), read(second)], [[1, 2], [3]]);
  socket.deliver(`451-["file",${PLACEHOLDER}]`);
  socket.deliver(`b${btoa("abc")}`);
  same(read(heard[1][0]), [97, 98, 99], "as base64 text");
  socket.deliver(`451-["message",{"id":"m","image":${PLACEHOLDER}}]`);
  socket.deliver(bytes(9).buffer);
  same(read(heard[2][0].image), [9]);
  is(client.lastMessage, heard[2][0]);
});

export const acknowledgements_carry_bytes_both_ways = test(async (world) => {
  const [client, socket] = await world.connected();
  const answers = [];
  client.socket.emit("ask", bytes(1), (answer) => answers.push(read(answer)));
  is(socket.sent.at(-2), `451-0["ask",${PLACEHOLDER}]`);
  socket.deliver(`461-0[${PLACEHOLDER}]`);
  socket.deliver(bytes(7, 8).buffer);
  same(answers, [[7, 8]]);
  client.socket.on("give", (ack) => ack(bytes(5)));
  socket.deliver('423["give"]');
  is(socket.sent.at(-2), `461-3[${PLACEHOLDER}]`);
  same(read(socket.sent.at(-1).buffer), [5]);
});

export const attachments_that_never_came_do_not_reach_the_next_connection = test(async (world) => {
  const [client, socket] = await world.connected();
  const heard = [];
  client.socket.onAny((...args) => heard.push(args));
  socket.deliver(`451-["file",${PLACEHOLDER}]`);
  socket.drop();
  const next = await world.accept();
  next.emit("news");
  same(heard, [["news"]]);
  is(client.isConnected, true);
});

export const early_events_come_after_the_answer_and_before_connect = test(async (world) => {
  const client = world.client({ token: "t" });
  const heard = [];
  client.socket.on("early", () => heard.push(`early ${client.socket.connected} ${client.socket.id}`));
  client.socket.on("connect", () => heard.push("connect"));
  client.initializeSocket();
  const socket = await world.socket();
  socket.open();
  socket.emit("early");
  await turn();
  same(heard, []);
  socket.accept("sid");
  same(heard, ["early true sid", "connect"]);
});

export const the_socket_tells_its_state = test(async (world) => {
  const client = world.client({ token: "t" });
  const { socket } = client;
  is(socket, client.socket, "the same object every time");
  same([socket.connected, socket.disconnected, socket.active, socket.id], [false, true, false, undefined]);
  socket.connect();
  is(socket.active, true);
  const end = await world.accept();
  same([socket.connected, socket.disconnected, socket.active, socket.id], [true, false, true, "socket"]);
  end.drop();
  same([socket.connected, socket.disconnected, socket.active, socket.id], [false, true, true, undefined]);
  socket.disconnect();
  same([socket.connected, socket.active], [false, false]);
});

export const the_manager_tells_of_attempts = test(async (world) => {
  const [client, socket] = await world.connected({ randomizationFactor: 0 });
  const told = [];
  for (const event of ["open", "close", "ping", "error", "reconnect_attempt", "reconnect_error", "reconnect"]) {
    client.socket.io.on(event, (detail) => told.push([event, detail instanceof Error ? "Error" : detail].filter((part) => part !== undefined)));
  }
  socket.deliver("2");
  socket.drop();
  (await world.socket()).fail();
  await world.accept();
  same(told, [
    ["ping"],
    ["close", "transport close"],
    ["reconnect_attempt", 1],
    ["error", "Error"],
    ["reconnect_error", "Error"],
    ["reconnect_attempt", 2],
    ["open"],
    ["reconnect", 2],
  ]);
});
