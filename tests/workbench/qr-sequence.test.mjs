// A signed dispatch from the sender's screen to the receiver's camera, without any network.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import { codeOf, signerNamed, vectors, workbench } from "./common.mjs";

const { fromBase45, toBase45 } = await workbench("base45");
const { pack, unpack, deflate, UNPACKED_MAX } = await workbench("compact");
const { Gathering, partsOf, readScanned } = await workbench("qr-sequence");
const { writeRecord } = await workbench("record");
const drafts = await workbench("drafts");

const LOG = "zhejiang.shisu.example/log";
const SHOP = "JY13101180000015";
const farm = signerNamed("farm");
const hash = () => randomBytes(32).toString("base64url");

/** A signed dispatch of so many lots. */
async function shipment(lines, waybill = "YD-1") {
  const taken = Array.from({ length: lines }, (_, at) => ({
    of: { record: hash(), n: 1, lot: `01/09520001123467/10/QP20261120C${at}`, uom: "KGM" },
    quantity: `${at + 1}.5`,
  }));
  const body = {
    ...{ waybill, consignee: SHOP, transport: "own", load_county: "330421", unload_county: "310118" },
    ...{ vehicle: { plate: "浙F0000A", colour: "2" }, driver: { name: "示例人员" }, terms: "月结" },
  };
  const who = { log: LOG, iss: "93330421MA2B00019Q", site: "S-330421-0000174", iat: 1_795_312_800, seq: 7, prev: hash() };
  return writeRecord({ ...who, ...drafts.dispatch(taken, body) }, farm);
}

const wanted = { type: "dispatch", log: LOG, sites: [SHOP] };
const gathered = (parts) => {
  const gathering = new Gathering();
  const last = parts.map((part) => gathering.take(part)).at(-1);
  return { gathering, last };
};

test("base45 is that of RFC 9285, and what is not is none", () => {
  const utf8 = (text) => new TextEncoder().encode(text);
  const known = { AB: "BB8", "Hello!!": "%69 VD92EX0", "base-45": "UJCLQE7W581", "ietf!": "QED8WEX0" };
  for (const [plain, spelt] of Object.entries(known)) {
    assert.equal(toBase45(utf8(plain)), spelt);
    assert.deepEqual(fromBase45(spelt), utf8(plain));
  }
  for (let size = 0; size < 40; size += 1) {
    const bytes = new Uint8Array(randomBytes(size));
    assert.deepEqual(fromBase45(toBase45(bytes)), bytes);
  }
  for (const text of ["A", "GGW", "ZZ", "BB8B", "bb8", "BB!"]) assert.equal(fromBase45(text), null, text);
});

test("every record of the vectors comes out as it went in, whoever wrote it", async () => {
  const { good, partial } = vectors("records");
  for (const { name, sd_jwt, jwk } of [...good, ...partial]) {
    const back = await unpack(await pack({ text: sd_jwt, x: jwk.x }));
    assert.deepEqual(back, { text: sd_jwt, x: jwk.x }, name);
  }
});

test("a dispatch of forty lots is a short sequence, and one of three is two codes", async (context) => {
  const sizes = [];
  for (const lines of [1, 3, 40]) {
    const parts = await partsOf((await shipment(lines)).text, farm.jwk.x);
    sizes.push(parts.length);
    for (const part of parts) {
      assert.match(part, /^[0-9A-Z $%*+\-./:]+$/);
      // Version 18 of QR holds 816 such letters at level M.
      assert.ok(part.length <= 816, `${part.length} letters`);
    }
  }
  context.diagnostic(`1, 3 and 40 lots: ${sizes.join(", ")} codes`);
  assert.ok(sizes[0] <= 2 && sizes[1] <= 2 && sizes[2] <= 8, sizes.join());
});

test("the parts come in any order, and again, and make the record that was signed", async () => {
  const { text, id } = await shipment(40);
  const parts = await partsOf(text, farm.jwk.x);
  const order = [...parts.keys()].reverse().flatMap((at) => [parts[at], parts[at], parts[(at * 3) % parts.length]]);
  const { gathering, last } = gathered(order);
  assert.deepEqual([last.code, last.have, last.total, last.missing], ["complete", parts.length, parts.length, []]);
  const read = await readScanned(await gathering.content(), wanted);
  assert.equal(read.record.id, id);
  assert.equal(drafts.quantitiesOf(read.record).size, 40);
  assert.equal(drafts.quantitiesOf(read.record).get(2), "2.5");
});

test("people and plates stay with the sender unless they are asked for", async () => {
  const { text } = await shipment(2);
  const names = async (options) => {
    const { gathering } = gathered(await partsOf(text, farm.jwk.x, options));
    const { record } = await readScanned(await gathering.content(), wanted);
    return record.slots.filter(({ opened, place }) => opened && place === "body").map(({ name }) => name);
  };
  assert.deepEqual(await names(), ["places", "terms"]);
  assert.deepEqual(await names({ classes: ["balance"] }), []);
  assert.deepEqual(await names({ classes: ["balance", "trade", "personal"] }), ["vehicle", "driver", "places", "terms"]);
});

test("what is still missing is said, and nothing incomplete is taken", async () => {
  const parts = await partsOf((await shipment(40)).text, farm.jwk.x);
  const gathering = new Gathering();
  assert.equal(await codeOf(() => gathering.content()), "qr_incomplete");
  assert.deepEqual(gathering.take(parts[1]).missing, parts.map((_, at) => at + 1).filter((one) => one !== 2));
  assert.equal(gathering.take(parts[1]).code, "again");
  assert.equal(await codeOf(() => gathering.content()), "qr_incomplete");
});

test("a code of another shipment, a damaged one and another kind are refused, and disturb nothing", async () => {
  const [parts, others] = await Promise.all([1, 2].map(async () => partsOf((await shipment(40)).text, farm.jwk.x)));
  const gathering = new Gathering();
  gathering.take(parts[0]);
  const flipped = parts[1].replace(/.{3}\.$/, (end) => (end === "000." ? "111." : "000."));
  const renumbered = parts[1].replace(/^(SH1:\w+):2:/, "$1:3:");
  const wrong = {
    [others[1]]: ["qr_other_set", /另一批货/],
    [flipped]: ["qr_damaged", /再扫一次/],
    [renumbered]: ["qr_damaged", /再扫一次/],
    [parts[1].slice(0, -5)]: ["qr_damaged", /再扫一次/],
    [parts[1].replace(/^SH1/, "SH2")]: ["qr_version", /刷新/],
    "https://zj.example/01/09520001123467/10/QP1": ["qr_not_part", /不是交接二维码/],
    "": ["qr_not_part", /不是交接二维码/],
  };
  for (const [text, [code, words]] of Object.entries(wrong)) {
    const state = gathering.take(text);
    assert.deepEqual([state.code, state.have], [code, 1], text.slice(0, 40));
    assert.match(state.why.zh, words);
    assert.match(state.why.en, /[a-z]/);
  }
  assert.equal(parts.slice(1).map((part) => gathering.take(part)).at(-1).code, "complete");
});

test("a record is checked as far as that is possible without a network", async () => {
  const { text, id } = await shipment(2);
  const x = farm.jwk.x;
  const other = signerNamed("carrier");
  const code = (content, more) => codeOf(() => readScanned({ text, x, ...content }, { ...wanted, ...more }));
  assert.equal(await code({}, { dispatch: id }), "accepted");
  assert.equal(await code({ x: other.jwk.x }), "qr_signature");
  assert.equal(await code({ text: text.replace(/\.[^.]{6}/, ".AAAAAA") }), "malformed");
  const [jwt, ...rest] = text.split("~");
  const resigned = [`${jwt.slice(0, jwt.lastIndexOf("."))}.${"A".repeat(86)}`, ...rest].join("~");
  assert.equal(await code({ text: resigned }), "qr_signature");
  assert.equal(await code({ text: [jwt, rest[1], rest[1], ""].join("~") }), "disclosure_doubled");
  assert.equal(await code({}, { type: "receive" }), "qr_kind");
  assert.equal(await code({}, { log: "jiangsu.shisu.example/log" }), "qr_other_log");
  assert.equal(await code({}, { sites: ["JY13101180000023"] }), "qr_other_consignee");
  assert.equal(await code({}, { dispatch: hash() }), "qr_other_shipment");
  assert.equal(await code({}, { partyOf: async () => "91310118MA1J000224" }), "qr_other_party");
  const known = await readScanned({ text, x }, { ...wanted, partyOf: async () => "93330421MA2B00019Q" });
  assert.equal(known.key.code, "known");
  assert.equal((await readScanned({ text, x }, wanted)).key.code, "unknown");
});

test("a quantity that was altered inside a sequence whose sums fit is found", async () => {
  const { text } = await shipment(2);
  // Somebody packs the dispatch anew with another quantity, which fits no digest that was signed.
  const [jwt, ...disclosures] = text.split("~");
  const salted = JSON.parse(Buffer.from(disclosures[0], "base64url"));
  const forged = Buffer.from(JSON.stringify([salted[0], "quantity", "999"])).toString("base64url");
  const bytes = await pack({ text: [jwt, forged, ...disclosures.slice(1)].join("~"), x: farm.jwk.x });
  assert.equal(await codeOf(async () => readScanned(await unpack(bytes), wanted)), "disclosure_unknown");
});

test("bytes that unpack to more than a record has are not unpacked, and none makes the reader fail", async () => {
  const bomb = await deflate(new Uint8Array(UNPACKED_MAX * 50));
  assert.ok(bomb.length < 70_000);
  assert.equal(await codeOf(() => unpack(bomb)), "qr_content");
  for (const text of ["", "w", "x".repeat(80), `c${"A".repeat(43)}`, `c${"A".repeat(43)}[1,2,3,4]`, `c${"A".repeat(43)}["a",{"body":{}},"",""]`]) {
    const outcome = await codeOf(async () => readScanned(await unpack(await deflate(new TextEncoder().encode(text))), wanted));
    assert.notEqual(outcome, "accepted", text);
  }
  for (let i = 0; i < 200; i += 1) {
    assert.equal(await codeOf(() => unpack(new Uint8Array(randomBytes(i)))), "qr_content");
  }
});
