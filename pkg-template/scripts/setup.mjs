// Gets the tools that the other scripts need, and tells where they are. `npm run setup`; start, build and test call it too.
// Nothing but Node's own modules may be imported here: on a bare machine there is nothing else yet.
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { browsers, ENGINES } from "./browsers.mjs";
import { python, redis, socketioxide } from "./servers.mjs";
import { aptInstall, cargoTool, output, root, run, say, SetupError } from "./tools.mjs";

export { ENGINES, root, SetupError };
export const WASM_TARGET = "wasm32-unknown-unknown";
const WASM_PACK = "0.15.1";
const CARGO_FUZZ = "0.13.2";

/** Needs of the scripts, in the order in which they are met. */
export const BUILD = ["rust", "npm", "wasm-bindgen", "wasm-pack"];
export const BROWSER = ["npm", "chromium"];
/** Servers of others, for the tests with them. */
export const SERVERS = ["rust", "npm", "python", "redis", "socketioxide"];
export const ALL = ["rust", "lint", "npm", "wasm-bindgen", "wasm-pack", ...ENGINES, "python", "redis", "socketioxide"];
/** Needed by none of them, only by name. */
const MORE = ["cargo-fuzz"];

function rust() {
  const linker = () => output("cc", ["--version"]) !== null;
  if (!linker() && !(aptInstall("gcc", "libc6-dev") && linker())) {
    throw new SetupError("cargo needs a C compiler as its linker: install gcc (Debian: gcc libc6-dev; macOS: xcode-select --install)");
  }
  const libdir = () => output("rustc", ["--print", "target-libdir", "--target", WASM_TARGET]);
  if (libdir() === null) throw new SetupError("rustc does not run: install Rust 1.95 or newer, best with rustup");
  if (!existsSync(libdir()) && !run("rustup", "target", "add", WASM_TARGET)) {
    throw new SetupError(`Rust's standard library for ${WASM_TARGET} is missing: rustup target add ${WASM_TARGET}`);
  }
  const source = () => existsSync(join(output("rustc", ["--print", "sysroot"]).trim(), "lib/rustlib/src/rust/library/Cargo.lock"));
  if (!source() && !(run("rustup", "component", "add", "rust-src") && source())) {
    throw new SetupError("the source of Rust's standard library is missing: rustup component add rust-src");
  }
}

function lint() {
  for (const [component, command] of [["clippy", "cargo-clippy"], ["rustfmt", "rustfmt"]]) {
    if (output(command, ["--version"]) === null && !run("rustup", "component", "add", component)) {
      throw new SetupError(`${component} is missing: rustup component add ${component}`);
    }
  }
}

/** Whether node_modules holds what package-lock.json names. Contents, not times: git sets a file's time at every checkout. */
function npmPackagesMatch() {
  const hidden = join(root, "node_modules/.package-lock.json");
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(hidden, "utf8")).packages;
  const names = Object.keys(wanted).filter((name) => name !== "" && (present[name] || !wanted[name].optional));
  return (
    names.length === Object.keys(present).length &&
    names.every((name) => present[name]?.integrity === wanted[name].integrity && existsSync(join(root, name)))
  );
}

function npm() {
  if (npmPackagesMatch()) return;
  if (!run("npm", "ci", "--no-audit", "--no-fund")) {
    throw new SetupError("the npm packages cannot be installed: see npm's message above, then run npm ci");
  }
}

function wasmBindgenVersion() {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  return /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1] ?? "";
}

/** Sees to the tools in `needs` and returns an environment that names them: PATH finds the right versions;
 * PYTHON, REDIS_SERVER and SOCKETIOXIDE_SERVER are the paths of what is named so; for browsers see there. Throws a SetupError. */
export function setup(needs = ALL) {
  if (process.platform === "win32") throw new SetupError("Windows is not supported: use the Windows Subsystem for Linux");
  if (Number.parseInt(process.versions.node, 10) < 20) throw new SetupError(`Node 20 or newer is needed, this is ${process.versions.node}`);
  const unknown = needs.filter((need) => ![...ALL, ...MORE].includes(need));
  if (unknown.length) throw new SetupError(`unknown: ${unknown.join(", ")}; there are: ${[...ALL, ...MORE].join(" ")}`);
  const started = Date.now();
  const folders = [];
  if (needs.includes("rust")) rust();
  if (needs.includes("lint")) lint();
  if (needs.includes("npm")) npm();
  if (needs.includes("wasm-bindgen")) folders.push(cargoTool("wasm-bindgen-cli", "wasm-bindgen", wasmBindgenVersion()));
  if (needs.includes("wasm-pack")) folders.push(cargoTool("wasm-pack", "wasm-pack", WASM_PACK));
  if (needs.includes("cargo-fuzz")) folders.push(cargoTool("cargo-fuzz", "cargo-fuzz", CARGO_FUZZ));
  const engines = ENGINES.filter((engine) => needs.includes(engine));
  const browser = engines.length ? browsers(engines) : {};
  const servers = {};
  if (needs.includes("python")) servers.PYTHON = python();
  if (needs.includes("redis")) servers.REDIS_SERVER = redis();
  if (needs.includes("socketioxide")) servers.SOCKETIOXIDE_SERVER = socketioxide();
  const there = needs.filter((need) => !engines.includes(need) || browser.ENGINES.includes(need));
  say(`${there.join(", ")}: there (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  const path = [...folders.filter(Boolean), process.env.PATH].join(delimiter);
  return { ...process.env, ...browser, ...servers, PATH: path };
}

/** Ends the process: with one line where something is missing or a command has failed, else with the whole error. */
export function exitWith(error) {
  if (error instanceof SetupError) console.error(`\nsetup: ${error.message}`);
  else console.error(typeof error.status === "number" ? `\n${error.message}` : error);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  try {
    setup(named.length ? named : ALL);
  } catch (error) {
    exitWith(error);
  }
}
