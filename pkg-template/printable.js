// Bytes as text that compresses as they do, which base64 does not: a printable character for each of 0 to 90, and for the others one of two marks
// before it. Neither a quotation mark nor a backslash is among them.

const PAGE = 91;
const MARKS = ["", "}", "~"];

export function toText(bytes) {
  const characters = Array.from({ length: PAGE }, (_, index) => String.fromCharCode(index + (index > 58 ? 34 : index > 1 ? 33 : 32)));
  return Array.from(bytes, (byte) => MARKS[Math.floor(byte / PAGE)] + characters[byte % PAGE]).join("");
}

/** The opposite. Made for code that runs once, before any engine has optimised it: a native encoder, and a plain loop in place. */
export function toBytes(text) {
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let unit = bytes[at];
    let from = 32;
    if (unit > 124) {
      from -= (unit - 124) * PAGE;
      at += 1;
      unit = bytes[at];
    }
    bytes[length] = unit - from - (unit > 92 ? 2 : unit > 34 ? 1 : 0);
    length += 1;
  }
  return bytes.subarray(0, length);
}
