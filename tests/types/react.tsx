// The hooks and the configuration: what applications write, and what the compiler must refuse.
import { SocketProvider, useAuthStatus, useSocket, useSocketClient, useSocketEvent } from "socketio-wasm/react";
import type { AuthStatus, ChatEvents, SocketProviderProps, UseSocketEvent, UseSocketResult } from "socketio-wasm/react";
import { ChatSocket } from "socketio-wasm";
import type { ChatMessage, ChatSnapshot, NotificationData, OfflineMessage } from "socketio-wasm";
import { socketConfig } from "socketio-wasm/config";
import type { SocketConfig } from "socketio-wasm/config";

declare function expect<T>(value: T): void;
/** True only for `any`, which accepts what nothing else does. */
type IsAny<T> = 0 extends 1 & T ? true : false;
type Not<T extends false> = T;

interface Memo extends ChatMessage {
  mood: "good" | "bad";
}
interface Alert extends NotificationData {
  level: number;
}
interface ServerEvents {
  typing: (who: string, room?: string) => void;
  stopped: () => void;
  message: (message: Memo) => void;
}
type Events = { typing: (who: string) => void };
type Ask = { count: (what: string, done: (count: number) => void) => void };

const useChatEvent: UseSocketEvent<ServerEvents> = useSocketEvent;
const useMemoEvent: UseSocketEvent<Events & ChatEvents<Memo>> = useSocketEvent;

export function Chat() {
  const { isConnected, lastMessage, lastNotification, connectionError, useMockSocket, offlineMessages, status, ...actions } = useSocket();
  expect<[boolean, boolean, string | null]>([isConnected, useMockSocket, connectionError]);
  expect<readonly OfflineMessage[]>(offlineMessages);
  expect<string | undefined>(lastNotification?.title);
  expect<ChatSnapshot["status"]>(status);
  actions.initializeSocket();
  actions.initializeSocket(async ({ reason }) => reason);
  expect<string>(actions.sendMessage({ conversationId: "c", content: "x", mood: 1 }).id);
  expect<ChatMessage>(actions.simulateReceiveMessage());
  expect<boolean>(actions.retryMessage("m"));
  // @ts-expect-error: there may be none
  lastMessage.content;
  // @ts-expect-error: a message needs a content
  actions.sendMessage({ conversationId: "c" });
  // @ts-expect-error: the client's own
  actions.close();
  // @ts-expect-error: frozen
  useSocket().isConnected = true;

  const typed = useSocket<Memo, Alert>();
  expect<"good" | "bad" | undefined>(typed.lastMessage?.mood);
  expect<number | undefined>(typed.lastNotification?.level);
  expect<Memo>(typed.simulateReceiveMessage({ mood: "bad" }));
  typed.sendMessage({ conversationId: "c", content: "x", mood: "good" });
  // @ts-expect-error: no such mood
  typed.sendMessage({ conversationId: "c", content: "x", mood: "fair" });
  // @ts-expect-error: no such mood
  typed.simulateReceiveMessage({ mood: "fair" });
  // @ts-expect-error: a message has an id, a conversation and more
  useSocket<{ mood: string }>();

  // @ts-expect-error: there is none on a server
  useSocketClient().close();
  useSocketClient()?.onMessage((message) => expect<string>(message.content));
  const client = useSocketClient<Memo, Alert, Events, Ask>();
  client?.onMessage(({ mood }) => expect<"good" | "bad">(mood));
  client?.onNotification(({ level }) => expect<number>(level));
  client?.socket.on("typing", (who) => expect<string>(who)).emit("count", "sheep", (count) => expect<number>(count));
  // @ts-expect-error: no such event
  client?.socket.on("typed", () => {});

  useChatEvent("typing", (who, room) => expect<[string, string | undefined]>([who, room]));
  useChatEvent("stopped", () => {});
  // @ts-expect-error: no such event
  useChatEvent("typed", () => {});
  // @ts-expect-error: its argument is a text
  useChatEvent("typing", (who: number) => expect<number>(who));
  useSocketEvent("news", (headline: string, priority: number) => expect<[string, number]>([headline, priority]));
  useSocketEvent("news", (headline) => {
    // @ts-expect-error: nobody has said what it is
    headline.length;
  });
  useSocketEvent("message", (message) => {
    expect<ChatMessage>(message);
    expect<string>(message.content);
    // @ts-expect-error: a member that only some messages have
    message.mood.length;
  });
  useSocketEvent("message", () => {});
  useSocketEvent("notification", (notification) => {
    expect<NotificationData>(notification);
    // @ts-expect-error: may be missing
    notification.title.length;
  });
  useSocketEvent("connect", () => {});
  useSocketEvent("connect_error", (error) => expect<[string, unknown]>([error.message, error.data]));
  useSocketEvent("disconnect", (reason, description) => {
    expect<Not<IsAny<typeof description>>>(false);
    // @ts-expect-error: no such reason
    expect<boolean>(reason === "bored");
  });
  useSocketEvent("connected", (about) => {
    // @ts-expect-error: nobody has said what it is
    about.room;
  });
  // Types of one's own come before these.
  useSocketEvent("message", (memo: Memo) => expect<"good" | "bad">(memo.mood));
  useSocketEvent<[Memo, number]>("message", (memo, place) => expect<["good" | "bad", number]>([memo.mood, place]));
  useMemoEvent("message", ({ mood }) => expect<"good" | "bad">(mood));
  useMemoEvent("typing", (who) => expect<string>(who));
  useMemoEvent("disconnect", (reason) => expect<string>(reason));
  // @ts-expect-error: a message, not its text
  useMemoEvent("message", (content: string) => expect<string>(content));
  // @ts-expect-error: an event is a text
  useSocketEvent(1, () => {});
  // @ts-expect-error: a handler is missing
  useSocketEvent("news");

  const auth: AuthStatus = useAuthStatus({ loginPath: "/login", onAuthRequired: ({ message, data }) => expect<[string, unknown]>([message, data]) });
  useAuthStatus();
  switch (auth.status) {
    case "unknown":
    case "authenticated":
    case "auth_required":
      return <p>{auth.error}</p>;
    // @ts-expect-error: no such status
    case "signed_out":
      return <p />;
  }
}

const props: SocketProviderProps = { options: { token: "t", useMockSocket: true }, autoConnect: true };
export const app = (
  <SocketProvider {...props}>
    <Chat />
    text
  </SocketProvider>
);
export const given = <SocketProvider client={new ChatSocket<Memo, Alert, Events, Ask>(socketConfig)} />;
declare const session: { id: string; token: string } | null;
export const signedOut = <SocketProvider options={{ userId: session?.id, token: session?.token }} />;
// @ts-expect-error: no such option
export const misspelt = <SocketProvider options={{ reconnectDelay: 1 }} />;
// @ts-expect-error: a client, not its options
export const confused = <SocketProvider client={{ url: "https://chat.example" }} />;
// @ts-expect-error: no such hint
useAuthStatus({ login: "/login" });
// @ts-expect-error: configuration is read
socketConfig.url = "https://chat.example";

expect<SocketConfig>(socketConfig);
expect<string | undefined>(socketConfig.url);

// Nothing that a component gets is `any`.
export type Strict = [
  Not<IsAny<UseSocketResult[keyof UseSocketResult]>>,
  Not<IsAny<ReturnType<typeof SocketProvider>>>,
  Not<IsAny<ReturnType<typeof useSocketClient>>>,
  Not<IsAny<Parameters<Parameters<typeof useSocketEvent>[1]>>>,
  Not<IsAny<Parameters<ChatEvents[keyof ChatEvents]>[number]>>,
  Not<IsAny<AuthStatus[keyof AuthStatus]>>,
];
// @ts-expect-error: the check itself
export type Loose = Not<IsAny<any>>;
