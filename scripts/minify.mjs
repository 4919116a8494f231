#!/usr/bin/env node
// Makes small copies of the scripts that pages load, file by file, into static/vendor/min. Beside each lies the source that
// it was made of (.of): the program is built with a small copy only if its source is still the same, and otherwise with the
// source without its comments. The workbench is made into a few files as well (static/vendor/min/bundle), beside which lie
// all sources that they were made of (bundle.of). scripts/vendor runs this.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const FOLDERS = ["verify", "workbench", "dock", "vendor"];
const HOW = { minify: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "inline" };
const at = (path) => fileURLToPath(new URL(`../static/${path}`, import.meta.url));
const OUT = at("vendor/min");

/** Libraries whose files do not name their licence themselves. */
const LICENSED = {
  "lean-qr.js": "lean-qr - MIT License (c) 2021-2025 David Evans",
  "zxing-reader.js": "zxing-wasm - MIT License (c) 2023 Ze-Zheng Wu",
};

/** What a licence asks to keep: the first comment, if it names one. */
function notice(path, source) {
  const licence = LICENSED[path.slice(path.lastIndexOf("/") + 1)];
  if (licence) return `/*! ${licence} */\n`;
  const head = /^(?:\/\/.*\n)+/.exec(source)?.[0] ?? "";
  const lines = head.split("\n").map((line) => line.replace(/^\/\/[-\s]*/, "").trim()).filter(Boolean);
  return /copyright|licen[cs]e/i.test(head) ? `/*! ${lines.join(" | ").replaceAll("*/", "")} */\n` : "";
}

/** Libraries in several files of which not all is of use. They change together, with the version of the library. */
const BUNDLED = new Set(["zxing-reader.js"]);

async function bundled(folder, name) {
  const { outputFiles } = await build({ ...HOW, entryPoints: [at(`${folder}/${name}`)], bundle: true, write: false, logLevel: "error" });
  return outputFiles[0].text;
}

async function make(folder, name) {
  const source = readFileSync(at(`${folder}/${name}`), "utf8");
  const to = `${OUT}/${folder}/${name}`;
  if (existsSync(`${to}.of`) && readFileSync(`${to}.of`, "utf8") === source) return;
  const code = BUNDLED.has(name) ? await bundled(folder, name) : (await transform(source, HOW)).code;
  writeFileSync(to, notice(name, source) + code);
  writeFileSync(`${to}.of`, source);
}

for (const folder of FOLDERS) {
  if (!existsSync(at(folder))) continue;
  mkdirSync(`${OUT}/${folder}`, { recursive: true });
  const names = readdirSync(at(folder)).filter((name) => name.endsWith(".js"));
  for (const old of readdirSync(`${OUT}/${folder}`)) {
    if (!names.includes(old.replace(/\.of$/, ""))) rmSync(`${OUT}/${folder}/${old}`);
  }
  await Promise.all(names.map((name) => make(folder, name)));
}

/** The workbench: its page, and its decoder, which runs in a worker. Their names are those that sources use for them. */
const ENTRIES = { main: at("dock/main.js"), "scan-worker": at("workbench/scan-worker.js") };

/** Writes only what is new, so that a program that has it already is not built again. */
function write(path, text) {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

/** Each source with its path and its length in bytes before it: what the program compares with the sources as they are. */
const sourcesOf = (paths) =>
  paths.map((path) => [path, readFileSync(at(path), "utf8")]).map(([path, text]) => `${path}\n${Buffer.byteLength(text)}\n${text}\n`).join("");

async function bundle() {
  const to = `${OUT}/bundle`;
  const how = { bundle: true, splitting: true, metafile: true, write: false, logLevel: "error", outdir: to, absWorkingDir: at("") };
  const { outputFiles, metafile } = await build({ ...HOW, ...how, entryPoints: ENTRIES });
  mkdirSync(to, { recursive: true });
  const made = new Map(outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf("/") + 1), text]));
  for (const old of readdirSync(to)) {
    if (!made.has(old)) rmSync(`${to}/${old}`);
  }
  for (const [name, text] of made) write(`${to}/${name}`, text);
  const sources = Object.keys(metafile.inputs).sort();
  const notices = sources.map((path) => notice(path, readFileSync(at(path), "utf8"))).join("");
  write(`${to}/main.js`, notices + made.get("main.js"));
  write(`${OUT}/bundle.of`, sourcesOf(sources));
}

await bundle();
