// Sign-in and connection: who we are, which server, which token, and how the connection is doing.

import { byId, element, setText } from "./dom.js";
import { addressWith, remember, remembered, tokens, user, wantsMock } from "./preferences.js";

const STATUS = {
  idle: "Disconnected",
  connecting: "Connecting…",
  connected: "Connected",
  reconnecting: "Reconnecting…",
  auth_required: "Sign-in needed",
  failed: "Connection failed",
};

export function showSession({ chat, server, useMockSocket }) {
  const other = user === "Grace" ? "Ada" : "Grace";
  byId("link-from").textContent = user;
  byId("link-to").textContent = useMockSocket ? "mock server" : "chat server";
  const second = byId("second-tab");
  second.textContent = `Open a tab as ${other}`;
  second.href = addressWith({ user: other });
  // The mock is alone in its page: nobody else could answer.
  second.hidden = useMockSocket;

  for (const name of new Set(["Ada", "Grace", user])) byId("persons").append(choice(name, name === user, addressWith({ user: name })));
  byId("person-form").addEventListener("submit", (event) => {
    event.preventDefault();
    location.search = addressWith({ user: byId("person-name").value.trim() });
  });

  if (server.url) byId("modes").append(choice("Server", !useMockSocket, addressWith({ mode: "real" })));
  byId("modes").append(choice("Mock", useMockSocket, addressWith({ mode: "mock" })));
  byId("mode-hint").textContent = hint(server.url);

  const token = byId("token");
  token.append(
    element("option", { value: "valid" }, `${user}’s`),
    element("option", { value: "wrong" }, "a wrong one"),
    element("option", { value: "expired" }, "an expired one"),
  );
  token.value = remembered("token", "valid");

  const connect = () => {
    remember("connect", "yes");
    chat.initializeSocket(tokens[token.value]);
  };
  const disconnect = () => {
    remember("connect", "no");
    chat.disconnect();
  };

  byId("sign-in-form").addEventListener("submit", (event) => {
    event.preventDefault();
    remember("token", token.value);
    // A living connection keeps the token that it was opened with: only a new one shows what the server thinks of this one.
    if (chat.isConnected) chat.disconnect();
    connect();
  });

  byId("connect").addEventListener("click", () => (isStopped(chat.status) ? connect() : disconnect()));

  return ({ status, connectionError }) => {
    document.documentElement.dataset.status = status;
    setText(byId("status"), STATUS[status]);
    setText(byId("connection-error"), status === "connected" ? "" : (connectionError ?? ""));
    setText(byId("connect"), isStopped(status) ? "Connect" : "Disconnect");
    byId("connect").hidden = status === "auth_required";
  };
}

const isStopped = (status) => status === "idle" || status === "failed";

function choice(label, current, href) {
  return element("a", { href, "aria-current": current && "true" }, label);
}

function hint(serverUrl) {
  if (wantsMock && serverUrl) return "The mock lives in this page: no network, and it always answers.";
  if (!serverUrl) return "No chat server beside this page. npm start brings one; the mock needs none.";
  return `socket.io at ${new URL(serverUrl).host}, path /socket/notification`;
}
