#!/usr/bin/env node
// Checks an evidence bundle in other people's software: where it comes from does not matter, whom to
// believe is read from a policy that was got elsewhere. Needs Node.js 20 or newer and a copy of
// static/verify and static/vendor.
//   node verify-bundle.mjs BUNDLE POLICY      BUNDLE a file, or the address of one
// Exit status: 0 nothing is wrong, 1 something is, 2 the call was not understood.
import { readFileSync } from "node:fs";
import { verifyBundle } from "../../../static/verify/index.js";

const [from, policyFile] = process.argv.slice(2);
if (!from || !policyFile) {
  console.error("usage: verify-bundle.mjs BUNDLE POLICY");
  process.exit(2);
}

/** A bundle's bytes; nothing that a server says beside them is believed. */
async function read(place) {
  if (!/^https?:/.test(place)) return readFileSync(place);
  const answer = await fetch(place);
  if (!answer.ok) throw new Error(`${place}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

const both = ({ zh, en }) => `${zh} / ${en}`;
const found = await verifyBundle(await read(from), readFileSync(policyFile, "utf8"));

for (const step of found.checked) console.log(`✓ ${both(step)}: ${step.count}`);
if (!found.ok) {
  const { code, where, detail } = found.firstFailure;
  const at = where.index === undefined ? where.part : `${where.part} ${where.index}`;
  console.log(`✗ ${both(found.firstFailure)} (${code}, ${at}${detail ? `, ${detail}` : ""})`);
  process.exit(1);
}
console.log("\n信任的密钥 / keys that were trusted:");
for (const key of found.trusted) {
  const whose = key.what === "key" ? `${key.partyName ?? key.party} (${key.role})` : key.name;
  const record = key.registeredAt === undefined ? "" : ` #${key.registeredAt}`;
  console.log(`  ${key.what} ${whose} ← ${key.from}${record}${key.revoked ? ", revoked" : ""}`);
}
console.log("\n不能排除 / what this cannot exclude:");
for (const limit of found.cannotExclude) console.log(`  - ${both(limit)}`);

// What a program may rely on: records by id, with who said what, where and when.
const records = Object.values(found.rests.records);
const moves = records.filter((record) => record.moves.length > 0);
console.log(`\n${records.length} records hold, ${moves.length} of them move goods:`);
for (const { type, site, iat, moves: lines } of moves) {
  const name = found.rests.sites[site]?.name ?? site;
  const lots = [...new Set(lines.map(({ op, lot }) => `${op} ${lot}`))].join(", ");
  console.log(`  ${new Date(iat * 1000).toISOString()} ${type} @ ${name}: ${lots}`);
}
