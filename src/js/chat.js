// What the chat class makes and reads of JavaScript values.
import { serialise } from "../io/binary.js";

export function coded(code, message) {
  return Object.assign(new Error(message), { code });
}

const invalid = (text) => coded("ERR_INVALID_MESSAGE", `the message cannot be sent: ${text}`);

const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** [id, conversationId, JSON] of what an application sends. */
export function outgoing(message, id, now) {
  if (!isRecord(message)) throw invalid("it is no object");
  const complete = { ...message, id: message.id ?? id, createdAt: message.createdAt ?? new Date(now).toISOString() };
  for (const name of ["id", "conversationId"]) {
    if (typeof complete[name] !== "string" || complete[name] === "") throw invalid(`${name} must be a text that is not empty`);
  }
  if (typeof complete.content !== "string") throw invalid("content must be a text");
  let json, attachments;
  try {
    [json, attachments] = serialise(complete);
  } catch ({ message }) {
    throw invalid(message);
  }
  if (attachments !== undefined) throw invalid("it has binary members, which the queue cannot keep");
  return [complete.id, complete.conversationId, json];
}

/** JSON of a read mark. Without ids it means all messages of the conversation. */
export function readMark(conversationId, messageIds) {
  if (messageIds === undefined) return JSON.stringify({ conversationId });
  if (!Array.isArray(messageIds) || messageIds.some((id) => typeof id !== "string")) {
    throw coded("ERR_INVALID_ARGUMENT", "messageIds must be an array of texts");
  }
  return JSON.stringify({ conversationId, messageIds: [...new Set(messageIds)] });
}

export function mergeReadMarks(one, other) {
  const [first, second] = [JSON.parse(one), JSON.parse(other)];
  return readMark(first.conversationId, first.messageIds && second.messageIds && [...first.messageIds, ...second.messageIds]);
}

/** A message as a server might have sent it, with what is missing filled in. */
export function simulated(message = {}, id, now) {
  if (!isRecord(message)) throw coded("ERR_INVALID_ARGUMENT", "a simulated message must be an object");
  return { id, conversationId: "simulated", content: "", createdAt: new Date(now).toISOString(), ...message };
}

/** The waiting promises of deliveries, by the number of their entry. */
export class Deliveries {
  #waiting = new Map();

  open(key, id, persisted) {
    const settled = new Promise((resolve) => this.#waiting.set(key, resolve));
    return Object.freeze({ id, persisted, settled });
  }

  settle(key, status, detail) {
    const resolve = this.#waiting.get(key);
    if (!this.#waiting.delete(key)) return;
    resolve(status === "delivered" ? { status, response: detail } : { status, error: detail ?? null });
  }
}

/** Freezes an entry for people to look at; its message comes as JSON. */
export function freeze(entry, json) {
  entry.message = Object.freeze(JSON.parse(json));
  entry.content = entry.message.content;
  return Object.freeze(entry);
}

/** A frozen snapshot, or the previous one if nothing in it differs. */
export function snapshot(previous, isConnected, lastMessage, lastNotification, connectionError, useMockSocket, offlineMessages, status) {
  const before = previous?.offlineMessages;
  const sameQueue = before?.length === offlineMessages.length && before.every((entry, index) => entry === offlineMessages[index]);
  const next = {
    isConnected,
    lastMessage,
    lastNotification,
    connectionError: connectionError ?? null,
    useMockSocket,
    offlineMessages: sameQueue ? before : Object.freeze(offlineMessages),
    status,
  };
  if (previous && Object.keys(next).every((name) => next[name] === previous[name])) return previous;
  return Object.freeze(next);
}

/** What the mock server's controls look like from JavaScript. */
export class MockControls {
  #port;

  constructor(port) {
    this.#port = port;
  }

  drop() {
    this.#port.drop();
  }

  restore() {
    this.#port.restore();
  }

  emit(...args) {
    this.#port.emit(args);
  }

  refuseNext(event, error) {
    this.#port.refuse(event, error);
  }

  get received() {
    return this.#port.received();
  }
}
