#!/usr/bin/env node
// Refuses a dependency whose licence is not on the list below, or that does not come from the
// crate registry.
//
// It asks cargo itself what is built into the program, on every platform, rather than running
// cargo-deny: cargo-deny takes minutes to compile on a small machine for the one check of it that
// is needed here (its advisory check wants a network), while the rule is a page long. Of the
// libraries of JavaScript, those that pages use are judged as package-lock.json names them. Libraries
// that only tests use are not shipped and are not judged.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Permissive licences that an Apache-2.0 program may include, by SPDX identifier.
export const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "Apache-2.0 WITH LLVM-exception",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Unicode-3.0",
  "Unlicense",
  "Zlib",
]);

/**
 * Whether an SPDX expression can be met with allowed licences alone. An expression that cannot be
 * read, or none at all, is never met. `A/B` is what crates wrote for `A OR B` before SPDX.
 */
export function isAllowed(expression, allowed = ALLOWED) {
  const tokens = expression.replaceAll("/", " OR ").match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const either = () => {
    let met = both();
    while (tokens[at] === "OR") {
      at += 1;
      met = both() || met;
    }
    return met;
  };
  const both = () => {
    let met = one();
    while (tokens[at] === "AND") {
      at += 1;
      met = one() && met;
    }
    return met;
  };
  const one = () => {
    const token = tokens[at];
    at += 1;
    if (token === "(") {
      const met = either();
      if (tokens[at] !== ")") throw new SyntaxError("unclosed parenthesis");
      at += 1;
      return met;
    }
    if (token === undefined || [")", "AND", "OR", "WITH"].includes(token)) {
      throw new SyntaxError("a licence is missing");
    }
    if (tokens[at] !== "WITH") return allowed.has(token);
    const exception = tokens[at + 1];
    at += 2;
    return allowed.has(`${token} WITH ${exception}`);
  };
  try {
    const met = either();
    return met && at === tokens.length;
  } catch {
    return false;
  }
}

/** What is wrong with one line of cargo's answer, `name vVERSION (where from)\tlicence`; or null. */
export function objection(line, ownPackage) {
  const [what, licence = ""] = line.split("\t");
  const [name, , ...from] = what.split(" ");
  if (name === ownPackage) return null;
  const source = from.filter((word) => word !== "(proc-macro)");
  if (source.length > 0) return `${what} does not come from the registry`;
  if (licence === "") return `${what} names no licence`;
  return isAllowed(licence) ? null : `${what} is under ${licence}, which is not on the list`;
}

/** What is wrong with one entry of package-lock.json, as a library that pages use; or null. */
export function pageObjection([path, { version, license = "", dev = false }]) {
  if (path === "" || dev) return null;
  const what = `${path.replace(/^.*node_modules\//, "")} ${version}`;
  if (license === "") return `${what} names no licence`;
  return isAllowed(license) ? null : `${what} is under ${license}, which is not on the list`;
}

function main() {
  const format = "{p}\t{l}";
  const edges = ["--edges", "normal,build", "--target", "all", "--no-dedupe", "--prefix", "none"];
  const tree = execFileSync("cargo", ["tree", "--locked", ...edges, "--format", format], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = [...new Set(tree.split("\n").filter((line) => line !== ""))].sort();
  if (process.argv.includes("--list")) console.log(lines.join("\n"));
  const lock = fileURLToPath(new URL("../package-lock.json", import.meta.url));
  const libraries = Object.entries(JSON.parse(readFileSync(lock, "utf8")).packages);
  const ofPages = libraries.filter(([path, { dev }]) => path !== "" && !dev);
  if (process.argv.includes("--list")) {
    for (const [path, { version, license }] of ofPages) console.log(`${path} v${version}\t${license}`);
  }
  const all = [...lines.map((line) => objection(line, "shisu")), ...libraries.map(pageObjection)];
  const objections = all.filter((it) => it !== null);
  for (const it of objections) console.error(`licences: ${it}`);
  // A tree of one line means that cargo was asked the wrong question, not that all is well.
  if (lines.length < 2) objections.push("cargo named no dependency");
  if (ofPages.length === 0) objections.push("package-lock.json names no library of the pages");
  console.error(`licences: ${lines.length + ofPages.length} packages looked at, ${objections.length} refused`);
  process.exitCode = objections.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
