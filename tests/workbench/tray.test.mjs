// The tray: forty lots in a row, labels that are wrong, lines that differ, and what the receipt will say.
import assert from "node:assert/strict";
import test from "node:test";
import { signerNamed, verifier, workbench } from "./common.mjs";

const trays = await workbench("tray");
const drafts = await workbench("drafts");
const { writeRecord } = await workbench("record");
const { readRecord } = await verifier("record");
const { HEARD, MARKS } = await workbench("words");

const ID = "-TrXqKRriqVsLIokXjcGxwUuYxUqSFlOeZOSzOeSHQQ";
const GTIN = "09520001123467";
const who = { log: "zhejiang.shisu.example/log", iss: "93330421MA2B00019Q", site: "S-330421-0000174", iat: 1_795_312_800, seq: 1, prev: null };
const lotOf = (at) => `01/${GTIN}/10/QP${at}`;
const link = (lot) => `https://zj.example/${lot}`;

async function dispatch(lots) {
  const taken = lots.map((lot, at) => ({ of: { record: ID, n: at + 1, lot, uom: "KGM" }, quantity: "10" }));
  const body = {
    ...{ waybill: "YD-1", consignee: "JY13101180000015", transport: "own", load_county: "330421" },
    ...{ unload_county: "310118", temp_min_c: "0", temp_max_c: "4" },
  };
  return (await writeRecord({ ...who, ...drafts.dispatch(taken, body) }, signerNamed("farm"))).record;
}
const trayFor = async (lots) => trays.trayOf(await dispatch(lots));
const forty = Array.from({ length: 40 }, (_, at) => lotOf(at + 1));

/** Scans texts one after another, each some seconds after the last. */
function scanned(tray, texts) {
  const told = [];
  let now = 0;
  for (const text of texts) {
    const { tray: next, heard } = trays.scan(tray, text, (now += 5000));
    told.push(heard);
    tray = next;
  }
  return { tray, told };
}

test("forty scans are forty lines, counted as they come, and one receipt without a difference", async () => {
  const { tray, told } = scanned(await trayFor(forty), forty.map(link));
  assert.deepEqual(told.map(({ code, sound }) => [code, sound]), forty.map(() => ["line", "good"]));
  assert.equal(told[39].zh, "第 40 行，40/40");
  assert.deepEqual(trays.counts(tray), { total: 40, have: 40, waiting: 0, differing: 0, extras: 0 });
  const { draft, left, notes } = trays.receipt(tray, { at: who.iat, temp_c: "3.5", seals_intact: true });
  assert.deepEqual([left, notes, draft.body.check, draft.body.differences, draft.body.note], [[], [], "accept", [], undefined]);
  assert.deepEqual(draft.moves.map(({ quantity }) => quantity), forty.map(() => "10"));
  // It is a record of the format.
  const { record } = await writeRecord({ ...who, ...draft }, signerNamed("canteen"));
  assert.equal(record.body.dispatch, tray.shipment.id);
});

test("the same label a moment later is silent, and later it is said that it was scanned", async () => {
  const tray = await trayFor(forty);
  const first = trays.scan(tray, link(lotOf(1)), 1000);
  const repeat = trays.scan(first.tray, link(lotOf(1)), 1800);
  assert.deepEqual([repeat.heard.code, repeat.heard.sound], ["repeat", null]);
  const again = trays.scan(repeat.tray, link(lotOf(1)), 9000);
  assert.deepEqual([again.heard.code, again.heard.sound, again.heard.zh], ["again", "again", "已经扫过：第 1 行"]);
  assert.equal(trays.counts(again.tray).have, 1);
});

test("a label that stays before the camera stays silent however long it is there", async () => {
  let { tray } = trays.scan(await trayFor(forty), link(lotOf(1)), 0);
  for (let ms = 300; ms < 10_000; ms += 300) {
    const next = trays.scan(tray, link(lotOf(1)), ms);
    assert.equal(next.heard.code, "repeat");
    tray = next.tray;
  }
});

test("a lot in two lines is scanned twice, and units by their serial numbers are one line", async () => {
  const { told, tray } = scanned(await trayFor([lotOf(1), lotOf(1), lotOf(2)]), [
    ...[lotOf(1), lotOf(1), lotOf(1)].map(link),
    ...["A", "B", "A"].map((serial) => link(`${lotOf(2)}/21/${serial}`)),
  ]);
  assert.deepEqual(told.map(({ code, line }) => [code, line]), [["line", 1], ["line", 2], ["again", 1], ["line", 3], ["unit", 3], ["again", 3]]);
  assert.deepEqual(tray.lines[2].units, ["A", "B"]);
});

test("what is not on the waybill, names no lot, or is not known is said so, and changes no line", async () => {
  const before = await trayFor(forty);
  const texts = [link(lotOf(99)), link(lotOf(99)), `(01)${GTIN}`, GTIN.slice(1), "JY13101180000015", "hello", "09520001123468"];
  const { tray, told } = scanned(before, texts);
  assert.deepEqual(told.map(({ code, sound }) => `${code} ${sound}`), [
    ...["extra bad", "extra again", "product bad", "product bad", "no_lot bad", "unknown bad", "unknown bad"],
  ]);
  assert.equal(told[2].choices.length, 40);
  assert.match(told[4].zh, /场所/);
  assert.match(told[6].zh, /校验位/);
  assert.deepEqual(tray.lines, before.lines);
  assert.deepEqual(tray.extras, [lotOf(99)]);
});

test("lines differ by part or as a whole, with the reason that the record will say", async () => {
  let tray = await trayFor(forty.slice(0, 7));
  ({ tray } = scanned(tray, forty.slice(0, 6).map(link)));
  tray = trays.differ(tray, 1, "short", { short: "2.5" });
  tray = trays.differ(tray, 2, "damaged", { damaged: "1", short: "1" });
  tray = trays.differ(tray, 3, "warm");
  tray = trays.differ(tray, 4, "warm", { refused: "10" });
  tray = trays.differ(tray, 5, "wrong_lot");
  tray = trays.differ(tray, 6, "refused", { refused: "3", reason: "papers" });
  const { draft, left } = trays.receipt(tray, { at: who.iat, temp_c: "6" });
  assert.deepEqual(left, [7]);
  assert.deepEqual(draft.moves.map(({ of, quantity }) => [of[1], quantity]), [[1, "7.5"], [2, "8"], [3, "10"], [4, "0"], [5, "0"], [6, "7"]]);
  assert.deepEqual(draft.body.differences, [
    { n: 1, short: "2.5", damaged: "0", refused: "0", reason: "short" },
    { n: 2, short: "1", damaged: "1", refused: "0", reason: "damaged" },
    { n: 4, short: "0", damaged: "0", refused: "10", reason: "temperature" },
    { n: 5, short: "0", damaged: "0", refused: "10", reason: "wrong_lot" },
    { n: 6, short: "0", damaged: "0", refused: "3", reason: "papers" },
  ]);
  assert.equal(draft.body.check, "accept_with_note");
  assert.match(draft.body.note, /温度不符仍收下的行：3；到货 6℃，高于要求的 4℃/);
  await writeRecord({ ...who, ...draft }, signerNamed("canteen"));
});

test("who knows more than the tray may hold the goods, and never makes a note disappear", async () => {
  const { tray } = scanned(await trayFor([lotOf(1)]), [link(lotOf(1))]);
  const check = (told) => trays.receipt(tray, { at: who.iat, ...told }).draft.body.check;
  assert.equal(check({}), "accept");
  assert.equal(check({ temp_c: "-1" }), "accept_with_note");
  assert.equal(check({ temp_c: "9", check: "accept" }), "accept_with_note");
  assert.equal(check({ seals_intact: false }), "accept_with_note");
  assert.equal(check({ check: "hold" }), "hold");
});

test("nothing is taken for missing, accepted or recorded that nobody decided", async () => {
  const tray = await trayFor(forty.slice(0, 3));
  assert.throws(() => trays.receipt(tray, { at: who.iat }), { code: "nothing_decided" });
  const one = trays.accept(tray, 2);
  assert.deepEqual(trays.receipt(one, { at: who.iat }).left, [1, 3]);
  const missing = trays.restIsMissing(one);
  assert.deepEqual(missing.lines.map(({ mark, short }) => [mark, short]), [["short", "10"], ["accepted", "0"], ["short", "10"]]);
  assert.deepEqual(trays.putBack(missing, 1).lines[0], { ...tray.lines[0], temp_c: undefined });
  assert.deepEqual(tray.lines.map(({ mark }) => mark), ["waiting", "waiting", "waiting"], "a tray is never changed");
});

test("amounts that cannot be are refused where they are typed", async () => {
  const tray = await trayFor([lotOf(1)]);
  const wrong = { amount_form: { short: "1,5" }, parts_exceed: { short: "6", damaged: "4.000001" } };
  for (const [code, parts] of Object.entries(wrong)) assert.throws(() => trays.differ(tray, 1, "short", parts), { code });
  assert.throws(() => trays.differ(tray, 9, "short"), { code: "line_unknown" });
  const record = await readRecord((await dispatchText()).split("~")[0].concat("~"));
  const closed = trays.accept(trays.trayOf(record), 1);
  assert.throws(() => trays.receipt(closed, { at: who.iat }), { code: "quantity_closed" });
});

async function dispatchText() {
  const taken = [{ of: { record: ID, n: 1, lot: lotOf(1), uom: "KGM" }, quantity: "10" }];
  const body = { waybill: "YD-1", consignee: "JY13101180000015", transport: "own", load_county: "330421", unload_county: "310118" };
  return (await writeRecord({ ...who, ...drafts.dispatch(taken, body) }, signerNamed("farm"))).text;
}

test("everything that is heard and marked has words in both languages", () => {
  for (const [zh, en] of Object.values({ ...HEARD, ...MARKS })) {
    assert.match(zh, /[\u4e00-\u9fff]/);
    assert.match(en, /^[ -~]+$/);
  }
});
