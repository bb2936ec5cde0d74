// Chromium, by Playwright.
import { complaintsOf, launchChromium } from "../demo/support.mjs";

export async function launch() {
  const browser = await launchChromium();
  return {
    async newContext() {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      return { newPage: async () => new Page(await context.newPage()), close: () => context.close() };
    },
    close: () => browser.close(),
  };
}

class Page {
  #page;
  #complaints;

  constructor(page) {
    this.#page = page;
    this.#complaints = complaintsOf(page);
  }

  goto(url) {
    return this.#page.goto(url);
  }

  reload() {
    return this.#page.reload();
  }

  evaluate(what, argument) {
    return this.#page.evaluate(what, argument);
  }

  press(name, within = "body") {
    return this.#page.locator(within).getByRole("button", { name, exact: true }).click();
  }

  async enter(label, text) {
    const field = this.#page.getByLabel(label, { exact: true });
    await field.fill(text);
    await field.press("Enter");
  }

  choose(label, value) {
    return this.#page.getByLabel(label, { exact: true }).selectOption(value);
  }

  async complaints() {
    return this.#complaints;
  }
}
