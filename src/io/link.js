// The link to the server: one WebSocket at a time, or the mock's likeness of one.

/** WebSocket.CLOSING; CLOSED is above it. */
const CLOSING = 2;

/**
 * `connect(number)` returns a new socket or throws. `peer` hears of it, each time with the number that the machine gave to `open`:
 * message(number, text or bytes), closed(number, how, detail, event) as `core_closed`.
 */
export class Link {
  #connect;
  #peer;
  #socket;
  #busy = false;

  constructor(connect, peer) {
    this.#connect = connect;
    this.#peer = peer;
  }

  open(number) {
    this.shut();
    const peer = this.#peer;
    let socket;
    try {
      socket = this.#connect(number);
    } catch (error) {
      return queueMicrotask(() => peer.closed(number, 1, error.message, error));
    }
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#hear(peer.message, number, data);
    socket.onclose = (event) => this.#hear(peer.closed, number, 0, event.reason || undefined, event);
    // A browser says no more of an error than that there was one, so that scripts cannot probe a network.
    socket.onerror = (event) => this.#hear(peer.closed, number, 1, "websocket error", event);
    this.#socket = socket;
  }

  shut() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  /** One frame: text, bytes or a Blob. Through a closing socket nothing goes any more, and browsers complain of who tries: it is lost as it would be on the way. */
  send(data) {
    if (this.#socket?.readyState >= CLOSING) return;
    this.#busy = true;
    try {
      this.#socket?.send(data);
    } finally {
      this.#busy = false;
    }
  }

  /** Bytes that were sent and have not left yet. */
  buffered() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** The machine is at work while it opens and sends: what a likeness of a WebSocket answers at once has to wait. */
  #hear(tell, number, what, detail, event) {
    if (this.#busy) queueMicrotask(() => tell(number, what, detail, event));
    else tell(number, what, detail, event);
  }
}
