// Shortens the names under which the WebAssembly and the glue know each other: wasm-bindgen's are long, end in a random
// number, stand in both files, and were about 4 KB of the gzipped package.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const binaryen = (name, ...args) =>
  execFileSync(join(root, "node_modules/.bin", name), args, { stdio: ["ignore", "inherit", "inherit"], maxBuffer: 2 ** 28 });

/** Members by which files of ours know each other: on no object that an application, a browser or a server sees. */
const INTERNAL = (
  "adopt ask asks atRest attachments base64 buffered closed codec deliver durable emitReserved given giveBack gone hangUp isSilent lock maxMessageLength " +
  "messageEvent names note numbers outline perform place prefixes pump receive scheme scope server settings shut start storage strictly tell tries userId wake " +
  "watches withError wrote _acked _acknowledge _add _call _connect _connected _core _down _emit _end _ended " +
  "_frame _hear _host _isActive _isWaiting _number _opened _received _run _serialise _simulated _state _take _unbuffer"
).split(" ");

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** 0 to 51: a to Z; then two letters. */
const letters = (index) => (index < 52 ? "" : LETTERS[Math.floor(index / 52) - 1]) + LETTERS[index % 52];

/** The names in the order in which they stand there, each with a short one. With the prefix, none that a property of ours has. */
const shorten = (names, prefix = "") => Object.fromEntries([...new Set(names)].map((name, index) => [name, prefix + letters(index)]));

/** What wasm-bindgen throws where a closure is called that is gone, or twice at once, and where a browser's setTimeout throws. */
const THROWN = ["called `Result::unwrap_throw()` on an `Err` value", "closure invoked recursively or after being dropped", "FnOnce called more than once"];

/** Leaves out of the glue what our entries never come to. */
function trim(glue, imports) {
  const without = (source, pattern, instead) => {
    if (!pattern.test(source)) throw new Error(`wasm-bindgen's glue has changed: it does not match ${pattern}`);
    return source.replace(pattern, instead);
  };
  // The entries give `initSync` a module, once.
  let source = without(glue, /(function initSync\(module\) \{)[^]*?(?= {4}const imports = )/, "$1\n");
  // A few hundred bytes of texts are decoded, now and then: no view of the memory has to be kept, nor a decoder replaced that Safari wears out.
  source = without(source, /(function getStringFromWasm0\(ptr, len\) \{)[^]*?\n\}/, "$1\n    return cachedTextDecoder.decode(new Uint8Array(wasm.memory.buffer, ptr >>> 0, len));\n}");
  source = without(source, /(let cachedUint8ArrayMemory0 = null;\n)?function getUint8ArrayMemory0[^]*?\n\}/, "");
  source = source.replaceAll(/^.*cachedUint8ArrayMemory0 = null;$/gm, "");
  // setTimeout throws nothing.
  source = without(source, /function\(\) \{ return handleError\(function (\(arg0, arg1\) \{\s*const ret = setTimeout[^}]*\}), arguments\); \}/, "function$1");
  // What watches over closures that nobody drops: ours are dropped.
  source = without(source, /const CLOSURE_DTORS =[^;]*;/, "");
  source = source.replaceAll(/^.*CLOSURE_DTORS\..*$\n/gm, "");
  source = without(source, /TextDecoder\([^)]*\);\ncachedTextDecoder.decode\(\);/, "TextDecoder();");
  source = without(source, /if \(!\(module instanceof WebAssembly\.Module\)\) \{[^}]*\}/, "");
  source = source.replaceAll(/^\s*__proto__: null,$/gm, "");
  source = without(source, /__wbg___wbindgen_throw_\w+: function[^}]*\},/, "");
  // As a namespace, a bundler would make an object of getters of it.
  const objects = new Map();
  for (const [statement, name, from] of source.matchAll(/^import \* as (\w+) from "([^"]+)";?$/gm)) {
    const members = imports.filter(({ module }) => module === from).map((one) => one.name).join(", ");
    const first = objects.get(from);
    // One for each name that is imported.
    source = source.replace(statement, first ? `const ${name} = ${first};` : `import { ${members} } from "${from}";\nconst ${name} = { ${members} };`);
    objects.set(from, first ?? name);
  }
  return source;
}

/**
 * Rewrites the .wasm and the glue's table of imports in place. Returns esbuild's options that make it rename the glue's
 * properties alike.
 */
export function shortenNames(wasm, glue, features) {
  const module = new WebAssembly.Module(readFileSync(wasm));
  const imports = WebAssembly.Module.imports(module);
  const own = "./socketio_wasm_bg.js";
  const modules = shorten(imports.map((one) => one.module), "./");
  // The other modules are our snippets, whose names belong to other code as well; so does that of the memory.
  const names = shorten(
    [
      ...imports.filter((one) => one.module === own).map(({ name }) => name),
      ...WebAssembly.Module.exports(module).map(({ name }) => name).filter((name) => name !== "memory"),
    ],
  );

  const text = `${wasm}.wat`;
  binaryen("wasm-dis", wasm, ...features, "-o", text);
  let abandoned = 0;
  const abandon = () => {
    abandoned += 1;
    return "$abandoned";
  };
  let stop;
  const renamed = readFileSync(text, "utf8")
    // Nobody reads what is thrown there: as a panic, it stops. Its texts stay where they are, and compress to nothing.
    .replace(/^ \(import "[^"]+" "__wbg___wbindgen_throw_\w+" (\(func .*)\)\)$/m, (_, head) => {
      stop = ` ${head} (unreachable))`;
      return "";
    })
    .replace(/^ \(data .*$/gm, (line) => THROWN.reduce((before, thrown) => before.replaceAll(thrown, "\\00".repeat(thrown.length)), line))
    .replace(/^ \(import "([^"]+)" "([^"]+)"/gm, (_, from, name) => ` (import "${modules[from]}" "${from === own ? names[name] : name}"`)
    .replace(/^ \(export "([^"]+)"/gm, (_, name) => ` (export "${names[name] ?? name}"`)
    // js-sys brings tasks for asynchronous Rust, of which there is none here. Calls of them are gone, and their places in the table would keep them.
    .replace(/^ \(elem .*$/gm, (line) => line.replace(/\$"js_sys\[\w+\]::futures::jspi::task_waker::raw_\w+"/g, abandon))
    .replace(/^\)\s*$/m, () => `${stop}\n (func $abandoned (unreachable))\n)`);
  if (!stop) throw new Error("wasm-bindgen throws otherwise by now");
  if (abandoned !== 4) throw new Error(`the table names ${abandoned} functions of js-sys' tasks instead of 4: see what it brings by now`);
  writeFileSync(text, renamed);
  binaryen("wasm-as", text, ...features, "-o", wasm);

  let source = readFileSync(glue, "utf8");
  for (const [long, short] of Object.entries(modules)) source = source.replaceAll(`"${long}":`, `"${short}":`);
  writeFileSync(glue, trim(source, imports));
  Object.assign(names, shorten(INTERNAL, "_"));
  const literal = Object.keys(names).map((name) => name.replace(/\W/g, "\\$&"));
  return { mangleProps: new RegExp(`^(${literal.join("|")})$`), mangleCache: names };
}
