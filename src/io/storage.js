// localStorage, where there is one that works, and what other tabs do to it.

const PROBE = "socketio-wasm:probe";

/** The storage, if it can be written, read and cleaned. Each of these can fail on its own: a getter that throws (blocked cookies, sandboxed frames), a
 * storage of size 0 (old private modes), none at all (workers, servers). */
export function workingStorage() {
  try {
    const storage = window.localStorage;
    storage.setItem(PROBE, "1");
    const kept = storage.getItem(PROBE) === "1";
    storage.removeItem(PROBE);
    if (kept) return storage;
  } catch {
    // Then there is none.
  }
}

/** Calls `tell` with the key that another tab has written, null for all, until the function that it returns is called. */
export function watchStorage(tell) {
  const stop = new AbortController();
  const listen = ({ storageArea, key }) => storageArea === window.localStorage && tell(key);
  window.addEventListener("storage", listen, { signal: stop.signal });
  return () => stop.abort();
}
