// npm's socket.io as a server of the scenario: node node.mjs <path> <port> <log> <package>.
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";

const [path, port, log, name] = process.argv.slice(2);
const { Server } = await import(name);

const http = createServer();
const io = new Server(http, { path, pingInterval: 300, pingTimeout: 20_000, maxHttpBufferSize: 300_000, serveClient: false });

for (const namespace of ["/", "/admin"]) {
  io.of(namespace).use((socket, next) => {
    const refusal = Object.assign(new Error("The token is not good"), { data: { status: 401, code: "BAD_TOKEN" } });
    next(socket.handshake.auth.token === "Bearer good" ? undefined : refusal);
  });
  io.of(namespace).on("connection", (socket) => {
    socket.emit("connected", { namespace });
    socket.on("joinConversation", async ({ conversationId }, ack) => {
      await socket.join(conversationId);
      ack();
    });
    socket.on("sendMessage", (message, ack) => {
      appendFileSync(log, `${JSON.stringify({ namespace, ...message })}\n`);
      if (message.content === "hold") return;
      socket.to(message.conversationId).emit("message", message);
      ack({ kept: message.id });
    });
    socket.on("echo", (one, other, ack) => ack(one, other));
    socket.on("return", (one, other) => socket.emit("returned", one, other));
    socket.on("ask", (one, other, ack) => socket.emit("question", one, other, ack));
    socket.on("leave", () => socket.disconnect());
  });
}

http.listen(Number(port), "127.0.0.1", () => console.log(`listening ${http.address().port}`));
