// The built package under Node: its WebAssembly and JavaScript behind a WebSocket that tests speak through.

/** The newest WebSocket by URL. */
const newest = new Map();

class FakeWebSocket {
  bufferedAmount = 0;
  readyState = 1;
  sent = [];

  constructor(url) {
    newest.set(new URL(url).searchParams.get("client"), this);
  }

  send(data) {
    this.sent.push(data);
    if (data === "3") this.onpong();
  }

  close() {
    this.closed = true;
  }
}

/** Before the package is used: what it expects of a page. Returns the function that takes it away again. */
export function becomeBrowser() {
  const window = new EventTarget();
  const addEventListener = window.addEventListener.bind(window);
  const names = { WebSocket: FakeWebSocket, window, addEventListener, document: Object.assign(new EventTarget(), { visibilityState: "visible" }), navigator: { onLine: true } };
  const before = Object.keys(names).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const [name, value] of Object.entries(names)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return () => {
    for (const [name, descriptor] of before) descriptor ? Object.defineProperty(globalThis, name, descriptor) : delete globalThis[name];
  };
}

const OPEN = '0{"sid":"e","upgrades":[],"pingInterval":1000000000,"pingTimeout":1000000000,"maxPayload":1000000000}';
/** Ends of a connection that are the wire's doing. */
const FAULTS = ["parse error", "transport error", "transport close"];

let clients = 0;

/** One socket of a namespace, and what it tells. */
export class Client {
  #name = String((clients += 1));
  #chat;
  #socket;
  #transport;
  #happened = [];
  #over = false;
  #emitted = 0;
  #pending = new Set();
  #answer;

  /** `pkg`: the package's exports. */
  constructor(pkg, namespace) {
    this.#chat = new pkg.ChatSocket({ url: `http://localhost/?client=${this.#name}`, namespace, queue: { storage: "memory" }, isAuthError: () => false });
    const socket = (this.#socket = this.#chat.socket);
    socket.on("connect", () => this.#tell("connect", socket.id));
    socket.on("disconnect", (reason) => reason === "io server disconnect" && this.#tell("server disconnect"));
    socket.on("connect_error", ({ message, data }) => this.#over || this.#tell("refused", message, data));
    socket.io.on("close", (reason) => {
      this.#over = true;
      if (!FAULTS.includes(reason)) return;
      // Of the connection's end a socket that was not connected hears first, as of a refusal.
      if (this.#happened.at(-1)?.[0] === "refused") this.#happened.pop();
      this.#tell("close", reason);
    });
    socket.onAny((...args) => this.#hear(args));
  }

  /** Ids of acknowledgements that it waits for. */
  get pending() {
    return new Set(this.#pending);
  }

  get connected() {
    return this.#socket.connected;
  }

  /** A new transport, with the namespace asked for and not yet answered; or answered, too. */
  open(connected) {
    this.#transport?.onclose?.({ reason: "" });
    this.#chat.initializeSocket();
    window.dispatchEvent(new Event("online"));
    this.#transport = newest.get(this.#name);
    this.#transport.onpong = () => this.#tell("pong");
    this.#transport.onmessage({ data: OPEN });
    if (connected) this.#transport.onmessage({ data: this.answer() });
    this.#pending.clear();
    while (connected && this.#pending.size < 4) this.emit(["ask"], true);
    this.take();
  }

  /** A CONNECT packet for it. */
  answer(sid = "sid") {
    const { nsp } = this.#socket;
    return `40${nsp === "/" ? "" : `${nsp},`}{"sid":"${sid}"}`;
  }

  /** Whether this transport is still the client's. */
  get alive() {
    return this.#transport !== undefined && !this.#transport.closed;
  }

  hear(data) {
    this.#transport.onmessage?.({ data });
  }

  /** How the next events are acknowledged: the arguments. */
  set acknowledgement(args) {
    this.#answer = args;
  }

  /** Returns the frames sent. */
  emit(args, ack = false) {
    const from = this.#transport.sent.length;
    const id = this.#emitted;
    const answered = (...answer) => {
      this.#pending.delete(id);
      this.#tell("ack", id, answer);
    };
    this.#socket.emit(...args, ...(ack ? [answered] : []));
    if (ack) {
      this.#emitted += 1;
      this.#pending.add(id);
    }
    return this.#transport.sent.slice(from);
  }

  /** Acknowledges an event that comes with this id. Returns the frames sent, or throws what that has thrown. */
  acknowledge(id, args) {
    this.acknowledgement = args;
    const { nsp } = this.#socket;
    this.hear(`42${nsp === "/" ? "" : `${nsp},`}${id}["x"]`);
    const [[, , result]] = this.take();
    if (result instanceof Error) throw result;
    return result;
  }

  /** The id that the next acknowledgement is asked for with. */
  get nextId() {
    return this.#emitted;
  }

  /** What happened since: frames sent, and what was told. */
  take() {
    this.#over = false;
    return this.#happened.splice(0);
  }

  close() {
    this.#chat.close();
  }

  #tell(...event) {
    this.#happened.push(event);
  }

  /** An event, with the frames of its acknowledgement where one is asked for. */
  #hear(args) {
    const acknowledge = typeof args.at(-1) === "function" ? args.pop() : undefined;
    if (!acknowledge) return this.#tell("event", args);
    const from = this.#transport.sent.length;
    let thrown;
    try {
      acknowledge(...this.#answer);
    } catch (error) {
      thrown = error;
    }
    this.#tell("event", args, thrown ?? this.#transport.sent.slice(from));
  }
}
