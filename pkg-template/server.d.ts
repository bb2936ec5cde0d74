// Declarations of "socketio-wasm/server": event handlers of a Node Socket.IO server that run once per message id.
// Times are milliseconds.

/**
 * A listener for `socket.on` whose handler runs once per message, known by namespace, event, user and id, and which acknowledges repetitions with
 * the first answer. Throws ERR_INVALID_OPTION for an option of the wrong kind; the listener itself never throws.
 *
 * What the handler returns is the acknowledgement, as JSON; nothing stands for `null`. When it throws, or returns an object with a truthy `error`,
 * nothing is remembered, and the same id may be sent again. The acknowledgement is then what was returned, or {@link RefusedAnswer}.
 */
export function once<Message = any, Socket = any, Transaction = any>(
  options: OnceOptions<Socket, Transaction>,
  handler: (this: Socket, message: Message, context: OnceContext<Socket, Transaction>) => unknown,
): (...args: any[]) => void;

export interface OnceOptions<Socket = any, Transaction = any> {
  /** Make it once, not per connection: copies of a message are told by it. */
  store: OnceStore<Transaction>;
  /**
   * Whose message it is: ids are unique per user only. Default: `socket.data.userId`. Asked for every message; where it gives neither a text nor a
   * whole number, the message is refused with ERR_NO_USER. Never take it from the message.
   */
  user?: string | number | ((socket: Socket) => string | number | null | undefined);
  /** Default: the event that the listener was given to `socket.on` for. Needed where your own listener calls this one. */
  event?: string;
  /** Default: the member `id` of the first argument. At most 256 characters. */
  id?: (...args: any[]) => unknown;
  /**
   * Messages of a user with the same value are handled one after the other, in the order of arrival; those of value null or undefined, or with
   * `false` all, side by side. Default: the member `conversationId` of the first argument.
   */
  order?: ((...args: any[]) => unknown) | false;
  /** A message without an id. "refuse", the default: ERR_INVALID_ID. "generate": it is handled every time it comes. */
  missingId?: "refuse" | "generate";
  /** Called for every repetition. What it returns, unless null or undefined, is acknowledged in place of the first answer. */
  onRepeat?: (answer: any, message: OnceMessage<Socket>) => unknown;
  /** Told what senders are not: failures of the handler, the store and the set-up. Default: `console.error`. */
  onError?: (error: OnceError, message: Partial<OnceMessage<Socket>>) => void;
}

export interface OnceMessage<Socket = any> {
  readonly socket: Socket;
  readonly event: string;
  readonly user: string;
  readonly id: string;
  /** All arguments of the event, without the acknowledgement. They come from the network. */
  readonly args: readonly any[];
}

export interface OnceContext<Socket = any, Transaction = any> extends OnceMessage<Socket> {
  /** What the store handed to its work: the database transaction in which the answer is remembered. */
  readonly transaction: Transaction;
  /**
   * Calls back when the store has remembered the answer, before it is acknowledged: the place for `emit`, which cannot be rolled back. Only in the
   * process that ran the handler, and not if that dies in between. Not waited for.
   */
  afterCommit(callback: () => unknown): void;
}

/** The acknowledgement of a message that was not accepted. With `retryable` a client sends it again by itself. */
export interface RefusedAnswer {
  /** For the sender. "Internal error" unless a {@link Refusal} or the code says more. */
  error: string;
  code: OnceErrorCode;
  retryable: boolean;
}

/**
 * - `ERR_REFUSED`: the handler threw a {@link Refusal}
 * - `ERR_INVALID_ID`: no id, or one that is no text of 1 to 256 characters
 * - `ERR_IN_PROGRESS`: another process is handling the message; retryable
 * - `ERR_HANDLER`: the handler, or a function of the options, threw something else, the `cause`; retryable
 * - `ERR_STORE`: the store failed, with its error as the `cause`; retryable
 * - `ERR_NO_USER`, `ERR_NO_EVENT`: see the options `user` and `event`; retryable
 * - `ERR_INVALID_OPTION`: thrown at once
 */
export type OnceErrorCode =
  | "ERR_REFUSED"
  | "ERR_INVALID_ID"
  | "ERR_IN_PROGRESS"
  | "ERR_HANDLER"
  | "ERR_STORE"
  | "ERR_NO_USER"
  | "ERR_NO_EVENT"
  | "ERR_INVALID_OPTION";

export interface OnceError extends Error {
  readonly code: OnceErrorCode;
  readonly cause?: unknown;
}

/** To be thrown by handlers: the message is not accepted. Its text is acknowledged, while those of other errors stay on the server. */
export class Refusal extends Error {
  /** `retryable`, by default false: the same message may be accepted later. */
  constructor(message: string, options?: { retryable?: boolean; cause?: unknown });
  readonly code: "ERR_REFUSED";
  readonly retryable: boolean;
}

/**
 * Where answers are remembered. `run` looks the key up. If its answer is known, it resolves to that; if not, it calls `work`, keeps what that
 * resolves to under the key, and resolves to it. If `work` rejects, it keeps nothing, and rejects with the same error. In one transaction with
 * what `work` does, this is exactly once; `work` may be called again after a rollback.
 *
 * One process never runs a key twice at a time; several processes may, and the store has to let one of them go first. Keys are texts of at most
 * a few hundred characters, answers are JSON texts.
 */
export interface OnceStore<Transaction = any> {
  run(key: string, work: (transaction: Transaction) => Promise<string>): Promise<string>;
}

/** Answers in the memory of this process: once per id for as long as it lives and remembers. */
export function memoryStore(options?: {
  /** Default 100_000. Beyond it the oldest answer is forgotten. */
  maxEntries?: number;
  /** Default 7 days, as long as the client's queue keeps a message by default. */
  ttl?: number;
  /** The clock, in milliseconds. */
  now?: () => number;
}): OnceStore<void> & { readonly size: number };

/**
 * Three operations, each atomic, on something that the processes share. A claim is whose the key is for the time being: the token of the process
 * that is at work. It ends by itself after `lease` milliseconds.
 */
export interface Claims {
  /**
   * If the key has an answer: `{ claimed: false, answer }`. If it has a claim of another token that has not ended: `{ claimed: false }`. Else the
   * claim is this token's, from now on for `lease`: `{ claimed: true }`. The same token asks again to renew it.
   */
  claim(key: string, token: string, lease: number): Promise<Claimed> | Claimed;
  /** Keeps the answer, for as long as you like, and ends the claim. Does nothing if the claim is another's or there is an answer. */
  complete(key: string, token: string, answer: string): unknown;
  /** Ends the claim, if it is this token's, without an answer. */
  release(key: string, token: string): unknown;
}

export type Claimed = { claimed: true; answer?: null } | { claimed: false; answer?: string | null };

/**
 * A store that several processes share, for handlers that cannot work in the store's transaction. Once per id, unless a process dies, or stands
 * still for longer than the lease, between the handler's effects and `complete`: that message's handler runs again after the lease.
 */
export function claimStore(
  claims: Claims,
  options?: {
    /** Default 10_000. Renewed while the handler runs. */
    lease?: number;
    /** How long a repetition waits for another process before it is answered ERR_IN_PROGRESS. Default 5_000. */
    wait?: number;
    /** Told when `complete` or `release` fails; the answer stands all the same. Default: `console.error`. */
    onError?: (error: unknown) => void;
  },
): OnceStore<void>;
