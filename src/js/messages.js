// Messages on their way in and out of the queue: checked, completed, serialised, shown.
import { isBinary } from "../io/binary.js";
import { STATUSES } from "../io/record.js";
import { coded, invalidArgument, requireText } from "./errors.js";

const invalid = (text) => coded("ERR_INVALID_MESSAGE", `the message cannot be sent: ${text}`);
const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isoDate = (time) => new Date(time).toISOString();

function withoutBinary(_name, value) {
  if (isBinary(value)) throw new TypeError("it has binary members");
  return value;
}

/** {id, conversationId, json} of what an application sends. */
export function outgoing(message, id) {
  if (!isRecord(message)) throw invalid("it is no object");
  const complete = { ...message, id: message.id ?? id, createdAt: message.createdAt ?? isoDate(Date.now()) };
  for (const name of ["id", "conversationId"]) requireText(complete[name], name, invalid);
  if (typeof complete.content !== "string") throw invalid("content must be a text");
  let json;
  try {
    // What a toJSON does it does once, and it may do anything: so JSON.stringify alone calls it, and looks for binary as it goes.
    json = JSON.stringify(complete, Object.values(complete).some((member) => typeof member !== "string") ? withoutBinary : undefined);
  } catch (error) {
    throw invalid(error.message);
  }
  if (typeof complete.toJSON === "function") {
    // What is stored is this, and has to be read again.
    const { conversationId, content } = JSON.parse(json ?? null) ?? {};
    if (conversationId !== complete.conversationId || typeof content !== "string") throw invalid("its toJSON leaves out conversationId or content");
  }
  return { id: complete.id, conversationId: complete.conversationId, json };
}

/** JSON of a read mark, one with that which waits, if any does: their ids are united. Without ids it means all messages of the conversation. */
export function readMark(conversationId, messageIds, waiting) {
  if (messageIds !== undefined && !(Array.isArray(messageIds) && messageIds.every((id) => typeof id === "string"))) {
    throw invalidArgument("messageIds must be texts");
  }
  const before = waiting === undefined ? [] : JSON.parse(waiting).messageIds;
  return JSON.stringify({ conversationId, messageIds: before && messageIds && [...new Set([...before, ...messageIds])] });
}

/** A message as a server might have sent it, with what is missing filled in. */
export function simulated(message = {}, id) {
  if (!isRecord(message)) throw invalidArgument("message must be an object");
  const { conversationId = "simulated", content = "", createdAt = isoDate(Date.now()) } = message;
  return { ...message, conversationId, content, id: message.id ?? id, createdAt };
}

/** The frozen OfflineMessage of Rust's `record` of an entry. */
export function offlineMessage([, , status, attempts, queuedAt, persisted, , , id, conversationId, error, json]) {
  const message = Object.freeze(JSON.parse(json));
  return Object.freeze({
    id,
    conversationId,
    content: message.content,
    status: STATUSES[status],
    attempts,
    queuedAt: isoDate(queuedAt),
    error,
    persisted: persisted === 1,
    message,
  });
}
