// Narrow windows show one part of the page at a time: the bar at the bottom that chooses it.

import { byId } from "./dom.js";

export function showViews() {
  const buttons = [...byId("views").children];

  const show = (view) => {
    document.body.dataset.view = view;
    for (const button of buttons) {
      if (button.dataset.view === view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  };

  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.view));
  show("chat");

  return ({ offlineMessages }) => {
    const count = byId("views-queue");
    count.textContent = offlineMessages.length;
    count.hidden = offlineMessages.length === 0;
  };
}
