// The outbox in storage: one key per message, `socketio-wasm:1:<scope>:<order>:<id>`, whose value is JSON, so that another version, or a
// person, can read it. `storage` is the browser's, or undefined where there is none.

const PREFIX = "socketio-wasm:1:";
const BROKEN = `${PREFIX}broken:`;
/** Of the values that could not be read, so many are kept. */
const BROKEN_KEPT = 20;

const KINDS = ["message", "read"];
// The codes of client::DeliveryStatus. That it is on the wire is not worth a write: whoever reads this after a crash sends it again anyway.
const STATUSES = ["queued", "queued", "queued", "queued", "failed", "expired"];

const keyOf = (scope, order, id) => `${PREFIX}${scope}:${order}:${id}`;

const encode = (kind, status, attempts, queuedAt, error, message) =>
  `{"kind":"${KINDS[kind]}","status":"${STATUSES[status]}","attempts":${attempts},"queuedAt":"${new Date(queuedAt).toISOString()}","error":${JSON.stringify(error ?? null)},"message":${message}}`;

/** UTF-16 code units of a new message's value. */
export const storedLength = (kind, message) => encode(kind, 0, 0, 0, null, message).length;

export const utf8Length = (text) => new TextEncoder().encode(text).length;

/** Writes a value. False where that cannot be done. */
export function store(storage, scope, order, id, kind, status, attempts, queuedAt, error, message) {
  try {
    storage.setItem(keyOf(scope, order, id), encode(kind, status, attempts, queuedAt, error, message));
    return true;
  } catch {
    return false;
  }
}

export function remove(storage, scope, order, id) {
  try {
    storage?.removeItem(keyOf(scope, order, id));
  } catch {
    // A storage that has begun to fail keeps the value; the server knows its id by then.
  }
}

/** What is stored for a scope, a row each: [order, id, conversationId, kind, status, attempts, queuedAt, error, message as JSON, length]. */
export function load(storage, scope) {
  const rows = [];
  let broken = 0;
  for (const key of keys(storage, `${PREFIX}${scope}:`)) {
    const text = storage.getItem(key);
    try {
      rows.push(decode(key.slice(PREFIX.length + scope.length + 1), text));
    } catch {
      broken += 1;
      storage.setItem(BROKEN + key.slice(PREFIX.length), text);
      storage.removeItem(key);
    }
  }
  if (broken > 0) {
    console.warn(`socketio-wasm: ${broken} stored messages could not be read; they are kept under keys that begin with ${BROKEN}`);
    for (const key of keys(storage, BROKEN).sort().slice(0, -BROKEN_KEPT)) storage.removeItem(key);
  }
  return rows;
}

const keys = (storage, prefix) => (storage ? Object.keys(storage).filter((key) => key.startsWith(prefix)) : []);

function decode(place, text) {
  const [order, id] = [place.slice(0, place.indexOf(":")), place.slice(place.indexOf(":") + 1)];
  const { kind, status, attempts, queuedAt, error, message } = JSON.parse(text);
  const time = Date.parse(queuedAt);
  const fits = order && id && typeof message.conversationId === "string" && KINDS.includes(kind) && attempts >= 0 && time >= 0;
  if (!fits) throw new TypeError("no record of ours");
  const code = Math.max(STATUSES.indexOf(status), 0);
  return [order, id, message.conversationId, KINDS.indexOf(kind), code, attempts, time, error ?? null, JSON.stringify(message), text.length];
}
