// Runs everything that has to hold, and stops at the first part that does not: `npm test`, or some parts: `npm test -- host wasm`.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALL, BROWSER, BUILD, ENGINES, root, SERVERS, setup, WASM_TARGET } from "../pkg-template/scripts/setup.mjs";
import { openDisplay } from "./engines/display.mjs";

const MINUTE = 60_000;
const LIMIT = 15 * MINUTE;
const wasm32 = ["--target", WASM_TARGET];
const node = (...args) => [process.execPath, ...args];
const cargo = (command, ...args) => ["cargo", command, "--locked", ...args];

/** node:test on the `*.test.mjs` of a folder of tests. `patience`: for one file. */
function nodeTests(folder, patience = 2 * MINUTE) {
  const files = readdirSync(join(root, "tests", folder)).filter((name) => name.endsWith(".test.mjs"));
  if (files.length === 0) throw new Error(`tests/${folder} holds no test`);
  // One file after the other: those that find the package out of date build it.
  return node("--test", "--test-concurrency=1", `--test-timeout=${patience}`, "--test-reporter=spec", ...files.map((name) => `tests/${folder}/${name}`));
}

/** How wasm-bindgen-test-runner names an engine's driver; its options in webdriver.json, and the browser that setup found. */
const RUNNERS = {
  chromium: (env) => ({ drivers: { CHROMEDRIVER: env.CHROMEDRIVER }, options: "goog:chromeOptions", binary: env.CHROME }),
  firefox: (env) => ({ drivers: { GECKODRIVER: env.GECKODRIVER }, options: "moz:firefoxOptions", binary: env.FIREFOX }),
  webkit: (env) => ({ drivers: { SAFARIDRIVER: env.WEBKITDRIVER } }),
};

/** The tests of tests/web in one engine. */
function webTests(engine, env) {
  const { drivers, options, binary } = RUNNERS[engine](env);
  const all = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"));
  const file = join(root, `target/webdriver-${engine}.json`);
  mkdirSync(join(root, "target"), { recursive: true });
  writeFileSync(file, JSON.stringify(options ? { [options]: { ...all[options], binary } } : {}));
  return {
    command: cargo("test", "--lib", "--test", "web", ...wasm32),
    tested: true,
    // A page that Chromium has not loaded whole is never reported: seen once in fifty runs. No test has begun by then.
    patience: 2 * MINUTE,
    env: {
      // The runner takes the first of them that it finds.
      GECKODRIVER: undefined,
      SAFARIDRIVER: undefined,
      CHROMEDRIVER: undefined,
      ...drivers,
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: "wasm-bindgen-test-runner",
      WASM_BINDGEN_TEST_WEBDRIVER_JSON: file,
      WASM_BINDGEN_USE_BROWSER: "1",
      WASM_BINDGEN_TEST_TIMEOUT: "180",
      WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "60",
    },
  };
}

// A step is a command, or {command, env, patience, tested}. `tested`: the part, or the step, must report at least one test that passed, so that
// none can be skipped in silence.
const PARTS = {
  format: {
    needs: ["lint"],
    steps: () => ["", "fuzz/", "tests/interop/servers/rust/"].map((folder) => ["cargo", "fmt", "--check", "--manifest-path", `${folder}Cargo.toml`]),
  },
  lint: {
    needs: ["rust", "lint"],
    steps: () => [[], wasm32].map((target) => cargo("clippy", "--all-targets", ...target, "--", "-D", "warnings")),
  },
  host: { needs: ["rust"], tested: true, steps: () => [cargo("test", "--no-fail-fast")] },
  wasm: {
    needs: ["rust", "wasm-bindgen", ...ENGINES],
    steps: (env) => [cargo("test", "--no-run", "--lib", "--test", "web", ...wasm32), ...env.ENGINES.split(" ").map((engine) => webTests(engine, env))],
  },
  server: { needs: ["npm"], tested: true, steps: () => [nodeTests("server")] },
  build: { needs: BUILD, steps: () => [node("pkg-template/scripts/build.mjs")] },
  differential: { needs: BUILD, tested: true, steps: () => [nodeTests("differential")] },
  types: { needs: BUILD, tested: true, steps: () => [nodeTests("types")] },
  package: { needs: [...BUILD, ...BROWSER], tested: true, steps: () => [nodeTests("package")] },
  react: { needs: [...BUILD, ...BROWSER], tested: true, steps: () => [nodeTests("react")] },
  demo: { needs: [...BUILD, "npm", ...ENGINES], tested: true, steps: () => [nodeTests("demo")] },
  ordeal: { needs: [...BUILD, ...BROWSER], tested: true, steps: () => [nodeTests("ordeal")] },
  interop: { needs: [...BUILD, ...BROWSER, ...SERVERS], tested: true, steps: () => [nodeTests("interop")] },
  consumers: { needs: [...BUILD, ...BROWSER], tested: true, steps: () => [nodeTests("consumers", 5 * MINUTE)] },
  size: { needs: BUILD, steps: () => [node("tests/package/size.mjs")] },
};

let running = null;
/** Ends the running step with all its children, browsers included; those that start a group of their own end it on SIGTERM. */
function endStep() {
  const { pid } = running ?? {};
  if (!pid) return;
  const signal = (name) => {
    try {
      process.kill(-pid, name);
    } catch {} // it is gone
  };
  signal("SIGTERM");
  setTimeout(() => signal("SIGKILL"), 5_000).unref();
}
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    endStep();
    process.exitCode = 1;
  });
}

/** Runs a command; resolves to the number of tests that it reported as passed, rejects if it fails or takes too long. */
function step([command, ...args], env, limit) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "inherit"] });
    running = child;
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
    const shown = [command === process.execPath ? "node" : command, ...args].join(" ");
    let late;
    const timer = setTimeout(() => {
      late = Object.assign(new Error(`not done after ${limit / MINUTE} minutes: ${shown}`), { idle: !/^test /m.test(output) });
      endStep();
    }, limit);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      running = null;
      if (late) return reject(late);
      if (code !== 0) return reject(new Error(`${signal ?? `exit code ${code}`}: ${shown}`));
      const counts = output.matchAll(/^test result: ok\. (\d+) passed|^ℹ pass (\d+)/gm);
      resolve([...counts].reduce((sum, [, rust, js]) => sum + Number(rust ?? js), 0));
    });
  });
}

async function part(name, base) {
  const { steps, tested } = PARTS[name];
  let passed = 0;
  for (const entry of steps(base)) {
    const { command, patience = LIMIT, ...one } = Array.isArray(entry) ? { command: entry } : entry;
    const env = { ...base, ...one.env };
    const count = await step(command, env, patience).catch((error) => {
      if (!error.idle || patience === LIMIT) throw error;
      console.error(`${name}: ${error.message}; no test had begun, once more`);
      return step(command, env, patience);
    });
    if (one.tested && count === 0) throw new Error("no test was run");
    passed += count;
  }
  if (tested && passed === 0) throw new Error("no test was run");
  return passed;
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !PARTS[name]);
if (unknown.length) {
  console.error(`unknown part ${unknown.join(", ")}; there are: ${Object.keys(PARTS).join(" ")}`);
  process.exit(2);
}
const names = Object.keys(PARTS).filter((name) => named.length === 0 || named.includes(name));
let passed = 0;
let now = "setup";
let display;
try {
  const needs = new Set(names.flatMap((name) => PARTS[name].needs));
  const env = setup(ALL.filter((need) => needs.has(need)));
  if (env.XVFB) {
    display = await openDisplay(env.XVFB);
    env.DISPLAY = display.name;
  }
  for (const name of names) {
    now = name;
    console.log(`\n== ${name} ==`);
    const started = Date.now();
    const tests = await part(name, env);
    passed += 1;
    console.log(`${name}: ok${tests ? `, ${tests} tests` : ""} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  }
} catch (error) {
  console.error(`\n${now}: ${error.message}`);
  process.exitCode = 1;
} finally {
  display?.close();
}
console.log(`\n${passed} passed, ${process.exitCode ? 1 : 0} failed`);
