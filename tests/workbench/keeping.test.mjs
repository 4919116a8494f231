// Intervals, self-checks, zones and owners: what the desk says and what was said on this device since.
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document ??= { documentElement: {} };
const { allowedFrom, inputsOf, judgeIntervals } = await import("../../static/dock/intervals.js");
const { dueOf, lacksFiling, zoneState } = await import("../../static/dock/keeping.js");
const { byOwner, withOwners } = await import("../../static/dock/owners.js");

const TODAY = "2026-11-22";
const use = (more) => ({ name: "示例农药", kind: "pesticide", plot: "1号棚", from: "2026-11-15", until: "2026-11-18", interval_days: 7, ...more });
const codes = ({ early, unknown, unmatched }) => [early.length, unknown.length, unmatched.length];

test("goods are early until the first day after the interval, on their own plot alone", () => {
  assert.equal(allowedFrom(use()), "2026-11-25");
  assert.deepEqual(codes(judgeIntervals([use()], { plot: "1号棚", made_on: "2026-11-24" }, TODAY)), [1, 0, 0]);
  assert.deepEqual(codes(judgeIntervals([use()], { plot: "1号棚", made_on: "2026-11-25" }, TODAY)), [0, 0, 0]);
  assert.deepEqual(codes(judgeIntervals([use()], { plot: "2号棚", made_on: "2026-11-20" }, TODAY)), [0, 0, 0]);
  // Used after the harvest: it is for the next crop.
  assert.deepEqual(codes(judgeIntervals([use()], { plot: "1号棚", made_on: "2026-11-14" }, TODAY)), [0, 0, 0]);
});

test("an interval or a plot that nobody knows is a question and not an answer; feed needs no interval", () => {
  assert.deepEqual(codes(judgeIntervals([use({ interval_days: null })], { plot: "1号棚", made_on: TODAY }, TODAY)), [0, 1, 0]);
  assert.deepEqual(codes(judgeIntervals([use()], { made_on: TODAY }, TODAY)), [0, 0, 1]);
  assert.deepEqual(codes(judgeIntervals([use({ kind: "feed", interval_days: null })], { plot: "1号棚", made_on: TODAY }, TODAY)), [0, 0, 0]);
});

test("what the server knows counts with what was said here since, each once; without an answer only this device's are known", () => {
  const item = (op_id, state = "accepted") => ({ op_id, state, claims: { type: "use_input", site: "S", body: use({ name: op_id }) } });
  const desk = { at: 5, seen: ["a"], body: { keeping: { inputs: [use({ name: "a" }), use({ name: "theirs" })], is_cut: false } } };
  const known = inputsOf(desk, [item("a"), item("b", "pending"), item("c", "refused")], "S");
  assert.deepEqual([known.uses.map(({ name }) => name), known.at], [["b", "a", "theirs"], 5]);
  assert.deepEqual([inputsOf(null, [item("a")], "S").uses.length, inputsOf(null, [], "S").at], [1, null]);
  // A server that tells nothing of it.
  assert.deepEqual(inputsOf({ at: 5, seen: ["a"], body: {} }, [item("a")], "S").uses.length, 1);
});

test("a self-check is due, overdue by days, or was never made", () => {
  const at = (day) => Date.parse(`${day}T08:00:00Z`) / 1000;
  assert.deepEqual(dueOf({ last: at("2026-11-15"), days: 7, today: TODAY }), { code: "due_today", due: TODAY, late: 0 });
  assert.deepEqual(dueOf({ last: at("2026-11-10"), days: 7, today: TODAY }), { code: "overdue", due: "2026-11-17", late: 5 });
  assert.equal(dueOf({ last: at("2026-11-20"), days: 7, today: TODAY }).code, "in_time");
  assert.equal(dueOf({ last: null, days: 7, today: TODAY }).code, "never");
});

test("a zone is in its range, outside it, or was not read lately; below zero is read exactly", () => {
  const zone = { temp_min_c: "-22", temp_max_c: "-18", read_at: 1000, temp_c: "-18.1" };
  assert.equal(zoneState(zone, 1000), "in_range");
  assert.equal(zoneState({ ...zone, temp_c: "-17.9" }, 1000), "out_of_range");
  assert.equal(zoneState({ ...zone, temp_c: "-22.5" }, 1000), "out_of_range");
  assert.equal(zoneState(zone, 1000 + 90_000), "stale");
  assert.equal(zoneState({ ...zone, read_at: null, temp_c: null }, 0), "unread");
  assert.equal(zoneState({ read_at: 1000, temp_c: "99" }, 1000), "in_range");
});

test("a store that keeps goods for others lacks its filing only if the server says so", () => {
  assert.equal(lacksFiling({ isTold: true, kind: "warehouse", filing: null }), true);
  assert.equal(lacksFiling({ isTold: false, kind: "warehouse", filing: null }), false);
  assert.equal(lacksFiling({ isTold: true, kind: "shop", filing: null }), false);
  assert.equal(lacksFiling({ isTold: true, kind: "warehouse", filing: { number: "1" } }), false);
});

test("goods are of whoever sent them; what leaves is of the owner of its lot, and of nobody that is known otherwise", () => {
  const held = [{ lot: "t/A-1", sender: "P1" }, { lot: "t/A-2", sender: null }, { lot: "t/A-3", sender: "P1" }];
  assert.deepEqual([...byOwner(held, "OWN")].map(([party, rows]) => [party, rows.length]), [["P1", 2], ["OWN", 1]]);
  const line = (lot, way, more = {}) => ({ lot, way, kind: way === "in" ? "receive" : "dispatch", on_behalf_of: null, sender: null, ...more });
  const rows = [line("t/A-1", "out"), line("t/B-1", "in", { sender: "P2" }), line("t/B-1", "out"), line("t/B-2", "in", { sender: "P2", on_behalf_of: "P3" }), line("t/A-9", "out"), line("t/C-1", "in", { kind: "create" }), line("t/A-1", "in", { kind: "settle" })];
  const told = withOwners(rows, new Map([["t/A-1", "P1"]]), "OWN");
  assert.deepEqual(told.map(({ owner }) => owner), ["P1", "P2", "P2", "P3", null, "OWN", "P1"]);
});
