// What a chat application keeps beside its ChatSocket: who said what in each conversation, which of our own messages have arrived, and what is unread.

/**
 * The messages of this tab. Ours carry the state of their delivery, taken from `chat.pendingMessages`: whatever is in there is not delivered yet.
 * That list is also how messages come back after a reload.
 */
export class Inbox {
  opened = null;
  #chat;
  #user;
  #changed;
  #entries = new Map();
  #unread = new Map();
  #heardOf = new Set();

  constructor(chat, user, changed) {
    this.#chat = chat;
    this.#user = user;
    this.#changed = changed;

    chat.onMessage((message) => this.#receive(message));
    chat.onNotification((notification) => {
      if (notification.type === "message") this.#countUnread(notification.conversationId, notification.messageId);
    });
    // Events of our own server that the chat client need not know of.
    chat.socket.on("history", ({ messages }) => {
      for (const message of messages) this.#put(message);
      this.#changed();
    });
    chat.socket.on("connected", (greeting) => {
      for (const [conversationId, count] of Object.entries(greeting?.unread ?? {})) this.#unread.set(conversationId, count);
      this.#readIfSeen();
      this.#changed();
    });
    document.addEventListener("visibilitychange", () => this.#readIfSeen());
  }

  /** Joins the conversation, and leaves the one that was open: others reach us as notifications. */
  open(conversationId) {
    if (this.opened === conversationId) return;
    if (this.opened) this.#chat.leaveConversation(this.opened);
    this.opened = conversationId;
    this.#chat.joinConversation(conversationId);
    this.#readIfSeen();
    this.#changed();
  }

  send(content) {
    const { id, settled } = this.#chat.sendMessage({ conversationId: this.opened, content });
    // Now: by the time that the page is rendered it may have been acknowledged, and be in no list of the client's.
    this.follow();
    // A snapshot does not tell when a message leaves "sending" for good; its delivery does.
    settled.then((outcome) => {
      if (outcome.status === "discarded") this.#entries.delete(id);
      this.#changed();
    });
    this.#changed();
  }

  discard(id) {
    if (this.#chat.discardMessage(id)) this.#entries.delete(id);
    this.#changed();
  }

  discardAll() {
    const waiting = this.#chat.pendingMessages.map(({ id }) => id);
    this.#chat.discardAll();
    for (const id of waiting) this.#entries.delete(id);
    this.#changed();
  }

  unread(conversationId) {
    return this.#unread.get(conversationId) ?? 0;
  }

  /** What is in a conversation, oldest first, each as {message, mine, status, error}. */
  entries(conversationId) {
    return [...this.#entries.values()]
      .filter(({ message }) => message.conversationId === conversationId)
      .sort((a, b) => Date.parse(a.message.createdAt) - Date.parse(b.message.createdAt));
  }

  /** Brings the states of our messages up to date. Returns true while some are on the wire, and it has to be called again. */
  follow() {
    const pending = new Map(this.#chat.pendingMessages.map((waiting) => [waiting.id, waiting]));
    for (const { message, status, error } of pending.values()) {
      const entry = this.#entries.get(message.id);
      if (entry) Object.assign(entry, { status, error });
      else this.#entries.set(message.id, { message, mine: true, status, error });
    }
    for (const [id, entry] of this.#entries) {
      if (entry.mine && !pending.has(id)) Object.assign(entry, { status: "delivered", error: null });
    }
    return [...pending.values()].some(({ status }) => status === "sending");
  }

  #receive(message) {
    const added = this.#put(message);
    if (added && message.conversationId === this.opened) this.#markAsRead([message.id]);
    else if (added) this.#countUnread(message.conversationId, message.id);
    this.#changed();
  }

  #put(message) {
    if (this.#entries.has(message.id)) return false;
    const mine = message.senderId === this.#user;
    this.#entries.set(message.id, { message, mine, status: mine ? "delivered" : null, error: null });
    return !mine;
  }

  #countUnread(conversationId, messageId) {
    if (this.#heardOf.has(messageId)) return;
    this.#heardOf.add(messageId);
    this.#unread.set(conversationId, this.unread(conversationId) + 1);
    this.#changed();
  }

  #readIfSeen() {
    if (this.opened && this.unread(this.opened) > 0) this.#markAsRead();
  }

  /** What arrives while nobody looks stays unread until somebody does. */
  #markAsRead(messageIds) {
    if (document.visibilityState === "hidden") {
      for (const id of messageIds ?? []) this.#countUnread(this.opened, id);
      return;
    }
    this.#unread.set(this.opened, 0);
    this.#chat.markAsRead(this.opened, messageIds);
    this.#changed();
  }
}
