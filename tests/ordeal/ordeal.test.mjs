// The short form of the ordeal, and that it finds out queues that are broken on purpose. The long form is `npm run ordeal`.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { build } from "../../pkg-template/scripts/build.mjs";
import { FAULTS } from "./faults.mjs";
import { ordeal } from "./ordeal.mjs";
import { report } from "./report.mjs";

let pkg;
before(async () => {
  pkg = process.env.PKG_DIR ?? (await build());
});

test("every message arrives once, in order, as its owner's, whatever happens", async (context) => {
  const result = await ordeal({ pkg, seed: 1, messages: 400, faults: 2 * Object.keys(FAULTS).length });
  context.diagnostic(report(result));
  assert.deepEqual(result.violations, [], report(result));
  assert.deepEqual(Object.keys(result.figures.byKind).sort(), Object.keys(FAULTS).sort());
  assert.ok(result.figures.repetitions > 0, "no fault met a message on its way");
});

test("a server that does not ignore what it has seen loses no message either", async (context) => {
  const result = await ordeal({ pkg, seed: 2, messages: 150, faults: Object.keys(FAULTS).length, helper: false });
  context.diagnostic(report(result));
  assert.deepEqual(result.violations, [], report(result));
  assert.ok(result.figures.repetitions > 0, "no fault met a message on its way");
});

// Each of these holds if the queue is not broken.
const BROKEN = [
  { breakage: "removes before acknowledging", rule: "no loss", tabs: 1, kinds: ["tab crashed with messages on a dead link"], faults: 2 },
  { breakage: "ignores the owner", rule: "owner", tabs: 1, kinds: ["user switched", "connections cut"], faults: 6 },
  { breakage: "flushes in two tabs", rule: "one tab flushes", tabs: 2, kinds: ["link slow"], faults: 4 },
];

describe("finds out a queue that", () => {
  for (const { breakage, rule, ...options } of BROKEN) {
    test(breakage, async () => {
      const sound = await ordeal({ pkg, seed: 3, messages: 40, ...options });
      assert.deepEqual(sound.violations, [], report(sound));
      const broken = await ordeal({ pkg, seed: 3, messages: 40, ...options, breakage, patience: 5_000 });
      assert.ok(broken.violations.some((violation) => violation.rule === rule), report(broken));
    });
  }
});
