// Where an application's URL leads: the forms that socket.io-client takes.
import { invalidArgument } from "./errors.js";

/** Protocol, host, port, path, query. What stands before an "@" or behind a "#" is of no use here. */
const URI = /^(?:(https?|wss?):\/\/)?(?:[^@\/?#]*@)?(\[[^\]]*\]|[^:\/?#]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?/;

function page() {
  const { location } = globalThis;
  if (!location) throw invalidArgument("no URL, and no page to take it from");
  return location;
}

/** {protocol, secure, host, port, path, query}: what is missing is the page's, or empty. */
function parse(uri) {
  const [, protocol = globalThis.location?.protocol.slice(0, -1) ?? "https", host, port = "", path, query] = URI.exec(uri);
  return { protocol, secure: protocol === "https" || protocol === "wss", host, port, path, query };
}

const usualPort = (secure) => (secure ? "443" : "80");

/** Of what `io` is given: `source` for the Manager, `id` of its connection, `nsp`. */
export function lookUp(uri, path) {
  if (uri === undefined || uri === null) uri = `${page().protocol}//${page().host}`;
  else if (uri.startsWith("//")) uri = page().protocol + uri;
  else if (uri[0] === "/") uri = `${page().protocol}//${page().host}${uri}`;
  const { protocol, secure, host, port, path: nsp } = parse(uri);
  return { source: uri, id: `${protocol}://${host}:${port || usualPort(secure)}${path}`, nsp: nsp || "/" };
}

/** The URL of the WebSocket for a Manager of this URL, or none, and these options. */
export function webSocketUrl(uri, options) {
  const given = uri ? parse(uri) : parse("");
  const { hostname = options.host, port = "", secure = given.secure } = uri ? { hostname: given.host, ...given } : options;
  const host = hostname || page().hostname;
  const number = String(port || (hostname ? "" : page().port));
  const path = (options.path || "/socket.io").replace(/\/$/, "") + (options.addTrailingSlash === false ? "" : "/");
  const query = given.query || options.query || undefined;
  // A "+" is a plus here, and a space "%20", as with encodeURIComponent.
  const params = new URLSearchParams(typeof query === "string" ? query.replaceAll("+", "%2B") : query);
  params.set("EIO", "4");
  params.set("transport", "websocket");
  if (options.timestampRequests) params.set(options.timestampParam ?? "t", Date.now().toString(36));
  return `ws${secure ? "s" : ""}://${host}${number && number !== usualPort(secure) ? `:${number}` : ""}${path}?${String(params).replaceAll("+", "%20")}`;
}
