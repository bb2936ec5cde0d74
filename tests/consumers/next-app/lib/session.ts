// Who is signed in: a name and a token, kept in localStorage.
import { useSyncExternalStore } from "react";
import { socketConfig } from "socketio-wasm/config";

const NAME = "chat-name";
const TOKEN = "chat-token";

/** Asks your back end for a token. Here it is the chat server itself, which lets anybody in; the mock server takes any token. */
export async function signIn(name: string, { url = "", useMockSocket } = socketConfig) {
  let token = `token of ${name}`;
  if (!useMockSocket) {
    const response = await fetch(`${url}/login`, { method: "POST", body: JSON.stringify({ name }) });
    token = await response.text();
    if (!response.ok) throw new Error(token);
  }
  localStorage.setItem(NAME, name);
  localStorage.setItem(TOKEN, token);
}

export function signOut() {
  localStorage.removeItem(NAME);
  localStorage.removeItem(TOKEN);
}

export const readToken = () => localStorage.getItem(TOKEN);

const subscribe = () => () => {};
const readName = () => localStorage.getItem(NAME);

/** Null on the server, and where nobody is signed in. */
export const useName = () => useSyncExternalStore(subscribe, readName, () => null);

/** Where to go after signing in: the page of this site that asked for it, which `useAuthStatus` names in the address. */
export function returnPath() {
  const asked = new URLSearchParams(location.search).get("returnTo") ?? "/chat";
  try {
    const { origin, pathname, search, hash } = new URL(asked, location.origin);
    // "//host" would be another site's.
    if (origin === location.origin) return pathname.replace(/^\/+/, "/") + search + hash;
  } catch {} // no URL
  return "/chat";
}
