// Runs the example, next-app, as it would run in a project of its own, with a chat server beside it: `npm run example`, or with the mock server
// `npm run example -- mock`.
import { once } from "node:events";
import { install } from "./install.mjs";
import { configure, develop } from "./next.mjs";
import { startServer } from "./server.mjs";

const server = process.argv[2] === "mock" ? undefined : await startServer();
const apps = await install();
const folder = apps.add("next-app");
configure(folder, server?.url ?? "mock");
const site = await develop(folder, []);
console.log(`example: ${site.url}, ${server ? `chat server: ${server.url}` : "mock server"}, application: ${folder}`);

await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await site.close();
await server?.stop();
apps.remove();
