// Everything that the ordeal needs: browser, tabs, site, proxy and server; and what was sent in it.
import { launchChromium } from "../demo/support.mjs";
import { Proxy } from "./proxy.mjs";
import { ServerProcess } from "./server-process.mjs";
import { Site } from "./site.mjs";

const POLL = 20;
const LAST_WORDS = 30;
const pause = () => new Promise((resolve) => setTimeout(resolve, POLL));

/** What had to come did not come in time. */
export class Stuck extends Error {}

export class World {
  site;
  proxy = new Proxy();
  server;
  tabs = [];
  /** By number, what pages were asked to send. */
  sent = new Map();
  /** By number, what they noted. */
  notes = new Map();
  /** Uncaught exceptions of pages. */
  complaints = [];
  #options;
  #browser;
  #context;
  #urls;

  /** {pkg, file, helper, breakage, tabs, users, conversations, patience, log} */
  constructor(options) {
    this.#options = options;
    this.log = options.log;
  }

  async open() {
    const { pkg, file, helper, tabs, users } = this.#options;
    this.site = new Site(pkg);
    this.#urls = { site: await this.site.listen(), server: `http://127.0.0.1:${await this.proxy.listen()}` };
    this.server = new ServerProcess({ file, helper, proxy: this.proxy, site: this.site });
    await this.server.start();
    this.#browser = await launchChromium();
    this.#context = await this.#browser.newContext();
    this.#context.setDefaultTimeout(this.#options.patience);
    for (let index = 0; index < tabs; index += 1) {
      // Two tabs of one user, one of another.
      const user = users[Math.floor(index / 2) % users.length];
      this.tabs.push(new Tab(this, { context: this.#context, index, user, pageUrl: (of, how) => this.#pageUrl(of, how) }));
      await this.tabs[index].open();
    }
  }

  async close() {
    await this.#browser?.close();
    await this.server?.kill();
    await Promise.all([this.site?.close(), this.proxy.close()]);
  }

  #pageUrl(user, identity) {
    const { breakage, conversations } = this.#options;
    const token = this.site.token(user);
    const parameters = new URLSearchParams({ url: this.#urls.server, user, identity, token, conversations, ...(breakage && { breakage }) });
    return `${this.#urls.site}/?${parameters}`;
  }

  other(user) {
    const { users } = this.#options;
    return users[(users.indexOf(user) + 1) % users.length];
  }

  get openTabs() {
    return this.tabs.filter((tab) => tab.isOpen);
  }

  /** Resolves when `condition` holds; how many milliseconds that took. */
  async until(what, condition) {
    const started = Date.now();
    while (!(await condition())) {
      if (this.server.failure) throw this.server.failure;
      if (Date.now() - started > this.#options.patience) throw new Stuck(`waited ${this.#options.patience} ms for ${what}`);
      await pause();
    }
    return Date.now() - started;
  }

  /** Whether all open tabs are in a state. */
  async all(fits) {
    const states = await Promise.all(this.openTabs.map((tab) => tab.state()));
    return states.every(fits);
  }

  connected(index) {
    return this.until(`tab ${index} to connect`, async () => (await this.tabs[index].state())?.status === "connected");
  }

  calm() {
    return this.until("all tabs to connect and have nothing pending", () =>
      this.all((state) => state?.status === "connected" && state.pending === 0),
    );
  }

  /** Resolves to a tab that has something on the wire. */
  async flushing() {
    let found;
    await this.until("a tab to send", async () => {
      const tabs = this.openTabs;
      const states = await Promise.all(tabs.map((tab) => tab.state()));
      found = tabs.find((_tab, index) => states[index]?.sending > 0);
      return found !== undefined;
    });
    return found;
  }

  /** Resolves when what happened to the link is known in all tabs: they have no connection, or another one. */
  noticed() {
    const { proxy } = this;
    return this.until("the tabs to notice that the link is dead", () =>
      proxy.hole ? this.all((state) => state?.status !== "connected") : proxy.living >= this.openTabs.length,
    );
  }

  /** Resolves when the user's tabs wait for a token. */
  async signedOut(user) {
    return this.until(`${user}'s tabs to ask for sign-in`, () =>
      this.all((state) => state?.user !== user || state.status === "auth_required"),
    );
  }

  async setOffline(offline) {
    await this.#context.setOffline(offline);
    this.proxy.offline = offline;
    if (offline) this.proxy.cut();
  }

  /** Sends messages until something happens that takes a message; false if it does not. */
  async provoke(index, event) {
    let happened = false;
    void event.then(() => (happened = true));
    await pause();
    if (!happened) await this.sendOne(index);
    await this.until("a message to meet its fault", () => happened);
    return true;
  }

  sendOne(index) {
    return this.tabs[index].send([{ conversationId: "conversation-0", content: "one more" }]);
  }
}

/** A tab that may be closed, crash, and be opened again. */
class Tab {
  user;
  /** Grows whenever a ChatSocket ends without having been closed, or is closed: what was queued then is told nobody. */
  life = 0;
  #world;
  #with;
  #page = null;
  #crashed = false;
  /** Names the tab: another one after it was closed, the same after a reload or crash. */
  #generation = 0;
  #loads = 0;
  #postponed = [];

  constructor(world, more) {
    this.#world = world;
    this.#with = more;
    this.user = more.user;
  }

  get isOpen() {
    return this.#page !== null && !this.#crashed;
  }

  get #name() {
    return `${this.#with.index}.${this.#generation}`;
  }

  /** A third of all loads tell who is signed in by the token, another by `userId`, the rest by what a provider answers. */
  get #identity() {
    return ["switch", "separate", "ask"][(this.#with.index + this.#loads) % 3];
  }

  async open() {
    await this.#page?.close();
    const page = await this.#with.context.newPage();
    this.#page = page;
    this.#crashed = false;
    page.on("crash", () => {
      if (this.#page === page) this.#crashed = true;
    });
    page.on("pageerror", (error) => this.#world.complaints.push(`${error.stack ?? error}`));
    await this.#load();
  }

  async #load() {
    this.#loads += 1;
    this.life += 1;
    await this.#page.goto(this.#with.pageUrl(this.user, this.#identity), { waitUntil: "load" });
    await this.#page.waitForFunction(() => window.ordeal !== undefined, undefined, { polling: 10 });
    for (const burst of this.#postponed.splice(0)) await this.send(burst);
  }

  async reload() {
    if (this.isOpen) await this.#load();
    else await this.open();
  }

  async close() {
    await this.#page?.close();
    this.#page = null;
    this.#generation += 1;
    this.life += 1;
  }

  /** `abruptly`: in the middle of the page's script, while it sends. */
  async crash({ abruptly }) {
    if (!this.isOpen) return;
    const page = this.#page;
    const crashed = page.waitForEvent("crash");
    if (abruptly) {
      const session = await this.#with.context.newCDPSession(page);
      const half = page.waitForEvent("console");
      const words = Array.from({ length: LAST_WORDS }, (_, index) => ({ conversationId: `conversation-${index % 3}`, content: "last words" }));
      void this.send(words, true);
      await half;
      session.send("Page.crash").catch(() => {}); // never answers
    } else {
      page.goto("chrome://crash").catch(() => {}); // never arrives
    }
    await crashed;
  }

  async signIn(user) {
    this.user = user;
    if (!this.isOpen) return;
    if (this.#identity === "separate") this.life += 1;
    // Not waited for: a page asleep would not answer.
    await this.#evaluate(([next, token]) => void window.ordeal.signIn(next, token), [user, this.#world.site.token(user)]);
  }

  /** {user, status, pending, sending}; undefined where there is none. */
  state() {
    return this.#evaluate(() => window.ordeal.state);
  }

  locks() {
    return this.#evaluate(() => window.ordeal.locks());
  }

  kept() {
    return this.#evaluate(() => window.ordeal.kept);
  }

  /** Puts the page to sleep as a browser does with one that was long in the background, or wakes it. */
  async freeze(frozen) {
    if (!this.isOpen) return;
    const session = await this.#with.context.newCDPSession(this.#page);
    await session.send("Page.setWebLifecycleState", { state: frozen ? "frozen" : "active" });
    await session.detach();
  }

  markAsRead(conversationId) {
    return this.#evaluate((id) => window.ordeal.markAsRead(id), conversationId);
  }

  /** A closed tab sends when it is open again. */
  async send(burst, lastWords = false) {
    if (!this.isOpen) return void this.#postponed.push(burst);
    const { sent, notes, log } = this.#world;
    log(`  tab ${this.#name} sends ${burst.length} from number ${sent.size} on as ${this.user}`);
    const messages = burst.map((message) => {
      const number = sent.size;
      sent.set(number, { ...message, tab: this.#name, life: this.life, by: this });
      return { ...message, number, tab: this.#name };
    });
    const returned = await this.#evaluate(([list, last]) => window.ordeal.send(list, last), [messages, lastWords]);
    for (const note of returned ?? []) notes.set(note.number, note);
  }

  /** Undefined if the tab crashes meanwhile. */
  async #evaluate(task, argument) {
    if (!this.isOpen) return undefined;
    const page = this.#page;
    try {
      return await page.evaluate(task, argument);
    } catch (error) {
      if (/crash|closed|destroyed/i.test(error.message)) return undefined;
      throw error;
    }
  }
}
