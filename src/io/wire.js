// The wire's JSON, by the engine's own parser: what Rust's codec leaves alone. One call per message each way.

const RESERVED = new Set(["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]);

// The codes of socketio::Shape, and above them the event's name for the chat layer and whether an acknowledgement refuses.
const ABSENT = 0, INVALID = 1, OBJECT = 2, TEXT = 3, EVENT = 4, RESERVED_EVENT = 5, ARRAY = 6, OTHER = 7;
const NAME_SHIFT = 3, REFUSAL = 1 << 5;

let outline = ABSENT;

/** The JSON from `at` on, or undefined. What it is, `shape` tells. `names`: the chat layer's events and their codes. */
export function parse(text, at, attachments, names) {
  outline = INVALID;
  try {
    const value = JSON.parse(text.slice(at));
    if (!attachments || fits(value, attachments)) outline = describe(value, names);
    return value;
  } catch {
    // No JSON, or nested deeper than the stack: invalid either way.
  }
}

/** The outline of what `parse` returned last. */
export const shape = () => outline;

function describe(value, names) {
  if (!Array.isArray(value)) {
    return typeof value === "string" ? TEXT : value !== null && typeof value === "object" ? OBJECT : OTHER;
  }
  const first = value[0];
  if (typeof first === "string") return RESERVED.has(first) ? RESERVED_EVENT : EVENT | ((names.get(first) ?? 0) << NAME_SHIFT);
  if (typeof first === "number") return EVENT;
  return first?.error ? ARRAY | REFUSAL : ARRAY;
}

/** Each placeholder's number is below `attachments`. */
function fits(value, attachments) {
  if (value === null || typeof value !== "object") return true;
  if (value._placeholder === true) return Number.isInteger(value.num) && value.num >= 0 && value.num < attachments;
  return Object.values(value).every((member) => fits(member, attachments));
}

/** The members of an open packet that are of the right type. */
export function handshake(text) {
  try {
    const { sid, pingInterval, pingTimeout, maxPayload } = JSON.parse(text.slice(1));
    return [typeof sid === "string" ? sid : "", ...[pingInterval, pingTimeout, maxPayload].map((ms) => (typeof ms === "number" ? ms : 0))];
  } catch {
    return ["", 0, 0, 0];
  }
}

/** The bytes of a base64 text frame, or undefined. */
export function base64(text) {
  try {
    return Uint8Array.from(atob(text.slice(1)), (c) => c.charCodeAt(0)).buffer;
  } catch {}
}

/** `{"conversationId": …}` as JSON. */
export const conversation = (conversationId) => JSON.stringify({ conversationId });
