// Packets as a server might send them, and what accidents and strangers make of them.

export const NAMESPACES = ["/", "/admin", "/räume/茶🍵", "/admin?token=1&uid=ä", "/4-2", "/a/"];

const TEXTS = ["", "a", "räume 🍵", "\u0000", "\ud800", "\ufeff", "\u2028", "__proto__", "constructor", "_placeholder", '"\\', "x".repeat(300)];
const NAMES = ["message", "notification", "connected", "a", "räume", "", "error", "__proto__", "hasOwnProperty", "newMessage"];
const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];
const NUMBERS = [0, -0, 1, -1, 0.5, 42, 1e308, 5e-324, 2 ** 53, -(2 ** 53), 1e21];
const KEYS = ["a", "b", "id", "error", "data", "message", "sid", "pid", "num", "_placeholder", "toJSON", "__proto__", "constructor", "räume", ""];

const ACK_IDS = ["0", "1", "2", "3", "5", "12", "007", "4294967296", "900719925474099", "9007199254740991"];
const HUGE_IDS = ["9007199254740992", "99999999999999999999", "1".repeat(400)];

/** JSON as text: in JavaScript's own objects not every key is a member like any other. */
function json(random, depth = 3) {
  switch (random.below(depth > 0 ? 8 : 5)) {
    case 0:
      return JSON.stringify(random.pick(TEXTS));
    case 1: {
      const number = random.pick(NUMBERS);
      return Object.is(number, -0) ? "-0" : JSON.stringify(number);
    }
    case 2:
      return random.pick(["true", "false", "null"]);
    case 3:
      return random.pick(['"\\ud83c\\udf75"', '"\\ud800"', "1e999", "1E+2", "[]", "{}"]);
    case 4:
      return JSON.stringify({ id: "m", conversationId: "c", content: random.pick(TEXTS) });
    case 5:
      return `[${random.list(4, () => json(random, depth - 1))}]`;
    default:
      return `{${random.list(4, () => `${JSON.stringify(random.pick(KEYS))}:${json(random, depth - 1)}`)}}`;
  }
}

const placeholder = (number) => `{"_placeholder":true,"num":${number}}`;

/** A placeholder for each attachment somewhere in the arguments; sometimes one that fits none. */
function withPlaceholders(random, parts, attachments) {
  for (let number = 0; number < attachments; number += 1) {
    const one = placeholder(random.chance(90) ? number : random.below(attachments));
    const nested = random.pick([one, one, `[${one}]`, `{"a":{"b":[1,${one}]}}`, `{"__proto__":${one},"num":${one}}`, `{"_placeholder":false,"num":${one}}`]);
    parts.splice(1 + random.below(parts.length), 0, nested);
  }
  if (random.chance(5)) parts.push(placeholder(random.pick([attachments, -1, 0.5, "null", '"0"', '"x"', "{}", "1e999", "-0", "99"])));
  if (random.chance(3)) parts.push('{"_placeholder":true}');
  return parts;
}

function payload(random, type, attachments) {
  switch (type) {
    case 0:
      return random.pick(["", "{}", `{"sid":"s${random.below(100)}"}`, '{"sid":"é","pid":"p"}', '{"sid":""}', '{"sid":7}', '{"sid":null}', "[]", '"s"', json(random)]);
    case 1:
      return random.chance(90) ? "" : json(random);
    case 4:
      return random.pick([
        "",
        "{}",
        '{"message":"räume","data":{"code":401}}',
        '{"message":"","data":null}',
        '{"message":7}',
        '{"message":null}',
        '{"data":[1]}',
        '"refused"',
        '""',
        "[]",
        "7",
        json(random),
      ]);
    default: {
      if (random.chance(2)) return "";
      if (random.chance(3)) return json(random);
      const first = random.chance(90) ? JSON.stringify(random.pick(NAMES)) : random.pick([JSON.stringify(random.pick(RESERVED)), "1", "-0", "null", "true", "[]", '{"error":"no"}']);
      const parts = [first, ...random.list(3, () => json(random))];
      if (type === 3 || type === 6) if (random.chance(30)) parts.shift();
      if (attachments > 0) withPlaceholders(random, parts.length ? parts : ["1"], attachments);
      else if (random.chance(5)) parts.push(placeholder(random.below(2)));
      const space = random.chance(10) ? " " : "";
      return `${space}[${parts.join(`,${space}`)}]${space}`;
    }
  }
}

function attachment(random) {
  const bytes = new Uint8Array(random.below(40)).map(() => random.below(256));
  if (random.chance(70)) return bytes.buffer;
  const text = Buffer.from(bytes).toString("base64");
  return `b${random.chance(92) ? text : random.pick([`${text}*`, text.slice(0, -1), `${text.slice(0, 3)} ${text.slice(3)}`, text.replaceAll("=", ""), `${text}=`, "é"])}`;
}

/** One packet and its attachments, by and large as the protocol has it. */
function packet(random, namespace, pending) {
  const type = random.pick([0, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 5, 5, 5, 5, 6, 6, 6]);
  const binary = type > 4;
  const attachments = binary ? 1 + random.below(random.chance(90) ? 3 : 10) : 0;
  const count = binary ? `${random.chance(96) ? attachments : random.pick(["0", "11", "99", "", "1.0", "1e0", "+1", "0x1", " 1", "01", "-1", "1.5", "NaN"])}-` : "";
  const own = namespace === "/" ? random.pick(["", "", "", "/,"]) : `${namespace},`;
  const name = random.chance(85) ? own : `${random.pick(NAMESPACES)},`;
  const id = random.chance(type === 3 || type === 6 ? 90 : 35) ? random.pick(random.chance(60) ? pending : random.chance(95) ? ACK_IDS : HUGE_IDS) : "";
  const space = random.chance(1) ? random.pick([" ", "\n", "\u00a0", "\ufeff", " 1", "\t\t"]) : "";
  const frame = `4${type}${count}${name}${space}${id}${payload(random, type, attachments)}`;
  const frames = [frame, ...Array.from({ length: attachments }, () => attachment(random))];
  if (random.chance(3)) frames.splice(random.below(frames.length + 1), 1);
  if (random.chance(3)) frames.splice(random.below(frames.length + 1), 0, attachment(random));
  return frames;
}

const ENGINE = ["", "1", "2", "2probe", "3", "5", "6", "4", "7", "9", "x", " ", "é", "b", "42", "43", "430", "44", "40", "451-", "42[]", "42{}"];
const OPEN = '0{"sid":"e","upgrades":[],"pingInterval":1000000,"pingTimeout":1000000,"maxPayload":1000000}';
const PIECES = [..."0123456789-,/[]{}\":.+ex\\ \n\u00a0é🍵", "null", "true", '"_placeholder":true', '"num":0', "[[[[", "\ud800", "10-", "1-", "/admin,", "connect"];

function mutated(random, frame) {
  let text = frame;
  for (let count = random.below(3); count >= 0; count -= 1) {
    const at = random.below(Math.min(text.length, 40) + 1);
    switch (random.below(5)) {
      case 0:
        text = text.slice(0, at);
        break;
      case 1:
        text = text.slice(0, at) + text.slice(at + 1);
        break;
      case 2:
        text = text.slice(0, at) + random.pick(PIECES) + text.slice(at + 1);
        break;
      case 3:
        text = text.slice(at);
        break;
      default:
        text = text.slice(0, at) + random.pick(PIECES) + text.slice(at);
    }
  }
  return text;
}

/** What comes over one transport: a few packets, most of them whole. `pending`: ids of acknowledgements that are waited for. */
export function frames(random, namespace, pending) {
  const ids = pending.length > 0 ? pending : ACK_IDS;
  const list = Array.from({ length: 1 + random.below(3) }, () => packet(random, namespace, ids)).flat();
  if (random.chance(8)) list.splice(random.below(list.length + 1), 0, random.pick([...ENGINE, OPEN]));
  if (random.chance(25)) {
    const at = random.below(list.length);
    if (typeof list[at] === "string") list[at] = mutated(random, list[at]);
  }
  return list;
}

const BYTES = Uint8Array.from({ length: 64 }, (_, index) => index * 7);
const binary = (random) =>
  random.pick([
    () => BYTES.buffer.slice(0, random.below(9)),
    () => BYTES.subarray(3, 3 + random.below(9)),
    () => new Uint16Array(BYTES.buffer, 2, 3),
    () => new Float64Array([0.5, -0]),
    () => new DataView(BYTES.buffer, 5, 4),
    () => Buffer.from("räume"),
    () => new Blob(["🍵"]),
    () => new ArrayBuffer(0),
  ])();

class Point {
  x = 1;
  get y() {
    return 2;
  }
}

/** An array that is not made as arrays are. */
class Items extends Array {
  constructor(items) {
    super();
    for (const item of items) this.push(item);
  }
}

/** Anything that an application may hand to emit. */
function value(random, depth = 3) {
  if (random.chance(12)) return binary(random);
  switch (random.below(depth > 0 ? 12 : 6)) {
    case 0:
      return random.pick(TEXTS);
    case 1:
      return random.pick([...NUMBERS, NaN, Infinity]);
    case 2:
      return random.pick([true, false, null, undefined]);
    case 3:
      return random.pick([new Date(0), new Date(NaN), /x/g, Symbol("s"), new Map([[1, 2]]), new Set([1]), new Point(), new Items(["a", 1]), new Error("e"), Object("boxed"), Object(1)]);
    case 4:
      return JSON.parse(json(random));
    case 5:
      return random.chance(90) ? random.below(1000) : random.pick([1n, cycle(), () => 1]);
    case 6:
    case 7: {
      const inner = value(random, depth - 1);
      // One toJSON that returns another is called once or twice, as it happens: nobody relies on that.
      const plain = typeof inner?.toJSON === "function" && !Buffer.isBuffer(inner) && !(inner instanceof Date) ? inner.toJSON() : inner;
      return { toJSON: () => plain, hidden: 1 };
    }
    case 8:
    case 9:
      return random.list(4, () => value(random, depth - 1));
    default: {
      const object = random.chance(90) ? {} : Object.create(random.pick([null, { inherited: binary(random) }]));
      for (const key of random.list(4, () => random.pick(KEYS))) {
        if (key !== "toJSON") Object.defineProperty(object, key, { value: value(random, depth - 1), enumerable: true, configurable: true, writable: true });
      }
      return object;
    }
  }
}

function cycle() {
  const object = {};
  object.self = object;
  return object;
}

/** Arguments of an event, the name first, or of an acknowledgement. */
export const eventArguments = (random) => [random.chance(95) ? random.pick(NAMES) : random.below(10), ...values(random)];
export function values(random) {
  // A function among them would be the acknowledgement.
  const list = random.list(4, () => value(random)).map((one) => (typeof one === "function" ? null : one));
  return random.chance(2) ? [...list, ...Array.from({ length: 11 }, () => binary(random))] : list;
}
