// Binary in arguments: placeholders, and attachments behind the packet (specification, "Binary data").

/** What the reference server takes in one packet by default; it ends the connection where there are more. */
const MAX_ATTACHMENTS = 10;

export const isBinary = (value) =>
  value instanceof ArrayBuffer || ArrayBuffer.isView(value) || (typeof Blob === "function" && value instanceof Blob);

const isObject = (value) => typeof value === "object" && value !== null;

/** A copy with a placeholder for each binary member, or the value where it has none. `unwrapped`: whether it came from a toJSON, whose result is not asked for its own. */
function extract(value, attachments, unwrapped) {
  // Most members are no objects: asked for before, that spares each a call.
  if (Array.isArray(value)) return value.map((member) => (isObject(member) ? extract(member, attachments) : member));
  if (isBinary(value)) return { _placeholder: true, num: attachments.push(value) - 1 };
  if (!unwrapped && typeof value.toJSON === "function") {
    if (value instanceof Date) return value;
    const plain = value.toJSON();
    return isObject(plain) ? extract(plain, attachments, true) : plain;
  }
  let copy = value;
  for (const name in value) {
    const member = value[name];
    if (!isObject(member) || !Object.hasOwn(value, name)) continue;
    const plain = extract(member, attachments);
    if (plain === member) continue;
    if (copy === value) copy = { ...value };
    copy[name] = plain;
  }
  return copy;
}

/** Arguments as JSON; where there are attachments, {json, attachments}. Throws for what is no JSON. */
export function serialise(args) {
  try {
    const attachments = [];
    const plain = extract(args, attachments);
    const json = JSON.stringify(attachments.length > 0 ? plain : args);
    if (attachments.length === 0) return json;
    if (attachments.length > MAX_ATTACHMENTS) throw new RangeError(`more than ${MAX_ATTACHMENTS} binary members`);
    return { json, attachments };
  } catch (cause) {
    const error = new TypeError(`the arguments cannot be sent: ${cause.message}`, { cause });
    throw Object.assign(error, { code: "ERR_INVALID_ARGUMENT" });
  }
}

/** Puts an attachment where the placeholder of that number is, in place. */
export function fill(value, number, bytes) {
  if (!isObject(value) || isBinary(value)) return value;
  if (value._placeholder === true) return value.num === number ? bytes : value;
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (isObject(member)) value[name] = fill(member, number, bytes);
  }
  return value;
}
