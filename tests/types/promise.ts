// What applications were promised, said as requirements on the declarations: they may promise more than this, never less.
import { ChatSocket, protocol } from "socketio-wasm";
import { init } from "socketio-wasm/slim";
import type * as Package from "socketio-wasm";

/** Fails to compile unless a value of type A may stand where a B is expected. */
type Fits<A extends B, B> = A;
type Both<A extends B, B extends C, C = A> = [A, B];

type Status = "queued" | "sending" | "in_doubt" | "held" | "failed" | "expired";
type Connection = "idle" | "connecting" | "connected" | "reconnecting" | "auth_required" | "failed";
type Refusal = { message: string; data: unknown };
type Ask = (request: { reason: "initial" | "reconnect" | "rejected" | "expiring"; previous: string | null }) => string | null | Promise<string | null>;
type Token = string | null | Ask;
type Listener = (...args: any[]) => void;
type End = () => void;

interface Message {
  id: string;
  conversationId: string;
  content: string;
  senderId?: string;
  createdAt: string;
  [key: string]: unknown;
}
interface Notice {
  id: string;
  type: string;
  title?: string;
  body?: string;
  createdAt: string;
  [key: string]: unknown;
}
interface Outgoing {
  conversationId: string;
  content: string;
  id?: string;
  [key: string]: unknown;
}
interface Waiting {
  readonly id: string;
  readonly conversationId: string;
  readonly content: string;
  readonly status: Status;
  readonly attempts: number;
  readonly queuedAt: string;
  readonly error: string | null;
  readonly persisted: boolean;
  readonly message: Readonly<Message>;
}
type Outcome = { status: "delivered"; response: unknown } | { status: "failed" | "expired" | "discarded"; error: string | null };
interface Receipt {
  readonly id: string;
  readonly persisted: boolean;
  readonly settled: Promise<Outcome>;
}
interface Events {
  sendMessage: string;
  joinConversation: string;
  leaveConversation: string;
  markAsRead: string;
  message: string;
  notification: string;
  connected: string;
}
/** An option may be there and undefined, as what an application reads from elsewhere is. */
type Given<T> = { [Name in keyof T]?: T[Name] | undefined };
type Options = Given<{
  url?: string;
  path?: string;
  namespace?: string;
  query?: Record<string, string>;
  useMockSocket?: boolean;
  mock?: Given<{ latency: number; autoReply: boolean }>;
  token?: Token;
  authScheme?: string | null;
  auth?: Record<string, unknown>;
  userId?: string;
  isAuthError?: (error: Refusal) => boolean;
  events?: Given<Events>;
  awaitServerReady?: boolean;
  delivery?: "ack" | "echo" | "sent";
  ackTimeout?: number;
  maxAttempts?: number;
  maxInFlight?: number;
  queue?: Given<{ storage: "local" | "memory"; maxMessages: number; maxMessageLength: number; maxLength: number; ttl: number }>;
  reconnection?: boolean;
  reconnectionAttempts?: number;
  reconnectionDelay?: number;
  reconnectionDelayMax?: number;
  randomizationFactor?: number;
  timeout?: number;
}>;
interface Snapshot {
  readonly isConnected: boolean;
  readonly lastMessage: Message | null;
  readonly lastNotification: Notice | null;
  readonly connectionError: string | null;
  readonly useMockSocket: boolean;
  readonly offlineMessages: readonly Waiting[];
  readonly status: Connection;
}
interface Mock {
  drop(): void;
  restore(): void;
  emit(event: string, ...args: unknown[]): void;
  refuseNext(event: string, error: { error: string; retryable?: boolean }): void;
  readonly received: readonly { event: string; args: readonly unknown[] }[];
}
interface General {
  readonly id: string | undefined;
  readonly connected: boolean;
  readonly disconnected: boolean;
  readonly active: boolean;
  readonly recovered: boolean;
  auth: Record<string, unknown> | ((done: (auth: Record<string, unknown>) => void) => void);
  readonly io: { on(event: string, listener: Listener): unknown; once(event: string, listener: Listener): unknown; off(event?: string, listener?: Listener): unknown };
  readonly volatile: this;
  connect(): this;
  open(): this;
  disconnect(): this;
  close(): this;
  emit(event: string, ...args: any[]): this;
  emitWithAck(event: string, ...args: any[]): Promise<any>;
  send(...args: any[]): this;
  timeout(ms: number): this;
  compress(value: boolean): this;
  on(event: string, listener: Listener): this;
  once(event: string, listener: Listener): this;
  off(event?: string, listener?: Listener): this;
}
interface Client extends Snapshot {
  initializeSocket(token?: Token): void;
  sendMessage(message: Outgoing): Receipt;
  joinConversation(conversationId: string): void;
  leaveConversation(conversationId: string): void;
  markAsRead(conversationId: string, messageIds?: string[]): void;
  simulateReceiveMessage(message?: Partial<Message>): Message;
  readonly pendingMessages: readonly Waiting[];
  readonly conversations: readonly string[];
  retryMessage(id: string): boolean;
  discardMessage(id: string): boolean;
  discardAll(): number;
  subscribe(listener: () => void): End;
  getSnapshot(): Snapshot;
  onMessage(listener: (message: Message) => void): End;
  onNotification(listener: (notification: Notice) => void): End;
  onAuthRequired(listener: (error: Refusal) => void): End;
  readonly socket: General;
  readonly mock: Mock | null;
  disconnect(): void;
  close(): void;
}

// What comes out of the package fits what was promised.
export type Out = [
  Fits<ChatSocket, Client>,
  Fits<Package.ChatSnapshot, Snapshot>,
  Fits<Package.OfflineMessage, Waiting>,
  Fits<Package.Delivery, Receipt>,
  Fits<Package.DeliveryOutcome, Outcome>,
  Fits<Package.ChatMessage, Message>,
  Fits<Package.NotificationData, Notice>,
  Fits<Package.MockControls, Mock>,
  Fits<typeof protocol, number>,
];

// What goes into it may be all that was promised; both ways, so that no option is left undeclared.
export type In = [
  Both<Options, Package.ChatSocketOptions>,
  Both<Required<Options>, Required<Package.ChatSocketOptions>>,
  Both<Outgoing, Package.OutgoingMessage>,
  Both<Events, Package.EventNames>,
  Both<Required<NonNullable<Options["queue"]>>, Required<Package.QueueOptions>>,
  Both<Required<NonNullable<Options["mock"]>>, Required<Package.MockOptions>>,
  Both<Status, Package.DeliveryStatus>,
  Both<Connection, Package.ConnectionStatus>,
  Both<Ask, Package.TokenProvider>,
];
export const construct: new (options?: Options) => Client = ChatSocket;
export const load: (source?: URL | string | Response | BufferSource | WebAssembly.Module) => Promise<void> = init;
