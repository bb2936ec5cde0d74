// Compares the gzipped size of what an application loads with budget.json, and with what README and changelog say of it. Fails on the first
// byte too many.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "../../pkg-template/scripts/build.mjs";
import { root } from "../../pkg-template/scripts/setup.mjs";

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
const rows = {
  "pkg-template/README.md": [`| \`socketio-wasm\`, one file | ${said.index} |`, `| \`socketio-wasm/slim\`, JavaScript and \`.wasm\` | ${said.slim} |`],
  "CHANGELOG.md": [`| unreleased | ${said.slim} | ${said.index} |`],
};
for (const [file, lines] of Object.entries(rows)) {
  const text = readFileSync(join(root, file), "utf8");
  for (const line of lines) if (!text.includes(line)) fail(`${file} should say: ${line}`);
}
