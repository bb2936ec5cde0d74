// What the package consists of: its files, its manifest and the names that its code and declarations share.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { build } from "../../pkg-template/scripts/build.mjs";
import { root } from "../../pkg-template/scripts/setup.mjs";

const FILES = [
  "API.md",
  "GUIDE.md",
  "LICENSE-APACHE",
  "LICENSE-MIT",
  "MIGRATING.md",
  "README.md",
  "SERVER.md",
  "bench.svg",
  "config.d.ts",
  "config.js",
  "index.d.ts",
  "index.js",
  "index.js.map",
  "package.json",
  "react.d.ts",
  "react.js",
  "server.d.ts",
  "server.js",
  "slim.d.ts",
  "slim.js",
  "slim.js.map",
  "socketio_wasm_bg.wasm",
];

let pkg, manifest;
const text = (name) => readFileSync(join(pkg, name), "utf8");
before(async () => {
  pkg = await build();
  manifest = JSON.parse(text("package.json"));
});

test("npm packs exactly the files that are meant to be published, none of them empty", () => {
  const [{ files }] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: pkg, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  assert.deepEqual(files.map(({ path }) => path).sort(), FILES);
  assert.deepEqual(files.filter(({ size }) => size === 0), []);
});

test("every path in the manifest exists", () => {
  const paths = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(paths));
  for (const path of [...paths(manifest.exports), manifest.main, manifest.types]) assert.ok(existsSync(join(pkg, path)), path);
});

test("the manifest has the crate's version, both licences, no side effects and no dependency but React, for its hooks", () => {
  const crate = readFileSync(join(root, "Cargo.toml"), "utf8");
  assert.match(crate, new RegExp(`^version = "${manifest.version}"$`, "m"));
  assert.equal(manifest.license, "MIT OR Apache-2.0");
  assert.equal(manifest.sideEffects, false);
  for (const kind of ["dependencies", "optionalDependencies", "scripts"]) assert.equal(manifest[kind], undefined);
  assert.deepEqual([manifest.peerDependencies, manifest.peerDependenciesMeta], [{ react: ">=18" }, { react: { optional: true } }]);
});

test("source maps lead back to readable sources and name no folder of the machine that built them", () => {
  for (const entry of ["index", "slim"]) {
    const { sources, sourcesContent } = JSON.parse(text(`${entry}.js.map`));
    for (const source of [`${entry}.js`, "errors.js", "socketio_wasm.js", "src/js/socket.js"]) assert.ok(sources.includes(source), source);
    assert.equal(sourcesContent.length, sources.length);
    assert.deepEqual(sources.filter((source) => /^\/|^\.\.|target|node_modules/.test(source)), []);
    assert.match(text(`${entry}.js`), new RegExp(`//# sourceMappingURL=${entry}.js.map\\s*$`));
  }
});

test("the declarations name every error code that is thrown, and no other", () => {
  const below = (folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => /\.(rs|js)$/.test(name) && name !== "server.js")
      .map((name) => readFileSync(join(root, folder, name), "utf8"));
  const codes = (source) => [...new Set(source.match(/"ERR_[A-Z_]+"/g))].sort();
  assert.deepEqual(codes(text("index.d.ts")), codes([...below("src"), ...below("pkg-template")].join("\n")));
});

test("API.md has every export of every entry, and every member of what is exported", () => {
  const reference = text("API.md");
  for (const entry of ["index", "slim", "react", "config", "server"]) {
    const declarations = text(`${entry}.d.ts`);
    const names = [...declarations.matchAll(/^export (?:declare )?(?:class|interface|type|function|const) (\w+)/gm)].map(([, name]) => name);
    assert.ok(names.length > 0, entry);
    for (const name of names) assert.ok(reference.includes(`\n### ${name}\n`), `${entry}: ${name}`);
    for (const [, member] of declarations.matchAll(/^  (?:readonly )?(\w+)[?<(:]/gm)) assert.match(reference, new RegExp(`\\b${member}\\b`), `${entry}: ${member}`);
  }
});
