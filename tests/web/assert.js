// Assertions: each throws an error that says what was and what should have been.

export class AssertionError extends Error {
  name = "AssertionError";
}

const show = (value) => {
  try {
    return typeof value === "function" || value === undefined ? String(value) : JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

/** What an error says and where it was thrown: only V8 puts the message into the stack. */
export function told(error) {
  const [text, stack] = [String(error), error?.stack ?? ""];
  return stack.startsWith(text) ? stack : `${text}\n${stack}`;
}

export function ok(value, what) {
  if (!value) throw new AssertionError(`${what}: ${show(value)}`);
}

/** The same value, or the same object. */
export function is(actual, expected, what = "value") {
  if (!Object.is(actual, expected)) throw new AssertionError(`${what}: ${show(actual)} instead of ${show(expected)}`);
}

/** Alike, all the way down. */
export function same(actual, expected, what = "value") {
  if (!alike(actual, expected)) throw new AssertionError(`${what}: ${show(actual)} instead of ${show(expected)}`);
}

function alike(one, other) {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && alike(one[name], other[name]));
}

export function throws(act, code, what = "the call") {
  try {
    act();
  } catch (error) {
    ok(error instanceof Error, `${what} threw no Error`);
    is(error.code, code, `the code of what ${what} threw (${error.message})`);
    return error;
  }
  throw new AssertionError(`${what} threw nothing instead of ${code}`);
}
