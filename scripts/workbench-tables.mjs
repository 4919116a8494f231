#!/usr/bin/env node
// Writes static/dock/tables.json, what the workbench knows of codes and what its screens know (application identifiers,
// platforms, classes of products, liquids that travel in tanks, how loggers write their files, usual yields, the words of the
// commitment certificate), and static/dock/divisions.json, names of counties, out of the tables that the program itself reads.
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

/** Products of the table, which has one member a line. */
function products() {
  const text = readFileSync(file("src/core/rules/data/products.toml"), "utf8");
  return text.split("[[product]]").slice(1).map((one) => {
    const member = (name) => new RegExp(`^${name} = "(.*)"$`, "m").exec(one)?.[1];
    const tags = [...(/^tags = \[(.*)\]$/m.exec(one)?.[1] ?? "").matchAll(/"(\w+)"/g)].map((found) => found[1]);
    return [member("code"), member("zh"), member("en"), tags];
  });
}

/** Members of a section of the words of the commitment certificate. */
function section(name) {
  const text = readFileSync(file("src/app/label/certificate.toml"), "utf8");
  const inner = text.split(`[${name}]`)[1].split(/^\[/m)[0];
  return Object.fromEntries([...inner.matchAll(/^(\w+) = "(.*)"$/gm)].map((found) => [found[1], found[2]]));
}

/** Rows of a table by their heading, which has one member a line. */
const tableRows = (text, heading) => text.split(`[[${heading}]]`).slice(1).map((one) => one.split("\n[[")[0]);
const member = (row, name) => new RegExp(`^${name} = "?(.*?)"?$`, "m").exec(row)?.[1];

const liquids = readFileSync(file("src/core/rules/data/bulk_liquid.toml"), "utf8");
const cold = readFileSync(file("src/core/rules/data/cold_profiles.toml"), "utf8");
const transport = tableRows(cold, "interval").find((row) => member(row, "place") === "transport");
const cargo = (row, food) => [member(row, "code"), member(row, "zh"), member(row, "en"), food];

/** A list of a row, as TOML and JSON both write it; none if the row has no such member. */
const listIn = (row, name) => JSON.parse(new RegExp(`^${name} = (\\[.*\\])$`, "m").exec(row)?.[1] ?? "null");
const logger = (row) => {
  const date = listIn(row, "date");
  return { name: [member(row, "zh"), member(row, "en")], ...(date ? { date } : {}), time: listIn(row, "time"), temp: listIn(row, "temp"), order: member(row, "order") };
};
/** Usual yields, which have no source and accuse nobody; what conserves needs no table. */
const usual = (row) => {
  const amount = (name) => member(row, name) ?? null;
  return [member(row, "operation"), listIn(row, "from"), listIn(row, "to"), member(row, "uom_in"), member(row, "uom_out"), amount("low"), amount("high")];
};
const read = (path) => readFileSync(file(path), "utf8");

/** Tables that some screens need, as data: static/dock/tables.js says what they are. */
const tables = {
  // GS1 application identifiers and provincial platforms, from src/core/ids/data, where their sources stand.
  application_identifiers: rows("application_identifiers", ["ai", "fixed", "role", "format", "short_name", "requires"]),
  platforms: rows("platforms", ["platform", "name_zh", "name_en", "host", "prefix", "verified"]),
  products: products(),
  liquids: tableRows(liquids, "kind").map((row) => cargo(row, true)),
  cargoes: tableRows(liquids, "other_cargo").map((row) => cargo(row, member(row, "food") === "true")),
  interval_s: Number(member(transport, "max_interval_s")),
  loggers: tableRows(read("src/core/imports/data/loggers.toml"), "logger").map(logger),
  yields: tableRows(read("src/core/rules/data/yields.toml"), "yield").filter((row) => row.includes("reference = true")).map(usual),
  promise: section("promise"),
  basis: section("basis"),
};
/** A member a line, and a row a line. */
const lines = (value) => (Array.isArray(value) ? `[\n${value.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n ]` : JSON.stringify(value));
const asData = `{\n${Object.entries(tables).map(([name, value]) => ` ${JSON.stringify(name)}: ${lines(value)}`).join(",\n")}\n}\n`;

/** Whole names of the counties that are in use, and of the cities and provinces above them, by code. */
function divisions() {
  const used = rows("divisions", ["code", "name", "to_year"]).filter(([, , until]) => until === "");
  const names = new Map(used.map(([code, name]) => [code, name]));
  const above = (code, name) => [`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`].filter((one) => one !== code && names.get(one) !== name).map((one) => names.get(one) ?? "");
  return Object.fromEntries(used.map(([code, name]) => [code, [...new Set(above(code, name))].join("") + name]));
}

const counties = `${JSON.stringify(divisions(), null, 0).replaceAll('","', '",\n"')}\n`;

for (const [path, made] of [["static/dock/divisions.json", counties], ["static/dock/tables.json", asData]]) {
  if (!process.argv.includes("--check")) writeFileSync(file(path), made);
  else if (readFileSync(file(path), "utf8") !== made) {
    console.error(`${path} is not made from the tables: run scripts/workbench-tables.mjs`);
    process.exitCode = 1;
  }
}
