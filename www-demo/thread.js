// The conversations, the messages of the open one, and the composer.

import { conversations } from "./conversations.js";
import { byId, element, icon, setText, showList, time } from "./dom.js";
import { remember } from "./preferences.js";

const DELIVERY = {
  queued: "Waits for a connection",
  sending: "Sending",
  in_doubt: "No answer, will be sent again",
  held: "Waits for sign-in",
  failed: "Refused",
  expired: "Too old to send",
  delivered: "Delivered",
};

export function showConversations({ inbox }) {
  const list = byId("conversations");
  return () => {
    showList(list, conversations, {
      key: ({ id }) => id,
      create: ({ id, title }) => {
        const button = element("button", { type: "button" }, element("span", {}, title), element("span", { class: "count" }));
        button.addEventListener("click", () => {
          inbox.open(id);
          remember("conversation", id);
          byId("composer-text").focus({ preventScroll: true });
        });
        return element("li", {}, button);
      },
      update: ({ firstElementChild: button }, { id }) => {
        const unread = inbox.unread(id);
        button.setAttribute("aria-current", String(id === inbox.opened));
        setText(button.lastElementChild, unread > 0 ? String(unread) : "");
        if (unread > 0) button.lastElementChild.setAttribute("aria-label", `${unread} unread`);
      },
    });
    const unread = conversations.reduce((sum, { id }) => sum + inbox.unread(id), 0);
    document.title = unread > 0 ? `(${unread}) socketio-wasm` : "socketio-wasm";
  };
}

export function showThread(app) {
  const { chat, inbox } = app;
  const list = byId("messages");
  showComposer(app);
  showNotices(app);
  let shown = null;

  return () => {
    const { id, title, topic } = conversations.find(({ id }) => id === inbox.opened);
    setText(byId("thread-title"), title);
    setText(byId("thread-topic"), topic);
    byId("composer-text").placeholder = `Write to ${title}`;

    const entries = inbox.entries(id);
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    const length = list.childElementCount;
    // What a conversation already holds when it is opened is not news: no screen reader should recite it.
    list.setAttribute("aria-live", shown === id ? "polite" : "off");
    showList(list, entries, { key: ({ message }) => message.id, create: (entry) => messageItem(entry, inbox, chat), update: updateMessage });
    if (shown !== id || (entries.length > length && (atEnd || entries.at(-1).mine))) list.scrollTop = list.scrollHeight;
    list.hidden = entries.length === 0;
    byId("empty").hidden = entries.length > 0;
    shown = id;
  };
}

function messageItem({ message, mine }, inbox, chat) {
  return element(
    "li",
    { class: mine ? "message mine" : "message" },
    element("p", { class: "meta" }, element("span", { class: "sender" }, mine ? "You" : (message.senderId ?? "Unknown")), " ", time(message.createdAt)),
    element("p", { class: "bubble" }, message.content),
    mine && element("p", { class: "delivery" }, element("span", { class: "tick" }), element("span", { class: "state" })),
    mine &&
      element(
        "p",
        { class: "repair" },
        element("button", { type: "button", class: "quiet", onclick: () => chat.retryMessage(message.id) }, "Try again"),
        element("button", { type: "button", class: "quiet", onclick: () => inbox.discard(message.id) }, "Discard"),
      ),
  );
}

function updateMessage(item, { mine, status, error }) {
  if (!mine) return;
  if (item.dataset.status !== status) {
    item.dataset.status = status;
    item.querySelector(".tick").replaceChildren(icon(status));
    item.querySelector(".repair").hidden = status !== "failed" && status !== "expired";
  }
  setText(item.querySelector(".state"), error ? `${DELIVERY[status]}: ${error}` : DELIVERY[status]);
}

function showComposer({ inbox }) {
  const form = byId("composer");
  const text = byId("composer-text");

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const content = text.value.trim();
    if (!content) return;
    try {
      inbox.send(content);
      text.value = "";
      setText(byId("composer-error"), "");
    } catch (error) {
      // Never for want of a connection: the message is too long, or the queue is full.
      setText(byId("composer-error"), error.message);
    }
    text.focus();
  });

  text.addEventListener("keydown", (event) => {
    // Enter that ends the choice of a character in an input method is not meant for us.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

/** The last notification, until it is dismissed or the next one comes. */
function showNotices({ chat, inbox }) {
  const notice = byId("notice");
  const dismiss = () => notice.replaceChildren();
  chat.onNotification(({ title, body, conversationId }) => {
    const target = conversations.find(({ id }) => id === conversationId);
    const open = () => {
      inbox.open(target.id);
      remember("conversation", target.id);
      dismiss();
      byId("composer-text").focus();
    };
    notice.replaceChildren(
      element("p", {}, element("strong", {}, title ?? "Notification"), body ? ` ${body}` : ""),
      target ? element("button", { type: "button", class: "quiet", onclick: open }, "Open") : "",
      element("button", { type: "button", class: "quiet", onclick: dismiss }, "Dismiss"),
    );
  });
}
