import { type FormEvent } from "react";
import { useSocketClient } from "socketio-wasm/react";

export function Composer({ onSend }: { onSend: (content: string) => void }) {
  // Null until the page has come to life. It need not be connected: what is sent earlier waits.
  const client = useSocketClient();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const content = String(new FormData(event.currentTarget).get("content")).trim();
    if (content) onSend(content);
    event.currentTarget.reset();
  }

  return (
    <form className="composer" onSubmit={submit}>
      <input name="content" aria-label="Message" placeholder="Write a message" autoComplete="off" maxLength={4000} required />
      <button className="button" disabled={!client}>
        Send
      </button>
    </form>
  );
}
