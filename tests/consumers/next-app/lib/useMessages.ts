import { useCallback, useEffect, useState } from "react";
import type { ChatMessage, OfflineMessage } from "socketio-wasm";
import { useSocket, useSocketEvent } from "socketio-wasm/react";

export interface ShownMessage extends ChatMessage {
  /** What holds it up, as long as it has not reached the server. */
  waiting?: OfflineMessage | undefined;
}

/** The messages of a conversation, oldest first, those that still wait among them; and how to send one. */
export function useMessages(conversationId: string) {
  const { offlineMessages, sendMessage } = useSocket();
  const [known, setKnown] = useState<ReadonlyMap<string, ChatMessage>>(new Map());

  const add = useCallback(
    (messages: readonly ChatMessage[]) =>
      setKnown((before) => {
        const news = messages.filter((message) => message.conversationId === conversationId && !before.has(message.id));
        return news.length === 0 ? before : new Map([...before, ...news.map((message) => [message.id, message] as const)]);
      }),
    [conversationId],
  );

  useSocketEvent("history", add); // this server's answer to joinConversation
  useSocketEvent("message", (message) => add([message]));
  // What an earlier visit, or another tab, could not send.
  useEffect(() => add(offlineMessages.map(({ message }) => message)), [offlineMessages, add]);

  const waiting = new Map(offlineMessages.map((message) => [message.id, message]));
  const messages: ShownMessage[] = [...known.values()]
    .map((message) => ({ ...message, waiting: waiting.get(message.id) }))
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt));

  function send(content: string) {
    const { id } = sendMessage({ conversationId, content });
    add([{ id, conversationId, content, createdAt: new Date().toISOString() }]);
  }

  return { messages, send };
}
