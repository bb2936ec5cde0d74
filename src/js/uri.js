// Where an application's URL leads: the forms that socket.io-client takes.
import { invalidArgument } from "./errors.js";

/** Protocol, host, port, namespace, query. What stands before an "@" or behind a "#" is of no use here. */
const URI = /^(?:(?:(https?|wss?):)?\/\/)?(?:[^@\/?#]*@)?(\[[^\]]*\]|[^:\/?#]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?/;

/** Of what is missing in a URL, the page's takes the place. */
function parse(uri) {
  const page = () => {
    if (globalThis.location) return location;
    throw invalidArgument("no URL, and no page");
  };
  const [, protocol = page().protocol.slice(0, -1), given, port, nsp, query] = URI.exec(uri ?? "");
  const secure = /..s$/.test(protocol);
  const host = `${given || page().hostname}:${port || (given ? "" : page().port) || (secure ? 443 : 80)}`;
  return { protocol, secure, host, nsp, query };
}

/** Of what `io` is given: the `id` of its connection, and `nsp`. */
export function lookUp(uri, path) {
  const { protocol, host, nsp } = parse(uri);
  return { id: `${protocol}://${host}${path}`, nsp: nsp || "/" };
}

/** The URL that options name, as far as they do. */
function fromOptions({ secure, hostname, host, port }) {
  const name = host ? URI.exec(host)[2] : hostname?.replace(/^[^[]*:.*/, "[$&]");
  return `${secure == null ? "" : secure ? "https:" : "http:"}//${name ?? ""}:${port ?? ""}`;
}

/** The URL of the WebSocket of a Manager. */
export function webSocketUrl(uri, options) {
  const { path, addTrailingSlash, query, timestampRequests, timestampParam = "t" } = options;
  const { secure, host, query: own } = parse(uri || fromOptions(options));
  // A "+" is a plus here, as with encodeURIComponent.
  const params = new URLSearchParams(own?.replaceAll("+", "%2B") || query || undefined);
  params.set("EIO", "4");
  params.set("transport", "websocket");
  if (timestampRequests) params.set(timestampParam, Date.now().toString(36));
  return `ws${secure ? "s" : ""}://${host}${(path || "/socket.io").replace(/\/$/, "")}${addTrailingSlash === false ? "" : "/"}?${params}`;
}
