// "socketio-wasm/server": listeners of a Node Socket.IO server that run once per message id, however often the message comes, and acknowledge
// each repetition with the first answer. Plain JavaScript without imports, published as it is.
//
// A message is known by namespace, event, user and id. Copies of one that arrive while it is being handled share one run of the handler, in this
// process by a promise, between processes by the store. A store is asked for one thing: to run some work unless the key's answer is known, and to
// remember the answer if, and only if, the work succeeds. Nothing is remembered of a message that was refused.

const MAX_ID_LENGTH = 256;
const DAY = 86_400_000;

function coded(code, message, cause) {
  return Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code });
}

function check(name, ok, what) {
  if (!ok) throw coded("ERR_INVALID_OPTION", `${name} must be ${what}`);
}

const isOptional = (kind, value) => value === undefined || typeof value === kind;
const isDuration = (value) => typeof value === "number" && value > 0;
const logError = (error) => console.error(error);

/** Thrown by a handler: the message is not accepted. Its text is for the sender, while those of other errors stay on the server. */
export class Refusal extends Error {
  name = "Refusal";
  code = "ERR_REFUSED";

  constructor(message, { retryable = false, ...options } = {}) {
    super(message, options);
    this.retryable = retryable;
  }
}


/** What is going on for one store: runs by key, and for each conversation of a user the end of its line. */
const ongoing = new WeakMap();

function ongoingOf(store) {
  if (!ongoing.has(store)) ongoing.set(store, { runs: new Map(), lines: new Map() });
  return ongoing.get(store);
}

function readOptions(options, handler) {
  check("the first argument", typeof options === "object" && options !== null, "an object of options");
  check("the second argument", typeof handler === "function", "the handler");
  const {
    store,
    event,
    user = (socket) => socket?.data?.userId,
    id = (message) => message?.id,
    order = (message) => message?.conversationId,
    missingId = "refuse",
    onRepeat,
    onError = logError,
  } = options;
  check("options.store", typeof store?.run === "function", "a store: memoryStore(), claimStore() or one of your own");
  check("options.event", isOptional("string", event), "a string");
  check("options.user", typeof user === "function" || isUser(user), "a function or the user's id");
  check("options.id", typeof id === "function", "a function");
  check("options.order", order === false || typeof order === "function", "a function or false");
  check("options.missingId", missingId === "refuse" || missingId === "generate", '"refuse" or "generate"');
  check("options.onRepeat", isOptional("function", onRepeat), "a function");
  check("options.onError", typeof onError === "function", "a function");
  return { store, event, user, id, order, missingId, onRepeat, onError, handler };
}

export function once(options, handler) {
  const settings = readOptions(options, handler);
  return function listener(...args) {
    const acknowledge = typeof args.at(-1) === "function" ? args.pop() : null;
    const call = { socket: this, args, event: settings.event, user: undefined, id: undefined };
    respond(settings, call, listener)
      .then((answer) => acknowledge?.(answer))
      // Socket.IO throws at what it cannot encode. An unhandled rejection would end the process.
      .catch((error) => report(ofHandler(error, call), settings, call));
  };
}

/** Resolves to what is acknowledged. */
async function respond(settings, call, listener) {
  let key;
  let line;
  try {
    identify(call, settings, listener);
    const namespace = call.socket?.nsp?.name ?? "/";
    key = JSON.stringify([namespace, call.event, call.user, call.id]);
    line = lineOf(namespace, call, settings);
  } catch (error) {
    return refuse(error instanceof Unusable ? error : ofHandler(error, call), settings, call);
  }
  const { runs, lines } = ongoingOf(settings.store);
  let run = runs.get(key);
  const shared = run !== undefined;
  if (!shared) {
    run = inLine(lines, line, () => perform(key, call, settings)).finally(() => runs.delete(key));
    runs.set(key, run);
  }
  const { text, repeated, refusal } = await run;
  if (refusal) return refusal;
  const answer = JSON.parse(text);
  if (!settings.onRepeat || !(shared || repeated)) return answer;
  try {
    return settings.onRepeat(answer, call) ?? answer;
  } catch (error) {
    report(ofHandler(error, call), settings, call);
    return answer;
  }
}

/** A call that cannot be told from others. */
class Unusable extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const isUser = (user) => (typeof user === "string" && user !== "") || Number.isSafeInteger(user);

function identify(call, { user, id, missingId }, listener) {
  const { socket, args } = call;
  call.event ??= eventOf(socket, listener);
  const owner = typeof user === "function" ? user(socket) : user;
  // Without a user ids of different people would be taken for each other's, and who guesses an id would be told its answer.
  if (!isUser(owner)) throw new Unusable("ERR_NO_USER", `nobody sent "${call.event}": set socket.data.userId where you authenticate, or the option user`);
  call.user = String(owner);
  const given = id(...args) ?? null;
  call.id = given === null && missingId === "generate" ? crypto.randomUUID() : given;
  if (typeof call.id !== "string" || call.id === "" || call.id.length > MAX_ID_LENGTH) {
    throw new Unusable("ERR_INVALID_ID", `An id of 1 to ${MAX_ID_LENGTH} characters is missing`);
  }
}

/** Socket.IO does not tell a listener which event it is called for. */
function eventOf(socket, listener) {
  const names = socket?.eventNames?.().filter((name) => socket.listeners(name).includes(listener)) ?? [];
  if (names.length === 1) return names[0];
  throw new Unusable("ERR_NO_EVENT", "the listener is called by other code, or for several events: give it the option event");
}

/** Messages of a user's conversation are handled one after the other, also when they arrive over several connections. */
function lineOf(namespace, { user, args }, { order }) {
  const conversation = order ? (order(...args) ?? null) : null;
  return conversation === null ? null : JSON.stringify([namespace, user, conversation]);
}

async function inLine(lines, line, start) {
  if (line === null) return start();
  const turn = (lines.get(line) ?? Promise.resolve()).then(start);
  lines.set(line, turn);
  try {
    return await turn;
  } finally {
    if (lines.get(line) === turn) lines.delete(line);
  }
}

/** Resolves to {text, repeated}, the answer as JSON, or to {refusal}. Never rejects. */
async function perform(key, call, settings) {
  // Of the last time that the store had the work done: it may try again where a transaction did not succeed.
  let callbacks = null;
  let failure = null;
  const work = async (transaction) => {
    callbacks = failure = null;
    const registered = [];
    try {
      const context = { ...call, transaction, afterCommit: (callback) => void registered.push(callback) };
      const answer = await settings.handler.call(call.socket, call.args[0], context);
      if (answer?.error) throw new ReturnedRefusal(answer);
      const text = JSON.stringify(answer) ?? "null";
      callbacks = registered;
      return text;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  let text;
  try {
    text = await settings.store.run(key, work);
    if (typeof text !== "string") throw new TypeError("store.run must resolve to what its work, now or the first time, resolved to");
    JSON.parse(text);
  } catch (error) {
    if (!failure) return { refusal: refuse(ofStore(error, call), settings, call) };
    if (failure.error !== error) report(ofStore(error, call), settings, call);
    if (failure.error instanceof ReturnedRefusal) return { refusal: failure.error.answer };
    return { refusal: refuse(ofHandler(failure.error, call), settings, call) };
  }
  for (const callback of callbacks ?? []) {
    // Not waited for: the message is accepted, whatever becomes of this.
    (async () => callback())().catch((error) => report(ofHandler(error, call), settings, call));
  }
  return { text, repeated: callbacks === null };
}

/** Carries an answer with a truthy `error` through the store, which forgets the message as it does at any exception. */
class ReturnedRefusal extends Error {
  constructor(answer) {
    super(String(answer.error));
    this.answer = answer;
  }
}

function ofHandler(error, { event }) {
  return error?.code === "ERR_REFUSED" ? error : coded("ERR_HANDLER", `the handler of "${event}" failed`, error);
}

function ofStore(error, { event }) {
  return error?.code === "ERR_IN_PROGRESS" ? error : coded("ERR_STORE", `the store failed over "${event}"`, error);
}

/** What a client may read: it caused them, or has to know. */
const TOLD = new Set(["ERR_REFUSED", "ERR_INVALID_ID", "ERR_IN_PROGRESS"]);

function refuse(error, settings, call) {
  const { code } = error;
  if (TOLD.has(code)) return { error: error.message || "Refused", code, retryable: code === "ERR_IN_PROGRESS" || error.retryable === true };
  report(error, settings, call);
  return { error: "Internal error", code, retryable: true };
}

function report(error, { onError }, call) {
  try {
    onError(error, call);
  } catch (thrown) {
    logError(thrown);
  }
}


/** Answers in the memory of this process. */
export function memoryStore({ maxEntries = 100_000, ttl = 7 * DAY, now = () => performance.now() } = {}) {
  check("maxEntries", Number.isInteger(maxEntries) && maxEntries > 0, "a whole number above 0");
  check("ttl", isDuration(ttl), "a number of milliseconds above 0");
  check("now", typeof now === "function", "a function");
  // Oldest first, since an answer is entered once.
  const answers = new Map();
  const forget = () => {
    const oldest = now() - ttl;
    for (const [key, { at }] of answers) {
      if (at > oldest && answers.size <= maxEntries) return;
      answers.delete(key);
    }
  };
  return {
    get size() {
      forget();
      return answers.size;
    },
    async run(key, work) {
      forget();
      const known = answers.get(key);
      if (known) return known.text;
      const text = await work();
      answers.set(key, { text, at: now() });
      forget();
      return text;
    },
  };
}

/**
 * A store out of three atomic operations on something that several processes share. The process that claims a key runs the work, and renews its
 * claim meanwhile; others wait. The claim of a process that died ends with its lease, and whoever gets the message next runs it again.
 */
export function claimStore(claims, { lease = 10_000, wait = 5_000, onError = logError } = {}) {
  for (const name of ["claim", "complete", "release"]) check(`claims.${name}`, typeof claims?.[name] === "function", "a function");
  check("lease", isDuration(lease) && lease <= DAY, "a number of milliseconds, at most a day");
  check("wait", wait === 0 || isDuration(wait), "a number of milliseconds");
  check("onError", typeof onError === "function", "a function");
  return {
    async run(key, work) {
      const token = crypto.randomUUID();
      const answer = await claimOrWait(claims, key, token, lease, wait);
      if (answer !== null) return answer;
      const stopRenewing = renew(claims, key, token, lease);
      let text;
      try {
        text = await work();
      } catch (error) {
        await stopRenewing();
        await attempt(() => claims.release(key, token), onError);
        throw error;
      }
      await stopRenewing();
      // The work is done: to say otherwise would have it done again.
      await attempt(() => claims.complete(key, token, text), onError);
      return text;
    },
  };
}

async function attempt(operation, onError) {
  try {
    await operation();
  } catch (error) {
    onError(error);
  }
}

/** Resolves to the answer, or to null once the claim is ours. */
async function claimOrWait(claims, key, token, lease, wait) {
  const until = performance.now() + wait;
  for (let pause = 25; ; pause = Math.min(pause * 2, 400)) {
    const { claimed, answer } = await claims.claim(key, token, lease);
    if (claimed) return null;
    if (typeof answer === "string") return answer;
    const left = until - performance.now();
    if (left <= 0) throw coded("ERR_IN_PROGRESS", "The message is being handled");
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
  }
}

/** Renews a claim before it ends; returns the function that ends this, and resolves when nothing of it is on its way any more. */
function renew(claims, key, token, lease) {
  let renewal = Promise.resolve();
  const timer = setInterval(() => {
    // One that fails is followed by the next, or by `complete`, which reports what is wrong.
    renewal = renewal.then(() => claims.claim(key, token, lease)).catch(() => {});
  }, lease / 3);
  timer.unref?.();
  return () => {
    clearInterval(timer);
    return renewal;
  };
}
