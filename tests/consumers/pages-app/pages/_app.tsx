import type { AppProps } from "next/app";
import Head from "next/head";

// Nothing of the chat here: it would be in every page.
export default function App({ Component, pageProps }: AppProps) {
  return (
    <>
      <Head>
        <title>Chat</title>
        <link rel="icon" href="data:," />
      </Head>
      <Component {...pageProps} />
    </>
  );
}
