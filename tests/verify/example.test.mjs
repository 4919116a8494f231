// The example of docs/examples, as it is printed there, on a good and on a damaged bundle.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { file, vectors } from "./shared.mjs";

const { policies, good } = vectors("bundles");
const farm = good.find(({ name }) => name === "farm");

/** Runs the example at the time of the vector. */
function run(folder, bundle) {
  writeFileSync(join(folder, "lot.json"), bundle);
  writeFileSync(join(folder, "policy.txt"), policies[farm.policy]);
  const clock = `data:text/javascript,Date.now = () => ${farm.now * 1000};`;
  const example = file("docs/examples/javascript/verify-bundle.mjs");
  const paths = ["lot.json", "policy.txt"].map((name) => join(folder, name));
  return spawnSync(process.execPath, ["--import", clock, example, ...paths], { encoding: "utf8" });
}

test("the example says what holds, what was trusted and what cannot be excluded, or what fails first", () => {
  const folder = mkdtempSync(join(tmpdir(), "verify-"));
  try {
    const held = run(folder, farm.bundle);
    assert.equal(held.status, 0, held.stdout + held.stderr);
    for (const said of ["信任的密钥", "← policy", "不能排除", "newer records", "create @ 示例猪场: in t/JX-2026-117"]) {
      assert.ok(held.stdout.includes(said), `${said} is not in\n${held.stdout}`);
    }
    const damaged = run(folder, farm.bundle.replace('"state":"complete"', '"state":"held"'));
    assert.equal(damaged.status, 1);
    assert.match(damaged.stdout, /bundle_damaged/);
    assert.doesNotMatch(damaged.stdout, /信任的密钥/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
