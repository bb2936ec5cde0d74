// One tab of the ordeal. It notes in localStorage what `sendMessage` returned, before anything else can happen: the writes of one tab reach the
// browser in their order, so a crash that loses the note loses nothing of what is noted, and the other way round a note is never without
// its message for want of a write.
//
// Who is signed in is told in one of three ways, by the parameter `identity`:
//   switch     one ChatSocket; `initializeSocket` with the other user's token, which names its owner. When connected, a provider takes over.
//   separate   a ChatSocket for each user, with `userId` and a provider
//   ask        one ChatSocket and a provider for each user, which alone says who that is. Signing in takes the server, as it does anywhere.
import { breakages } from "./breakages.js";
import { ChatSocket } from "./pkg/index.js";

const parameters = new URLSearchParams(location.search);
const given = (name) => parameters.get(name);
const identity = given("identity");
const breakage = breakages[given("breakage")] ?? {};
breakage.patch?.();

const json = async (path, user) => {
  const response = await fetch(`${path}?user=${user}`);
  return response.json();
};

/** Marks and outcomes are none. */
function isMessage(value) {
  try {
    return value !== "" && JSON.parse(value).message !== undefined;
  } catch {
    return true;
  }
}

/** Of the last words. */
const LAST_WORDS_HEARD = 5;

let user;
let chat;
let stop = () => {};

function open(options) {
  chat = new ChatSocket({
    url: given("url"),
    reconnectionDelay: 50,
    reconnectionDelayMax: 300,
    ackTimeout: 500,
    timeout: 1500,
    // Nothing is given up, which would be right, but is not what is looked at here.
    maxAttempts: 1_000_000,
    ...options,
    ...breakage.options,
  });
  for (let number = 0; number < Number(given("conversations")); number += 1) chat.joinConversation(`conversation-${number}`);
}

/** When the user has to sign in again: waits until that is possible. */
async function signInAgain(as) {
  for (;;) {
    try {
      const token = await json("/sign-in", as);
      if (as === user) chat.initializeSocket(token);
      return;
    } catch {
      if (navigator.onLine) await new Promise((resolve) => setTimeout(resolve, 50));
      else await new Promise((resolve) => window.addEventListener("online", resolve, { once: true }));
    }
  }
}

/** Nobody can send anything before it is known who that is. */
let nobody = false;

async function asking(next) {
  nobody = true;
  if (chat) await signInAgain(next);
  stop();
  user = next;
  const provider = async () => {
    const token = await json("/token", next);
    if (token !== null && next === user) setTimeout(() => (nobody = false));
    return token;
  };
  if (!chat) open({ token: provider });
  stop = chat.onAuthRequired(() => void signInAgain(next).then(() => next === user && chat.initializeSocket(provider)));
  chat.initializeSocket(provider);
}

window.ordeal = {
  /** `token`: a good one, at this time. */
  async signIn(next, token) {
    if (identity === "ask") return asking(next);
    stop();
    user = next;
    const provider = () => json("/token", next);
    if (identity === "separate") {
      chat?.close();
      open({ userId: next, token: provider });
      chat.onAuthRequired(() => void signInAgain(next).then(() => next === user && chat.initializeSocket(provider)));
      chat.initializeSocket();
      return;
    }
    if (!chat) open();
    const stops = [
      chat.onAuthRequired(() => void signInAgain(next)),
      chat.subscribe(() => chat.isConnected && chat.initializeSocket(provider)),
    ];
    stop = () => stops.forEach((each) => each());
    chat.initializeSocket(token);
  },

  /** Returns what is noted, too. `lastWords`: the tab is to crash meanwhile, so it says when it has begun, and takes its time. */
  send(messages, lastWords) {
    return messages.map(({ number, tab, conversationId, content }, index) => {
      if (lastWords && index === LAST_WORDS_HEARD) console.debug("in the middle");
      if (lastWords) for (const end = performance.now() + 1; performance.now() < end; );
      const note = { number, user };
      try {
        if (nobody) throw new Error("nobody is signed in");
        const delivery = chat.sendMessage({ conversationId, content, number, tab, as: user });
        Object.assign(note, { id: delivery.id, persisted: delivery.persisted });
        localStorage.setItem(`ordeal:note:${number}`, JSON.stringify(note));
        void delivery.settled.then(({ status }) => localStorage.setItem(`ordeal:settled:${number}`, status));
      } catch (error) {
        note.refused = error.code ?? String(error);
        localStorage.setItem(`ordeal:note:${number}`, JSON.stringify(note));
      }
      return note;
    });
  },

  markAsRead(conversationId) {
    chat.markAsRead(conversationId);
  },

  get state() {
    const pending = chat.pendingMessages;
    return { user, status: chat.status, pending: pending.length, sending: pending.filter(({ status }) => status === "sending").length };
  },

  /** For people: who flushes. */
  async locks() {
    const { held, pending } = await navigator.locks.query();
    const names = (locks) => locks.map(({ name, clientId }) => `${name} ${clientId}`);
    return { held: names(held), pending: names(pending) };
  },

  /** What the browser keeps: notes, how messages were settled, and of the package's what is a message, or cannot be told from one. */
  get kept() {
    const entries = Object.entries(localStorage);
    const named = (prefix) => entries.filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]);
    return {
      notes: named("ordeal:note:").map(([, value]) => JSON.parse(value)),
      settled: named("ordeal:settled:").map(([number, status]) => ({ number: Number(number), status })),
      queued: named("socketio-wasm:1:").filter(([, value]) => isMessage(value)).map(([key]) => key),
    };
  },
};
window.ordeal.signIn(given("user"), given("token"));
