// The options of ChatSocket: checked, completed with their defaults, and laid out as Rust reads them.
import { utf8Length } from "../io/record.js";
import { coded } from "./errors.js";

const invalid = (name, what) => coded("ERR_INVALID_OPTION", `options.${name} must be ${what}`);

function read(object, prefix, name, what, fits, fallback) {
  const value = object[name];
  if (value === undefined) return fallback;
  if (!fits(value)) throw invalid(prefix + name, what);
  return value;
}

/** Typed getters for one object of options. */
function reader(object, prefix = "") {
  if (object !== undefined && (object === null || typeof object !== "object")) {
    throw coded("ERR_INVALID_OPTION", `${prefix ? `options.${prefix.slice(0, -1)}` : "options"} must be an object`);
  }
  const from = object ?? {};
  return {
    text: (name, fallback) => read(from, prefix, name, "a string", (value) => typeof value === "string", fallback),
    flag: (name, fallback) => Number(read(from, prefix, name, "a boolean", (value) => typeof value === "boolean", fallback)),
    number: (name, fallback, least = 0) =>
      read(from, prefix, name, `a number, at least ${least}`, (value) => typeof value === "number" && value >= least, fallback),
    object: (name) => read(from, prefix, name, "an object", (value) => value !== null && typeof value === "object"),
    callable: (name) => read(from, prefix, name, "a function", (value) => typeof value === "function"),
    /** The index of one of a few words. */
    word: (name, ...words) => words.indexOf(read(from, prefix, name, words.join(" or "), (value) => words.includes(value), words[0])),
    nested: (name) => reader(from[name], `${prefix}${name}.`),
    get: (name) => from[name],
  };
}

const DAY = 86_400_000;
/** Of a frame, the most that is neither namespace nor event nor payload: `42`, a comma, an ack id and `]`. */
const DIGITS = 22;
const OUTGOING = ["sendMessage", "markAsRead", "joinConversation", "leaveConversation"];
const INCOMING = ["message", "notification", "connected"];

export function readOptions(options) {
  const top = reader(options);
  const [queue, mock, events] = ["queue", "mock", "events"].map((name) => top.nested(name));
  const useMockSocket = top.flag("useMockSocket", false) === 1;
  const place = findServer(top, useMockSocket);
  const scheme = top.get("authScheme");
  // The orders are those of the arguments of `core_new` and `core_add_chat`.
  const settings = [
    top.flag("reconnection", true) === 1,
    top.number("reconnectionAttempts", Infinity),
    top.number("reconnectionDelay", 1000),
    top.number("reconnectionDelayMax", 5000),
    top.number("randomizationFactor", 0.5),
    top.number("timeout", 20_000, 1),
  ];
  const name = (event) => events.text(event, event);
  const prefixes = OUTGOING.map((event) => `[${JSON.stringify(name(event))},`);
  const numbers = [
    top.flag("awaitServerReady", false),
    top.word("delivery", "ack", "echo", "sent"),
    top.number("ackTimeout", 10_000, 1),
    top.number("maxAttempts", 5, 1),
    top.number("maxInFlight", 16, 1),
    queue.number("maxMessages", 1000),
    queue.number("maxLength", 1_048_576),
    queue.number("ttl", 7 * DAY),
    DIGITS + utf8Length(place.namespace) + Math.max(...prefixes.map(utf8Length)),
  ];
  return {
    ...place,
    useMockSocket,
    settings,
    numbers,
    durable: queue.word("storage", "local", "memory") === 0,
    maxMessageLength: queue.number("maxMessageLength", 65_536),
    /** Names of the server's events, and the codes of client::EventName. */
    names: new Map(INCOMING.map((event, index) => [name(event), index + 1])),
    messageEvent: name("message"),
    /** Where the chat layer's packets begin, up to the payload, by the number of the client::Body. */
    prefixes: [, ...prefixes],
    /** For the mock. */
    mock: {
      namespace: place.namespace,
      latency: mock.number("latency", 20),
      autoReply: mock.flag("autoReply", true) === 1,
      sendMessage: name("sendMessage"),
      message: name("message"),
      connected: name("connected"),
    },
    token: top.get("token"),
    scheme: scheme === null ? null : top.text("authScheme", "Bearer"),
    auth: top.object("auth"),
    userId: top.text("userId"),
    isAuthError: top.callable("isAuthError"),
  };
}

/** {url: the WebSocket's, or undefined where there is none; server, path, namespace}. */
function findServer(top, useMockSocket) {
  const path = `/${top.text("path", "/socket/notification")}/`.replace(/\/{2,}/g, "/");
  const [query, given] = [top.object("query"), top.text("url")];
  const namespace = top.text("namespace");
  if (useMockSocket) return { url: undefined, server: "mock", path, namespace: namespace ?? "/" };
  const base = /^https?:/.test(globalThis.location?.protocol) ? globalThis.location.href : undefined;
  if (given === undefined && base === undefined) return { url: undefined, server: "", path, namespace: namespace ?? "/" };
  let parsed;
  try {
    parsed = new URL(given ?? "/", base);
  } catch {
    throw invalid("url", "a URL");
  }
  const secure = { "http:": "", "ws:": "", "https:": "s", "wss:": "s" }[parsed.protocol];
  if (secure === undefined) throw invalid("url", "an http(s) or ws(s) URL");
  const wire = new URL(`ws${secure}://${parsed.host}`);
  wire.pathname = path;
  for (const [name, value] of [...parsed.searchParams, ...Object.entries(query ?? {})]) wire.searchParams.append(name, value);
  wire.searchParams.set("EIO", "4");
  wire.searchParams.set("transport", "websocket");
  // As in `io("https://host/admin")`, a path in the URL is the namespace.
  return { url: wire.href, server: `http${secure}://${parsed.host}`, path, namespace: namespace ?? parsed.pathname };
}
