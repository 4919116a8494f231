#!/usr/bin/env node
// How many of the generated label pictures are read, by the browser's decoder or by the server's.
//   node tests/workbench/pictures/measure.mjs [--server] [COUNT]    500 unless said; fails below 95 %
import { measure } from "./browser.mjs";
import { measureServer } from "./server.mjs";

const SHARE_MIN = 0.95;
const [isServer, rest] = [process.argv.includes("--server"), process.argv.slice(2).filter((word) => word !== "--server")];
const count = Number(rest[0] ?? 500);
const start = Date.now();
const { byKind, read, of, wrong, medianMs, longestMs } = await (isServer ? measureServer : measure)(Array.from({ length: count }, (_, at) => at));
for (const [kind, one] of Object.entries(byKind)) {
  const unread = one.unread.length > 0 ? `  unread: ${one.unread.join(" ")}` : "";
  console.log(`${kind.padEnd(12)} ${one.read}/${one.of}${unread}`);
}
const share = read / of;
if (wrong.length > 0) console.log(`misread: ${wrong.join(" ")}`);
const longest = longestMs ? `, longest ${longestMs.toFixed(0)} ms` : "";
console.log(`all          ${read}/${of} = ${(share * 100).toFixed(1)} %, misread ${wrong.length}, median ${medianMs.toFixed(0)} ms${longest}, ${Math.round((Date.now() - start) / 1000)} s in all`);
process.exitCode = share >= SHARE_MIN && wrong.length === 0 ? 0 : 1;
