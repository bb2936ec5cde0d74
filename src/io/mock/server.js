// The mock's application: what the server says, as values. Rust has the frames.

const USER = "mock-user";
const RECEIVED_KEPT = 1000;

/** `settings`: {autoReply, sendMessage, message, connected}, the last three names of events. */
export class MockApplication {
  #settings;
  #refusals = [];
  #connections = 0;
  #replies = 0;
  #received = [];

  constructor(settings) {
    this.#settings = settings;
  }

  /** The open packet's JSON. */
  handshake(pingInterval, pingTimeout) {
    this.#connections += 1;
    return JSON.stringify({ sid: this.#sid, upgrades: [], pingInterval, pingTimeout, maxPayload: 1_000_000 });
  }

  /** The JSON that refuses a CONNECT, or undefined. */
  refusal(auth) {
    const token = String(auth?.token ?? "").split(" ").pop();
    if (token !== "invalid" && token !== "expired") return;
    return JSON.stringify({ message: `${token} token`, data: { code: 401 } });
  }

  /** [the JSON that accepts a CONNECT, the first event's]. */
  welcome() {
    const hello = { sid: this.#sid };
    return [JSON.stringify(hello), JSON.stringify([this.#settings.connected, hello])];
  }

  /** An event came. Returns the acknowledgement's JSON, then those of the events that follow. */
  event(args, hasAck) {
    const [event, message] = args;
    this.#received.push(Object.freeze({ event, args: Object.freeze(args.slice(1)) }));
    if (this.#received.length > RECEIVED_KEPT) this.#received.shift();

    const refused = this.#refusals.findIndex((refusal) => refusal.event === event);
    if (refused >= 0) return [JSON.stringify([this.#refusals.splice(refused, 1)[0].answer])];

    const answers = [[{ status: "ok" }]];
    const name = this.#settings.message;
    if (event === this.#settings.sendMessage) {
      if (!hasAck) answers.push([name, message]);
      if (this.#settings.autoReply) answers.push([name, this.#reply(message)]);
    }
    return answers.map((answer) => JSON.stringify(answer));
  }

  refuseNext(event, answer) {
    this.#refusals.push({ event, answer });
  }

  received() {
    return [...this.#received];
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
