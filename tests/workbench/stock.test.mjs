// What a site has: the server's answer, and what was signed on the device since.
import assert from "node:assert/strict";
import test from "node:test";

const { expiring, stockOf, sums } = await import("../../static/dock/stock.js");

const SITE = "JY13101180000015";
const [FIRST, SENT, NEW] = ["A", "B", "C"].map((letter) => letter.repeat(43));
const goods = [{ lot: "t/ONE", name: "示例青菜", class: "leafy_vegetable", best_before: "2026-11-24" }, { lot: "t/TWO", name: "示例番茄", class: "tomato" }];
const body = {
  ...{ site: { id: SITE, name: "示例店" }, goods, holds_more: false, disputed: [], outgoing: [] },
  held: [{ record: FIRST, line: 1, goods: 0, left: "10", uom: "KGM" }],
  incoming: [{ id: SENT, waybill: "YD-1", other: { id: "S-1" }, sent_at: 1, lines: [1, 2].map((line) => ({ line, goods: 1, left: "5", uom: "KGM" })) }],
};
const desk = { body, seen: [], at: 1 };
const item = (op_id, claims, more = {}) => ({ op_id, id: NEW, state: "pending", claims: { site: SITE, iat: 1, body: {}, ...claims }, ...more });
const sale = (op_id, quantity, more) => item(op_id, { type: "sell", moves: [{ n: 1, op: "out", lot: "t/ONE", of: [FIRST, 1], uom: "KGM", quantity }] }, more);
const lefts = ({ held }) => held.map(({ lot, left }) => `${lot} ${left}`);

test("what was sold here is not held any more, before anything is recorded", () => {
  assert.deepEqual(lefts(stockOf(desk, [], [], SITE)), ["t/ONE 10"]);
  assert.deepEqual(lefts(stockOf(desk, [sale("1", "2.5"), sale("2", "1")], [], SITE)), ["t/ONE 6.5"]);
  assert.deepEqual(lefts(stockOf(desk, [sale("1", "10")], [], SITE)), []);
  assert.deepEqual(lefts(stockOf(desk, [sale("1", "11")], [], SITE)), [], "more than there was leaves nothing");
});

test("what is in the server's answer, was refused, or happened elsewhere counts once or not at all", () => {
  assert.deepEqual(lefts(stockOf({ ...desk, seen: ["1"] }, [sale("1", "2.5", { state: "accepted" })], [], SITE)), ["t/ONE 10"]);
  assert.deepEqual(lefts(stockOf(desk, [sale("1", "2.5", { state: "refused" })], [], SITE)), ["t/ONE 10"]);
  const elsewhere = sale("1", "2.5");
  elsewhere.claims.site = "S-330421-0000174";
  assert.deepEqual(lefts(stockOf(desk, [elsewhere], [], SITE)), ["t/ONE 10"]);
});

test("lines that were received here are held and come no more; the others still come", () => {
  const receipt = item("1", { type: "receive", body: { dispatch: SENT }, moves: [{ n: 1, op: "in", lot: "t/TWO", of: [SENT, 1], uom: "KGM", quantity: "5" }] });
  const stock = stockOf(desk, [receipt], [], SITE);
  assert.deepEqual(lefts(stock), ["t/ONE 10", "t/TWO 5"]);
  assert.equal(stock.held[1].name, "示例番茄");
  assert.deepEqual(stock.incoming.map(({ left }) => left), [[2]]);
  const both = { ...receipt, claims: { ...receipt.claims, moves: [...receipt.claims.moves, { n: 2, op: "in", lot: "t/TWO", of: [SENT, 2], uom: "KGM", quantity: "5" }] } };
  assert.deepEqual(stockOf(desk, [both], [], SITE).incoming, []);
});

test("without a desk there is what was scanned and signed here", () => {
  const kept = [{ id: SENT, kid: "k", to: SITE, waybill: "YD-1", sender: "P" }, { id: FIRST, kid: "k", to: "S-1", waybill: "YD-2", sender: "P" }];
  const stock = stockOf(null, [], kept, SITE);
  assert.deepEqual(stock.incoming.map(({ waybill }) => waybill), ["YD-1"]);
  assert.deepEqual(stock.held, []);
});

test("what ends soon is listed by its day, and sums go by unit", () => {
  const { held } = stockOf(desk, [], [], SITE);
  assert.deepEqual(expiring(held, "2026-11-23", "2026-11-26").map(({ isOver }) => isOver), [false]);
  assert.deepEqual(expiring(held, "2026-11-25", "2026-11-28").map(({ isOver }) => isOver), [true]);
  assert.deepEqual(expiring(held, "2026-11-01", "2026-11-04"), []);
  assert.deepEqual(sums([{ uom: "KGM", left: "0.1" }, { uom: "KGM", left: "0.2" }, { uom: "HEA", left: "3" }, { uom: "KGM", left: null }]), [["0.3", "KGM"], ["3", "HEA"]]);
});
