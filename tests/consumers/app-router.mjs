// The tests of the App Router's application with one of Next.js' bundlers: in production, then in development.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { copiesBelow } from "./copies.mjs";
import { install } from "./install.mjs";
import { build, configure, copiesInPage, copiesOnServer, develop, start } from "./next.mjs";
import { liveThrough } from "./scenario.mjs";
import { talkToMock } from "./mock.mjs";
import { createWorld } from "./world.mjs";

export const PATHS = { chat: "/chat", login: "/login", about: "/" };

export function testAppRouter(...bundler) {
  let apps, folder, world;
  before(async () => {
    apps = await install();
    folder = apps.add("next-app");
    world = await createWorld();
  });
  after(async () => {
    await world?.close();
    apps?.remove();
  });

  test("a production build ships the WebAssembly once, and none to routes without a chat", async () => {
    configure(folder, world.server.url);
    await build(folder, ...bundler);
    assert.equal(copiesBelow(join(folder, ".next/static")).length, 1);
    assert.deepEqual([copiesOnServer(folder, "app/page"), copiesInPage(folder, "app/index")], [0, 0]);
    assert.deepEqual([copiesOnServer(folder, "app/(chat)/chat/page"), copiesInPage(folder, "app/chat")], [1, 1]);
  });

  test("the production server's pages live through a day", async () => {
    const site = await start(folder);
    try {
      await liveThrough(world, site.url, PATHS);
    } finally {
      await site.close();
    }
  });

  test("in development .env.local alone decides between the mock server and the real one, with which a day passes", async () => {
    const inDevelopment = async (server, visit) => {
      configure(folder, server);
      // A server for each: with cacheComponents and Turbopack a running one goes on rendering what it has read, also of the application's own code.
      const site = await develop(folder, ...bundler);
      try {
        await visit(site);
      } finally {
        await site.close();
      }
      assert.doesNotMatch(site.output(), /⚠|error/i);
    };
    await inDevelopment("mock", (site) => talkToMock(world, site.url, PATHS));
    await inDevelopment(world.server.url, (site) => liveThrough(world, site.url, PATHS, { survivesOffline: false }));
  });
}
