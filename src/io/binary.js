// Binary in arguments: placeholders, and attachments behind the packet (specification, "Binary data").

/** What the reference server takes in one packet by default; it ends the connection where there are more. */
const MAX_ATTACHMENTS = 10;

export const isBinary = (value) =>
  value instanceof ArrayBuffer || ArrayBuffer.isView(value) || (typeof Blob === "function" && value instanceof Blob);

const isObject = (value) => typeof value === "object" && value !== null;

/** Spares a call for each member that is no object, which most are. */
const holdsBinary = (member) => typeof member === "object" && hasBinary(member);

/** `unwrapped`: whether it came from a toJSON, whose result is not asked for its own. */
function hasBinary(value, unwrapped) {
  if (!isObject(value)) return false;
  if (Array.isArray(value)) return value.some(holdsBinary);
  if (isBinary(value)) return true;
  if (!unwrapped && typeof value.toJSON === "function") return hasBinary(value.toJSON(), true);
  for (const name in value) if (holdsBinary(value[name]) && Object.hasOwn(value, name)) return true;
  return false;
}

function extract(value, attachments, unwrapped) {
  if (!isObject(value) || value instanceof Date) return value;
  if (isBinary(value)) return { _placeholder: true, num: attachments.push(value) - 1 };
  if (Array.isArray(value)) {
    const copy = [];
    for (let index = 0; index < value.length; index++) copy.push(extract(value[index], attachments));
    return copy;
  }
  if (!unwrapped && typeof value.toJSON === "function") return extract(value.toJSON(), attachments, true);
  const copy = { ...value };
  for (const name in copy) if (isObject(copy[name]) && Object.hasOwn(copy, name)) copy[name] = extract(copy[name], attachments);
  return copy;
}

/** Arguments as JSON; where there are attachments, {json, attachments}. Throws for what is no JSON. */
export function serialise(args) {
  try {
    if (!hasBinary(args)) return JSON.stringify(args);
    const attachments = [];
    const json = JSON.stringify(extract(args, attachments));
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
  for (const name of Object.keys(value)) value[name] = fill(value[name], number, bytes);
  return value;
}
