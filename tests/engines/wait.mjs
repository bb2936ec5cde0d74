// Waiting for conditions in a page of any engine.

const POLL = 50;
const PATIENCE = 15_000;

/** Waits until `condition`, a function that runs in the page, returns something truthy, and resolves to that. */
export async function until(page, condition, argument) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const result = await page.evaluate(condition, argument);
    if (result) return result;
    if (Date.now() > end) throw new Error(`did not happen: ${condition} ${argument === undefined ? "" : JSON.stringify(argument)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** Waits until an element that fits the selector, and has that text in it, can be seen. */
export const shows = (page, selector, text = "") =>
  until(page, ([selector, text]) => [...document.querySelectorAll(selector)].some((element) => element.checkVisibility() && element.textContent.includes(text)), [selector, text]);
