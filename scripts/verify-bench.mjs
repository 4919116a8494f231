#!/usr/bin/env node
// How long verifying a bundle takes in Node.js, with the machine's own Ed25519 and with @noble/ed25519
// alone. Each line is a new process for the first time (nothing compiled yet), then the median of more.
//   scripts/verify-bench.mjs                      the good bundles of fixtures/vectors/bundles.json
//   scripts/verify-bench.mjs BUNDLE.json POLICY   a bundle of your own
// tests/verify/chromium.test.mjs prints the same for a browser.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SELF = fileURLToPath(import.meta.url);
const ROUNDS = 20;

async function measure({ bundle, policy, now, native }) {
  const { verifyBundle } = await import("../static/verify/index.js");
  const times = [];
  let outcome;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    outcome = await verifyBundle(bundle, policy, { now, native });
    times.push(performance.now() - start);
  }
  const [first, ...more] = times;
  const median = more.sort((a, b) => a - b)[more.length >> 1];
  const count = outcome.checked.find(({ code }) => code === "signatures")?.count ?? 0;
  return { ok: outcome.ok, count, first, median };
}

function casesOf([bundle, policy]) {
  if (bundle) {
    const now = Math.floor(Date.now() / 1000);
    return [{ name: bundle, bundle: readFileSync(bundle, "utf8"), policy: readFileSync(policy, "utf8"), now }];
  }
  const path = fileURLToPath(new URL("../fixtures/vectors/bundles.json", import.meta.url));
  const { good, policies } = JSON.parse(readFileSync(path, "utf8"));
  return good.map((one) => ({ ...one, policy: policies[one.policy] }));
}

if (process.argv[2] === "--measure") {
  console.log(JSON.stringify(await measure(JSON.parse(readFileSync(0, "utf8")))));
} else {
  console.log("bundle                   records  Ed25519  first    median");
  for (const one of casesOf(process.argv.slice(2))) {
    for (const native of [true, false]) {
      const input = JSON.stringify({ ...one, native });
      const told = execFileSync(process.execPath, ["--no-warnings", SELF, "--measure"], { input });
      const { ok, count, first, median } = JSON.parse(told);
      const times = [first, median].map((time) => `${time.toFixed(1)} ms`.padEnd(8)).join(" ");
      const how = native ? "native" : "noble";
      console.log(`${one.name.slice(0, 24).padEnd(24)} ${String(count).padEnd(8)} ${how.padEnd(8)} ${times}${ok ? "" : " REFUSED"}`);
    }
  }
}
