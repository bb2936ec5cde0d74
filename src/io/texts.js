/** 32 bits of a text, FNV-1a over its code units; equal texts have equal ones, and all that is no text shares one. */
export function textDigest(text) {
  let hash = -2128831035;
  if (typeof text === "string") for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/** Bytes of a text in UTF-8. */
export const utf8Length = (text) => new TextEncoder().encode(text).length;
