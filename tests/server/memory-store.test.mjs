// What the store in memory remembers, and for how long.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../../pkg-template/server.js";

/** Runs a key; resolves to whether its work was done. */
async function ran(store, key) {
  let done = false;
  await store.run(key, async () => {
    done = true;
    return '"answer"';
  });
  return done;
}

test("an answer is remembered for its time from when it was given, however often it is asked for", async () => {
  let time = 0;
  const store = memoryStore({ ttl: 100, now: () => time });
  assert.equal(await ran(store, "a"), true);
  time = 60;
  assert.equal(await ran(store, "a"), false);
  assert.equal(await ran(store, "b"), true);
  time = 99;
  assert.equal(await ran(store, "a"), false);
  time = 100;
  assert.equal(store.size, 1);
  assert.equal(await ran(store, "a"), true);
  assert.equal(await ran(store, "b"), false);
});

test("beyond its number of entries the oldest is forgotten", async () => {
  const store = memoryStore({ maxEntries: 2 });
  for (const key of ["a", "b", "a", "c"]) await ran(store, key);
  assert.equal(store.size, 2);
  assert.equal(await ran(store, "b"), false);
  assert.equal(await ran(store, "c"), false);
  assert.equal(await ran(store, "a"), true);
  assert.equal(store.size, 2);
});

test("work that fails leaves nothing behind, and its error is passed on", async () => {
  const store = memoryStore();
  const failure = new Error("no");
  await assert.rejects(store.run("a", () => Promise.reject(failure)), failure);
  assert.equal(store.size, 0);
  assert.equal(await ran(store, "a"), true);
});

test("options of the wrong kind are refused", () => {
  for (const options of [{ maxEntries: 0 }, { maxEntries: 1.5 }, { maxEntries: "9" }, { ttl: 0 }, { ttl: NaN }, { ttl: "1" }, { now: 7 }]) {
    assert.throws(() => memoryStore(options), { code: "ERR_INVALID_OPTION" }, JSON.stringify(options));
  }
  memoryStore({ ttl: Infinity });
});
