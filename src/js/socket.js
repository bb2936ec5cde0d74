// Socket and Manager: the general Socket.IO interface.
import { Emitter, callAll, report } from "./emitter.js";
import { serialise } from "../io/binary.js";
import { RESERVED_EVENTS } from "../io/wire.js";
import { coded } from "./errors.js";

const NONE = [];
const NO_FLAGS = {};

/** The Engine.IO connection, for those who watch frames: "packet" for each that came, "packetCreate" for each that is sent. */
export class Engine extends Emitter {
  transport = { name: "websocket" };

  /** Told later, since the machine is at work when frames come and go. */
  _frame(sent, frame) {
    const event = sent ? "packetCreate" : "packet";
    if (!this.hasListeners(event)) return;
    const text = typeof frame === "string";
    const type = text ? (TYPES[frame[0]] ?? "error") : "message";
    const data = text ? frame.slice(1) || undefined : frame;
    queueMicrotask(() => this.emitReserved(event, { type, data }));
  }
}

const TYPES = { 0: "open", 1: "close", 2: "ping", 3: "pong", 4: "message", 5: "upgrade", 6: "noop" };

/** The connection under a socket. Its events: open, error, close, ping, reconnect_attempt, reconnect, reconnect_error, reconnect_failed. */
export class Manager extends Emitter {
  engine = new Engine();

  _event(name, detail) {
    if (name === "error" || name === "reconnect_error") detail = new Error(detail);
    this.emitReserved(name, ...(detail === undefined ? NONE : [detail]));
    if (name === "close") this.engine.emitReserved("close", detail);
  }
}

export class Socket extends Emitter {
  #port;
  #acks = new Map();
  #flags = NO_FLAGS;
  #incoming = NONE;
  #outgoing = NONE;
  id;
  connected = false;
  recovered = false;
  io = new Manager();
  nsp;

  constructor(port, nsp) {
    super();
    this.#port = port;
    this.nsp = nsp;
  }

  get disconnected() {
    return !this.connected;
  }

  get active() {
    return this.#port.active;
  }

  get auth() {
    return this.#port.auth;
  }

  set auth(auth) {
    this.#port.auth = auth;
  }

  connect() {
    this.#port.connect();
    return this;
  }

  disconnect() {
    this.#port.disconnect();
    return this;
  }

  send(...args) {
    return this.emit("message", ...args);
  }

  emit(...args) {
    const event = args[0];
    if (RESERVED_EVENTS.has(event)) {
      throw coded("ERR_RESERVED_EVENT", `"${event}" is a reserved event name`);
    }
    const flags = this.#flags;
    if (flags !== NO_FLAGS) this.#flags = NO_FLAGS;
    const ack = typeof args[args.length - 1] === "function" ? args.pop() : undefined;
    const [json, attachments] = serialise(args);
    const id = this.#port.emit(json, attachments, ack !== undefined, flags.timeout ?? -1, flags.volatile === true);
    if (ack !== undefined) {
      this.#acks.set(id, { ack, withError: ack.withError === true || flags.timeout !== undefined });
    }
    this.#port.pump();
    if (this.#outgoing !== NONE) callAll(this.#outgoing, this, args);
    return this;
  }

  emitWithAck(...args) {
    return new Promise((resolve, reject) => {
      const ack = (error, value) => (error ? reject(error) : resolve(value));
      ack.withError = true;
      this.emit(...args, ack);
    });
  }

  timeout(ms) {
    this.#flags = { ...this.#flags, timeout: ms };
    return this;
  }

  get volatile() {
    this.#flags = { ...this.#flags, volatile: true };
    return this;
  }

  /** There is nothing to choose: browsers compress WebSocket messages as they see fit. */
  compress() {
    return this;
  }

  onAny(listener) {
    this.#incoming = [...this.#incoming, listener];
    return this;
  }

  prependAny(listener) {
    this.#incoming = [listener, ...this.#incoming];
    return this;
  }

  offAny(listener) {
    this.#incoming = without(this.#incoming, listener);
    return this;
  }

  listenersAny() {
    return [...this.#incoming];
  }

  onAnyOutgoing(listener) {
    this.#outgoing = [...this.#outgoing, listener];
    return this;
  }

  prependAnyOutgoing(listener) {
    this.#outgoing = [listener, ...this.#outgoing];
    return this;
  }

  offAnyOutgoing(listener) {
    this.#outgoing = without(this.#outgoing, listener);
    return this;
  }

  listenersAnyOutgoing() {
    return [...this.#outgoing];
  }

  _state(connected, id) {
    this.connected = connected;
    this.id = id;
  }

  _error(message, data) {
    this.emitReserved("connect_error", Object.assign(new Error(message), data === undefined ? {} : { data }));
  }

  _disconnect(reason, description) {
    this.emitReserved("disconnect", reason, description === undefined ? undefined : { description });
  }

  /** An event came. `ack`: the id to acknowledge it with over `transport`, or -1. */
  _received(args, transport, ack) {
    if (ack >= 0) {
      let sent = false;
      args.push((...answer) => {
        if (sent) return;
        sent = true;
        this.#port.acknowledge(transport, ack, ...serialise(answer));
      });
    }
    if (this.#incoming !== NONE) callAll(this.#incoming, this, args);
    const listeners = this.listeners(args[0]);
    if (listeners.length > 0) callAll(listeners, this, args.slice(1));
  }

  /** Nobody will answer any more. */
  _closed() {
    for (const id of [...this.#acks.keys()]) this._acked(id, "socket has been disconnected");
  }

  /** An acknowledgement came, or never will. */
  _acked(id, error, args) {
    const waiting = this.#acks.get(id);
    if (waiting === undefined) return;
    this.#acks.delete(id);
    const { ack, withError } = waiting;
    if (error !== undefined && !withError) return;
    try {
      if (!withError) ack.apply(this, args);
      else if (error !== undefined) ack.call(this, new Error(error));
      else ack.call(this, null, ...args);
    } catch (thrown) {
      report(thrown);
    }
  }
}


Socket.prototype.open = Socket.prototype.connect;
Socket.prototype.close = Socket.prototype.disconnect;

function without(list, listener) {
  if (listener === undefined) return NONE;
  const at = list.indexOf(listener);
  const rest = at < 0 ? list : list.filter((_, index) => index !== at);
  return rest.length > 0 ? rest : NONE;
}
