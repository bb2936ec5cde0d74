// Packets of frames that are known to be sound: for the mock's server, and for those who watch a connection.
import { fill } from "./binary.js";
import { rust } from "./wasm.js";
import { base64 } from "./wire.js";

const MESSAGE = "4", BASE64 = "b";
const BINARY_EVENT = 5;
/** From a binary type to the plain one. */
const BINARY = 3;

export class Packets {
  /** A packet whose attachments have not all come. */
  #incomplete;

  /** The packet that a frame is, or completes: {type, nsp, id, data}, as socket.io-parser has it. */
  read(frame) {
    if (frame[0] === MESSAGE) return this.#begin(frame);
    const waiting = this.#incomplete;
    if (typeof frame === "string") {
      if (frame[0] !== BASE64) return;
      frame = base64(frame);
    }
    if (waiting === undefined) return;
    fill(waiting.packet.data, waiting.number++, frame);
    if (waiting.number < waiting.attachments) return;
    this.#incomplete = undefined;
    return waiting.packet;
  }

  /** The connection is gone, and with it what was incomplete. */
  reset() {
    this.#incomplete = undefined;
  }

  #begin(text) {
    let packet, attachments, at;
    const perform = (_, kind, end, nsp = "/", id) => {
      const type = kind >> 4;
      packet = { type: type < BINARY_EVENT ? type : type - BINARY, nsp };
      if (id !== undefined) packet.id = id;
      [attachments, at] = [kind & 15, end];
    };
    rust.core_read_header({ perform }, text);
    if (at < text.length) packet.data = JSON.parse(text.slice(at));
    this.#incomplete = attachments > 0 ? { packet, attachments, number: 0 } : undefined;
    return attachments > 0 ? undefined : packet;
  }
}
