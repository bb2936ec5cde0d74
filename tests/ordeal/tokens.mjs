// The ordeal's tokens: JWTs that end by their time, or because the generation of their user's tokens has ended.
import { createHmac, randomUUID } from "node:crypto";

export const SECRET = "the ordeal's secret";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const sign = (text) => createHmac("sha256", SECRET).update(text).digest("base64url");

/** `life` in milliseconds. */
export function issue({ user, generation, life }) {
  const now = Date.now();
  const claims = { sub: user, generation, iat: Math.floor(now / 1000), exp: Math.ceil((now + life) / 1000), jti: randomUUID() };
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${sign(text)}`;
}

/** The user as whom a CONNECT payload's token authenticates, or null. `generations`: by user, the oldest that is accepted. */
export function authenticate(token, generations) {
  const [, text, signature] = /^Bearer ([\w-]+\.[\w-]+)\.([\w-]+)$/.exec(token ?? "") ?? [];
  if (text === undefined || sign(text) !== signature) return null;
  const { sub, generation, exp } = JSON.parse(Buffer.from(text.split(".")[1], "base64url"));
  return exp * 1000 > Date.now() && generation >= (generations[sub] ?? 0) ? sub : null;
}
