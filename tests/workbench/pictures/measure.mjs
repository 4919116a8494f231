#!/usr/bin/env node
// How many of the generated label pictures the browser's decoder reads.
//   node tests/workbench/pictures/measure.mjs [COUNT]    500 unless said; fails below 95 %
import { measure } from "./browser.mjs";

const SHARE_MIN = 0.95;
const count = Number(process.argv[2] ?? 500);
const start = Date.now();
const { byKind, read, of, wrong, medianMs } = await measure(Array.from({ length: count }, (_, at) => at));
for (const [kind, one] of Object.entries(byKind)) {
  const unread = one.unread.length > 0 ? `  unread: ${one.unread.join(" ")}` : "";
  console.log(`${kind.padEnd(12)} ${one.read}/${one.of}${unread}`);
}
const share = read / of;
if (wrong.length > 0) console.log(`misread: ${wrong.join(" ")}`);
console.log(`all          ${read}/${of} = ${(share * 100).toFixed(1)} %, misread ${wrong.length}, median ${medianMs.toFixed(0)} ms, ${Math.round((Date.now() - start) / 1000)} s in all`);
process.exitCode = share >= SHARE_MIN && wrong.length === 0 ? 0 : 1;
