// How set-up finds commands, runs them, and gets what is missing: from Debian's packages or by cargo.
// Nothing but Node's own modules may be imported here: on a bare machine there is nothing else yet.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Something that cannot be had; its message is the one line that says what to install. */
export class SetupError extends Error {}

export const say = (text) => console.log(`setup: ${text}`);

/** Standard output of a command, or null if it cannot be run or fails. */
export function output(command, args, env = process.env) {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout.trim() : null;
}

/** Runs a command before the user's eyes; true if it succeeded. */
export function run(command, ...args) {
  say([command, ...args].join(" "));
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/** Installs packages of Debian; false where that is not possible. */
export function aptInstall(...packages) {
  if (process.getuid?.() !== 0 || output("apt-get", ["--version"]) === null) return false;
  return run("apt-get", "update", "-qq") && run("apt-get", "install", "-y", "-qq", "--no-install-recommends", ...packages);
}

/** The path of something that is made once for all clones. */
export function cached(name) {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "socketio-wasm", name);
}

/** The folder of a cargo tool, "" if PATH finds it first. Built once per version into a cache outside the clone. */
export function cargoTool(crate, command, version) {
  const fits = (path) => output(path, ["--version"])?.split("\n")[0] === `${command} ${version}`;
  if (fits(command)) return "";
  const folder = cached(`${crate}-${version}`);
  const bin = join(folder, "bin");
  if (fits(join(bin, command))) return bin;
  mkdirSync(folder, { recursive: true });
  say(`building ${crate} ${version} once, which takes some minutes`);
  // The newest dependencies first: what a release locked may since have left the registry.
  const install = ["install", crate, "--version", version, "--root", folder];
  if (!run("cargo", ...install) && !run("cargo", ...install, "--locked")) {
    throw new SetupError(`${crate} ${version} cannot be built: cargo install ${crate} --version ${version}`);
  }
  return bin;
}

/** The absolute path of a command, given as such or found on PATH. */
export function find(command) {
  const folders = command.includes("/") ? [""] : process.env.PATH.split(delimiter);
  return folders.map((folder) => join(folder, command)).find(existsSync);
}

/** The first candidate that runs, as an absolute path, with its major version. */
export function firstThatRuns(candidates) {
  for (const path of candidates.map(find).filter(Boolean)) {
    const major = /(\d+)\.\d+/.exec(output(path, ["--version"]) ?? "")?.[1];
    if (major) return { path, major };
  }
  return null;
}
