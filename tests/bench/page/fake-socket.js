// A WebSocket that never leaves the page: it answers the handshakes and the acknowledgements of Engine.IO v4 and Socket.IO v5,
// and delivers frames when it is told to. A URL whose path is /plain gets no handshake: both ends speak bare JSON there. One with
// "roundTrip" in its query gets its acknowledgements by itself, so many milliseconds after what asked for them.

// Nobody pings but `deliver`: the interval is longer than any measurement.
const OPEN_PACKET =
  '0{"sid":"bench-engine-sid-000","upgrades":[],"pingInterval":600000,"pingTimeout":20000,"maxPayload":1000000}';
const CONNECT_ANSWER = '40{"sid":"bench-socket-sid-000"}';
const DIGIT_0 = 48;
const DIGIT_9 = 57;
const BRACE = 123;

/** Any URL would do: nothing is resolved. */
export const SERVER = "http://bench.invalid";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The text as a browser's own objects hand it out: flat, and outside the JavaScript heap. One that JavaScript put together is a rope or a
 * slice, which the first reader has to flatten; at 20 KB that alone would change a time by half.
 */
export function browserString(text) {
  return decoder.decode(encoder.encode(text));
}

/** A frame as a WebSocket delivers it. */
export function frame(text) {
  return new MessageEvent("message", { data: browserString(text) });
}

/** The acknowledgement id of `42<id>[…` (offset 2), of `451-<id>[…` (4) or of `[<id>,…` (1), or -1. */
function ackId(text, offset) {
  let id = -1;
  for (let i = offset; ; i++) {
    const code = text.charCodeAt(i);
    if (!(code >= DIGIT_0 && code <= DIGIT_9)) return id;
    id = (id < 0 ? 0 : id * 10) + code - DIGIT_0;
  }
}

const channel = new MessageChannel();
const due = [];
channel.port1.onmessage = () => due.shift()();

/** A timer of 0 ms takes 4 where timers set timers; a message takes no time. */
function later(milliseconds, action) {
  if (milliseconds > 0) return void setTimeout(action, milliseconds);
  due.push(action);
  channel.port2.postMessage(null);
}

export class FakeWebSocket {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;
  /** The one constructed last: how the bench gets at the transport of the client it has just opened. */
  static latest = null;

  constructor(url, protocols) {
    this.url = String(url);
    this.protocol = "";
    this.protocols = protocols;
    this.extensions = "";
    this.readyState = FakeWebSocket.CONNECTING;
    this.bufferedAmount = 0;
    this.binaryType = "blob";
    this.onopen = null;
    this.onmessage = null;
    this.onclose = null;
    this.onerror = null;
    this.listeners = { open: [], message: [], close: [], error: [] };
    const { pathname, searchParams } = new URL(this.url, location.href);
    this.plain = pathname === "/plain";
    this.roundTrip = searchParams.get("roundTrip");
    /** When CONNECT was answered; and with a round trip, every event that was sent. */
    this.connectedAt = undefined;
    this.texts = [];
    /** Events sent, and their length; pongs and the handshake do not count. */
    this.sent = 0;
    this.sentLength = 0;
    this.lastSent = "";
    this.pongs = 0;
    /** Acknowledgements of events that were delivered with an id. */
    this.acks = 0;
    /** The text that has announced a binary frame. */
    this.announced = null;
    /** Ids that wait for `answer`, and the frames made beforehand for those that will come next. */
    this.unanswered = [];
    this.nextId = 0;
    this.preparedFrom = 0;
    this.prepared = [];
    this.unprepared = 0;
    FakeWebSocket.latest = this;
    setTimeout(() => {
      if (this.readyState !== FakeWebSocket.CONNECTING) return;
      this.readyState = FakeWebSocket.OPEN;
      this.dispatch("open", new Event("open"));
      if (!this.plain) this.dispatch("message", frame(OPEN_PACKET));
    });
  }

  addEventListener(type, listener) {
    const list = this.listeners[type];
    if (list !== undefined && listener !== null && !list.includes(listener)) list.push(listener);
  }

  removeEventListener(type, listener) {
    const list = this.listeners[type];
    const index = list === undefined ? -1 : list.indexOf(listener);
    if (index >= 0) list.splice(index, 1);
  }

  dispatch(type, event) {
    const handler = this[`on${type}`];
    if (typeof handler === "function") handler.call(this, event);
    for (const listener of [...this.listeners[type]]) {
      if (typeof listener === "function") listener.call(this, event);
      else listener.handleEvent(event);
    }
  }

  /** `dispatch` of a message without its generality: this is inside the measured time. */
  deliver(event) {
    if (typeof this.onmessage === "function") this.onmessage(event);
    if (this.listeners.message.length !== 0) {
      for (const listener of this.listeners.message) listener.call(this, event);
    }
  }

  send(data) {
    if (this.readyState === FakeWebSocket.CONNECTING) throw new DOMException("still connecting", "InvalidStateError");
    if (this.readyState !== FakeWebSocket.OPEN) return;
    if (typeof data !== "string") return this.sendBinary();
    // charCodeAt flattens a rope, which a real socket has to do as well.
    const first = data.charCodeAt(0);
    if (this.plain) {
      if (first === BRACE) this.acks++;
      else this.count(data, ackId(data, 1));
    } else if (first === DIGIT_0 + 3) {
      this.pongs++;
    } else if (first === DIGIT_0 + 4) {
      const type = data.charCodeAt(1) - DIGIT_0;
      if (type === 2) this.count(data, ackId(data, 2));
      else if (type === 3) this.acks++;
      else if (type === 5) this.announced = data;
      else if (type === 0) queueMicrotask(() => this.connect());
    }
  }

  /** A bare WebSocket sends it before its text, a Socket.IO client after. */
  sendBinary() {
    if (this.plain) return;
    const text = this.announced;
    this.announced = null;
    this.count(text, ackId(text, text.indexOf("-") + 1));
  }

  connect() {
    this.connectedAt = performance.now();
    this.dispatch("message", frame(CONNECT_ANSWER));
  }

  count(text, id) {
    this.sent++;
    this.sentLength += text.length;
    this.lastSent = text;
    if (this.roundTrip !== null) {
      this.texts.push(text);
      if (id >= 0) later(Number(this.roundTrip), () => this.readyState === FakeWebSocket.OPEN && this.deliver(this.ackFrame(id)));
    } else if (id >= 0) {
      this.nextId = id + 1;
      this.unanswered.push(id);
    }
  }

  ackFrame(id) {
    return frame(this.plain ? `[${id},{"ok":true}]` : `43${id}[{"ok":true}]`);
  }

  /** Makes the next `count` acknowledgements outside the measured time; the clients' ids count up by one. */
  prepareAnswers(count) {
    this.preparedFrom = this.nextId;
    this.prepared = Array.from({ length: count }, (_, i) => this.ackFrame(this.nextId + i));
  }

  /** Acknowledges everything that asked for it. */
  answer() {
    const ids = this.unanswered;
    if (ids.length === 0) return;
    this.unanswered = [];
    for (const id of ids) {
      const event = this.prepared[id - this.preparedFrom];
      if (event === undefined) this.unprepared++;
      this.deliver(event ?? this.ackFrame(id));
    }
  }

  /** The link is gone, and nobody has said so. */
  drop() {
    this.readyState = FakeWebSocket.CLOSED;
    this.dispatch("close", new CloseEvent("close", { code: 1006, reason: "", wasClean: false }));
  }

  close(code = 1005, reason = "") {
    if (this.readyState >= FakeWebSocket.CLOSING) return;
    this.readyState = FakeWebSocket.CLOSING;
    setTimeout(() => {
      this.readyState = FakeWebSocket.CLOSED;
      this.dispatch("close", new CloseEvent("close", { code, reason, wasClean: true }));
    });
  }
}

for (const name of ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]) {
  Object.defineProperty(FakeWebSocket.prototype, name, { value: FakeWebSocket[name] });
}
