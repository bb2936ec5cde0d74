// Tokens: where they come from, what they are sent as, which refusals are about them.

/** Asks a token provider; `done(question, token, error)` hears its answer, once, later. */
export function askProvider(provider, reason, previous, done, question) {
  Promise.resolve()
    .then(() => provider({ reason, previous: previous ?? null }))
    .then(
      (token) => done(question, token, undefined),
      (error) => done(question, undefined, String(error?.message ?? error)),
    );
}

/** The CONNECT payload as JSON, or undefined where there is nothing to say. */
export function authPayload(scheme, token, more) {
  if (token === undefined && more === undefined) return;
  const text = token === undefined ? {} : { token: scheme === null ? token : `${scheme} ${token}` };
  return JSON.stringify({ ...more, ...text });
}

/** The `sub` of a JWT, read and not verified. Undefined for anything else. */
export function subject(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (unit) => unit.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof sub === "string" && sub !== "") return sub;
  } catch {
    // No JWT: opaque tokens are as good.
  }
}

export function looksLikeAuthError(message, data) {
  const denied = (status) => status === 401 || status === 403;
  return denied(data?.code) || denied(data?.status) || /token|jwt|auth|expir/i.test(message);
}

/** What an application's own function says; what it throws counts as no. */
export function callAuthError(isAuthError, message, data) {
  try {
    return Boolean(isAuthError({ message, data }));
  } catch {
    return false;
  }
}

/** [WebSocket URL, server's origin, path, namespace in the URL]. */
export function endpoint(url, path, query) {
  const base = globalThis.location?.href;
  const parsed = url === undefined ? new URL("/", base) : new URL(url, base);
  const secure = { "http:": false, "ws:": false, "https:": true, "wss:": true }[parsed.protocol];
  if (secure === undefined) throw new Error(`"${parsed.protocol}" is not http(s) or ws(s)`);
  const namespace = parsed.pathname;
  const wire = new URL(`${secure ? "wss" : "ws"}://${parsed.host}`);
  wire.pathname = `/${path}/`.replace(/\/{2,}/g, "/");
  for (const [name, value] of [...parsed.searchParams, ...Object.entries(query ?? {})]) wire.searchParams.append(name, value);
  wire.searchParams.set("EIO", "4");
  wire.searchParams.set("transport", "websocket");
  return [wire.href, `${secure ? "https" : "http"}://${parsed.host}`, wire.pathname, namespace];
}

export const hasLocation = () => /^https?:/.test(globalThis.location?.protocol);
