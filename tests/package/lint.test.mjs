// What publint and "are the types wrong" say of the packed package. .attw.json: it has ES modules only, and a .wasm is none.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "../../pkg-template/scripts/build.mjs";
import { root } from "../../pkg-template/scripts/setup.mjs";

const LINTERS = { publint: ["publint/src/cli.js", "--strict"], attw: ["@arethetypeswrong/cli/dist/index.js", "--no-color"] };

let folder;
before(async () => {
  const pkg = await build();
  folder = mkdtempSync(join(tmpdir(), "socketio-wasm-lint-"));
  cpSync(pkg, join(folder, "pkg"), { recursive: true });
});
after(() => rmSync(folder, { recursive: true, force: true }));

function lint(linter) {
  const pack = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { cwd: join(folder, "pkg"), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [script, ...args] = LINTERS[linter];
  const command = [join(root, "node_modules", script), ...args, join(folder, JSON.parse(pack)[0].filename)];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  return { status, said: stdout + stderr };
}

for (const linter of Object.keys(LINTERS)) {
  test(`${linter} finds nothing`, () => {
    const { status, said } = lint(linter);
    assert.equal(status, 0, said);
    assert.match(said, linter === "attw" ? /socketio-wasm\/react/ : /All good/);
  });
}

test("publint finds a path that is missing, and attw missing declarations", () => {
  const file = join(folder, "pkg/package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const broken = (entry) => writeFileSync(file, JSON.stringify({ ...manifest, exports: { ...manifest.exports, "./react": entry } }));
  broken({ types: "./react.d.ts", default: "./hooks.js" });
  assert.notEqual(lint("publint").status, 0);
  broken({ types: "./hooks.d.ts", default: "./react.js" });
  assert.notEqual(lint("attw").status, 0);
});
