// What the chat server remembers: messages, who has read them, and a record of the events it received.
// In memory, so it outlives a restart of the server but not of the process. A real server would put a unique index on
// (sender, id): that index is all it takes for a message that is sent twice to count once.

const RECORD_LENGTH = 10_000;

export class Store {
  /** Every accepted message, oldest first. */
  messages = [];
  /** Every event received, oldest first, as {userId, socketId, event, payload}: what a client really sent, and in which order. */
  received = [];
  #seen = new Set();
  #readBy = new Map();

  /** Returns false, and changes nothing, if this sender's id has been stored before. */
  add(message) {
    const key = JSON.stringify([message.senderId, message.id]);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.messages.push(Object.freeze(message));
    return true;
  }

  history(conversationId, limit = 100) {
    return this.messages.filter((message) => message.conversationId === conversationId).slice(-limit);
  }

  /** Without ids: everything in the conversation. */
  markAsRead(userId, conversationId, messageIds) {
    const wanted = messageIds && new Set(messageIds);
    for (const message of this.messages) {
      if (message.conversationId !== conversationId || (wanted && !wanted.has(message.id))) continue;
      if (!this.#readBy.has(message)) this.#readBy.set(message, new Set());
      this.#readBy.get(message).add(userId);
    }
  }

  unread(userId, conversationId) {
    return this.messages.filter(
      (message) =>
        message.conversationId === conversationId && message.senderId !== userId && !this.#readBy.get(message)?.has(userId),
    ).length;
  }

  record(entry) {
    this.received.push(entry);
    if (this.received.length > RECORD_LENGTH) this.received.shift();
  }
}
