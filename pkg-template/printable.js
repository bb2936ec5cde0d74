// Bytes as text that compresses as they do, which base64 does not: a printable character for each of 0 to 89, and for the others one of two marks
// before it. There is no quotation mark among them, and the backslash stands for a byte that is rare.

const FIRST = 35;
const PAGE = 90;
/** Where marks begin. The first one is below them, and stands for none. */
const MARK = 124;

export function toText(bytes) {
  const character = (byte) => (byte < PAGE ? "" : String.fromCharCode(MARK + Math.floor(byte / PAGE))) + String.fromCharCode(FIRST + (byte % PAGE));
  return Array.from(bytes, character).join("");
}

/** The opposite. Made for code that runs once, before any engine has optimised it: a native encoder, and a plain loop in place. */
export function toBytes(text) {
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let at = 0, unit; (unit = bytes[at]); at += 1) {
    bytes[length] = (unit > MARK ? (unit - MARK) * PAGE + bytes[(at += 1)] : unit) - FIRST;
    length += 1;
  }
  return bytes.subarray(0, length);
}
