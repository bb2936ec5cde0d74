// A display that nobody sees, for browsers without a headless mode.
import { spawn } from "node:child_process";
import { once } from "node:events";

/** Resolves to {name, close()}: `name` is what DISPLAY says. The X server itself chooses a number that is free. */
export async function openDisplay(xvfb) {
  const server = spawn(xvfb, ["-displayfd", "3", "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const ended = once(server, "exit").then(([code]) => Promise.reject(new Error(`${xvfb}: exit code ${code}`)));
  ended.catch(() => {});
  const [number] = await Promise.race([once(server.stdio[3].setEncoding("utf8"), "data"), ended]);
  return { name: `:${number.trim()}`, close: () => server.kill() };
}
