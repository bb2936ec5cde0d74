// The offline queue as it is: each message's state, how often an answer was waited for in vain, and whether it is in storage.

import { conversations } from "./conversations.js";
import { byId, element, icon, setText, showList } from "./dom.js";

export function showQueue({ chat, inbox }) {
  const list = byId("queue");
  byId("discard-all").addEventListener("click", () => inbox.discardAll());

  return ({ offlineMessages }) => {
    const pending = chat.pendingMessages;
    setText(byId("queue-count"), offlineMessages.length > 0 ? String(offlineMessages.length) : "");
    byId("discard-all").hidden = pending.length === 0;
    byId("queue-empty").hidden = pending.length > 0;
    list.hidden = pending.length === 0;
    showList(list, pending, { key: ({ id }) => id, create: (message) => row(message, chat, inbox), update: updateRow });
  };
}

function row({ id, content }, chat, inbox) {
  return element(
    "li",
    {},
    element("span", { class: "tick" }),
    element("span", { class: "content" }, content),
    element("span", { class: "state" }),
    element("span", { class: "facts" }),
    element(
      "span",
      { class: "actions" },
      element("button", { type: "button", class: "quiet retry", "aria-label": `Try again: ${content}`, onclick: () => chat.retryMessage(id) }, "Try again"),
      element("button", { type: "button", class: "quiet", "aria-label": `Discard: ${content}`, onclick: () => inbox.discard(id) }, "Discard"),
    ),
  );
}

function updateRow(item, { conversationId, status, attempts, error, persisted }) {
  const title = conversations.find(({ id }) => id === conversationId)?.title ?? conversationId;
  if (item.dataset.status !== status) {
    item.dataset.status = status;
    item.querySelector(".tick").replaceChildren(icon(status));
    item.querySelector(".retry").hidden = status !== "failed" && status !== "expired";
  }
  item.dataset.persisted = persisted;
  setText(item.querySelector(".state"), status);
  const facts = [title, persisted ? "in storage" : "in memory only", `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`, error];
  setText(item.querySelector(".facts"), facts.filter(Boolean).join(" · "));
}
