// ChatSocket, the chat client's class. Rust's `Core` is the machine with its browser side; it calls `hear` below.
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
  #auth;
  #socket;
  #mock;
  #options;
  #last = { message: null, notification: null };
  #snapshot;
  #stale = true;
  #shown = new Map();
  #deliveries = new Deliveries();
  #on = { change: new Listeners(), message: new Listeners(), notification: new Listeners(), authRequired: new Listeners() };

  /** `Core`: Rust's class, which an entry has made sure is there. */
  constructor(Core, options) {
    const read = (this.#options = readOptions(options));
    this.#auth = new Auth(read);
    this.#core = new Core(read, this.#hooks());
    this.#socket = new Socket(this.#port(), read.namespace);
    this.#mock = read.useMockSocket ? new MockControls(this.#core) : null;
    this.#changeOwner();
  }

  get isConnected() {
    return this.#core?.status() === CONNECTED;
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
    return STATUSES[this.#core?.status() ?? 0];
  }

  get pendingMessages() {
    return this.#core ? Object.freeze(this.#messages().map(([, message]) => message)) : this.offlineMessages;
  }

  get conversations() {
    return Object.freeze(this.#core?.conversations() ?? []);
  }

  get socket() {
    return this.#socket;
  }

  get mock() {
    return this.#mock;
  }

  initializeSocket(token) {
    const core = this.#open();
    const newToken = this.#auth.replace(token);
    this.#changeOwner();
    core.initialize(newToken);
  }

  sendMessage(message) {
    const core = this.#open();
    const order = core.nextOrder();
    const { id, conversationId, json } = outgoing(message, order);
    const key = accepted(core.send(MESSAGE, order, id, conversationId, json, this.#measure(MESSAGE, json)));
    const delivery = this.#deliveries.open(key, id, core.isStored(key));
    core.pump();
    return delivery;
  }

  markAsRead(conversationId, messageIds) {
    const core = this.#open();
    requireText(conversationId, "conversationId");
    const waiting = core.openRead(conversationId);
    const mark = readMark(conversationId, messageIds);
    const json = waiting === undefined ? mark : mergeReadMarks(waiting, mark);
    const order = core.nextOrder();
    accepted(core.send(READ, order, order, conversationId, json, this.#measure(READ, json)));
    core.pump();
  }

  joinConversation(conversationId) {
    requireText(conversationId, "conversationId");
    this.#open().join(conversationId, true);
  }

  leaveConversation(conversationId) {
    requireText(conversationId, "conversationId");
    this.#open().join(conversationId, false);
  }

  simulateReceiveMessage(message) {
    const core = this.#open();
    const complete = simulated(message, core.nextOrder());
    core.simulate([this.#options.messageEvent, complete], String(complete.id));
    return complete;
  }

  retryMessage(id) {
    requireText(id, "id");
    return this.#open().retry(id);
  }

  discardMessage(id) {
    requireText(id, "id");
    return this.#open().discard(id);
  }

  discardAll() {
    return this.#open().discardAll();
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
    if (this.#stale && this.#core) {
      this.#stale = false;
      this.#snapshot = this.#takeSnapshot(this.#snapshot);
    }
    return this.#snapshot;
  }

  disconnect() {
    this.#open().stop();
  }

  close() {
    if (!this.#core) return;
    this.#core.stop();
    this.#stale = true;
    this.getSnapshot();
    for (const listeners of Object.values(this.#on)) listeners.clear();
    this.#core.close();
    this.#core = undefined;
  }

  #open() {
    if (!this.#core) throw closed();
    return this.#core;
  }

  #listen(event, listener) {
    this.#open();
    return this.#on[event].add(listener);
  }

  #changeOwner() {
    const { server, path, namespace } = this.#options;
    this.#core.changeOwner(server, path, namespace, this.#auth.owner);
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
    const [before, core] = [this.#shown, this.#core];
    this.#shown = new Map();
    const list = core.messages();
    const messages = [];
    for (let at = 0; at < list.length; at += 3) {
      const [key, revision, status] = [list[at], list[at + 1], list[at + 2]];
      let shown = before.get(key);
      if (shown?.revision !== revision) shown = { revision, message: offlineMessage(core.message(key), core.payload(key)) };
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
      connectionError: this.#core.connectionError() ?? null,
      useMockSocket: this.useMockSocket,
      offlineMessages: same ? before : Object.freeze(offline),
      status: this.status,
    };
    if (previous && Object.keys(next).every((name) => next[name] === previous[name])) return previous;
    return Object.freeze(next);
  }

  /** What the general interface is connected to. It outlives the core, since applications may keep a Socket. */
  #port() {
    const chat = this;
    return {
      get core() {
        return chat.#open();
      },
      get active() {
        return chat.#core?.active() ?? false;
      },
      get auth() {
        return chat.#auth.more;
      },
      set auth(more) {
        chat.#auth.more = more;
      },
      connect: () => this.initializeSocket(),
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
          if (!this.#core) return;
          this.#changeOwner();
          this.#core.answer(question, kind, value);
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
      frame: (sent, frame) => this.#socket.io.engine._frame(sent, frame),
    };
  }
}

function accepted(key) {
  if (key < 0) throw coded(...REFUSALS[-1 - key]);
  return key;
}

/** The mock server's controls. */
class MockControls {
  #core;

  constructor(core) {
    this.#core = core;
  }

  drop() {
    this.#core.mockLink(false);
  }

  restore() {
    this.#core.mockLink(true);
  }

  emit(...args) {
    this.#core.mockEmit(args);
  }

  refuseNext(event, error) {
    this.#core.mockRefuse(event, error);
  }

  get received() {
    return Object.freeze(this.#core.mockReceived());
  }
}
