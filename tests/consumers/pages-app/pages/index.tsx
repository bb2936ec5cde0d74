import type { GetServerSideProps, InferGetServerSidePropsType } from "next";
import Link from "next/link";

/** Rendered at each request, so that there is a server bundle to look into. */
export const getServerSideProps = (async ({ req }) => ({ props: { host: req.headers.host ?? "" } })) satisfies GetServerSideProps;

export default function Home({ host }: InferGetServerSidePropsType<typeof getServerSideProps>) {
  return (
    <p>
      <Link href="/chat">Chat</Link> at {host}
    </p>
  );
}
