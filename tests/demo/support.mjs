// Shared by the tests that need a browser: finds and launches Chromium, and brings up the demo's servers on free ports.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { build } from "../../pkg-template/scripts/build.mjs";
import { allowRequest, startChatServer } from "../../www-demo/server.mjs";
import { startSite } from "../../www-demo/site.mjs";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The path of Chromium: the environment's CHROME, or one of the usual places. */
export function findChromium() {
  const path = [process.env.CHROME, ...PLACES].find((place) => place && existsSync(place));
  if (!path) throw new Error("No Chromium found: run npm run setup, or set CHROME to its path");
  return path;
}

/** A headless Chromium that talks to nobody on its own. */
export function launchChromium(options = {}) {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    ...options,
  });
}

/** The demo's page and chat server, and the addresses that were asked for a WebSocket. PKG_DIR names another build of the package than pkg/, which is built where it is out of date. */
export async function startDemo() {
  const sockets = [];
  const chat = await startChatServer({
    allowRequest(request, decide) {
      sockets.push(request.url);
      allowRequest(request, decide);
    },
  });
  const site = await startSite({ chat, pkg: process.env.PKG_DIR ?? (await build()) });
  return {
    chat,
    sockets,
    url: site.url,
    async close() {
      await site.close();
      await chat.stop();
    },
  };
}

// The browser itself reports a refused connection, and offers no way not to.
const UNAVOIDABLE = /^WebSocket connection to '[^']*' failed: /;

/**
 * Collects what a page complains of: errors and warnings on the console (violations of the Content-Security-Policy are among them), uncaught
 * exceptions and failed requests.
 */
export function complaintsOf(page) {
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !UNAVOIDABLE.test(message.text())) complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error.stack ?? error)));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return complaints;
}

/** Waits until `condition`, a function that runs in the page, returns something truthy. */
export const until = (page, condition, argument) => page.waitForFunction(condition, argument, { polling: 50, timeout: 15_000 });
