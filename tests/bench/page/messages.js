// Chat messages of a wanted size, and the frames that carry them. Pools, so that no contender meets one string or object again and again.

import { browserString, frame } from "./fake-socket.js";

export const POOL = 256; // a power of two: the loops index with `& (POOL - 1)`

const WORDS = "the quick brown fox jumps over a lazy dog and says so in the chat, twice ";

/** A ChatMessage whose JSON has exactly `bytes` ASCII characters. Its content is a string as an input's `value` is one. */
export function message(bytes, number) {
  const made = {
    id: `01jd9x3k7q${String(number).padStart(10, "0")}`,
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

/**
 * `complete` messages are what a server sends and what `emit` is given; `outgoing` ones are what an application gives `sendMessage`,
 * which adds id and createdAt itself. `socketio` and `plain` are frames of the complete ones.
 */
export function pool(bytes) {
  const complete = Array.from({ length: POOL }, (_, number) => message(bytes, number));
  return {
    complete,
    outgoing: complete.map(({ conversationId, content, senderId }) => ({ conversationId, content, senderId })),
    socketio: complete.map((made) => frame(`42${JSON.stringify(["message", made])}`)),
    plain: complete.map((made) => frame(JSON.stringify(["message", made]))),
  };
}
