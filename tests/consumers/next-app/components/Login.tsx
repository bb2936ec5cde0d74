"use client";
import { type FormEvent, useState } from "react";
import { useSocketClient } from "socketio-wasm/react";
import { returnPath, signIn } from "@/lib/session";

export function Login({ onSignedIn, server }: { onSignedIn: (path: string) => void; server?: Parameters<typeof signIn>[1] }) {
  const [error, setError] = useState<string | null>(null);
  const client = useSocketClient();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    try {
      await signIn(name, server);
      onSignedIn(returnPath());
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    }
  }

  return (
    <main className="card">
      <h1>Sign in</h1>
      <form onSubmit={submit}>
        <label>
          Your name
          <input name="name" autoComplete="username" maxLength={100} autoFocus required />
        </label>
        <button className="button" disabled={!client}>
          Sign in
        </button>
      </form>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
    </main>
  );
}
