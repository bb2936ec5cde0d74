"use client";
import { type ReactNode, useEffect } from "react";
import { useAuthStatus, useSocket } from "socketio-wasm/react";
import { readToken, signOut, useName } from "@/lib/session";
import { useMessages } from "@/lib/useMessages";
import { Composer } from "./Composer";
import { Thread } from "./Thread";

const ROOM = "general";

const STATUS = {
  idle: "Not connected",
  connecting: "Connecting…",
  connected: "Connected",
  reconnecting: "Reconnecting…",
  auth_required: "Signed out",
  failed: "Not connected",
};

export function Chat({ navigation }: { navigation?: ReactNode }) {
  const { status, connectionError, useMockSocket, initializeSocket, joinConversation, leaveConversation } = useSocket();
  const { messages, send } = useMessages(ROOM);
  const name = useName();

  // Without a token, or when the server refuses it: to /login, and back here afterwards.
  useAuthStatus({ loginPath: "/login" });

  useEffect(() => {
    initializeSocket(readToken);
    joinConversation(ROOM);
    return () => leaveConversation(ROOM);
  }, [initializeSocket, joinConversation, leaveConversation]);

  function leave() {
    signOut();
    initializeSocket(null);
  }

  return (
    <main className="chat">
      <header>
        <h1># {ROOM}</h1>
        <output className="status" data-status={status}>
          {STATUS[status]}
        </output>
        {useMockSocket && <span className="badge">mock server</span>}
        <nav>
          {navigation}
          {name && <button onClick={leave}>Sign out {name}</button>}
        </nav>
      </header>
      {status === "failed" && (
        <p className="error" role="alert">
          {connectionError}
        </p>
      )}
      <Thread messages={messages} me={name} />
      <Composer onSend={send} />
    </main>
  );
}
