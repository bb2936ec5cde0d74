// Stores made of claims: several of them here stand for several processes, over one table whose clock the tests hold.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { claimStore } from "../../pkg-template/server.js";
import { gate, until } from "./support.mjs";

let rows;
let time;
let claims;
/** What was asked of the claims. */
let calls;

beforeEach(() => {
  rows = new Map();
  time = 0;
  calls = [];
  claims = {
    claim(key, token, lease) {
      calls.push("claim");
      const row = rows.get(key);
      if (row?.answer !== undefined) return { claimed: false, answer: row.answer };
      if (row && row.token !== token && row.until > time) return { claimed: false };
      rows.set(key, { token, until: time + lease });
      return { claimed: true };
    },
    async complete(key, token, answer) {
      calls.push("complete");
      if (!rows.has(key) || rows.get(key).token === token) rows.set(key, { answer });
    },
    async release(key, token) {
      calls.push("release");
      if (rows.get(key)?.token === token) rows.delete(key);
    },
  };
});

const answering = (text) => async () => text;
const never = () => assert.fail("the work was done again");

test("a second process waits for the first, and gets its answer", async () => {
  const { opened, open } = gate();
  const first = claimStore(claims).run("a", () => opened.then(() => "1"));
  const second = claimStore(claims).run("a", never);
  await until(() => calls.length > 2);
  open();
  assert.deepEqual([await first, await second, await claimStore(claims).run("a", never)], ["1", "1", "1"]);
});

test("who has waited for long enough is told that the message is being handled", async () => {
  const { opened, open } = gate();
  const first = claimStore(claims).run("a", () => opened.then(() => "1"));
  await assert.rejects(claimStore(claims, { wait: 0 }).run("a", never), { code: "ERR_IN_PROGRESS" });
  await assert.rejects(claimStore(claims, { wait: 60 }).run("a", never), { code: "ERR_IN_PROGRESS" });
  assert.ok(calls.length > 3, "it has asked more than once");
  open();
  await first;
});

test("work that fails ends the claim, and the next process does it", async () => {
  await assert.rejects(claimStore(claims).run("a", () => Promise.reject(new Error("no"))), /^Error: no$/);
  assert.deepEqual(calls, ["claim", "release"]);
  assert.equal(await claimStore(claims, { wait: 0 }).run("a", answering("2")), "2");
});

test("the claim of a process that is gone ends with its lease", async () => {
  claims.claim("a", "of the process that is gone", 1000);
  const next = claimStore(claims).run("a", answering("2"));
  await until(() => calls.length > 2);
  time = 999;
  const asked = calls.length;
  await until(() => calls.length > asked + 1);
  assert.equal(rows.get("a").answer, undefined);
  time = 1000;
  assert.equal(await next, "2");
});

test("a claim is renewed for as long as the work takes, and not after", async () => {
  const { opened, open } = gate();
  const first = claimStore(claims, { lease: 30 }).run("a", () => opened.then(() => "1"));
  for (const at of [20, 40, 60]) {
    time = at;
    await until(() => rows.get("a").until === at + 30);
  }
  assert.deepEqual(claims.claim("a", "another", 30), { claimed: false });
  open();
  assert.equal(await first, "1");
  assert.deepEqual(rows.get("a"), { answer: "1" });
});

test("a renewal that is under way is waited for, so that it cannot take the key again after its release", async () => {
  const [work, renewal] = [gate(), gate()];
  const { claim } = claims;
  let renewing = false;
  claims.claim = async (...args) => {
    renewing = calls.length > 0;
    if (renewing) await renewal.opened;
    return claim(...args);
  };
  const run = claimStore(claims, { lease: 30 }).run("a", () => work.opened.then(() => Promise.reject(new Error("no"))));
  await until(() => renewing);
  work.open();
  await new Promise(setImmediate);
  assert.equal(calls.includes("release"), false);
  renewal.open();
  await assert.rejects(run, /no/);
  assert.equal(calls.at(-1), "release");
  assert.equal(rows.size, 0);
});

test("a renewal that fails is followed by the next", async () => {
  const { claim } = claims;
  let failures = 0;
  claims.claim = (...args) => {
    if (calls.length === 1 && failures++ < 2) throw new Error("unreachable");
    return claim(...args);
  };
  const { opened, open } = gate();
  const run = claimStore(claims, { lease: 30 }).run("a", () => opened.then(() => "1"));
  await until(() => calls.length > 1);
  assert.equal(failures, 3);
  open();
  assert.equal(await run, "1");
});

test("an answer that could not be kept is given all the same, and reported", async () => {
  const failure = new Error("unreachable");
  claims.complete = () => Promise.reject(failure);
  const errors = [];
  assert.equal(await claimStore(claims, { onError: (error) => errors.push(error) }).run("a", answering("1")), "1");
  assert.deepEqual(errors, [failure]);
});

test("a claim that could not be ended does not hide why the work failed", async () => {
  const errors = [];
  claims.release = () => {
    throw new Error("unreachable");
  };
  const run = claimStore(claims, { onError: (error) => errors.push(error.message) }).run("a", () => Promise.reject(new Error("no")));
  await assert.rejects(run, /^Error: no$/);
  assert.deepEqual(errors, ["unreachable"]);
});

test("a key that cannot be claimed for want of the store is the store's failure", async () => {
  claims.claim = () => Promise.reject(new Error("unreachable"));
  await assert.rejects(claimStore(claims).run("a", never), /unreachable/);
});

test("options of the wrong kind are refused", () => {
  for (const bad of [undefined, {}, { ...claims, release: 7 }]) assert.throws(() => claimStore(bad), { code: "ERR_INVALID_OPTION" });
  for (const options of [{ lease: 0 }, { lease: Infinity }, { lease: "9" }, { wait: -1 }, { wait: NaN }, { onError: 7 }]) {
    assert.throws(() => claimStore(claims, options), { code: "ERR_INVALID_OPTION" }, JSON.stringify(options));
  }
});
