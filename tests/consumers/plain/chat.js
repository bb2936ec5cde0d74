// The chat page without a framework, for either entry.
export function start(ChatSocket) {
  const url = document.querySelector("meta[name=chat-server]").content;
  const conversationId = "general";
  const chat = new ChatSocket({ url });
  const composer = document.querySelector("#composer");
  const messages = document.querySelector("#messages");
  const items = new Map();

  function show({ id, content }) {
    if (items.has(id)) return;
    const item = document.createElement("li");
    item.textContent = content;
    items.set(id, item);
    messages.append(item);
  }

  function refresh() {
    document.querySelector("#status").textContent = chat.isConnected ? "Connected" : `Not connected: ${chat.status}`;
    const waiting = new Map(chat.offlineMessages.map((message) => [message.id, message]));
    for (const { message } of waiting.values()) show(message);
    for (const [id, item] of items) {
      if (waiting.has(id)) item.dataset.status = waiting.get(id).status;
      else delete item.dataset.status;
    }
  }

  chat.subscribe(refresh);
  chat.onMessage(show);
  chat.socket.on("history", (history) => history.forEach(show));
  chat.onAuthRequired(() => location.assign(`login.html?returnTo=${encodeURIComponent(location.pathname)}`));
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const content = new FormData(composer).get("content");
    const { id } = chat.sendMessage({ conversationId, content });
    show({ id, content });
    refresh();
    composer.reset();
  });

  chat.joinConversation(conversationId);
  chat.initializeSocket(localStorage.getItem("token"));
  refresh();
}
