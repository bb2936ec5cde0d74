// The chat server that the applications of these tests talk to: socket.io, with a sign-in that hands out tokens which expire.
// `node tests/consumers/server.mjs 4000` runs it by itself.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { Server } from "socket.io";
// In a project of your own: "socketio-wasm/server".
import { memoryStore, once } from "../../pkg-template/server.js";

const HOUR = 3_600_000;
const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type" };
const NAME_LIMIT = 100;

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** JWTs that last an hour, by a clock that can be put forward. */
class Tokens {
  ahead = 0;
  #secret = randomBytes(32);

  get now() {
    return Date.now() + this.ahead;
  }

  issue(name) {
    const seconds = Math.floor(this.now / 1000);
    const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ sub: name, iat: seconds, exp: seconds + HOUR / 1000 })}`;
    return `${text}.${this.#sign(text).toString("base64url")}`;
  }

  /** The claims of what a client has presented; throws what it is to be told. */
  verify(presented) {
    const [, text, signature] = /^Bearer ([\w-]+\.[\w-]+)\.([\w-]{43})$/.exec(typeof presented === "string" ? presented : "") ?? [];
    if (!text || !timingSafeEqual(this.#sign(text), Buffer.from(signature, "base64url"))) throw this.#refusal("The token is not valid");
    const claims = JSON.parse(Buffer.from(text.split(".")[1], "base64url"));
    if (claims.exp * 1000 <= this.now) throw this.#refusal("The token has expired");
    return claims;
  }

  #sign(text) {
    return createHmac("sha256", this.#secret).update(text).digest();
  }

  #refusal(text) {
    return Object.assign(new Error(text), { data: { code: 401 } });
  }
}

/** What outlives a restart: who may sign in how long, and what was said. */
class ChatServer {
  /** Accepted messages in the order of their acceptance. */
  messages = [];
  port = 0;
  #tokens = new Tokens();
  #answers = memoryStore();
  #http;
  #io;

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Names of those who are connected now, one for each connection. */
  get present() {
    return [...this.#io.of("/").sockets.values()].map(({ data }) => data.userId).sort();
  }

  /** Open ones, accepted or not. */
  get connections() {
    return this.#io.engine.clientsCount;
  }

  async start(port = this.port) {
    this.#http = createServer((request, response) => {
      // A request that breaks off rejects.
      this.#signIn(request, response).catch(() => response.destroy());
    });
    this.#io = new Server(this.#http, { path: "/socket/notification", transports: ["websocket"], serveClient: false, cors: { origin: "*" } });
    this.#io.use((socket, next) => {
      try {
        const { sub, exp } = this.#tokens.verify(socket.handshake.auth.token);
        socket.data = { userId: sub, expires: exp * 1000 };
        next();
      } catch (error) {
        next(error);
      }
    });
    this.#io.on("connection", (socket) => this.#serve(socket));
    await new Promise((resolve, reject) => this.#http.once("error", reject).listen(port, "127.0.0.1", resolve));
    this.port = this.#http.address().port;
  }

  /** Forgets what was said. */
  clear() {
    this.messages = [];
  }

  /** Ends at once, as a crash would: nobody is told goodbye. */
  async stop() {
    for (const { conn } of this.#io.of("/").sockets.values()) conn.transport.socket.terminate();
    this.#http.closeAllConnections();
    await this.#io.close();
  }

  /** Puts the clock forward by two hours: every token has expired, and connections made with one are cut. */
  expireTokens() {
    this.#tokens.ahead += 2 * HOUR;
    for (const { data, conn } of this.#io.of("/").sockets.values()) if (data.expires <= this.#tokens.now) conn.close();
  }

  /** POST /login with {name}: the answer is a token. Any name will do. */
  async #signIn(request, response) {
    if (request.url !== "/login") return response.writeHead(404, CORS).end();
    if (request.method === "OPTIONS") return response.writeHead(204, CORS).end();
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) {
      body += chunk;
      if (body.length > 1000) return response.writeHead(413, CORS).end();
    }
    let name;
    try {
      ({ name } = JSON.parse(body));
    } catch {}
    if (typeof name !== "string" || !/\S/.test(name) || name.length > NAME_LIMIT) return response.writeHead(400, CORS).end("A name is needed");
    response.writeHead(200, { ...CORS, "content-type": "text/plain; charset=utf-8" }).end(this.#tokens.issue(name.trim()));
  }

  #serve(socket) {
    // A client may send anything, and what a listener throws ends the process.
    const answer = (event, handle) =>
      socket.on(event, (payload, acknowledge) => {
        if (typeof payload?.conversationId !== "string" || typeof acknowledge !== "function") return;
        handle(payload);
        acknowledge({});
      });
    answer("joinConversation", ({ conversationId }) => {
      socket.join(conversationId);
      socket.emit("history", this.messages.filter((message) => message.conversationId === conversationId));
    });
    answer("leaveConversation", ({ conversationId }) => socket.leave(conversationId));
    answer("markAsRead", () => {});
    socket.on(
      "sendMessage",
      once({ store: this.#answers }, (message, { user }) => {
        const accepted = { ...message, senderId: user };
        this.messages.push(accepted);
        socket.to(message.conversationId).emit("message", accepted);
        return {};
      }),
    );
    socket.emit("connected", {});
  }
}

export async function startServer(port) {
  const server = new ChatServer();
  await server.start(port);
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startServer(Number(process.argv[2] ?? 4000));
  console.log(`chat server at ${url}`);
}
