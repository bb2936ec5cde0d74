// What an application's bundler makes of a package: one minified ES module, by esbuild.

import { build } from "esbuild";

/** `code` is the module that an application would write. */
export async function bundle(code, resolveDir) {
  const result = await build({
    stdin: { contents: code, resolveDir, loader: "js" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
    logLevel: "silent",
  });
  return Buffer.from(result.outputFiles[0].contents);
}
