// What the ordeal's page is served from: its files, the built package, and the tokens. No fault but being offline concerns it.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { issue } from "./tokens.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const HOUR = 3_600_000;
/** So short that a token often ends between two connections. */
const SHORT_LIFE = 3_000;

export class Site {
  /** By user, the oldest generation of tokens that the server accepts. */
  generations = {};
  #signedOut = new Map();
  #issued = 0;
  #pkg;
  #server = createServer((request, response) => this.#answer(request, response));

  /** `pkg`: the folder of the built package. */
  constructor(pkg) {
    this.#pkg = pkg;
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /** A good token, unless the user is signed out; every third ends soon. */
  token(user) {
    this.#issued += 1;
    const generation = (this.generations[user] ?? 0) - Number(this.#signedOut.has(user));
    return issue({ user, generation, life: this.#issued % 3 === 0 ? SHORT_LIFE : HOUR });
  }

  /** All tokens of a user end now. */
  expire(user) {
    this.generations[user] = (this.generations[user] ?? 0) + 1;
  }

  /** All tokens of a user end now, and there are no others until `signIn`. */
  signOut(user) {
    this.expire(user);
    let allow;
    const allowed = new Promise((resolve) => (allow = resolve));
    this.#signedOut.set(user, { allow, allowed });
  }

  signIn(user) {
    this.#signedOut.get(user)?.allow();
    this.#signedOut.delete(user);
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const user = searchParams.get("user");
    const send = (status, type, body) => response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
    if (pathname === "/token") return send(200, "application/json", JSON.stringify(this.#signedOut.has(user) ? null : this.token(user)));
    if (pathname === "/sign-in") {
      await this.#signedOut.get(user)?.allowed;
      return send(200, "application/json", JSON.stringify(this.token(user)));
    }
    const [, folder, name] = /^\/(pkg\/)?([^/]+)$/.exec(pathname === "/" ? "/index.html" : pathname) ?? [];
    try {
      const body = readFileSync(join(folder ? this.#pkg : fileURLToPath(new URL("page/", import.meta.url)), normalize(name)));
      send(200, TYPES[extname(name)] ?? "text/plain", body);
    } catch {
      send(404, "text/plain", "");
    }
  }
}
