// What Rust works through: the wire, storage, and what the application has to be told, which waits here until nothing is borrowed.
import {
  ASK_BUFFERED, CLOSE, DUE, LOCK, OPEN, OUTCOME, PLACE, PONG, REMOVE, RESUME, SEND, SOCKET_SHIFT, STORE, SWEEP, TIMER,
} from "./acts.js";
import { keyOf, load, placeText, remove, settle, store } from "./record.js";
import { report } from "./report.js";
import { base64, describe, head, member } from "./wire.js";

export class Host {
  #link;
  #layer;
  #above;
  #outline = 0;
  #outcome;
  #session;
  /** The number of the transport that is to be opened when its turn comes. */
  #opening;
  #effects = [];
  #telling = false;
  #due = false;
  #fired = false;
  /** Takes what is thrown while the machine is at work. */
  #caught = report;
  /** The browser's storage, or undefined. */
  storage;
  /** Names the messages in it that are read: the owner's. Undefined while it is not known whose they are. */
  scope;
  member = member;
  base64 = base64;
  /** The place in the queue that was taken last, as text. */
  place;
  /** A Codec, where the application has brought its own parser. */
  codec;
  /** What that has made of a payload, while `core_text` is told of the header. */
  given;

  /**
   * `layer`: `names` of the chat layer's incoming events with their codes, `prefixes` of its outgoing ones, its `storage`; lock(wanted) and
   * wrote(key) in storage, which must not call the application; isAuthError(message, data). `above` hears what the machine tells:
   * note(act, a, b, p, q, socket) at once and without calling the application, tell(act, a, b, p, q, socket) in turn; wake(fired), to call
   * `core_wake`; atRest(), when all is told; watches(), whether to tell of each frame that is sent, as SEND.
   */
  constructor(link, layer, above) {
    this.#link = link;
    this.storage = layer.storage;
    this.#layer = layer;
    this.#above = above;
  }

  /** See host.rs. Never throws: the machine would be lost. */
  perform(code, a, b, p, q) {
    const act = code & ((1 << SOCKET_SHIFT) - 1);
    try {
      switch (act) {
        case OPEN:
          // In its turn: who hears of the attempt may still change where it goes.
          this.#opening = a;
          break;
        case CLOSE:
          this.#opening = undefined;
          this.#link.shut();
          break;
        case PONG:
          return this.#write("3");
        case RESUME:
          return (this.#session = { pid: p, offset: q });
        case SEND:
          return this.#send(head(a & 7, a >> 6, q, b), (a >> 3) & 7, p);
        case ASK_BUFFERED:
          return this.#link.buffered();
        case STORE:
          return this.#store(p, q);
        case REMOVE:
          return this.#remove(keyOf(q, placeText(a, b), p));
        case OUTCOME:
          return (this.#outcome = [b, p]);
        case SWEEP:
          return void (this.scope && load(this.storage, this.scope));
        case LOCK:
          return this.#layer.lock(a === 1);
        case TIMER:
          this.#fired = true;
          return this.pump();
        case DUE:
          return (this.#due = true);
        case PLACE:
          return (this.place = placeText(a, b));
      }
      const socket = code >>> SOCKET_SHIFT;
      this.#above.note(act, a, b, p, q, socket);
      this.#effects.push({ act, a, b, p, q, socket });
    } catch (error) {
      this.#caught(error);
    }
  }

  #store(record, scope) {
    const key = this.storage && store(this.storage, scope, record);
    if (key === undefined) return 0;
    this.#layer.wrote(key);
    return 1;
  }

  #remove(key) {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    if (outcome) settle(this.storage, key, outcome);
    else remove(this.storage, key);
    this.#layer.wrote(key);
  }

  /** A packet. `header`: its text; `form`: the number of a client::Body. */
  #send(header, form, payload) {
    // An event that waited for the connection, unless it waits no more.
    if (payload?._take) payload = payload._take();
    if (payload === null) return;
    const attachments = payload?.attachments;
    if (attachments) payload = payload.json;
    if (this.#session) {
      payload = JSON.stringify({ ...this.#session, ...(payload && JSON.parse(payload)) });
      this.#session = undefined;
    }
    if (this.codec) for (const frame of this.codec.encode(header, payload)) this.#write(frame);
    else this.#write(header + this.#body(form, payload));
    if (attachments) for (const bytes of attachments) this.#write(bytes);
  }

  /** Calls Rust for an application that is to hear of what its parser throws. */
  strictly(call) {
    const thrown = [];
    this.#caught = (error) => thrown.push(error);
    const result = call();
    this.#caught = report;
    if (thrown.length === 0) return result;
    this.pump();
    throw thrown[0];
  }

  /** One frame; who watches frames is told. */
  #write(frame) {
    this.#link.send(frame);
    if (this.#above.watches()) this.#effects.push({ act: SEND, p: frame });
  }

  #body(form, payload) {
    if (form === 0) return payload ?? "";
    return this.#layer.prefixes[form] + (form < 3 ? payload : JSON.stringify({ conversationId: payload })) + "]";
  }

  /** Tells the application what there is to tell, and does what falls due meanwhile. Called by a listener, it leaves that to the call that the
   * listener came from. */
  pump() {
    if (this.#telling) return;
    this.#telling = true;
    while (this.#due || this.#fired || this.#effects.length > 0) {
      // Longer while it is gone through: that is what a queue is for.
      for (const { act, a, b, p, q, socket } of this.#effects) {
        try {
          if (act !== OPEN) this.#above.tell(act, a, b, p, q, socket);
          else if (a === this.#opening) this.#link.open(a);
        } catch (error) {
          report(error);
        }
      }
      this.#effects = [];
      if (this.#due || this.#fired) {
        const fired = this.#fired;
        this.#due = this.#fired = false;
        this.#above.wake(fired);
      }
    }
    this.#telling = false;
    this.#above.atRest();
  }

  /** Nothing more is told. */
  clear() {
    this.#opening = undefined;
    this.#link.shut();
    this.#effects.length = 0;
    this.#due = this.#fired = false;
  }

  /** The JSON from `at` on, or undefined. What it is, `outline` tells. */
  parse(text, at, attachments) {
    let value;
    try {
      value = this.given ?? JSON.parse(text.slice(at));
      this.given = undefined;
      this.#outline = describe(value, attachments, this.#layer.names);
    } catch {
      // No JSON, or nested deeper than the stack: invalid either way.
      this.#outline = describe();
    }
    return value;
  }

  /** Of what `parse` returned last. */
  outline() {
    return this.#outline;
  }

  isAuthError(message, data) {
    return this.#layer.isAuthError(message, data);
  }
}
