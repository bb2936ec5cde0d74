// The options of ChatSocket: checked, completed with their defaults, and laid out as Rust reads them.
import { utf8Length } from "../io/texts.js";
import { RESERVED_EVENTS } from "../io/wire.js";
import { coded } from "./errors.js";

const invalid = (name, what) => coded("ERR_INVALID_OPTION", `${name} must be ${what}`);

/** Reads members of an object: `fallback` where one is not given, of whose type it has to be; numbers at least `least`. */
function reader(object = {}, path) {
  if (object === null || typeof object !== "object") throw invalid(path, "an object");
  return (name, fallback, type = typeof fallback, least = 0) => {
    const value = object[name];
    if (value === undefined) return fallback;
    const isNumber = type === "number";
    if (value === null || Array.isArray(value) || typeof value !== type || (isNumber && !(value >= least))) {
      throw invalid(`${path}.${name}`, `of type ${type}${isNumber ? `, at least ${least}` : ""}`);
    }
    return value;
  };
}

/** The index of one of a few words. */
function choice(word, name, ...words) {
  if (!words.includes(word)) throw invalid(name, words.join(" or "));
  return words.indexOf(word);
}

const DAY = 86_400_000;
/** Of a frame, the most that is neither namespace nor event nor payload: `42`, a comma, an ack id and `]`. */
const DIGITS = 22;
const OUTGOING = ["sendMessage", "markAsRead", "joinConversation", "leaveConversation"];
const INCOMING = ["message", "notification", "connected"];

export function readOptions(options) {
  const top = reader(options, "options");
  const [queue, mock, events] = ["queue", "mock", "events"].map((name) => reader(options?.[name], `options.${name}`));
  const useMockSocket = top("useMockSocket", false);
  const place = findServer(top, useMockSocket);
  // The orders are those of the arguments of `core_new` and `core_add_chat`.
  const settings = [
    top("reconnection", true),
    top("reconnectionAttempts", Infinity),
    top("reconnectionDelay", 1000),
    top("reconnectionDelayMax", 5000),
    top("randomizationFactor", 0.5),
    top("timeout", 20_000, "number", 1),
  ];
  const name = (event) => {
    const given = events(event, event);
    if (RESERVED_EVENTS.has(given)) throw invalid(`options.events.${event}`, "no event of the client's own");
    return given;
  };
  const prefixes = OUTGOING.map((event) => `[${JSON.stringify(name(event))},`);
  const numbers = [
    top("awaitServerReady", false),
    choice(top("delivery", "ack"), "options.delivery", "ack", "echo", "sent"),
    top("ackTimeout", 10_000, "number", 1),
    top("maxAttempts", 5, "number", 1),
    top("maxInFlight", 16, "number", 1),
    queue("maxMessages", 1000),
    queue("maxLength", 1_048_576),
    queue("ttl", 7 * DAY),
    DIGITS + utf8Length(place.namespace) + Math.max(...prefixes.map(utf8Length)),
  ];
  return {
    ...place,
    useMockSocket,
    settings,
    numbers,
    durable: choice(queue("storage", "local"), "options.queue.storage", "local", "memory") === 0,
    maxMessageLength: queue("maxMessageLength", 65_536),
    /** Names of the server's events, and the codes of client::EventName. */
    names: new Map(INCOMING.map((event, index) => [name(event), index + 1])),
    messageEvent: name("message"),
    /** Where the chat layer's packets begin, up to the payload, by the number of the client::Body. */
    prefixes: [, ...prefixes],
    /** For the mock. */
    mock: {
      namespace: place.namespace,
      latency: mock("latency", 20),
      autoReply: mock("autoReply", true),
      sendMessage: name("sendMessage"),
      message: name("message"),
      connected: name("connected"),
    },
    token: options?.token,
    scheme: options?.authScheme === null ? null : top("authScheme", "Bearer"),
    auth: top("auth", undefined, "object"),
    userId: top("userId", undefined, "string"),
    isAuthError: top("isAuthError", undefined, "function"),
  };
}

/** {url: the WebSocket's, or undefined where there is none; server, path, namespace}. */
function findServer(top, useMockSocket) {
  const path = `/${top("path", "/socket/notification")}/`.replace(/\/{2,}/g, "/");
  const [query, given] = [top("query", undefined, "object"), top("url", undefined, "string")];
  const found = (url, server, namespace = "/") => ({ url, server, path, namespace: `/${top("namespace", namespace)}`.replace(/^\/+/, "/") });
  if (useMockSocket) return found(undefined, "mock");
  let url;
  try {
    url = new URL(given || "/", /^http/.test(globalThis.location?.protocol) ? location.href : undefined);
  } catch {
    if (!given) return found(undefined, "");
    throw invalid("options.url", "a URL");
  }
  const { protocol, host, pathname, searchParams } = url;
  const secure = /^(?:http|ws)(s?):$/.exec(protocol)?.[1];
  if (secure === undefined) throw invalid("options.url", "an http(s) or ws(s) URL");
  url.protocol = `ws${secure}`;
  url.pathname = path;
  url.hash = url.username = url.password = "";
  for (const member of Object.entries(query ?? {})) searchParams.append(...member);
  searchParams.set("EIO", "4");
  searchParams.set("transport", "websocket");
  // As in `io("https://host/admin")`, a path in the URL is the namespace.
  return found(url.href, `http${secure}://${host}`, pathname);
}
