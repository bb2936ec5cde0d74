// What each test runs in: virtual time, scripted sockets, an empty localStorage, and afterwards a look at what was left behind.
import { ChatSocket } from "../../src/js/chat_socket.js";
import { AssertionError, is, same } from "./assert.js";
import { core } from "./core.js";
import { FakeSocket } from "./fake_socket.js";
import { RealTime, Time } from "./time.js";

class World {
  #clients = [];
  #undo = [];
  #listening = new Set();
  /** What was reported as uncaught, in words. A test that expects some takes them by `takeReported`. */
  #reported = [];
  #warnings = [];

  constructor({ realTime = false } = {}) {
    this.time = realTime ? new RealTime() : new Time();
    this.stub = this.stub.bind(this);
    this.until = this.time.until.bind(this.time);
  }

  /** Replaces a property until the test is over. A descriptor is taken as it is. */
  stub(object, name, value, descriptor = { value, writable: true }) {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { ...descriptor, configurable: true });
    this.#undo.push(() => {
      if (before) Object.defineProperty(object, name, before);
      else delete object[name];
    });
  }

  begin({ realSockets = false } = {}) {
    localStorage.clear();
    FakeSocket.reset();
    if (!realSockets) this.stub(globalThis, "WebSocket", FakeSocket);
    this.time.install(this.stub);
    this.#watch("error", (event) => event.error);
    this.#watch("unhandledrejection", (event) => event.reason);
    this.stub(console, "warn", (...args) => void this.#warnings.push(args.join(" ")));
    for (const target of [window, document]) this.#countListeners(target);
  }

  #watch(type, read) {
    const hear = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#reported.push(read(event));
    };
    window.addEventListener(type, hear);
    this.#undo.push(() => window.removeEventListener(type, hear));
  }

  #countListeners(target) {
    const [add, remove] = [target.addEventListener, target.removeEventListener];
    this.stub(target, "addEventListener", (type, listener, options) => {
      const entry = { target, type, listener };
      this.#listening.add(entry);
      options?.signal?.addEventListener("abort", () => this.#listening.delete(entry));
      add.call(target, type, listener, options);
    });
    this.stub(target, "removeEventListener", (type, listener, options) => {
      for (const entry of this.#listening) {
        if (entry.target === target && entry.type === type && entry.listener === listener) this.#listening.delete(entry);
      }
      remove.call(target, type, listener, options);
    });
  }

  /** Events of window and document that somebody listens to. */
  get listening() {
    return [...this.#listening].map(({ type }) => type);
  }

  /** A client that is closed when the test is over. */
  client(options) {
    const client = new ChatSocket(core(), options);
    this.#clients.push(client);
    return client;
  }

  /** One that is connected, and its socket. */
  connected(options = {}, handshake) {
    const client = this.client({ url: "http://chat.test", ...options });
    client.initializeSocket(options.token === undefined ? "t" : undefined);
    return [client, this.accept(handshake)];
  }

  /** The other end accepts the last socket. */
  accept(handshake) {
    const socket = FakeSocket.last;
    socket.open(handshake);
    socket.accept();
    return socket;
  }

  /** What was reported as uncaught so far. */
  takeReported() {
    return this.#reported.splice(0);
  }

  takeWarnings() {
    return this.#warnings.splice(0);
  }

  /** Closes every client and looks at what is left. */
  end() {
    for (const client of this.#clients) client.close();
    is(this.time.timers, 0, "timers left behind");
    same(this.listening, [], "listeners of window and document left behind");
    for (const socket of FakeSocket.made) {
      if (!socket.isReleased && socket.readyState < 2) throw new AssertionError(`a socket was left open: ${socket.url}`);
      for (const handler of ["onopen", "onmessage", "onclose", "onerror"]) is(socket[handler], null, `${handler} of a socket of a closed client`);
    }
    if (this.#reported.length) throw this.#reported[0];
    same(this.#warnings, [], "warnings on the console");
  }

  undo() {
    for (const undo of this.#undo.splice(0).reverse()) undo();
    localStorage.clear();
  }
}

/** Makes a test of a function of a World. */
export function test(body, options) {
  return async () => {
    const world = new World(options);
    try {
      world.begin(options);
      await body(world);
      world.end();
    } catch (error) {
      throw new Error(`${error?.stack ?? error}\n`);
    } finally {
      world.undo();
    }
  };
}

/** The names of a module's tests. */
export const namesOf = (module) => Object.keys(module).filter((name) => name !== "all");
