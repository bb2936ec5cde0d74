// Who connects: the token or its provider, and the owner of the queue that follows from it.
import { coded } from "./errors.js";

const REASONS = ["initial", "reconnect", "rejected"];
const REJECTED = 2;

// The codes of what is answered to the machine, as in core.rs.
const PAYLOAD = 0, SAME = 1, SIGNED_OUT = 2, FAILED = 3;

const denied = (status) => status === 401 || status === 403;
const looksLikeAuthError = ({ message, data }) =>
  denied(data?.code) || denied(data?.status) || /token|jwt|auth|expir/i.test(message);

export class Auth {
  #token;
  #previous = null;
  #scheme;
  #userId;
  #isAuthError;
  /** More members of the CONNECT payload. */
  more;

  constructor({ token, scheme, auth, userId, isAuthError = looksLikeAuthError }) {
    requireToken(token, "ERR_INVALID_OPTION");
    this.#token = token;
    this.#scheme = scheme;
    this.more = auth;
    this.#userId = userId;
    this.#isAuthError = isAuthError;
  }

  /** Takes a new token or provider. Returns whether that may succeed where the last one was refused. */
  replace(token) {
    requireToken(token, "ERR_INVALID_ARGUMENT");
    if (token !== undefined) this.#token = token;
    return typeof this.#token === "function" || (this.#token ?? null) !== this.#previous;
  }

  /** `userId`, else the `sub` of a JWT, else "anonymous". */
  get owner() {
    const token = typeof this.#token === "function" ? this.#previous : this.#token;
    return this.#userId ?? subject(token) ?? "anonymous";
  }

  /** Answers the machine's question by `answer(kind, value)`: at once, or when the provider has. */
  ask(reason, answer) {
    const token = this.#token;
    if (typeof token !== "function") return this.#conclude(token, reason, answer);
    // Somebody else may have signed in since: then that one is asked.
    const unless = (conclude) => (result) => (token === this.#token ? conclude(result) : this.ask(reason, answer));
    this.#call(token, reason).then(
      unless((given) => this.#conclude(given, reason, answer)),
      unless((error) => answer(FAILED, String(error?.message ?? error))),
    );
  }

  async #call(token, reason) {
    const given = (await token({ reason: REASONS[reason], previous: this.#previous })) ?? null;
    if (given !== null && typeof given !== "string") throw new TypeError("the token provider returned no string");
    return given;
  }

  #conclude(token, reason, answer) {
    if (token === null || token === "") return answer(SIGNED_OUT);
    const same = reason === REJECTED && token === (this.#previous ?? undefined);
    this.#previous = token ?? null;
    const own = token === undefined ? undefined : { token: this.#scheme === null ? token : `${this.#scheme} ${token}` };
    let payload;
    try {
      payload = own || this.more ? JSON.stringify({ ...this.more, ...own }) : undefined;
    } catch (error) {
      return answer(FAILED, `auth: ${error.message}`);
    }
    answer(same ? SAME : PAYLOAD, payload);
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

/** The `sub` of a JWT, read and not verified. Undefined for anything else. */
function subject(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const { sub } = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (unit) => unit.charCodeAt(0))));
    if (typeof sub === "string" && sub !== "") return sub;
  } catch {
    // No JWT: opaque tokens are as good.
  }
}
