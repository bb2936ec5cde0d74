// Where the example and the guide go after signing in: a path of their own site, whatever the address says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../pkg-template/scripts/setup.mjs";

const ORIGIN = "https://chat.example";
const ASKED = {
  "/rooms/7?all=1#end": "/rooms/7?all=1#end",
  "https://evil.example/x": "/chat",
  "//evil.example/x": "/chat",
  "/\\evil.example/x": "/chat",
  "/\t/evil.example/x": "/chat",
  "/.//evil.example/x": "/evil.example/x",
  [`${ORIGIN}//evil.example/x`]: "/evil.example/x",
  "javascript:alert(1)": "/chat",
  "http://[": "/chat",
};

for (const file of ["tests/consumers/next-app/lib/session.ts", "pkg-template/GUIDE.md"]) {
  test(`returnTo stays on the site: ${file}`, () => {
    const source = /function returnPath\(\) \{\n[^]*?\n\}/.exec(readFileSync(join(root, file), "utf8"))[0];
    const returnPath = new Function("location", `${source}; return returnPath();`);
    for (const [asked, path] of Object.entries(ASKED)) {
      assert.equal(returnPath({ origin: ORIGIN, search: `?returnTo=${encodeURIComponent(asked)}` }), path, asked);
    }
    assert.equal(returnPath({ origin: ORIGIN, search: "" }), "/chat");
  });
}
