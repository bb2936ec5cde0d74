// useAuthStatus in a real browser, with either React, against a real server: one redirect or call for each loss, and none for a lost network.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { bundle, chatServer, launch, REACTS, site, surround } from "./support.mjs";

let browser, server, folder;
surround((made) => ({ browser, server, folder } = made));

for (const version of Object.keys(REACTS)) {
  describe(`React ${version}`, () => {
    let pages, page, uncaught;
    before(async () => {
      pages = await site({ "/main.js": await bundle(folder, "main.jsx", version) }, { "/gate": { to: "/en/gate" } });
    });
    after(() => pages?.close());

    const inPage = (use, path = "/chat") => async () => {
      const context = await browser.newContext();
      try {
        page = await context.newPage();
        page.setDefaultTimeout(15_000);
        uncaught = [];
        page.on("pageerror", (error) => uncaught.push(String(error)));
        pages.asked.length = 0;
        await page.goto(pages.url + path);
        await page.waitForFunction(() => globalThis.kit);
        await use();
        assert.deepEqual(uncaught, []);
      } finally {
        await context.close();
      }
    };
    const show = (guards, { token = "good", ...rest } = {}) =>
      page.evaluate((tree) => kit.show(tree), {
        strict: true,
        provider: { options: { url: server.url, token, reconnectionDelay: 10, reconnectionDelayMax: 10 }, autoConnect: true },
        readers: ["one"],
        client: true,
        guards,
        ...rest,
      });
    const auth = (status, name = "guard") => page.waitForFunction(([status, name]) => kit.log.auth[name]?.at(-1).status === status, [status, name]);
    const statuses = () => page.evaluate(() => kit.log.auth.guard.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1]));
    const signIn = (token) => page.evaluate((token) => kit.last("one").initializeSocket(token), token);
    /** A new token counts from the next connection on. */
    const lose = async () => {
      await signIn("bad");
      server.cut();
      await auth("auth_required");
    };
    const left = () => page.waitForURL((url) => url.pathname === "/login");
    const asked = () => pages.asked.filter((url) => url.startsWith("/login"));

    test(
      "a lost network is no loss of authorisation, a refused token is one, and each calls back once",
      inPage(async () => {
        await show([{ name: "guard", calls: true }, { name: "other", calls: true }]);
        await auth("authenticated");
        server.cut();
        await page.waitForFunction(() => kit.log.results.one.some(({ status }) => status === "reconnecting"));
        await page.waitForFunction(() => kit.last("one").isConnected);
        assert.deepEqual([await statuses(), await page.evaluate(() => kit.log.refusals)], [["unknown", "authenticated"], []]);

        await lose();
        const once = [["guard", "jwt expired", 401], ["other", "jwt expired", 401]];
        assert.deepEqual(await page.evaluate(() => [kit.log.refusals, kit.log.auth.guard.at(-1)]), [once, { status: "auth_required", error: "jwt expired" }]);
        await page.evaluate(() => kit.last("one").simulateReceiveMessage({ content: "another rendering" }));
        const waiting = await page.evaluate(() => {
          globalThis.sent = kit.last("one").sendMessage({ conversationId: "c", content: "kept" }).settled;
          return kit.log.clients[0].pendingMessages.map(({ status }) => status);
        });
        assert.deepEqual(waiting, ["held"]);

        await signIn("good");
        await auth("authenticated");
        assert.equal(await page.evaluate(() => sent.then(({ status }) => status)), "delivered");
        assert.deepEqual(await page.evaluate(() => kit.log.refusals), once);
        await lose();
        assert.deepEqual(await page.evaluate(() => kit.log.refusals), [...once, ...once]);
        // One that comes late is told, too: once, though StrictMode mounts it twice.
        await show([{ name: "guard", calls: true }, { name: "late", calls: true }]);
        assert.deepEqual(await page.evaluate(() => kit.log.refusals.splice(4)), [["late", "jwt expired", 401]]);
        await page.evaluate(() => kit.last("one").disconnect());
        await auth("unknown");
      }),
    );

    test(
      "what there is to do may be said after the loss, and is done once",
      inPage(async () => {
        await show([{ name: "guard" }], { token: "bad" });
        await auth("auth_required");
        for (let times = 0; times < 2; times += 1) {
          await show([{ name: "guard", calls: true }], { token: "bad" });
          assert.deepEqual(await page.evaluate(() => kit.log.refusals), [["guard", "jwt expired", 401]]);
        }
        await show([{ name: "other" }], { token: "bad" });
        await show([{ name: "other", loginPath: "/login" }], { token: "bad" });
        await left();
        assert.equal(asked().length, 1);
      }),
    );

    test(
      "a loss is called back once and with its data, though a listener of the client renders at once",
      inPage(async () => {
        await page.evaluate((url) => kit.make({ url, token: "bad" }), server.url);
        const tree = { provider: { mine: true }, guards: [{ name: "guard", calls: true }] };
        await page.evaluate((tree) => kit.showOnChange(tree), tree);
        await page.evaluate(() => kit.mine.initializeSocket());
        await auth("auth_required");
        assert.deepEqual(await page.evaluate(() => kit.log.refusals), [["guard", "jwt expired", 401]]);
      }),
    );

    for (const mine of [false, true]) {
      test(
        `a component that comes later is told what a provider's ${mine ? "given " : ""}client went through when there was none`,
        inPage(async () => {
          const options = { url: server.url, token: "bad", reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 };
          if (mine) await page.evaluate((options) => kit.make(options), options);
          const showOnly = (parts) => page.evaluate((tree) => kit.show(tree), { strict: true, provider: mine ? { mine } : { options }, ...parts });
          const until = (status) => page.waitForFunction((status) => kit.log.clients[0].status === status, status);
          const told = (name) => page.evaluate((name) => [kit.log.auth[name].at(-1), kit.log.refusals.splice(0)], name);
          await showOnly({ readers: ["one"], client: true });
          await showOnly({});
          await signIn();
          await until("auth_required");
          await showOnly({ guards: [{ name: "refused", calls: true }] });
          assert.deepEqual(await told("refused"), [{ status: "auth_required", error: "jwt expired" }, [["refused", "jwt expired", 401]]]);
          await showOnly({});
          await signIn("good");
          await until("connected");
          server.cut();
          await until("reconnecting");
          await showOnly({ guards: [{ name: "cut", calls: true }] });
          assert.deepEqual(await told("cut"), [{ status: "authenticated", error: null }, []]);
          await showOnly({});
          await page.evaluate(() => kit.last("one").disconnect());
          await signIn("bad");
          await until("auth_required");
          await signIn("good");
          await until("connected");
          await signIn(null);
          await until("auth_required");
          await showOnly({ guards: [{ name: "out", calls: true }] });
          const error = await page.evaluate(() => kit.log.clients[0].connectionError);
          assert.match(error, /sign in/);
          assert.deepEqual(await told("out"), [{ status: "auth_required", error }, [["out", error, undefined]]]);
          if (!mine) return;
          // Nor was there a provider: what the client itself knows is the rest of it.
          await page.evaluate(() => kit.show({}));
          await page.evaluate(() => (kit.mine.disconnect(), kit.mine.initializeSocket("bad")));
          await until("auth_required");
          await showOnly({ guards: [{ name: "last", calls: true }] });
          assert.deepEqual(await told("last"), [{ status: "auth_required", error: "jwt expired" }, [["last", "jwt expired", undefined]]]);
        }),
      );
    }

    test(
      "a provider below which there has never been a component knows of a loss as well",
      inPage(async () => {
        await page.evaluate((url) => kit.make({ url, token: "bad" }), server.url);
        const provider = { mine: true, autoConnect: true };
        await page.evaluate((provider) => kit.show({ provider }), provider);
        await page.waitForFunction(() => kit.mine.status === "auth_required");
        await page.evaluate((provider) => kit.show({ provider, guards: [{ name: "guard", calls: true }] }), provider);
        assert.deepEqual(await page.evaluate(() => kit.log.refusals), [["guard", "jwt expired", 401]]);
      }),
    );

    test(
      "signing out is a loss, unless it is disconnected at once",
      inPage(async () => {
        await show([{ name: "guard", loginPath: "/login" }]);
        await auth("authenticated");
        await page.evaluate(() => {
          const { initializeSocket, disconnect } = kit.last("one");
          initializeSocket(null);
          disconnect();
        });
        await auth("unknown");
        assert.deepEqual([await statuses(), asked()], [["unknown", "authenticated", "unknown"], []]);
        await signIn("good");
        await auth("authenticated");
        await signIn(null);
        await left();
        assert.equal(asked().length, 1);
      }),
    );

    test(
      "a server that is not there leaves it unknown",
      inPage(async () => {
        const gone = await chatServer();
        await gone.close();
        await page.evaluate((url) => {
          kit.show({ provider: { options: { url, token: "t", reconnectionAttempts: 1, reconnectionDelay: 1 }, autoConnect: true }, readers: ["one"], guards: [{ name: "guard", loginPath: "/login" }] });
        }, gone.url);
        await page.waitForFunction(() => kit.last("one").status === "failed");
        assert.deepEqual([await statuses(), asked()], [["unknown"], []]);
      }),
    );

    test(
      "several components redirect once, and say where to come back to",
      inPage(async () => {
        const loginPath = "/login?lang=de";
        await show([{ name: "guard", loginPath }, { name: "other", loginPath }], { token: "bad" });
        await left();
        const url = new URL(page.url());
        assert.deepEqual([...url.searchParams], [["lang", "de"], ["returnTo", "/chat/a%20b?c=d&e#f"]]);
        assert.equal(url.search, `?lang=de&returnTo=${encodeURIComponent("/chat/a%20b?c=d&e#f")}`);
        assert.equal(asked().length, 1);
      }, "/chat/a%20b?c=d&e#f"),
    );

    test(
      "a component that comes when the token has been refused already redirects",
      inPage(async () => {
        await show([], { token: "bad" });
        await page.waitForFunction(() => kit.last("one").status === "auth_required");
        assert.deepEqual(asked(), []);
        await show([{ name: "guard", loginPath: "/login" }], { token: "bad" });
        await left();
        assert.equal(new URL(page.url()).searchParams.get("returnTo"), "/chat");
      }),
    );

    test(
      "nothing is left for the page that one is on",
      inPage(async () => {
        await show([{ name: "guard", loginPath: "/login?lang=de" }], { token: "bad" });
        await auth("auth_required");
        // A redirect of the same page, which has to happen, comes after one that must not.
        await show([{ name: "guard", loginPath: "/login?lang=de" }, { name: "other", loginPath: "/elsewhere" }], { token: "bad" });
        await page.waitForURL((url) => url.pathname === "/elsewhere");
        assert.deepEqual(asked(), ["/login/?from=%2F"]);
      }, "/login/?from=%2F"),
    );

    test(
      "a guard around all pages leaves none but those behind it, and the login page not even when it signs in there",
      inPage(async () => {
        const guards = [{ name: "guard", loginPath: "/login" }];
        await show(guards, { token: "bad" });
        await left();
        await page.waitForFunction(() => globalThis.kit);
        await show(guards, { token: "bad" });
        await auth("auth_required");
        await signIn("good");
        await auth("authenticated");
        await lose();
        await show(guards, { token: "bad" });
        assert.equal(asked().length, 1);
        // A router has gone on without loading a page: the next rendering leaves it.
        await page.evaluate(() => history.pushState(null, "", "/chat/2"));
        await show(guards, { token: "bad" });
        await page.waitForURL((url) => url.pathname === "/login" && url.searchParams.get("returnTo") === "/chat/2");
        assert.equal(asked().length, 2);
      }),
    );

    test(
      "a page to which the server has sent the way to sign in is not left for it again",
      inPage(async () => {
        const guards = [{ name: "guard", loginPath: "/gate" }];
        await show(guards, { token: "bad" });
        await page.waitForURL((url) => url.pathname === "/en/gate" && url.searchParams.get("returnTo") === "/chat");
        await page.waitForFunction(() => globalThis.kit);
        await show([...guards, { name: "other", calls: true }], { token: "bad" });
        await auth("auth_required", "other");
        await page.waitForFunction(() => kit.log.refusals.length > 0);
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
        assert.deepEqual(pages.asked.filter((url) => url.includes("/gate")), ["/gate?returnTo=%2Fchat", "/en/gate?returnTo=%2Fchat"]);
      }),
    );

    /** Leaves a page to sign in, signs in there and goes back. Returns false if the browser has loaded the page anew. */
    async function leaveAndComeBack(page) {
      page.setDefaultTimeout(15_000);
      await page.goto(`${pages.url}/chat`);
      await page.waitForFunction(() => globalThis.kit);
      const provider = { options: { url: server.url }, stored: true };
      await page.evaluate((tree) => kit.show(tree), { strict: true, provider, readers: ["one"], guards: [{ name: "guard", loginPath: "/login" }] });
      await page.evaluate(() => {
        addEventListener("pageshow", ({ persisted }) => (globalThis.persisted = persisted));
        kit.last("one").initializeSocket();
      });
      await page.waitForURL((url) => url.pathname === "/login");
      await page.waitForFunction(() => globalThis.kit);
      await page.evaluate(() => localStorage.setItem("token", "good"));
      await page.goBack({ waitUntil: "commit" });
      await page.waitForFunction(() => globalThis.kit);
      if (!(await page.evaluate(() => globalThis.persisted))) return false;
      await page.waitForFunction(() => kit.log.auth.guard.at(-1).status === "authenticated");
      assert.equal(new URL(page.url()).pathname, "/chat");
      return true;
    }

    test("a page that comes back from the back-forward cache asks again", async () => {
      // Playwright turns the cache off.
      const caching = await launch({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
      try {
        // Under load Chromium may drop what it has cached.
        let cached = false;
        for (let turn = 0; turn < 5 && !cached; turn += 1) cached = await leaveAndComeBack(await caching.newPage());
        assert.ok(cached);
      } finally {
        await caching.close();
      }
    });

    test(
      "what it comes back to is on this site, and so is where one signs in",
      inPage(async () => {
        await show([{ name: "guard", loginPath: "/login" }], { token: "bad" });
        await left();
        assert.equal(new URL(page.url()).searchParams.get("returnTo"), "/evil.example/x");
        const { host } = new URL(pages.url);
        for (const loginPath of ["//evil.example/login", "https://evil.example/login", `https://${host}/login`, "javascript:alert(1)", "http://["]) {
          await page.goto(`${pages.url}/chat`);
          await page.waitForFunction(() => globalThis.kit);
          await show([{ name: "guard", loginPath }]);
          assert.equal(await page.evaluate(() => kit.log.caught.at(-1)?.code), "ERR_INVALID_ARGUMENT");
        }
        uncaught.length = 0; // React 18 reports what a boundary has caught
      }, "//evil.example/x"),
    );
  });
}
