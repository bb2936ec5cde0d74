// `io`, Manager and Socket without a chat client.
import { is, ok, same, throws } from "./assert.js";
import { io, Manager, Socket, protocol } from "./core.js";
import { FakeSocket } from "./fake_socket.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const OPTIONS = { transports: ["websocket"], forceNew: true, randomizationFactor: 0 };
let server = 0;
/** No two tests share a manager. */
const url = (path = "") => `http://chat${(server += 1)}.test${path}`;

/** A connected socket, and the other end of its connection. */
async function connected(world, options) {
  const socket = io(url(), { ...OPTIONS, ...options });
  const end = await world.socket();
  end.open();
  await turn();
  end.accept();
  ok(socket.connected, "connected");
  return [socket, end];
}

export const two_namespaces_share_a_connection_and_one_of_its_own_does_not = test(async (world) => {
  is(protocol, 5);
  const at = url();
  const [root, admin] = [io(at), io(`${at}/admin`, { auth: { token: "t" } })];
  ok(root instanceof Socket && root.io instanceof Manager && root.io === admin.io, "one manager");
  const end = await world.socket();
  end.open({ sid: "engine id" });
  is(root.io.engine.id, "engine id");
  same(end.sent, ["40", '40/admin,{"token":"t"}']);
  end.deliver('40/admin,{"sid":"a"}');
  same([root.connected, admin.connected, admin.id], [false, true, "a"]);
  end.accept("r");
  const heard = [];
  for (const socket of [root, admin]) socket.on("news", (...args) => heard.push([socket.nsp, ...args]));
  end.deliver('42/admin,["news",1]');
  end.deliver('42["news",2]');
  end.deliver('42/nobody,["news",3]');
  same(heard, [["/admin", 1], ["/", 2]]);
  admin.emit("ask", () => heard.push("answer of admin"));
  root.emit("ask", () => heard.push("answer of root"));
  same(end.sent.slice(-2), ['42/admin,0["ask"]', '420["ask"]']);
  end.deliver("430[]");
  end.deliver("43/admin,0[]");
  same(heard.slice(2), ["answer of root", "answer of admin"]);
  is(world.untaken, 0);
  const alone = io(at);
  ok(alone.io !== root.io, "the same namespace again has a connection of its own");
  for (const socket of [alone, root]) socket.disconnect();
  is(end.sent.at(-1), "41");
  ok(!end.isReleased, "admin uses it");
  admin.disconnect();
  ok(end.isReleased, "nobody uses it");
});

export const an_auth_function_that_throws_rejects_or_never_answers_is_a_connect_error_and_the_next_attempt_follows = test(async (world) => {
  const kinds = {
    "it throws": () => {
      throw new Error("it throws");
    },
    "it rejects": async () => {
      throw new Error("it rejects");
    },
    timeout: () => {},
  };
  for (const [reason, fails] of Object.entries(kinds)) {
    let asked = 0;
    const auth = (done) => ((asked += 1) === 1 ? fails() : done({ n: asked }));
    const socket = io(url(), { ...OPTIONS, auth, timeout: 3000 });
    const errors = [];
    socket.on("connect_error", ({ message }) => errors.push(message));
    const end = await world.socket();
    end.open();
    await world.until(() => errors.length === 1, reason);
    same(errors, [reason]);
    ok(socket.active && end.isReleased, "it is tried again over a new connection");
    const next = await world.socket();
    next.open();
    same(next.sent, ['40{"n":2}']);
    socket.disconnect();
  }
});

export const an_auth_function_that_answers_late_or_twice_sends_one_connect = test(async (world) => {
  const answers = [];
  const socket = io(url(), { ...OPTIONS, auth: (done) => answers.push(done) });
  const first = await world.socket();
  first.open();
  first.drop();
  const second = await world.socket();
  second.open();
  answers[0]({ late: true });
  same(second.sent, []);
  answers[1]({ now: true });
  answers[1]({ again: true });
  same(second.sent, ['40{"now":true}']);
  socket.disconnect();
  socket.connect();
  const third = await world.socket();
  third.open();
  answers[0]({ "of another life": true });
  same(third.sent, []);
  socket.disconnect();
});

export const what_auth_returns_that_is_no_json_is_a_connect_error = test(async (world) => {
  const socket = io(url(), { ...OPTIONS, auth: { n: 1n } });
  const errors = [];
  socket.on("connect_error", (error) => errors.push(error));
  (await world.socket()).open();
  is(errors.length, 1);
  ok(errors[0] instanceof Error && /BigInt/.test(errors[0].message), errors[0].message);
  socket.disconnect();
});

export const a_session_is_asked_for_again_and_recovered = test(async (world) => {
  const socket = io(url(), { ...OPTIONS, auth: { token: "t" } });
  const end = await world.socket();
  end.open();
  end.deliver('40{"sid":"one","pid":"p"}');
  is(socket.recovered, false);
  end.emit("news", "x", "offset");
  end.deliver('4213["news","with an acknowledgement"]');
  end.drop();
  const next = await world.socket();
  next.open();
  same(next.sent, ['40{"pid":"p","offset":"offset","token":"t"}']);
  next.deliver('40{"sid":"one","pid":"p"}');
  is(socket.recovered, true);
  next.drop();
  const last = await world.socket();
  last.open();
  last.deliver('40{"sid":"two","pid":"q"}');
  same([socket.recovered, socket.id], [false, "two"]);
  socket.disconnect();
});

export const a_manager_that_nobody_uses_holds_nothing_and_can_be_used_again = test(async (world) => {
  const [socket, end] = await connected(world, { auth: { n: 1 } });
  socket.disconnect();
  ok(end.isReleased, "the socket is dropped");
  world.requireNothingLeft();
  same([socket.active, socket.connected], [false, false]);
  const errors = [];
  socket.timeout(1000).emit("waits", (error) => errors.push(error.message));
  socket.emit("kept");
  await world.time.pass(1000);
  same(errors, ["operation has timed out"]);
  same(socket.sendBuffer.map(({ data }) => data), [["kept"]]);
  socket.connect();
  const next = await world.socket();
  next.open();
  next.accept("again");
  same(next.sent, ['40{"n":1}', '42["kept"]']);
  is(socket.id, "again");
  socket.io.reconnection(false);
  next.drop();
  is(socket.active, true);
  socket.disconnect();
  world.requireNothingLeft();
});

export const what_cannot_be_had_is_refused_with_a_code = test(async (world) => {
  throws(() => io(url(), { transports: ["polling"] }), "ERR_INVALID_OPTION");
  throws(() => new Manager(url(), { transports: ["polling", "webtransport"] }), "ERR_INVALID_OPTION");
  for (const transports of [[], ["websockets"]]) throws(() => new Manager(url(), { transports }), "ERR_INVALID_OPTION");
  const ignored = { withCredentials: true, upgrade: false, rememberUpgrade: true, transportOptions: { websocket: {} }, forceBase64: true, extraHeaders: { a: "b" } };
  const [socket] = await connected(world, { transports: ["polling", "websocket"], ...ignored });
  throws(() => socket.emit("disconnect"), "ERR_RESERVED_EVENT");
  throws(() => socket.emit("x", 1n), "ERR_INVALID_ARGUMENT");
  throws(() => socket.on("x", 5), "ERR_INVALID_ARGUMENT");
  socket.disconnect();
});

export const offline_and_online_are_heard_by_every_manager = test(async (world) => {
  const [socket, end] = await connected(world);
  const told = [];
  socket.once("disconnect", (reason, { description }) => told.push([reason, description]));
  window.dispatchEvent(new Event("offline"));
  same(told, [["transport close", "network connection lost"]]);
  ok(end.isReleased, "the link is lost");
  window.dispatchEvent(new Event("online"));
  const next = await world.socket();
  next.open();
  next.accept();
  is(socket.connected, true);
  socket.disconnect();
});

export const listeners_that_throw_harm_nobody_and_may_end_the_connection = test(async (world) => {
  const [socket, end] = await connected(world);
  const heard = [];
  socket.on("news", () => {
    throw new Error("of a listener");
  });
  socket.on("news", () => {
    heard.push("second");
    socket.disconnect();
    socket.emit("after", () => {});
  });
  socket.on("news", () => heard.push("third"));
  end.emit("news");
  end.emit("news");
  same(heard, ["second", "third"]);
  await turn();
  same(world.takeReported().map(({ message }) => message), ["of a listener"]);
  ok(end.isReleased && !socket.active, "ended");
});

export const an_engine_is_given_up_by_its_close_and_each_attempt_has_its_own = test(async (world) => {
  const [socket, end] = await connected(world);
  const { engine } = socket.io;
  same([engine.readyState, engine.transport.name, engine.id], ["open", "websocket", "engine"]);
  const told = [];
  engine.on("close", (reason) => told.push(`engine ${reason}`));
  engine.once("packetCreate", ({ type, data }) => told.push(`${type} ${data}`));
  socket.io.on("close", (reason) => told.push(`manager ${reason}`));
  socket.on("disconnect", (reason) => told.push(`socket ${reason}`));
  socket.emit("hello");
  socket.emit("hello");
  engine.close();
  engine.close();
  same(told, ['message 2["hello"]', "socket forced close", "manager forced close", "engine forced close"]);
  ok(end.isReleased, "the transport is closed");
  same([engine.readyState, engine.id], ["closed", undefined]);
  const next = await world.socket();
  ok(socket.io.engine !== engine, "another engine");
  next.open();
  next.accept();
  engine.close();
  is(socket.connected, true, "an old engine ends nothing");
  socket.disconnect();
});

/** JSON in one frame, whatever it is; and an event named "bad" cannot be read. */
const parser = {
  Encoder: class {
    encode(packet) {
      return [new TextEncoder().encode(JSON.stringify(packet)).buffer];
    }
  },
  Decoder: class {
    on(event, listener) {
      if (event === "decoded") this.listener = listener;
    }
    add(chunk) {
      const packet = JSON.parse(new TextDecoder().decode(chunk));
      if (packet.data?.[0] === "bad") throw new Error("cannot be read");
      this.listener(packet);
    }
    destroy() {
      this.destroyed = true;
    }
  },
};
const encoded = (packet) => new TextEncoder().encode(JSON.stringify({ nsp: "/", ...packet })).buffer;
const decoded = (frames) => frames.filter((frame) => typeof frame !== "string").map((frame) => JSON.parse(new TextDecoder().decode(frame)));

export const a_parser_of_the_application_reads_and_writes_every_packet = test(async (world) => {
  const socket = io(url("/room"), { ...OPTIONS, parser, auth: { a: 1 } });
  socket.emit("early", 1);
  const end = await world.socket();
  end.open();
  end.deliver(encoded({ type: 0, nsp: "/room", data: { sid: "s", pid: "p" } }));
  is(socket.id, "s");
  const heard = [];
  socket.on("ask", (question, ack) => ack(question, "answer"));
  socket.on("news", (...args) => heard.push(args));
  end.deliver(encoded({ type: 2, nsp: "/room", data: ["ask", { deep: [1] }], id: 7 }));
  end.deliver(encoded({ type: 2, nsp: "/room", data: ["news", 1, "offset"] }));
  end.deliver(encoded({ type: 2, nsp: "/other", data: ["news", 2] }));
  end.deliver("2");
  socket.emit("count", (...answer) => heard.push(answer));
  end.deliver(encoded({ type: 3, nsp: "/room", data: [5, { six: 7 }], id: 0 }));
  same(heard, [[1, "offset"], [5, { six: 7 }]]);
  const [connect, early, answer, count] = decoded(end.sent);
  same([connect.type, connect.nsp, connect.data], [0, "/room", { a: 1 }]);
  same([early.type, early.data], [2, ["early", 1]]);
  same([answer.type, answer.id, answer.data], [3, 7, [{ deep: [1] }, "answer"]]);
  same([count.type, count.id, count.data], [2, 0, ["count"]]);
  is(end.sent.at(-2), "3");
  end.drop();
  const next = await world.socket();
  next.open();
  same(decoded(next.sent)[0].data, { pid: "p", offset: "offset", a: 1 });
  next.deliver(encoded({ type: 4, nsp: "/room", data: { message: "no", data: 1 } }));
  is(socket.active, false);
});

export const what_a_parser_does_not_read_is_a_parse_error = test(async (world) => {
  const rows = [{ type: 2, data: ["bad"] }, { type: 9, data: [] }, { type: 2, data: {} }, { type: 2, data: ["connect"] }, { type: 3, id: 1 }, { type: 1, data: [] }];
  for (const row of rows) {
    const socket = io(url(), { ...OPTIONS, parser });
    const reasons = [];
    socket.on("disconnect", (reason) => reasons.push(reason));
    const end = await world.socket();
    end.open();
    end.deliver(encoded({ type: 0, data: { sid: "s" } }));
    end.deliver(encoded(row));
    same(reasons, ["parse error"], JSON.stringify(row));
    ok(end.isReleased, "the socket is dropped");
    socket.disconnect();
  }
});

export const a_chat_client_shares_its_connection_with_other_namespaces = test(async (world) => {
  const [client, end] = await world.connected();
  is(client.socket.io.socket("/"), client.socket, "its own");
  const other = client.socket.io.socket("/other", { auth: { own: true } });
  is(other.active, true, "it connects by itself, as any socket of a Manager");
  const heard = [];
  client.onMessage(({ id }) => heard.push(id));
  other.on("message", ({ id }) => heard.push(`other ${id}`));
  is(end.sent.at(-1), '40/other,{"own":true}');
  end.deliver('40/other,{"sid":"o"}');
  end.deliver('42/other,["message",{"id":"theirs"}]');
  end.emit("message", { id: "ours" });
  same(heard, ["other theirs", "ours"]);
  is(client.lastMessage.id, "ours");
  client.disconnect();
  same([other.connected, client.status], [true, "idle"]);
  const errors = [];
  other.emitWithAck("ask").catch(({ message }) => errors.push(message));
  client.close();
  await turn();
  same(errors, ["socket has been disconnected"]);
  ok(end.isReleased, "the socket is dropped");
  throws(() => other.emit("x"), "ERR_CLOSED");
  throws(() => other.connect(), "ERR_CLOSED");
});

export const events_that_a_dead_connection_took_are_kept_for_the_next_and_watched_once = test(async (world) => {
  const [socket, end] = await connected(world);
  const out = [];
  socket.onAnyOutgoing((...args) => out.push(args));
  // No timer has fired yet when the machine wakes.
  world.time.jump(3_600_000);
  socket.emit("one");
  ok(end.isReleased && !end.said.includes("one"), "nothing is written into a dead connection");
  socket.emit("two", new Uint8Array([2]));
  same(out, []);
  const next = await world.socket();
  next.open();
  next.accept();
  same(next.sent.slice(1, 3), ['42["one"]', '451-["two",{"_placeholder":true,"num":0}]']);
  same(out, [["one"], ["two", new Uint8Array([2])]]);
  same(socket.sendBuffer, []);
  socket.disconnect();
});

export const packets_are_told_to_who_watches_the_manager = test(async (world) => {
  const socket = io(url(), OPTIONS);
  const told = [];
  socket.io.on("packet", ({ type, nsp, id, data }) => told.push([type, nsp, id, data]));
  const end = await world.socket();
  end.open();
  end.accept("s");
  socket.emit("ask", () => {});
  end.deliver('430["yes"]');
  end.emit("news", 1);
  // Also those that nobody waits for.
  end.deliver('437["late"]');
  end.deliver('42/nobody,8["news"]');
  end.deliver('451-["file",{"_placeholder":true,"num":0}]');
  end.deliver(new Uint8Array([1, 2]).buffer);
  end.deliver('461-9[{"_placeholder":true,"num":0}]');
  end.deliver("bAwQ=");
  end.deliver("2");
  end.deliver("41");
  socket.connect();
  const next = await world.socket();
  next.fail();
  (await world.socket()).open();
  FakeSocket.made.at(-1).refuse("no", 1);
  same(told, [
    [0, "/", undefined, { sid: "s" }],
    [3, "/", 0, ["yes"]],
    [2, "/", undefined, ["news", 1]],
    [3, "/", 7, ["late"]],
    [2, "/nobody", 8, ["news"]],
    [2, "/", undefined, ["file", new Uint8Array([1, 2]).buffer]],
    [3, "/", 9, [new Uint8Array([3, 4]).buffer]],
    [1, "/", undefined, undefined],
    [4, "/", undefined, { message: "no", data: 1 }],
  ]);
});

export const what_is_no_packet_is_told_to_nobody = test(async (world) => {
  for (const frame of ['42{"no":"event"}', "4", '42["cut', "47", '451-["a",{"_placeholder":true,"num":4}]']) {
    const [socket, end] = await connected(world);
    const told = [];
    socket.io.on("packet", (packet) => told.push(packet));
    end.deliver(frame);
    ok(end.isReleased, `${frame} ends the connection`);
    same(told, []);
    socket.disconnect();
  }
});

export const the_chats_auth_may_be_a_function_which_is_asked_before_every_attempt = test(async (world) => {
  const client = world.client({ token: "t", auth: { device: 1 } });
  same(client.socket.auth, { device: 1 });
  let asked = 0;
  client.socket.auth = function (done) {
    ok(this === client.socket, "called as a method of the socket");
    asked += 1;
    if (asked === 2) throw new Error("no device");
    if (asked === 3) return Promise.reject(new Error("no device yet"));
    queueMicrotask(() => done({ device: asked, token: "the chat's own comes last" }));
  };
  client.initializeSocket();
  const end = await world.accept();
  same(end.connects, ['40{"device":1,"token":"Bearer t"}']);
  await world.until(() => client.isConnected, "connected");
  end.drop();
  for (const reason of ["no device", "no device yet"]) await world.until(() => client.connectionError === reason, reason);
  const next = await world.accept();
  same(next.connects, ['40{"device":4,"token":"Bearer t"}']);
  client.socket.auth = { device: "fixed" };
  next.drop();
  same((await world.accept()).connects, ['40{"device":"fixed","token":"Bearer t"}']);
});

export const a_chats_auth_function_that_never_answers_is_a_timeout_and_is_asked_again = test(async (world) => {
  const client = world.client({ timeout: 1000 });
  let asked = 0;
  client.socket.auth = (done) => (asked += 1) > 1 && done({ n: asked });
  client.initializeSocket();
  await world.until(() => client.connectionError === "timeout", "the timeout");
  same((await world.accept()).connects, ['40{"n":2}']);
});

export const nothing_is_sent_through_a_closing_socket_and_what_was_queued_goes_again = test(async (world) => {
  const [client, end] = await world.connected();
  end.readyState = FakeSocket.CLOSING;
  // A fake one complains of it as browsers do, on the console, which the test's end looks at.
  client.sendMessage({ conversationId: "c", content: "kept" });
  client.socket.emit("lost");
  await turn();
  same(end.said, []);
  end.drop();
  const next = await world.accept();
  await world.until(() => next.said.length > 0, "the message");
  same(next.said, ["sendMessage kept"]);
});

export const a_manager_takes_its_server_from_options_where_it_gets_no_url = test(async (world) => {
  const rows = [
    [{ host: "chat.test", port: 8080, secure: false }, "ws://chat.test:8080/socket.io/"],
    [{ hostname: "chat.test", secure: true }, "wss://chat.test:443/socket.io/"],
    [{ hostname: "::1", port: "81", secure: false, path: "/own" }, "ws://[::1]:81/own/"],
    [{ host: "[::1]:9", secure: false, port: 82, path: "/own/", addTrailingSlash: false }, "ws://[::1]:82/own"],
    [{ port: 83 }, `ws://${location.hostname}:83/socket.io/`],
    [{ secure: true }, `wss://${location.host}/socket.io/`],
  ];
  for (const [options, expected] of rows) {
    const manager = new Manager({ ...options, query: "a=1&b=2" });
    is((await world.socket()).url, `${expected}?a=1&b=2&EIO=4&transport=websocket`, JSON.stringify(options));
    manager.disconnect();
  }
  const socket = io(url(), { ...OPTIONS, host: "elsewhere.test", port: 1, secure: true, query: { c: 3 } });
  is((await world.socket()).url, `ws://chat${server}.test:80/socket.io/?c=3&EIO=4&transport=websocket`, "a URL is what counts");
  socket.disconnect();
});

export const close_on_beforeunload_closes_without_a_word = test(async (world) => {
  const leaving = () => window.dispatchEvent(new Event("beforeunload"));
  const [quiet, end] = await connected(world, { closeOnBeforeunload: true });
  const [other, otherEnd] = await connected(world);
  const told = [];
  for (const socket of [quiet, other]) socket.on("disconnect", (reason) => told.push(reason));
  leaving();
  ok(end.isReleased && !otherEnd.isReleased, "only where it is asked for");
  await turn();
  same(told, []);
  for (const socket of [quiet, other]) socket.disconnect();
  world.requireNothingLeft();
});

export const what_waits_for_a_connection_is_what_it_was_when_it_was_emitted = test(async (world) => {
  const socket = io(url(), OPTIONS);
  const cart = { items: [1] };
  socket.emit("cart", cart);
  cart.items.push(2);
  const end = await world.socket();
  end.open();
  end.accept();
  same(end.sent.slice(1), ['42["cart",{"items":[1]}]']);
  socket.disconnect();
});

export const events_before_the_connect_answer_wait_in_the_receive_buffer = test(async (world) => {
  const socket = io(url(), OPTIONS);
  const told = [];
  for (const name of ["connect", "connect_error", "disconnect"]) socket.on(name, () => told.push(name));
  socket.on("early", (n, ack) => told.push(`${n} ${socket.connected} ${ack?.("answer")}`));
  const end = await world.socket();
  end.open();
  end.emit("early", 1);
  end.deliver('427["early",2]');
  same(socket.receiveBuffer.map(([name, n]) => [name, n]), [["early", 1], ["early", 2]]);
  end.accept();
  same(told, ["1 true undefined", "2 true undefined", "connect"]);
  same([socket.receiveBuffer, end.sent.at(-1)], [[], '437["answer"]']);
  // Those of an attempt that failed are not told by the next.
  end.drop();
  const next = await world.socket();
  next.open();
  next.emit("early", 3);
  next.drop();
  const last = await world.socket();
  last.open();
  same(socket.receiveBuffer, []);
  last.emit("early", 4);
  socket.receiveBuffer.length = 0;
  last.accept();
  same(told.slice(3), ["disconnect", "connect_error", "connect"]);
  socket.disconnect();
});

export const an_acknowledgement_belongs_to_the_session_that_its_event_came_in = test(async (world) => {
  const at = url();
  const [root, admin] = [io(at, { forceNew: true }), io(`${at}/admin`)];
  root.io.socket("/admin", {});
  const held = [];
  for (const one of [root, root.io.nsps["/admin"], admin]) one.on("ask", (ack) => held.push(ack));
  const [end, adminsEnd] = [await world.socket(), await world.socket()];
  adminsEnd.open();
  adminsEnd.deliver('40/admin,{"sid":"a"}');
  end.open();
  end.accept();
  const shared = root.io.nsps["/admin"];
  end.deliver('40/admin,{"sid":"one"}');
  end.deliver('42/admin,7["ask"]');
  shared.disconnect();
  shared.connect();
  await world.until(() => end.sent.filter((frame) => frame.startsWith("40/admin,")).length > 1, "CONNECT is sent again");
  end.deliver('40/admin,{"sid":"two"}');
  ok(shared.connected, "over the connection that is there");
  held[0]("late");
  ok(!end.sent.some((frame) => frame.startsWith("43")), "the server that has acknowledged takes it for another event's");
  // A connection of its own, which is made anew.
  adminsEnd.deliver('42/admin,7["ask"]');
  admin.disconnect();
  admin.connect();
  const next = await world.socket();
  next.open();
  next.deliver('40/admin,{"sid":"b"}');
  next.deliver('42/admin,7["ask"]');
  held[1]("late");
  same(next.said, []);
  ok(!next.sent.some((frame) => frame.startsWith("43")), "nor over another connection");
  held[2]("in time");
  held[2]("twice");
  same(next.sent.filter((frame) => frame.startsWith("43")), ['43/admin,7["in time"]']);
  for (const socket of [root, shared, admin]) socket.disconnect();
});
