#!/usr/bin/env node
// Makes small copies of the scripts that pages load, file by file, into static/vendor/min. Beside each lies the source that
// it was made of (.of): the program is built with a small copy only if its source is still the same, and otherwise with the
// source without its comments. scripts/vendor runs this.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const FOLDERS = ["verify", "workbench", "dock", "vendor"];
const HOW = { minify: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "inline" };
const at = (path) => fileURLToPath(new URL(`../static/${path}`, import.meta.url));
const OUT = at("vendor/min");

/** What a licence asks to keep: the first comment, if it names one. */
function notice(source) {
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
  writeFileSync(to, notice(source) + code);
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
