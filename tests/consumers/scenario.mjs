// A day in the life of a chat application, the same for all of them: what a user does, what they see, and what the server got.
// Applications share the words of their pages, and may differ in all else.
import assert from "node:assert/strict";
import { until } from "./world.mjs";

/**
 * `paths`: of the chat page, the page to sign in and one without a chat. `survivesOffline`: whether the page bears being without network for
 * a while, which Next.js' development client does not.
 */
export async function liveThrough(world, url, paths, { survivesOffline = true, isOwnTrouble = () => false } = {}) {
  const { server } = world;
  server.clear();
  const { context, page, complaints } = await world.openPage();
  const grace = await world.openGuest("Grace");
  try {
    const item = (content) => page.getByRole("list", { name: "Messages" }).getByRole("listitem").filter({ hasText: content });
    const connected = () => page.getByRole("status").filter({ hasText: /^Connected$/ }).waitFor();
    const notConnected = () => page.getByRole("status").filter({ hasNotText: /^Connected$/ }).waitFor();
    const at = (path) => page.waitForURL((now) => now.pathname === path);
    const send = async (content) => {
      await page.getByLabel("Message", { exact: true }).fill(content);
      await page.getByRole("button", { name: "Send" }).click();
    };
    const waits = (content) => item(content).and(page.locator("[data-status]")).waitFor();
    const delivered = async (content) => {
      await until(`Grace hears "${content}"`, () => grace.heard.includes(`Ada: ${content}`));
      await item(content).and(page.locator(":not([data-status])")).waitFor();
    };
    const signIn = async () => {
      await at(paths.login);
      assert.equal(new URL(page.url()).searchParams.get("returnTo"), paths.chat);
      await page.getByLabel("Your name").fill("Ada");
      await page.getByRole("button", { name: "Sign in" }).click();
      await at(paths.chat);
      await connected();
    };

    const oneConnection = () => until("one connection is left", () => server.connections === 2 && server.present.join() === "Ada,Grace");

    // Nobody is signed in.
    await page.goto(url + paths.chat);
    await signIn();

    await grace.say("hello, Ada");
    await item("hello, Ada").waitFor();
    await send("hello, Grace");
    await delivered("hello, Grace");

    if (survivesOffline) {
      await context.setOffline(true);
      await notConnected();
      await send("from a tunnel");
      await waits("from a tunnel");
      await context.setOffline(false);
      await delivered("from a tunnel");
      await connected();
    }

    // The server is gone, and the page is loaded anew meanwhile.
    await server.stop();
    await notConnected();
    await send("into the dark");
    await waits("into the dark");
    await page.reload();
    await waits("into the dark");
    await server.start();
    await grace.enter();
    await connected();
    await delivered("into the dark");
    await item("hello, Grace").waitFor();

    // Away and back, without and with loading.
    await page.getByRole("link", { name: "About" }).click();
    await at(paths.about);
    await page.getByRole("link", { name: "Chat" }).click();
    await at(paths.chat);
    await connected();
    await page.goBack();
    await page.goForward();
    await connected();
    await oneConnection();
    assert.equal(await page.evaluate(() => globalThis.wasmInstances), 1);

    // The token ends while the server is away, with something to say.
    await server.stop();
    await notConnected();
    await send("past my time");
    await waits("past my time");
    server.expireTokens();
    await server.start();
    await grace.enter();
    await signIn();
    await delivered("past my time");
    await send("good night");
    await delivered("good night");

    const own = server.messages.filter(({ senderId }) => senderId === "Ada").map(({ content }) => content);
    const all = ["hello, Grace", "from a tunnel", "into the dark", "past my time", "good night"];
    assert.deepEqual(own, survivesOffline ? all : all.filter((content) => content !== "from a tunnel"));
    await oneConnection();
    assert.deepEqual(complaints.filter((complaint) => !isOwnTrouble(complaint)), []);
  } catch (error) {
    // Why something did not happen, the page may know.
    throw complaints.length ? new Error(`${error.message}\nThe page complained: ${complaints.join("\n")}`, { cause: error }) : error;
  } finally {
    grace.close();
    await context.close();
  }
}
