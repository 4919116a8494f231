#!/usr/bin/env node
// Writes static/workbench/codes.js, what the workbench's resolver knows of codes, static/dock/products.js, the names of
// classes of products, static/dock/promise.js, the words of the commitment certificate, static/dock/cargoes.js, liquids
// that travel in tanks, static/dock/loggers.js, how loggers write their files, and static/dock/divisions.json, names of
// counties, out of the tables that the program itself reads.
//   scripts/workbench-tables.mjs           writes the files
//   scripts/workbench-tables.mjs --check   fails if a file is not what would be written
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

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

const AI = ["ai", "fixed", "role", "format", "short_name", "requires"];
const PLATFORM = ["platform", "name_zh", "name_en", "host", "prefix", "verified"];
const codes = [
  "// Made by scripts/workbench-tables.mjs from the tables in src/core/ids/data, where their sources stand: change those.\n",
  listed("APPLICATION_IDENTIFIERS", "GS1 application identifiers", AI, "application_identifiers"),
  listed("PLATFORMS", "Provincial platforms", PLATFORM, "platforms"),
].join("\n");

/** Products of the table, which has one member a line. */
function products() {
  const text = readFileSync(file("src/core/rules/data/products.toml"), "utf8");
  return text.split("[[product]]").slice(1).map((one) => {
    const member = (name) => new RegExp(`^${name} = "(.*)"$`, "m").exec(one)?.[1];
    const tags = [...(/^tags = \[(.*)\]$/m.exec(one)?.[1] ?? "").matchAll(/"(\w+)"/g)].map((found) => found[1]);
    return [member("code"), member("zh"), member("en"), tags];
  });
}

const rowsOfProducts = products().map((row) => `  ${JSON.stringify(row)},\n`).join("");
const names = `// Made by scripts/workbench-tables.mjs from src/core/rules/data/products.toml: change that.

/** Classes of products: code, Chinese, English, tags. */
export const PRODUCTS = [
${rowsOfProducts}];
`;

/** Members of a section of the words of the commitment certificate. */
function section(name) {
  const text = readFileSync(file("src/app/label/certificate.toml"), "utf8");
  const inner = text.split(`[${name}]`)[1].split(/^\[/m)[0];
  return Object.fromEntries([...inner.matchAll(/^(\w+) = "(.*)"$/gm)].map((found) => [found[1], found[2]]));
}

const promise = `// Made by scripts/workbench-tables.mjs from src/app/label/certificate.toml, where the source stands: change that.

/** What the signer promises, by form. */
export const PROMISE = ${JSON.stringify(section("promise"), null, 2)};

/** What the promise may rest on. */
export const BASIS = ${JSON.stringify(section("basis"), null, 2)};
`;

/** Rows of a table by their heading, which has one member a line. */
const tableRows = (text, heading) => text.split(`[[${heading}]]`).slice(1).map((one) => one.split("\n[[")[0]);
const member = (row, name) => new RegExp(`^${name} = "?(.*?)"?$`, "m").exec(row)?.[1];

const liquids = readFileSync(file("src/core/rules/data/bulk_liquid.toml"), "utf8");
const cold = readFileSync(file("src/core/rules/data/cold_profiles.toml"), "utf8");
const transport = tableRows(cold, "interval").find((row) => member(row, "place") === "transport");
const cargo = (row, food) => `  ${JSON.stringify([member(row, "code"), member(row, "zh"), member(row, "en"), food])},\n`;
const cargoes = `// Made by scripts/workbench-tables.mjs from src/core/rules/data/bulk_liquid.toml and cold_profiles.toml, where the sources
// stand: change those.

/** Listed liquid foods that travel by tanker under a sheet: code, Chinese, English, whether it is food. */
export const LIQUIDS = [
${tableRows(liquids, "kind").map((row) => cargo(row, true)).join("")}];

/** Other cargoes that a tank may have carried before. */
export const CARGOES = [
${tableRows(liquids, "other_cargo").map((row) => cargo(row, member(row, "food") === "true")).join("")}];

/** Seconds for which a recorder on the way may be silent. */
export const INTERVAL_S = ${member(transport, "max_interval_s")};
`;

/** A list of a row, as TOML and JSON both write it; none if the row has no such member. */
const listIn = (row, name) => JSON.parse(new RegExp(`^${name} = (\\[.*\\])$`, "m").exec(row)?.[1] ?? "null");
const logger = (row) => {
  const date = listIn(row, "date");
  const one = { name: [member(row, "zh"), member(row, "en")], ...(date ? { date } : {}), time: listIn(row, "time"), temp: listIn(row, "temp"), order: member(row, "order") };
  return `  ${JSON.stringify(one)},\n`;
};
const loggers = `// Made by scripts/workbench-tables.mjs from src/core/imports/data/loggers.toml, where it says how to read this: change that.

/** @typedef {{name: [string, string], time: string[], date?: string[], temp: string[], order: "ymd" | "dmy" | "mdy"}} Template */

/** @type {Template[]} */
export const TEMPLATES = [
${tableRows(readFileSync(file("src/core/imports/data/loggers.toml"), "utf8"), "logger").map(logger).join("")}];
`;

/** Whole names of the counties that are in use, and of the cities and provinces above them, by code. */
function divisions() {
  const used = rows("divisions", ["code", "name", "to_year"]).filter(([, , until]) => until === "");
  const names = new Map(used.map(([code, name]) => [code, name]));
  const above = (code, name) => [`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`].filter((one) => one !== code && names.get(one) !== name).map((one) => names.get(one) ?? "");
  return Object.fromEntries(used.map(([code, name]) => [code, [...new Set(above(code, name))].join("") + name]));
}

const counties = `${JSON.stringify(divisions(), null, 0).replaceAll('","', '",\n"')}\n`;

for (const [path, made] of [["static/dock/divisions.json", counties], ["static/dock/cargoes.js", cargoes], ["static/dock/loggers.js", loggers], ["static/workbench/codes.js", codes], ["static/dock/products.js", names], ["static/dock/promise.js", promise]]) {
  if (!process.argv.includes("--check")) writeFileSync(file(path), made);
  else if (readFileSync(file(path), "utf8") !== made) {
    console.error(`${path} is not made from the tables: run scripts/workbench-tables.mjs`);
    process.exitCode = 1;
  }
}
