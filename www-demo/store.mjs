// What the chat server remembers: messages, who has read them, and a record of the events it received.
// In memory, so it outlives a restart of the server but not of the process. A real server would keep the messages in a database, and the answers
// beside them, in the same transaction.

import { memoryStore } from "../pkg-template/server.js";

const RECORD_LENGTH = 10_000;

export class Store {
  /** Every accepted message, oldest first. */
  messages = [];
  /** Every event received, oldest first, as {userId, socketId, event, payload}: what a client really sent, and in which order. */
  received = [];
  /** What has been answered to whom. */
  answers = memoryStore();
  #readBy = new Map();

  add(message) {
    this.messages.push(Object.freeze(message));
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
