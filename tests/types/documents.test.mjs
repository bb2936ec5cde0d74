// README, guide and the rest: their code compiles, their links lead somewhere, and what they list is what there is.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { root } from "../../pkg-template/scripts/setup.mjs";
import { blocksOf, document, DOCUMENTS } from "./blocks.mjs";
import { compile, DOM, prepare, reactTypes } from "./compile.mjs";

/** What applications import whose types are not installed here, as far as the documents use it. */
const FOREIGN = `
declare module "next/navigation" { export function useRouter(): { push(path: string): void; replace(path: string): void } }
declare module "next/jest.js" { export default function nextJest(options: { dir: string }): (config: object) => object }
declare module "node:util" { export const TextDecoder: unknown, TextEncoder: unknown }
declare module "react-dom/client" { export function createRoot(element: Element): { render(node: import("react").ReactNode): void } }
`;

let folder;
const files = { typed: ["foreign.d.ts"], plain: ["foreign.d.ts"] };
before(async () => {
  folder = await prepare("documents");
  writeFileSync(join(folder, "foreign.d.ts"), FOREIGN);
  for (const name of DOCUMENTS) {
    for (const [index, block] of blocksOf(name).entries()) {
      const typed = block.language.startsWith("ts");
      // JavaScript is read as TypeScript in which parameters need no type.
      const path = join(name.replace(".md", ""), block.path?.replace(/\.m?js(x?)$/, ".ts$1") ?? `block-${index}.${block.language.replace("js", "ts")}`);
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${block.before}${block.code}\nexport {};\n`);
      files[typed ? "typed" : "plain"].push(path);
    }
  }
});

const OPTIONS = { module: "esnext", moduleResolution: "bundler", lib: DOM, skipLibCheck: true };

for (const [version, types] of Object.entries({ 18: "types-react18", 19: "@types/react" })) {
  test(`every block in TypeScript compiles strictly, with the types of React ${version}`, () => {
    assert.ok(files.typed.length > 10);
    compile(folder, `typed-${version}`, files.typed, { ...OPTIONS, ...reactTypes(types) });
  });
}

test("every block in JavaScript compiles", () => {
  assert.ok(files.plain.length > 5);
  compile(folder, "plain", files.plain, { ...OPTIONS, noImplicitAny: false, jsx: "react-jsx" });
});

test("no block is left unchecked but those of shells", () => {
  for (const name of DOCUMENTS) {
    const languages = [...document(name).matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
    assert.deepEqual(languages.filter((language) => !["js", "jsx", "ts", "tsx", "sh"].includes(language)), [], name);
    assert.equal(languages.filter((language) => language !== "sh").length, blocksOf(name).length, name);
  }
});

/** As they become anchors: lower case, no punctuation, hyphens for spaces. */
const anchors = (name) => [...document(name).matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-"));

test("links lead to documents and headings that are there", () => {
  for (const name of DOCUMENTS) {
    for (const [link, target, anchor] of document(name).matchAll(/\]\(([\w.]*\.md)?(?:#([\w-]+))?\)/g)) {
      assert.ok(target === undefined || DOCUMENTS.includes(target), `${name}: ${link}`);
      if (anchor) assert.ok(anchors(target ?? name).includes(anchor), `${name}: ${link}`);
    }
  }
});

/** [name, default] of the options that an interface declares: a literal, or undefined. */
function declared(name, prefix = "") {
  const [, body] = new RegExp(`^export interface ${name} \\{\\n([^]*?)^\\}`, "m").exec(readFileSync(join(root, "pkg-template/index.d.ts"), "utf8"));
  const members = body.matchAll(/(?:^  \/\*\*((?:(?!\*\/)[^])*)\*\/\n)?^  (\w+)\?:/gm);
  return [...members].map(([, doc = "", option]) => [prefix + option, /Default:? ("[^"]*"|true|false|Infinity|\d+(?:\.\d+)?(?: days)?)/.exec(doc)?.[1]]);
}

test("the README has every option that is declared, with its default", () => {
  const [, section] = /^## Options\n([^]*?)^## /m.exec(document("README.md"));
  const said = [...section.matchAll(/^\| `([\w.]+)` \| (.+?) \|/gm)].map(([, option, value]) => [option, /^`(.+)`$/.exec(value)?.[1]]);
  const own = declared("ChatSocketOptions").flatMap((one) => {
    if (one[0] === "queue") return declared("QueueOptions", "queue.");
    return one[0] === "mock" ? declared("MockOptions", "mock.") : [one];
  });
  assert.ok(own.length > 25);
  assert.deepEqual(Object.fromEntries(said), Object.fromEntries(own));
});

const codes = (text) => [...new Set(text.match(/ERR_[A-Z]+(?:_[A-Z]+)*/g))].sort();
const sources = (folder, fits) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => /\.(rs|js)$/.test(name) && fits(name))
    .map((name) => readFileSync(join(root, folder, name), "utf8"))
    .join("\n");

test("the documents list every error code that is thrown, and no other", () => {
  const listed = (text, title) => codes(new RegExp(`^## ${title}\\n([^]*?)(?:^## |$(?![^]))`, "m").exec(text)[1]);
  const client = codes(sources("src", () => true) + sources("pkg-template", (name) => name !== "server.js"));
  const server = codes(sources("pkg-template", (name) => name === "server.js"));
  assert.deepEqual(listed(document("README.md"), "Errors"), client);
  assert.deepEqual(listed(document("SERVER.md"), "Codes"), server);
  const known = [...client, ...server];
  for (const name of DOCUMENTS) assert.deepEqual(codes(document(name)).filter((code) => !known.includes(code)), [], name);
});
