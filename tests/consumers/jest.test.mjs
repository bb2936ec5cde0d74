// The guide's component and its test under Jest, with Next.js' compiler, configured as the guide says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { document, fileOf } from "../types/blocks.mjs";
import { install } from "./install.mjs";

let apps;
before(async () => (apps = await install()));
after(() => apps?.remove());

test("component tests run in mock mode under Jest", () => {
  const app = join(apps.folder, "jest-app");
  for (const part of ["app", "components"]) mkdirSync(join(app, part), { recursive: true });
  for (const path of ["components/Chat.tsx", "jest.config.mjs", "jest.setup.js"]) writeFileSync(join(app, path), fileOf("GUIDE.md", path));
  writeFileSync(join(app, "package.json"), "{}"); // the folder above has ES modules
  const [option] = /transpilePackages: \[.*?\]/.exec(document("GUIDE.md"));
  writeFileSync(join(app, "next.config.mjs"), `export default { ${option} };`);
  const own = fileOf("GUIDE.md", "components/Chat.test.tsx").replace(/^import .* from "vitest";\n/m, "");
  writeFileSync(join(app, "components/Chat.test.tsx"), own);
  const said = execFileSync(process.execPath, [join(apps.folder, "node_modules/jest/bin/jest.js"), "--json"], { cwd: app, encoding: "utf8", timeout: 120_000 });
  const { numPassedTests, numTotalTests } = JSON.parse(said);
  assert.deepEqual([numPassedTests, numTotalTests], [1, 1]);
});
