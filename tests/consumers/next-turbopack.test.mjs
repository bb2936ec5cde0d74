// Next.js with the App Router and Turbopack.
import { test } from "node:test";
import { testAppRouter } from "./app-router.mjs";
import { talkToMock } from "./mock.mjs";
import { PATHS } from "./paths.mjs";

const { set, inDevelopment } = testAppRouter();

// A development server of its own: with cacheComponents one that runs goes on rendering what it has read, also of the application's own code.
test("a change of .env.local alone brings the mock server instead", async () => {
  await inDevelopment("mock", (url) => talkToMock(set.world, url, PATHS));
});
