// The Engine.IO connection under a Manager, for those who watch it: one object for each attempt.
import { Emitter } from "./emitter.js";

const TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

/**
 * Events: open, packet (for each frame that came), packetCreate (for each that is sent), ping, error, close.
 */
export class Engine extends Emitter {
  id;
  readyState = "closed";
  transport = { name: "websocket" };
  #close;

  /** `close(number)` gives a transport up. */
  constructor(close) {
    super();
    this.#close = close;
  }

  /** Ends the connection as if it was lost. */
  close() {
    this.#close(this._number);
    return this;
  }

  /** Tells of a frame. */
  _frame(event, frame) {
    const text = typeof frame === "string";
    const type = text ? (TYPES[frame[0]] ?? "error") : "message";
    const data = text ? frame.slice(1) || undefined : frame;
    this.emitReserved(event, { type, data });
  }
}
