// Next.js with the Pages Router, where all pages share one client without a provider.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { copiesBelow } from "./copies.mjs";
import { build, configure, copiesInPage, copiesOnServer, start } from "./next.mjs";
import { PATHS } from "./paths.mjs";
import { liveThrough } from "./scenario.mjs";
import { setting, visiting } from "./setting.mjs";

const set = setting("pages-app", { shares: true });

test("a production build that was told no server says so in the page, and what is written waits", async () => {
  const { folder, world } = set;
  configure(folder, undefined);
  await build(folder);
  await visiting(start(folder), async (url) => {
    const { page, context, complaints } = await world.openPage();
    try {
      await page.goto(url + PATHS.chat);
      await page.getByRole("alert").filter({ hasText: "NEXT_PUBLIC_SOCKET_SERVER_URL" }).waitFor();
      await page.getByLabel("Message", { exact: true }).fill("hello?");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("listitem").filter({ hasText: "hello?" }).and(page.locator("[data-status=queued]")).waitFor();
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  });
});

test("built for a server it ships the WebAssembly once, none to routes without a chat, and lives through a day", async () => {
  const { folder, world } = set;
  configure(folder, world.server.url);
  await build(folder);
  assert.equal(copiesBelow(join(folder, ".next/static")).length, 1);
  assert.equal(copiesOnServer(folder, "pages/index"), 0);
  await visiting(start(folder), async (url) => {
    assert.deepEqual([await copiesInPage(folder, url + PATHS.about), await copiesInPage(folder, url + PATHS.chat)], [0, 1]);
    await liveThrough(world, url, PATHS);
  });
});
