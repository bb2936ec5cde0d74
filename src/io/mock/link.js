// The mock's network, and its controls: frames in order, each after the latency, until the link is dropped. What it hands out looks like a WebSocket.
import { MockServer } from "./server.js";

const PING_INTERVAL = 25_000;
const PING_TIMEOUT = 20_000;

export class MockLink {
  #latency;
  #server;
  #up = true;
  #socket;

  /** `settings`: {namespace, latency, autoReply, sendMessage, message, connected}. */
  constructor(settings) {
    this.#latency = settings.latency;
    this.#server = new MockServer(settings, { pingInterval: PING_INTERVAL, pingTimeout: PING_TIMEOUT });
  }

  get received() {
    return this.#server.received;
  }

  /** A new socket, which takes the place of the one before. */
  _connect() {
    this.#socket?.close();
    const socket = new MockSocket(this.#latency, this.#server, () => this.#up);
    this.#socket = socket;
    return socket;
  }

  /** The link goes down, with all that is under way. */
  drop() {
    this.#up = false;
    this.#socket?.cut("");
  }

  restore() {
    this.#up = true;
  }

  /** The server emits an event to the connected client. */
  emit(...args) {
    this.#socket?.deliver(this.#server.emit(args));
  }

  refuseNext(event, answer) {
    this.#server.refuseNext(event, answer);
  }
}

class MockSocket {
  #latency;
  #server;
  #timers = new Set();
  #ping;
  #open = true;
  onmessage = null;
  onclose = null;
  onerror = null;
  bufferedAmount = 0;

  constructor(latency, server, isUp) {
    this.#latency = latency;
    this.#server = server;
    this.#after(() => {
      if (!isUp()) return this.#fail();
      this.deliver([this.#server.open()]);
      this.#ping = setInterval(() => this.deliver(["2"]), PING_INTERVAL);
    });
  }

  send(frame) {
    this.#after(() => this.deliver(this.#server.receive(frame)));
  }

  /** Frames on their way to the client. */
  deliver(frames) {
    for (const data of frames) this.#after(() => this.onmessage?.({ data }));
  }

  /** The client's own end. */
  close() {
    this.#open = false;
    clearInterval(this.#ping);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#server.hangUp();
  }

  /** The other side, or the network, ends it. */
  cut(reason) {
    if (!this.#open) return;
    this.close();
    this.onclose?.({ reason });
  }

  #fail() {
    this.close();
    this.onerror?.();
  }

  /** Timers of one delay fire in the order in which they were set. */
  #after(act) {
    if (!this.#open) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, this.#latency);
    this.#timers.add(timer);
  }
}
