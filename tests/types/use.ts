// What applications write, and what the compiler must refuse. Each @ts-expect-error fails the check if there is no error.
import connect, { ChatSocket, Manager, Socket, connect as another, io, protocol } from "socketio-wasm";
import type {
  ChatMessage,
  ChatSnapshot,
  ChatSocketOptions,
  CodedError,
  ConnectionStatus,
  Delivery,
  DeliveryOutcome,
  ErrorCode,
  NotificationData,
  OfflineMessage,
  OutgoingMessage,
  TokenProvider,
} from "socketio-wasm";

declare function expect<T>(value: T): void;

const provider: TokenProvider = async ({ reason, previous }) => (reason === "rejected" ? null : previous);
const options: ChatSocketOptions = {
  url: "https://chat.example",
  token: provider,
  authScheme: null,
  events: { sendMessage: "send" },
  delivery: "echo",
  queue: { storage: "memory", ttl: 60_000 },
  reconnectionAttempts: Infinity,
  useMockSocket: true,
  mock: { latency: 0 },
  isAuthError: ({ message, data }) => message === "no" || data === 401,
};
const chat = new ChatSocket(options);
new ChatSocket();
// What an application may not have, with exactOptionalPropertyTypes.
declare const absent: undefined;
declare const perhaps: { name?: string; size?: number };
new ChatSocket({ userId: perhaps.name, token: perhaps.name, auth: absent, isAuthError: absent, timeout: perhaps.size, reconnection: absent });
new ChatSocket({ queue: { storage: absent, ttl: perhaps.size }, mock: { latency: perhaps.size }, events: { message: perhaps.name } });
new ChatSocket({ queue: absent, mock: absent, events: absent });
io("https://chat.example", { path: perhaps.name, query: absent, auth: absent, ackTimeout: perhaps.size, transports: absent });
new Manager({ host: perhaps.name, port: perhaps.size, timeout: perhaps.size, reconnectionDelay: absent }).socket("/", { retries: perhaps.size });

chat.initializeSocket();
chat.initializeSocket(null);
chat.initializeSocket("token");
chat.initializeSocket(() => "token");
const sent: Delivery = chat.sendMessage({ conversationId: "c", content: "hello", mood: "good" });
sent.settled.then((outcome: DeliveryOutcome) => {
  if (outcome.status === "delivered") expect<unknown>(outcome.response);
  else expect<string | null>(outcome.error);
  // @ts-expect-error: only what was delivered has a response
  outcome.response;
});
chat.joinConversation("c");
chat.markAsRead("c", ["m1"]);
expect<ChatMessage>(chat.simulateReceiveMessage({ content: "hello" }));
expect<() => void>(chat.subscribe(() => {}));
chat.onMessage((message) => expect<string>(message.content));
chat.onNotification((notification: NotificationData) => expect<string | undefined>(notification.title));
chat.onAuthRequired(({ message, data }) => expect<[string, unknown]>([message, data]));
expect<ChatSnapshot>(chat.getSnapshot());
expect<string | undefined>(chat.lastMessage?.senderId);
expect<readonly OfflineMessage[]>(chat.pendingMessages);
expect<boolean>(chat.retryMessage("m1"));
expect<number>(chat.discardAll());
chat.mock?.refuseNext("sendMessage", { error: "full", retryable: true });
chat.socket.on("typing", (who: string) => expect<string>(who)).emit("typing", "me", (answer: number) => expect<number>(answer));
chat.socket.volatile.timeout(100).emitWithAck("ask").then((answer) => expect<number>(answer));
chat.socket.auth = (done) => done({ token: "t" });
chat.socket.io.on("reconnect", (attempt: number) => expect<number>(attempt)).engine.on("packet", () => {});
chat.socket.onAny((event, ...args) => expect<[string, unknown[]]>([event, args]));
expect<5>(protocol);
expect<boolean>(chat.socket instanceof Socket && chat.socket.io instanceof Manager);

interface ServerToClient {
  news: (headline: string, priority: number) => void;
  ask: (question: string, answer: (text: string) => void) => void;
}
interface ClientToServer {
  hello: (name: string) => void;
  count: (what: string, done: (count: number, unit: string) => void) => void;
  weigh: (what: string, done: (error: Error, grams: number) => void) => void;
  guess: (done: (anything: any) => void) => void;
}
const typed: Socket<ServerToClient, ClientToServer> = io("https://chat.example/news", { auth: { token: "t" }, retries: 3, ackTimeout: 1000 });
typed.on("news", (headline, priority) => expect<[string, number]>([headline, priority]));
typed.once("ask", (question, answer) => answer(question));
typed.on("connect_error", (error) => expect<string>(error.message));
typed.on("disconnect", (reason, details) => expect<[Socket.DisconnectReason, unknown]>([reason, details]));
typed.emit("hello", "me").emit("count", "sheep", (count, unit) => expect<[number, string]>([count, unit]));
typed.timeout(100).emit("count", "sheep", (error, count) => expect<[Error, number]>([error, count]));
typed.emitWithAck("count", "sheep").then((count) => expect<number>(count));
expect<Promise<number>>(typed.timeout(100).emitWithAck("count", "sheep"));
expect<Promise<number>>(typed.timeout(100).timeout(200).emitWithAck("count", "sheep"));
// Declared as a time-out calls it, as those of older code are.
typed.timeout(100).emit("weigh", "sheep", (error, grams) => expect<[Error, number]>([error, grams]));
expect<Promise<number>>(typed.timeout(100).emitWithAck("weigh", "sheep"));
typed.timeout(100).emitWithAck("guess").then((anything) => expect<string>(anything.at.all));
typed.timeout(100).emit("guess", (error, anything) => expect<[Error, string]>([error, anything.at.all]));
typed.timeout(100).volatile.emit("hello", "me");
expect<Manager>(typed.io.reconnectionDelay(10).timeout(false));
expect<number | false>(typed.io.timeout());
typed.io.on("reconnect_attempt", (attempt) => expect<number>(attempt)).once("error", (error) => expect<Error>(error));
expect<string | undefined>(typed.io.engine.id);
typed.io.engine.once("close", (reason) => expect<string>(reason));
const plain: Socket = connect({ autoConnect: false, parser: {}, auth: (done) => done({ token: "t" }) });
plain.emit("anything", 1, () => {}).on("anything", (a, b) => expect<unknown[]>([a, b]));
expect<typeof io>(another);
expect<typeof io>(io.connect);
new Manager({ host: "chat.example", port: 8080, secure: true, query: "a=1", closeOnBeforeunload: true });
expect<readonly any[] | undefined>(plain.receiveBuffer[0]);
expect<Socket>(new Manager("https://chat.example").socket("/", { auth: { token: "t" } }));
// @ts-expect-error: no such event from the server
typed.on("olds", () => {});
// @ts-expect-error: its first argument is a text
typed.on("news", (headline: number) => expect<number>(headline));
// @ts-expect-error: no such event to the server
typed.emit("news", "x", 1);
// @ts-expect-error: a number is no name
typed.emit("hello", 1);
// @ts-expect-error: an argument is missing
typed.emit("hello");
// @ts-expect-error: with a time-out the error comes first
typed.timeout(100).emit("count", "sheep", (count: number) => expect<number>(count));
// @ts-expect-error: with a time-out, too, it is a number that is answered
expect<Promise<Error>>(typed.timeout(100).emitWithAck("count", "sheep"));
// @ts-expect-error: it is a number that is answered
typed.emitWithAck("count", "sheep").then((count) => expect<string>(count));
// @ts-expect-error: a manager has no such event
typed.io.on("reconnecting", () => {});
// @ts-expect-error: no such reason
typed.on("disconnect", (reason) => reason === "bored");
// @ts-expect-error: milliseconds
io({ ackTimeout: "1s" });
// @ts-expect-error: the namespace is a text
new Manager("https://chat.example").socket(1);

function describe(status: ConnectionStatus): string {
  switch (status) {
    case "idle":
    case "connecting":
    case "connected":
    case "reconnecting":
    case "auth_required":
    case "failed":
      return status;
  }
}
describe(chat.status);

try {
  chat.close();
} catch (error) {
  const { code } = error as CodedError;
  expect<ErrorCode>(code);
  // @ts-expect-error: no such code
  if (code === "ERR_TYPO") throw error;
}

// @ts-expect-error: a message needs a content
const incomplete: OutgoingMessage = { conversationId: "c" };
// @ts-expect-error: an id is a text
chat.sendMessage({ conversationId: "c", content: "", id: 1 });
// @ts-expect-error: no such proof of delivery
new ChatSocket({ delivery: "acknowledged" });
// @ts-expect-error: no such option
new ChatSocket({ reconnectDelay: 10 });
// @ts-expect-error: a number of milliseconds
new ChatSocket({ ackTimeout: "10s" });
// @ts-expect-error: no such storage
new ChatSocket({ queue: { storage: "session" } });
// @ts-expect-error: a provider returns a token
chat.initializeSocket(() => 7);
// @ts-expect-error: state is read, not set
chat.isConnected = true;
// @ts-expect-error: snapshots are frozen
chat.getSnapshot().status = "idle";
// @ts-expect-error: so is the queue
chat.offlineMessages.push(chat.pendingMessages[0]!);
// @ts-expect-error: there may be no message yet
chat.lastMessage.content;
// @ts-expect-error: there is no mock server unless useMockSocket
chat.mock.drop();
// @ts-expect-error: a socket belongs to a manager
new Socket();
// @ts-expect-error: a port is a number or a text
new Manager({ port: true });
// @ts-expect-error: an option of another kind
new Manager("https://chat.example", { reconnectionDelay: "soon" });
// @ts-expect-error: only the slim entry has it
import { init } from "socketio-wasm";
// @ts-expect-error: declarations for the package's own use are not exported
import type { Listening } from "socketio-wasm";
// @ts-expect-error: a path that the package does not export
import type {} from "socketio-wasm/slim.js";

export { incomplete, init };
export type { Listening };
