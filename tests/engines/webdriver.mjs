// Firefox and WebKitGTK, which Playwright cannot drive as distributions build them, by WebDriver.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { Capabilities, Key, WebDriver } from "selenium-webdriver";
import { Executor, HttpClient } from "selenium-webdriver/http/index.js";
import { until } from "./wait.mjs";

const options = JSON.parse(readFileSync(new URL("../../webdriver.json", import.meta.url), "utf8"));

/** How a driver is started, and what it is told. */
const DRIVERS = {
  firefox: ({ GECKODRIVER, FIREFOX }) => [GECKODRIVER, { "moz:firefoxOptions": { ...options["moz:firefoxOptions"], binary: FIREFOX } }],
  // It knows where its browser is.
  webkit: ({ WEBKITDRIVER }) => [WEBKITDRIVER, {}],
};

export async function launch(engine) {
  const [command, capabilities] = DRIVERS[engine](process.env);
  const server = await startDriver(command);
  const driver = WebDriver.createSession(new Executor(new HttpClient(server.url)), new Capabilities(capabilities));
  await driver.getSession();
  const windows = new Windows(driver, await driver.getWindowHandle());
  return {
    // Pages of a context share their storage with those of others: what must be apart has a site of its own.
    async newContext() {
      const pages = [];
      return {
        async newPage() {
          const page = new Page(windows, await windows.open());
          pages.push(page);
          return page;
        },
        close: async () => {
          for (const page of pages.splice(0)) await page.close();
        },
      };
    },
    async close() {
      await driver.quit();
      await server.close();
    },
  };
}

/** A driver's server, on a port that was free. */
async function startDriver(command) {
  const port = await freePort();
  const child = spawn(command, [`--port=${port}`], { stdio: "ignore" });
  const end = () => child.kill();
  process.once("exit", end);
  const ended = once(child, "exit");
  await once(child, "spawn");
  const url = `http://127.0.0.1:${port}`;
  while (child.exitCode === null && !(await fetch(`${url}/status`).catch(() => null))?.ok) await new Promise((resolve) => setTimeout(resolve, 20));
  if (child.exitCode !== null) throw new Error(`${command} ended with code ${child.exitCode}`);
  return {
    url,
    async close() {
      process.off("exit", end);
      end();
      await ended;
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** A driver speaks to one window at a time. */
class Windows {
  #driver;
  #first;
  #current;

  constructor(driver, first) {
    this.#driver = driver;
    this.#first = this.#current = first;
  }

  async open() {
    await this.#driver.switchTo().newWindow("window");
    this.#current = await this.#driver.getWindowHandle();
    await this.#driver.manage().window().setRect({ x: 0, y: 0, width: 1280, height: 900 });
    return this.#current;
  }

  async at(handle) {
    if (this.#current !== handle) await this.#driver.switchTo().window(handle);
    this.#current = handle;
    return this.#driver;
  }

  async close(handle) {
    await (await this.at(handle)).close();
    await this.at(this.#first);
  }
}

class Page {
  #windows;
  #handle;
  #complaints = [];

  constructor(windows, handle) {
    this.#windows = windows;
    this.#handle = handle;
  }

  get #driver() {
    return this.#windows.at(this.#handle);
  }

  async goto(url) {
    await this.complaints();
    await (await this.#driver).get(url);
    await this.evaluate(watch);
  }

  async reload() {
    await this.complaints();
    await (await this.#driver).navigate().refresh();
    await this.evaluate(watch);
  }

  async evaluate(what, argument) {
    const source = typeof what === "string" ? what : `return (${what})(...arguments)`;
    return (await this.#driver).executeScript(source, ...(argument === undefined ? [] : [argument]));
  }

  async press(name, within = "body") {
    const button = await until(this, atRest, [name, within]);
    await button.click();
  }

  async enter(label, text) {
    const field = await until(this, labelled, label);
    await field.sendKeys(text, Key.ENTER);
  }

  async choose(label, value) {
    const field = await until(this, labelled, label);
    await field.findElement({ css: `option[value="${value}"]` }).click();
  }

  async complaints() {
    const newer = await this.evaluate(() => window.complaints?.splice(0));
    this.#complaints.push(...(newer ?? []));
    return this.#complaints;
  }

  close() {
    return this.#windows.close(this.#handle);
  }
}

/** Neither driver tells what a page complains of, so the page notes it: but for what comes before its `load` event, and in WebKitGTK a response's status. */
function watch() {
  const complaints = (window.complaints = []);
  const note = (text) => complaints.push(String(text));
  window.addEventListener("error", ({ message, target }) => note(message ?? `${target.src ?? target.href} cannot be loaded`), true);
  window.addEventListener("unhandledrejection", ({ reason }) => note(reason?.stack ?? reason));
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => note(`${violatedDirective}: ${blockedURI}`));
  for (const level of ["error", "warn"]) console[level] = (...args) => note(args.join(" "));
  const failed = (entries) => entries.filter(({ responseStatus }) => responseStatus >= 400).forEach(({ name, responseStatus }) => note(`${responseStatus} ${name}`));
  new PerformanceObserver((list) => failed(list.getEntries())).observe({ type: "resource", buffered: true });
}

/** The field of that label. */
function labelled(label) {
  return [...document.querySelectorAll("input, select, textarea")].find((field) => [...field.labels].some(({ textContent }) => textContent.trim() === label));
}

/** The button of that name, once it can be seen, nothing covers it, and it stays where it is. */
function atRest([name, within]) {
  const named = (button) => (button.getAttribute("aria-label") ?? button.textContent).trim() === name;
  const buttons = [...document.querySelectorAll(`:is(${within}) button`)].filter((button) => button.checkVisibility() && named(button));
  if (buttons.length !== 1) return null;
  const [button] = buttons;
  button.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { left, top, width, height } = button.getBoundingClientRect();
  const place = [left, top, width, height].join();
  const rests = button.place === place;
  button.place = place;
  return rests && button.contains(document.elementFromPoint(left + width / 2, top + height / 2)) && button;
}
