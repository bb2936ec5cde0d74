// A log of what goes over the wire, both ways, with tokens blanked.

import { byId, element, followEnd } from "./dom.js";

const KEPT = 300;
const LONGEST = 600;
const ENGINE_TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const PACKETS = ["CONNECT", "DISCONNECT", "EVENT", "ACK", "CONNECT_ERROR", "BINARY_EVENT", "BINARY_ACK"];

export function logFrames({ chat }) {
  const list = byId("frames");
  const pause = byId("frames-pause");
  const toEnd = followEnd(list);
  let paused = false;

  const add = (direction, packet) => {
    if (paused) return;
    list.append(line(direction, packet));
    while (list.childElementCount > KEPT) list.firstElementChild.remove();
    toEnd();
  };

  // Each attempt has an engine of its own, which is there as soon as the one before has ended.
  const watched = new WeakSet();
  const watch = () => {
    const { engine } = chat.socket.io;
    if (watched.has(engine)) return;
    watched.add(engine);
    engine.on("packet", (packet) => add("received", packet));
    engine.on("packetCreate", (packet) => add("sent", packet));
  };
  watch();
  chat.subscribe(watch);
  chat.socket.io.on("reconnect_attempt", watch);

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
  });
  byId("frames-clear").addEventListener("click", () => list.replaceChildren());
}

function line(direction, { type, data }) {
  const text = typeof data === "string" || data === undefined ? blank(`${ENGINE_TYPES.indexOf(type)}${data ?? ""}`) : `${data.byteLength ?? "?"} bytes`;
  const name = type === "message" && typeof data === "string" ? (PACKETS[data[0]] ?? "message") : type;
  return element(
    "li",
    { class: direction, "data-packet": name },
    element("span", { class: "arrow", "aria-hidden": "true" }, direction === "sent" ? "↑" : "↓"),
    element("span", { class: "hidden" }, direction),
    element("span", { class: "name" }, name),
    element("span", { class: "at" }, new Date().toISOString().slice(11, 23)),
    element("code", {}, text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text),
  );
}

/** The CONNECT payload carries the token: in a log, a screenshot or a bug report it has no business. */
function blank(text) {
  return text.replace(/("token"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"•••"').replace(/Bearer [^"\s]+/g, "Bearer •••");
}
