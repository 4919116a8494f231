// The modules themselves: made from the document, small, with words for everything, on one library.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { file, verifier } from "./shared.mjs";

const DIRECTORY = file("static/verify");
const modules = readdirSync(DIRECTORY).map((name) => ({
  name,
  text: readFileSync(`${DIRECTORY}/${name}`, "utf8"),
}));

test("the tables are what the document says", () => {
  execFileSync(process.execPath, [file("scripts/verify-tables.mjs"), "--check"]);
});

test("the library that is served is the one that is installed", () => {
  const [served, installed] = ["static/vendor/noble-ed25519.js", "node_modules/@noble/ed25519/index.js"];
  assert.equal(readFileSync(file(served), "utf8"), readFileSync(file(installed), "utf8"), "run scripts/vendor");
});

test("the modules import each other and one library, and ask for nothing that only Node.js or only a browser has", () => {
  for (const { name, text } of modules) {
    const sources = [...text.matchAll(/^(?:import|export|\}) .*\bfrom "([^"]*)";$|^\} from "([^"]*)";$/gm)].map((m) => m[1] ?? m[2]);
    for (const source of sources) assert.match(source, /^\.\/\w+\.js$|^\.\.\/vendor\/noble-ed25519\.js$/, name);
    assert.doesNotMatch(text, /\b(?:process|require|Buffer|window|document|fetch|eval)\b[.(]/, name);
    assert.ok(text.split("\n").length <= 300, `${name} is long`);
  }
});

test("every code has words in both languages", async () => {
  const { FAULTS, LIMITS_OF_CHECKING, STEPS } = await verifier("texts");
  // The code is the first text that is an argument of its own: `demand(holds, "code")`, `new Fault("code")`.
  const SAID = /\bdemand\([^;]*?[^\]"], "(\w+)"|\b(?:new Fault|inside)\("(\w+)"/gs;
  const codes = new Set(modules.flatMap(({ text }) => [...text.matchAll(SAID)].map((m) => m[1] ?? m[2])));
  for (const code of codes) assert.ok(FAULTS[code], `no words for ${code}`);
  assert.ok(codes.size > 60, `${codes.size} codes were found in the modules`);
  for (const [code, [zh, en, ...more]] of Object.entries({ ...FAULTS, ...STEPS, ...LIMITS_OF_CHECKING })) {
    assert.match(zh, /[\u4e00-\u9fff]|UTF-8/, code);
    assert.match(en, /^[\u0020-\u007e—]+$/, code);
    assert.equal(more.length, 0, code);
  }
});
