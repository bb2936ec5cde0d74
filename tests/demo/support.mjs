// Shared by the tests that need a browser: finds and launches Chromium, and brings up the demo's servers on free ports.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { startChatServer } from "../../www-demo/server.mjs";
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
