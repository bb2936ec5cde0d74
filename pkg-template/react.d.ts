// Declarations of "socketio-wasm/react": hooks over one ChatSocket for any number of components. For React 18 and later.
import type { ReactElement, ReactNode } from "react";
import type {
  AuthError,
  ChatMessage,
  ChatSnapshot,
  ChatSocket,
  ChatSocketOptions,
  DefaultEventsMap,
  DisconnectDescription,
  EventsMap,
  NotificationData,
  Socket,
} from "socketio-wasm";

/** What `useSocket` returns: the client's state at one moment, and its actions. Frozen. */
export interface UseSocketResult<Message extends ChatMessage = ChatMessage, Notification extends NotificationData = NotificationData>
  extends ChatSnapshot<Message, Notification> {
  /** Connects. May be called again: a new token replaces the old one, and connects where the old one was refused. */
  readonly initializeSocket: ChatSocket<Message, Notification>["initializeSocket"];
  /** Sends now or, without a connection, later. Throws only for a message that could never be sent. */
  readonly sendMessage: ChatSocket<Message, Notification>["sendMessage"];
  /** Remembered: sent now or when connected, and again after every reconnection. */
  readonly joinConversation: ChatSocket<Message, Notification>["joinConversation"];
  readonly leaveConversation: ChatSocket<Message, Notification>["leaveConversation"];
  /** Kept like a message until it is delivered. Without ids it means all messages of the conversation. */
  readonly markAsRead: ChatSocket<Message, Notification>["markAsRead"];
  /** Takes a message as if the server had sent it, in either mode, connected or not. */
  readonly simulateReceiveMessage: ChatSocket<Message, Notification>["simulateReceiveMessage"];
  /** Sends a `failed` or `expired` message again. False if there is none of that id. */
  readonly retryMessage: ChatSocket<Message, Notification>["retryMessage"];
  /** Forgets a waiting message. False if there is none of that id. */
  readonly discardMessage: ChatSocket<Message, Notification>["discardMessage"];
  /** Stops and stays stopped until `initializeSocket`. The queue is kept. */
  readonly disconnect: ChatSocket<Message, Notification>["disconnect"];
}

export interface SocketProviderProps {
  /**
   * Of the client that the provider makes, over those that "socketio-wasm/config" reads from the environment. Read once, at the first
   * rendering: give a token that changes to `initializeSocket`, or a function here. In a production build without a URL from either, nothing
   * connects and `connectionError` says so; give `url: "/"` if the page's own origin is meant, which it is taken to be during development.
   */
  options?: ChatSocketOptions | undefined;
  /** A client of your own, from any entry. Nobody closes it but you. `options` are then ignored. */
  client?: ChatSocket | undefined;
  /** Default false. True: connects when it is mounted, without waiting for `initializeSocket`. */
  autoConnect?: boolean | undefined;
  children?: ReactNode;
}

/**
 * One client for all components below, made by the first of them that is rendered in a browser. It is closed shortly after the provider
 * has been unmounted. A provider that Activity hides disconnects it instead, and connects it again when it is shown. What is only in memory,
 * messages and marks of what was read, is waited for: that happens when it is delivered or has failed.
 */
export function SocketProvider(props: SocketProviderProps): ReactElement;

/**
 * The state of the nearest provider's client, and its actions. Without a provider, all of a page share one that is made from the environment's
 * configuration and lives as long as the page.
 *
 * Renders again when the state changes, and only then: the same state is the same object in all components. The actions are the same functions
 * as long as the provider lives, and may be called after an unmounting, too. On a server, and while a browser takes over what it has
 * rendered, the state is that of a client that has not begun.
 */
export function useSocket<Message extends ChatMessage = ChatMessage, Notification extends NotificationData = NotificationData>(): UseSocketResult<
  Message,
  Notification
>;

/** The client itself, for code outside of rendering. Null on a server and while a browser takes over what it has rendered. */
export function useSocketClient<
  Message extends ChatMessage = ChatMessage,
  Notification extends NotificationData = NotificationData,
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
>(): ChatSocket<Message, Notification, ListenEvents, EmitEvents> | null;

/** The events that are there without an application's doing, by the names that they have unless `options.events` says otherwise. */
export interface ChatEvents<Message extends ChatMessage = ChatMessage, Notification extends NotificationData = NotificationData> {
  message: (message: Message) => void;
  notification: (notification: Notification) => void;
  connected: (...args: unknown[]) => void;
  connect: () => void;
  connect_error: (error: Error & { data?: unknown }) => void;
  disconnect: (reason: Socket.DisconnectReason, description?: DisconnectDescription) => void;
}

/**
 * Listens to an event of the server as long as the component is mounted. Subscribes once, and always calls the handler of the last rendering.
 * The handler's parameters are of the types that you give them, else those of ChatEvents, else unknown; see UseSocketEvent for all of an
 * application's events at once.
 */
export function useSocketEvent<Name extends keyof ChatEvents>(event: Name, handler: ChatEvents[Name]): void;
export function useSocketEvent<Args extends unknown[]>(event: string, handler: (...args: Args) => void): void;

/**
 * `useSocketEvent` for the events of one application: `export const useChatEvent: UseSocketEvent<ServerToClientEvents> = useSocketEvent;`.
 * `ServerToClientEvents & ChatEvents<MyMessage>` has those of every application as well.
 */
export type UseSocketEvent<Events> = <Name extends keyof Events & string>(
  event: Name,
  handler: (...args: Events[Name] extends (...args: infer Args extends unknown[]) => void ? Args : never) => void,
) => void;

export interface AuthStatus {
  /**
   * - `unknown`: neither connected yet nor refused
   * - `authenticated`: connected, or was before the network was lost
   * - `auth_required`: the server refused the token, or there is none
   */
  readonly status: "unknown" | "authenticated" | "auth_required";
  /** Why it was refused. */
  readonly error: string | null;
}

export interface UseAuthStatusOptions {
  /**
   * Where one signs in, on this site, else ERR_INVALID_ARGUMENT is thrown. The page is left for it by `location.assign`, with a query member
   * `returnTo`: the path, query and hash to come back to. Nothing happens as long as the page is there already, whatever its query and hash, or
   * has a `returnTo` in its address: a server may send visitors on.
   */
  loginPath?: string | undefined;
  /** Called instead of redirecting, for example with a router: `() => router.push("/login")`. */
  onAuthRequired?: ((error: AuthError) => void) | undefined;
}

/**
 * Watches authorisation. Each loss redirects once, however many components name the same `loginPath`, and calls back once for each component
 * that gives `onAuthRequired`. There is one when the server refuses the token or there is none, signing out by `initializeSocket(null)`
 * included; a failure of the network and `disconnect` are none. A component that comes, or says what to do, after a loss is told of it then,
 * also if its provider had no component when it happened.
 * A page that comes back from the back-forward cache asks a token function again.
 */
export function useAuthStatus(options?: UseAuthStatusOptions): AuthStatus;
