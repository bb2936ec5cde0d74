import { useRouter } from "next/router";
import { Login } from "@/components/Login";

export default function LoginPage() {
  const router = useRouter();
  return <Login onSignedIn={(path) => void router.replace(path)} />;
}
