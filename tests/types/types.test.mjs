// The built package's declarations, checked by the compiler through the package's own exports.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { compile as compileIn, COMPILERS, DOM, prepare, reactTypes } from "./compile.mjs";

let folder;
const compile = (...what) => compileIn(folder, ...what);
before(async () => {
  folder = await prepare("types");
  for (const name of ["use.ts", "slim.ts", "promise.ts", "server.ts", "react.tsx"]) copyFileSync(join(root, "tests/types", name), join(folder, name));
});

test("applications compile against the package, and mistakes do not, with a bundler's resolution", () => {
  compile("bundler", ["use.ts", "slim.ts", "promise.ts"], { module: "esnext", moduleResolution: "bundler", lib: DOM });
});

test("applications compile against the package, and mistakes do not, with Node's resolution", () => {
  compile("nodenext", ["use.ts", "slim.ts", "promise.ts"], { module: "nodenext", moduleResolution: "nodenext", lib: DOM });
});

for (const [version, types] of Object.entries({ 18: "types-react18", 19: "@types/react" })) {
  test(`components compile with the types of React ${version}, and mistakes do not`, () => {
    compile(`react-${version}`, ["react.tsx"], { module: "esnext", moduleResolution: "bundler", lib: DOM, ...reactTypes(types) });
  });
}

test("components compile with Node's resolution", () => {
  compile("react-nodenext", ["react.tsx"], { module: "nodenext", moduleResolution: "nodenext", lib: DOM, jsx: "react-jsx" });
});

test("the two compilers are of the two latest majors", () => {
  const [newest, previous] = COMPILERS.map((name) => Number(JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version.split(".")[0]));
  assert.equal(previous, newest - 1);
});

test("the zero-config entry's declarations need no DOM", () => {
  compile("plain", ["use.ts"], { module: "nodenext", moduleResolution: "nodenext", lib: ["es2022"] });
});

test("servers compile against the server's entry with socket.io's types, and mistakes do not", () => {
  compile("server", ["server.ts"], { module: "nodenext", moduleResolution: "nodenext", lib: ["es2022"], types: ["node"] });
});

test("the server entry's declarations need neither Node's types nor the DOM's", () => {
  writeFileSync(join(folder, "server-plain.ts"), 'import { once, memoryStore } from "socketio-wasm/server"; once({ store: memoryStore() }, () => {});');
  compile("server-plain", ["server-plain.ts"], { module: "nodenext", moduleResolution: "nodenext", lib: ["es2022"] });
});

test("the check itself fails on a type error", () => {
  writeFileSync(join(folder, "wrong.ts"), 'import { protocol } from "socketio-wasm"; export const wrong: string = protocol;');
  assert.throws(() => compile("wrong", ["wrong.ts"], { module: "nodenext", moduleResolution: "nodenext", lib: DOM }), /TS2322/);
});
