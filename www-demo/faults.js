// The switches that break things: those of the real server go through the page's server, those of the mock are the mock's own.

import { byId, element, setText } from "./dom.js";
import { remember, user } from "./preferences.js";
import { control, findServer } from "./server.js";

const REFUSAL = "you asked for it";
const SLOW = 3000;

export function showFaults({ chat, inbox, server, useMockSocket }) {
  const box = byId("faults");
  const simulate = button("Simulate an incoming message", () => {
    chat.simulateReceiveMessage({ conversationId: inbox.opened, senderId: "Simulated", content: "I never saw the network." });
  });

  if (useMockSocket) {
    const link = linkSwitch(chat);
    box.append(
      link.button,
      button("Refuse my next message", () => chat.mock.refuseNext("sendMessage", { error: REFUSAL })),
      button("Mock sends a notification", () => chat.mock.emit("notification", notification())),
      simulate,
    );
    return;
  }

  // A server of yours, named in server.json, has no such switches.
  if (server.running === undefined) {
    box.append(simulate);
    return;
  }

  const switches = serverSwitches(server);
  box.append(
    switches.power,
    switches.slow,
    button("Refuse my next message", () => control("refuse-next", { error: REFUSAL })),
    button("Server sends a notification", () => control("notify", { userId: user, ...notification() })),
    simulate,
  );
  return switches.render;
}

/** Drops and restores the mock's link. It is up again after a reload, so the tab then waits for "Connect". */
function linkSwitch(chat) {
  let down = false;
  const flip = button("", () => {
    down = !down;
    if (down) chat.mock.drop();
    else chat.mock.restore();
    remember("connect", down ? "no" : "yes");
    turn(flip, down, "Drop the link", "Restore the link");
  });
  turn(flip, down, "Drop the link", "Restore the link");
  return { button: flip };
}

function serverSwitches(server) {
  let state = server;
  const show = (next) => {
    state = next;
    turn(power, !state.running, "Stop the server", "Start the server");
    slow.setAttribute("aria-pressed", String(state.answerDelay > 0));
  };
  const power = button("", async () => show(await control(state.running ? "stop" : "start")));
  const slow = button("Answer slowly", async () => show(await control("answer-delay", { milliseconds: state.answerDelay > 0 ? 0 : SLOW })));
  show(server);

  // Another tab may have stopped the server, or started it: whenever the connection changes, look.
  let last = null;
  const render = ({ status }) => {
    if (status !== last) findServer().then((found) => found.url && show(found));
    last = status;
  };
  return { power, slow, render };
}

/** One button that breaks something, and then mends it. */
function turn(button, broken, toBreak, toMend) {
  button.className = broken ? "mend" : "break";
  setText(button, broken ? toMend : toBreak);
}

const notification = () => ({ title: "From the server", body: `It is ${new Date().toLocaleTimeString()} here.` });

function button(label, action) {
  return element(
    "button",
    {
      type: "button",
      onclick: async () => {
        try {
          await action();
          setText(byId("faults-error"), "");
        } catch (error) {
          setText(byId("faults-error"), error.message);
        }
      },
    },
    label,
  );
}
