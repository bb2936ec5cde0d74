// API.md, the reference: what the declarations say, laid out for reading. The compiler's parser reads them; nothing is said here that is not there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript-previous";

/** In the order in which a reader meets them. */
const ENTRIES = { index: "socketio-wasm", slim: "socketio-wasm/slim", react: "socketio-wasm/react", config: "socketio-wasm/config", server: "socketio-wasm/server" };

const TITLE = /^\/\/ --- (.+?) -+$/m;
const isExported = (node) => Boolean(ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export);
const isRecord = (node) => ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node);

/** Lines without the keywords that only a declaration file needs. */
const code = (text) => `\`\`\`ts\n${text.replace(/^(export )?(declare )?/, "")}\n\`\`\`\n`;

function docOf(node) {
  const [doc] = (node.jsDoc ?? []).slice(-1);
  return (ts.getTextOfJSDocComment(doc?.comment) ?? "").replace(/\{@link (\w+)\}/g, "`$1`").trim();
}

/** One line of code, however many it was. */
const inline = (text) => text.replace(/\s*\n\s*/g, " ").replace(/([(<]) | ([)>])/g, "$1$2").replace(/,([)>])/g, "$1").replace(/;$/, "");

function member(node, source) {
  const doc = docOf(node).replace(/\n/g, "\n  ");
  return `- \`${inline(node.getText(source))}\`${doc && `  \n  ${doc}`}`;
}

/** A class or interface: its head, and a list of its members. Those that share a comment stand below it together, as there. */
function record(node, source) {
  const text = node.getText(source);
  const head = text.slice(0, text.indexOf("{", (node.heritageClauses?.end ?? node.typeParameters?.end ?? node.name.end) - node.getStart(source))).trim();
  const members = node.members.map((each) => member(each, source));
  return [code(head), ...(members.length ? [`${members.join("\n")}\n`] : [])];
}

function entry(file, name, folder) {
  const text = readFileSync(join(folder, `${file}.d.ts`), "utf8");
  const source = ts.createSourceFile(`${file}.d.ts`, text, ts.ScriptTarget.Latest, true);
  const lines = [`## ${name}\n`];
  const seen = new Set();
  for (const node of source.statements) {
    const [, title] = TITLE.exec(text.slice(node.getFullStart(), node.getStart(source))) ?? [];
    if (title) lines.push(`_${title[0].toUpperCase()}${title.slice(1)}_\n`);
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.exportClause) {
      lines.push("Everything that `socketio-wasm` exports, and:\n");
    } else if (ts.isExportDeclaration(node) && !node.moduleSpecifier && node.exportClause?.elements.length) {
      lines.push(`${node.exportClause.elements.map(({ propertyName, name }) => `\`${propertyName.text}\` is also exported as \`${name.text}\`.`).join(" ")}\n`);
    } else {
      const named = ts.isVariableStatement(node) ? node.declarationList.declarations[0].name : node.name;
      // Types that nobody can name and that only compute others say nothing to a reader.
      if (!named || (!isExported(node) && !ts.isInterfaceDeclaration(node))) continue;
      if (!seen.has(named.text)) lines.push(`### ${named.text}\n`);
      seen.add(named.text);
      if (!isExported(node)) lines.push("Not exported; others have its members.\n");
      const doc = docOf(node);
      if (doc) lines.push(`${doc}\n`);
      lines.push(...(isRecord(node) ? record(node, source) : [code(node.getText(source))]));
    }
  }
  return lines;
}

/** The text of API.md for the declarations in a folder. */
export function reference(folder) {
  const lines = ["# API of socketio-wasm\n", "Made from the package's declarations. Times are milliseconds unless a name says otherwise; dates are ISO 8601 texts.\n"];
  for (const [file, name] of Object.entries(ENTRIES)) lines.push(...entry(file, name, folder));
  return lines.join("\n");
}
