// Packets of frames that are known to be sound: for the mock's server, and for those who watch a connection.
import { fill } from "./binary.js";
import { base64 } from "./wire.js";

const MESSAGE = "4", BASE64 = "b";
const BINARY_EVENT = 5;
/** From a plain type to the binary one. */
export const BINARY = 3;
/** Type, attachments, namespace and id, with the Engine.IO digit before them. */
const HEADER = /^4(\d)(?:(\d+)-)?(?:(\/[^,]*),?)?(\d*)/;

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
    const [{ length }, type, attachments = 0, nsp = "/", id] = HEADER.exec(text);
    const packet = { type: type < BINARY_EVENT ? +type : type - BINARY, nsp };
    if (id) packet.id = +id;
    if (length < text.length) packet.data = JSON.parse(text.slice(length));
    if (attachments === 0) return packet;
    this.#incomplete = { packet, attachments, number: 0 };
  }
}
