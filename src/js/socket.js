// Socket: one namespace of a connection, with the members of socket.io-client's class of that name.
import { report } from "../io/report.js";
import { RESERVED_EVENTS } from "../io/wire.js";
import { Emitter, callAll } from "./emitter.js";
import { coded } from "./errors.js";

const NONE = [];
const NO_FLAGS = {};
const EVENT = 2;
/** By Rust's numbers. */
const ACK_ERRORS = [undefined, "operation has timed out", "socket has been disconnected"];
const DISCONNECTED = 2;

/** An event that waits for the connection, as `sendBuffer` shows it. */
class Waiting {
  type = EVENT;
  #socket;
  #body;

  constructor(socket, data, body, compress) {
    this.data = data;
    this.options = { compress };
    this.#socket = socket;
    this.#body = body;
  }

  /** What is to be sent now; null where the application has taken it out of the buffer. */
  _take() {
    return this.#socket._unbuffer(this) ? this.#body : null;
  }
}

export class Socket extends Emitter {
  // No field: compilers that are told to be loose assign those, and a class's name is read-only.
  static get name() {
    return "Socket";
  }

  #index;
  #options;
  #acks = new Map();
  #flags = NO_FLAGS;
  #incoming = NONE;
  #outgoing = NONE;
  /** How often it was disconnected, or not connected. */
  #losses = 0;
  /** What was in `sendBuffer` when its time came, and is not sent yet. */
  #leaving = new Set();
  /** Arguments of events that have been sent since, for those who watch. */
  #unwatched = [];
  /** With the option `retries`: events that are sent one after the other, each until it is acknowledged. */
  #queue = [];
  id;
  /** What it connects with, or a function that is asked for it. */
  auth;
  connected = false;
  recovered = false;
  /** Events that wait for the connection. They may be taken out. */
  sendBuffer = [];
  /** Arguments of events that came before the server had accepted the connection. */
  receiveBuffer = [];
  io;
  nsp;

  constructor(io, nsp, options) {
    super();
    this.io = io;
    this.nsp = nsp;
    this.#options = { ...options };
    if (options?.auth) this.auth = options.auth;
    this.#index = io._add(this);
    if (io._autoConnect) this.connect();
  }

  get disconnected() {
    return !this.connected;
  }

  get active() {
    return this.io._isActive(this.#index);
  }

  connect() {
    if (!this.connected) this.io._connect(this.#index, true);
    return this;
  }

  open() {
    return this.connect();
  }

  disconnect() {
    this.io._connect(this.#index, false);
    return this;
  }

  close() {
    return this.disconnect();
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
    const ack = takeAck(args);
    const body = this.io._serialise(args);
    if (this.#options.retries && !flags.volatile) this.#enqueue(args, body, flags, ack);
    else this.#post(args, body, flags, ack);
    return this;
  }

  #post(args, body, flags, ack) {
    const timeout = flags.timeout ?? this.#options.ackTimeout;
    const waiting = this.connected ? undefined : new Waiting(this, args, body, flags.compress !== false);
    const id = this.io._emit(this.#index, body, waiting, ack !== undefined, timeout ?? -1, flags.volatile === true);
    if (ack !== undefined) {
      this.#acks.set(id, { ack, withError: ack.withError === true || timeout !== undefined });
    }
    if (this.connected) {
      this.io._run();
      if (this.#outgoing !== NONE) callAll(this.#outgoing, this, args);
      return;
    }
    if (flags.volatile !== true) {
      if (waiting === undefined) this.#unwatched.push(args);
      else {
        if (ack !== undefined) waiting.id = id;
        this.sendBuffer.push(waiting);
      }
    }
    this.io._run();
  }

  emitWithAck(...args) {
    return new Promise((resolve, reject) => {
      const ack = (error, value) => (error ? reject(error) : resolve(value));
      ack.withError = true;
      this.emit(...args, ack);
    });
  }

  timeout(timeout) {
    return this.#flag({ timeout });
  }

  get volatile() {
    return this.#flag({ volatile: true });
  }

  /** There is nothing to choose: browsers compress WebSocket messages as they see fit. */
  compress(compress) {
    return this.#flag({ compress });
  }

  /** For the next event. */
  #flag(more) {
    this.#flags = { ...this.#flags, ...more };
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

  #enqueue(args, body, flags, ack) {
    const settle = (error, ...answer) => {
      entry.pending = false;
      if (!error || entry.tries > this.#options.retries) {
        this.#queue.shift();
        if (ack) callAll([ack], this, [error, ...answer]);
      }
      this.#sendNext(false);
    };
    settle.withError = true;
    const entry = { tries: 0, pending: false, fail: ack ?? report, post: () => this.#post(args, body, flags, settle) };
    this.#queue.push(entry);
    this.#sendNext(false);
  }

  /** `again`: over a new connection also what was sent over the last. */
  #sendNext(again) {
    const [entry] = this.#queue;
    if (!this.connected || entry === undefined || (entry.pending && !again)) return;
    entry.pending = true;
    entry.tries += 1;
    try {
      entry.post();
    } catch (error) {
      // What the application's parser cannot encode now, it never can.
      this.#queue.shift();
      callAll([entry.fail], this, [error]);
      this.#sendNext(false);
    }
  }

  _state(connected, id, recovered = this.recovered) {
    this.connected = connected;
    this.id = id;
    this.recovered = recovered;
  }

  _connected() {
    for (const args of this.receiveBuffer.splice(0)) this._hear(args);
    for (const args of this.#unwatched.splice(0)) callAll(this.#outgoing, this, args);
    this.#sendNext(true);
    this.emitReserved("connect");
  }

  /** Whether an event waits for a connection, or somebody for an acknowledgement. */
  _isWaiting() {
    return this.sendBuffer.length + this.#acks.size > 0;
  }

  /** Whether it was still in the buffer. */
  _unbuffer(waiting) {
    // All go at once, and the application has no say meanwhile.
    if (this.sendBuffer.length > 0) [this.#leaving, this.sendBuffer] = [new Set(this.sendBuffer), []];
    return this.#leaving.delete(waiting) && this.#unwatched.push(waiting.data) > 0;
  }

  /** An event came. `ack`: the id to acknowledge it with, until the socket is disconnected, or -1. */
  _received(args, ack) {
    if (ack >= 0) {
      let asked = this.#losses;
      args.push((...answer) => {
        if (asked !== this.#losses) return;
        asked = -1;
        this.io._acknowledge(this.#index, ack, answer);
      });
    }
    if (this.connected) this._hear(args);
    else this.receiveBuffer.push(args);
  }

  /** Tells the listeners. */
  _hear(args) {
    if (this.#incoming !== NONE) callAll(this.#incoming, this, args);
    this._call(args[0], args.slice(1));
  }

  /** It is connected no more, or not this time. */
  _down(event, ...args) {
    this.receiveBuffer = [];
    this.#losses += 1;
    this.emitReserved(event, ...args);
  }

  /** Nobody will answer any more. */
  _ended() {
    for (const id of [...this.#acks.keys()]) this._acked(id, DISCONNECTED);
  }

  /** An acknowledgement came, or never will. */
  _acked(id, code, args) {
    const error = ACK_ERRORS[code];
    const waiting = this.#acks.get(id);
    if (waiting === undefined) return;
    this.#acks.delete(id);
    const { ack, withError } = waiting;
    if (error !== undefined) {
      if (this.sendBuffer.length > 0) this.sendBuffer = this.sendBuffer.filter((event) => event.id !== id);
      if (!withError) return;
    }
    try {
      if (!withError) ack.apply(this, args);
      else if (error !== undefined) ack.call(this, new Error(error));
      else ack.call(this, null, ...args);
    } catch (thrown) {
      report(thrown);
    }
  }
}

/** The function behind the arguments, if there is one. */
const takeAck = (args) => (typeof args[args.length - 1] === "function" ? args.pop() : undefined);

function without(list, listener) {
  if (listener === undefined) return NONE;
  const at = list.indexOf(listener);
  const rest = at < 0 ? list : list.filter((_, index) => index !== at);
  return rest.length > 0 ? rest : NONE;
}
