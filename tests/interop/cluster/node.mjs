// A node of the cluster: node node.mjs <Redis's Unix socket> <port>. What nodes share is in Redis: the list `messages`, answers and sessions.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";
import { claimStore, once } from "../../../pkg-template/server.js";
import { fromReadme } from "../../server/readme.mjs";

const [path, port] = process.argv.slice(2);
const [redisClaims, keepSession] = await Promise.all([fromReadme("redisClaims"), fromReadme("keepSession")]);

const redis = createClient({ socket: { path } });
redis.on("error", () => {}); // Redis ends before the nodes do
await redis.connect();

/** What is being handled, which a node that is told to end does first. */
const handling = new Set();
const shared = claimStore(redisClaims(redis), { lease: 1_000 });
const store = {
  run(key, work) {
    const run = shared.run(key, work).finally(() => handling.delete(run));
    handling.add(run);
    return run;
  },
};

const http = createServer();
const io = new Server(http, {
  path: "/socket/notification",
  adapter: createAdapter(redis),
  connectionStateRecovery: { skipMiddlewares: false },
  serveClient: false,
});

io.use((socket, next) => {
  socket.data.userId = socket.handshake.auth.token.replace("Bearer ", "");
  next();
});

io.on("connection", (socket) => {
  keepSession(socket);
  socket.conn.on("heartbeat", () => keepSession(socket));
  socket.emit("connected", { node: process.pid });
  socket.on("joinConversation", async ({ conversationId }, ack) => {
    await socket.join(conversationId);
    keepSession(socket);
    ack({});
  });
  socket.on(
    "sendMessage",
    once({ store }, async ({ id, conversationId, content }, { user, afterCommit }) => {
      await redis.rPush("messages", JSON.stringify({ id, user, content, node: process.pid }));
      afterCommit(() => socket.to(conversationId).emit("message", { id, conversationId, content, senderId: user }));
      return { node: process.pid };
    }),
  );
});

process.on("SIGTERM", async () => {
  await io.close();
  while (handling.size > 0) await Promise.allSettled(handling);
  await redis.close();
  process.exit();
});

http.listen(Number(port), "127.0.0.1", () => console.log(`listening ${http.address().port}`));
