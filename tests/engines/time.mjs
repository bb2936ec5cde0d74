// A clock of ours in a page of any engine: time goes on as always, and can be made to pass faster.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { until } from "./wait.mjs";

// WebKit's driver keeps watch over the scripts that it runs by a timer of the page's, which has to stay the browser's.
const SOURCE = `
  import { install } from "@sinonjs/fake-timers";
  const toFake = ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"];
  const { setTimeout } = window;
  const clock = install({ toFake, shouldAdvanceTime: true, shouldClearNativeTimers: true });
  const faked = window.setTimeout;
  const ofDriver = () => /\\bevaluateJavaScriptFunction@/.test(new Error().stack);
  window.setTimeout = (...args) => (ofDriver() ? setTimeout(...args) : faked(...args));
  window.passTime = (ms) => {
    window.timePasses = true;
    clock.tickAsync(ms).then(() => (window.timePasses = false));
  };
`;
let bundle;

/** From now on the page's clock is ours. Timers that run already are not. */
export async function fakeTime(page) {
  const stdin = { contents: SOURCE, resolveDir: fileURLToPath(new URL(".", import.meta.url)) };
  bundle ??= build({ stdin, bundle: true, external: ["util"], write: false, format: "iife", logLevel: "error" });
  await page.evaluate((await bundle).outputFiles[0].text);
}

/** Lets time pass in the page: all that is due happens, in its order. */
export async function passTime(page, ms) {
  await page.evaluate((ms) => window.passTime(ms), ms);
  await until(page, () => !window.timePasses);
}
