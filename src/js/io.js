// `io`: a socket for a URL, over the connection that there is or a new one.
import { Manager } from "./manager.js";
import { Socket } from "./socket.js";
import { lookUp } from "./uri.js";

/** By server and path. */
const managers = new Map();

export function io(uri, options) {
  if (typeof uri === "object") [uri, options] = [undefined, uri];
  options ||= {};
  const { id, nsp } = lookUp(uri, options.path || "/socket.io");
  let manager = managers.get(id);
  const own = options.forceNew || options["force new connection"] || options.multiplex === false || manager?.nsps[nsp];
  if (own || !manager) manager = new Manager(uri, options);
  if (!own) managers.set(id, manager);
  return manager.socket(nsp, options);
}

Object.assign(io, { io, connect: io, Manager, Socket });

export { Manager, Socket };

/** The revision of the Socket.IO protocol that is spoken. */
export const protocol = 5;
