// ChatSocket, the chat client's class, over the machine and its browser side in Rust.
import { Link } from "../io/link.js";
import { MockLink } from "../io/mock/link.js";
import { watchPage } from "../io/page.js";
import { Auth } from "./auth.js";
import { Listeners } from "./emitter.js";
import { closed, coded, requireText } from "./errors.js";
import { Deliveries, SENDING, mergeReadMarks, offlineMessage, outgoing, readMark, simulated } from "./messages.js";
import { readOptions } from "./options.js";
import { Socket } from "./socket.js";

const STATUSES = ["idle", "connecting", "connected", "reconnecting", "auth_required", "failed"];
const CONNECTED = 2;
const MESSAGE = 0, READ = 1;

const REFUSALS = [
  ["ERR_QUEUE_FULL", "the queue is full"],
  ["ERR_DUPLICATE_ID", "a message with this id is waiting already"],
];

export class ChatSocket {
  #core;
  /** Rust's, undefined once closed. */
  #handle;
  #auth;
  #socket;
  #mock;
  #controls;
  #unwatchPage;
  #options;
  #last = { message: null, notification: null };
  #snapshot;
  #stale = true;
  #shown = new Map();
  #deliveries = new Deliveries();
  #on = { change: new Listeners(), message: new Listeners(), notification: new Listeners(), authRequired: new Listeners() };

  /** `core`: Rust's functions, which an entry has made sure are there. */
  constructor(core, options) {
    const read = (this.#options = readOptions(options));
    this.#core = core;
    this.#auth = new Auth(read);
    this.#mock = read.useMockSocket ? new MockLink(core, read.mock) : null;
    this.#controls = this.#mock && new MockControls(this.#mock);
    this.#socket = new Socket(this.#port(), read.namespace);
    this.#handle = core.open(read, new Link(this.#connector(), this.#peer()), this.#hooks());
    this.#changeOwner();
  }

  get isConnected() {
    return this.#status === CONNECTED;
  }

  get lastMessage() {
    return this.#last.message;
  }

  get lastNotification() {
    return this.#last.notification;
  }

  get connectionError() {
    return this.getSnapshot().connectionError;
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
    return this.#isOpen ? Object.freeze(this.#messages().map(([, message]) => message)) : this.offlineMessages;
  }

  get conversations() {
    return Object.freeze(this.#isOpen ? this.#core.conversations(this.#handle) : []);
  }

  get socket() {
    return this.#socket;
  }

  get mock() {
    return this.#controls;
  }

  initializeSocket(token) {
    const handle = this.#open();
    const newToken = this.#auth.replace(token);
    this.#unwatchPage ??= watchPage((change) => this.#core.page(handle, change));
    this.#changeOwner();
    this.#core.initialize(handle, newToken);
  }

  sendMessage(message) {
    const [core, handle] = [this.#core, this.#open()];
    const order = core.nextOrder(handle);
    const { id, conversationId, json } = outgoing(message, order);
    const key = accepted(core.send(handle, MESSAGE, order, id, conversationId, json, this.#measure(MESSAGE, json)));
    const delivery = this.#deliveries.open(key, id, core.isStored(handle, key));
    core.pump(handle);
    return delivery;
  }

  markAsRead(conversationId, messageIds) {
    const [core, handle] = [this.#core, this.#open()];
    requireText(conversationId, "conversationId");
    const waiting = core.openRead(handle, conversationId);
    const mark = readMark(conversationId, messageIds);
    const json = waiting === undefined ? mark : mergeReadMarks(waiting, mark);
    const order = core.nextOrder(handle);
    accepted(core.send(handle, READ, order, order, conversationId, json, this.#measure(READ, json)));
    core.pump(handle);
  }

  joinConversation(conversationId) {
    requireText(conversationId, "conversationId");
    this.#core.join(this.#open(), conversationId, true);
  }

  leaveConversation(conversationId) {
    requireText(conversationId, "conversationId");
    this.#core.join(this.#open(), conversationId, false);
  }

  simulateReceiveMessage(message) {
    const handle = this.#open();
    const complete = simulated(message, this.#core.nextOrder(handle));
    this.#core.simulate(handle, [this.#options.messageEvent, complete], String(complete.id));
    return complete;
  }

  retryMessage(id) {
    requireText(id, "id");
    return this.#core.settle(this.#open(), id, true);
  }

  discardMessage(id) {
    requireText(id, "id");
    return this.#core.settle(this.#open(), id, false);
  }

  discardAll() {
    return this.#core.discardAll(this.#open());
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
    this.#core.stop(this.#open());
    this.#unwatchPage?.();
    this.#unwatchPage = undefined;
  }

  close() {
    if (!this.#isOpen) return;
    this.disconnect();
    this.#stale = true;
    this.getSnapshot();
    for (const listeners of Object.values(this.#on)) listeners.clear();
    this.#core.close(this.#handle);
    this.#handle = undefined;
  }

  get #isOpen() {
    return this.#handle !== undefined;
  }

  get #status() {
    return this.#isOpen ? this.#core.status(this.#handle) : 0;
  }

  #open() {
    if (!this.#isOpen) throw closed();
    return this.#handle;
  }

  #listen(event, listener) {
    this.#open();
    return this.#on[event].add(listener);
  }

  #changeOwner() {
    const { server, path, namespace } = this.#options;
    this.#core.changeOwner(this.#handle, server, path, namespace, this.#auth.owner);
  }

  /** UTF-16 code units as stored. */
  #measure(kind, json) {
    const length = this.#core.storedLength(kind, json);
    if (length > this.#options.maxMessageLength) {
      throw coded("ERR_MESSAGE_TOO_LONG", "the message is longer than queue.maxMessageLength allows");
    }
    return length;
  }

  /** [status, OfflineMessage] of each waiting message. One that has not changed is the same object as before. */
  #messages() {
    const [before, core, handle] = [this.#shown, this.#core, this.#handle];
    this.#shown = new Map();
    const list = core.messages(handle);
    const messages = [];
    for (let at = 0; at < list.length; at += 3) {
      const [key, revision, status] = [list[at], list[at + 1], list[at + 2]];
      let shown = before.get(key);
      if (shown?.revision !== revision) shown = { revision, message: offlineMessage(core.message(handle, key), core.payload(handle, key)) };
      this.#shown.set(key, shown);
      messages.push([status, shown.message]);
    }
    return messages;
  }

  #takeSnapshot(previous) {
    const offline = this.#messages().filter(([status]) => status !== SENDING).map(([, message]) => message);
    const before = previous?.offlineMessages;
    const same = before?.length === offline.length && offline.every((message, index) => message === before[index]);
    const next = {
      isConnected: this.isConnected,
      lastMessage: this.#last.message,
      lastNotification: this.#last.notification,
      connectionError: this.#core.connectionError(this.#handle) ?? null,
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

  /** Hears what the link has to say. */
  #peer() {
    const core = this.#core;
    return {
      text: (number, text) => core.text(this.#handle, number, text),
      binary: (number, bytes) => core.binary(this.#handle, number, bytes),
      closed: (number, failed, detail) => core.closed(this.#handle, number, failed, detail),
      frame: (sent, data) => this.#socket.io.engine._frame(sent, data),
    };
  }

  /** What the general interface is connected to. It outlives the client, since applications may keep a Socket. */
  #port() {
    const chat = this;
    return {
      emit: (...args) => this.#core.emit(this.#open(), ...args),
      pump: () => this.#core.pump(this.#handle),
      acknowledge: (...args) => this.#core.acknowledge(this.#handle, ...args),
      connect: () => this.initializeSocket(),
      disconnect: () => this.disconnect(),
      get active() {
        return chat.#isOpen && chat.#core.active(chat.#handle);
      },
      get auth() {
        return chat.#auth.more;
      },
      set auth(more) {
        chat.#auth.more = more;
      },
    };
  }

  /** What Rust calls. `note…` is called at once and must not call the application; all others while nothing is borrowed. */
  #hooks() {
    return {
      noteState: (connected, id) => this.#socket._state(connected, id),
      noteLast: (notification, args) => {
        this.#last[notification ? "notification" : "message"] = args[1] ?? null;
        this.#stale = true;
      },
      noteChange: () => {
        this.#stale = true;
      },
      isAuthError: (message, data) => this.#auth.isAuthError(message, data),
      ask: (question, reason) =>
        this.#auth.ask(reason, (kind, value) => {
          if (!this.#isOpen) return;
          this.#changeOwner();
          this.#core.answer(this.#handle, question, kind, value);
        }),
      change: () => this.#on.change.call(),
      message: (args) => this.#on.message.call(args[1]),
      notification: (args) => this.#on.notification.call(args[1]),
      authRequired: (message, data) => this.#on.authRequired.call({ message, data }),
      delivered: (key, response) => this.#deliveries.settle(key, { status: "delivered", response }),
      ended: (key, status, error) => this.#deliveries.settle(key, { status, error: error ?? null }),
      connect: () => this.#socket.emitReserved("connect"),
      connectError: (message, data) => this.#socket._error(message, data),
      disconnect: (reason, description) => this.#socket._disconnect(reason, description),
      received: (args, transport, ack) => this.#socket._received(args, transport, ack),
      acked: (id, error, args) => this.#socket._acked(id, error, args),
      manager: (event, detail) => this.#socket.io._event(event, detail),
    };
  }
}

function accepted(key) {
  if (key < 0) throw coded(...REFUSALS[-1 - key]);
  return key;
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
