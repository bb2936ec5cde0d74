// Debian's Redis on a Unix socket, which keeps nothing.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createClient } from "redis";
import { setup } from "../../../pkg-template/scripts/setup.mjs";

/** Starts it in a folder; {path, client, end()}. */
export async function startRedis(folder) {
  const { REDIS_SERVER } = setup(["redis"]);
  const path = join(folder, "redis");
  const server = spawn(REDIS_SERVER, ["--port", "0", "--unixsocket", path, "--save", "", "--dir", folder], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "exit");
  await new Promise((resolve, reject) => {
    ended.then(([code, signal]) => reject(new Error(`redis-server ended: ${signal ?? code}`)), reject);
    createInterface(server.stdout).on("line", (line) => /ready to accept connections/i.test(line) && resolve());
  });
  const client = createClient({ socket: { path } });
  client.on("error", () => {}); // a command that fails says so
  await client.connect();
  return {
    path,
    client,
    async end() {
      client.destroy();
      server.kill();
      await ended;
    },
  };
}
