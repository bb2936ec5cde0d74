// An application's component, as it stands in an application.
import { useState } from "react";
import { useAuthStatus, useSocket } from "socketio-wasm/react";

export function Chat({ conversationId, onSignIn }) {
  const { isConnected, lastMessage, offlineMessages, sendMessage } = useSocket();
  const { status } = useAuthStatus({ onAuthRequired: onSignIn });
  const [text, setText] = useState("");
  const submit = (event) => {
    event.preventDefault();
    sendMessage({ conversationId, content: text });
    setText("");
  };
  return (
    <form onSubmit={submit}>
      <output>{isConnected ? "connected" : status}</output>
      <p role="log">{lastMessage?.content}</p>
      {offlineMessages.map(({ id, content }) => (
        <p key={id} role="note">
          {content}
        </p>
      ))}
      <input aria-label="message" value={text} onChange={(event) => setText(event.target.value)} />
      <button>send</button>
    </form>
  );
}
