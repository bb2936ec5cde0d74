// Where the client differs from the reference's parser on purpose. Each row names what the notes on the wire (protocol.md) say.
import { PacketType, readText } from "./reference.mjs";

const { CONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK } = PacketType;

const parseError = () => ({ events: [["close", "parse error"]], end: true });
const ignored = () => ({ events: [] });

/** Whether some placeholder is not numbered as an attachment is. */
function misfits(value, attachments) {
  if (value === null || typeof value !== "object") return false;
  if (value._placeholder === true) return !(Number.isInteger(value.num) && value.num >= 0 && value.num < attachments);
  return Object.values(value).some((member) => misfits(member, attachments));
}

/** Behind the type, where the reference takes white space for the digit 0. */
function spaced(text) {
  const match = /^[56]/.test(text) ? /^(\d[^-]*-(?:\/[^,]*(?:,|$))?\d*)(\s[^]*)$/.exec(text) : /^(\d(?:\/[^,]*(?:,|$))?\d*)(\s[^]*)$/.exec(text);
  return match && { before: match[1], rest: match[2] };
}

/**
 * `when(step)` says whether a row is about this frame, by what the reference made of it: `engine` its Engine.IO packet; `text` its Socket.IO packet's
 * text and `parsed` that packet, if it is one; `complete` the packet that it completed; `error` the reference's refusal; `waits`: whether attachments were
 * due; `connected`; `own`: whether its namespace is the socket's.
 * `then(step)` says what has to happen instead: {events, end: whether the connection ends}, or {again: frame}, the one that it should be like.
 */
export const ROWS = [
  {
    name: "1 close, from both: close the transport (the reference ignores it on WebSocket)",
    when: ({ engine }) => engine.type === "close",
    then: () => ({ events: [["close", "transport close"]], end: true }),
  },
  { name: "a second open packet: parse error", when: ({ engine }) => engine.type === "open", then: ({ frame }) => (isHandshake(frame) ? parseError() : { events: [["close", "transport error"]], end: true }) },
  {
    name: "attachments, not an integer: a number in any other form than digits",
    when: ({ parsed, text }) => isBinary(parsed?.type) && !/^[56]\d+-/.test(text),
    then: parseError,
  },
  {
    name: "white space for a type or an acknowledgement's id, which the reference reads as 0",
    beyond: "the notes do not mention it; no server sends it, and an event would be acknowledged that nobody asked about",
    when: ({ text, parsed }) => parsed !== undefined && (/^\s/.test(text) || (spaced(text) !== null && !isPlain(text))),
    then: ({ text }) => {
      const at = spaced(text);
      if (/^\s/.test(text) || at === null) return parseError();
      const payload = at.rest.replace(/^[ \t\r\n]+/, "");
      return payload === "" || /^[\d\s]/.test(payload) ? parseError() : { again: `4${at.before}${payload}` };
    },
  },
  {
    name: "an acknowledgement's id that JavaScript cannot count to",
    beyond: "the notes do not mention it; the answer would name another event",
    when: ({ parsed }) => parsed?.id !== undefined && !Number.isSafeInteger(parsed.id),
    then: parseError,
  },
  {
    name: "`42` alone (reference: uncaught): parse error",
    when: ({ parsed }) => [EVENT, BINARY_EVENT].includes(parsed?.type) && parsed.data === undefined,
    then: parseError,
  },
  {
    name: "ACK without a payload (reference: uncaught if it has a timeout): parse error",
    when: ({ parsed }) => [ACK, BINARY_ACK].includes(parsed?.type) && parsed.data === undefined,
    then: parseError,
  },
  {
    name: "placeholder out of range or not a number: parse error, before its attachments come",
    when: ({ parsed }) => isBinary(parsed?.type) && misfits(parsed.data, parsed.attachments),
    then: parseError,
  },
  {
    name: "base64 that is none: parse error; white space in it is passed over, as browsers do",
    beyond: "the notes do not mention it; the reference makes bytes of anything",
    when: ({ engine, frame, waits }) => waits && typeof frame === "string" && engine.data instanceof ArrayBuffer && (!isBase64(frame.slice(1)) || frame.search(BLANK) >= 0),
    then: ({ frame }) => (isBase64(frame.slice(1)) ? { again: frame.replaceAll(BLANK, "") } : parseError()),
  },
  {
    name: "`44` without a payload (reference: uncaught): connect_error with an empty message",
    when: ({ complete, own }) => own && complete?.type === CONNECT_ERROR && complete.data === undefined,
    then: ({ connected }) => refused(connected, "", undefined),
  },
  {
    name: "`44` with a text: that is the message",
    beyond: "the notes do not mention it; older servers send it, and the reference drops the text",
    when: ({ complete, own }) => own && complete?.type === CONNECT_ERROR && typeof complete.data === "string",
    then: ({ connected, complete }) => refused(connected, complete.data, undefined),
  },
  {
    name: "`44` whose message is no text: empty",
    beyond: "the notes do not mention it; the reference prints whatever it is",
    when: ({ complete, own }) => own && complete?.type === CONNECT_ERROR && "message" in complete.data && typeof complete.data.message !== "string" && complete.data.message !== undefined,
    then: ({ connected, complete }) => refused(connected, "", complete.data.data),
  },
  {
    name: "`44{…}` once connected (reference: closed, yet `connected` stays true): disconnect, then connect_error",
    when: ({ complete, own, connected }) => own && connected && complete?.type === CONNECT_ERROR,
    then: ({ complete }) => refused(true, complete.data.message ?? "", complete.data.data),
  },
  {
    name: 'a second `40{"sid"}` (reference: `connect` again): ignored',
    when: ({ complete, own, connected }) => own && connected && complete?.type === CONNECT,
    then: ignored,
  },
  {
    name: "`40` whose sid is no text: as without one",
    beyond: "the notes do not mention it; the reference takes any that is truthy",
    when: ({ complete, own, connected }) => own && !connected && complete?.type === CONNECT && complete.data?.sid && typeof complete.data.sid !== "string",
    then: () => ({ events: [["refused", "another version", undefined]], end: true }),
  },
];

function refused(connected, message, data) {
  return { events: [...(connected ? [["server disconnect"]] : []), ["refused", message, data]], end: true };
}

const isBinary = (type) => type === BINARY_EVENT || type === BINARY_ACK;

/** Whether the white space changes nothing: it stands between an id and a payload, and is JSON's. */
function isPlain(text) {
  const { before, rest } = spaced(text);
  if (!/^[ \t\r\n]+[^\s\d]/.test(rest)) return false;
  const plain = readText(before + rest.trimStart());
  return plain.packet !== undefined && JSON.stringify(plain.packet) === JSON.stringify(readText(text).packet);
}

const BLANK = /[\t\n\f\r ]/g;

function isBase64(text) {
  try {
    atob(text);
    return true;
  } catch {
    return false;
  }
}

function isHandshake(frame) {
  try {
    const { sid, pingInterval, pingTimeout } = JSON.parse(frame.slice(1));
    return typeof sid === "string" && sid !== "" && pingInterval >= 0 && pingTimeout >= 0 && pingInterval + pingTimeout >= 1;
  } catch {
    return false;
  }
}
