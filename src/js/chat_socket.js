// ChatSocket, the chat client's class, over the machine and its browser side in Rust.
import { AUTH_REQUIRED, CHANGED, MESSAGE, NOTIFICATION, SETTLED } from "../io/acts.js";
import { MockLink } from "../io/mock/link.js";
import { HIDDEN, RESUMED, watchPage } from "../io/page.js";
import { STATUSES as DELIVERY_STATUSES, decode, digest, isCleared, load, mark, owners, rememberOwners, storedLength, tabs } from "../io/record.js";
import { workingStorage, watchStorage } from "../io/storage.js";
import { Turn, ifGone, stayHere } from "../io/turn.js";
import { checkStack, rust, start } from "../io/wasm.js";
import { Auth } from "./auth.js";
import { Emitter, requireFunction, unproxied } from "./emitter.js";
import { closed, coded, requireText } from "./errors.js";
import { DISCONNECT, Manager } from "./manager.js";
import { offlineMessage, outgoing, readMark, simulated } from "./messages.js";
import { readOptions } from "./options.js";
import { Socket } from "./socket.js";

// The order of each list is that of the numbers that Rust gives.
const STATUSES = ["idle", "connecting", "connected", "reconnecting", "auth_required", "failed"];
const CONNECTED_STATUS = 2;
const MESSAGE_KIND = 0, READ_KIND = 1;
/** By what `core_send` returned, -1 first. */
const REFUSALS = [
  ["ERR_QUEUE_FULL", "the queue is full"],
  ["ERR_DUPLICATE_ID", "this id is waiting"],
];
/** Those of this page that write to storage: it tells other pages only. */
const neighbours = new Set();

/** The client's own: what connects and ends it is the client. */
class OwnSocket extends Socket {
  #chat;

  constructor(manager, nsp, options, chat) {
    super(manager, nsp, options);
    this.#chat = chat;
  }

  /** What the application has simulated comes without a connection. */
  _received(args, ack) {
    if (args._simulated) this._hear(args);
    else super._received(args, ack);
  }

  connect() {
    this.#chat.initializeSocket();
    return this;
  }

  disconnect() {
    this.#chat.disconnect();
    return this;
  }
}

export class ChatSocket {
  // No field: compilers that are told to be loose assign those, and a class's name is read-only.
  static get name() {
    return "ChatSocket";
  }

  /** Rust's, undefined once closed. */
  #handle;
  #manager;
  #host;
  #auth;
  #socket;
  #mock;
  #unwatchPage;
  #unwatchStorage;
  #hear;
  #turn;
  #tab;
  /** Where is stored what is queued while it is not known who is signed in. */
  #unclaimed;
  /** Ends what `stayHere` began. */
  #leave;
  #options;
  /** The members of a snapshot that are no list. */
  #state = { isConnected: false, lastMessage: null, lastNotification: null, connectionError: null, useMockSocket: false, status: STATUSES[0] };
  #snapshot;
  #stale = true;
  /** [kind, OfflineMessage] by stamp. */
  #shown = new Map();
  /** Who waits for the outcome of a delivery, by the number of its entry. */
  #waiting = new Map();
  #on = new Emitter();

  static {
    for (const name of ["isConnected", "lastMessage", "lastNotification", "connectionError", "useMockSocket", "status"]) {
      Object.defineProperty(this.prototype, name, {
        get() {
          return this.#state[name];
        },
      });
    }
  }

  constructor(options) {
    start();
    const read = (this.#options = readOptions(options));
    this.#auth = new Auth(read);
    this.#state.useMockSocket = read.useMockSocket;
    this.#mock = read.useMockSocket ? new MockLink(read.mock) : null;
    const storage = read.durable ? workingStorage() : undefined;
    this.#manager = new Manager(read.url, undefined, this.#layer(storage));
    this.#host = this.#manager._host;
    this.#socket = this.#manager.nsps[read.namespace] = new OwnSocket(this.#manager, read.namespace, { auth: read.auth }, this);
    this.#manager._autoConnect = true;
    this.#handle = this.#manager._core();
    this.#tab = rust.core_tab(this.#handle);
    this.#turn = new Turn(
      (shared) => {
        if (!this.#isOpen) return;
        this.#read();
        this.#run(rust.core_take_turn(this.#handle, shared));
      },
      (tab) => this.#run(rust.core_adopt(this.#handle, tab)),
    );
    if (storage !== undefined) {
      const tell = (key) => this.#storageChanged(key);
      const unwatch = watchStorage(tell);
      neighbours.add(tell);
      this.#unwatchStorage = () => neighbours.delete(tell) && unwatch();
      this.#hear = tell;
    }
    this.#run(this.#changeOwner());
  }

  get offlineMessages() {
    return this.getSnapshot().offlineMessages;
  }

  get pendingMessages() {
    return this.#isOpen ? Object.freeze(this.#messages()) : this.offlineMessages;
  }

  /** What waits, [kind, OfflineMessage]: the marks of what was read, too. */
  get _queue() {
    return this.pendingMessages && this.#shown.values();
  }

  get conversations() {
    const list = [];
    if (this.#isOpen) {
      for (let next; (next = rust.core_conversation(this.#handle, list.length)) !== undefined; ) list.push(next);
    }
    return Object.freeze(list);
  }

  get socket() {
    return this.#socket;
  }

  get mock() {
    return this.#mock;
  }

  initializeSocket(token) {
    const handle = this.#open();
    const news = this.#auth.replace(token);
    this.#unwatchPage ??= watchPage((change) => this.#pageChanged(change));
    rust.core_initialize(handle, ...news);
    this.#run(this.#changeOwner());
  }

  sendMessage(message) {
    const place = this.#place();
    const { id, conversationId, json } = outgoing(message, place);
    // Making JSON of a message may have called the application, and that have sent another.
    if (this.#host.place !== place) this.#place();
    const key = this.#send(MESSAGE_KIND, id, conversationId, json);
    const persisted = this.#host.storage !== undefined && !rust.core_is_unstored(this.#handle, key);
    const settled = new Promise((resolve) => this.#waiting.set(key, resolve));
    return this.#run(Object.freeze({ id, persisted, settled }));
  }

  markAsRead(conversationId, messageIds) {
    const handle = this.#open();
    requireText(conversationId, "conversationId");
    const mark = readMark(conversationId, messageIds, rust.core_open_read(handle, conversationId));
    this.#send(READ_KIND, this.#place(), conversationId, mark);
    this.#run();
  }

  joinConversation(conversationId) {
    this.#join(conversationId, true);
  }

  leaveConversation(conversationId) {
    this.#join(conversationId, false);
  }

  #join(conversationId, join) {
    requireText(conversationId, "conversationId");
    this.#run(rust.core_join(this.#open(), conversationId, join));
  }

  simulateReceiveMessage(message) {
    const complete = simulated(message, this.#place());
    const args = [this.#options.messageEvent, complete];
    args._simulated = true;
    return this.#run(rust.core_simulate(this.#handle, args, complete.id), complete);
  }

  retryMessage(id) {
    return this.#settle(id, true);
  }

  discardMessage(id) {
    return this.#settle(id, false);
  }

  #settle(id, retry) {
    requireText(id, "id");
    return this.#run(rust.core_settle(this.#open(), id, retry)) === 1;
  }

  discardAll() {
    return this.#run(rust.core_discard_all(this.#open()));
  }

  subscribe(listener) {
    return this.#listen(CHANGED, listener);
  }

  onMessage(listener) {
    return this.#listen(MESSAGE, listener);
  }

  onNotification(listener) {
    return this.#listen(NOTIFICATION, listener);
  }

  onAuthRequired(listener) {
    return this.#listen(AUTH_REQUIRED, listener);
  }

  getSnapshot() {
    if (this.#stale && this.#isOpen) {
      checkStack();
      this.#stale = false;
      this.#snapshot = this.#takeSnapshot(this.#snapshot);
    }
    return this.#snapshot;
  }

  disconnect() {
    this.#run(rust.core_ask(this.#open(), DISCONNECT, 0));
    this.#unwatchPage?.();
    this.#unwatchPage = undefined;
  }

  close() {
    if (!this.#isOpen) return;
    this.disconnect();
    this.#stale = true;
    this.getSnapshot();
    this.#on.off();
    this.#unwatchStorage?.();
    this.#leave?.();
    this.#handle = undefined;
    this.#manager._end();
  }

  get #isOpen() {
    return this.#handle !== undefined;
  }

  #open() {
    if (!this.#isOpen) throw closed();
    checkStack();
    return this.#handle;
  }

  #listen(event, listener) {
    this.#open();
    requireFunction(listener);
    // Wrapped, so that the same function can be added twice and removed once.
    const entry = (...args) => listener(...args);
    this.#on.on(event, entry);
    return () => void this.#on.off(event, entry);
  }

  /** To be called with what a call of Rust returned: the application is told what it caused. */
  #run(result, returned = result) {
    this.#host.pump();
    return returned;
  }

  #scope(...owner) {
    const { server, path, namespace } = this.#options;
    return digest(server, path, namespace, ...owner);
  }

  /** Where tabs store what is queued before it is known who is signed in: apart by who was, so that nobody else comes by what they leave there. */
  #unclaimedAfter(last) {
    return this.#scope("unclaimed", last);
  }

  #changeOwner() {
    const [handle, host, { owner, asks, isNobody }, base] = [this.#handle, this.#host, this.#auth, this.#scope()];
    const [last, first] = asks ? owners(host.storage, base) : ["", ""];
    const scope = owner === undefined ? host.scope : this.#scope(owner);
    if (owner !== undefined && !(isNobody && scope === host.scope)) {
      host.scope = scope;
      const change = rust.core_change_owner(handle, scope, last === "" || last === scope);
      if (change) this.#read();
      if (change > 1) this.#socket.sendBuffer = [];
    }
    if (owner === undefined || isNobody) {
      this.#unclaimed = this.#unclaimedAfter(last);
      rust.core_doubt_owner(handle, this.#unclaimed);
      if (isNobody || scope === undefined) this.#restoreLeft(this.#unclaimed);
      this.#leave ??= stayHere(this.#tab);
      return;
    }
    this.#leave?.();
    this.#leave = undefined;
    if (!asks) return;
    // What was left before anybody was known is the first one's.
    const isFirst = first === "" || first === scope;
    for (const before of isFirst ? ["", scope] : [scope]) this.#restoreLeft(this.#unclaimedAfter(before));
    if (last !== scope) rememberOwners(host.storage, base, scope, first || scope);
  }

  /** Reads what tabs that are gone have left unclaimed. */
  #restoreLeft(unclaimed) {
    const { storage, scope } = this.#host;
    for (const tab of storage ? tabs(storage, unclaimed) : []) {
      if (tab === this.#tab) continue;
      ifGone(tab, () => {
        if (!this.#isOpen || this.#host.scope !== scope) return;
        for (const { gone, args } of load(storage, unclaimed, tab)) if (!gone) rust.core_restore(this.#handle, ...args, unclaimed);
        this.#run();
      });
    }
  }

  /** Makes the queue what storage holds. */
  #read() {
    const [handle, { storage, scope }] = [this.#handle, this.#host];
    if (storage === undefined) return;
    try {
      const cleared = isCleared(storage, this.#marked);
      const records = scope === undefined ? [] : load(storage, scope);
      if (cleared) mark(storage, this.#marked);
      rust.core_begin_read(handle);
      for (const { gone, args } of records) (gone ? rust.core_vanish : rust.core_restore)(handle, ...args);
      rust.core_end_read(handle, cleared);
    } catch (error) {
      // A storage that has begun to fail: what is in memory goes on.
      console.warn("socketio-wasm: localStorage failed:", error);
    }
  }

  get #marked() {
    return this.#host.scope ?? this.#unclaimed;
  }

  /** The application of this tab may have emptied it, of which nobody tells. */
  #readIfCleared() {
    const { storage } = this.#host;
    if (storage !== undefined && isCleared(storage, this.#marked)) this.#read();
  }

  /** Another tab has written: a key, or null where it has emptied everything. */
  #storageChanged(key) {
    const { storage, scope } = this.#host;
    if (key === null) return this.#run(this.#read());
    try {
      // What is there now: the event may tell of something that is over, since tabs write in no common order.
      const text = storage.getItem(key);
      // While nobody is known here, what was left unclaimed may be found and claimed by another tab.
      const record = decode(scope, key, text) ?? (text === null && this.#leave ? decode(this.#unclaimed, key, text) : null);
      if (record === null) return;
      this.#run((record.gone ? rust.core_vanish : rust.core_restore)(this.#handle, ...record.args));
    } catch {
      // Moved aside when storage is read from the start.
    }
  }

  #pageChanged(change) {
    if (change === RESUMED) this.#read();
    if (change === HIDDEN) this.#run(this.#readIfCleared());
    else this.#run(rust.core_page(this.#handle, change));
  }

  /** The next place in the queue, which is the id of what has none. */
  #place() {
    rust.core_place(this.#open());
    return this.#host.place;
  }

  /** Queues JSON at the place that was taken last. Returns its key. */
  #send(kind, id, conversationId, json) {
    this.#readIfCleared();
    const length = storedLength(kind, json);
    if (length > this.#options.maxMessageLength) {
      throw coded("ERR_MESSAGE_TOO_LONG", "longer than queue.maxMessageLength");
    }
    // Making JSON of a message may have called the application, and that this client's close().
    const key = rust.core_send(this.#open(), kind, id, conversationId, json, length);
    if (key < 0) throw coded(...REFUSALS[-1 - key]);
    return key;
  }

  /** The waiting messages. One that has not changed is the same object as before. */
  #messages(fits = () => true) {
    const [handle, before] = [this.#handle, this.#shown];
    this.#shown = new Map();
    const messages = [];
    for (let index = 0, stamp; (stamp = rust.core_stamp(handle, index)) >= 0; index += 1) {
      let shown = before.get(stamp);
      if (shown === undefined) {
        const record = rust.core_entry(handle, index);
        shown = [record[1], offlineMessage(record)];
      }
      this.#shown.set(stamp, shown);
      if (shown[0] === MESSAGE_KIND && fits(shown[1])) messages.push(shown[1]);
    }
    return messages;
  }

  #takeSnapshot(previous) {
    const offline = this.#messages(({ status }) => status !== "sending");
    const before = previous?.offlineMessages;
    const same = before?.length === offline.length && offline.every((message, index) => message === before[index]);
    const next = { ...this.#state, offlineMessages: same ? before : Object.freeze(offline) };
    if (previous && Object.keys(next).every((name) => next[name] === previous[name])) return previous;
    return Object.freeze(next);
  }

  /** What stands above the connection's first socket: see Manager and Host. */
  #layer(storage) {
    const { names, prefixes, namespace, settings, numbers, url } = this.#options;
    return {
      names,
      prefixes,
      settings,
      storage,
      connect: () => {
        if (this.#mock) return this.#mock._connect();
        if (url === undefined) throw new Error("no server URL");
        return new WebSocket(url);
      },
      start: (handle) => rust.core_add_chat(handle, namespace, ...numbers),
      lock: (wanted) => {
        const { scope } = this.#host;
        if (!wanted) this.#turn.giveBack();
        else if (storage === undefined) this.#turn.take();
        // Each tab has a mock server of its own.
        else this.#turn.ask(`socketio-wasm:${scope}`, this.#tab, () => tabs(storage, scope), this.#mock !== null);
      },
      wrote: (key) => {
        for (const tell of neighbours) if (tell !== this.#hear) queueMicrotask(() => neighbours.has(tell) && tell(key));
      },
      ask: (socket, question, reason) => {
        if (socket !== this.#socket) return false;
        this.#auth.ask(socket, reason, (...answer) => {
          if (!this.#isOpen) return;
          this.#changeOwner();
          this.#run(rust.core_answer(this.#handle, 0, question, ...answer));
        });
        return true;
      },
      /** What has to be known at once. Must not call the application. */
      note: (act, a, _b, p) => {
        const state = this.#state;
        if (act === CHANGED) {
          state.status = STATUSES[a];
          state.isConnected = a === CONNECTED_STATUS;
          state.connectionError = p ?? null;
        } else if (act === MESSAGE) state.lastMessage = p[1] ?? null;
        else if (act === NOTIFICATION) state.lastNotification = p[1] ?? null;
        else return;
        this.#stale = true;
      },
      tell: (act, a, b, p, q) => {
        if (act === SETTLED) {
          this.#waiting.get(a)?.(outcome(b, p));
          this.#waiting.delete(a);
        } else if (act === CHANGED) this.#on.emitReserved(act);
        else this.#on.emitReserved(act, act === AUTH_REQUIRED ? { message: p, data: q } : p);
      },
      isAuthError: (message, data) => this.#auth.isAuthError(message, data),
    };
  }
}

for (const made of [ChatSocket, MockLink]) unproxied(made);

/** Of a message, by the code and value of Act::Settled. */
function outcome(code, value) {
  if (code > 2) return { status: DELIVERY_STATUSES[code + 1], error: value ?? null };
  return { status: "delivered", response: value?.[code] };
}
