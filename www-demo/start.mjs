// `npm start`: sets up, builds the package, and serves the page with a chat server beside it, until Ctrl-C.
// PORT chooses the page's port (8080 unless given, and any free one if that is taken); CHAT_PORT the chat server's, else it is the next one.
// Both stay the same from start to start, since what the page has queued belongs to them.

import { build } from "../pkg-template/scripts/build.mjs";
import { exitWith, SetupError } from "../pkg-template/scripts/setup.mjs";

const PORT = 8080;

function portFrom(name, fallback) {
  const text = process.env[name] || undefined;
  const port = Number(text ?? fallback);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new SetupError(`${name}=${text} is not a port`);
  return { port, chosen: text !== undefined };
}

/** Listens on the port of the environment, or on any free one if nobody asked for the one that is taken. */
async function listen(name, fallback, start) {
  const { port, chosen } = portFrom(name, fallback);
  try {
    return await start(port);
  } catch (error) {
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    if (chosen) throw new SetupError(`port ${port} cannot be had: choose another one with ${name}`);
    return start(0);
  }
}

async function serve() {
  await build();
  // Only now: a bare machine has no socket.io before the set-up.
  const { startChatServer } = await import("./server.mjs");
  const { startSite } = await import("./site.mjs");

  const next = (port) => (port === 0 || port === 65_535 ? 0 : port + 1);
  const chat = await listen("CHAT_PORT", next(portFrom("PORT", PORT).port), (port) => startChatServer({ port }));
  const site = await listen("PORT", PORT, (port) => startSite({ port, chat }));

  const end = () => {
    Promise.all([site.close(), chat.stop()]).then(() => process.exit(0));
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);

  console.log(`\n  The chat: ${site.url}\n  Its socket.io server: ${chat.url}, path /socket/notification\n  Ctrl-C ends both.\n`);
}

try {
  await serve();
} catch (error) {
  exitWith(error);
}
