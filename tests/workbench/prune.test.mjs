// What leaves the phone after its receipt was kept long enough, and what never does.
import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { workbench } from "./common.mjs";

const { KEEP_DAYS, PRUNED, prunable, prune } = await workbench("prune");
const { Database } = await workbench("db");
const DAY_S = 86_400;
const NOW = 1_795_000_000;
const OLD = NOW - (KEEP_DAYS + 1) * DAY_S;

let seq = 0;
const item = (type, more = {}, body = {}, moves = []) => {
  seq += 1;
  const op_id = `op-${seq}`;
  const claims = { type, iat: OLD, seq, body, moves };
  return { op_id, kid: "k", seq, id: `id-${seq}`, state: "accepted", receipt: "r", cites: [], claims, acceptedAt: OLD, ...more };
};
const gone = (items, more) => prunable(items, { seconds: NOW, keepItems: 0, ...more }).map(({ op_id }) => op_id);

test("what has its receipt for long enough goes; what has none, or has it lately, or is among the newest, stays", () => {
  const old = item("count");
  for (const kept of [{ state: "pending" }, { state: "sent" }, { state: "parked" }, { state: "refused" }, { receipt: undefined }, { acceptedAt: NOW - KEEP_DAYS * DAY_S }]) {
    assert.deepEqual(gone([item("count", kept)]), [], JSON.stringify(kept));
  }
  assert.deepEqual(gone([old]), [old.op_id]);
  assert.deepEqual(gone([old], { keepItems: 1 }), []);
  // Signed long ago and accepted lately: a phone that was in a drawer.
  assert.deepEqual(gone([item("count", { acceptedAt: NOW })]), []);
});

test("what an item that is not recorded relies on stays, and so does what was signed again", () => {
  const basis = item("create", {}, {}, [{ n: 1, op: "in", lot: "t/A-1" }]);
  const refused = item("sell", { state: "refused", cites: [basis.id] });
  assert.deepEqual(gone([basis, refused], { seen: [basis.op_id] }), []);
  assert.deepEqual(gone([basis], { seen: [basis.op_id] }), [basis.op_id]);
});

test("what the stock is reckoned from stays until the desk has it; open shipments stay whole", () => {
  const made = item("create", {}, {}, [{ n: 1, op: "in", lot: "t/A-1" }]);
  assert.deepEqual(gone([made]), []);
  const sent = item("dispatch", {}, {}, [{ n: 1, op: "out", lot: "t/A-1", of: ["x", 1] }]);
  assert.deepEqual(gone([sent], { seen: [sent.op_id], open: [sent.id] }), []);
  const receipt = item("receive", {}, { dispatch: "d-1" }, [{ n: 1, op: "in", lot: "t/A-1", of: ["d-1", 1] }]);
  assert.deepEqual(gone([receipt], { seen: [receipt.op_id], open: ["d-1"] }), []);
  assert.deepEqual(gone([receipt, sent], { seen: [receipt.op_id, sent.op_id] }).length, 2);
});

test("an input stays while its interval runs, and a year where nobody knows it; the last self-check stays", () => {
  const day = (days) => new Date((NOW + days * DAY_S) * 1000).toISOString().slice(0, 10);
  const used = (until, interval_days) => item("use_input", {}, { until, interval_days });
  assert.deepEqual(gone([used(day(-60), 90)]), []);
  assert.equal(gone([used(day(-60), 7)]).length, 1);
  assert.deepEqual(gone([used(day(-60))]), []);
  assert.equal(gone([used(day(-400))]).length, 1);
  const checks = [item("inspect", {}, { mode: "self_check", at: OLD }), item("inspect", {}, { mode: "self_check", at: OLD - DAY_S })];
  assert.deepEqual(gone(checks), [checks[1].op_id]);
});

test("a leg goes whole and takes its mark along, and only after delivery", async () => {
  const leg = [item("pick_up", {}, { dispatch: "d-2" }), item("observe", {}, { dispatch: "d-2" })];
  assert.deepEqual(gone(leg), []);
  leg.push(item("deliver", {}, { dispatch: "d-2" }));
  const db = await Database.open({ name: "prune" });
  for (const one of leg) await db.put("outbox", one);
  await db.put("marks", { name: "leg:d-2" });
  assert.equal(await prune(db, { seconds: NOW, keepItems: 0 }), 3);
  assert.deepEqual(await db.all("outbox"), []);
  assert.equal(await db.get("marks", "leg:d-2"), undefined);
  assert.deepEqual(await db.get("marks", PRUNED), { name: PRUNED, count: 3, until: OLD });
  assert.equal(await prune(db, { seconds: NOW }), 0);
});
