import type { ReactNode } from "react";
import { SocketProvider } from "socketio-wasm/react";

// One connection for all pages of this folder. Where to, .env.local says.
export default function ChatLayout({ children }: { children: ReactNode }) {
  return <SocketProvider>{children}</SocketProvider>;
}
