// ChatSocket, the chat client's class, over the machine and its browser side in Rust.
import { AUTH_REQUIRED, CHANGED, MESSAGE, NOTIFICATION, SETTLED } from "../io/acts.js";
import { MockLink } from "../io/mock/link.js";
import { HIDDEN, RESUMED, watchPage } from "../io/page.js";
import { decode, digest, isCleared, lastOwner, load, mark, rememberOwner, storedLength, tabs, utf8Length } from "../io/record.js";
import { storageWorks, watchStorage } from "../io/storage.js";
import { Turn, ifGone, stayHere } from "../io/turn.js";
import { Auth, REPLACED, SAME } from "./auth.js";
import { Listeners } from "./emitter.js";
import { closed, coded, requireText } from "./errors.js";
import { DISCONNECT, Manager } from "./manager.js";
import { Deliveries, mergeReadMarks, offlineMessage, outgoing, readMark, simulated } from "./messages.js";
import { readOptions } from "./options.js";
import { Socket } from "./socket.js";
import { wasm } from "./wasm.js";

// The order of each list is that of the numbers that Rust gives.
const STATUSES = ["idle", "connecting", "connected", "reconnecting", "auth_required", "failed"];
const CONNECTED_STATUS = 2;
const MESSAGE_KIND = 0, READ_KIND = 1;
const ENDS = ["failed", "expired", "discarded"];
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
  _received(args, ...how) {
    if (args === this._simulated) this._hear(args);
    else super._received(args, ...how);
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
  static name = "ChatSocket";
  #wasm = wasm();
  /** Rust's, undefined once closed. */
  #handle;
  #manager;
  #host;
  #auth;
  #socket;
  #mock;
  #controls;
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
  #status = 0;
  #error = null;
  #last = { message: null, notification: null };
  #snapshot;
  #stale = true;
  /** [kind, OfflineMessage] by stamp. */
  #shown = new Map();
  #deliveries = new Deliveries();
  #on = { change: new Listeners(), message: new Listeners(), notification: new Listeners(), authRequired: new Listeners() };

  constructor(options) {
    const read = (this.#options = readOptions(options));
    const wasm = this.#wasm;
    this.#auth = new Auth(read);
    this.#mock = read.useMockSocket ? new MockLink(wasm, read.mock) : null;
    this.#controls = this.#mock && new MockControls(this.#mock);
    const storage = read.durable && storageWorks() ? wasm.core_storage() : undefined;
    this.#manager = new Manager(read.url, undefined, this.#layer(storage));
    this.#host = this.#manager._host;
    this.#socket = this.#manager.nsps[read.namespace] = new OwnSocket(this.#manager, read.namespace, { auth: read.auth }, this);
    this.#manager._autoConnect = true;
    this.#handle = this.#manager._core();
    this.#tab = wasm.core_tab(this.#handle);
    this.#turn = new Turn(
      (shared) => {
        if (!this.#isOpen) return;
        this.#read();
        this.#run(wasm.core_take_turn(this.#handle, shared));
      },
      (tab) => this.#run(wasm.core_adopt(this.#handle, tab)),
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

  get isConnected() {
    return this.#status === CONNECTED_STATUS;
  }

  get lastMessage() {
    return this.#last.message;
  }

  get lastNotification() {
    return this.#last.notification;
  }

  get connectionError() {
    return this.#error;
  }

  get useMockSocket() {
    return this.#options.useMockSocket;
  }

  get offlineMessages() {
    return this.getSnapshot().offlineMessages;
  }

  get status() {
    return STATUSES[this.#status];
  }

  get pendingMessages() {
    return this.#isOpen ? Object.freeze(this.#messages()) : this.offlineMessages;
  }

  get conversations() {
    const list = [];
    if (this.#isOpen) {
      for (let next; (next = this.#wasm.core_conversation(this.#handle, list.length)) !== undefined; ) list.push(next);
    }
    return Object.freeze(list);
  }

  get socket() {
    return this.#socket;
  }

  get mock() {
    return this.#controls;
  }

  initializeSocket(token) {
    const handle = this.#open();
    const news = this.#auth.replace(token);
    this.#unwatchPage ??= watchPage((change) => this.#pageChanged(change));
    this.#wasm.core_initialize(handle, news === REPLACED, news !== SAME);
    this.#run(this.#changeOwner());
  }

  sendMessage(message) {
    const place = this.#place();
    const { id, conversationId, json } = outgoing(message, place);
    // Making JSON of a message may have called the application, and that have sent another.
    if (this.#host.place !== place) this.#place();
    const key = this.#send(MESSAGE_KIND, id, conversationId, json);
    const stored = this.#host.storage !== undefined && !this.#wasm.core_is_unstored(this.#handle, key);
    return this.#run(this.#deliveries.open(key, id, stored));
  }

  markAsRead(conversationId, messageIds) {
    const handle = this.#open();
    requireText(conversationId, "conversationId");
    const waiting = this.#wasm.core_open_read(handle, conversationId);
    const mark = readMark(conversationId, messageIds);
    this.#send(READ_KIND, this.#place(), conversationId, waiting === undefined ? mark : mergeReadMarks(waiting, mark));
    this.#run();
  }

  joinConversation(conversationId) {
    requireText(conversationId, "conversationId");
    this.#run(this.#wasm.core_join(this.#open(), conversationId, true));
  }

  leaveConversation(conversationId) {
    requireText(conversationId, "conversationId");
    this.#run(this.#wasm.core_join(this.#open(), conversationId, false));
  }

  simulateReceiveMessage(message) {
    const complete = simulated(message, this.#place());
    const args = (this.#socket._simulated = [this.#options.messageEvent, complete]);
    return this.#run(this.#wasm.core_simulate(this.#handle, args, complete.id), complete);
  }

  retryMessage(id) {
    requireText(id, "id");
    return this.#run(this.#wasm.core_settle(this.#open(), id, true)) === 1;
  }

  discardMessage(id) {
    requireText(id, "id");
    return this.#run(this.#wasm.core_settle(this.#open(), id, false)) === 1;
  }

  discardAll() {
    return this.#run(this.#wasm.core_discard_all(this.#open()));
  }

  subscribe(listener) {
    return this.#listen("change", listener);
  }

  onMessage(listener) {
    return this.#listen("message", listener);
  }

  onNotification(listener) {
    return this.#listen("notification", listener);
  }

  onAuthRequired(listener) {
    return this.#listen("authRequired", listener);
  }

  getSnapshot() {
    if (this.#stale && this.#isOpen) {
      this.#stale = false;
      this.#snapshot = this.#takeSnapshot(this.#snapshot);
    }
    return this.#snapshot;
  }

  disconnect() {
    this.#run(this.#wasm.core_ask(this.#open(), DISCONNECT, 0));
    this.#unwatchPage?.();
    this.#unwatchPage = undefined;
  }

  close() {
    if (!this.#isOpen) return;
    this.disconnect();
    this.#stale = true;
    this.getSnapshot();
    for (const listeners of Object.values(this.#on)) listeners.clear();
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
    return this.#handle;
  }

  #listen(event, listener) {
    this.#open();
    return this.#on[event].add(listener);
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
    const [wasm, handle, host, { owner, asks }, base] = [this.#wasm, this.#handle, this.#host, this.#auth, this.#scope()];
    const last = asks ? lastOwner(host.storage, base) : "";
    if (owner === undefined) {
      this.#unclaimed = this.#unclaimedAfter(last);
      wasm.core_doubt_owner(handle, this.#unclaimed);
      if (host.scope === undefined) this.#restoreLeft(this.#unclaimed);
      this.#leave ??= stayHere(this.#tab);
      return;
    }
    const scope = (host.scope = this.#scope(owner));
    if (wasm.core_change_owner(handle, scope, last === "" || last === scope)) this.#read();
    this.#leave?.();
    this.#leave = undefined;
    if (!asks) return;
    for (const before of last === "" ? ["", scope] : [scope]) this.#restoreLeft(this.#unclaimedAfter(before));
    if (last !== scope) rememberOwner(host.storage, base, scope);
  }

  /** Reads what tabs that are gone have left unclaimed. */
  #restoreLeft(unclaimed) {
    const { storage, scope } = this.#host;
    for (const tab of storage ? tabs(storage, unclaimed) : []) {
      if (tab === this.#tab) continue;
      ifGone(tab, () => {
        if (!this.#isOpen || this.#host.scope !== scope) return;
        for (const { gone, args } of load(storage, unclaimed, tab)) if (!gone) this.#wasm.core_restore(this.#handle, ...args, unclaimed);
        this.#run();
      });
    }
  }

  /** Makes the queue what storage holds. */
  #read() {
    const [wasm, handle, { storage, scope }] = [this.#wasm, this.#handle, this.#host];
    if (storage === undefined) return;
    try {
      const cleared = isCleared(storage, this.#marked);
      const records = scope === undefined ? [] : load(storage, scope);
      if (cleared) mark(storage, this.#marked);
      wasm.core_begin_read(handle);
      for (const { gone, args } of records) (gone ? wasm.core_vanish : wasm.core_restore)(handle, ...args);
      wasm.core_end_read(handle, cleared);
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
      const record = decode(scope, key, storage.getItem(key));
      if (record === null) return;
      this.#run((record.gone ? this.#wasm.core_vanish : this.#wasm.core_restore)(this.#handle, ...record.args));
    } catch {
      // Moved aside when storage is read from the start.
    }
  }

  #pageChanged(change) {
    if (change === RESUMED) this.#read();
    if (change === HIDDEN) this.#run(this.#readIfCleared());
    else this.#run(this.#wasm.core_page(this.#handle, change));
  }

  #lock(wanted) {
    const { storage, scope } = this.#host;
    if (!wanted) this.#turn.giveBack();
    else if (storage === undefined) this.#turn.take();
    // Each tab has a mock server of its own.
    else this.#turn.ask(`socketio-wasm:${scope}`, this.#tab, () => tabs(storage, scope), this.#mock !== null);
  }

  /** The next place in the queue, which is the id of what has none. */
  #place() {
    this.#wasm.core_place(this.#open());
    return this.#host.place;
  }

  /** Queues JSON at the place that was taken last. Returns its key. */
  #send(kind, id, conversationId, json) {
    this.#readIfCleared();
    const length = storedLength(kind, json);
    if (length > this.#options.maxMessageLength) {
      throw coded("ERR_MESSAGE_TOO_LONG", "the message is longer than queue.maxMessageLength");
    }
    // Making JSON of a message may have called the application, and that this client's close().
    const key = this.#wasm.core_send(this.#open(), kind, id, conversationId, json, length, utf8Length(json));
    if (key < 0) throw coded(...REFUSALS[-1 - key]);
    return key;
  }

  /** The waiting messages. One that has not changed is the same object as before. */
  #messages(fits = () => true) {
    const [wasm, handle, before] = [this.#wasm, this.#handle, this.#shown];
    this.#shown = new Map();
    const messages = [];
    for (let index = 0, stamp; (stamp = wasm.core_stamp(handle, index)) >= 0; index += 1) {
      let shown = before.get(stamp);
      if (shown === undefined) {
        const record = wasm.core_entry(handle, index);
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
    const next = {
      isConnected: this.isConnected,
      lastMessage: this.#last.message,
      lastNotification: this.#last.notification,
      connectionError: this.#error,
      useMockSocket: this.useMockSocket,
      offlineMessages: same ? before : Object.freeze(offline),
      status: this.status,
    };
    if (previous && Object.keys(next).every((name) => next[name] === previous[name])) return previous;
    return Object.freeze(next);
  }

  /** Makes what the link speaks through. */
  #connector() {
    const { url } = this.#options;
    if (this.#mock) return () => this.#mock.connect();
    return () => {
      if (url === undefined) throw new Error("no server URL");
      return new WebSocket(url);
    };
  }

  /** What stands above the connection's first socket: see Manager and Host. */
  #layer(storage) {
    const { names, prefixes, namespace, settings, numbers } = this.#options;
    return {
      names,
      prefixes,
      settings,
      storage,
      connect: this.#connector(),
      start: (handle) => this.#wasm.core_add_chat(handle, namespace, ...numbers),
      lock: (wanted) => this.#lock(wanted),
      wrote: (key) => {
        for (const tell of neighbours) if (tell !== this.#hear) queueMicrotask(() => neighbours.has(tell) && tell(key));
      },
      ask: (socket, question, reason) => socket === this.#socket && this.#ask(question, reason),
      note: (act, a, b, p) => this.#note(act, a, p),
      tell: (act, a, b, p, q) => this.#tell(act, a, b, p, q),
      isAuthError: (message, data) => this.#auth.isAuthError(message, data),
    };
  }

  #ask(question, reason) {
    this.#auth.ask(this.#socket, reason, (...answer) => {
      if (!this.#isOpen) return;
      this.#changeOwner();
      this.#run(this.#wasm.core_answer(this.#handle, 0, question, ...answer));
    });
    return true;
  }

  /** What has to be known at once. Must not call the application. */
  #note(act, a, p) {
    if (act === CHANGED) {
      [this.#status, this.#error] = [a, p ?? null];
      this.#stale = true;
    } else if (act === MESSAGE || act === NOTIFICATION) {
      this.#last[act === MESSAGE ? "message" : "notification"] = p[1] ?? null;
      this.#stale = true;
    }
  }

  #tell(act, a, b, p, q) {
    switch (act) {
      case MESSAGE:
      case NOTIFICATION:
        return this.#on[act === MESSAGE ? "message" : "notification"].call(p);
      case SETTLED:
        return this.#deliveries.settle(a, outcome(b, p));
      case AUTH_REQUIRED:
        return this.#on.authRequired.call({ message: p, data: q });
      case CHANGED:
        return this.#on.change.call();
    }
  }
}

/** Of a message, by the code and value of Act::Settled. */
function outcome(code, value) {
  if (code > 2) return { status: ENDS[code - 3], error: value ?? null };
  return { status: "delivered", response: value?.[code] };
}

/** The mock's public controls. */
class MockControls {
  #link;

  constructor(link) {
    this.#link = link;
  }

  drop() {
    this.#link.drop();
  }

  restore() {
    this.#link.restore();
  }

  emit(...args) {
    this.#link.emit(args);
  }

  refuseNext(event, error) {
    this.#link.server.refuseNext(event, error);
  }

  get received() {
    return this.#link.server.received;
  }
}
