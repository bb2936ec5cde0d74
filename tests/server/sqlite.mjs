// The stores that the tests share between processes, on an SQLite database on disk: SERVER.md's, and claims.

import sqlite from "node-sqlite3-wasm";
import { fromReadme } from "./readme.mjs";

export const sqliteStore = await fromReadme("sqliteStore");

export function openDatabase(file) {
  const db = new sqlite.Database(file);
  // What is tested is the end of processes, not of the machine's power.
  db.exec("PRAGMA busy_timeout = 1000; PRAGMA synchronous = OFF");
  return db;
}

export function sqliteClaims(db, now = Date.now) {
  db.exec("CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, token TEXT, until INTEGER, answer TEXT)");
  return {
    claim(key, token, lease) {
      const claim = `INSERT INTO claims VALUES (?, ?, ?, NULL) ON CONFLICT (key) DO UPDATE SET token = excluded.token, until = excluded.until
        WHERE answer IS NULL AND (token = excluded.token OR until <= ?)`;
      const { changes } = db.run(claim, [key, token, now() + lease, now()]);
      if (changes === 1) return { claimed: true };
      return { claimed: false, answer: db.get("SELECT answer FROM claims WHERE key = ?", [key])?.answer };
    },
    complete(key, token, answer) {
      const complete = `INSERT INTO claims VALUES (?, ?, 0, ?) ON CONFLICT (key) DO UPDATE SET answer = excluded.answer
        WHERE answer IS NULL AND token = excluded.token`;
      db.run(complete, [key, token, answer]);
    },
    release: (key, token) => db.run("DELETE FROM claims WHERE key = ? AND token = ? AND answer IS NULL", [key, token]),
  };
}
