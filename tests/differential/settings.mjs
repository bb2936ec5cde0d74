// How much is compared: DIFFERENTIAL_CASES of each kind, made from DIFFERENTIAL_SEED, a number or "random".
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "../../pkg-template/scripts/build.mjs";

const { DIFFERENTIAL_SEED: seed = "1", DIFFERENTIAL_CASES: cases = "10000" } = process.env;
export const SEED = seed === "random" ? Math.floor(Math.random() * 2 ** 32) : Number(seed);
export const CASES = Number(cases);

/** The package as it is published: the WebAssembly and the JavaScript around it. */
export const load = async () => import(pathToFileURL(join(await build(), "index.js")).href);
