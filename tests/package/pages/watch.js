// What the three pages share: the server's address, and a log of all that a socket and its manager tell, in order.

export const server = new URLSearchParams(location.search).get("server");

/** Delays that do not depend on chance. The WebSocket transport is the one that both clients have. */
export const options = { transports: ["websocket"], reconnectionDelay: 20, reconnectionDelayMax: 40, randomizationFactor: 0 };

const shown = (value) => {
  if (value instanceof Error) return { error: value.message, ...(value.data && { data: value.data }) };
  if (value instanceof ArrayBuffer) return { bytes: value.byteLength, first: [...new Uint8Array(value).slice(0, 8)] };
  if (ArrayBuffer.isView(value)) return { view: value.constructor.name, bytes: value.byteLength };
  if (value instanceof Blob) return { blob: value.size };
  if (value instanceof Date) return { date: value.toISOString() };
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.map(shown);
  if (value?.constructor === Object) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shown(member)]));
  return value === undefined ? "undefined" : value;
};

/** Returns `log(...)`, which adds a line to `lines`. */
export const logTo = (lines) => (...what) => void lines.push(shown(what));

/** Logs what a socket tells, under its name. */
export function watch(log, name, socket) {
  socket.on("connect", () => log(name, "connect", typeof socket.id, socket.connected, socket.active, Boolean(socket.recovered)));
  socket.on("disconnect", (reason, details) => log(name, "disconnect", reason, details?.description, socket.connected, socket.active, socket.id));
  socket.on("connect_error", (error) => log(name, "connect_error", error, socket.connected, socket.active));
  socket.onAny((...event) => log(name, "<", ...event));
  socket.onAnyOutgoing((...event) => log(name, ">", ...event));
}

/**
 * Logs what a manager tells. Returns its packets, a list that grows. Whether the manager or a socket tells first depends, with socket.io-client,
 * on who began to listen first; here a socket is always first. So packets are not in the log, nor is the manager of sockets that connect again.
 */
export function watchManager(log, manager) {
  for (const event of ["open", "close", "error", "reconnect_attempt", "reconnect", "reconnect_error", "reconnect_failed"]) {
    manager.on(event, (what) => log("manager", event, what));
  }
  const packets = [];
  manager.on("packet", ({ type, nsp, id }) => packets.push([type, nsp, typeof id]));
  return packets;
}

/** Resolves when an event comes, to its arguments. */
export const next = (emitter, event) => new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));

/** Runs a page: what it logs is the page's result, whatever becomes of it. */
export async function run(lines, page) {
  const log = logTo(lines);
  await page(log).catch((error) => log("the page failed", error, error.stack));
  globalThis.result = lines;
}
