// The application's own parser, of socket.io-parser's interface, in the place of ours: its Encoder makes frames of packets, and of its Decoder's
// packets the machine gets what it gets of a frame.

import { Packets } from "../io/packets.js";

const MESSAGE = "4";

export class Codec {
  #encoder;
  #decoder;
  #hear;
  #packets = new Packets();

  /** `hear(head, data, packet)`: a packet's header as text, with an "x" for a payload; that; and the packet as it is. */
  constructor({ Encoder, Decoder }, hear) {
    this.#encoder = new Encoder();
    this.#decoder = new Decoder();
    this.#hear = hear;
    this.#decoder.on("decoded", (packet) => {
      const { type, nsp, id = "", data } = packet;
      // Binary is in its place by now, whatever the packet is called.
      const plain = type === 5 || type === 6 ? type - 3 : type;
      hear(`${MESSAGE}${plain}${nsp === "/" ? "" : `${nsp},`}${id}${data === undefined ? "" : "x"}`, data, packet);
    });
  }

  /** The frames of a packet. `head`: its text; `payload`: what is sent, or the JSON of a CONNECT packet. */
  encode(head, payload) {
    const isJson = typeof payload === "string";
    const packet = this.#packets.read(`${head}${isJson ? payload : ""}`);
    if (!isJson) packet.data = payload;
    packet.options = { compress: true };
    return this.#encoder.encode(packet).map((chunk) => (typeof chunk === "string" ? MESSAGE + chunk : chunk));
  }

  /** A message came, without Engine.IO's digit. */
  decode(chunk) {
    try {
      this.#decoder.add(chunk);
    } catch {
      // No packet.
      this.#hear(MESSAGE);
    }
  }

  /** The connection is gone, and with it what was incomplete. */
  reset() {
    this.#decoder.destroy();
  }
}
