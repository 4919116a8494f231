// The modules themselves: on the verifier's and a few libraries, small, and with words for everything.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { file, verifier, workbench } from "./common.mjs";

const DIRECTORY = file("static/workbench");
const modules = readdirSync(DIRECTORY).map((name) => ({ name, text: readFileSync(`${DIRECTORY}/${name}`, "utf8") }));
const VENDORED = {
  "noble-ed25519.js": "@noble/ed25519/index.js",
  "lean-qr.js": "lean-qr/index.mjs",
  "zxing-share.js": "zxing-wasm/dist/es/share.js",
  "zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
};

/** What a page may load in all, as gzip, but for the WebAssembly of the decoder. */
const GZIP_BYTES_MAX = 150 * 1024;

/** A module and all that it imports. */
function withImports(path, seen = new Map()) {
  if (seen.has(path)) return seen;
  const bytes = readFileSync(path);
  seen.set(path, bytes);
  for (const [, source] of bytes.toString().matchAll(/\bfrom ?"(\.[^"]+)"/g)) withImports(join(dirname(path), source), seen);
  return seen;
}

test("all modules with what they import are small enough for a page to load", (context) => {
  const all = new Map(modules.flatMap(({ name }) => [...withImports(join(DIRECTORY, name))]));
  const size = [...all.values()].reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
  context.diagnostic(`${all.size} modules, ${Math.round(size / 1024)} KB as gzip`);
  assert.ok([...all.keys()].some((path) => path.endsWith("zxing-reader.js")));
  assert.ok(size <= GZIP_BYTES_MAX, `${size} bytes`);
});

test("the libraries that are served are those that are installed", () => {
  for (const [served, installed] of Object.entries(VENDORED)) {
    const [one, other] = [`static/vendor/${served}`, `node_modules/${installed}`].map((path) => readFileSync(file(path)));
    assert.ok(one.equals(other), `${served}: run scripts/vendor`);
  }
  const reader = readFileSync(file("node_modules/zxing-wasm/dist/es/reader/index.js"), "utf8");
  const beside = reader.replace('from "../share.js"', 'from "./zxing-share.js"');
  assert.notEqual(beside, reader);
  assert.equal(readFileSync(file("static/vendor/zxing-reader.js"), "utf8"), beside, "run scripts/vendor");
});

test("the modules import the verifier's, each other and what is vendored, and write nothing into a page", () => {
  for (const { name, text } of modules) {
    const sources = [...text.matchAll(/^(?:import|export|\}) .*\bfrom "([^"]*)";$/gm)].map((m) => m[1]);
    for (const source of sources) {
      assert.match(source, /^\.\/[\w-]+\.js$|^\.\.\/verify\/[\w-]+\.js$|^\.\.\/vendor\/(?:noble-ed25519|lean-qr|zxing-reader)\.js$/, name);
    }
    assert.doesNotMatch(text, /\b(?:process|require|Buffer|eval)\b[.(]|innerHTML|document\.write/, name);
    assert.ok(text.split("\n").length <= 400, `${name} is long`);
  }
});

test("screens import each other, the workbench's and the verifier's modules, and write texts alone into a page", () => {
  const folder = file("static/dock");
  const screens = readdirSync(folder).filter((name) => name.endsWith(".js"));
  assert.ok(screens.length > 20);
  for (const name of screens) {
    const text = readFileSync(`${folder}/${name}`, "utf8");
    for (const [, source] of text.matchAll(/(?:\bfrom |\bimport |\bimport\()"([^"]*)"/g)) {
      assert.match(source, /^\.\/[\w-]+\.js$|^\.\.\/(?:workbench|verify)\/[\w-]+\.js$/, name);
    }
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(/, name);
    assert.ok(text.split("\n").length <= 400, `${name} is long`);
    // Every text is there in both languages.
    for (const [, zh, en] of text.matchAll(/\bt\("([^"]*)", "([^"]*)"\)/g)) {
      assert.match(zh, /[、\u4e00-\u9fff℃]/, `${name}: ${zh}`);
      assert.doesNotMatch(en, /[\u4e00-\u9fff]/, `${name}: ${en}`);
    }
  }
});

test("every code that can be said has words, Chinese and English", async () => {
  const { FAULTS, explain } = await workbench("words");
  const SAID = /\bdemand\([^;]*?, "([a-z]\w+)"|\bnew Fault\((?:[^"()]*\? )?"(\w+)"(?: : "(\w+)")?/gs;
  const codes = new Set(modules.flatMap(({ text }) => [...text.matchAll(SAID)].flatMap((m) => m.slice(1)).filter(Boolean)));
  for (const code of codes) assert.ok(FAULTS[code], `no words for ${code}`);
  assert.ok(codes.size > 30, `${codes.size} codes were found`);
  for (const [code, pair] of Object.entries(FAULTS)) {
    assert.match(pair[0], /[\u4e00-\u9fff]/, code);
    assert.match(pair[1], /^[\u0020-\u007e]+$/, code);
    assert.equal(pair.length, 2, code);
  }
  // What others signed is not looked into at a dock: that it does not hold is said, with the code for whoever does.
  assert.equal(explain({ code: "proof_root" }).zh, "入账证明不成立（proof_root）");
  assert.equal(explain({ code: "digest_count" }).zh, "记录不合规，没有办成（digest_count）");
});
