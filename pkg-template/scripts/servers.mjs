// Gets the servers of others that the client is tested with: a virtual environment of Python, Redis, and a server built with Rust.
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { aptInstall, cached, output, root, run, SetupError } from "./tools.mjs";

const sources = join(root, "tests/interop/servers");

/** The path of a Python that has what requirements.txt names. */
export function python() {
  const requirements = join(sources, "requirements.txt");
  const folder = cached(`python-${createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 8)}`);
  const path = join(folder, "bin/python");
  const complete = () => output(path, ["-c", "import socketio, uvicorn, wsproto"]) !== null;
  if (complete()) return path;
  const create = () => {
    rmSync(folder, { recursive: true, force: true });
    return run("python3", "-m", "venv", folder);
  };
  if (!create() && !(aptInstall("python3-venv") && create())) {
    throw new SetupError("python3 makes no virtual environment: install Python 3.9 or newer with its venv (Debian: apt-get install python3-venv)");
  }
  if (!run(path, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", requirements) || !complete()) {
    throw new SetupError(`the Python packages cannot be installed: see pip's message above, and ${requirements}`);
  }
  return path;
}

/** The path of Redis 6.2 or newer, which keeps nothing and serves nobody until it is started. */
export function redis() {
  const path = process.env.REDIS_SERVER || "redis-server";
  const found = () => /v=(\d+)\.(\d+)/.exec(output(path, ["--version"]) ?? "");
  if (!found() && !process.env.REDIS_SERVER) aptInstall("redis-server");
  const [, major, minor] = found() ?? [];
  if (!major || Number(major) * 100 + Number(minor) < 602) {
    throw new SetupError("Redis is missing: install redis-server 6.2 or newer (Debian: apt-get install redis-server; macOS: brew install redis)");
  }
  return path;
}

/** The path of the built server of tests/interop/servers/rust. */
export function socketioxide() {
  const target = cached("socketioxide");
  const build = ["build", "--quiet", "--locked", "--manifest-path", join(sources, "rust/Cargo.toml"), "--target-dir", target];
  if (!run("cargo", ...build)) throw new SetupError("the socketioxide server cannot be built: see cargo's message above");
  return join(target, "debug/interop-server");
}
