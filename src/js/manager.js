// Manager: one connection to a server, with a Socket for each of its namespaces, over the machine and its browser side in Rust.
import { ACKED, ASK, CLOSE, CONNECTED, CONNECT_ERROR, DISCONNECTED, MANAGER, MESSAGE, NOTIFICATION, RECEIVED, SEND } from "../io/acts.js";
import { serialise } from "../io/binary.js";
import { Host } from "../io/host.js";
import { Link } from "../io/link.js";
import { Packets } from "../io/packets.js";
import { HIDDEN, watchPage } from "../io/page.js";
import { checkStack, rust, start } from "../io/wasm.js";
import { askAuth } from "./auth.js";
import { Codec } from "./codec.js";
import { Emitter, callAll } from "./emitter.js";
import { Engine } from "./engine.js";
import { closed, coded } from "./errors.js";
import { Socket } from "./socket.js";
import { webSocketUrl } from "./uri.js";

// In the order of the numbers that Rust gives, or takes.
const PING = 3;
const EVENTS = ["open", "error", "close", "ping", "reconnect_attempt", "reconnect", "reconnect_error", "reconnect_failed"];
const SETTINGS = ["reconnection", "reconnectionAttempts", "reconnectionDelay", "reconnectionDelayMax", "randomizationFactor", "timeout"];
// Of what `core_closed` and `core_ask` take.
const GIVEN_UP = 2;
export const DISCONNECT = 0;
const CONNECT = 1, CLOSE_LINK = 2, OPEN_LINK = 3, OPEN_ONCE = 4;

/** How nearly all frames begin: an event of the root namespace, without attachments, that asks for no acknowledgement. */
const EVENT = "42[";

/** Where there is no chat layer. */
const NO_LAYER = { names: new Map(), isAuthError: () => false };

export class Manager extends Emitter {
  // No field: compilers that are told to be loose assign those, and a class's name is read-only.
  static get name() {
    return "Manager";
  }

  #layer;
  #settings;
  #link;
  #host;
  /** What makes packets of frames, for those who watch them. */
  #packets;
  /** Rust's. Undefined while nothing is under way, and when it is closed. */
  #handle;
  #isClosed = false;
  /** By Rust's numbers. */
  #sockets = [];
  /** Waiting for what comes of `open`; and those who are to be told of what has, by attempt. */
  #openers = [];
  #answered = [];
  /** What the browser said when it ended the last transport. */
  #cause;
  #unwatch;
  #mayRest = false;
  uri;
  opts;
  /** By namespace. */
  nsps = {};
  engine;

  /**
   * `layer`: what a ChatSocket puts above its first socket. Its `settings` and `connect` take the place of the options; `start(handle)`
   * adds the machine's part of it; the rest is as `Host` describes it.
   */
  constructor(uri, options, layer) {
    super();
    if (uri && typeof uri === "object") [uri, options] = [undefined, uri];
    const opts = (this.opts = options ?? {});
    if (opts.transports && !opts.transports.some((one) => one === "websocket" || typeof one === "function")) {
      throw coded("ERR_INVALID_OPTION", 'options.transports must name "websocket"');
    }
    this.uri = uri;
    this.#layer = layer ?? NO_LAYER;
    this.#settings = layer?.settings ?? [
      opts.reconnection !== false,
      opts.reconnectionAttempts || Infinity,
      opts.reconnectionDelay || 1000,
      opts.reconnectionDelayMax || 5000,
      opts.randomizationFactor ?? 0.5,
      opts.timeout ?? 20_000,
    ];
    this._autoConnect = !layer && opts.autoConnect !== false;
    this.engine = this.#newEngine();
    const connect = layer?.connect ?? (() => new WebSocket(webSocketUrl(this.uri, this.opts), this.opts.protocols ?? []));
    let early;
    this.#link = new Link((number) => {
      this.#renewEngine();
      this.engine._number = number;
      this.engine.readyState = "opening";
      this.#cause = undefined;
      const socket = early ?? connect();
      early = undefined;
      return socket;
    }, { message: (number, data) => this.#hear(number, data), closed: (...what) => this.#closed(...what) });
    this.#host = new Host(this.#link, this.#layer, this);
    if (opts.parser) this.#host.codec = new Codec(opts.parser, (...what) => this.#decoded(...what));
    // On its way while the WebAssembly is compiled. Where that cannot be tried, it is tried, and reported, in its turn.
    const connectMeanwhile = () => {
      try {
        early = connect();
      } catch {}
    };
    try {
      start(this._autoConnect && connectMeanwhile);
      if (this._autoConnect) this.open();
    } catch (error) {
      early?.close();
      throw error;
    }
  }

  socket(nsp, options) {
    const known = this.nsps[nsp];
    if (known === undefined) return (this.nsps[nsp] = new Socket(this, nsp, options));
    if (this._autoConnect && !known.active) known.connect();
    return known;
  }

  /** `done` is called with what comes of it: nothing, or an error, after which no other attempt follows. */
  open(done) {
    if (this.engine.readyState === "open") return this;
    this._core();
    if (done) this.#openers.push(done);
    this.#watch();
    this.#do(rust.core_ask, done ? OPEN_ONCE : OPEN_LINK);
    return this;
  }

  connect(done) {
    return this.open(done);
  }

  /** Closes the connection under all sockets. */
  disconnect() {
    this.#mayRest = true;
    this.#openers = [];
    this.#do(rust.core_ask, CLOSE_LINK);
  }

  get _readyState() {
    return this.engine.readyState;
  }

  static {
    SETTINGS.forEach((name, index) => {
      this.prototype[name] = function (value) {
        if (value === undefined) return this.#settings[index];
        this.#settings[index] = index === 0 ? Boolean(value) : value;
        this.#do(rust.core_configure, ...this.#numbers());
        return this;
      };
    });
  }

  /** The settings as Rust takes them. */
  #numbers() {
    return this.#settings.map((value, index) => (index > 0 && value === false ? Infinity : value));
  }

  /** Whether there is anything to call, which may be done now. */
  #isMade() {
    checkStack();
    return this.#handle !== undefined;
  }

  /** Rust's handle, made where there is none. */
  _core() {
    if (this.#isClosed) throw closed();
    if (this.#isMade()) return this.#handle;
    this.#handle = rust.core_new(this.#host, Math.random() * 2 ** 53);
    rust.core_configure(this.#handle, ...this.#numbers());
    if (this.#layer.start) this.#layer.start(this.#handle);
    else for (const { nsp } of this.#sockets) rust.core_add_socket(this.#handle, nsp);
    return this.#handle;
  }

  get _host() {
    return this.#host;
  }

  /** To be called after a call of Rust, or with what it returned: the application is told what it caused. */
  _run() {
    this.#host.pump();
  }

  /** Calls Rust, if there is anything to call. */
  #do(call, ...args) {
    if (this.#isMade()) this._run(call(this.#handle, ...args));
  }

  /** Nothing more happens here, for good. */
  _end() {
    if (this.#isClosed) return;
    this.disconnect();
    this.#isClosed = true;
    this.#host.clear();
    rust.core_close(this.#handle);
    this.#handle = undefined;
    for (const socket of this.#sockets) socket._ended();
  }

  /** Returns the number of the new socket. */
  _add(socket) {
    if (this.#isMade()) rust.core_add_socket(this.#handle, socket.nsp);
    return this.#sockets.push(socket) - 1;
  }

  _isActive(index) {
    return this.#isMade() && rust.core_is_active(this.#handle, index) === 1;
  }

  _connect(index, connect) {
    if (connect) {
      this._core();
      this.#watch();
    } else this.#mayRest = true;
    // The connection is given up with the last of them, and with it who waits for it.
    if (!connect && !this.#sockets.some((socket, at) => at !== index && socket.active)) this.#openers = [];
    this.#do(rust.core_ask, connect ? CONNECT : DISCONNECT, index);
  }

  /** What is sent of arguments. */
  _serialise(args) {
    return this.#host.codec ? args : serialise(args);
  }

  /** `waiting`: what stands for the body until it is sent, where that is later. */
  _emit(index, body, waiting, ack, timeout, volatile) {
    const emit = () => rust.core_emit(this._core(), index, waiting ?? body, body.attachments?.length ?? 0, ack, timeout, volatile);
    return this.#host.codec ? this.#host.strictly(emit) : emit();
  }

  _acknowledge(index, id, args) {
    if (!this.#isMade()) return;
    const body = this._serialise(args);
    this.#host.strictly(() => rust.core_acknowledge(this.#handle, index, id, body, body.attachments?.length ?? 0));
    this._run();
  }

  /** A frame came. */
  #hear(number, data) {
    if (this.watches()) this.engine._frame("packet", data);
    const { codec } = this.#host;
    const text = typeof data === "string";
    if (codec && (!text || data[0] === "4")) return codec.decode(text ? data.slice(1) || undefined : data);
    if (this.#handle === undefined) return;
    const watched = this.#isWatched;
    const sound = this.#take(number, data);
    this._run();
    if (watched && sound !== 0) this.#watchPacket((this.#packets ??= new Packets()).read(data));
  }

  /** Hands a frame to Rust. Returns 0 if it can be no part of a packet. */
  #take(number, data) {
    const [handle, host] = [this.#handle, this.#host];
    if (typeof data !== "string") return rust.core_binary(handle, number, data);
    if (!data.startsWith(EVENT)) return rust.core_text(handle, number, data);
    const args = host.parse(data, EVENT.length - 1, 0);
    return rust.core_event(handle, number, host.outline(), args);
  }

  /** Whether to tell of packets. */
  get #isWatched() {
    return this.engine.readyState === "open" && this.hasListeners("packet");
  }

  #watchPacket(packet) {
    if (packet) this.emitReserved("packet", packet);
  }

  #closed(number, how, detail, event) {
    if (number === this.engine._number) this.#cause = event;
    this.#do(rust.core_closed, number, how, detail);
  }

  /** What the application's parser has made of a frame. */
  #decoded(head, data, packet) {
    if (this.#handle === undefined) return;
    const watched = this.#isWatched;
    this.#host.given = data;
    const sound = rust.core_text(this.#handle, this.engine._number, head);
    // Nobody has asked for it where the header is no packet's.
    this.#host.given = undefined;
    this._run();
    if (watched && sound) this.#watchPacket(packet);
  }

  // What the host calls: see host.js.

  watches() {
    return !this.engine.isSilent;
  }

  wake(fired) {
    rust.core_wake(this.#handle, fired);
  }

  /** Where nothing is under way, nothing is held: an application may have forgotten this object. */
  atRest() {
    if (!this.#mayRest) return;
    this.#mayRest = false;
    if (this.#layer !== NO_LAYER || this.#handle === undefined || this.#sockets.some((socket) => socket.active)) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
    if (this.#sockets.some((socket) => socket._isWaiting())) return;
    rust.core_close(this.#handle);
    this.#handle = undefined;
  }

  /** What has to be known at once. Must not call the application. */
  note(act, a, b, p, _q, index) {
    if (act === CONNECTED) this.#sockets[index]._state(true, p, a === 1);
    else if (act === DISCONNECTED) this.#sockets[index]._state(false);
    else if (act === MANAGER && a < 2) {
      this.#answered.push(this.#openers);
      this.#openers = [];
      if (a > 0) return;
      this.engine.readyState = "open";
      this.engine.id = p;
    } else if (act === CLOSE) {
      this.engine.readyState = "closed";
      this.engine.id = undefined;
      this.#host.codec?.reset();
      this.#packets?.reset();
    } else this.#layer.note?.(act, a, b, p);
  }

  tell(act, a, b, p, q, index) {
    const socket = this.#sockets[index];
    switch (act) {
      case ASK:
        if (this.#layer.ask?.(socket, a, b)) return;
        return this.#ask(socket, index, a);
      case CONNECTED:
        return socket._connected();
      case CONNECT_ERROR:
        this.#mayRest = true;
        return socket._down("connect_error", Object.assign(this.#error(p), q !== undefined && { data: q }));
      case DISCONNECTED:
        this.#mayRest = true;
        return socket._down("disconnect", p, this.#description(p, q));
      case RECEIVED:
        return socket._received(p, a);
      case MESSAGE:
      case NOTIFICATION: {
        // Before an acknowledgement is put behind the arguments.
        const { length, 1: first } = p;
        socket._received(p, a);
        return length > 1 && this.#layer.tell(act, a, b, first);
      }
      case SEND:
        return this.engine._frame("packetCreate", p);
      case ACKED:
        return socket._acked(a, b, p);
      case MANAGER:
        return this.#event(a, b, p, q);
      default:
        return this.#layer.tell?.(act, a, b, p, q);
    }
  }

  #event(code, count, text, detail) {
    const [name, { engine }] = [EVENTS[code], this];
    if (name === "reconnect_attempt") this.#renewEngine();
    const args = count > 0 ? [count] : [];
    if (name === "close") args.push(text, this.#description(text, detail));
    if (name === "error" || name === "reconnect_error") args.push(this.#error(text));
    this.emitReserved(name, ...args);
    if (code < 2) callAll(this.#answered.shift(), undefined, args);
    if (code <= PING) engine.emitReserved(name, ...args);
    if (name === "open") engine._opened = true;
    else if (name === "close") this.#renewEngine();
    else if (name === "error" && !engine._opened) {
      engine.emitReserved("close", "transport error", ...args);
      this.#renewEngine();
    }
  }

  /** A failure as applications see it. */
  #error(message) {
    const error = new Error(message);
    return this.#cause?.type === "error" ? Object.assign(error, { type: "TransportError", description: this.#cause }) : error;
  }

  /** What stands beside the reason of a disconnection. */
  #description(reason, detail) {
    if (reason === "transport close") return { description: detail ?? "websocket connection closed", context: this.#cause };
    return detail === undefined ? undefined : this.#error(detail);
  }

  /** Asks a socket's `auth` for what to connect with. */
  #ask(socket, index, question) {
    const handle = this.#handle;
    askAuth(socket, undefined, (...answer) => this._run(rust.core_answer(handle, index, question, ...answer)));
  }

  #newEngine() {
    return new Engine((number) => this.#do(rust.core_closed, number, GIVEN_UP));
  }

  /** Each attempt has its own, which is there in good time for those who want to watch it from the start. */
  #renewEngine() {
    if (this.engine._number !== undefined) this.engine = this.#newEngine();
  }

  /** A chat client does so itself. */
  #watch() {
    if (this.#layer !== NO_LAYER) return;
    this.#unwatch ??= watchPage(
      (change) => {
        if (change !== HIDDEN) this.#do(rust.core_page, change);
      },
      this.opts.closeOnBeforeunload && (() => this.#link.shut()),
    );
  }
}
