// Compares the gzipped size of what an application loads with budget.json, and with what changelog and README say of it: the latter by way of
// the committed results of the bench, from which its table and picture have to be made. Fails on the first byte too many.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "../../pkg-template/scripts/build.mjs";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { files as published, readResults } from "../bench/publish.mjs";
import { measureSizes } from "../bench/sizes.mjs";

/** Of what the README says of bytes: more, and the bench has to be run again. */
const TOLERANCE = 0.01;

const budget = JSON.parse(readFileSync(new URL("budget.json", import.meta.url), "utf8"));
const pkg = await build();
const fail = (text) => {
  console.error(text);
  process.exitCode = 1;
};
const said = {};
for (const [entry, { files, limit }] of Object.entries(budget)) {
  const size = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(pkg, name)), { level: 9 }).length, 0);
  console.log(`${entry} (${files.join(" + ")}): ${size} of ${limit} bytes gzipped`);
  if (size > limit) fail(`${entry}: ${size - limit} bytes too many`);
  said[entry] = `${Math.ceil(size / 1000)} KB`;
}
const line = `| unreleased | ${said.slim} | ${said.index} |`;
if (!readFileSync(join(root, "CHANGELOG.md"), "utf8").includes(line)) fail(`CHANGELOG.md should say: ${line}`);

const results = readResults();
for (const [path, text] of published(results)) {
  const name = relative(root, path);
  if (readFileSync(path, "utf8") !== text) fail(`${name} is not what tests/bench/results.json gives: node tests/bench/publish.mjs`);
}
const measured = await measureSizes({ pkg, root });
for (const { name, gzip } of measured) {
  const known = results.sizes.find((row) => row.name === name)?.gzip ?? 0;
  if (Math.abs(gzip - known) > known * TOLERANCE) fail(`${name}: ${gzip} bytes gzipped, and ${known} in tests/bench/results.json: npm run bench -- --write`);
}
