// Packets as text: headers, and what the core has to know of a payload that the engine's own parser has read.

export const RESERVED_EVENTS = new Set(["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]);

/** A packet's header (specification, "Packet encoding") with the Engine.IO digit before it. `namespace`: undefined for the root; `ack`: -1 for none. */
export const head = (kind, attachments, namespace, ack) =>
  `4${kind}${attachments ? `${attachments}-` : ""}${namespace ? `${namespace},` : ""}${ack < 0 ? "" : ack}`;

// The codes of socketio::Shape, and above them the event's name for the chat layer and whether an acknowledgement refuses.
const INVALID = 1, OBJECT = 2, TEXT = 3, EVENT = 4, RESERVED = 5, ARRAY = 6, OTHER = 7;
const NAME_SHIFT = 3, REFUSAL = 1 << 5;

/** Of a payload with attachments: a stack holds several times that. */
const MAX_DEPTH = 1000;

/** The outline of a payload. `names`: the chat layer's events and their codes. */
export function describe(value, attachments, names) {
  if (value === undefined || (attachments && !fits(value, attachments))) return INVALID;
  if (!Array.isArray(value)) return typeof value === "string" ? TEXT : value !== null && typeof value === "object" ? OBJECT : OTHER;
  const first = value[0];
  if (typeof first === "string") return RESERVED_EVENTS.has(first) ? RESERVED : EVENT | ((names.get(first) ?? 0) << NAME_SHIFT);
  if (typeof first === "number") return EVENT;
  return first?.error ? ARRAY | REFUSAL : ARRAY;
}

/** Each placeholder's number is below `attachments`, and nothing lies deeper than `fill` can go. */
function fits(value, attachments, depth = 0) {
  if (value === null || typeof value !== "object") return true;
  if (depth > MAX_DEPTH) return false;
  if (value._placeholder === true) return Number.isInteger(value.num) && value.num >= 0 && value.num < attachments;
  return Object.values(value).every((member) => fits(member, attachments, depth + 1));
}

const text = (value) => (typeof value === "string" ? value : undefined);
const number = (value) => (typeof value === "number" ? value : NaN);

/** In the order of `Member` in reader.rs. */
const MEMBERS = [
  (open) => text(open?.sid) || undefined,
  (open) => number(open?.pingInterval),
  (open) => number(open?.pingTimeout),
  (open) => number(open?.maxPayload),
  (args) => text(args[1]?.id),
  ([{ error }]) => text(error) ?? text(error.message) ?? "refused",
  ([{ retryable }]) => (retryable ? 1 : 0),
  (payload) => text(payload) ?? text(payload?.message) ?? "",
  (payload) => payload?.data,
  (payload) => text(payload?.pid),
  (args) => text(args.at(-1)),
];

export const member = (value, which) => MEMBERS[which](value);

/** The bytes of a base64 text frame, or undefined. */
export function base64(frame) {
  try {
    return Uint8Array.from(atob(frame.slice(1)), (unit) => unit.charCodeAt(0)).buffer;
  } catch {}
}
