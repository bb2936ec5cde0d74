// The compilers of the two latest majors, over files in a folder that the built package is installed in.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { build } from "../../pkg-template/scripts/build.mjs";

export const COMPILERS = ["typescript", "typescript-previous"];
export const DOM = ["es2022", "dom"];
/** Where a version of React's types are, as compiler options. */
export const reactTypes = (name) => {
  const at = join(root, "node_modules", name);
  return { jsx: "react-jsx", paths: { react: [at], "react/*": [`${at}/*`] } };
};

/** Makes the folder below target/ anew; returns its path. */
export async function prepare(name) {
  const folder = join(root, "target", name);
  const pkg = await build();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(pkg, join(folder, "node_modules/socketio-wasm"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  return folder;
}

/** With each compiler. Fails with what they say. */
export function compile(folder, name, files, options) {
  const config = join(folder, `tsconfig.${name}.json`);
  // `types: []` keeps @types/node out: the declarations must do without it.
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, types: [] };
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...strict, target: "es2022", ...options }, files }));
  for (const compiler of COMPILERS) {
    const { status, stdout } = spawnSync(process.execPath, [join(root, "node_modules", compiler, "bin/tsc"), "-p", config], { encoding: "utf8" });
    assert.equal(status, 0, `${compiler}: ${stdout}`);
  }
}
