"use client";
// Entry "socketio-wasm/react": hooks over one ChatSocket for any number of components.
import * as React from "react";
import { ChatSocket } from "socketio-wasm";
import { socketConfig } from "./config.js";

const { createContext, createElement, useContext, useEffect, useInsertionEffect, useRef, useSyncExternalStore } = React;

/** An effect that ends with its component, and not when Activity hides that: React leaves insertion effects alone then. Before it had Activity it
 * left those of what Suspense had hidden alone for ever. */
const useLifetime = "Activity" in React ? useInsertionEffect : useEffect;
/** Milliseconds between the last use of a provider's client and its end. StrictMode and Fast Refresh use it again at once. */
const GRACE = 250;
/** Milliseconds that it waits for its component to be mounted: React holds a finished rendering back for a style sheet, at most a minute. */
const RENDERING = 65_000;
/** Where the client without a provider lives: bundlers may evaluate this module more than once in a page. */
const SHARED = Symbol.for("socketio-wasm/react");
/** What becomes of these is decided: by the application, if at all. */
const OVER = ["failed", "expired"];
const ACTIONS = [
  "initializeSocket",
  "sendMessage",
  "joinConversation",
  "leaveConversation",
  "markAsRead",
  "simulateReceiveMessage",
  "retryMessage",
  "discardMessage",
  "disconnect",
];
const IDLE = {
  isConnected: false,
  lastMessage: null,
  lastNotification: null,
  connectionError: null,
  offlineMessages: Object.freeze([]),
  status: "idle",
};
const UNKNOWN = Object.freeze({ status: "unknown", error: null });
const AUTHENTICATED = Object.freeze({ status: "authenticated", error: null });
const MISSING_URL = "no server URL: set NEXT_PUBLIC_SOCKET_SERVER_URL for the build, or give options.url";

const coded = (code, message, cause) => Object.assign(new Error(message, cause && { cause }), { code });

function inProduction() {
  try {
    // Bundlers replace this expression as it stands here.
    return process.env.NODE_ENV === "production";
  } catch {
    return false;
  }
}

/** Stands where a production build knows no server: it takes everything and never connects. */
class Unconfigured extends ChatSocket {
  #seen;
  #snapshot;

  get status() {
    return "failed";
  }

  get connectionError() {
    return MISSING_URL;
  }

  getSnapshot() {
    const snapshot = super.getSnapshot();
    if (snapshot !== this.#seen) {
      this.#seen = snapshot;
      this.#snapshot = Object.freeze({ ...snapshot, status: this.status, connectionError: this.connectionError });
    }
    return this.#snapshot;
  }

  initializeSocket() {}
}

/** The environment's configuration, and over it what is given. */
function complete(options) {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  // An empty URL is that of a variable that is not set.
  return { ...socketConfig, ...Object.fromEntries(given), url: options?.url || socketConfig.url };
}

function createClient(options) {
  if (options.url !== undefined || options.useMockSocket || !inProduction()) return new ChatSocket(options);
  // In memory: queues are stored by server, and none is known.
  return new Unconfigured({ ...options, queue: { ...options.queue, storage: "memory" } });
}

/**
 * What the hooks read: a client, made by its first use in a browser, as external store, which follows it as long as it is held or subscribed to.
 * A client of its `own` it disconnects a while after that, and connects again when it is held again; once its component is gone it closes it
 * instead, and makes another if it is used again. What is only hidden must find it open: React runs its effects again before it renders.
 */
function createStore(make, { own = false, holders = 0, useMockSocket = false }) {
  let client, timer, ends, seen, view, refusal;
  let lives = 0;
  let wait = RENDERING;
  let isResting = false;
  let auth = UNKNOWN;
  const listeners = new Set();
  const actions = Object.fromEntries(ACTIONS.map((name) => [name, (...args) => act(name, args)]));
  const serverView = Object.freeze({ ...IDLE, useMockSocket, ...actions });

  function getClient() {
    if (typeof window === "undefined") throw coded("ERR_NOT_INITIALIZED", "there is no client while a server renders");
    if (client === undefined) {
      client = make();
      changeUse();
    }
    return client;
  }

  function act(name, args) {
    const result = getClient()[name](...args);
    if (name === "disconnect") isResting = false;
    changeUse();
    return result;
  }

  /** Nobody else could send what is in memory only. */
  function isNeeded() {
    return [...client._queue].some(([, { persisted, status }]) => !persisted && !OVER.includes(status));
  }

  /** To be called when something has begun or ceased to use the client. */
  function changeUse() {
    clearTimeout(timer);
    if (client === undefined) return;
    if (holders > 0 || listeners.size > 0) return follow();
    for (const end of ends ?? []) end();
    ends = undefined;
    if (own) timer = setTimeout(rest, wait);
  }

  function rest() {
    if (isNeeded()) return changeUse();
    if (lives > 0) {
      if (client.status === "idle") return;
      isResting = true;
      client.disconnect();
      return;
    }
    client.close();
    client = seen = view = undefined;
    isResting = false;
    auth = UNKNOWN;
  }

  function follow() {
    if (ends !== undefined) return;
    look();
    const refused = (error) => {
      refuse(error);
      changed();
    };
    // A page that was left to sign in, and kept by the browser: somebody may have.
    const shown = ({ persisted }) => persisted && auth.status === "auth_required" && client.initializeSocket();
    window.addEventListener("pageshow", shown);
    ends = [client.subscribe(changed), client.onAuthRequired(refused), () => window.removeEventListener("pageshow", shown)];
  }

  function refuse(error) {
    refusal = { error, redirects: new Set() };
    auth = Object.freeze({ status: "auth_required", error: error.message });
  }

  /** Takes from the connection's status what that says of authorisation. A lost network says nothing. */
  function look() {
    const { status, connectionError } = getClient().getSnapshot();
    if (status === "connected") auth = AUTHENTICATED;
    else if (status === "idle") auth = UNKNOWN;
    else if (status !== "auth_required") auth = auth === AUTHENTICATED ? auth : UNKNOWN;
    // It was refused, or for another reason, when nobody followed; else the client is about to say why.
    else if (ends === undefined && auth.error !== (connectionError ?? "")) refuse({ message: connectionError ?? "", data: undefined });
  }

  function changed() {
    look();
    for (const listener of listeners) listener();
  }

  return {
    actions,
    getClient,
    getView() {
      const snapshot = getClient().getSnapshot();
      if (snapshot !== seen) {
        seen = snapshot;
        view = Object.freeze({ ...snapshot, ...actions });
      }
      return view;
    },
    getServerView: () => serverView,
    getAuth() {
      look();
      return auth;
    },
    getRefusal: () => refusal,
    /** Keeps a client of its own from being closed. */
    live() {
      lives += 1;
      wait = GRACE;
      return () => {
        lives -= 1;
        changeUse();
      };
    },
    /** Keeps it connected and is told of it, if there is one or will be. */
    hold() {
      holders += 1;
      if (!own) getClient();
      changeUse();
      if (isResting) {
        isResting = false;
        client.initializeSocket();
      }
      return () => {
        holders -= 1;
        changeUse();
      };
    },
    subscribe(listener) {
      getClient();
      listeners.add(listener);
      changeUse();
      return () => {
        listeners.delete(listener);
        changeUse();
      };
    },
  };
}

/** Used by the page as long as that lives. */
const shared = createStore(() => (globalThis[SHARED] ??= createClient(complete())), { ...socketConfig, holders: 1 });
/** By client: what an application has made it also closes. */
const givenStores = new WeakMap();
const Context = createContext(shared);

function storeOf(client) {
  let store = givenStores.get(client);
  if (store === undefined) givenStores.set(client, (store = createStore(() => client, { useMockSocket: client.useMockSocket })));
  return store;
}

const ownStore = (options) => createStore(() => createClient(options), { own: true, useMockSocket: options.useMockSocket });

export function SocketProvider({ options, client, autoConnect = false, children }) {
  const own = useRef(null);
  const store = client ? storeOf(client) : (own.current ??= ownStore(complete(options)));
  useLifetime(store.live, [store]);
  useEffect(store.hold, [store]);
  useEffect(() => {
    if (autoConnect) store.actions.initializeSocket();
  }, [store, autoConnect]);
  return createElement(Context.Provider, { value: store }, children);
}

export function useSocket() {
  const { subscribe, getView, getServerView } = useContext(Context);
  return useSyncExternalStore(subscribe, getView, getServerView);
}

const none = () => null;

export function useSocketClient() {
  const { subscribe, getClient } = useContext(Context);
  return useSyncExternalStore(subscribe, getClient, none);
}

/** A reference to the value of the last rendering that was committed. */
function useLatest(value) {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}

export function useSocketEvent(event, handler) {
  const { subscribe, getClient } = useContext(Context);
  const latest = useLatest(handler);
  useEffect(() => {
    const end = subscribe(() => {});
    const { socket } = getClient();
    const listener = (...args) => latest.current(...args);
    socket.on(event, listener);
    return () => {
      socket.off(event, listener);
      end();
    };
  }, [subscribe, getClient, latest, event]);
}

const RETURN_TO = "returnTo";

const trimmed = (path) => path.replace(/\/+$/, "");

/** Of the page where one signs in. Another site's would be told where its visitors come from, and could send them anywhere. */
function loginUrl(path) {
  const { href, origin } = window.location;
  let url, cause;
  try {
    url = new URL(path, href);
  } catch (error) {
    cause = error;
  }
  if (url?.origin !== origin) throw coded("ERR_INVALID_ARGUMENT", "loginPath must be a path of this site", cause);
  return url;
}

/** Leaves the page unless that is under way, or it is the login page. Returns whether it is left. */
function redirect(login, redirects) {
  const { location } = window;
  if (trimmed(location.pathname) === trimmed(login.pathname)) return false;
  // Wherever the server has sent it from there.
  if (new URLSearchParams(location.search).has(RETURN_TO)) return false;
  if (redirects.has(login.href)) return true;
  redirects.add(login.href);
  // "//host" would be another site's.
  const here = location.pathname.replace(/^\/+/, "/") + location.search + location.hash;
  login.search += `${login.search ? "&" : "?"}${RETURN_TO}=${encodeURIComponent(here)}`;
  location.assign(login);
  return true;
}

const unknown = () => UNKNOWN;

export function useAuthStatus({ loginPath, onAuthRequired } = {}) {
  const { subscribe, getAuth, getRefusal } = useContext(Context);
  const auth = useSyncExternalStore(subscribe, getAuth, unknown);
  const told = useRef(null);
  // After every rendering: what there is to do may come later than the loss.
  useEffect(() => {
    const login = loginPath && loginUrl(loginPath);
    if (auth.status !== "auth_required" || told.current === auth) return;
    const { error, redirects } = getRefusal();
    if (!onAuthRequired && !(login && redirect(login, redirects))) return;
    told.current = auth;
    onAuthRequired?.(error);
  });
  return auth;
}
