// What screens of the dock reckon with: tanks and what they carried, samples of meals, tracks, daybooks, and parts that were condemned.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";

const { takeTables } = await import("../../static/dock/tables.js");
takeTables(JSON.parse(readFileSync(new URL("../../static/dock/tables.json", import.meta.url), "utf8")));
const { cargoOf, sheetOf, tankBan, tankNotes } = await import("../../static/dock/bulk.js");
const { leftWords } = await import("../../static/dock/sample-cards.js");
const { sampleNotes, samplesOf } = await import("../../static/dock/samples.js");
const { packed, readTrack, sealedTrack, unpacked } = await import("../../static/dock/track.js");
const { daysOf, ownLines, together, totals } = await import("../../static/dock/book.js");
const { apart } = await import("../../static/dock/transform.js");
const { codeOf } = await import("../../static/dock/counties.js");
const { labelsOf } = await import("../../static/dock/labels.js");
const { KINDS } = await import("../../static/verify/kinds.js");
const { overdue } = await import("../../static/dock/vehicles.js");

const bytes = (text) => new Uint8Array(Buffer.from(text));
const AT = Date.UTC(2026, 10, 22, 1, 30) / 1000;

test("a cargo is known by code and by name in both languages, and anything that is no food bans the tank for good", () => {
  for (const text of ["diesel", "柴油", "Diesel", " 柴油 "]) assert.equal(cargoOf(text)[3], false, text);
  for (const text of ["vinegar", "食醋", "edible_vegetable_oil", "生乳"]) assert.equal(cargoOf(text)[3], true, text);
  for (const text of ["", "地沟", "constructor", "__proto__", "柴油机"]) assert.equal(cargoOf(text)[3], null, text);
  assert.equal(tankBan(["edible_vegetable_oil", "vinegar"]), null);
  assert.match(tankBan(["edible_vegetable_oil", "diesel"]).zh, /禁止装运.*柴油/);
  assert.match(tankBan(["化工产品"]).en, /not allowed/);
});

test("a sheet says what is missing of it, by the day on which permits began", () => {
  const whole = { permit: "P", permit_valid_to: "2026-11-22", mark_checked: true, previous_cargoes: ["vinegar"], cleaning: { method: "x", at: 1 } };
  assert.deepEqual(tankNotes(whole, "2026-11-22"), []);
  assert.equal(tankNotes(whole, "2026-11-23").length, 1, "the permit ran out yesterday");
  assert.equal(tankNotes({ ...whole, permit: undefined }, "2026-06-30").length, 0, "before permits were asked for");
  assert.equal(tankNotes({ ...whole, permit: undefined }, "2026-07-01").length, 1);
  assert.equal(tankNotes({ previous_cargoes: [], mark_checked: false }, "2026-11-22").length, 4);
  assert.equal(tankNotes({ ...whole, previous_cargoes: ["不知道"] }, "2026-11-22").length, 1);
});

test("a sheet that is filled in half is refused where it is, and none is none", () => {
  const about = { number: "LD1", at: AT, county: "330421" };
  assert.equal(sheetOf({}, about), undefined);
  assert.throws(() => sheetOf({ bulk_kind: "vinegar" }, about), { field: "container" });
  assert.throws(() => sheetOf({ bulk_kind: "vinegar", container: "G", cargo0: "vinegar", cargo2: "petrol" }, about), { field: "cargo0" });
  const sheet = sheetOf({ bulk_kind: "vinegar", container: "G", mark_checked: "no", cargo1: "vinegar" }, about);
  assert.deepEqual(sheet, { sheet: "LD1", kind: "vinegar", container: "G", mark_checked: false, previous_cargoes: ["vinegar"] });
});

test("a county is its code, its whole name, or the end of a name that no other has", () => {
  const names = JSON.parse(readFileSync(new URL("../../static/dock/divisions.json", import.meta.url), "utf8"));
  const all = Object.entries(names);
  assert.equal(names["330421"], "浙江省嘉兴市嘉善县");
  for (const typed of ["330421", " 浙江省嘉兴市嘉善县 330421", "嘉善县", "嘉兴市嘉善县", "３３０４２１"]) assert.equal(codeOf(typed, all), "330421", typed);
  assert.equal(codeOf("南京市鼓楼区", all), "320106");
  for (const typed of ["鼓楼区", "县", "999999", "没有县", ""]) assert.equal(codeOf(typed, all), null, typed);
  assert.equal(codeOf("330421", []), "330421", "codes are known without the names");
});

test("a sample has an amount in the unit of its lot, and what is less than usual is said and stops nobody", () => {
  assert.deepEqual(samplesOf({}, ["KGM"]), []);
  assert.deepEqual(samplesOf({ sample_grams: "125", sample_place: "x" }, ["KGM"]), [{ grams: "125", amount: "0.125", place: "x", by: undefined }]);
  const amounts = (values, ...uoms) => samplesOf(values, uoms).map(({ amount }) => amount);
  assert.deepEqual(amounts({ sample_grams: "1000.5" }, "KGM"), ["1.0005"]);
  assert.deepEqual(amounts({ sample_grams: "200", sample_amount: "1" }, "PTN"), ["1"]);
  // Of a meal of several dishes one of each is kept; what was typed is for those that are not in kilograms.
  assert.deepEqual(amounts({ sample_grams: "130" }, "KGM", "KGM", "KGM"), ["0.13", "0.13", "0.13"]);
  assert.deepEqual(amounts({ sample_grams: "130", sample_amount: "1" }, "KGM", "PTN"), ["0.13", "1"]);
  for (const [values, ...uoms] of [[{ sample_amount: "1" }, "PTN"], [{ sample_grams: "0" }, "KGM"], [{ sample_grams: "125" }, "PTN"], [{ sample_grams: "125" }, "KGM", "PTN"]]) assert.throws(() => samplesOf(values, uoms), { code: "field" });
  assert.equal(sampleNotes(null, true).length, 1);
  assert.equal(sampleNotes(null, false).length, 0);
  assert.equal(sampleNotes({ grams: "124.9" }, true).length, 1);
  assert.equal(sampleNotes({ grams: "125" }, true).length, 0);
});

test("a yield stands beside the usual one, in heads and kilograms as in shares, and what is odd is said before it is signed", async () => {
  const { usualOf } = await import("../../static/dock/usual.js");
  const pigs = [{ class: "live_pig", uom: "HEA", quantity: "10" }];
  const meat = (quantity) => [{ class: "pork_carcass", uom: "KGM", quantity }, { class: "pork_offal", uom: "KGM", quantity: "100" }];
  assert.deepEqual(usualOf("slaughter", pigs, meat("880")), { zh: "每头出 98 千克；通常60 ~ 150 千克（供参考）", en: "98 千克 for each 头; usually 60 to 150 千克 (for reference)", isOdd: false });
  assert.equal(usualOf("slaughter", pigs, meat("8800")).isOdd, true);
  const cut = (quantity) => usualOf("cut", [{ class: "pork_carcass", uom: "KGM", quantity: "90" }], [{ class: "pork_cut", uom: "KGM", quantity }]);
  assert.equal(cut("80").zh, "通常不少于 60%（供参考）");
  assert.deepEqual([cut("80").isOdd, cut("50").isOdd], [false, true]);
  // The table says nothing of what it does not know, and the first row that fits is the nearest.
  assert.equal(usualOf("cut", [{ class: "tomato", uom: "KGM", quantity: "9" }], meat("1")), null);
  assert.match(usualOf("cook", [{ class: "rice", uom: "KGM", quantity: "10" }], [{ class: "meal", uom: "KGM", quantity: "24" }]).zh, /通常180 ~ 300%/);
});

test("what is left of a timer never shows sixty minutes", () => {
  assert.match(leftWords(48 * 3600), /48 小时 0 分/);
  assert.match(leftWords(48 * 3600 - 1), /48 小时 0 分/);
  assert.match(leftWords(47 * 3600 + 1), /47 小时 1 分/);
  assert.match(leftWords(1), /0 小时 1 分/);
  for (const over of [0, -1, -1e9]) assert.match(leftWords(over), /可以处置/);
});

test("a track is committed to by the hash of its very bytes, in the order of its times", async () => {
  const csv = bytes("时间,经度,纬度\n2026-11-22 09:40,120.92,30.84\n2026-11-22 09:30,120.91,30.83\n2026-11-22 25:00,1,1\n2026-11-22 09:35,181,30\n2026-11-22 09:36,,\n");
  const { commitment, points, left } = await readTrack(csv);
  assert.deepEqual(commitment, { hash: createHash("sha256").update(csv).digest("base64url"), count: 3, first: AT, last: AT + 600 });
  assert.equal(left, 2);
  assert.deepEqual(points[0], [AT, 120.91, 30.83]);
  const gpx = bytes('<gpx version="1.1"><trkpt lon="120.91" lat="30.83"><ele>3</ele><time>2026-11-22T01:30:00.000Z</time></trkpt></gpx>');
  assert.deepEqual((await readTrack(gpx)).points, [[AT, 120.91, 30.83]]);
  for (const bad of ["", "a,b\n1,2\n", "<gpx></gpx>", '<gpx><trkpt lat="1" lon="2"></trkpt></gpx>', "time,lon,lat\n", "\ufeff\n"]) await assert.rejects(readTrack(bytes(bad)), { code: "track_form" }, bad);
  await assert.rejects(readTrack(new Uint8Array(9 * 1024 * 1024)), { code: "track_large" });
});

/** A track as trackers write it: a point each ten seconds, whose last digits are noise. */
function driven(hours) {
  let seed = 1;
  const noise = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
  let [lat, lon, speed] = [30.8, 120.9, 60];
  const point = (_, at) => {
    [lat, lon, speed] = [lat + noise() / 500, lon + noise() / 500, Math.max(0, speed + noise() * 5)];
    const time = new Date((AT + at * 10) * 1000).toISOString();
    return `<trkpt lat="${lat.toFixed(7)}" lon="${lon.toFixed(7)}"><ele>${(10 + noise()).toFixed(1)}</ele><time>${time}</time><speed>${speed.toFixed(2)}</speed></trkpt>`;
  };
  return bytes(`<?xml version="1.0"?><gpx version="1.1"><trk><trkseg>${Array.from({ length: hours * 360 }, point).join("\n")}</trkseg></trk></gpx>`);
}

test("a track of three days at one point each ten seconds is shared whole, and comes back byte for byte", async () => {
  for (const hours of [24, 72]) {
    const track = driven(hours);
    const file = await packed(track);
    assert.ok(file, `${track.length} bytes are too many`);
    assert.deepEqual(Buffer.from(await unpacked({ file })), Buffer.from(track));
    assert.equal((await readTrack(await unpacked({ file }))).commitment.count, hours * 360);
    if (hours === 24) assert.ok(file.length < 320 * 1024, `${file.length} characters for a day`);
  }
  assert.equal(await packed(driven(24 * 14)), undefined);
});

test("the points that go along are few, begin with the first, end with the last, and fit a text", () => {
  const points = Array.from({ length: 100_000 }, (_, at) => [AT + at, 120 + at / 1e6, 30]);
  const text = sealedTrack(points, "GCJ-02");
  const lines = text.split(";");
  assert.equal(lines[0], "GCJ-02");
  assert.equal(lines.length, 51);
  assert.ok(lines[1].startsWith(`${AT} `) && lines.at(-1).startsWith(`${AT + 99_999} `));
  assert.ok(KINDS.text(text), "records take it");
  assert.equal(sealedTrack(points.slice(0, 1), "WGS-84").split(";").length, 2);
});

test("a month has its own last day", () => {
  assert.deepEqual(daysOf("day", "2026-11-22"), ["2026-11-22", "2026-11-22"]);
  assert.deepEqual(daysOf("month", "2026-11-22"), ["2026-11-01", "2026-11-30"]);
  assert.deepEqual(daysOf("month", "2028-02-29"), ["2028-02-01", "2028-02-29"]);
  assert.deepEqual(daysOf("month", "2026-12-31"), ["2026-12-01", "2026-12-31"]);
});

test("lines of this device and of the server are one book, each line once, and a till adds them up exactly", () => {
  const sale = (id, n, quantity, state = "accepted") => ({ id, state, claims: { type: "sell", iat: AT, body: { sold_on: "2026-11-22" }, moves: [{ n, lot: "t/A", uom: "KGM", quantity }] } });
  const items = [sale("one", 1, "0.1"), sale("two", 1, "0.2", "pending"), sale("three", 1, "5", "refused"), { ...sale("four", 1, "7"), id: null }];
  const own = ownLines(items, new Map(), new Map(), ["2026-11-22", "2026-11-22"]);
  assert.deepEqual(own.map(({ record, isNew }) => [record, isNew]), [["one", false], ["two", true]]);
  assert.deepEqual(ownLines(items, new Map(), new Map(), ["2026-11-23", "2026-11-23"]), []);
  const told = { goods: [{ lot: "t/A", name: "甲" }], rows: [{ record: "one", line: 1, kind: "sell", goods: 0, quantity: "0.1", uom: "KGM", said_at: AT, day: "2026-11-22" }, { record: "far", line: 1, kind: "sell", goods: 0, quantity: null, uom: "KGM", said_at: AT, day: "2026-11-22" }] };
  const all = together([told], own);
  assert.deepEqual(all.map(({ record }) => record), ["one", "far", "two"]);
  assert.deepEqual(totals(all).map(({ lot, count, quantity }) => [lot, count, quantity]), [["t/A", 3, "0.3"]]);
  assert.deepEqual(totals([{ lot: "t/A", uom: "KGM", quantity: null }])[0].quantity, null);
  // What is recorded and not told came too late for this book; what came late for another adds up apart.
  assert.deepEqual(together([{ goods: [], rows: [] }], own).map(({ record }) => record), ["two"]);
  const late = { ...all[0], day: "2026-03-01", late: true };
  assert.deepEqual(totals([...all, late]).map(({ count, quantity }) => [count, quantity]), [[3, "0.3"], [1, "0.1"]]);
});

test("condemned parts leave the first lot that goes in, and never all of it", () => {
  const taken = [{ of: { record: "r", n: 1 }, quantity: "30" }, { of: { record: "r", n: 2 }, quantity: "20" }];
  assert.deepEqual(apart(taken, undefined), { taken, condemned: [] });
  assert.deepEqual(apart(taken, "0"), { taken, condemned: [] });
  const { taken: rest, condemned } = apart(taken, "3.5");
  assert.deepEqual([rest.map(({ quantity }) => quantity), condemned], [["26.5", "20"], [{ of: taken[0].of, quantity: "3.5" }]]);
  for (const more of ["30", "31"]) assert.throws(() => apart(taken, more), { field: "condemned" });
});

test("a label of a mixture names each lot once, and one of a receipt what was received", () => {
  const out = (n, lot) => ({ n, op: "out", lot, uom: "KGM", quantity: "1" });
  const [one] = labelsOf({ claims: { type: "transform", body: { lots: [{ n: 4, name: "拼盘" }] }, moves: [out(1, "t/A"), out(2, "t/B"), out(3, "t/A"), { n: 4, op: "in", lot: "t/C", uom: "KGM", quantity: "3" }] } }, new Map());
  assert.deepEqual([one.lot, one.name, one.quantity, one.sources], ["t/C", "拼盘", "3", ["t/A", "t/B"]]);
  const [received] = labelsOf({ claims: { type: "receive", body: {}, moves: [{ n: 1, op: "in", lot: "t/A", uom: "KGM", quantity: "2" }] } }, new Map([["t/A", { name: "青菜" }]]));
  assert.deepEqual([received.name, received.sources], ["青菜", []]);
  assert.deepEqual(labelsOf({ claims: { type: "sell", body: {}, moves: [out(1, "t/A")] } }, new Map()), []);
});

test("licences of a vehicle that have run out are said, one by one", () => {
  assert.equal(overdue({}, "2026-11-22").length, 0);
  assert.equal(overdue({ road_permit_valid_to: "2026-11-22", tank_permit_valid_to: "2026-11-21" }, "2026-11-22").length, 1);
});
