// The browser of an engine, with the little that a scenario needs, so that it is written once for all of them:
//   browser.newContext(), browser.close(); context.newPage(), context.close()
//   page.goto(url), page.reload(), page.evaluate(function or source, argument)
//   page.press(name, within)     clicks the button of that name, once it is there, as a user would
//   page.enter(label, text)      types into the field of that label, and presses Enter
//   page.choose(label, value)    chooses an option
//   page.complaints()            resolves to what went wrong in the page so far: [text]
import { launch as launchChromium } from "./chromium.mjs";
import { launch as launchByWebDriver } from "./webdriver.mjs";

/** Those that setup found; without it, the one that the package needs. */
export const engines = (process.env.ENGINES || "chromium").split(" ");

export const launch = (engine) => (engine === "chromium" ? launchChromium() : launchByWebDriver(engine));
