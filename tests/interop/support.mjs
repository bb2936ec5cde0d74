// What the tests with servers of others need: a browser with a page for each client, and servers in processes of their own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { build } from "../../pkg-template/scripts/build.mjs";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { complaintsOf, launchChromium, until } from "../demo/support.mjs";
import { serve } from "../package/support.mjs";

/** A process that says "listening <port>" when it does. */
export class ServerProcess {
  /** The system chooses it at the first start. */
  port = 0;
  #command;
  #child;
  #ended;

  /** `command(port)`: the program and its arguments. */
  constructor(command) {
    this.#command = command;
  }

  get pid() {
    return this.#child.pid;
  }

  async start() {
    const [program, ...args] = this.#command(this.port);
    this.#child = spawn(program, args.map(String), { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    this.#ended = once(this.#child, "exit");
    this.port = await new Promise((resolve, reject) => {
      this.#ended.then(([code, signal]) => reject(new Error(`${program} ended before it listened: ${signal ?? code}`)), reject);
      createInterface(this.#child.stdout).on("line", (line) => {
        const port = /^listening (\d+)$/.exec(line)?.[1];
        if (port) resolve(Number(port));
      });
    });
  }

  async end(signal = "SIGKILL") {
    this.#child?.kill(signal);
    await this.#ended;
  }
}

/** Chromium's remark on what is sent between the server's close and its event, which the client sends again. */
const CLOSING = "WebSocket is already in CLOSING or CLOSED state.";

/** Chromium, and the site of the clients' page. */
export class Browser {
  #browser;
  #site;
  #complaints = [];

  async launch() {
    await build();
    this.#site = await serve(root, {});
    this.#browser = await launchChromium();
  }

  async close() {
    await this.#browser?.close();
    await this.#site?.close();
  }

  /** What pages have complained of since this was asked last. */
  complaints() {
    return this.#complaints.splice(0).flat().filter((text) => text !== CLOSING);
  }

  /** A page with storage of its own, and in it a client with these options. */
  async open(options) {
    const context = await this.#browser.newContext();
    const page = await context.newPage();
    this.#complaints.push(complaintsOf(page));
    await page.goto(`${this.#site.url}/tests/interop/page/index.html`);
    await until(page, () => window.app);
    await page.evaluate((given) => window.app.open(given), options);
    return new Client(page, context);
  }
}

/** A client in its page, which is page/page.js. */
class Client {
  #page;
  #context;

  constructor(page, context) {
    this.#page = page;
    this.#context = context;
  }

  do(task, argument) {
    return this.#page.evaluate(task, argument);
  }

  until(condition, argument) {
    return until(this.#page, condition, argument);
  }

  status(status) {
    return this.until((wanted) => window.app.chat.status === wanted, status);
  }

  /** What the client was told of that kind, once that is at least so much. */
  async seen(kind, least = 1) {
    await this.until(([list, length]) => (window.app.seen[list]?.length ?? 0) >= length, [kind, least]);
    return this.do((list) => window.app.seen[list] ?? [], kind);
  }

  signIn(token) {
    return this.do((given) => window.app.chat.initializeSocket(given), token);
  }

  beside(...args) {
    return this.do(([namespace, token]) => window.app.beside(namespace, token), args);
  }

  join(conversation) {
    return this.do((id) => window.app.chat.joinConversation(id), conversation);
  }

  emit(...args) {
    return this.do(([event, ...rest]) => window.app.emit(event, rest), args);
  }

  /** Emits; resolves to all arguments of the acknowledgement. */
  call(...args) {
    return this.do(([event, ...rest]) => window.app.call(event, rest), args);
  }

  /** Queues a message for each text; their ids. */
  send(...contents) {
    return this.do((all) => window.app.send(all), contents);
  }

  close() {
    return this.#context.close();
  }
}
