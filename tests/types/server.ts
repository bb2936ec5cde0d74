// What a server's author writes, and what the compiler must refuse, with socket.io's own types.
import { Server, type Socket } from "socket.io";
import { claimStore, memoryStore, once, Refusal } from "socketio-wasm/server";
import type { Claims, OnceError, OnceErrorCode, OnceOptions, OnceStore, RefusedAnswer } from "socketio-wasm/server";

declare function expect<T>(value: T): void;

interface Message {
  id: string;
  conversationId: string;
  content: string;
}
interface ClientEvents {
  sendMessage(message: Message, acknowledge: (answer: { ok: true } | RefusedAnswer) => void): void;
}
interface SocketData {
  userId: string;
}
type ChatSocket = Socket<ClientEvents, Record<string, never>, Record<string, never>, SocketData>;
interface Database {
  query(sql: string, values: unknown[]): Promise<void>;
}
declare const database: Database;

const memory = memoryStore({ maxEntries: 10, ttl: 60_000 });
expect<number>(memory.size);
const sql: OnceStore<Database> = { run: (_key, work) => work(database) };
const claims: Claims = {
  claim: async (_key, _token, lease) => (lease > 0 ? { claimed: true } : { claimed: false, answer: null }),
  complete: async () => {},
  release() {},
};
const shared: OnceStore<void> = claimStore(claims, { lease: 5_000, wait: 0, onError: (error) => expect<unknown>(error) });
await memory.run("key", async () => "null");

const typed = new Server<ClientEvents, Record<string, never>, Record<string, never>, SocketData>();
typed.on("connection", (socket) => {
  socket.on(
    "sendMessage",
    once({ store: sql, user: ({ data }: ChatSocket) => data.userId }, async (message: Message, context) => {
      expect<string>(message.content);
      expect<string>(context.user);
      expect<ChatSocket>(context.socket);
      await context.transaction.query("INSERT", [message.id]);
      context.afterCommit(() => socket.broadcast);
      // @ts-expect-error
      context.user = "somebody else";
      if (!message.content) throw new Refusal("empty", { retryable: false, cause: context.args });
      return { ok: true };
    }),
  );
});

const options: OnceOptions = {
  store: shared,
  user: "anonymous",
  event: "sendMessage",
  id: (_text, { key }) => key,
  order: false,
  missingId: "generate",
  onRepeat: (answer, { id }) => ({ ...answer, id }),
  onError: (error: OnceError, { user }) => expect<[OnceErrorCode, string | undefined]>([error.code, user]),
};
const plain = new Server();
plain.on("connection", (socket) => {
  socket.on("anything", once(options, (text) => text.length));
  socket.on("something", once({ store: memory }, () => {}));
});

// @ts-expect-error
once({}, () => {});
// @ts-expect-error
once({ store: memory });
// @ts-expect-error
once({ store: memory, user: true }, () => {});
// @ts-expect-error
once({ store: memory, missingId: "run" }, () => {});
// @ts-expect-error
once({ store: {} }, () => {});
// @ts-expect-error
once({ store: memory }, (_message, { transaction }) => transaction.query("INSERT"));
// @ts-expect-error
memoryStore({ maxEntries: "10" });
// @ts-expect-error
claimStore({ claim: claims.claim });
