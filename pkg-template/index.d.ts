// Declarations of "socketio-wasm": a chat client over Socket.IO that keeps what it could not send.
// Times are milliseconds unless a name says otherwise. Dates are ISO 8601 strings.

// --- what applications and servers exchange --------------------------------------------------------------------------

/** A message as the server sends it. Members that are not named here are passed through untouched. */
export interface ChatMessage {
  id: string;
  conversationId: string;
  content: string;
  senderId?: string;
  createdAt: string;
  [key: string]: unknown;
}

export interface NotificationData {
  id: string;
  type: string;
  title?: string;
  body?: string;
  createdAt: string;
  [key: string]: unknown;
}

/** What `sendMessage` takes. Members of your own are sent along; all of it has to be JSON, without binary parts. */
export interface OutgoingMessage {
  conversationId: string;
  content: string;
  /** Generated unless given: sortable by time, unique across tabs. The server tells repetitions by it. */
  id?: string;
  [key: string]: unknown;
}

// --- the offline queue -----------------------------------------------------------------------------------------------

/**
 * Where an undelivered message stands.
 *
 * - `queued`: waits for a connection
 * - `sending`: on the wire, no answer yet
 * - `in_doubt`: was on the wire when the link died, or the answer did not come in time; will be sent again with the same id
 * - `held`: waits for sign-in, because the server refused the token or somebody else is signed in
 * - `failed`: the server refused it, or `maxAttempts` answers did not come
 * - `expired`: older than the queue's `ttl`
 *
 * The last two stay until `retryMessage` or `discardMessage`.
 */
export type DeliveryStatus = "queued" | "sending" | "in_doubt" | "held" | "failed" | "expired";

/** A message that is not delivered yet. Frozen; a new object takes its place when something changes. */
export interface OfflineMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly content: string;
  readonly status: DeliveryStatus;
  /** Answers waited for in vain. A lost connection does not count. */
  readonly attempts: number;
  readonly queuedAt: string;
  /** Why it failed, in the server's words where it gave any. */
  readonly error: string | null;
  /** False while it is only in memory, because storage refused it. */
  readonly persisted: boolean;
  /** Exactly what will be sent. */
  readonly message: Readonly<ChatMessage>;
}

export type DeliveryOutcome =
  | { status: "delivered"; response: unknown }
  | { status: "failed" | "expired" | "discarded"; error: string | null };

/** What `sendMessage` returns at once. Unless `persisted` is false, the message is in localStorage by then. */
export interface Delivery {
  readonly id: string;
  readonly persisted: boolean;
  /** Resolves when the message is delivered or given up. Never rejects, so it may be ignored. */
  readonly settled: Promise<DeliveryOutcome>;
}

// --- the connection --------------------------------------------------------------------------------------------------

/**
 * - `idle`: `initializeSocket` has not been called, or `disconnect` has
 * - `connecting`: the first attempt
 * - `connected`
 * - `reconnecting`: the connection was lost; new attempts are made without your help
 * - `auth_required`: there is no usable token; waits for `initializeSocket(newToken)`
 * - `failed`: `reconnectionAttempts` are used up, or the server closed the connection for good
 */
export type ConnectionStatus = "idle" | "connecting" | "connected" | "reconnecting" | "auth_required" | "failed";

/** Returns a token, or null if nobody is signed in. Asked before every attempt; concurrent needs share one call. */
export type TokenProvider = (request: {
  reason: "initial" | "reconnect" | "rejected" | "expiring";
  previous: string | null;
}) => string | null | Promise<string | null>;

/** Why the server refused the connection. */
export interface AuthError {
  message: string;
  data: unknown;
}

export interface ChatSocketOptions {
  /** http(s) or ws(s) URL of the server. Default: the page's origin. */
  url?: string | undefined;
  /** Default "/socket/notification". Requested with a "/" at its end, as Socket.IO servers expect. */
  path?: string | undefined;
  /** Default "/". */
  namespace?: string | undefined;
  /** Added to the query of the connection's URL. */
  query?: Record<string, string> | undefined;

  /** Default false. True: a server inside this module answers, and nothing touches the network. */
  useMockSocket?: boolean | undefined;
  mock?: MockOptions | undefined;

  /** The token, or a function that is asked for one. `initializeSocket` may replace it. */
  token?: string | null | TokenProvider | undefined;
  /** Default "Bearer": the server receives `{token: "Bearer <token>"}`. Null sends the bare token. */
  authScheme?: string | null | undefined;
  /** Added to what the server receives as `auth`. */
  auth?: Record<string, unknown> | undefined;
  /**
   * Whose queue this is. Default: the `sub` of the token if it is a JWT, else "anonymous". Where a function gives the token, that is known
   * when it has answered: what was left by the last page is not shown before, and what is sent before belongs to whoever it names.
   */
  userId?: string | undefined;
  /**
   * Tells which refusals mean "sign in again". Default: those whose `data.code` or `data.status` is 401 or 403, or whose
   * message speaks of a token, jwt, auth or expiry.
   */
  isAuthError?: ((error: AuthError) => boolean) | undefined;

  /** Your server's names for events, where they differ from the defaults. */
  events?: { [Name in keyof EventNames]?: EventNames[Name] | undefined } | undefined;
  /** Default false. True: not connected before the server has sent its `connected` event. */
  awaitServerReady?: boolean | undefined;

  /**
   * When a message counts as delivered. Default "ack".
   *
   * - `ack`: the server calls the event's acknowledgement, or sends a `message` event with the same id back
   * - `echo`: only the latter
   * - `sent`: the bytes were handed to the network. For servers that never answer: a message may get lost
   */
  delivery?: "ack" | "echo" | "sent" | undefined;
  /** How long to wait for an answer before the message is sent again. Default 10000. */
  ackTimeout?: number | undefined;
  /** Answers waited for in vain before a message is `failed`. Default 5. */
  maxAttempts?: number | undefined;
  /** Messages on the wire at once. Default 16. The order within a conversation holds whatever the number. */
  maxInFlight?: number | undefined;
  queue?: QueueOptions | undefined;

  /** Default true. */
  reconnection?: boolean | undefined;
  /** Default Infinity. */
  reconnectionAttempts?: number | undefined;
  /** The first delay; it doubles with every attempt. Default 1000. */
  reconnectionDelay?: number | undefined;
  /** Default 5000. */
  reconnectionDelayMax?: number | undefined;
  /** Spreads the delays by this share, also at the maximum. Default 0.5. */
  randomizationFactor?: number | undefined;
  /** For everything from opening the connection to the server's acceptance. Default 20000. */
  timeout?: number | undefined;
}

export interface QueueOptions {
  /** Default "local": localStorage, or memory where that is missing or blocked. */
  storage?: "local" | "memory" | undefined;
  /** Default 1000. Beyond it `sendMessage` throws ERR_QUEUE_FULL. */
  maxMessages?: number | undefined;
  /** Of one message, in UTF-16 code units as stored. Default 65536. */
  maxMessageLength?: number | undefined;
  /** Of all of them. Default 1048576. */
  maxLength?: number | undefined;
  /** Older messages are not sent but shown as `expired`. Default: 7 days. */
  ttl?: number | undefined;
}

/** Names of events. Each event to the server carries one object and asks for an acknowledgement. */
export interface EventNames {
  /** To the server: `{id, conversationId, content, createdAt, ...}`. */
  sendMessage: string;
  /** To the server: `{conversationId}`. */
  joinConversation: string;
  /** To the server: `{conversationId}`. */
  leaveConversation: string;
  /** To the server: `{conversationId, messageIds?}`. */
  markAsRead: string;
  /** From the server: a ChatMessage. */
  message: string;
  /** From the server: a NotificationData. */
  notification: string;
  /** From the server, once it is ready for this client. */
  connected: string;
}

// --- the chat client -------------------------------------------------------------------------------------------------

/** All of the client's state at one moment. Frozen, and the same object until something in it changes. */
export interface ChatSnapshot<Message extends ChatMessage = ChatMessage, Notification extends NotificationData = NotificationData> {
  readonly isConnected: boolean;
  readonly lastMessage: Message | null;
  readonly lastNotification: Notification | null;
  readonly connectionError: string | null;
  readonly useMockSocket: boolean;
  readonly offlineMessages: readonly OfflineMessage[];
  readonly status: ConnectionStatus;
}

/** What `sendMessage` takes where messages have members of their own. */
export type Outgoing<Message extends ChatMessage> = OutgoingMessage & Partial<Message>;

/**
 * The types are those of your application: of its messages and notifications, and of the events that it exchanges through `socket`, as
 * socket.io-client declares them.
 */
export class ChatSocket<
  Message extends ChatMessage = ChatMessage,
  Notification extends NotificationData = NotificationData,
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> {
  /** Does nothing before `initializeSocket`. Throws ERR_INVALID_OPTION for an option of the wrong kind. */
  constructor(options?: ChatSocketOptions);

  readonly isConnected: boolean;
  /** The newest message, the very object that was received. */
  readonly lastMessage: Message | null;
  readonly lastNotification: Notification | null;
  readonly connectionError: string | null;
  readonly useMockSocket: boolean;
  /** This user's undelivered messages, oldest first, from every tab, without those in status `sending`. */
  readonly offlineMessages: readonly OfflineMessage[];
  readonly status: ConnectionStatus;
  /** `offlineMessages` and those in status `sending`. */
  readonly pendingMessages: readonly OfflineMessage[];
  /** The conversations that were joined. */
  readonly conversations: readonly string[];

  /** Connects. May be called again: a new token replaces the old one, and connects where the old one was refused. */
  initializeSocket(token?: string | null | TokenProvider): void;
  /**
   * Sends now or, without a connection, later. Throws only for a message that could never be sent: ERR_INVALID_MESSAGE,
   * ERR_MESSAGE_TOO_LONG, ERR_DUPLICATE_ID, ERR_QUEUE_FULL.
   */
  sendMessage(message: Outgoing<Message>): Delivery;
  /** Remembered: sent now or when connected, and again after every reconnection, before queued messages. */
  joinConversation(conversationId: string): void;
  leaveConversation(conversationId: string): void;
  /** Kept like a message until it is delivered. Without ids it means all messages of the conversation. */
  markAsRead(conversationId: string, messageIds?: string[]): void;
  /**
   * Takes a message as if the server had sent it, in either mode, connected or not. Missing members are filled in.
   * When the call returns, `lastMessage` is that message.
   */
  simulateReceiveMessage(message?: Partial<Message>): Message;

  /** Sends a `failed` or `expired` message again, at the end of its conversation. False if there is none of that id. */
  retryMessage(id: string): boolean;
  /** Forgets a waiting message. False if there is none of that id. */
  discardMessage(id: string): boolean;
  /** Forgets all of this user's waiting messages; returns how many there were. */
  discardAll(): number;

  /** Calls the listener after every change of the snapshot. Returns the function that ends it. */
  subscribe(listener: () => void): () => void;
  getSnapshot(): ChatSnapshot<Message, Notification>;
  /** Every message, while `lastMessage` may skip some of a burst. Returns the function that ends it. */
  onMessage(listener: (message: Message) => void): () => void;
  onNotification(listener: (notification: Notification) => void): () => void;
  /** Once per loss of authorisation, never for a network failure. */
  onAuthRequired(listener: (error: AuthError) => void): () => void;

  /**
   * The general Socket.IO interface of the same connection, for events of your own. Other namespaces over it are had by
   * `socket.io.socket("/name")`.
   */
  readonly socket: Socket<ListenEvents, EmitEvents>;
  /** The mock server's controls. Null unless `useMockSocket`. */
  readonly mock: MockControls | null;

  /** Stops and stays stopped until `initializeSocket`. The queue is kept. */
  disconnect(): void;
  /**
   * Releases everything; the queue stays in storage, and what is only in memory is lost. Handles that have not settled never will. Calling a
   * method afterwards throws ERR_CLOSED.
   */
  close(): void;
}

// --- mock mode -------------------------------------------------------------------------------------------------------

/**
 * The mock server accepts any token but "invalid" and "expired", which it refuses as a real server would; it sends
 * `connected` and acknowledges.
 */
export interface MockOptions {
  /** One way. Default 20. */
  latency?: number | undefined;
  /** Default true: every message is answered with one from "mock-user" in the same conversation. */
  autoReply?: boolean | undefined;
}

export interface MockControls {
  /** The link drops, and stays down until `restore`. */
  drop(): void;
  restore(): void;
  /** Makes the server emit an event. */
  emit(event: string, ...args: unknown[]): void;
  /** Makes the server refuse the next event of that name; `retryable` means: try again. */
  refuseNext(event: string, error: { error: string; retryable?: boolean }): void;
  /** What the client has sent, oldest first, at most the last 1000. */
  readonly received: readonly { event: string; args: readonly unknown[] }[];
}

// --- the general interface -------------------------------------------------------------------------------------------

/** Events by name, and what their listeners take; the acknowledgement, where there is one, as the last argument. */
export interface EventsMap {
  [event: string]: any;
}
export interface DefaultEventsMap {
  [event: string]: (...args: any[]) => void;
}

type AnyFunction = (...args: any[]) => any;
type NamesOf<Map> = keyof Map & (string | symbol);
type ParametersOf<Map, Name extends keyof Map> = Map[Name] extends AnyFunction ? Parameters<Map[Name]> : never;
type ListenerOf<Own, Map, Name> = Name extends keyof Own ? Own[Name] : Name extends keyof Map ? Map[Name] : never;
/** Without the acknowledgement. */
type Arguments<Args extends any[]> = Args extends [...infer Before, infer _Ack] ? Before : any[];
/** Whether an acknowledgement is called with an error, or null, before the answer: with a time-out, or as it is declared. */
type BeginsWithError<Answers extends any[]> = unknown extends Answers[0] ? false : [Answers[0]] extends [Error] ? true : false;
/** What the acknowledgement is called with first, less the error. */
type Answer<Args extends any[]> = Args extends [...any[], infer Ack]
  ? Ack extends (...answer: infer Answers) => any
    ? Answers[BeginsWithError<Answers> extends true ? 1 : 0]
    : any
  : any;
/** With a time-out, an acknowledgement is called with an error or null before the answer. */
type TimedArguments<Args extends any[]> = {
  [Index in keyof Args]: Args[Index] extends (...answer: infer Answers) => infer Result
    ? BeginsWithError<Answers> extends true
      ? Args[Index]
      : (error: Error, ...answer: Answers) => Result
    : Args[Index];
};
export type DecorateAcknowledgements<Map> = {
  [Name in keyof Map]: Map[Name] extends (...args: infer Args) => infer Result ? (...args: TimedArguments<Args>) => Result : Map[Name];
};

/** Listeners by event. One that throws does not keep the next from running. */
interface Listening<Own, Map> {
  on<Name extends NamesOf<Own> | NamesOf<Map>>(event: Name, listener: ListenerOf<Own, Map, Name>): this;
  once<Name extends NamesOf<Own> | NamesOf<Map>>(event: Name, listener: ListenerOf<Own, Map, Name>): this;
  /** Without a listener: all of that event. Without an event: all. */
  off<Name extends NamesOf<Own> | NamesOf<Map>>(event?: Name, listener?: ListenerOf<Own, Map, Name>): this;
  listeners<Name extends NamesOf<Own> | NamesOf<Map>>(event: Name): ListenerOf<Own, Map, Name>[];
  hasListeners<Name extends NamesOf<Own> | NamesOf<Map>>(event: Name): boolean;
  addEventListener<Name extends NamesOf<Own> | NamesOf<Map>>(event: Name, listener: ListenerOf<Own, Map, Name>): this;
  removeListener<Name extends NamesOf<Own> | NamesOf<Map>>(event?: Name, listener?: ListenerOf<Own, Map, Name>): this;
  removeAllListeners<Name extends NamesOf<Own> | NamesOf<Map>>(event?: Name): this;
  removeEventListener<Name extends NamesOf<Own> | NamesOf<Map>>(event?: Name, listener?: ListenerOf<Own, Map, Name>): this;
}

type AnyListener = (event: any, ...args: any[]) => void;
type AuthPayload = { [name: string]: any };

/** More of the reason of a disconnection. */
export type DisconnectDescription = Error | { description: string; context?: unknown };

interface SocketEvents {
  connect: () => void;
  connect_error: (error: Error & { data?: any }) => void;
  disconnect: (reason: Socket.DisconnectReason, description?: DisconnectDescription) => void;
}

export interface SocketOptions {
  /** Sent with CONNECT; a function is asked before every attempt. One that throws, rejects or never answers is a `connect_error`. */
  auth?: AuthPayload | ((done: (auth: object) => void) => void) | undefined;
  /** Emits one event after the other, each again until it is acknowledged, so many times at the most. Needs `ackTimeout`. */
  retries?: number | undefined;
  /** For acknowledgements without a `timeout()` of their own. */
  ackTimeout?: number | undefined;
}

/** One namespace of a connection, with the members and the events of socket.io-client's class of that name. */
export class Socket<ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents> {
  constructor(io: Manager, nsp: string, options?: Partial<SocketOptions>);
  id: string | undefined;
  connected: boolean;
  readonly disconnected: boolean;
  /** Whether it is connected, or will try to be without your help. */
  readonly active: boolean;
  /** Whether the server has recovered the session and sends what was missed. */
  recovered: boolean;
  readonly nsp: string;
  auth: AuthPayload | ((done: (auth: any) => void) => void);
  readonly io: Manager<ListenEvents, EmitEvents>;
  /** Events that wait for the connection. What you take out is not sent. */
  sendBuffer: { type: number; data: any; id?: number; options: { compress: boolean } }[];
  /** Arguments of events that came before the server accepted the connection. */
  receiveBuffer: (readonly any[])[];
  /** The next event is dropped, not kept, if it cannot be sent at once. */
  readonly volatile: this;
  connect(): this;
  open(): this;
  disconnect(): this;
  close(): this;
  /** A function as the last argument is called with the server's acknowledgement. */
  emit<Name extends NamesOf<EmitEvents>>(event: Name, ...args: ParametersOf<EmitEvents, Name>): this;
  emitWithAck<Name extends NamesOf<EmitEvents>>(
    event: Name,
    ...args: Arguments<ParametersOf<EmitEvents, Name>>
  ): Promise<Answer<ParametersOf<EmitEvents, Name>>>;
  /** Emits "message". */
  send(...args: any[]): this;
  /** For the next event: how long to wait for its acknowledgement, whose first argument is then an error or null. */
  timeout(ms: number): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>>;
  /** For compatibility; browsers decide about compression. */
  compress(value: boolean): this;
  onAny(listener: AnyListener): this;
  prependAny(listener: AnyListener): this;
  offAny(listener?: AnyListener): this;
  listenersAny(): AnyListener[];
  onAnyOutgoing(listener: AnyListener): this;
  prependAnyOutgoing(listener: AnyListener): this;
  offAnyOutgoing(listener?: AnyListener): this;
  listenersAnyOutgoing(): AnyListener[];
}
export interface Socket<ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents>
  extends Listening<SocketEvents, ListenEvents> {}
export declare namespace Socket {
  type DisconnectReason =
    | "io server disconnect"
    | "io client disconnect"
    | "ping timeout"
    | "transport close"
    | "transport error"
    | "parse error"
    | "forced close";
}

/** Options of socket.io-client that mean nothing to a browser's WebSocket are taken and ignored. */
export interface ManagerOptions {
  /** A connection of its own, although there is one to that server. */
  forceNew?: boolean | undefined;
  /** False is the same as `forceNew`. */
  multiplex?: boolean | undefined;
  /** Of the server, where the Manager gets no URL. Default: the page's. */
  host?: string | undefined;
  hostname?: string | undefined;
  port?: string | number | undefined;
  secure?: boolean | undefined;
  /** Default "/socket.io". */
  path?: string | undefined;
  addTrailingSlash?: boolean | undefined;
  query?: string | { [name: string]: any } | undefined;
  /** Must name "websocket", if anything. */
  transports?: readonly (string | object)[] | undefined;
  protocols?: string | string[] | undefined;
  timestampRequests?: boolean | undefined;
  timestampParam?: string | undefined;
  autoConnect?: boolean | undefined;
  /** Closes the connection without a word when the page is left. */
  closeOnBeforeunload?: boolean | undefined;
  /** {Encoder, Decoder} of socket.io-parser's interface, such as socket.io-msgpack-parser. */
  parser?: any;
  reconnection?: boolean | undefined;
  reconnectionAttempts?: number | undefined;
  reconnectionDelay?: number | undefined;
  reconnectionDelayMax?: number | undefined;
  randomizationFactor?: number | undefined;
  /** For everything from opening the connection to the server's acceptance of a namespace; false waits for ever. */
  timeout?: number | false | undefined;
  [ignored: string]: any;
}

interface ManagerEvents {
  open: () => void;
  error: (error: Error) => void;
  close: (reason: string, description?: DisconnectDescription) => void;
  ping: () => void;
  /** Every packet that came and can be read, after what it has caused. */
  packet: (packet: { type: number; nsp: string; data?: any; id?: number }) => void;
  reconnect_attempt: (attempt: number) => void;
  reconnect: (attempt: number) => void;
  reconnect_error: (error: Error) => void;
  reconnect_failed: () => void;
}

/** One connection to a server, and its namespaces. */
export class Manager<ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents> {
  constructor(options: Partial<ManagerOptions>);
  constructor(url?: string, options?: Partial<ManagerOptions>);
  /** The connection, or the last one: each attempt has its own. */
  readonly engine: Engine;
  readonly opts: Partial<ManagerOptions>;
  socket(nsp: string, options?: Partial<SocketOptions>): Socket<ListenEvents, EmitEvents>;
  /** `done` hears what comes of it; with it, a failure is not followed by another attempt. */
  open(done?: (error?: Error) => void): this;
  connect(done?: (error?: Error) => void): this;
  reconnection(): boolean;
  reconnection(value: boolean): this;
  reconnectionAttempts(): number;
  reconnectionAttempts(value: number): this;
  reconnectionDelay(): number;
  reconnectionDelay(value: number): this;
  reconnectionDelayMax(): number;
  reconnectionDelayMax(value: number): this;
  randomizationFactor(): number;
  randomizationFactor(value: number): this;
  timeout(): number | false;
  timeout(value: number | false): this;
}
export interface Manager<ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents>
  extends Listening<ManagerEvents, {}> {}

interface EngineEvents {
  open: () => void;
  /** A frame came. */
  packet: (packet: { type: string; data?: any }) => void;
  /** A frame is sent. */
  packetCreate: (packet: { type: string; data?: any }) => void;
  ping: () => void;
  error: (error: Error) => void;
  close: (reason: string, description?: DisconnectDescription) => void;
}

/** The transport under a connection. */
export interface Engine extends Listening<EngineEvents, DefaultEventsMap> {
  readonly id: string | undefined;
  readonly readyState: "opening" | "open" | "closed";
  readonly transport: { readonly name: "websocket" };
  /** As if the connection was lost. */
  close(): this;
}

/** A socket of the namespace that is the URL's path, over the connection that there is to that server, or a new one. */
export declare function io(options?: Partial<ManagerOptions & SocketOptions>): Socket;
export declare function io(url: string, options?: Partial<ManagerOptions & SocketOptions>): Socket;
export declare namespace io {
  export { io, io as connect, Manager, Socket };
}
export { io as connect, io as default };

/** The revision of the Socket.IO protocol that is spoken. */
export const protocol: 5;

// --- errors ----------------------------------------------------------------------------------------------------------

/** What is thrown or handed out is an Error with one of these as its `code`. */
export type ErrorCode =
  | "ERR_CLOSED"
  | "ERR_DUPLICATE_ID"
  | "ERR_INVALID_ARGUMENT"
  | "ERR_INVALID_MESSAGE"
  | "ERR_INVALID_OPTION"
  | "ERR_MESSAGE_TOO_LONG"
  | "ERR_NOT_INITIALIZED"
  | "ERR_QUEUE_FULL"
  | "ERR_RESERVED_EVENT"
  | "ERR_WASM_LOAD"
  | "ERR_WASM_UNSUPPORTED";

export interface CodedError extends Error {
  readonly code: ErrorCode;
}

// Without this, what is not exported above would be.
export {};
