import Link from "next/link";

// Outside of (chat): nothing of the chat is loaded here.
export default function Home() {
  return (
    <main className="card">
      <h1>A chat that loses no message</h1>
      <p>Write while the server is away, reload the page, come back tomorrow: what you wrote is still here, and goes out once.</p>
      <Link className="button" href="/chat">
        Chat
      </Link>
    </main>
  );
}
