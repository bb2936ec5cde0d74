// What every page of these tests does: a conversation with the mock server, by two clients. Resolves to what was seen.

async function converse(chat) {
  chat.initializeSocket("t");
  const { settled } = chat.sendMessage({ conversationId: "c", content: "hello" });
  const { status } = await settled;
  const answer = await new Promise((resolve) => {
    const look = () => chat.lastMessage?.senderId === "mock-user" && resolve(chat.lastMessage);
    chat.subscribe(look);
    look();
  });
  return { status, conversationId: answer.conversationId, waiting: chat.pendingMessages.length, connected: chat.isConnected };
}

export async function run(ChatSocket) {
  const clients = [new ChatSocket({ useMockSocket: true }), new ChatSocket({ useMockSocket: true, userId: "other" })];
  const seen = await Promise.all(clients.map(converse));
  for (const client of clients) client.close();
  return seen;
}
