// Loads files of tests and runs what they export. The test runner serves them, and the package's, from the crate's folder.

const FOLDER = new URL("/tests/web/", location.href);
const IMPORTED = /^(?:import|export)\b[^;"]*?"((?:\.{0,2}\/)[^"]+\.js)"/gm;
const seen = new Set();

/** Loads a module after those that it imports, one file at a time: the runner's server may leave a request of many at once unanswered. */
async function load(url) {
  if (!seen.has(url)) {
    seen.add(url);
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    for (const [, path] of (await answer.text()).matchAll(IMPORTED)) await load(new URL(path, url).href);
  }
  return import(url);
}

const loadTests = (file) => load(new URL(`${file}.js`, FOLDER).href);

/** Runs a test of a file. */
export async function run(file, name) {
  await (await loadTests(file))[name]();
}

/** The names of a file's tests. */
export async function names(file) {
  const tests = await loadTests(file);
  return Object.keys(tests).filter((name) => tests[name].isTest);
}
