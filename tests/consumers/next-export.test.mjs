// Next.js' static export, behind a Content-Security-Policy that names each inline script by its hash.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { copiesBelow } from "./copies.mjs";
import { build, configure } from "./next.mjs";
import { PATHS } from "./paths.mjs";
import { liveThrough } from "./scenario.mjs";
import { setting, visiting } from "./setting.mjs";
import { serveFolder } from "./site.mjs";

const set = setting("next-app");

test("a static export holds the WebAssembly once, and its pages live through a day under a strict policy", async () => {
  const { folder, world } = set;
  configure(folder, world.server.url);
  writeFileSync(join(folder, "next.config.ts"), 'export default { output: "export" };');
  await build(folder);
  const out = join(folder, "out");
  assert.equal(copiesBelow(out).length, 1);
  await visiting(serveFolder(out, world.server.url), (url) => liveThrough(world, url, PATHS));
});
