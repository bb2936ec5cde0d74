// The page's lifecycle: network, visibility, the back-forward cache.

const ONLINE = 0, OFFLINE = 1;
export const RESUMED = 2, FROZEN = 3, HIDDEN = 4;

/** Calls `tell` with 0 (online), 1 (offline), 2 (resumed), 3 (stopped until then) or 4 (hidden, perhaps for ever), and `leave`, if that is given, before the page goes, until the function that it returns is called. Does nothing where nothing can be listened to. */
export function watchPage(tell, leave) {
  const { document, navigator } = globalThis;
  if (!globalThis.addEventListener) return () => {};
  const stop = new AbortController();
  const listen = (target, event, act) => target?.addEventListener(event, act, { signal: stop.signal });
  const resumed = () => tell(RESUMED);
  listen(globalThis, "online", () => tell(ONLINE));
  listen(globalThis, "offline", () => tell(OFFLINE));
  listen(globalThis, "pageshow", resumed);
  listen(document, "resume", resumed);
  // Into the back-forward cache, or to sleep: a lock that is held keeps other tabs from going on, and this page from being cached.
  listen(globalThis, "pagehide", () => tell(FROZEN));
  listen(document, "freeze", () => tell(FROZEN));
  listen(document, "visibilitychange", () => tell(document.visibilityState === "visible" ? RESUMED : HIDDEN));
  if (leave) listen(globalThis, "beforeunload", leave);
  tell(navigator?.onLine === false ? OFFLINE : ONLINE);
  return () => stop.abort();
}
