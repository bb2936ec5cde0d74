// What socket.io-client's own parsers make of frames, and what of that its Socket would tell.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

// The versions that socket.io-client brings, and of Engine.IO's parser the browser's half.
const client = createRequire(createRequire(import.meta.url).resolve("socket.io-client"));
export const { Decoder, Encoder, PacketType } = client("socket.io-parser");
const engine = createRequire(client.resolve("engine.io-client"));
const { decodePacket } = engine(join(dirname(engine.resolve("engine.io-parser")), "decodePacket.browser.js"));

/** An Engine.IO packet: {type, data}. */
export const engineDecode = (frame) => decodePacket(frame, "arraybuffer");

/** The frames of a packet. */
export const encode = (packet) => new Encoder().encode(packet);

/** Decodes frames one after the other: what has become complete, or the error. */
export class Reader {
  #decoder = new Decoder();
  #decoded;
  /** Whether a packet waits for attachments. */
  waits = false;

  constructor() {
    this.#decoder.on("decoded", (packet) => (this.#decoded = packet));
  }

  /** {packet: complete, undefined while attachments are to come} or {error}. */
  read(data) {
    this.#decoded = undefined;
    try {
      this.#decoder.add(data);
    } catch (error) {
      return { error };
    }
    this.waits = this.#decoded === undefined;
    return { packet: this.#decoded };
  }
}

/** One whole packet's text, whether or not attachments follow: {packet} or {error}. */
export function readText(text) {
  try {
    return { packet: new Decoder().decodeString(text) };
  } catch (error) {
    return { error };
  }
}

/** What a socket of `namespace` tells of a packet. `state`: {connected, early, pending, over}, changed in place. */
function tell(packet, namespace, state, acknowledge) {
  if (packet.nsp !== namespace) return [];
  const { type, data, id } = packet;
  switch (type) {
    case PacketType.CONNECT:
      state.connected = Boolean(data?.sid);
      state.over = !state.connected;
      return state.connected ? [...state.early, ["connect", data.sid]] : [["refused", VERSION, undefined]];
    case PacketType.DISCONNECT:
      state.over = true;
      return [["server disconnect"]];
    case PacketType.CONNECT_ERROR:
      state.over = true;
      return [["refused", new Error(data.message).message, data.data]];
    case PacketType.ACK:
      return state.connected && state.pending.delete(id) ? [["ack", id, data]] : [];
    default: {
      const event = id === undefined ? ["event", data] : ["event", data, acknowledge(id)];
      if (state.connected) return [event];
      state.early.push(event);
      return [];
    }
  }
}

/** Stands for the text that says so. */
export const VERSION = "another version";

/**
 * What has to be told of frames, and whether attachments are still to come: {events, waits}. It is what the reference tells, but where a row of `rows` has another opinion; `heed(row)` is told of it.
 * `connected` and `pending`: whether the socket is, and the ids of acknowledgements that it waits for. `acknowledge(id)`: the frames of one.
 */
export function expected(frames, namespace, { connected, pending }, acknowledge, rows, heed) {
  const reader = new Reader();
  const state = { connected, pending: new Set(pending), early: [], over: false };
  const events = [];
  const todo = [...frames];
  while (todo.length > 0 && !state.over) {
    const frame = todo.shift();
    const engine = engineDecode(frame);
    const step = { frame, engine, connected: state.connected, waits: reader.waits };
    if (typeof engine.data === "string" && engine.type === "message" && !reader.waits) {
      step.text = engine.data;
      step.parsed = readText(engine.data).packet;
    }
    let row = rows.find(({ when }) => when(step));
    if (row === undefined && engine.type === "message") {
      const { packet, error } = reader.read(engine.data);
      if (error) return { events: [...events, ["close", "parse error"]] };
      if (packet === undefined) continue;
      Object.assign(step, { complete: packet, own: packet.nsp === namespace });
      row = rows.find(({ when }) => when(step));
      if (row === undefined) events.push(...tell(packet, namespace, state, acknowledge));
    }
    if (row !== undefined) {
      heed(row);
      const { again, events: instead = [], end = false } = row.then(step);
      if (again !== undefined) todo.unshift(again);
      events.push(...instead);
      state.over = end;
    } else if (engine.type === "error") return { events: [...events, ["close", "transport error"]] };
    else if (engine.type === "ping") events.push(["pong"]);
  }
  return { events, waits: reader.waits };
}
