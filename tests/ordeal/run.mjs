// `npm run ordeal`: the long form.
//
//   npm run ordeal -- [--seed N] [--messages N] [--faults N] [--tabs N] [--no-helper] [--only TEXT] [--breakage NAME] [--verbose] [--keep]
//
// --no-helper: the server stores every message that comes, also those whose id it has. Then no loss is demanded, and the repetitions are counted.
// PKG_DIR names another build of the package than pkg/. --only: faults whose name has that text. --breakage: one of page/breakages.js.
// --verbose: every step. --keep: that, and the database is kept.
import { parseArgs } from "node:util";
import { build } from "../../pkg-template/scripts/build.mjs";
import { FAULTS } from "./faults.mjs";
import { ordeal } from "./ordeal.mjs";
import { report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1e9) },
    messages: { type: "string", default: "2000" },
    faults: { type: "string", default: "120" },
    tabs: { type: "string", default: "3" },
    "no-helper": { type: "boolean", default: false },
    only: { type: "string", default: "" },
    breakage: { type: "string" },
    verbose: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});

const result = await ordeal({
  pkg: process.env.PKG_DIR ?? (await build()),
  seed: Number(values.seed),
  messages: Number(values.messages),
  faults: Number(values.faults),
  tabs: Number(values.tabs),
  helper: !values["no-helper"],
  kinds: Object.keys(FAULTS).filter((kind) => kind.includes(values.only)),
  breakage: values.breakage,
  keep: values.keep,
  log: values.verbose || values.keep ? (text) => console.log(`${new Date().toISOString().slice(11)}  ${text}`) : undefined,
});
console.log(report(result));
process.exitCode = result.violations.length > 0 ? 1 : 0;
