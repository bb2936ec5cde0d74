// A talk with the mock server in an application: signed in without any server, answered, and no WebSocket is opened but the development server's.
import assert from "node:assert/strict";

export async function talkToMock(world, url, paths) {
  const { context, page, complaints } = await world.openPage();
  const sockets = [];
  page.on("websocket", (socket) => sockets.push(new URL(socket.url())));
  try {
    await page.goto(url + paths.chat);
    await page.waitForURL((now) => now.pathname === paths.login);
    await page.getByLabel("Your name").fill("Ada");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("status").filter({ hasText: /^Connected$/ }).waitFor();
    await page.getByText("mock server").waitFor();
    await page.getByLabel("Message", { exact: true }).fill("anybody there?");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("listitem").filter({ hasText: "mock-user" }).waitFor();
    assert.deepEqual(sockets.filter(({ host }) => host !== new URL(url).host), []);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}
