// What SERVER.md shows, as an application would copy it.

import { readFileSync } from "node:fs";

const README = new URL("../../pkg-template/SERVER.md", import.meta.url);

/** SERVER.md's function of that name. */
export async function fromReadme(name) {
  const blocks = readFileSync(README, "utf8").matchAll(/^```js\n([^]*?)^```$/gm);
  const code = [...blocks].map(([, block]) => block).find((block) => block.includes(`function ${name}(`));
  if (!code) throw new Error(`SERVER.md has no ${name}`);
  return (await import(`data:text/javascript,${encodeURIComponent(`${code}\nexport { ${name} };`)}`))[name];
}
