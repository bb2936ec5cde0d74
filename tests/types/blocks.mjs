// The documents' code, as a reader would copy it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../pkg-template/scripts/setup.mjs";

export const DOCUMENTS = ["README.md", "GUIDE.md", "MIGRATING.md", "SERVER.md"];

export const document = (name) => readFileSync(join(root, "pkg-template", name), "utf8");

/**
 * The blocks of a document in JavaScript or TypeScript: {language, code, path, before}. `path`: the file that its first line names. `before`: what
 * a comment before the block declares that the text takes for granted, `<!-- before … -->`.
 */
export function blocksOf(name) {
  const found = document(name).matchAll(/(?:^<!-- before\n([^]*?)^-->\n)?^```(js|jsx|ts|tsx)\n([^]*?)^```$/gm);
  return [...found].map(([, before = "", language, code]) => ({ language, code, before, path: /^\/\/ (\S+\.[cm]?[jt]sx?)$/m.exec(code.split("\n")[0])?.[1] }));
}

/** The block that is the file of that path. */
export function fileOf(name, path) {
  const block = blocksOf(name).find((one) => one.path === path);
  if (!block) throw new Error(`${name} has no ${path}`);
  return block.code;
}
