// Whose messages they are where only a provider can tell, how long a token lives, and which tab sends.
import { is, ok, same } from "./assert.js";
import { FakeSocket } from "./fake_socket.js";
import { turn } from "./time.js";
import { test } from "./world.js";

const message = (content, more) => ({ conversationId: "c", content, ...more });
const base64url = (object) => btoa(JSON.stringify(object)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
/** A JSON Web Token that nobody has signed. Times in milliseconds. */
const jwt = (sub, { iat, exp } = {}) => `${base64url({ alg: "none" })}.${base64url({ sub, iat: iat && iat / 1000, exp: exp && exp / 1000 })}.`;
const silent = () => new Promise(() => {});
const storedFor = (what) => Object.keys(localStorage).filter((key) => localStorage[key].includes(what));

export const what_is_sent_before_the_provider_answers_is_stored_and_goes_out_as_whoever_it_names = test(async (world) => {
  let answer;
  const client = world.client({ token: () => new Promise((resolve) => (answer = resolve)) });
  client.initializeSocket();
  is(client.sendMessage(message("early")).persisted, true);
  const [before] = storedFor("early");
  ok(before, "stored");
  await world.until(() => answer, "the provider is asked");
  answer(jwt("ann"));
  const socket = await world.accept();
  same(socket.said, ["sendMessage early"]);
  const [after] = storedFor("early");
  ok(before !== after, "stored as hers");
  socket.acknowledge(socket.events[0].ack);
  same(storedFor("early"), []);
  client.close();
  // And shown and sent to nobody else.
  const [bob] = await world.connected({ token: jwt("bob") });
  same(bob.offlineMessages, []);
});

export const what_is_sent_while_nobody_is_signed_in_is_shown_and_goes_out_as_whoever_signs_in = test(async (world) => {
  const client = world.client();
  is(client.sendMessage(message("early")).persisted, true);
  is(client.offlineMessages.length, 1);
  client.initializeSocket(jwt("ann"));
  const socket = await world.accept();
  await world.until(() => socket.said.length > 0, "it is sent");
  same(socket.said, ["sendMessage early"]);
  socket.acknowledge(socket.events[0].ack);
  same(storedFor("early"), []);
  client.initializeSocket(null);
  client.sendMessage(message("signed out"));
  same(client.offlineMessages.map(({ status }) => status), ["held"]);
  client.initializeSocket(jwt("ann"));
  const next = await world.accept();
  await world.until(() => next.said.length > 0, "it is sent");
  same(next.said, ["sendMessage signed out"]);
  next.acknowledge(next.events[0].ack);
  client.close();
  // Nor is it lost where the page is gone before that.
  const gone = world.client();
  gone.sendMessage(message("left behind"));
  gone.close();
  await turn();
  const again = world.client();
  await world.until(() => again.offlineMessages.length === 1, "it is shown after a reload, too");
  again.initializeSocket(jwt("ann"));
  const last = await world.accept();
  await world.until(() => last.said.length > 0, "it is sent");
  same(last.said, ["sendMessage left behind"]);
});

export const what_a_page_has_left_before_it_knew_its_user_goes_to_who_was_signed_in_before_and_to_nobody_else = test(async (world) => {
  const signIn = async (name) => {
    const client = world.client({ token: () => jwt(name) });
    client.initializeSocket();
    const socket = await world.accept();
    await turn();
    await world.time.pass(10);
    return [client, socket];
  };
  (await signIn("ann"))[0].close();
  const offline = world.client({ token: silent });
  offline.initializeSocket();
  is(offline.sendMessage(message("typed offline")).persisted, true);
  offline.close();
  await turn();
  const again = world.client({ token: silent });
  await world.until(() => again.offlineMessages.length === 1, "it is shown after a reload, too");
  again.close();
  const [bob, bobs] = await signIn("bob");
  same([bob.offlineMessages, bobs.said], [[], []]);
  bob.close();
  const [ann, socket] = await signIn("ann");
  await world.until(() => socket.said.length > 0, "what was left is claimed and sent");
  same(socket.said, ["sendMessage typed offline"]);
  is(ann.pendingMessages.length, 1);
});

/** Resolves when a page that knew nobody is gone. */
async function leaveBehind(world, content) {
  const client = world.client();
  client.sendMessage(message(content));
  client.close();
  await turn();
}

export const what_was_left_is_not_passed_over_where_the_sign_in_comes_at_once = test(async (world) => {
  await leaveBehind(world, "left behind");
  const client = world.client();
  client.initializeSocket(jwt("ann"));
  const socket = await world.accept();
  await world.until(() => socket.said.length > 0, "it is sent");
  same(socket.said, ["sendMessage left behind"]);
});

export const what_was_left_before_anybody_was_known_is_the_first_ones_whenever_they_are_back = test(async (world) => {
  await leaveBehind(world, "left behind");
  for (const name of ["ann", "bob"]) {
    const client = world.client();
    client.initializeSocket(jwt(name));
    client.close(); // before anything was found
    await turn();
  }
  world.forgetSockets();
  const bob = world.client();
  bob.initializeSocket(jwt("bob"));
  const bobs = await world.accept();
  bob.close();
  await turn();
  const ann = world.client();
  ann.initializeSocket(jwt("ann"));
  const socket = await world.accept();
  await world.until(() => socket.said.length > 0, "it is sent");
  same([bobs.said, socket.said], [[], ["sendMessage left behind"]]);
});

export const what_another_tab_has_claimed_is_not_shown_any_more_to_nobody = test(async (world) => {
  await leaveBehind(world, "left behind");
  const nobody = world.client();
  await world.until(() => nobody.offlineMessages.length === 1, "it is shown");
  const ann = world.client();
  ann.initializeSocket(jwt("ann"));
  const socket = await world.accept();
  await world.until(() => socket.said.length > 0, "it is sent");
  await world.until(() => nobody.offlineMessages.length === 0, "it is hers");
  socket.acknowledge(socket.events[0].ack);
  ann.close();
  nobody.initializeSocket(jwt("ann"));
  const next = await world.accept();
  await world.time.pass(1000);
  same(next.said, []);
});

export const what_a_living_page_holds_unclaimed_is_left_to_it = test(async (world) => {
  const waiting = world.client({ token: silent });
  waiting.initializeSocket();
  waiting.sendMessage(message("mine"));
  const other = world.client({ token: () => jwt("ann") });
  other.initializeSocket();
  const socket = await world.accept();
  await world.time.pass(1000);
  same([other.offlineMessages, socket.said], [[], []]);
  is(waiting.offlineMessages.length, 1);
});

export const another_provider_is_asked_at_once_and_nothing_is_sent_before_it_is_known_whose_it_is = test(async (world) => {
  const [client, socket] = await world.connected({ token: () => jwt("ann") });
  let answer;
  client.initializeSocket(() => new Promise((resolve) => (answer = resolve)));
  client.sendMessage(message("whose?"));
  await world.until(() => answer, "the new provider is asked");
  same(socket.said, []);
  is(client.isConnected, true);
  const bobs = jwt("bob");
  answer(bobs);
  const next = await world.accept();
  ok(socket.isReleased, "the connection of the former user is closed");
  same(next.connects, [`40{"token":"Bearer ${bobs}"}`]);
  same(next.said, ["sendMessage whose?"]);
});

export const another_provider_of_the_same_user_leaves_the_connection_alone = test(async (world) => {
  const [client, socket] = await world.connected({ token: () => jwt("ann") });
  client.initializeSocket(() => jwt("ann"));
  client.sendMessage(message("still me"));
  await world.until(() => socket.said.length > 0, "it is sent");
  same(socket.said, ["sendMessage still me"]);
  is(FakeSocket.made.length, 1);
});

export const events_that_waited_for_the_connection_of_a_former_user_are_dropped_and_not_shown_any_more = test(async (world) => {
  const [client, socket] = await world.connected({ token: jwt("ann") });
  const shown = () => client.socket.sendBuffer.map(({ data }) => data[0]);
  client.disconnect();
  client.socket.emit("typing");
  client.initializeSocket(jwt("ann"));
  same(shown(), ["typing"]);
  client.initializeSocket(jwt("bob"));
  client.socket.emit("hello");
  same(shown(), ["hello"]);
  ok(socket.isReleased, "the connection of the former user is closed");
  world.forgetSockets();
  FakeSocket.made.at(-1).open();
  await world.until(() => FakeSocket.made.at(-1).connects.length > 0, "CONNECT is sent");
  FakeSocket.made.at(-1).accept();
  same(FakeSocket.made.at(-1).said, ["hello"]);
  same(shown(), []);
});

export const an_expired_token_is_not_tried = test(async (world) => {
  const client = world.client({ token: jwt("ann", { exp: world.time.now - 3_600_000 }) });
  const heard = [];
  client.onAuthRequired(({ message }) => heard.push(message));
  client.initializeSocket();
  await world.time.pass(60_000);
  is(FakeSocket.made.length, 0);
  is(client.status, "auth_required");
  same(heard, ["the token has expired: sign in again"]);
  client.initializeSocket(jwt("ann", { exp: world.time.now + 3_600_000 }));
  await world.accept();
  is(client.isConnected, true);
});

export const a_token_that_expires_soon_is_replaced_ahead_of_time = test(async (world) => {
  const asked = [];
  const [client, socket] = await world.connected({
    token: ({ reason }) => {
      asked.push(reason);
      return jwt("ann", { iat: world.time.now, exp: world.time.now + 300_000 });
    },
  }, { pingInterval: 1e9, pingTimeout: 1e9 });
  await world.time.pass(239_000);
  same(asked, ["initial"]);
  await world.time.pass(2_000);
  same(asked, ["initial", "expiring"]);
  const next = await world.accept();
  ok(socket.isReleased, "the old connection is closed");
  is(client.isConnected, true);
  ok(next.connects[0] !== socket.connects[0], "another token");
  same(asked, ["initial", "expiring"]);
});

export const a_page_that_is_put_away_lets_another_send = test(async (world) => {
  const [first, one] = await world.connected({ userId: "ann" });
  const [, two] = await world.connected({ userId: "ann" });
  await turn();
  first.sendMessage(message("here"));
  same([one.said, two.said], [["sendMessage here"], []]);
  window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  // Both clients are of this page: the first one that goes on gets the turn.
  is(first.offlineMessages[0].status, "in_doubt");
  window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  await turn();
  await world.until(() => one.said.length + two.said.length === 2, "it is sent again");
});

export const without_web_locks_each_sends_its_own_and_what_tabs_that_are_gone_have_left = test(async (world) => {
  world.stub(navigator, "locks", undefined);
  const gone = world.client({ userId: "ann", token: "t" });
  gone.sendMessage(message("left behind"));
  gone.close();
  const [first, one] = await world.connected({ userId: "ann" });
  const [second, two] = await world.connected({ userId: "ann" });
  await turn();
  first.sendMessage(message("one's", { conversationId: "d" }));
  second.sendMessage(message("two's", { conversationId: "e" }));
  await turn();
  same([one.said, two.said].map((said) => said.filter((line) => !line.includes("left"))), [["sendMessage one's"], ["sendMessage two's"]]);
  await world.time.pass(400);
  await world.until(() => [...one.said, ...two.said].some((line) => line.includes("left behind")), "the other's message is sent");
});

export const in_mock_mode_each_tab_sends_to_its_own_server = test(async (world) => {
  const clients = [0, 1].map(() => world.client({ useMockSocket: true, mock: { autoReply: false } }));
  for (const client of clients) client.initializeSocket();
  await world.until(() => clients.every(({ isConnected }) => isConnected), "both are connected");
  const sent = clients.map((client, index) => client.sendMessage(message(`from ${index}`, { conversationId: `${index}` })));
  await world.until(() => clients.every(({ pendingMessages }) => pendingMessages.length === 0), "both are delivered");
  const contents = clients.map(({ mock }) => mock.received.map(({ args }) => args[0].content));
  same(contents, [["from 0"], ["from 1"]]);
  same((await Promise.all(sent.map(({ settled }) => settled))).map(({ status }) => status), ["delivered", "delivered"]);
});
