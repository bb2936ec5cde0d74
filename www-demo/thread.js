// The conversations, the messages of the open one, and the composer.

import { conversations } from "./conversations.js";
import { byId, element, followEnd, icon, setText, showList, time } from "./dom.js";
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
  const log = byId("log");
  const list = byId("messages");
  showComposer(app);
  showNotices(app);
  const toEnd = followEnd(log);
  let shown = null;

  return () => {
    const { id, title, topic } = conversations.find(({ id }) => id === inbox.opened);
    setText(byId("thread-title"), title);
    setText(byId("thread-topic"), topic);
    byId("composer-text").placeholder = `Write to ${title}`;

    const entries = inbox.entries(id);
    log.hidden = entries.length === 0;
    byId("empty").hidden = entries.length > 0;
    // What a conversation already holds when it is opened is not news: no screen reader should recite it.
    log.setAttribute("aria-live", shown === id ? "polite" : "off");
    const justSent = entries.at(-1)?.mine && list.lastElementChild?.dataset.key !== entries.at(-1).message.id;
    showList(list, entries, { key: ({ message }) => message.id, create: (entry) => messageItem(entry, inbox, chat), update: updateMessage });
    toEnd({ anyway: shown !== id || justSent });
    shown = id;
  };
}

function messageItem({ message, mine }, inbox, chat) {
  const repair = (label, action) => element("button", { type: "button", class: "quiet", onclick: action }, label);
  return element(
    "li",
    { class: mine ? "message mine" : "message" },
    element("p", { class: mine ? "sender hidden" : "sender" }, mine ? "You" : (message.senderId ?? "Unknown")),
    element("p", { class: "bubble" }, message.content),
    element("p", { class: "meta" }, time(message.createdAt), mine && element("span", { class: "tick" }), mine && element("span", { class: "state" })),
    mine &&
      element(
        "p",
        { class: "repair" },
        repair("Try again", () => chat.retryMessage(message.id)),
        repair("Discard", () => inbox.discard(message.id)),
      ),
  );
}

function updateMessage(item, { message, mine, status, error }) {
  // Whoever spoke last need not be named again.
  item.classList.toggle("goes-on", item.previousElementSibling?.dataset.sender === String(message.senderId) && !mine);
  item.dataset.sender = message.senderId;
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
