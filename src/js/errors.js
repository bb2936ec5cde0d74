// Errors as applications see them: each has a stable `code`.

export const coded = (code, message, cause) =>
  Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code });

export const invalidArgument = (message) => coded("ERR_INVALID_ARGUMENT", message);

export const closed = () => coded("ERR_CLOSED", "the client was closed");

/** A text that is not empty. */
export function requireText(value, name, invalid = invalidArgument) {
  if (typeof value !== "string" || value === "") throw invalid(`${name} must be a text, not empty`);
}
