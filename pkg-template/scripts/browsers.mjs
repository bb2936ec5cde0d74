// Finds the browsers that tests run in, with their WebDriver servers, or installs them.
import { join } from "node:path";
import { aptInstall, cargoTool, find, firstThatRuns, say, SetupError } from "./tools.mjs";

export const ENGINES = ["chromium", "firefox", "webkit"];

const GECKODRIVER_VERSION = "0.37.1";
const FIREFOXES = ["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];

const CHROMES = [
  "chromium",
  "google-chrome",
  "google-chrome-stable",
  "chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const CHROMEDRIVERS = [
  "chromedriver",
  "/usr/lib/chromium/chromedriver",
  "/usr/lib/chromium-browser/chromedriver",
  "/opt/homebrew/bin/chromedriver",
  "/usr/local/bin/chromedriver",
];

function chromium() {
  const { CHROME, CHROMEDRIVER } = process.env;
  const look = () => ({
    chrome: firstThatRuns(CHROME ? [CHROME] : CHROMES),
    driver: firstThatRuns(CHROMEDRIVER ? [CHROMEDRIVER] : CHROMEDRIVERS),
  });
  let { chrome, driver } = look();
  if ((CHROME && !chrome) || (CHROMEDRIVER && !driver)) {
    throw new SetupError(`${chrome ? "CHROMEDRIVER" : "CHROME"} does not run: ${chrome ? CHROMEDRIVER : CHROME}`);
  }
  if ((!chrome || !driver) && aptInstall("chromium", "chromium-driver")) ({ chrome, driver } = look());
  if (!chrome || !driver) {
    throw new SetupError(
      `${chrome ? "chromedriver" : "Chromium"} is missing: install Chromium or Chrome and its chromedriver ` +
        "(Debian: apt-get install chromium chromium-driver), or name them in CHROME and CHROMEDRIVER",
    );
  }
  if (chrome.major !== driver.major) {
    throw new SetupError(`chromedriver ${driver.major} does not fit Chromium ${chrome.major}: install the same version of both`);
  }
  return { CHROME: chrome.path, CHROMEDRIVER: driver.path };
}

function firefox() {
  const { FIREFOX, GECKODRIVER } = process.env;
  const look = () => firstThatRuns(FIREFOX ? [FIREFOX] : FIREFOXES);
  const browser = look() ?? (!FIREFOX && aptInstall("firefox-esr") && look());
  if (!browser) throw new SetupError(FIREFOX ? `FIREFOX does not run: ${FIREFOX}` : "Firefox is missing: install it (Debian: apt-get install firefox-esr), or name it in FIREFOX");
  const driver = firstThatRuns([GECKODRIVER || "geckodriver"])?.path;
  if (!driver && GECKODRIVER) throw new SetupError(`GECKODRIVER does not run: ${GECKODRIVER}`);
  return { FIREFOX: browser.path, GECKODRIVER: driver ?? join(cargoTool("geckodriver", "geckodriver", GECKODRIVER_VERSION), "geckodriver") };
}

/** WebKitGTK, whose driver knows where its browser is, and a display for it, since that browser has no headless mode. */
function webkit() {
  const look = () => ({ driver: find("WebKitWebDriver"), display: find("Xvfb") });
  let { driver, display } = look();
  if ((!driver || !display) && aptInstall("webkit2gtk-driver", "xvfb")) ({ driver, display } = look());
  if (!driver || !display) throw new SetupError("WebKitWebDriver or Xvfb is missing (Debian: apt-get install webkit2gtk-driver xvfb)");
  // Its sandbox needs user namespaces, which root in a container seldom has.
  const sandbox = process.getuid() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" };
  return { WEBKITDRIVER: driver, XVFB: display, ...sandbox };
}

const FIND = { chromium, firefox, webkit };

/**
 * An environment that names the engines in ENGINES and their programs in other variables. Chromium is required; so are the others where CI is
 * "true". Elsewhere one that cannot be had is passed over.
 */
export function browsers(engines) {
  const found = {};
  for (const engine of engines) {
    try {
      found[engine] = FIND[engine]();
    } catch (error) {
      if (!(error instanceof SetupError) || engine === "chromium" || process.env.CI === "true") throw error;
      say(`without ${engine}: ${error.message}`);
    }
  }
  return Object.assign({ ENGINES: Object.keys(found).join(" ") }, ...Object.values(found));
}
