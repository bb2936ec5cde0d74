// The mock's Socket.IO server: one frame in, the answers out.
import { serialise } from "../binary.js";
import { BINARY, Packets } from "../packets.js";
import { head } from "../wire.js";

const USER = "mock-user";
const RECEIVED_KEPT = 1000;

// Packet types of Socket.IO.
const CONNECT = 0, DISCONNECT = 1, EVENT = 2, ACK = 3, CONNECT_ERROR = 4;

/** Bytes as a WebSocket hands them out. */
const bufferOf = (bytes) => (ArrayBuffer.isView(bytes) ? bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) : bytes);

export class MockServer {
  #settings;
  #times;
  #packets = new Packets();
  #connected = false;
  #refusals = [];
  #connections = 0;
  #replies = 0;
  #received = [];

  constructor(settings, times) {
    this.#settings = settings;
    this.#times = times;
  }

  /** The open packet. */
  open() {
    this.#connections += 1;
    return `0${JSON.stringify({ sid: this.#sid, upgrades: [], ...this.#times, maxPayload: 1_000_000 })}`;
  }

  hangUp() {
    this.#connected = false;
    this.#packets.reset();
  }

  /** Answers a frame of the client. */
  receive(frame) {
    const { type, nsp, id, data } = this.#packets.read(frame) ?? {};
    if (type === CONNECT) return this.#connect(nsp, data);
    if (nsp !== this.#settings.namespace || !this.#connected) return [];
    if (type === EVENT) return this.#event(data, id);
    if (type === DISCONNECT) this.hangUp();
    return [];
  }

  /** An event's frames, if there is somebody to send them to. */
  emit(args) {
    return this.#connected ? this.#packet(EVENT, args) : [];
  }

  /** The next event of that name is acknowledged with `answer`, and nothing more. */
  refuseNext(event, answer) {
    this.#refusals.push({ event, answer });
  }

  /** What the client has sent, oldest first. */
  get received() {
    return Object.freeze([...this.#received]);
  }

  /** A packet's frames. */
  #packet(kind, payload, ack = -1, nsp = this.#settings.namespace) {
    const body = serialise(payload);
    const { json = body, attachments = [] } = body;
    const type = attachments.length > 0 ? kind + BINARY : kind;
    return [head(type, attachments.length, nsp === "/" ? undefined : nsp, ack) + json, ...attachments.map(bufferOf)];
  }

  #connect(nsp, auth) {
    // As a server refuses a namespace that nobody has made.
    if (nsp !== this.#settings.namespace) return this.#packet(CONNECT_ERROR, { message: "Invalid namespace" }, undefined, nsp);
    this.#connected = true;
    const token = String(auth?.token ?? "").split(" ").pop();
    if (token === "invalid" || token === "expired") {
      const refusal = this.#packet(CONNECT_ERROR, { message: `${token} token`, data: { code: 401 } });
      this.hangUp();
      return refusal;
    }
    const hello = { sid: this.#sid };
    return [...this.#packet(CONNECT, hello), ...this.emit([this.#settings.connected, hello])];
  }

  #event(args, ack) {
    const [event, message] = args;
    this.#received.push(Object.freeze({ event, args: Object.freeze(args.slice(1)) }));
    if (this.#received.length > RECEIVED_KEPT) this.#received.shift();

    const acknowledge = (answer) => (ack === undefined ? [] : this.#packet(ACK, [answer], ack));
    const refused = this.#refusals.findIndex((refusal) => refusal.event === event);
    if (refused >= 0) return acknowledge(this.#refusals.splice(refused, 1)[0].answer);

    const frames = acknowledge({ status: "ok" });
    if (event === this.#settings.sendMessage) {
      const { message: name, autoReply } = this.#settings;
      if (ack === undefined) frames.push(...this.emit([name, message]));
      if (autoReply) frames.push(...this.emit([name, this.#reply(message)]));
    }
    return frames;
  }

  get #sid() {
    return `mock-${this.#connections}`;
  }

  #reply(message) {
    const createdAt = new Date().toISOString();
    this.#replies += 1;
    return {
      id: `mock-${createdAt}-${this.#replies}`,
      conversationId: message?.conversationId,
      content: `You said: ${message?.content}`,
      senderId: USER,
      createdAt,
    };
  }
}
