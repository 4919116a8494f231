// Notes of a site: what devices share, and how what two of them said is brought together.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { verifier, workbench } from "./common.mjs";
import { CHAIN, LOG, Ledger } from "./ledger.mjs";

const { Notes, merge, older } = await workbench("notes");
const joining = await workbench("joining");
const { Fault } = await verifier("fault");

let ledger;
before(async () => {
  ledger = await Ledger.begin();
});
after(() => ledger?.end());

/** Notes of a device that may be without a network, and whose clock may be set. */
async function device(name, role = "clerk") {
  const phone = await ledger.device(name, role);
  await joining.signIn(phone.server, phone.signer, LOG, "token");
  const told = { ...phone, isOffline: false, seconds: 1_795_312_800, asked: 0 };
  const ask = async (path, method, json) => {
    told.asked += 1;
    if (told.isOffline) throw new Fault("unreachable", "no network");
    return phone.server.json(method, path, json);
  };
  const clock = { seconds: () => told.seconds };
  told.notes = new Notes({ db: phone.db, ask, clock, site: () => CHAIN[name].site });
  return told;
}

/** Waits until nothing runs that a press began. */
async function shared(...devices) {
  for (const { notes } of devices) await notes.sync();
  for (const { notes } of devices) assert.equal(notes.trouble, null, String(notes.trouble));
}

const RECORD = createHash("sha256").update("示例").digest("base64url");
const vehicle = (more) => ({ kind: "vehicle", plate: "浙F12345", ...more });
const sample = (more) => ({ kind: "sample", record: RECORD, n: 1, lot: "t/MEAL-1", uom: "KGM", goods: "示例红烧肉", grams: "150", amount: "0.15", since: 1, until: 2, over: false, ...more });
const bare = ({ at: _at, others: _others, held: _held, bytes: _bytes, ...told }) => told;

test("fields that one side changed are taken from that side; where both did, what was said last counts and the other stays beside it", () => {
  const base = { told: vehicle({ driver: "甲", cleaning: "水洗" }) };
  const ours = { at: 2, told: vehicle({ driver: "乙", cleaning: "水洗", road_permit_valid_to: "2027-01-01" }) };
  const theirs = { at: 1, told: vehicle({ driver: "甲", cleaning: "蒸汽", road_permit_valid_to: "2027-03-31" }) };
  const { told, others } = merge(base, ours, theirs);
  assert.deepEqual(told, vehicle({ driver: "乙", cleaning: "蒸汽", road_permit_valid_to: "2027-01-01" }));
  assert.deepEqual(others, [{ field: "road_permit_valid_to", value: "2027-03-31" }]);
  // It is the same whoever brings it together.
  const back = merge(base, theirs, ours);
  assert.deepEqual([back.told, back.others], [told, others]);
});

test("a date that one side never heard of is kept, cargoes are all kept, and a sample that ended has ended", () => {
  const one = merge(null, { at: 1, told: vehicle({ tank_permit_valid_to: "2027-01-01", cargoes: ["vinegar"] }) }, { at: 2, told: vehicle({ cargoes: ["diesel"] }) });
  assert.deepEqual(one.told, vehicle({ tank_permit_valid_to: "2027-01-01", cargoes: ["vinegar", "diesel"] }));
  assert.deepEqual(one.others, []);
  const base = { told: sample() };
  const ended = merge(base, { at: 1, told: sample({ place: "乙柜" }) }, { at: 2, told: sample({ over: true }) });
  assert.deepEqual([ended.told.over, ended.told.place], [true, "乙柜"]);
});

test("what a person decided is decided: values that were put aside by one side do not come back", () => {
  const doubt = { field: "driver", value: "丙" };
  const base = { told: vehicle({ driver: "甲" }), others: [doubt] };
  const merged = merge(base, { at: 2, told: vehicle({ driver: "甲" }), others: [] }, { at: 1, told: vehicle({ driver: "甲", phone: "1" }), others: [doubt] });
  assert.deepEqual(merged.others, []);
});

test("what was noted before devices shared it is brought along", async () => {
  const phone = await device("shop");
  const seconds = { at: 1_795_000_000_000 };
  for (const mark of [
    { name: "vehicle:浙F77777", plate: "浙F77777", driver: "示例", ...seconds },
    { name: "check-plan", days: 14 },
    { name: "templates", rows: [{ class: "pork_cut", name: "示例五花肉", uom: "KGM", spec: undefined, supplier: undefined }] },
    { name: `sample:${RECORD}#3`, ...bare(sample({ n: 3 })), kind: undefined },
    { name: "consent:NH", party: CHAIN.farm.party, called: "示例", isAgreed: null, blob: { hash: RECORD, bytes: 3, class: "personal" }, on: "2026-11-22" },
    { name: "desk", body: {} },
  ]) await phone.db.put("marks", JSON.parse(JSON.stringify(mark)));
  await shared(phone);
  const other = await device("shop");
  await shared(other);
  assert.equal((await other.notes.get("vehicle", "浙F77777")).driver, "示例");
  assert.equal((await other.notes.get("self_check")).days, 14);
  assert.equal((await other.notes.list("template"))[0].name, "示例五花肉");
  assert.equal((await other.notes.get("sample", `${RECORD}#3`)).goods, "示例红烧肉");
  assert.equal((await other.notes.get("consent", CHAIN.farm.party)).called, "示例");
  assert.equal(await phone.db.get("marks", "check-plan"), undefined);
  assert.ok(await phone.db.get("marks", "desk"));
  assert.deepEqual(older({ name: "place:x" }), []);
  assert.equal(await phone.notes.waiting(), 0);
});

test("what one device says the other hears; a sample that ends on the one ends on the other", async () => {
  const [one, two] = [await device("farm"), await device("farm")];
  await one.notes.put(vehicle({ driver: "甲" }));
  await one.notes.put(sample());
  await shared(one, two);
  assert.equal((await two.notes.get("vehicle", "浙F12345")).driver, "甲");
  await two.notes.put({ ...(await two.notes.get("sample", `${RECORD}#1`)), over: true });
  await shared(two, one);
  assert.equal((await one.notes.get("sample", `${RECORD}#1`)).over, true);
  const asked = one.asked;
  await shared(one);
  assert.equal(one.asked, asked + 1, "where nothing changed there is one question and no answer");
});

test("both without a network, then both with one: nothing is lost on either", async () => {
  const [one, two] = [await device("farm"), await device("farm")];
  const plate = "浙F22222";
  await one.notes.put(vehicle({ plate, driver: "甲" }));
  await shared(one, two);
  for (const it of [one, two]) it.isOffline = true;
  one.seconds += 10;
  await one.notes.put({ ...(await one.notes.get("vehicle", plate)), road_permit_valid_to: "2027-01-01", driver: "乙" });
  two.seconds += 20;
  await two.notes.put({ ...(await two.notes.get("vehicle", plate)), tank_permit_valid_to: "2027-02-02", driver: "丙" });
  await two.notes.put(sample({ n: 2 }));
  await Promise.all([one, two].map(({ notes }) => notes.sync()));
  assert.equal(one.notes.trouble.code, "unreachable");
  assert.deepEqual([await one.notes.waiting(), await two.notes.waiting()], [1, 2]);
  for (const it of [one, two]) it.isOffline = false;
  await Promise.all([one, two].map(({ notes }) => notes.sync()));
  await shared(one, two, one);
  const [mine, other] = [await one.notes.get("vehicle", plate), await two.notes.get("vehicle", plate)];
  assert.deepEqual(mine, other);
  assert.deepEqual(bare(mine), vehicle({ plate, driver: "丙", road_permit_valid_to: "2027-01-01", tank_permit_valid_to: "2027-02-02" }));
  assert.deepEqual(mine.others, [{ field: "driver", value: "乙" }]);
  assert.ok(await one.notes.get("sample", `${RECORD}#2`));
  assert.deepEqual([await one.notes.waiting(), await two.notes.waiting()], [0, 0]);
  // A person looks and decides.
  await one.notes.put({ ...mine, driver: "乙" }, { decided: mine.others });
  await shared(one, two);
  assert.deepEqual(await two.notes.get("vehicle", plate).then(({ driver, others }) => [driver, others]), ["乙", []]);
});

test("what is deleted is gone everywhere, unless another device has said something since", async () => {
  const [one, two] = [await device("farm"), await device("farm")];
  for (const plate of ["浙F33331", "浙F33332"]) await one.notes.put(vehicle({ plate }));
  await shared(one, two);
  await one.notes.end("vehicle", "浙F33331");
  await shared(one, two);
  assert.equal(await two.notes.get("vehicle", "浙F33331"), null);
  two.isOffline = true;
  await two.notes.put(vehicle({ plate: "浙F33332", driver: "甲" }));
  await two.notes.sync();
  await one.notes.end("vehicle", "浙F33332");
  two.isOffline = false;
  await shared(one, two, one);
  for (const { notes } of [one, two]) assert.equal((await notes.get("vehicle", "浙F33332")).driver, "甲");
});

test("what the server does not take stays here and says why; the rest goes on", async () => {
  const phone = await device("farm");
  await phone.notes.put(vehicle({ plate: "浙F44444", driver: "长".repeat(121) }));
  await phone.notes.put(vehicle({ plate: "浙F44445" }));
  await shared(phone);
  assert.equal((await phone.notes.get("vehicle", "浙F44444")).held.code, "note_form");
  assert.equal((await phone.notes.get("vehicle", "浙F44445")).held, null);
  assert.equal(await phone.notes.waiting(), 1);
  await phone.notes.put(vehicle({ plate: "浙F44444", driver: "短" }));
  await shared(phone);
  assert.equal(await phone.notes.waiting(), 0);
});

test("a driver hears of vehicles, and what it may not say stays with it", async () => {
  const [clerk, driver] = [await device("carrier"), await device("carrier", "driver")];
  await clerk.notes.put(vehicle({ driver: "甲" }));
  await clerk.notes.put({ kind: "self_check", days: 7 });
  const track = { kind: "track", hash: RECORD, dispatch: RECORD, name: "a.gpx", count: 1, first: 1, last: 1, system: "WGS-84", file: "H4sIAAAA" };
  await driver.notes.put(track);
  await shared(clerk, driver, clerk);
  assert.equal((await driver.notes.get("vehicle", "浙F12345")).driver, "甲");
  assert.equal(await driver.notes.get("self_check"), null);
  assert.deepEqual(bare(await clerk.notes.get("track", RECORD)), track);
  await driver.notes.put({ ...(await driver.notes.get("vehicle", "浙F12345")), driver: "乙" });
  await shared(driver, clerk);
  assert.equal((await driver.notes.get("vehicle", "浙F12345")).held.code, "not_allowed");
  assert.equal((await clerk.notes.get("vehicle", "浙F12345")).driver, "甲");
});
