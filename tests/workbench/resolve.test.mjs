// What a scanned code is, by the vectors by which the program's own resolver is judged.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";
import { codeOf, file, vectors, workbench } from "./common.mjs";

const { resolve } = await workbench("resolve");
const links = await workbench("digital-link");
const identifiers = await workbench("identifiers");
const { scanned, digital_links, element_strings, types } = vectors("ids");

test("the tables of codes are those of the program", () => {
  execFileSync(process.execPath, [file("scripts/workbench-tables.mjs"), "--check"]);
});

test("every scanned text of the vectors is taken for what the program takes it for", () => {
  assert.ok(scanned.length >= 45);
  for (const { text, outcome, hint, meanings } of scanned) {
    const found = resolve(text);
    const plain = found.meanings.map(({ key, lot, scheme, verified }) => ({ key, lot, scheme, verified }));
    assert.deepEqual([found.outcome, found.hint?.code ?? null, plain], [outcome, hint, meanings], text.slice(0, 60));
    assert.match(found.zh, /[\u4e00-\u9fff]/, text);
    assert.match(found.en, /^[\u0020-\u007e\uff00-\uffef\u4e00-\u9fff…]+$/, text);
  }
});

test("Digital Links and element strings are read as the vectors say, to the canonical form", () => {
  for (const [{ good, bad }, read] of [[digital_links, links.readLink], [element_strings, links.readElementString]]) {
    for (const one of good) {
      const link = read(one.text);
      assert.deepEqual(link.elements, one.elements, one.text);
      assert.equal(links.canonical(link), one.canonical);
      assert.equal(links.elementString(link), one.element_string);
      assert.equal(link.lot, one.lot);
    }
    for (const { text, code } of bad) assert.throws(() => read(text), { code }, text);
  }
});

test("identifiers are read, or refused with the reason that the vectors give", async () => {
  const readers = {
    ...{ gtin: "readGtin", sscc: "readSscc", party: "readParty", site: "readSite", lot_code: "readLot" },
    ...{ ear_tag: "readEarTag", vet_drug: "readVetDrug", pesticide: "readPesticide", organic: "readOrganic" },
    ...{ plant_quarantine: "readPlantQuarantine", historic_licence: "readHistoricLicence" },
    ...{ uscc: "readParty", site_no: "readSite" },
  };
  for (const [type, reader] of Object.entries(readers)) {
    const read = identifiers[reader];
    for (const { text, canonical } of types[type].good) assert.equal(read(text), canonical, text);
    for (const { text, code } of types[type].bad) {
      // A reader of several kinds judges by what a text begins with; those that begin as another kind differ.
      if (type === "site_no" && !text.startsWith("S-")) continue;
      assert.equal(await codeOf(() => read(text)), code, `${type} ${text}`);
    }
  }
});

test("scanners' own ways are understood: FNC1 between elements, symbology marks, dates between", () => {
  const cases = {
    "]Q3010952000112346710QP1\u001d17261130": "01/09520001123467/10/QP1",
    "]C1\u001d010952000112346717261130310300012010QP1\u001d2117": "01/09520001123467/10/QP1/21/17",
    "]d2010952000112346710A/B\u001d3103000120": "01/09520001123467/10/A%2FB",
    "(01)09520001123467(17)261130(10)A(1)": "01/09520001123467/10/A%281%29",
  };
  for (const [text, lot] of Object.entries(cases)) {
    const found = resolve(text);
    assert.deepEqual([found.outcome, found.meanings[0]?.lot], ["one", lot], `${JSON.stringify(text)} ${found.en}`);
  }
});

test("a waybill, a part of a handover and an invitation are known, too", () => {
  const id = "-TrXqKRriqVsLIokXjcGxwUuYxUqSFlOeZOSzOeSHQQ";
  const of = (text) => resolve(text).meanings.map(({ scheme, key }) => [scheme, key]);
  assert.deepEqual(of(`https://zj.example/w/${id}`), [["waybill", id]]);
  assert.deepEqual(of("SH1:0011AABBCC:1:2:DEADBEEF:BB8."), [["handover", "0011AABBCC"]]);
  assert.deepEqual(of("https://zj.example/join#7H4K-9M2P-X3QD-T8WZ"), [["invitation", "7H4K-9M2P-X3QD-T8WZ"]]);
  assert.equal(resolve("https://zj.example/w/short").hint.code, "id_shape");
});

test("for codes that are not known there is a clear word in both languages", () => {
  const wrong = {
    "09520001123468": [/校验位应为“7”，实为“8”/, /check digit should be 7 but is 8/],
    "91310118ma1j000224": [/第9位不能是“m”.*大写/, /position 9.*upper case/],
    "９1310118MA1J000224": [/半角/, /half-width/],
    "https://a.example/01/09520001123467/10/批": [/不能用汉字/, /Chinese characters are not allowed/],
    hello: [/不认识这个码/, /not known/],
  };
  for (const [text, [zh, en]] of Object.entries(wrong)) {
    const found = resolve(text);
    assert.equal(found.outcome, "unknown");
    assert.match(found.zh, zh);
    assert.match(found.en, en);
    assert.equal(found.text, text);
  }
});

test("no text makes it fail", () => {
  const letters = ["0", "1", "9", "(", ")", "/", "t", "A", "%", "2", "F", ":", "?", "=", "&", "\u001d", "批", "😀", "\ud800", ".", "-", "http://", "]Q3", "01", "10"];
  let state = 7;
  const random = (count) => (state = (state * 48271) % 2147483647) % count;
  for (let i = 0; i < 20_000; i += 1) {
    const text = Array.from({ length: random(14) }, () => letters[random(letters.length)]).join("");
    const { outcome, meanings } = resolve(text);
    assert.ok(["one", "ambiguous", "unknown"].includes(outcome));
    assert.equal(meanings.length > 0, outcome !== "unknown");
  }
});
