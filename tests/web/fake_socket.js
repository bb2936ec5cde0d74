// A WebSocket whose other end is the test. What it does of its own accord, a browser's does too.

const CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3;

export const OPEN_PACKET = { sid: "engine", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 };

export class FakeSocket {
  /** Those that were made, oldest first. */
  static made = [];
  /** Called with each event that a client sends: (socket, args, ack id or undefined). */
  static answer = null;
  /** Whether the constructor throws. */
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

  constructor(url, protocols) {
    if (FakeSocket.broken) throw FakeSocket.broken;
    this.url = new URL(url);
    this.protocols = protocols;
    FakeSocket.made.push(this);
  }

  static reset() {
    FakeSocket.made = [];
    FakeSocket.answer = FakeSocket.broken = null;
  }

  static get last() {
    return FakeSocket.made.at(-1);
  }

  send(data) {
    if (this.readyState === CONNECTING) throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
    if (this.readyState !== OPEN) return;
    this.sent.push(data);
    const event = parseEvent(data);
    if (event) FakeSocket.answer?.(this, event.args, event.ack);
  }

  close() {
    if (this.readyState >= CLOSING) return;
    this.readyState = CLOSING;
    queueMicrotask(() => this.#closed({ code: 1005, reason: "", wasClean: true }));
  }

  /** A frame of the server. Those of a socket that was closed still come, as those do that were queued before. */
  deliver(data) {
    this.onmessage?.(new MessageEvent("message", { data }));
  }

  /** The connection is made, and the server sends its open packet. */
  open(packet = {}) {
    this.readyState = OPEN;
    this.onopen?.(new Event("open"));
    this.deliver(`0${JSON.stringify({ ...OPEN_PACKET, ...packet })}`);
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

  /** The other side closes. */
  drop(reason = "") {
    this.#closed({ code: 1006, reason, wasClean: false });
  }

  /** The connection cannot be made, or breaks. */
  fail() {
    this.onerror?.(new Event("error"));
    this.drop();
  }

  /** The CONNECT payload that was sent, if any. */
  get auth() {
    const frame = this.sent.find((data) => typeof data === "string" && data.startsWith("40"));
    return frame && frame.includes("{") ? JSON.parse(frame.slice(frame.indexOf("{"))) : undefined;
  }

  /** The events that were sent: {args, ack}. */
  get events() {
    return this.sent.map(parseEvent).filter(Boolean);
  }

  /** Whether the client holds on to it no more. */
  get isReleased() {
    return this.readyState >= CLOSING && this.onopen === null && this.onmessage === null && this.onclose === null && this.onerror === null;
  }

  #closed(init) {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.onclose?.(new CloseEvent("close", init));
  }
}

function parseEvent(data) {
  const match = typeof data === "string" && /^4[25](?:\d+-)?(?:\/[^,]*,)?(\d*)(\[.*)$/s.exec(data);
  return match ? { args: JSON.parse(match[2]), ack: match[1] === "" ? undefined : Number(match[1]) } : undefined;
}
