// The outbox in storage: one key per message, `socketio-wasm:1:<scope>:<place>:<id>`, whose value is JSON, so that another version, or a
// person, can read it. `storage` is the browser's, or undefined where there is none.

import { textDigest } from "./texts.js";

const PREFIX = "socketio-wasm:1:";
const BROKEN = `${PREFIX}broken:`;
/** Of the values that could not be read, so many are kept. */
const BROKEN_KEPT = 20;

const KINDS = ["message", "read"];
/** By the codes of client::DeliveryStatus; the last of those with which a delivery ends. */
export const STATUSES = ["queued", "sending", "in_doubt", "held", "failed", "expired", "discarded"];
/** The first that is stored. That a message is on the wire is not worth a write: whoever reads this after a crash sends it again anyway. */
const FAILED = 4;

/** Of the codes of Act::Settled. */
const DISCARDED = 5;
/** How long an outcome waits for the tab that queued the message, in milliseconds: as in tabs.rs. */
const OUTCOME_KEPT = 60_000;

/** Digits of base 36 of a place's two numbers, which are safe integers. */
const TIME = 9, SERIAL = 11;

/** Joined, and not added: V8 stringifies what holds a text of two parts at half the speed. */
export const placeText = (time, serial) => [time.toString(36).padStart(TIME, "0"), serial.toString(36).padStart(SERIAL, "0")].join("");

/** 14 characters, the same for the same texts: two hashes of 32 bits. */
export function digest(...texts) {
  const text = JSON.stringify(texts);
  return [text, `#${text}`].map((one) => textDigest(one).toString(36).padStart(7, "0")).join("");
}

export const keyOf = (scope, place, id) => `${PREFIX}${scope}:${place}:${id}`;

const encode = (kind, status, attempts, queuedAt, error, message) =>
  `{"kind":"${KINDS[kind]}","status":"${STATUSES[status < FAILED ? 0 : status]}","attempts":${attempts},"queuedAt":"${new Date(queuedAt).toISOString()}","error":${JSON.stringify(error)},"message":${message}}`;

const EMPTY = encode(0, 0, 0, 0, null, "").length;

/** UTF-16 code units of a new message's value. */
export const storedLength = (kind, message) => EMPTY + message.length + KINDS[kind].length - KINDS[0].length;

/** What `act` returns; `otherwise` where the storage fails. */
function attempt(act, otherwise) {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

/** Writes a `record` of Rust's. Returns its key, or undefined where that cannot be done. */
export function store(storage, scope, [, kind, status, attempts, queuedAt, , time, serial, id, , error, message]) {
  return attempt(() => {
    const key = keyOf(scope, placeText(time, serial), id);
    storage.setItem(key, encode(kind, status, attempts, queuedAt, error, message));
    return key;
  });
}

export function remove(storage, key) {
  // A storage that has begun to fail keeps the value; the server knows its id by then.
  attempt(() => storage?.removeItem(key));
}

/** Puts the outcome of a message where it was, for the tab that queued it. `code` and `value`: of Act::Settled. */
export function settle(storage, key, [code, value]) {
  const outcome = code === DISCARDED ? { status: "discarded" } : { status: "delivered", response: value?.[code] };
  const settledAt = new Date(Date.now()).toISOString();
  // Where the answer does not fit, it is left out: what remains is shorter than the message that it takes the place of.
  for (const response of [outcome.response, undefined]) {
    try {
      return storage.setItem(key, JSON.stringify({ ...outcome, response, settledAt }));
    } catch {}
  }
  remove(storage, key);
}

/** Whether somebody has emptied the storage, or this scope is new. Then `mark` it, so that it shows when that happens again. */
export function isCleared(storage, scope) {
  return attempt(() => storage.getItem(PREFIX + scope) === null, false);
}

export function mark(storage, scope) {
  // Where it is full, entries that are missing are taken for lost rather than for delivered.
  attempt(() => storage.setItem(PREFIX + scope, ""));
}

/** The scopes of whoever was known last to be signed in, and of whoever was first, "" for nobody. `base` names the server. */
export function owners(storage, base) {
  return attempt(() => {
    const { owner, first } = JSON.parse(storage.getItem(PREFIX + base));
    return [owner, first];
  }, ["", ""]);
}

export function rememberOwners(storage, base, owner, first) {
  // Where it is full, what this user's tabs leave unclaimed waits for whoever was known before.
  attempt(() => storage.setItem(PREFIX + base, JSON.stringify({ owner, first })));
}

/**
 * What is stored for a scope, of all tabs or of one, each as `decode` gives it. What cannot be read is moved aside and reported on the console; outcomes that nobody
 * has fetched in time are removed.
 */
export function load(storage, scope, tab) {
  const records = [];
  let broken = 0;
  for (const key of keys(storage, `${PREFIX}${scope}:`)) {
    if (tab !== undefined && tabOf(scope, key) !== tab) continue;
    const text = storage.getItem(key);
    try {
      const record = decode(scope, key, text);
      if (record.settledAt < Date.now() - OUTCOME_KEPT) storage.removeItem(key);
      else records.push(record);
    } catch {
      broken += 1;
      // Where there is no room, it stays where it is, and is passed over.
      attempt(() => {
        storage.setItem(BROKEN + key.slice(PREFIX.length), text);
        storage.removeItem(key);
      });
    }
  }
  if (broken > 0) {
    console.warn(`socketio-wasm: ${broken} stored messages cannot be read, and were moved to ${BROKEN}`);
    for (const key of keys(storage, BROKEN).sort().slice(0, -BROKEN_KEPT)) storage.removeItem(key);
  }
  return records;
}

/** The numbers of the tabs that messages of a scope are from. */
export const tabs = (storage, scope) => new Set(keys(storage, `${PREFIX}${scope}:`).map((key) => tabOf(scope, key)));

const keys = (storage, prefix) => Object.keys(storage).filter((key) => key.startsWith(prefix));

/** [time, serial, id] of a scope's key, or null. */
function place(scope, key) {
  const found = key.startsWith(`${PREFIX}${scope}:`) && /^([0-9a-z]{9})([0-9a-z]{11}):(.+)$/s.exec(key.slice(PREFIX.length + scope.length + 1));
  return found ? [parseInt(found[1], 36), parseInt(found[2], 36), found[3]] : null;
}

const notOurs = () => new TypeError("no record of ours");

const tabOf = (scope, key) => (place(scope, key)?.[1] ?? 0) % 2 ** 32;

/**
 * A key and its value as the arguments of Rust's `core_restore` or, where `gone`, `core_vanish`: {gone, args}, with `settledAt` in
 * milliseconds for an outcome. Null for a key that is not the scope's; throws for a value that is none of ours.
 */
export function decode(scope, key, text) {
  const at = place(scope, key);
  if (at === null) {
    if (key.startsWith(`${PREFIX}${scope}:`)) throw notOurs();
    return null;
  }
  const [time, serial, id] = at;
  if (text === null) return { gone: true, args: [time, serial, id, 0] };
  const { kind, status, attempts, queuedAt, error, message, response, settledAt } = JSON.parse(text);
  if (settledAt !== undefined) {
    return { gone: true, args: [time, serial, id, status === "delivered" ? 1 : 2, [response]], settledAt: Date.parse(settledAt) || 0 };
  }
  const queued = Date.parse(queuedAt);
  const fits = typeof message.conversationId === "string" && KINDS.includes(kind) && attempts >= 0 && queued >= 0;
  if (!fits) throw notOurs();
  const json = JSON.stringify(message);
  const code = Math.max(STATUSES.indexOf(status), 0);
  return {
    gone: false,
    args: [
      time, serial, id, message.conversationId, KINDS.indexOf(kind), code, attempts, queued, error ?? undefined, json, Math.max(text.length, json.length),
    ],
  };
}
