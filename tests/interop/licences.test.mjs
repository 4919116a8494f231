// The licence check must be able to refuse.
import assert from "node:assert/strict";
import test from "node:test";
import { isAllowed, objection, pageObjection } from "../../scripts/licences.mjs";

test("expressions that allowed licences alone can meet are allowed", () => {
  for (const expression of [
    "MIT",
    "MIT/Apache-2.0",
    "GPL-3.0-only OR MIT",
    "MIT OR GPL-3.0-only",
    "(MIT OR Apache-2.0) AND Unicode-3.0",
    "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
  ]) {
    assert.equal(isAllowed(expression), true, expression);
  }
});

test("everything else is refused, also what cannot be read", () => {
  for (const expression of [
    "",
    "GPL-3.0-only",
    "MIT AND GPL-3.0-only",
    "(MIT OR ISC) AND AGPL-3.0-only",
    "GPL-2.0-only WITH Classpath-exception-2.0",
    "MIT OR",
    "(MIT",
    "MIT)",
    "MIT ISC",
    "mit",
  ]) {
    assert.equal(isAllowed(expression), false, expression);
  }
});

test("a dependency from elsewhere than the registry is refused", () => {
  assert.equal(objection("shisu v0.1.0 (/somewhere)\tApache-2.0", "shisu"), null);
  assert.equal(objection("a v1.0.0\tMIT", "shisu"), null);
  assert.equal(objection("a v1.0.0 (proc-macro)\tMIT", "shisu"), null);
  assert.match(objection("a v1.0.0 (https://git.example/a#1)\tMIT", "shisu"), /registry/);
  assert.match(objection("a v1.0.0 (/a)\tMIT", "shisu"), /registry/);
  assert.match(objection("a v1.0.0\t", "shisu"), /no licence/);
  assert.match(objection("a v1.0.0\tGPL-3.0-only", "shisu"), /not on the list/);
});

test("a library that pages use is judged as the lock file names it, one of the tests is not", () => {
  const entry = (more) => ["node_modules/a/node_modules/b", { version: "1.0.0", license: "MIT", ...more }];
  assert.equal(pageObjection(entry({})), null);
  assert.equal(pageObjection(entry({ license: "(MIT OR CC0-1.0)" })), null);
  assert.equal(pageObjection(entry({ license: "GPL-3.0-only", dev: true })), null);
  assert.match(pageObjection(entry({ license: "GPL-3.0-only" })), /^b 1\.0\.0 is under GPL-3\.0-only/);
  assert.match(pageObjection(entry({ license: undefined })), /names no licence/);
});
