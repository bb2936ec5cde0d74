// Two projects run the same tests: jsdom, and a real browser. CHROME is the browser's program, where it is not the one that Playwright brings.
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

const launchOptions = { executablePath: process.env.CHROME, args: JSON.parse(process.env.CHROME_ARGS ?? "[]") };

export default defineConfig({
  oxc: { jsx: { runtime: "automatic" } },
  test: {
    projects: [
      { extends: true, test: { name: "jsdom", environment: "jsdom", env: { NEXT_PUBLIC_USE_MOCK_SOCKET: "true" } } },
      {
        extends: true,
        // In a browser there is no `process`: what Next.js would put into the build is put there by name.
        define: { "process.env.NEXT_PUBLIC_USE_MOCK_SOCKET": '"true"' },
        test: {
          name: "browser",
          browser: { enabled: true, headless: true, screenshotFailures: false, provider: playwright({ launchOptions }), instances: [{ browser: "chromium" }] },
        },
      },
    ],
  },
});
