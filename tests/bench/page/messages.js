// Chat messages of a wanted size, and the frames that carry them. Pools, so that no contender meets one string or object again and again.

import { browserString, frame } from "./fake-socket.js";

/** Powers of two: the loops index with `& pool.mask`. Fewer of the large ones, so that they fit into the memory. */
const MANY = 256;
const FEW = 32;
const LARGE = 100_000;

const SMALL = 160;
const WORDS = "the quick brown fox jumps over a lazy dog and says so in the chat, twice ";

/** A ChatMessage whose JSON has exactly `bytes` ASCII characters. Its texts are strings as `randomUUID` and an input's `value` give them. */
export function message(bytes, number) {
  const made = {
    id: browserString(`01jd9x3k7q${String(number).padStart(10, "0")}`),
    conversationId: `c-${number % 10}`,
    content: "",
    senderId: `user-${number % 10}`,
    createdAt: new Date(1_790_000_000_000 + number).toISOString(),
  };
  const room = bytes - JSON.stringify(made).length;
  if (room < 0) throw new Error(`a message needs at least ${bytes - room} bytes`);
  made.content = browserString(WORDS.repeat(Math.ceil(room / WORDS.length)).slice(0, room));
  return made;
}

/** One whose content is so many bytes instead of a text. */
export function binaryMessage(bytes, number) {
  return { ...message(SMALL, number), content: new Uint8Array(bytes).fill(number) };
}

const PLACEHOLDER = { _placeholder: true, num: 0 };

/** The text frame, and for a binary message the one after it. With an id the sender asks for an acknowledgement. */
function socketioFrames(made, binary, id) {
  const text = JSON.stringify(["message", binary ? { ...made, content: PLACEHOLDER } : made]);
  return [frame(`${binary ? "451-" : "42"}${id ?? ""}${text}`), ...(binary ? [new MessageEvent("message", { data: made.content.buffer })] : [])];
}

function plainFrames(made, binary, id) {
  const text = JSON.stringify(["message", binary ? { ...made, content: null } : made, ...(id === undefined ? [] : [id])]);
  return [frame(text), ...(binary ? [new MessageEvent("message", { data: made.content.buffer })] : [])];
}

/**
 * `complete` messages are what a server sends and what `emit` is given; `outgoing` ones are what an application gives `sendMessage`,
 * which adds id and createdAt itself. `socketio` and `plain` are the frames of the complete ones: a list for each message.
 */
export function pool({ bytes, binary = false, acknowledged = false }) {
  const length = bytes > LARGE || binary ? FEW : MANY;
  const complete = Array.from({ length }, (_, number) => (binary ? binaryMessage : message)(bytes, number));
  const frames = (make) => complete.map((made, number) => make(made, binary, acknowledged ? number : undefined));
  return {
    mask: length - 1,
    complete,
    outgoing: complete.map(({ conversationId, content, senderId }) => ({ conversationId, content, senderId })),
    socketio: frames(socketioFrames),
    plain: frames(plainFrames),
  };
}
