// What each test runs in: virtual time, scripted sockets, an empty localStorage, and afterwards a look at what was left behind.
import { is, ok, same, told } from "./assert.js";
import { newChatSocket } from "./core.js";
import { FakeSocket } from "./fake_socket.js";
import { Locks } from "./locks.js";
import { Time, turn } from "./time.js";

const SERVER = "http://chat.test";

class World {
  time = new Time();
  #clients = [];
  #undo = [];
  #listening = new Set();
  #taken = 0;
  /** What was reported as uncaught. A test that expects some takes it by `takeReported`. */
  #reported = [];
  #warnings = [];

  /** Replaces a property until the test is over, or what it returns is called. A descriptor is taken as it is. */
  stub = (object, name, value, descriptor = { value, writable: true }) => {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { ...descriptor, configurable: true });
    let done = false;
    const undo = () => {
      if (done) return;
      done = true;
      if (before) Object.defineProperty(object, name, before);
      else delete object[name];
    };
    this.#undo.push(undo);
    return undo;
  };

  /** Replaces a method as `stub` does. `act` is called with the original, which takes the call's arguments unless it is given others, and these. */
  wrap = (object, name, act) => {
    const original = object[name];
    return this.stub(object, name, function (...args) {
      return act((...others) => original.apply(this, others.length > 0 ? others : args), ...args);
    });
  };

  begin() {
    localStorage.clear();
    FakeSocket.reset();
    this.stub(globalThis, "WebSocket", FakeSocket);
    this.stub(navigator, "locks", new Locks());
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

  until(condition, what) {
    return this.time.until(condition, what);
  }

  /** A client that is closed when the test is over. */
  client(options) {
    const client = newChatSocket(options?.useMockSocket ? options : { url: SERVER, ...options });
    this.#clients.push(client);
    return client;
  }

  /** The next socket that is made, or was made and not yet asked for. */
  async socket() {
    await this.until(() => FakeSocket.made.length > this.#taken, "a connection is tried");
    return FakeSocket.made[this.#taken++];
  }

  /** How many sockets were made and not yet asked for. */
  get untaken() {
    return FakeSocket.made.length - this.#taken;
  }

  /** Those that were made so far are not asked for any more. */
  forgetSockets() {
    this.#taken = FakeSocket.made.length;
  }

  /** A server takes the next socket and accepts it. `handshake`: members of its open packet. */
  async accept(handshake) {
    const socket = await this.socket();
    socket.open(handshake);
    await this.until(() => socket.connects.length > 0, "CONNECT is sent");
    socket.accept();
    await turn();
    return socket;
  }

  /** A connected client, and its socket. */
  async connected(options, handshake) {
    const client = this.client({ token: "t", ...options });
    client.initializeSocket();
    const socket = await this.accept(handshake);
    await this.until(() => client.isConnected, "the client is connected");
    return [client, socket];
  }

  /** What was reported as uncaught so far. */
  takeReported() {
    return this.#reported.splice(0);
  }

  takeWarnings() {
    return this.#warnings.splice(0);
  }

  /** Nothing of any client is left. */
  requireNothingLeft() {
    same(this.time.due, [], "timers left behind");
    same(this.listening, [], "listeners of window and document left behind");
    for (const socket of FakeSocket.made) ok(socket.isReleased, "a socket was left open, or a handler on it");
  }

  async end() {
    for (const client of this.#clients) client.close();
    this.requireNothingLeft();
    // Rejections that nobody handles are reported after the tasks that they come from.
    await turn();
    if (this.#reported.length) throw this.#reported[0];
    same(this.#warnings, [], "warnings on the console");
  }

  undo() {
    // Where the test has failed, the next one shall not hear of its clients.
    for (const client of this.#clients) client.close();
    for (const undo of this.#undo.splice(0).reverse()) undo();
    localStorage.clear();
  }
}

/** Makes a test of a function of a World. */
export function test(body) {
  const run = async () => {
    const world = new World();
    try {
      world.begin();
      await body(world);
      await world.end();
    } catch (error) {
      // The runner prints message and stack.
      throw Object.assign(new Error(told(error)), { stack: "" });
    } finally {
      world.undo();
    }
  };
  return Object.assign(run, { isTest: true });
}
