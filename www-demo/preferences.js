// Who this tab is, and how it should start. Person and mode are in the address, so that a link opens a second tab as somebody else;
// what a reload should not undo is in sessionStorage, which belongs to one tab.

const address = new URLSearchParams(location.search);

export const user = (address.get("user") ?? "").trim().slice(0, 40) || "Ada";
export const wantsMock = address.get("mode") === "mock";

/** The address of this page for another person or mode. */
export function addressWith(changes) {
  const next = new URLSearchParams({ user, ...(wantsMock && { mode: "mock" }), ...changes });
  return `?${next}`;
}

/** Tokens as the demo's server and the mock know them: the name is the token, and two are always refused. */
export const tokens = { valid: user, wrong: "invalid", expired: "expired" };

export function remembered(name, fallback) {
  try {
    return sessionStorage.getItem(name) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Blocked, as in some private windows: the tab then starts as a new one would.
  }
}
