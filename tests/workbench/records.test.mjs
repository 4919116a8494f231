// Records as the workbench writes them, byte for byte those of the vectors that Rust made.
import assert from "node:assert/strict";
import test from "node:test";
import { codeOf, signerNamed, vectors, verifier, workbench } from "./common.mjs";

const { writeRecord, seal } = await workbench("record");
const drafts = await workbench("drafts");
const quantity = await workbench("quantity");
const { fromBase64url } = await verifier("bytes");
const { good } = vectors("records");

const AUTHORS = ["registrar", "node", "farm", "slaughterhouse", "carrier", "canteen", "regulator", "animal_health"];
const signers = new Map(AUTHORS.map((name) => [signerNamed(name).jwk.x, signerNamed(name)]));

/** These are good, but not as shisu writes them: their payload or the order of their disclosures is another's. */
const WRITTEN_OTHERWISE = ["payload_with_white_space_and_escapes", "disclosures_in_another_order"];

const saltsOf = (sdJwt) =>
  sdJwt.split("~").slice(1, -1).map((one) => fromBase64url(JSON.parse(Buffer.from(one, "base64url"))[0]));

test("every good vector is rebuilt from its claims, key and salts, byte for byte", async () => {
  let rebuilt = 0;
  for (const { name, sd_jwt, payload, jwk, id } of good) {
    if (WRITTEN_OTHERWISE.includes(name)) continue;
    const signer = signers.get(jwk.x);
    assert.ok(signer, `${name}: a key of an author that this test does not know`);
    const salts = saltsOf(sd_jwt);
    const { v: _v, ...claims } = payload;
    const written = await writeRecord(claims, signer, { newSalt: () => salts.shift() });
    assert.equal(written.text, sd_jwt, name);
    assert.equal(written.id, id, name);
    rebuilt += 1;
  }
  assert.equal(rebuilt, good.length - WRITTEN_OTHERWISE.length);
});

test("no two salts are alike, and none is weak", async () => {
  const [claims] = good.filter(({ name }) => name === "dispatch_with_every_member").map(({ payload }) => payload);
  const { disclosures } = await seal(claims);
  const salts = disclosures.map((one) => JSON.parse(Buffer.from(one, "base64url"))[0]);
  assert.equal(new Set(salts).size, salts.length);
  for (const salt of salts) assert.equal(fromBase64url(salt).length, 16);
});

test("what a node would refuse in the form of a record is refused before it is kept", async () => {
  const signer = signerNamed("farm");
  const { v: _v, ...claims } = good.find(({ name }) => name === "create").payload;
  const changed = (change) => codeOf(() => writeRecord(change(structuredClone(claims)), signer));
  assert.equal(await changed((it) => it), "accepted");
  assert.equal(await changed((it) => ({ ...it, type: "creates" })), "unknown_type");
  assert.equal(await changed((it) => ({ ...it, colour: "green" })), "malformed");
  assert.equal(await changed((it) => ({ ...it, seq: 1.5 })), "inexact_number");
  assert.equal(await changed((it) => ((it.moves[0].quantity = "1.50"), it)), "malformed");
  assert.equal(await changed((it) => (delete it.moves[0].quantity, it)), "malformed");
  assert.equal(await changed((it) => ((it.moves[0].n = 0), it)), "line_numbers");
  assert.equal(await changed((it) => ((it.body.lots[0].name = " 青菜"), it)), "malformed");
});

test("a record that was not signed with the key that it names is not handed out", async () => {
  const { v: _v, ...claims } = good.find(({ name }) => name === "create").payload;
  const [farm, other] = [signerNamed("farm"), signerNamed("carrier")];
  assert.equal(await codeOf(() => writeRecord(claims, { ...farm, sign: other.sign })), "signature");
});

const ID = "-TrXqKRriqVsLIokXjcGxwUuYxUqSFlOeZOSzOeSHQQ";
const credit = { record: ID, n: 3, lot: "t/JX-2026-117", uom: "KGM" };
const info = { class: "leafy_vegetable", name: "示例青菜", made_on: "2026-11-20" };
const DAY = "2026-11-22";
const AT = 1_795_312_800;
const brought = [{ lot: "t/JX-2026-118", quantity: "12.5", uom: "KGM", info }];
const taken = [{ of: credit, quantity: "2" }];
const person = { name: "示例人员" };

/** One of everything that is done at a dock. */
const SAID = {
  create: drafts.create("harvest", brought, { plot: "3号棚" }),
  create_more: drafts.addTo("harvest", taken),
  enter: drafts.enter(brought, { received_on: DAY, checked: ["licence", "voucher"], supplier: { name: "示例菜农" } }),
  use_input: drafts.useInput({
    ...{ kind: "pesticide", name: "示例农药", source: "示例农资店", usage: "喷雾", dose: "10 mL" },
    ...{ plot: "3号棚", from: DAY, until: DAY, interval_days: 7 },
  }),
  farm_certificate: drafts.certify(
    {
      ...{ kind: "farm_certificate", standing: "issued", number: "HGZ-1", issuer: "示例合作社", issued_in: "330421" },
      ...{ issued_on: DAY, detail: { farm_certificate: { form: "producer", basis: ["control"] } } },
    },
    ["lot/t/JX-2026-117"],
  ),
  test_report: drafts.certify(
    {
      ...{ kind: "rapid_test", standing: "transcribed", number: "KJ-1", issuer: "示例市场", issued_in: "330421" },
      ...{ issued_on: DAY, passed: true, detail: { test: { basis: "GB/T 5009.199", inhibition_rate_pct: "12.3" } } },
    },
    ["lot/t/JX-2026-117"],
  ),
  dispatch: drafts.dispatch(taken, {
    ...{ waybill: "YD-1", consignee: "JY13101180000015", transport: "own", load_county: "330421" },
    ...{ unload_county: "310118", temp_max_c: "4", vehicle: { plate: "浙F0000A", colour: "2" }, driver: person },
  }),
  pick_up: drafts.pickUp({ dispatch: ID, at: AT, seals_intact: true }),
  reading: drafts.observe({ dispatch: ID, sensors: [{ device: "LOG-1", readings: [[AT, "3.5"]] }] }),
  hand_on: drafts.handOn({ dispatch: ID, at: AT, reason: "breakdown", driver: person }),
  deliver: drafts.deliver({ dispatch: ID, at: AT, seals_intact: true, temp_c: "3.8" }),
  receive: drafts.receive([{ of: credit, sent: "2" }], { dispatch: ID, at: AT, check: "accept" }),
  settle: drafts.settle([{ ...taken[0], outcome: "taken_back" }], { dispatch: ID, receipt: ID }),
  ...Object.fromEntries(
    ["slaughter", "cut", "mix", "pack", "split", "relabel", "cook", "process"].map((how) => [how, drafts.transform(how, taken, brought)]),
  ),
  sell: drafts.sell(taken, { channel: "trade", sold_on: DAY, buyer: { name: "示例饭店" } }),
  dispose: drafts.dispose(taken, { method: "destroyed", reason: "expired", at: AT, person }),
  count: drafts.count([{ of: credit, amount: "1.5" }], { at: AT }),
  self_check: drafts.inspect({ mode: "self_check", at: AT, passed: true, items: ["温度"] }, ["site/JY13101180000015"]),
  correct: drafts.correct({ record: ID, reason: "typing", members: [{ member: "/body/plot", value: "4号棚" }] }),
  revoke_key: drafts.revokeKey({ key: ID, reason: "lost" }),
};

test("everything that is done at a dock is a record of the format", async () => {
  const who = { log: "zhejiang.shisu.example/log", iss: "93330421MA2B00019Q", site: "S-330421-0000174", iat: AT, seq: 1 };
  for (const [name, said] of Object.entries(SAID)) {
    assert.equal(await codeOf(() => writeRecord({ ...who, ...said }, signerNamed("farm"))), "accepted", name);
  }
});

test("a stocktake takes out of the books what is missing, and only tells of what is there beyond them", () => {
  const { moves, body } = drafts.count(
    [
      { of: credit, amount: "1.5", left: "2" },
      { of: { ...credit, n: 2 }, amount: "0", left: "3.25" },
      { of: { ...credit, n: 3 }, amount: "4", left: "4" },
      { of: { ...credit, n: 4 }, amount: "5", left: "4" },
    ],
    { at: AT },
  );
  assert.deepEqual(moves.map(({ n, op, of, quantity }) => [n, op, of[1], quantity]), [[1, "out", credit.n, "0.5"], [2, "out", 2, "3.25"]]);
  assert.deepEqual(body.counted.map(({ amount }) => amount), ["1.5", "0", "4", "5"]);
});

test("of a receipt's line accepted, short, damaged and refused add up to what was sent", () => {
  const line = { of: credit, sent: "10", short: "0.5", damaged: "1", refused: "2.25", reason: "damaged" };
  const { moves, body } = drafts.receive([line], { dispatch: ID, at: AT, check: "accept_with_note" });
  assert.equal(moves[0].quantity, "6.25");
  assert.deepEqual(body.differences, [{ n: 1, short: "0.5", damaged: "1", refused: "2.25", reason: "damaged" }]);
  assert.throws(() => drafts.receive([{ ...line, short: "8" }], {}), { code: "malformed" });
  assert.throws(() => drafts.receive([{ ...line, reason: undefined }], {}), { code: "malformed" });
});

test("amounts are exact, and what people type gets the one spelling or none", () => {
  assert.equal(quantity.sum(["0.1", "0.2"]), "0.3");
  assert.equal(quantity.sum([]), "0");
  assert.equal(quantity.less("1", "0.000001"), "0.999999");
  assert.equal(quantity.less("1", "1.000001"), null);
  const typed = { "12.50": "12.5", "012": "12", ".5": "0.5", "１２．５": "12.5", "1,234.5": "1234.5", " 7 ": "7", "0": "0" };
  for (const [given, spelt] of Object.entries(typed)) assert.equal(quantity.readTypedAmount(given), spelt, given);
  for (const given of ["", ".", "1,5", "1.2.3", "-1", "1e3", "1.0000001", "十", "1 2", "12,34"]) {
    assert.equal(quantity.readTypedAmount(given), null, given);
  }
  assert.equal(quantity.readTyped("-18.0"), "-18");
  assert.equal(quantity.readTyped("-0"), "0");
});
