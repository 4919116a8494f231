#!/usr/bin/env node
// Writes static/verify/tables.js, what the second implementation knows of the record format, out of
// docs/RECORD-FORMAT.md: so the document is enough to write a reader, and says so every time the
// tests run. Two tables that the document points at are read where they are: divisions and products.
//   scripts/verify-tables.mjs           writes the file
//   scripts/verify-tables.mjs --check   fails if the file is not what would be written
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const OUT = file("static/verify/tables.js");
const text = readFileSync(file("docs/RECORD-FORMAT.md"), "utf8");
const lines = text.split("\n");

/** The rows of the first table after line `at`, without its head; cells trimmed. */
function tableAfter(at) {
  let from = at;
  while (!lines[from].startsWith("|")) {
    from += 1;
    if (from > at + 8) throw new Error(`no table after line ${at + 1}: ${lines[at]}`);
  }
  const rows = [];
  for (let i = from + 2; lines[i].startsWith("|"); i += 1) {
    rows.push(lines[i].split("|").slice(1, -1).map((cell) => cell.trim()));
  }
  return rows;
}

const lineOf = (start) => {
  const at = lines.findIndex((line) => line.startsWith(start));
  if (at < 0) throw new Error(`the document has no line that begins ${start}`);
  return at;
};
const unquoted = (cell) => cell.replaceAll("`", "");

/** A kind as the tables of the document spell it, in the short spelling of `schema.js`. */
function kindOf(cell) {
  const list = /^list of (.*?)(?:, at most (\d+))?$/.exec(cell);
  if (list) return `[${list[2] ?? "LIST_MAX"}]${kindOf(list[1])}`;
  const named = /^`(\w+)`$/.exec(cell);
  if (named) return `@${named[1]}`;
  return cell.replace(/^decimal .*$/, "decimal").replaceAll(" ", "_");
}

/** `r` required; `o` may be absent or null; `d` may be absent, never null (lists, plain flags). */
function memberOf([name, type, , meaning, required]) {
  const kind = kindOf(type);
  const plainFlag = kind === "flag" && /absent means false/.test(meaning);
  const need = required === "yes" ? "r" : kind.startsWith("[") || plainFlag ? "d" : "o";
  return [unquoted(name), `${need} ${kind}`];
}

/** Everything under `### \`name\`` headings between two headings of sections. */
function shapesBetween(from, to) {
  const shapes = {};
  for (let at = lineOf(from); at < lineOf(to); at += 1) {
    const heading = /^### `(\w+)`/.exec(lines[at]);
    if (heading) shapes[heading[1]] = Object.fromEntries(tableAfter(at).map(memberOf));
  }
  return shapes;
}

const withoutWords = ([name, type, meaning, required]) => memberOf([name, type, "", meaning, required]);

function codes() {
  const rows = tableAfter(lineOf("### Codes"));
  return Object.fromEntries(
    rows.map(([kind, values]) => [
      unquoted(kind),
      [...values.matchAll(/(?:^|; )`(\w+)`/g)].map((match) => match[1]).join(" "),
    ]),
  );
}

function sealed() {
  const places = {};
  for (const [where, position, name, fieldClass, value] of tableAfter(lineOf("## 7. Sealed fields"))) {
    const place = where.startsWith("every line") ? "line" : unquoted(where);
    const nullable = / or null$/.test(value);
    const kind = value.replace(/ or null$|, (may be empty, )?never null$/g, "");
    const fields = (places[place] ??= []);
    if (Number(position) !== fields.length) throw new Error(`${place}: position ${position}`);
    fields.push(`${unquoted(name)} ${fieldClass} ${nullable ? "o" : "r"} ${kindOf(kind)}`);
  }
  return places;
}

const details = [...text
  .slice(text.indexOf("### Paper details"), text.indexOf("### Readings"))
  .matchAll(/`(\w+)` \(`(\w+)`\)/g)].map((match) => [match[1], match[2]]);

const divisions = readFileSync(file("src/core/ids/data/divisions.tsv"), "utf8")
  .split("\n")
  .map((line) => /^(\d{6})\t/.exec(line)?.[1])
  .filter(Boolean);
/** Divisions, short: the first four digits, then the last two with ranges, so that 815 codes are 1.3 KB and not 5.7. */
function folded(codes) {
  const parts = new Map();
  for (const code of codes) parts.set(code.slice(0, 4), [...(parts.get(code.slice(0, 4)) ?? []), Number(code.slice(4))]);
  const ranges = (numbers) => numbers.filter((n) => !numbers.includes(n - 1)).map((first) => {
    let last = first;
    while (numbers.includes(last + 1)) last += 1;
    return first === last ? first : `${first}-${last}`;
  });
  return [...parts].map(([head, numbers]) => `${head}:${ranges(numbers)}`).join(" ");
}
const products = [...readFileSync(file("src/core/rules/data/products.toml"), "utf8")
  .matchAll(/^code = "(\w+)"$/gm)].map((match) => match[1]);
const policies = /id = "late_entry_allowance"\nvalue = (\d+)\nunit = "h"[^]*id = "future_skew"\nvalue = (\d+)\nunit = "s"/
  .exec(readFileSync(file("src/core/rules/data/clocks.toml"), "utf8"));

const tables = {
  LIMITS: Object.fromEntries(tableAfter(lineOf("### Limits")).map(([n, v]) => [unquoted(n), Number(v)])),
  PAYLOAD: Object.fromEntries(tableAfter(lineOf("## 6. Payload")).map(withoutWords)),
  LINE: {
    ...Object.fromEntries(tableAfter(lineOf("A line of `moves`:")).map(withoutWords)),
    _sd: "r digests", // "exactly one" is a rule of its own, with a code of its own
  },
  BODIES: shapesBetween("## 11. Types and bodies", "### Paper details"),
  OBJECTS: shapesBetween("## 12. Objects, codes and limits", "### Codes"),
  CODES: codes(),
  SEALED: sealed(),
  DETAILS: Object.fromEntries(details),
  PRODUCTS: products.join(" "),
  DIVISIONS: folded([...new Set(divisions)]),
  CLOCKS: { LATE_ENTRY_ALLOWANCE_S: Number(policies[1]) * 3600, FUTURE_SKEW_S: Number(policies[2]) },
};

const HEAD = `// Made by scripts/verify-tables.mjs from docs/RECORD-FORMAT.md and the tables it points at: change those.
// A member is "need kind": r required, o absent or null, d absent but never null; [n] a list of at
// most n, @Name an object or a code. DIVISIONS are folded: ids.js unfolds them.
`;
// One entry a line, and long strings broken, so that a change shows as a change of a line.
const wrapped = (value) =>
  value.length < 90
    ? JSON.stringify(value)
    : value.match(/.{1,90}(?: |$)/g).map((part) => JSON.stringify(part)).join(" +\n    ");
const inline = (value) => JSON.stringify(value).replaceAll('":"', '": "').replaceAll('","', '", "');
const literal = (value) =>
  typeof value === "string"
    ? wrapped(value)
    : `{\n${Object.entries(value).map(([name, one]) =>
        `  ${name}: ${typeof one === "string" ? wrapped(one) : inline(one)},\n`).join("")}}`;
const body = Object.entries(tables).map(([name, value]) => `export const ${name} = ${literal(value)};\n`);
const made = HEAD + body.join("\n");

if (process.argv.includes("--check")) {
  if (readFileSync(OUT, "utf8") !== made) {
    console.error("static/verify/tables.js is not what scripts/verify-tables.mjs makes: run it");
    process.exitCode = 1;
  }
} else {
  writeFileSync(OUT, made);
}
