// A fresh folder in which the packed package is installed as any user would install it, beside Next.js, Vite and Rollup.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../pkg-template/scripts/build.mjs";
import { root } from "../../pkg-template/scripts/setup.mjs";

export const consumers = join(root, "tests/consumers");
const MANIFESTS = ["package.json", "package-lock.json", "next-app/package.json"];
const INSTALLED = "node_modules/.package-lock.json";

const npm = (cwd, ...args) =>
  execFileSync("npm", [...args, "--no-audit", "--no-fund"], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** The folder below target/ that holds what package-lock.json names. Made anew where the lock file has changed. */
function dependencies() {
  const digest = createHash("sha256").update(process.version).update(process.platform + process.arch);
  for (const name of MANIFESTS) digest.update(readFileSync(join(consumers, name)));
  const cache = join(root, "target/consumers");
  const folder = join(cache, digest.digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  rmSync(cache, { recursive: true, force: true });
  const unfinished = `${folder}.unfinished`;
  mkdirSync(join(unfinished, "next-app"), { recursive: true });
  for (const name of MANIFESTS) copyFileSync(join(consumers, name), join(unfinished, name));
  npm(unfinished, "ci", "--ignore-scripts");
  renameSync(unfinished, folder);
  return folder;
}

/**
 * Resolves to {folder, add, remove}: a temporary folder outside the repository, so that no lock file but its own lies above the applications.
 * `add(app, name)` copies the application tests/consumers/<app> into it, `share(folder)` the components of the example into another.
 */
export async function install() {
  const pkg = await build();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "socketio-wasm-consumers-")));
  const tools = dependencies();
  // Hard links: 400 MB need no second copy. But npm writes into the list of what is installed as it lies there.
  execFileSync("cp", ["-RPpl", join(tools, "node_modules"), folder]);
  rmSync(join(folder, INSTALLED));
  mkdirSync(join(folder, "next-app"));
  for (const name of [...MANIFESTS, INSTALLED]) copyFileSync(join(tools, name), join(folder, name));
  const [{ filename }] = JSON.parse(npm(pkg, "pack", "--json", "--pack-destination", folder));
  npm(folder, "install", "--no-save", "--offline", "--ignore-scripts", `./${filename}`);
  return {
    folder,
    add(app, name = app) {
      cpSync(join(consumers, app), join(folder, name), { recursive: true });
      return join(folder, name);
    },
    share(app) {
      for (const part of ["components", "lib", "tsconfig.json"]) cpSync(join(consumers, "next-app", part), join(app, part), { recursive: true });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
