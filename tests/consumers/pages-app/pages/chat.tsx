import Link from "next/link";
import { Chat } from "@/components/Chat";

// Without a SocketProvider: all pages share the client that the environment's configuration describes.
export default function ChatPage() {
  return <Chat navigation={<Link href="/">About</Link>} />;
}
