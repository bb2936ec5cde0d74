// The link to the server: one WebSocket at a time, or the mock's likeness of one.

/**
 * `connect` returns a new socket or throws. `peer` hears of it, each time with the number that the machine gave to `open`:
 * text(number, text), binary(number, bytes), closed(number, failed, detail);
 * and frame(sent, data) of each frame, either way.
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
      socket = this.#connect();
    } catch (error) {
      return queueMicrotask(() => peer.closed(number, true, error.message));
    }
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      peer.frame(false, data);
      this.#hear(typeof data === "string" ? peer.text : peer.binary, number, data);
    };
    socket.onclose = ({ reason }) => this.#hear(peer.closed, number, false, reason || undefined);
    // A browser says no more of an error than that there was one, so that scripts cannot probe a network.
    socket.onerror = () => this.#hear(peer.closed, number, true, "websocket error");
    this.#socket = socket;
  }

  shut() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  /** One frame: text, bytes or a Blob. What a closing socket refuses is lost as it would be on the way. */
  send(data) {
    this.#busy = true;
    try {
      this.#socket?.send(data);
    } finally {
      this.#busy = false;
    }
    this.#peer.frame(true, data);
  }

  /** Bytes that were sent and have not left yet. */
  buffered() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** The machine is at work while it opens and sends: what a likeness of a WebSocket answers at once has to wait. */
  #hear(tell, number, what, detail) {
    if (this.#busy) queueMicrotask(() => tell(number, what, detail));
    else tell(number, what, detail);
  }
}
