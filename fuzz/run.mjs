// Fuzzes a target with libFuzzer, guided by coverage: `npm run fuzz -- TARGET SECONDS`, with "all" for one target after the other.
// `npm run fuzz -- TARGET keep` makes the committed corpus anew of what was found.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { exitWith, root, setup, SetupError } from "../pkg-template/scripts/setup.mjs";

/** The longest input of each target, in bytes. */
const TARGETS = { frame: 400, header: 100, machine: 800 };
const EVERY = 30_000;

const build = join(root, "target/fuzz");
const committed = (target) => join(root, "fuzz/corpus", target);
/** What a run finds stays here, for the next run. */
const found = (target) => join(build, "corpus", target);
const artifacts = (target) => join(build, "artifacts", target);

const count = (number) => Number(number).toLocaleString("en");

/** Runs libFuzzer; resolves to what it printed. `hear` is told of each line. */
function fuzz(target, env, folders, options, hear = () => {}) {
  for (const folder of [...folders, artifacts(target)]) mkdirSync(folder, { recursive: true });
  const args = ["fuzz", "run", "--sanitizer", "none", "--target-dir", build, target, ...folders, "--"];
  args.push(`-max_len=${TARGETS[target]}`, `-artifact_prefix=${artifacts(target)}/`, "-timeout=20", ...options);
  // Nothing here is unsafe, so that a sanitizer would only cost time. Instrumentation is unstable even in the stable compiler.
  const own = { ...env, RUSTC_BOOTSTRAP: "1" };
  return new Promise((resolve, reject) => {
    const child = spawn("cargo", args, { cwd: root, env: own, stdio: ["ignore", "inherit", "pipe"] });
    const lines = [];
    let rest = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop();
      lines.push(...parts);
      parts.forEach(hear);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, lines }));
  });
}

/** Executions, edges, features and inputs, as a line of libFuzzer tells them. */
const STATE = /^#(\d+)\s.*cov: (\d+) ft: (\d+) corp: (\d+)/;

/** Fuzzes for some seconds; returns whether nothing was found. */
async function run(target, seconds, env) {
  let told = Date.now();
  let state;
  const started = Date.now();
  const { code, lines } = await fuzz(target, env, [found(target), committed(target)], [`-max_total_time=${seconds}`, "-print_final_stats=1"], (line) => {
    const match = STATE.exec(line);
    if (match) state = match;
    else if (/^\s*(Compiling|Finished|error)/.test(line)) console.log(line);
    if (!match || Date.now() - told < EVERY) return;
    told = Date.now();
    console.log(`${target}: ${count(match[1])} executions, ${count(match[2])} edges, ${count(match[3])} features, ${count(match[4])} inputs`);
  });
  if (!state) throw new SetupError(`${target} did not run:\n${lines.slice(-20).join("\n")}`);
  const executions = /number_of_executed_units:\s*(\d+)/.exec(lines.join("\n"))?.[1] ?? state[1];
  const time = Math.round((Date.now() - started) / 1000);
  console.log(
    `${target}: ${count(executions)} executions in ${time} s, ${count(state[2])} edges and ${count(state[3])} features covered, ` +
      `${code === 0 ? "nothing found" : "1 finding"}`,
  );
  if (code === 0) return true;
  const at = lines.findIndex((line) => /panicked at|ERROR: libFuzzer/.test(line));
  console.log(lines.slice(at, at + 6).join("\n"));
  const input = /Test unit written to (\S+)/.exec(lines.join("\n"))?.[1];
  if (input) {
    console.log(`input: ${relative(root, input)}\n${readFileSync(input).toString("base64")}`);
    console.log(`As a file in fuzz/corpus/${target}/ it fails cargo test --test corpus, and stays a test when it is mended.`);
  }
  return false;
}

/** As few inputs as cover every branch that all of them cover, and those that were findings. */
async function keep(target, env) {
  const fresh = join(build, "kept", target);
  rmSync(fresh, { recursive: true, force: true });
  const { code, lines } = await fuzz(target, env, [fresh, committed(target), found(target)], ["-set_cover_merge=1", "-use_counters=0"]);
  if (code !== 0) throw new SetupError(`${target} could not be merged:\n${lines.slice(-20).join("\n")}`);
  for (const name of readdirSync(committed(target)).filter((name) => name.startsWith("crash-"))) {
    copyFileSync(join(committed(target), name), join(fresh, name));
  }
  rmSync(committed(target), { recursive: true, force: true });
  renameSync(fresh, committed(target));
  console.log(`${target}: ${readdirSync(committed(target)).length} inputs in ${relative(root, committed(target))}`);
}

const [name, what] = process.argv.slice(2);
const targets = name === "all" ? Object.keys(TARGETS) : [name];
try {
  if (!targets.every((target) => TARGETS[target]) || !(what === "keep" || Number(what) > 0)) {
    throw new SetupError(`usage: npm run fuzz -- TARGET SECONDS|keep, where TARGET is ${Object.keys(TARGETS).join(", ")} or all`);
  }
  const env = setup(["rust", "cargo-fuzz"]);
  for (const target of targets) {
    if (what === "keep") await keep(target, env);
    else if (!(await run(target, Number(what), env))) process.exitCode = 1;
  }
} catch (error) {
  exitWith(error);
}
