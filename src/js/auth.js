// Who connects: what a CONNECT packet carries; the chat client's token or its provider, and the owner of the queue that follows from it.
import { coded } from "./errors.js";

const REASONS = ["initial", "reconnect", "rejected", "expiring"];

// The codes of what is answered to the machine, as in core.rs.
const PAYLOAD = 0, SIGNED_OUT = 1, FAILED = 2;

const denied = (status) => status === 401 || status === 403;
const looksLikeAuthError = ({ message, data }) =>
  denied(data?.code) || denied(data?.status) || /token|jwt|auth|expir/i.test(message);

/** Answers with what `socket.auth` gives, or the function that it is, and `own` members, as JSON: `answer(kind, value)`, as `core_answer` takes it. */
export function askAuth(socket, own, answer) {
  const { auth } = socket;
  const fail = (error) => answer(FAILED, String(error?.message ?? error));
  const give = (given) => {
    let json;
    try {
      json = JSON.stringify(own ? { ...given, ...own } : (given ?? undefined));
    } catch (error) {
      return fail(`auth: ${error.message}`);
    }
    answer(PAYLOAD, json);
  };
  if (typeof auth !== "function") return give(auth);
  try {
    auth.call(socket, give)?.then?.(undefined, fail);
  } catch (error) {
    fail(error);
  }
}

export class Auth {
  #token;
  /** What was given last, by the provider or for it. */
  #previous = null;
  /** Whether the provider has answered. */
  #answered = false;
  /** Whether the application has asked for a connection. */
  #wanted = false;
  #scheme;
  #userId;
  #isAuthError;

  constructor({ token, scheme, userId, isAuthError = looksLikeAuthError }) {
    requireToken(token, "ERR_INVALID_OPTION");
    this.#token = token;
    this.#scheme = scheme;
    this.#userId = userId;
    this.#isAuthError = isAuthError;
  }

  /** Takes a new token or provider, or undefined for the old one. Returns whether it is new, and whether it may succeed where the last one was refused. */
  replace(token = this.#token) {
    requireToken(token, "ERR_INVALID_ARGUMENT");
    this.#wanted = true;
    const isNew = token !== this.#token;
    if (isNew) {
      this.#token = token;
      this.#answered = false;
    }
    const hopeful = typeof token === "function" || (token ?? null) !== this.#previous;
    // Who signs out may sign in again with the same.
    if (token === null) this.#previous = null;
    return [isNew && hopeful, hopeful];
  }

  /** Whether only a token tells whose the queue is. */
  get asks() {
    return this.#userId === undefined;
  }

  /** Whether the owner is nobody for now, and what is queued is whose who signs in next. */
  get isNobody() {
    return this.asks && !this.#token && (this.#token !== undefined || !this.#wanted);
  }

  /** `userId`, else the `sub` of a JWT, else "anonymous". Undefined while a provider has not answered. */
  get owner() {
    if (this.#userId !== undefined) return this.#userId;
    const asked = typeof this.#token === "function";
    if (asked && !this.#answered) return undefined;
    const { sub } = claims(asked ? this.#previous : this.#token);
    return typeof sub === "string" && sub !== "" ? sub : "anonymous";
  }

  /** Answers the machine's question by `answer(kind, value, token, issued, expires)`, as `core_answer` takes it: at once, or when all who are asked have. */
  ask(socket, reason, answer) {
    const token = this.#token;
    if (typeof token !== "function") return this.#conclude(socket, token, answer);
    // Somebody else may have signed in since, who has been asked by then.
    const unless = (conclude) => (result) => token === this.#token && conclude(result);
    this.#call(token, reason).then(
      unless((given) => {
        this.#answered ||= Boolean(given);
        this.#conclude(socket, given, answer);
      }),
      unless((error) => answer(FAILED, String(error?.message ?? error))),
    );
  }

  async #call(token, reason) {
    const given = (await token({ reason: REASONS[reason], previous: this.#previous })) ?? null;
    if (given !== null && typeof given !== "string") throw new TypeError("the provider returned no string");
    return given;
  }

  #conclude(socket, token, answer) {
    if (token === null || token === "") return answer(SIGNED_OUT);
    this.#previous = token ?? null;
    const own = token === undefined ? undefined : { token: this.#scheme === null ? token : `${this.#scheme} ${token}` };
    const { iat, exp } = claims(token);
    askAuth(socket, own, (kind, value) => answer(kind, value, token, iat * 1000, exp * 1000));
  }

  isAuthError(message, data) {
    try {
      return Boolean(this.#isAuthError({ message, data }));
    } catch {
      return false;
    }
  }
}

function requireToken(token, code) {
  if (token !== undefined && token !== null && typeof token !== "string" && typeof token !== "function") {
    throw coded(code, "token must be a string, null or a function");
  }
}

/** The claims of a JWT, read and not verified. None of anything else. */
function claims(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (unit) => unit.charCodeAt(0)))) ?? {};
  } catch {
    // No JWT: opaque tokens are as good.
    return {};
  }
}
