// The built package's declarations, checked by the compiler through the package's own exports.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { build } from "../../pkg-template/scripts/build.mjs";

const folder = join(root, "target/types");

before(async () => {
  const pkg = await build();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(pkg, join(folder, "node_modules/socketio-wasm"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const name of ["use.ts", "slim.ts", "promise.ts", "server.ts", "react.tsx"]) copyFileSync(join(root, "tests/types", name), join(folder, name));
});

const COMPILERS = ["typescript", "typescript-previous"];

/** With each compiler. */
function compile(name, files, options) {
  const config = join(folder, `tsconfig.${name}.json`);
  // `types: []` keeps @types/node out: the declarations must do without it.
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, types: [] };
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...strict, target: "es2022", ...options }, files }));
  for (const compiler of COMPILERS) {
    const { status, stdout } = spawnSync(process.execPath, [join(root, "node_modules", compiler, "bin/tsc"), "-p", config], { encoding: "utf8" });
    assert.equal(status, 0, `${compiler}: ${stdout}`);
  }
}

const DOM = ["es2022", "dom"];

test("applications compile against the package, and mistakes do not, with a bundler's resolution", () => {
  compile("bundler", ["use.ts", "slim.ts", "promise.ts"], { module: "esnext", moduleResolution: "bundler", lib: DOM });
});

test("applications compile against the package, and mistakes do not, with Node's resolution", () => {
  compile("nodenext", ["use.ts", "slim.ts", "promise.ts"], { module: "nodenext", moduleResolution: "nodenext", lib: DOM });
});

/** The README's components, as they stand there. */
const examples = [...readFileSync(join(root, "pkg-template/README.md"), "utf8").matchAll(/```tsx\n(.*?)```/gs)].map(([, code]) => code);

for (const [version, types] of Object.entries({ 18: "types-react18", 19: "@types/react" })) {
  test(`components compile with the types of React ${version}, and mistakes do not`, () => {
    const at = join(root, "node_modules", types);
    const paths = { react: [at], "react/*": [`${at}/*`] };
    assert.ok(examples.length > 0);
    const names = examples.map((code, index) => (writeFileSync(join(folder, `example-${index}.tsx`), code), `example-${index}.tsx`));
    compile(`react-${version}`, ["react.tsx", ...names], { module: "esnext", moduleResolution: "bundler", lib: DOM, jsx: "react-jsx", paths });
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
