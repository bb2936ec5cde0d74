// How an application tests its components in mock mode: under Vitest, with jsdom and in a real browser.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { BROWSER, root, setup } from "../../pkg-template/scripts/setup.mjs";
import { fileOf } from "../types/blocks.mjs";
import { install } from "./support.mjs";

let folder;
before(async () => {
  folder = await install("vitest");
  // The guide's components and its test, too.
  mkdirSync(join(folder, "components"));
  for (const path of ["components/Chat.tsx", "components/Chat.test.tsx", "components/Outgoing.tsx"]) writeFileSync(join(folder, path), fileOf("GUIDE.md", path));
});

for (const project of ["jsdom", "browser"]) {
  test(`component tests run in mock mode: ${project}`, () => {
    const { args } = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"))["goog:chromeOptions"];
    const env = { ...process.env, CHROME: setup(BROWSER).CHROME, CHROME_ARGS: JSON.stringify(args) };
    const command = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--project", project === "browser" ? "browser*" : project, "--reporter=default", "--reporter=json", "--outputFile=report.json"];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, env, encoding: "utf8", timeout: 100_000 });
    assert.equal(status, 0, stdout + stderr);
    const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
    assert.deepEqual([numPassedTests, numTotalTests], [7, 7]);
    assert.doesNotMatch(stdout + stderr, /not wrapped in act|Warning/i);
  });
}
