// Makes the npm package: wasm-pack's output, optimised, bundled with the entries and completed from pkg-template.
// `npm run build` makes pkg/; with --profiling (names kept, for twiggy) or --debug it makes target/pkg-<profile>/ instead.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { toBytes, toText } from "../printable.js";
import { shortenNames } from "./names.mjs";
import { BUILD, exitWith, root, setup, SetupError, WASM_TARGET } from "./setup.mjs";

const template = join(root, "pkg-template");
const WASM = "socketio_wasm_bg.wasm";
const COPIED = [
  [template, ["index.d.ts", "slim.d.ts", "react.js", "react.d.ts", "config.js", "config.d.ts", "server.js", "server.d.ts", "README.md", "GUIDE.md", "MIGRATING.md", "SERVER.md", "bench.svg"]],
  [root, ["LICENSE-APACHE", "LICENSE-MIT"]],
];

// Two rounds, the second over control flow made anew; none of the traps is relied on, and address 0 to 1023 holds nothing.
const SMALLER = ["-tnh", "--low-memory-unused", "-aimfs", "4", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge", "--reorder-functions", "--reorder-locals"];
const PROFILES = {
  release: { out: "pkg", opt: [...SMALLER, "--strip-debug", "--strip-producers", "--strip-target-features"] },
  profiling: { out: "target/pkg-profiling", opt: [...SMALLER, "-g"] },
  dev: { out: "target/pkg-debug", opt: null },
};
// What rustc turns on for this target by default; wasm-opt neither reads nor writes an instruction of a feature it was not told of.
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "call-indirect-overlong",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
].map((name) => `--enable-${name}`);

// The standard library is built with the crate: for size, with panics that only stop, since nobody reads their texts, and its generic functions
// compiled here, where they are seen with their callers. The compiler inlines before LLVM sees the code, which it leaves out at this level of
// optimisation, and what it would inline anyway comes out smaller. The options are unstable ones of the stable compiler, which RUSTC_BOOTSTRAP
// lets it take.
const SMALL = {
  args: ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"],
  flags: [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "-Zshare-generics=no",
    "-Zinline-mir=yes",
    "-Zinline-mir-threshold=20",
    "-Zinline-mir-hint-threshold=60",
  ],
};
// No loads or loop counters ahead of where they are needed, which takes locals; and a call counts for what it is in WebAssembly. LLVM may drop
// such options from one version to the next.
const LLVM = ["-enable-load-pre=0", "-disable-lsr", "-inline-call-penalty=40"].map((option) => `-Cllvm-args=${option}`);

const say = (text) => console.log(`build: ${text}`);

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name)));
}

function digest(paths) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap(filesBelow)) {
    hash.update(`${relative(root, file)}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

const INPUTS = ["src", "Cargo.toml", "Cargo.lock", "pkg-template", "package-lock.json", "LICENSE-APACHE", "LICENSE-MIT"];
const inputs = () => digest(INPUTS.map((name) => join(root, name)));

/** Folders of this machine that panic messages would otherwise carry into the published file, and what they become there. */
function buildFolders(env) {
  const sysroot = execFileSync("rustc", ["--print", "sysroot"], { encoding: "utf8" }).trim();
  return [
    [join(root, "."), "socketio-wasm"],
    [env.CARGO_HOME || join(homedir(), ".cargo"), "cargo"],
    [join(sysroot, "lib/rustlib/src/rust"), "rust"],
  ];
}

function llvmOptions() {
  try {
    execFileSync("rustc", [...LLVM, "--print", "target-cpus"], { cwd: root, stdio: "ignore" });
    return LLVM;
  } catch {
    say("this compiler's LLVM does not know some options: the WebAssembly will be a little larger");
    return [];
  }
}

/** Runs wasm-pack; returns the folder of its output. */
function wasmPack(profile, env) {
  const out = join(root, "target/wasm-pack", profile);
  rmSync(out, { recursive: true, force: true });
  const flags = buildFolders(env).map(([folder, name]) => `--remap-path-prefix=${folder}=${name}`);
  const args = ["build", "--target", "web", `--${profile}`, "--mode", "no-install", "--no-pack", "--no-typescript"];
  args.push("--no-opt", "--out-dir", relative(root, out), "--out-name", "socketio_wasm");
  if (profile !== "dev") flags.push(...SMALL.flags, ...llvmOptions());
  args.push("--", "--config", `target.${WASM_TARGET}.rustflags=${JSON.stringify(flags)}`, ...(profile === "dev" ? [] : SMALL.args));
  // A folder of its own: cargo keeps one standard library a folder, and tests use the one that rustup brings.
  const own = { ...env, CARGO_TARGET_DIR: join(root, "target/small"), RUSTC_BOOTSTRAP: "1" };
  execFileSync("wasm-pack", args, { cwd: root, env: own, stdio: ["ignore", "inherit", "inherit"] });
  return out;
}

/** Called here and not by wasm-pack, which in --mode no-install goes on without a word where it finds no wasm-opt. */
function wasmOpt(file, args) {
  if (!args) return;
  const command = join(root, "node_modules/.bin/wasm-opt");
  execFileSync(command, [...args, ...FEATURES, file, "-o", file], { stdio: ["ignore", "inherit", "inherit"] });
}

function checkWasm(bytes, env) {
  for (const [folder] of buildFolders(env)) {
    if (bytes.includes(folder)) throw new Error(`the WebAssembly names a folder of this machine: ${folder}`);
  }
  const foreign = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).filter(({ module }) => !/^\.\//.test(module));
  if (foreign.length) {
    const names = foreign.map(({ module, name }) => `${module}.${name}`).join(", ");
    throw new Error(`the WebAssembly imports ${names}: some dependency takes this target for another system`);
  }
}

/** wasm-bindgen copies the JavaScript that Rust imports; the entries import the same files. One copy of each is bundled: the source. */
const snippetsAreSources = {
  name: "snippets-are-sources",
  setup({ onResolve }) {
    onResolve({ filter: /\/snippets\/socketio-wasm-[^/]+\// }, ({ path }) => ({ path: join(root, path.replace(/^.*\/socketio-wasm-[^/]+\//, "")) }));
  },
};

/** Declares what index.js names: the WebAssembly, as text. */
function declare(wasm) {
  const bytes = readFileSync(wasm);
  const text = toText(bytes);
  if (!bytes.equals(toBytes(text))) throw new Error("the WebAssembly does not come out as it went in");
  return `const WASM = ${JSON.stringify(text)};`;
}

/** Once more over what esbuild has minified: a twenty-fifth less. */
async function minify(out, name) {
  const { minify } = await import("terser");
  const [file, mapFile] = [join(out, name), join(out, `${name}.map`)];
  const { code, map } = await minify(readFileSync(file, "utf8"), {
    module: true,
    ecma: 2022,
    compress: { passes: 6, hoist_funs: true, pure_getters: true, unsafe_arrows: true, unsafe_methods: true },
    sourceMap: { content: readFileSync(mapFile, "utf8"), url: `${name}.map` },
  });
  writeFileSync(file, code);
  writeFileSync(mapFile, map);
}

async function bundle(glue, out, profile, renaming) {
  const esbuild = await import("esbuild");
  // At the end, where it disturbs the compression of the rest least.
  const footers = { index: { js: declare(join(glue, WASM)) }, slim: {} };
  for (const [name, footer] of Object.entries(footers)) {
    await esbuild.build({
      entryPoints: [join(template, `${name}.js`)],
      outdir: out,
      bundle: true,
      format: "esm",
      platform: "neutral",
      target: ["es2022"],
      minify: profile === "release",
      ...renaming,
      sourcemap: true,
      legalComments: "none",
      plugins: [snippetsAreSources],
      footer,
      alias: { "build:glue": join(glue, "socketio_wasm.js") },
      logLevel: "warning",
      // wasm-bindgen's table of imports names a snippet once for every `extern` block.
      logOverride: { "duplicate-object-key": "silent" },
    });
  }
  for (const name of ["index.js", "slim.js"]) {
    if (profile === "release") await minify(out, name);
    const map = JSON.parse(readFileSync(join(out, `${name}.map`), "utf8"));
    map.sources = map.sources.map((source) => source.replace(/^.*\/(?=src\/)|^.*(wasm-pack\/[^/]+|pkg-template)\//, ""));
    writeFileSync(join(out, `${name}.map`), JSON.stringify(map));
  }
}

/** The glue's own loader asks for the .wasm by URL. In the zero-config entry bundlers would follow that and ship it twice. */
function checkBundles(out) {
  const index = readFileSync(join(out, "index.js"), "utf8");
  if (/import\.meta\.url|new URL\([^)]*\.wasm/.test(index)) throw new Error("index.js still asks for the .wasm by URL");
  for (const [name, copies] of [["index.js", 1], ["slim.js", 0]]) {
    const found = copiesIn(readFileSync(join(out, name), "utf8"));
    if (found !== copies) throw new Error(`${name} holds ${found} copies of the WebAssembly instead of ${copies}`);
  }
}

/** How many copies of the WebAssembly a script holds, as index.js does or in base64. */
export function copiesIn(text) {
  const start = Buffer.from("\0asm\x01\0\0\0", "latin1");
  return [toText(start), start.toString("base64").slice(0, 10)].reduce((sum, beginning) => sum + text.split(beginning).length - 1, 0);
}

async function complete(out) {
  for (const [from, names] of COPIED) {
    for (const name of names) {
      if (!existsSync(join(from, name))) throw new Error(`${relative(root, join(from, name))} is missing`);
      copyFileSync(join(from, name), join(out, name));
    }
  }
  const { reference } = await import("./api.mjs");
  writeFileSync(join(out, "API.md"), reference(template));
  const version = /^\[package\][^[]*?^version = "([^"]+)"/ms.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
  if (!version) throw new Error("Cargo.toml has no version");
  const manifest = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));
  writeFileSync(join(out, "package.json"), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
}

/** Builds unless nothing has changed since; returns the package's folder. */
export async function build(profile = "release") {
  const { out: folder, opt } = PROFILES[profile];
  const out = join(root, folder);
  const stamp = join(root, "target", `built-${profile}`);
  const env = setup(BUILD);
  const rustc = execFileSync("rustc", ["--version"], { encoding: "utf8" }).trim();
  // Taken before the build: what changes meanwhile is then built next time.
  const made = inputs() + rustc;
  const state = () => `${made} ${digest([out])}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state()) {
    say(`${folder}/ is up to date`);
    return out;
  }
  rmSync(stamp, { force: true });
  const glue = wasmPack(profile, env);
  const wasm = join(glue, WASM);
  const renaming = profile === "release" ? shortenNames(wasm, join(glue, "socketio_wasm.js"), FEATURES) : {};
  wasmOpt(wasm, opt);
  if (profile === "release") checkWasm(readFileSync(wasm), env);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await bundle(glue, out, profile, renaming);
  copyFileSync(wasm, join(out, WASM));
  await complete(out);
  checkBundles(out);
  writeFileSync(stamp, state());
  for (const name of ["index.js", "slim.js", WASM]) {
    const bytes = readFileSync(join(out, name));
    say(`${folder}/${basename(name)}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
  }
  return out;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flags = { "--profiling": "profiling", "--debug": "dev" };
  const [flag] = process.argv.slice(2);
  try {
    if (flag && !flags[flag]) throw new SetupError(`unknown option ${flag}: --profiling or --debug`);
    await build(flags[flag]);
  } catch (error) {
    exitWith(error);
  }
}
