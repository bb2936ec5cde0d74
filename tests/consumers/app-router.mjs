// The tests of the App Router's application with one of Next.js' bundlers: in production, then in development.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { copiesBelow } from "./copies.mjs";
import { editWhileOpen } from "./editing.mjs";
import { build, configure, copiesInPage, copiesOnServer, develop, start } from "./next.mjs";
import { PATHS } from "./paths.mjs";
import { liveThrough } from "./scenario.mjs";
import { setting, visiting } from "./setting.mjs";

/**
 * A development server may have thrown away what a page that is being left still asks for, and gives its style sheets an address by the clock,
 * so that one that is preloaded is not always the one that is used (vercel/next.js#51524). Nothing of ours is there.
 */
const isOwnTrouble = (complaint) => /404.*\/(_next\/|__nextjs|favicon\.ico)|\/_next\/static\/css\/\S+\?v=\d+ was preloaded/.test(complaint);

export function testAppRouter(...bundler) {
  const set = setting("next-app");

  test("a production build ships the WebAssembly once, none to routes without a chat, and lives through a day", async () => {
    const { folder, world } = set;
    configure(folder, world.server.url);
    await build(folder, ...bundler);
    assert.equal(copiesBelow(join(folder, ".next/static")).length, 1);
    assert.deepEqual([copiesOnServer(folder, "app/page"), copiesOnServer(folder, "app/(chat)/chat/page")], [0, 1]);
    await visiting(start(folder), async (url) => {
      assert.deepEqual([await copiesInPage(folder, url + PATHS.about), await copiesInPage(folder, url + PATHS.chat)], [0, 1]);
      await liveThrough(world, url, PATHS);
    });
  });

  /** Lets `visit` have a development server that .env.local tells of `server`. */
  async function inDevelopment(server, visit) {
    configure(set.folder, server);
    const site = await visiting(develop(set.folder, Object.values(PATHS), ...bundler), visit);
    assert.doesNotMatch(site.output(), /⚠|error/i);
  }

  test("the development server's pages live through a day", async () => {
    await inDevelopment(set.world.server.url, (url) => liveThrough(set.world, url, PATHS, { survivesOffline: false, isOwnTrouble }));
  });

  test("the development server shows what is edited, over the connection that there is", async () => {
    await inDevelopment(set.world.server.url, (url) => editWhileOpen(set.world, set.folder, url, PATHS));
  });

  return { set, inDevelopment };
}
