// React with Vite, whose environment reaches the package by options.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { SocketProvider } from "socketio-wasm/react";
import { Chat } from "@/components/Chat";
import { Login } from "@/components/Login";

const options = {
  url: import.meta.env.VITE_SOCKET_SERVER_URL,
  useMockSocket: import.meta.env.VITE_USE_MOCK_SOCKET === "true",
};

const PAGES = {
  "/": () => <a href="/chat">Chat</a>,
  "/login": () => <Login server={{ path: "", ...options }} onSignedIn={(path) => location.replace(path)} />,
  "/chat": () => <Chat navigation={<a href="/">About</a>} />,
};
const Page = PAGES[location.pathname as keyof typeof PAGES];

createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <SocketProvider options={options}>
      <Page />
    </SocketProvider>
  </StrictMode>,
);
