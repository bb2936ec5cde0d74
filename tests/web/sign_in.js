// Who connects: tokens, their provider, and what a refusal leads to.
import { is, ok, same, throws } from "./assert.js";
import { FakeSocket } from "./fake_socket.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const message = (content, more) => ({ conversationId: "c", content, ...more });

export const initialize_socket_takes_a_token_and_is_idempotent = test(async (world) => {
  const client = world.client();
  client.initializeSocket("t");
  is(client.status, "connecting");
  client.initializeSocket();
  client.initializeSocket("t");
  const socket = await world.accept();
  same(socket.connects, ['40{"token":"Bearer t"}']);
  client.initializeSocket("t");
  await world.time.pass(10_000);
  is(FakeSocket.made.length, 1);
  is(client.isConnected, true);
  throws(() => client.initializeSocket(5), "ERR_INVALID_ARGUMENT");
});

export const no_token_is_auth_required_without_any_connection = test(async (world) => {
  const client = world.client({ token: null });
  const heard = [];
  client.onAuthRequired(({ message }) => heard.push(message));
  client.initializeSocket();
  await world.time.pass(60_000);
  is(client.status, "auth_required");
  is(heard.length, 1);
  is(FakeSocket.made.length, 0);
});

export const a_loss_is_told_once_however_often_nobody_turns_out_to_be_signed_in = test(async (world) => {
  const told = [];
  let token = null;
  const client = world.client({ token: async () => token });
  client.onAuthRequired(({ message }) => told.push(message));
  for (let visit = 0; visit < 3; visit += 1) {
    client.initializeSocket();
    await world.until(() => client.status === "auth_required", "nobody is signed in");
  }
  is(told.length, 1);
  token = "t";
  client.initializeSocket();
  await world.accept();
  client.initializeSocket(null);
  is(told.length, 2, "another loss");
});

export const signing_out_is_at_once_while_there_is_no_connection_too = test(async (world) => {
  for (const token of ["t", () => "t"]) {
    const [client, socket] = await world.connected({ token });
    const told = [];
    client.onAuthRequired(() => told.push(client.status));
    socket.drop();
    is(client.status, "reconnecting");
    client.initializeSocket(null);
    same([client.status, told], ["auth_required", ["auth_required"]]);
    client.close();
    world.forgetSockets();
  }
});

export const the_provider_is_asked_before_every_attempt_and_told_why = test(async (world) => {
  const asked = [];
  const client = world.client({
    token: (request) => {
      asked.push(request);
      return `t${asked.length}`;
    },
  });
  client.initializeSocket();
  (await world.accept()).drop();
  const socket = await world.socket();
  socket.open();
  socket.refuse("jwt expired");
  const next = await world.accept();
  same(next.connects, ['40{"token":"Bearer t3"}']);
  same(asked, [
    { reason: "initial", previous: null },
    { reason: "reconnect", previous: "t1" },
    { reason: "rejected", previous: "t2" },
  ]);
  is(client.isConnected, true);
});

export const a_provider_that_fails_is_a_connection_error_with_its_reason_and_is_asked_again = test(async (world) => {
  const failures = [() => Promise.reject(new Error("no network")), () => "t"];
  failures.unshift(() => {
    throw new Error("not now");
  }, () => 5);
  const errors = [];
  const client = world.client({ token: () => failures.shift()() });
  client.socket.on("connect_error", ({ message }) => errors.push(message));
  client.initializeSocket();
  await world.accept();
  same(errors, ["not now", "the provider returned no string", "no network"]);
  is(client.isConnected, true);
});

export const a_provider_that_never_answers_is_a_timeout = test(async (world) => {
  let answer = null;
  const client = world.client({ token: () => new Promise((resolve) => (answer = resolve)), timeout: 1000 });
  client.initializeSocket();
  await world.time.pass(1000);
  is(client.status, "reconnecting");
  is(client.connectionError, "timeout");
  const late = answer;
  await world.until(() => answer !== late, "it is asked again");
  late("old");
  await turn();
  is(FakeSocket.made.length, 0, "sockets opened by the late answer");
  answer("t");
  const socket = await world.accept();
  same(socket.connects, ['40{"token":"Bearer t"}']);
});

export const a_refused_token_is_auth_required_and_no_further_attempt_until_a_new_one = test(async (world) => {
  for (const [error, data] of [["go away", { code: 401 }], ["go away", { status: 403 }], ["jwt malformed", undefined], ["invalid token", undefined]]) {
    const client = world.client({ token: "t", userId: error });
    const heard = [];
    client.onAuthRequired((refusal) => heard.push(refusal));
    client.sendMessage(message("waiting"));
    client.initializeSocket();
    const socket = await world.socket();
    socket.open();
    socket.refuse(error, data);
    await world.time.pass(24 * 3_600_000);
    is(world.untaken, 0, "further attempts");
    is(client.status, "auth_required");
    is(client.isConnected, false);
    is(client.connectionError, error);
    same(heard, [{ message: error, data }]);
    is(client.offlineMessages[0].status, "held");
    client.initializeSocket("t");
    await world.time.pass(60_000);
    is(world.untaken, 0, "attempts with the same token");
    client.initializeSocket("new");
    const next = await world.accept();
    same(next.connects, ['40{"token":"Bearer new"}']);
    same(next.said, ["sendMessage waiting"]);
    is(client.connectionError, null);
    is(heard.length, 1);
    client.discardAll();
    client.close();
  }
});

export const is_auth_error_decides_what_asks_for_a_new_token = test(async (world) => {
  const client = world.client({ token: "t", isAuthError: ({ message, data }) => message === "nope" && data.why === "you" });
  client.initializeSocket();
  const socket = await world.socket();
  socket.open();
  socket.refuse("invalid token", { code: 401 });
  is(client.status, "reconnecting");
  const next = await world.socket();
  next.open();
  next.refuse("nope", { why: "you" });
  is(client.status, "auth_required");
});

export const any_other_refusal_is_tried_again = test(async (world) => {
  const client = world.client({ token: "t" });
  const errors = [];
  client.socket.on("connect_error", (error) => errors.push([error instanceof Error, error.message, error.data]));
  client.initializeSocket();
  const socket = await world.socket();
  socket.open();
  socket.refuse("full", { room: 1 });
  same(errors, [[true, "full", { room: 1 }]]);
  is(client.status, "reconnecting");
  is(client.connectionError, "full");
  await world.accept();
  is(client.isConnected, true);
});

export const the_answer_of_a_provider_that_was_replaced_is_not_used = test(async (world) => {
  let answer;
  const client = world.client({ userId: "b" });
  client.initializeSocket(() => new Promise((resolve) => (answer = resolve)));
  await world.until(() => answer !== undefined, "the first provider is asked");
  client.initializeSocket("new");
  answer("old");
  same((await world.accept()).connects, ['40{"token":"Bearer new"}']);
});

export const an_auth_option_that_is_no_json_is_a_connection_error_and_harms_nothing = test(async (world) => {
  const client = world.client({ auth: { n: 1n } });
  client.initializeSocket("t");
  await world.until(() => client.connectionError !== null, "the error");
  ok(client.connectionError.startsWith("auth: "), client.connectionError);
  is(client.sendMessage(message("one")).persisted, true);
  client.disconnect();
});
