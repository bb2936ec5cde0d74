// A developer at work: the chat is open while its file is changed, so that components keep their state, and lose it where the hooks change.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./world.mjs";

const HEADING = "# {ROOM}";
const HOOKS = "  function leave() {";
const withHooks = (count) => `${"  useEffect(() => {}, []);\n".repeat(count)}${HOOKS}`;

/** Edits components/Chat.tsx of an application that a development server shows at `url`. */
export async function editWhileOpen(world, folder, url, paths) {
  const { server } = world;
  server.clear();
  const file = join(folder, "components/Chat.tsx");
  const source = readFileSync(file, "utf8");
  assert.ok(source.includes(HEADING) && source.includes(HOOKS));
  const { context, page } = await world.openPage();
  const grace = await world.openGuest("Grace");
  try {
    const connections = [];
    page.on("websocket", (socket) => socket.url().startsWith(server.url.replace("http", "ws")) && connections.push(socket));
    const connected = () => page.getByRole("status").filter({ hasText: /^Connected$/ }).waitFor();
    await page.goto(url + paths.chat);
    await page.getByLabel("Your name").fill("Ada");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((now) => now.pathname === paths.chat);
    await connected();
    // Turbopack tells of no change in a page that was come to without loading.
    await page.reload();
    await connected();
    const before = connections.length;
    await page.evaluate(() => (globalThis.isSameDocument = true));
    for (const [edit, hooks] of [0, 0, 1, 2].entries()) {
      writeFileSync(file, source.replace(HEADING, `#${edit} {ROOM}`).replace(HOOKS, withHooks(hooks)));
      await page.getByRole("heading", { name: `#${edit} general` }).waitFor();
      await connected();
      await grace.say(`edit ${edit}`);
      const said = page.getByRole("listitem").filter({ hasText: `edit ${edit}` });
      await said.waitFor();
      assert.equal(await said.count(), 1);
    }
    assert.equal(await page.evaluate(() => globalThis.isSameDocument), true, "nothing was loaded anew");
    assert.equal(connections.length, before);
    await until("one connection is left", () => server.connections === 2 && server.present.join() === "Ada,Grace");
  } finally {
    writeFileSync(file, source);
    grace.close();
    await context.close();
  }
}
