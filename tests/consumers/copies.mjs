// Counts the copies of the WebAssembly among the files of a build.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as scripts from "../../pkg-template/scripts/build.mjs";

const filesBelow = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));

/** In one file, as a module of its own or inside a script. Source maps are not shipped. */
export function copiesIn(file) {
  if (file.endsWith(".map")) return 0;
  const text = readFileSync(file, "latin1");
  return text.startsWith("\0asm") ? 1 : scripts.copiesIn(text);
}

/** In all files of a folder: names of those that hold one, as often as they do. */
export const copiesBelow = (folder) => filesBelow(folder).flatMap((file) => Array(copiesIn(file)).fill(file.slice(folder.length + 1)));
