// The page's lifecycle: network, visibility, the back-forward cache.

const ONLINE = 0, OFFLINE = 1;
export const RESUMED = 2, HIDDEN = 3;

/** Calls `tell` with 0 (online), 1 (offline), 2 (resumed) or 3 (hidden, perhaps for ever) until the function that it returns is called. Does nothing where there is no window. */
export function watchPage(tell) {
  if (typeof window === "undefined") return () => {};
  const stop = new AbortController();
  const listen = (target, event, act) => target.addEventListener(event, act, { signal: stop.signal });
  const resumed = () => tell(RESUMED);
  listen(window, "online", () => tell(ONLINE));
  listen(window, "offline", () => tell(OFFLINE));
  listen(window, "pageshow", resumed);
  listen(document, "visibilitychange", () => tell(document.visibilityState === "visible" ? RESUMED : HIDDEN));
  tell(navigator.onLine === false ? OFFLINE : ONLINE);
  return () => stop.abort();
}
