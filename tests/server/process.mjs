// A server in a process of its own, on a database on disk, to be killed: node process.mjs <database> <kind of store> <port> [when to die].
// It writes every message that it handles into the table `messages`, and tells its parent its port when it listens, each message that arrives, and each
// whose content is "hold" when it is in its handler, which then waits for the parent to say anything.

import { once as next } from "node:events";
import { claimStore, once } from "../../pkg-template/server.js";
import { startServer } from "./support.mjs";
import { openDatabase, sqliteClaims, sqliteStore } from "./sqlite.mjs";

const [file, kind, port, death] = process.argv.slice(2);
const db = openDatabase(file);
db.exec("CREATE TABLE IF NOT EXISTS messages (user TEXT, id TEXT, content TEXT, process INTEGER)");
// The claim of one that is to die ends soon; that of one that lives shall not, however busy the machine is.
const lease = death ? 500 : 60_000;
const store = kind === "transaction" ? sqliteStore(db) : claimStore(sqliteClaims(db), { lease, wait: 5_000 });

const die = (moment) => {
  if (moment === death) process.kill(process.pid, "SIGKILL");
};

const { url } = await startServer(
  (socket) => {
    socket.onAny((_event, { id }) => process.send({ arrived: id }));
    socket.on(
      "sendMessage",
      once({ store }, async ({ id, content }, { user, afterCommit }) => {
        db.run("INSERT INTO messages VALUES (?, ?, ?, ?)", [user, id, content, process.pid]);
        if (content === "hold") {
          process.send({ holding: id });
          await next(process, "message");
        }
        die("in the handler");
        afterCommit(() => die("before the answer"));
        return { by: process.pid };
      }),
    );
  },
  "/",
  Number(port),
);
process.send({ port: Number(new URL(url).port) });
process.on("disconnect", () => process.exit());
