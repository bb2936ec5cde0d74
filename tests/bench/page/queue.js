// What is measured of the offline queue: how fast it empties over a link that has a round trip, and what one more message costs.

import { offline, until } from "./contenders.js";
import { FakeWebSocket, SERVER } from "./fake-socket.js";
import { message, pool } from "./messages.js";

const BYTES = 160;
/** So many are added and timed, then discarded, so that the queue stays near its length. A sample is the mean of PIECES of these: clock steps. */
const GROUP = 5;
const PIECES = 4;
const SAMPLES = 10;
/** Milliseconds of rest: the browser process works on after the queue was filled. */
const PAUSE = 60;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Each message has to have been sent once, and those of a conversation in the order in which they were added. */
function verifySent(texts, messages) {
  const byConversation = (list) => Map.groupBy(list, ({ conversationId }) => conversationId);
  const sent = byConversation(texts.map((text) => JSON.parse(text.slice(text.indexOf("[")))[1]));
  const added = byConversation(messages);
  const ids = (list) => (list ?? []).map(({ id }) => id).join();
  for (const [conversation, list] of added) {
    if (ids(sent.get(conversation)) !== ids(list)) throw new Error(`${conversation} was not sent once and in order`);
  }
  if (texts.length !== messages.length) throw new Error(`${texts.length} events for ${messages.length} messages`);
}

/** Messages a second. They are added without a connection; the time starts with CONNECT's answer and ends when the last caller is told. */
export async function runDelivery(contender, { count, roundTrip }) {
  localStorage.clear();
  const messages = Array.from({ length: count }, (_, number) => message(BYTES, number));
  const queue = contender.open({ roundTrip });
  let end;
  const delivered = new Promise((resolve, reject) => {
    let waiting = count;
    const done = (error) => {
      if (error) return reject(error);
      waiting -= 1;
      if (waiting > 0) return;
      end = performance.now();
      resolve();
    };
    for (const added of messages) queue.add(added, done);
  });
  gc();
  await pause(PAUSE);
  FakeWebSocket.latest = null;
  queue.connect();
  await delivered;
  const transport = FakeWebSocket.latest;
  verifySent(transport.texts, messages);
  if (queue.left() !== 0) throw new Error(`${contender.label} kept ${queue.left()} messages in its queue`);
  queue.close();
  await until(() => transport.readyState === FakeWebSocket.CLOSED, `${contender.label} to close`);
  return (count * 1000) / (end - transport.connectedAt);
}

/** A client without a connection, `waiting` messages in its queue, and a browser that is done with them. */
async function filled(ChatSocket, waiting, list) {
  localStorage.clear();
  const chat = offline(ChatSocket, SERVER, { queue: { storage: "local", maxMessages: 2 * waiting + GROUP } });
  for (let i = 0; i < waiting; i++) chat.sendMessage(list[i % list.length]);
  gc({ type: "minor" });
  await pause(PAUSE);
  return chat;
}

function filledChat(also) {
  return async (ChatSocket, waiting) => {
    const list = pool({ bytes: BYTES }).outgoing;
    const chat = await filled(ChatSocket, waiting, list);
    return {
      add(i) {
        const delivery = chat.sendMessage(list[i % list.length]);
        also(chat);
        return delivery.persisted ? delivery.id : null;
      },
      remove: (id) => chat.discardMessage(id),
      count: () => chat.pendingMessages.length,
      close: () => chat.close(),
    };
  };
}

/** The browser's own part: the same keys and values, written by nobody else. */
async function filledStorage(ChatSocket, waiting) {
  const chat = await filled(ChatSocket, waiting, pool({ bytes: BYTES }).outgoing);
  chat.close();
  const [key, value] = Object.entries(localStorage).find(([, text]) => text !== "");
  return {
    add(i) {
      const own = `${key}${i}`;
      localStorage.setItem(own, value);
      return own;
    },
    remove: (own) => (localStorage.removeItem(own), true),
    count: () => Object.values(localStorage).filter((text) => text !== "").length,
    close: () => localStorage.clear(),
  };
}

/** Each opens what has `waiting` messages: add(i) gives an id, or null where it was not stored; remove(id). */
export const addings = {
  adding: filledChat(() => undefined),
  "adding, snapshot": filledChat((chat) => void chat.offlineMessages),
  "setItem alone": filledStorage,
};

async function addingRound(open, ChatSocket, waiting) {
  const queue = await open(ChatSocket, waiting);
  const times = Array(SAMPLES).fill(0);
  for (let group = 0; group < SAMPLES * PIECES; group++) {
    const ids = [];
    const start = performance.now();
    for (let i = 0; i < GROUP; i++) {
      ids.push(queue.add(group * GROUP + i));
      await undefined;
    }
    times[Math.floor(group / PIECES)] += ((performance.now() - start) * 1000) / (GROUP * PIECES);
    if (ids.includes(null)) throw new Error("not all that was added is stored");
    if (!ids.every((id) => queue.remove(id))) throw new Error("what was added was not in the queue");
  }
  if (queue.count() !== waiting) throw new Error(`${queue.count()} messages wait instead of ${waiting}`);
  queue.close();
  return times;
}

/** Microseconds to add one message: rounds of samples for each number in `waiting`, the order turned round every other round. */
export async function runAdding(open, ChatSocket, waiting, rounds) {
  const samples = waiting.map(() => []);
  const order = [...waiting.keys()];
  for (let round = -2; round < rounds; round++) {
    for (const at of order) {
      const times = await addingRound(open, ChatSocket, waiting[at]);
      if (round >= 0) samples[at].push(times);
    }
    order.reverse();
  }
  return samples;
}

/** What one message added to `waiting` others writes: { calls, others }, of setItem, and of what else changes storage. */
export async function writesOfOne(ChatSocket, waiting) {
  const list = pool({ bytes: BYTES }).outgoing;
  const chat = await filled(ChatSocket, waiting, list);
  const { setItem, removeItem, clear } = Storage.prototype;
  const written = [];
  let others = 0;
  Storage.prototype.setItem = function (key, value) {
    written.push([key, value]);
    return setItem.call(this, key, value);
  };
  for (const [name, method] of Object.entries({ removeItem, clear })) {
    Storage.prototype[name] = function (...args) {
      others++;
      return method.apply(this, args);
    };
  }
  let id;
  try {
    id = chat.sendMessage(list[0]).id;
    await pause(PAUSE);
  } finally {
    Object.assign(Storage.prototype, { setItem, removeItem, clear });
  }
  if (!written.some(([key, value]) => key.endsWith(`:${id}`) && JSON.parse(value).message.id === id)) {
    throw new Error("the message that was added was not written");
  }
  chat.close();
  return { calls: written.length, others };
}
