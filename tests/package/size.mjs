// Compares the gzipped size of what an application loads with budget.json. Fails on the first byte too many.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "../../pkg-template/scripts/build.mjs";

const budget = JSON.parse(readFileSync(new URL("budget.json", import.meta.url), "utf8"));
const pkg = await build();
let over = 0;
for (const [files, limit] of Object.entries(budget)) {
  const sizes = files.split(" + ").map((name) => gzipSync(readFileSync(join(pkg, name)), { level: 9 }).length);
  const size = sizes.reduce((sum, one) => sum + one);
  console.log(`${files}: ${size} of ${limit} bytes gzipped${size > limit ? `, ${size - limit} too many` : ""}`);
  if (size > limit) over += 1;
}
if (over) process.exitCode = 1;
