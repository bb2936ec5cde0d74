// React with Vite, which is configured by options: built and in development.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { run, serve } from "./command.mjs";
import { copiesBelow } from "./copies.mjs";
import { editWhileOpen } from "./editing.mjs";
import { talkToMock } from "./mock.mjs";
import { PATHS } from "./paths.mjs";
import { liveThrough } from "./scenario.mjs";
import { setting, visiting } from "./setting.mjs";

const set = setting("vite-app", { shares: true });
const configure = (line) => writeFileSync(join(set.folder, ".env.local"), `${line}\n`);
const vite = (...args) => serve(set.folder, "vite", ...args, "--port", "0");

test("a build holds the WebAssembly once, and lives through a day", async () => {
  const { folder, world } = set;
  configure(`VITE_SOCKET_SERVER_URL=${world.server.url}`);
  await run(folder, "vite", "build");
  assert.equal(copiesBelow(join(folder, "dist")).length, 1);
  await visiting(vite("preview"), (url) => liveThrough(world, url, PATHS));
});

test("in development the mock server answers, or a day passes", async () => {
  const { world } = set;
  configure("VITE_USE_MOCK_SOCKET=true");
  await visiting(vite(), (url) => talkToMock(world, url, PATHS));
  configure(`VITE_SOCKET_SERVER_URL=${world.server.url}`);
  await visiting(vite(), (url) => liveThrough(world, url, PATHS, { survivesOffline: false }));
});

test("in development what is edited is shown, over the connection that there is", async () => {
  const { folder, world } = set;
  configure(`VITE_SOCKET_SERVER_URL=${world.server.url}`);
  await visiting(vite(), (url) => editWhileOpen(world, folder, url, PATHS));
});
