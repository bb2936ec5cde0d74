// What is written to localStorage and when, and what a reload makes of it.
import { is, ok, same, throws } from "./assert.js";
import { acknowledging, FakeSocket } from "./fake_socket.js";
import { test } from "./world.js";

const message = (content, more) => ({ conversationId: "c", content, ...more });
/** Of messages: a key that ends in the scope shows that nobody has emptied the storage. */
const keys = () => Object.keys(localStorage).filter((key) => !/^socketio-wasm:1:[^:]+$/.test(key)).sort();
const values = () => keys().map((key) => JSON.parse(localStorage.getItem(key)));
const contents = (messages) => messages.map(({ content }) => content);
const quota = () => new DOMException("Setting the value exceeded the quota.", "QuotaExceededError");
const PROBE = /probe/;

/** What becomes of a message that another tab has queued is left for that one, for a minute. */
const outcomesAreSwept = (world) => world.time.pass(61_000);

/** A JWT with these claims, unsigned. */
function jwt(claims) {
  const bytes = new TextEncoder().encode(JSON.stringify(claims));
  return `e30.${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}.c2ln`;
}

export const a_message_is_stored_when_send_message_returns_under_a_key_of_its_own = test(async (world) => {
  const client = world.client({ token: "t" });
  const deliveries = ["one", "two"].map((content) => client.sendMessage(message(content)));
  const given = client.sendMessage(message("three", { id: "with:colons: and spaces", extra: { n: [1, null] } }));
  same([...deliveries, given].map(({ persisted }) => persisted), [true, true, true]);
  const places = keys().map((key) => /^socketio-wasm:1:([^:]+):([^:]+):(.+)$/.exec(key));
  same(places.map(([, , , id]) => id), [...deliveries, given].map(({ id }) => id), "ids in the order of the keys");
  is(new Set(places.map(([, scope]) => scope)).size, 1, "scopes");
  is(new Set(places.map(([, , order]) => order)).size, 3, "orders");
  const [first, , third] = client.offlineMessages;
  is(JSON.stringify(values()[2].message), JSON.stringify(third.message), "what is stored is what will be sent");
  const { status, attempts, queuedAt, error } = values()[0];
  same({ status, attempts, queuedAt, error }, { status: "queued", attempts: 0, queuedAt: first.queuedAt, error: null });
  is(first.queuedAt, "2026-03-01T12:00:00.000Z");
});

export const the_scope_of_a_key_does_not_change_between_versions = test(async (world) => {
  world.client({ url: "https://chat.example", userId: "ann" }).sendMessage(message("one"));
  // Whoever changes this loses sight of what users have in their queues.
  is(keys()[0].split(":").slice(0, 3).join(":"), "socketio-wasm:1:0uoikel1r9z8qe");
});

/** The scope under which a client of these options stores. */
function scopeOf(world, options) {
  const client = world.client({ token: "t", ...options });
  client.sendMessage(message("one"));
  const scope = keys()[0].split(":")[2];
  client.discardAll();
  client.close();
  return scope;
}

export const the_scope_is_of_server_path_namespace_and_owner_and_of_nothing_else = test(async (world) => {
  const plain = scopeOf(world, { token: "t" });
  const others = [
    { url: "http://other.test" },
    { url: "http://chat.test:8080" },
    { url: "https://chat.test" },
    { path: "/other" },
    { namespace: "/admin" },
    { userId: "ann" },
    { userId: "bob" },
    { token: jwt({ sub: "cleo" }) },
    { useMockSocket: true },
  ].map((options) => scopeOf(world, options));
  is(new Set([plain, ...others]).size, others.length + 1, "scopes of their own");
  for (const options of [
    { url: "ws://chat.test/" },
    { url: "http://chat.test:80?a=b" },
    { path: "socket//notification/" },
    { namespace: "/" },
    { userId: "anonymous" },
    { token: "opaque" },
    { token: "e30.bm8ganNvbg.c2ln" },
    { authScheme: null, auth: { a: 1 }, query: { b: "2" }, delivery: "sent" },
  ]) {
    is(scopeOf(world, options), plain, `the scope with ${JSON.stringify(options)}`);
  }
  for (const sub of ["bob", "Zoë 😀???>>>"]) is(scopeOf(world, { token: jwt({ sub }) }), scopeOf(world, { userId: sub }), sub);
});

export const tokens_are_never_stored_nor_logged = test(async (world) => {
  const written = [];
  for (const name of ["debug", "error", "info", "log", "trace", "warn"]) world.stub(console, name, (...args) => void written.push(args.map(String).join(" ")));
  for (const [target, name] of [[Storage.prototype, "setItem"], [BroadcastChannel.prototype, "postMessage"], [LockManager.prototype, "request"]]) {
    world.wrap(target, name, (original, ...args) => {
      written.push(JSON.stringify(args));
      return original();
    });
  }
  const [client, socket] = await world.connected({ token: "opensesame", auth: { secret: "hush" } });
  client.sendMessage(message("one"));
  socket.drop();
  client.initializeSocket("opensesame2");
  const next = await world.accept();
  next.refuse("jwt expired");
  client.initializeSocket(() => Promise.reject(new Error("nothing secret")));
  await world.until(() => client.connectionError === "nothing secret", "the provider is asked");
  client.initializeSocket(() => "opensesame3");
  localStorage.setItem(`${keys()[0]}x`, "no JSON");
  await world.accept();
  written.push(JSON.stringify(Object.entries(localStorage)));
  const all = written.join("\n");
  ok(all.includes("one") && !/opensesame|Bearer|hush/.test(all), all);
  client.discardAll();
});

export const what_is_accepted_or_discarded_is_removed_and_what_is_refused_is_kept_with_the_reason = test(async (world) => {
  const [client, socket] = await world.connected();
  const contentsStored = () => contents(values().map(({ message }) => message));
  const [one, two, three] = ["one", "two", "three"].map((content) => client.sendMessage(message(content)));
  same(contentsStored(), ["one", "two", "three"], "on the wire");
  const [ack, refusal] = socket.events.map(({ ack }) => ack);
  socket.acknowledge(ack);
  same(contentsStored(), ["two", "three"]);
  socket.acknowledge(refusal, { error: "rude" });
  const { status, error } = values()[0];
  same({ status, error }, { status: "failed", error: "rude" });
  is(client.retryMessage(two.id), true);
  same(contentsStored(), ["three", "two"], "behind the others");
  is(values()[1].status, "queued");
  client.discardMessage(three.id);
  same(contentsStored(), ["two"]);
  is(client.discardAll(), 1);
  same(keys(), []);
  same((await Promise.all([one.settled, three.settled])).map(({ status }) => status), ["delivered", "discarded"]);
});

export const a_reload_finds_everything_and_delivers_it_in_order_once = test(async (world) => {
  const [client, socket] = await world.connected();
  const ids = ["one", "two", "three"].map((content) => client.sendMessage(message(content, { extra: "é😀\u2028" })).id);
  client.markAsRead("c", ["m"]);
  socket.acknowledge(socket.events[1].ack, { error: "rude" });
  const before = client.pendingMessages;
  // A page that goes away closes nothing.
  const left = Object.entries(localStorage);
  client.close();
  localStorage.clear();
  for (const [key, value] of left) localStorage.setItem(key, value);

  const next = world.client({ token: "t" });
  same(next.offlineMessages.map(({ id, status, error, persisted }) => [id, status, error, persisted]), [
    [ids[0], "queued", null, true],
    [ids[1], "failed", "rude", true],
    [ids[2], "queued", null, true],
  ]);
  for (const [index, { message, queuedAt }] of next.offlineMessages.entries()) {
    same(message, before[index].message);
    is(queuedAt, before[index].queuedAt);
  }
  same(Object.entries(localStorage).sort(), left.sort(), "reading changes nothing");
  const later = next.sendMessage(message("four"));
  ok(later.id > ids[2], "a new id sorts behind");
  next.initializeSocket();
  FakeSocket.answer = acknowledging;
  const again = await world.accept();
  await world.until(() => next.pendingMessages.length === 1);
  same(again.said, ["sendMessage one", "sendMessage three", "markAsRead c", "sendMessage four"]);
  same(again.events[0].args[1], before[0].message, "the same message with the same id");
  same(again.events[2].args[1], { conversationId: "c", messageIds: ["m"] });
  await outcomesAreSwept(world);
  is(keys().length, 1, "the failed one is left");
});

export const messages_of_one_millisecond_come_back_in_the_order_of_the_calls = test(async (world) => {
  const texts = Array.from({ length: 100 }, (_, index) => String(index));
  const client = world.client({ token: "t" });
  const ids = texts.map((content) => client.sendMessage(message(content)).id);
  same([...new Set(ids)].sort(), ids, "ids are unique and sort by the call");
  client.close();
  same(contents(world.client({ token: "t" }).offlineMessages), texts);
});

const BROKEN = {
  "": "",
  "no JSON": '{"kind":"message"',
  "an empty object": "{}",
  "a number": "5",
  null: "null",
  "a list": "[]",
  "another kind": { kind: "other" },
  "no message": { message: undefined },
  "a message that is none": { message: "text" },
  "no conversation": { message: { id: "x", content: "x" } },
  "attempts below 0": { attempts: -1 },
  "attempts that are no number": { attempts: "many" },
  "a time that is none": { queuedAt: "yesterday" },
  "no time": { queuedAt: undefined },
};

/** Stores `count` good messages, then calls `spoil` with the key prefix and a good value, and gives what a reload makes of it. */
function reload(world, count, spoil) {
  const client = world.client({ token: "t" });
  for (let index = 0; index < count; index += 1) client.sendMessage(message(`good ${index}`));
  const [key] = keys();
  spoil(key.split(":").slice(0, 3).join(":"), values()[0]);
  client.close();
  return world.client({ token: "t" });
}

export const values_that_cannot_be_read_are_moved_aside_and_reported_once = test(async (world) => {
  const bad = new Map();
  const client = reload(world, 2, (prefix, good) => {
    for (const [what, value] of Object.entries(BROKEN)) {
      const text = typeof value === "string" ? value : JSON.stringify({ ...good, ...value });
      bad.set(`${prefix}:0000broken:${what}`, text);
    }
    for (const [key, text] of bad) localStorage.setItem(key, text);
  });
  same(contents(client.offlineMessages), ["good 0", "good 1"]);
  const warnings = world.takeWarnings();
  is(warnings.length, 1, "warnings");
  ok(warnings[0].includes("socketio-wasm") && warnings[0].includes(String(bad.size)), warnings[0]);
  for (const key of bad.keys()) is(localStorage.getItem(key), null, key);
  const aside = keys().filter((key) => key.startsWith("socketio-wasm:1:broken:"));
  same(aside.map((key) => localStorage.getItem(key)).sort(), [...bad.values()].sort(), "what was moved aside");
  client.close();
  same(contents(world.client({ token: "t" }).offlineMessages), ["good 0", "good 1"]);
  same(world.takeWarnings(), [], "warnings of the next reload");
});

export const values_under_keys_without_order_or_id_are_moved_aside_too = test(async (world) => {
  const client = reload(world, 1, (prefix, good) => {
    for (const place of ["noid", ":noorder", "order:"]) localStorage.setItem(`${prefix}:${place}`, JSON.stringify(good));
  });
  is(world.takeWarnings().length, 1, "warnings");
  same(contents(client.offlineMessages), ["good 0"]);
  client.discardAll();
  await outcomesAreSwept(world);
  is(keys().filter((key) => !key.startsWith("socketio-wasm:1:broken:")).length, 0, "keys that are left");
});

export const a_stored_message_without_id_or_content_is_moved_aside_too = test(async (world) => {
  const client = reload(world, 1, (prefix, good) => {
    const { id, content, ...rest } = good.message;
    localStorage.setItem(`${prefix}:1:${id}`, JSON.stringify({ ...good, message: { ...rest, content } }));
    localStorage.setItem(`${prefix}:2:${id}`, JSON.stringify({ ...good, message: { ...rest, id } }));
  });
  is(world.takeWarnings().length, 1, "warnings");
  same(contents(client.offlineMessages), ["good 0"]);
});

export const a_stored_message_counts_for_what_it_is_on_the_wire_however_it_was_written = test(async (world) => {
  const first = world.client({ token: "t" });
  first.sendMessage(message("numbers", { numbers: Array(200).fill(1e20) }));
  first.close();
  const [key] = keys();
  localStorage.setItem(key, localStorage.getItem(key).replaceAll("100000000000000000000", "1e20"));
  const [client, socket] = await world.connected({}, { maxPayload: 4200 });
  same(client.offlineMessages.map(({ status }) => status), ["failed"]);
  ok(socket.sent.every((frame) => frame.length < 1000));
});

export const of_the_values_moved_aside_at_most_20_are_kept = test(async (world) => {
  const client = reload(world, 1, (prefix) => {
    for (let index = 0; index < 30; index += 1) localStorage.setItem(`${prefix}:0000order:${index}`, `broken ${index}`);
  });
  is(world.takeWarnings().length, 1, "warnings");
  same(contents(client.offlineMessages), ["good 0"]);
  const aside = keys().filter((key) => key.startsWith("socketio-wasm:1:broken:"));
  is(aside.length, 20);
});

export const a_broken_value_that_cannot_be_moved_for_want_of_room_stays_and_blocks_nothing = test(async (world) => {
  const client = reload(world, 2, (prefix) => {
    localStorage.setItem(`${prefix}:0000order:bad`, "broken");
    world.wrap(Storage.prototype, "setItem", (set, key) => {
      if (!PROBE.test(key)) throw quota();
      set();
    });
  });
  world.takeWarnings();
  same(contents(client.offlineMessages), ["good 0", "good 1"]);
  ok(Object.values(localStorage).includes("broken"), "the broken value is still there");
});

export const other_keys_of_the_page_are_left_alone = test(async (world) => {
  const others = { "socketio-wasm": "b", "socketio-wasm:2:x:y:z": "c", "socketio-wasm:1:other:o:id": "no JSON", theme: "dark" };
  for (const [key, value] of Object.entries(others)) localStorage.setItem(key, value);
  const client = world.client({ token: "t" });
  client.sendMessage(message("one"));
  client.close();
  const next = world.client({ token: "t" });
  is(next.discardAll(), 1);
  await outcomesAreSwept(world);
  same(Object.fromEntries(keys().map((key) => [key, localStorage.getItem(key)])), others);
});

export const an_outcome_that_does_not_fit_is_left_without_its_answer_and_nothing_is_sent_again = test(async (world) => {
  const [, socket] = await world.connected({ userId: "ann" });
  const other = world.client({ userId: "ann" });
  const delivery = other.sendMessage(message("once"));
  await world.until(() => socket.said.length === 1, "the client with the connection sends it");
  world.wrap(Storage.prototype, "setItem", (original, _key, value) => {
    if (value.length > 300) throw quota();
    return original();
  });
  socket.acknowledge(socket.events[0].ack, { text: "x".repeat(400) });
  same(await delivery.settled, { status: "delivered", response: undefined });
  await world.time.pass(5_000);
  same([socket.said.length, other.pendingMessages.length, keys()], [1, 0, []]);
});

export const a_message_that_could_not_be_read_again_is_refused = test(async (world) => {
  const client = world.client({ token: "t" });
  for (const made of [{ content: "x" }, { conversationId: "c" }, { conversationId: "d", content: "x" }]) {
    throws(() => client.sendMessage(message("x", { toJSON: () => made })), "ERR_INVALID_MESSAGE");
  }
  same(keys(), []);
  is(client.sendMessage(message("x", { toJSON: () => ({ conversationId: "c", content: "made" }) })).persisted, true);
});
