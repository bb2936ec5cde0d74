// The page: makes a ChatSocket, gives it to the parts of the page, and has them rendered whenever it changes. Start reading here.

// In an application of your own: import { ChatSocket } from "socketio-wasm";
import { ChatSocket } from "../pkg/index.js";
import { conversations } from "./conversations.js";
import { byId, coalesce } from "./dom.js";
import { showFaults } from "./faults.js";
import { logFrames } from "./frames.js";
import { Inbox } from "./inbox.js";
import { remembered, tokens, user, wantsMock } from "./preferences.js";
import { showQueue } from "./queue.js";
import { findServer } from "./server.js";
import { showSession } from "./session.js";
import { showConversations, showThread } from "./thread.js";
import { showViews } from "./views.js";

const server = await findServer();
const useMockSocket = wantsMock || !server.url;

const chat = new ChatSocket({
  url: server.url ?? undefined,
  userId: user,
  useMockSocket,
  mock: { latency: 150 },
});
// For the curious, and for the console.
window.chat = chat;

const changed = coalesce(render);
const inbox = new Inbox(chat, user, changed);
const app = { chat, inbox, server, useMockSocket };
const parts = [showSession, showConversations, showThread, showFaults, showQueue, logFrames, showViews].map((show) => show(app));

function render() {
  const onTheWire = inbox.follow();
  const snapshot = chat.getSnapshot();
  for (const part of parts) part?.(snapshot);
  // pendingMessages changes without the snapshot when a message on the wire is acknowledged.
  if (onTheWire) setTimeout(changed, 100);
}

chat.subscribe(changed);
inbox.open(remembered("conversation", conversations[0].id));
if (remembered("connect", "yes") === "yes") chat.initializeSocket(tokens[remembered("token", "valid")]);
render();
byId("boot").remove();
