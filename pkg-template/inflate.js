// Unpacks what `npm run build` has packed: DEFLATE (RFC 1951) without stored blocks, of which WebAssembly makes none.

/** In which order the lengths of the codes stand that the lengths of the others are coded with. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END = 256;
const FIXED = 1;
const FIXED_LENGTHS = [Array.from({ length: 288 }, (_, code) => (code < 144 ? 8 : code < 256 ? 9 : code < 280 ? 7 : 8)), Array(30).fill(5)];

/** Of symbols' code lengths: how many there are of each, and the symbols in the order of their codes. */
function codesOf(lengths) {
  const counts = Array(16).fill(0);
  for (const length of lengths) counts[length] += 1;
  const from = [0, 0];
  for (let length = 1; length < 15; length += 1) from.push(from[length] + counts[length]);
  const symbols = [];
  lengths.forEach((length, symbol) => {
    if (length > 0) symbols[from[length]++] = symbol;
  });
  return { counts, symbols };
}

/** `packed`: a character a byte. Returns so many bytes. */
export function inflate(packed, size) {
  const out = new Uint8Array(size);
  let at = 0;
  let held = 0;
  let count = 0;
  let to = 0;

  const bits = (wanted) => {
    for (; count < wanted; count += 8) held |= packed.charCodeAt(at++) << count;
    const value = held & ((1 << wanted) - 1);
    held >>= wanted;
    count -= wanted;
    return value;
  };

  // Nearly all the time goes by here: one bit at a time, without a call.
  const symbolOf = ({ counts, symbols }) => {
    let offset = 0;
    let first = 0;
    for (let length = 1; ; length += 1) {
      if (count === 0) {
        held = packed.charCodeAt(at++);
        count = 8;
      }
      offset = offset * 2 + (held & 1);
      held >>= 1;
      count -= 1;
      const some = counts[length];
      if (offset < some) return symbols[first + offset];
      offset -= some;
      first += some;
    }
  };

  /** A length or distance: those of a code have `extra` bits more, twice as many codes each. */
  const value = (code, steps) => {
    const extra = Math.max((code >> steps) - 1, 0);
    return (extra ? ((1 << steps) | (code & ((1 << steps) - 1))) << extra : code) + bits(extra);
  };

  /** Code lengths of literals, and of distances. */
  const readLengths = () => {
    const literals = bits(5) + 257;
    const all = literals + bits(5) + 1;
    const own = Array(19).fill(0);
    for (let left = bits(4) + 4, i = 0; i < left; i += 1) own[ORDER[i]] = bits(3);
    const codes = codesOf(own);
    const lengths = [];
    while (lengths.length < all) {
      const code = symbolOf(codes);
      const again = code < 16 ? 1 : code < 17 ? 3 + bits(2) : code < 18 ? 3 + bits(3) : 11 + bits(7);
      lengths.push(...Array(again).fill(code < 16 ? code : code < 17 ? lengths.at(-1) : 0));
    }
    return [lengths.slice(0, literals), lengths.slice(literals)];
  };

  for (let last = 0; !last; ) {
    last = bits(1);
    const [literal, distance] = (bits(2) === FIXED ? FIXED_LENGTHS : readLengths()).map(codesOf);
    for (let code; (code = symbolOf(literal)) !== END; ) {
      if (code < END) {
        out[to++] = code;
        continue;
      }
      let left = code === 285 ? 258 : value(code - 257, 2) + 3;
      const back = value(symbolOf(distance), 1) + 1;
      for (; left > 0; left -= 1) out[to] = out[to++ - back];
    }
  }
  return out;
}
