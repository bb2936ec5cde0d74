// A WebSocket whose other end is the test. What it does of its own accord, a browser's does too.

const CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3;
const HANDLERS = ["onopen", "onmessage", "onclose", "onerror"];

export const OPEN_PACKET = { sid: "engine", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 };

export class FakeSocket {
  static CONNECTING = CONNECTING;
  static OPEN = OPEN;
  static CLOSING = CLOSING;
  static CLOSED = CLOSED;

  /** Those that were made, oldest first. */
  static made = [];
  /** Called with each event that a client sends, a little later, as by a server: (socket, args, ack id or undefined). */
  static answer = null;
  /** What the constructor throws, if anything. */
  static broken = null;

  readyState = CONNECTING;
  bufferedAmount = 0;
  binaryType = "blob";
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;
  /** Frames, as they were handed over. */
  sent = [];

  constructor(url) {
    if (FakeSocket.broken) throw FakeSocket.broken;
    this.url = String(url);
    FakeSocket.made.push(this);
  }

  static reset() {
    FakeSocket.made = [];
    FakeSocket.answer = FakeSocket.broken = null;
  }

  send(data) {
    if (this.readyState === CONNECTING) throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
    if (this.readyState !== OPEN) return console.warn("WebSocket is already in CLOSING or CLOSED state.");
    this.sent.push(data);
    const event = parseEvent(data);
    if (event) queueMicrotask(() => FakeSocket.answer?.(this, event.args, event.ack));
  }

  close() {
    if (this.readyState >= CLOSING) return;
    this.readyState = CLOSING;
    queueMicrotask(() => this.#closed({ code: 1005, reason: "", wasClean: true }));
  }

  /** A frame of the server. */
  deliver(data) {
    if (this.readyState === OPEN) this.onmessage?.(new MessageEvent("message", { data }));
  }

  /** The connection is made, and the server sends its open packet. */
  open(packet = {}) {
    this.openSilently();
    this.deliver(`0${JSON.stringify({ ...OPEN_PACKET, ...packet })}`);
  }

  /** The connection is made, and the server says nothing. */
  openSilently() {
    this.readyState = OPEN;
    this.onopen?.(new Event("open"));
  }

  /** The server's CONNECT answer. */
  accept(sid = "socket") {
    this.deliver(`40${JSON.stringify({ sid })}`);
  }

  /** Its refusal. */
  refuse(message, data) {
    this.deliver(`44${JSON.stringify({ message, data })}`);
  }

  emit(...args) {
    this.deliver(`42${JSON.stringify(args)}`);
  }

  acknowledge(id, ...args) {
    this.deliver(`43${id}${JSON.stringify(args)}`);
  }

  /** The connection is lost, or the other side closes it. */
  drop(reason = "") {
    this.#closed({ code: 1006, reason, wasClean: false });
  }

  /** The connection cannot be made, or breaks. */
  fail() {
    this.onerror?.(new Event("error"));
    this.drop();
  }

  /** The CONNECT packets that were sent. */
  get connects() {
    return this.sent.filter((data) => typeof data === "string" && data.startsWith("40"));
  }

  /** The events that were sent: {args, ack}. */
  get events() {
    return this.sent.map(parseEvent).filter(Boolean);
  }

  /** The events in one word each: the name, and of a message its content, of a conversation its id. */
  get said() {
    return this.events.map(({ args: [name, first] }) => [name, first?.content ?? first?.conversationId].filter(Boolean).join(" "));
  }

  /** Whether the client has let go of it. */
  get isReleased() {
    return this.readyState >= CLOSING && HANDLERS.every((name) => this[name] === null);
  }

  #closed(init) {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.onclose?.(new CloseEvent("close", init));
  }
}

/** A server that accepts every event. */
export function acknowledging(socket, _args, ack) {
  if (ack !== undefined) socket.acknowledge(ack, { status: "ok" });
}

function parseEvent(data) {
  const match = typeof data === "string" && /^4[25](?:\d+-)?(?:\/[^,]*,)?(\d*)(\[.*)$/s.exec(data);
  return match ? { args: JSON.parse(match[2]), ack: match[1] === "" ? undefined : Number(match[1]) } : undefined;
}
