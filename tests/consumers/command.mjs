// Runs the tools of applications: to their end, or as servers until they are closed.
import { spawn } from "node:child_process";
import { join } from "node:path";

const QUIET = { NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", FORCE_COLOR: undefined, BROWSER: "none" };
// What the environment of the test's runner would tell a tool.
const OWN = ["NODE_OPTIONS", "NODE_ENV", "NODE_TEST_CONTEXT", "CI"];

function launch(folder, tool, args) {
  const env = { ...process.env, ...QUIET };
  for (const name of OWN) delete env[name];
  // A group of its own: the tools have children.
  const child = spawn(join(folder, "../node_modules/.bin", tool), args, { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const run = { child, output: "", end: () => end(child) };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (run.output += text));
  const group = () => kill(child, "SIGKILL");
  process.once("exit", group);
  run.closed = new Promise((resolve) => child.once("close", resolve)).then((code) => {
    process.off("exit", group);
    return code;
  });
  return run;
}

function kill({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch {} // it is gone
}

function end(child) {
  kill(child, "SIGTERM");
  const timer = setTimeout(() => kill(child, "SIGKILL"), 5_000);
  return new Promise((resolve) => (child.exitCode !== null || child.signalCode !== null ? resolve() : child.once("close", resolve))).finally(() => clearTimeout(timer));
}

/** Runs a tool of node_modules/.bin in the folder of an application. Resolves to what it said. */
export async function run(folder, tool, ...args) {
  const running = launch(folder, tool, args);
  const code = await running.closed;
  if (code !== 0) throw new Error(`${tool} ${args.join(" ")} ended with ${code}:\n${running.output}`);
  return running.output;
}

/** Starts a tool that serves; resolves to {url, output(), close()} when it has said its address. */
export async function serve(folder, tool, ...args) {
  const running = launch(folder, tool, args);
  const url = await new Promise((resolve, reject) => {
    const look = () => {
      const port = /http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/.exec(running.output)?.[1];
      if (port) resolve(`http://localhost:${port}`);
    };
    running.child.stdout.on("data", look);
    void running.closed.then((code) => reject(new Error(`${tool} ${args.join(" ")} ended with ${code}:\n${running.output}`)));
  });
  return { url, output: () => running.output, close: running.end };
}
