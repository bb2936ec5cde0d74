// The link to the server: one WebSocket at a time, or the mock's likeness of one.

/**
 * `connect` returns a new socket or throws. `peer` hears of it, each time with the number that Rust gave to `open`:
 * text(number, text), binary(number, bytes), closed(number, failed, detail);
 * and frame(sent, data) of each frame, either way.
 */
export class Link {
  #connect;
  #peer;
  #socket;

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
      return peer.closed(number, true, error.message);
    }
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      peer.frame(false, data);
      if (typeof data === "string") peer.text(number, data);
      else peer.binary(number, data);
    };
    socket.onclose = ({ reason }) => peer.closed(number, false, reason || undefined);
    // A browser says no more of an error than that there was one, so that scripts cannot probe a network.
    socket.onerror = () => peer.closed(number, true, "websocket error");
    this.#socket = socket;
  }

  shut() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  /**
   * Sends a packet. `head`: a number, since nearly every head is digits only, or a text. `payload`: JSON, or undefined for none. `prefix`: what
   * stands before a payload that is the one argument of an event. What a closing socket refuses is lost as it would be on the way.
   */
  send(head, prefix, payload) {
    this.sendRaw(prefix === undefined ? head + (payload ?? "") : head + prefix + payload + "]");
  }

  /** One frame as it is: text, bytes or a Blob. */
  sendRaw(data) {
    this.#socket?.send(data);
    this.#peer.frame(true, data);
  }

  /** Bytes that were sent and have not left yet. */
  buffered() {
    return this.#socket?.bufferedAmount ?? 0;
  }
}
