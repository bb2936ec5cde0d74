import { useEffect, useRef } from "react";
import { useSocket } from "socketio-wasm/react";
import type { ShownMessage } from "@/lib/useMessages";

const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

export function Thread({ messages, me }: { messages: ShownMessage[]; me: string | null }) {
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
  }, [messages.length]);

  return (
    <ol className="thread" aria-label="Messages">
      {messages.map((message, index) => (
        <Bubble key={message.id} message={message} isMine={!message.senderId || message.senderId === me} ref={index === messages.length - 1 ? end : null} />
      ))}
    </ol>
  );
}

function Bubble({ message, isMine, ref }: { message: ShownMessage; isMine: boolean; ref: React.Ref<HTMLLIElement> }) {
  const { retryMessage, discardMessage } = useSocket();
  const { id, senderId, content, createdAt, waiting } = message;
  const isLost = waiting?.status === "failed" || waiting?.status === "expired";

  return (
    <li className={isMine ? "bubble mine" : "bubble"} data-status={waiting?.status} ref={ref}>
      {!isMine && <strong>{senderId}</strong>}
      <p>{content}</p>
      <footer>
        <time dateTime={createdAt}>{time.format(new Date(createdAt))}</time>
        {waiting && !isLost && <span>will be sent</span>}
        {isLost && (
          <>
            <span>not sent{waiting.error && `: ${waiting.error}`}</span>
            <button onClick={() => retryMessage(id)}>Try again</button>
            <button onClick={() => discardMessage(id)}>Discard</button>
          </>
        )}
      </footer>
    </li>
  );
}
