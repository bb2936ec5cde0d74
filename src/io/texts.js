// Texts as numbers, for Rust, which does not see them.

/** 32 bits of a text, FNV-1a over its code units; equal texts have equal ones, and all that is no text shares one. */
export function textDigest(text) {
  let hash = -2128831035;
  if (typeof text === "string") for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/** Bytes of a text in UTF-8, where surrogates come in pairs. Called while Rust is at work: it must not throw, as an encoder without memory might. */
export function utf8Length(text) {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    length += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return length;
}
