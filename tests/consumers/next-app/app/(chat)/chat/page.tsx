import Link from "next/link";
import { Chat } from "@/components/Chat";

export default function ChatPage() {
  return <Chat navigation={<Link href="/">About</Link>} />;
}
