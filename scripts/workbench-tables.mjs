#!/usr/bin/env node
// Writes static/workbench/codes.js, what the workbench's resolver knows of codes, out of the tables that the program
// itself reads.
//   scripts/workbench-tables.mjs           writes the file
//   scripts/workbench-tables.mjs --check   fails if the file is not what would be written
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const OUT = file("static/workbench/codes.js");

/** Rows of a table under src/core/ids/data, without comments and head, as objects of the named columns. */
function rows(name, columns) {
  const lines = readFileSync(file(`src/core/ids/data/${name}.tsv`), "utf8").split("\n");
  const [head, ...body] = lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split("\t"));
  return body.map((cells) => columns.map((column) => (cells[head.indexOf(column)] ?? "").trim()));
}

const listed = (name, doc, columns, from) =>
  `/** ${doc}: ${columns.join(", ")}. */\nexport const ${name} = [\n${rows(from, columns)
    .map((row) => `  ${JSON.stringify(row)},\n`)
    .join("")}];\n`;

const AI = ["ai", "fixed", "role", "format", "short_name", "requires", "name_zh", "name_en"];
const PLATFORM = ["platform", "region", "name_zh", "name_en", "host", "prefix", "verified"];
const made = [
  "// Made by scripts/workbench-tables.mjs from the tables in src/core/ids/data, where their sources stand: change those.\n",
  listed("APPLICATION_IDENTIFIERS", "GS1 application identifiers", AI, "application_identifiers"),
  listed("PLATFORMS", "Provincial platforms", PLATFORM, "platforms"),
].join("\n");

if (process.argv.includes("--check")) {
  if (readFileSync(OUT, "utf8") !== made) {
    console.error("static/workbench/codes.js is not made from the tables: run scripts/workbench-tables.mjs");
    process.exitCode = 1;
  }
} else {
  writeFileSync(OUT, made);
}
