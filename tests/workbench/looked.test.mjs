// Which of many lots are looked at when, and what is known of them meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";

const { nowKnown, toLookAt } = await import("../../static/dock/looked.js");

const lots = (count) => Array.from({ length: count }, (_, at) => `t/LOT-${at}`);
const faultOf = (lot) => ({ lot, code: "paper_missing" });

/** Looks once; the server finds a fault with those of `faulty`. */
function look(here, before, at, faulty = new Set()) {
  const asked = toLookAt(here, before);
  return { asked, known: nowKnown(here, before, { lots: asked, at, lacking: asked.filter((lot) => faulty.has(lot)).map(faultOf), stops: [] }) };
}

test("few lots are all looked at, every time", () => {
  const here = lots(64);
  const { asked, known } = look(here, {}, 1);
  assert.deepEqual(asked, here);
  assert.deepEqual(look(here, known, 2).asked, here);
});

test("of many lots every one is looked at before one of them is looked at twice without need", () => {
  const here = lots(700);
  let { asked, known } = look(here, {}, 1);
  assert.equal(asked.length, 512, "a screen that is new does not wait for its turn");
  ({ asked, known } = look(here, known, 2));
  assert.equal(asked.length, 188 + 64);
  const seen = new Set();
  for (let at = 3; at < 3 + 11; at += 1) {
    ({ asked, known } = look(here, known, at));
    assert.equal(asked.length, 64);
    for (const lot of asked) seen.add(lot);
  }
  assert.equal(seen.size, 700);
});

test("what was found comes round every time, so that it is gone as soon as it is put right", () => {
  const here = lots(300);
  const faulty = new Set(["t/LOT-7", "t/LOT-250"]);
  let { asked, known } = look(here, {}, 1, faulty);
  assert.deepEqual(known.lacking.map(({ lot }) => lot), ["t/LOT-7", "t/LOT-250"]);
  ({ asked, known } = look(here, known, 2, faulty));
  assert.ok(asked.includes("t/LOT-7") && asked.includes("t/LOT-250"));
  ({ asked, known } = look(here, known, 3, new Set(["t/LOT-250"])));
  assert.deepEqual(known.lacking, [faultOf("t/LOT-250")]);
});

test("what is known stands while the server says nothing, and goes with the goods", () => {
  const here = lots(100);
  const { known } = look(here, {}, 1, new Set(["t/LOT-1", "t/LOT-2"]));
  assert.deepEqual(nowKnown(here, known, null), known);
  const left = here.filter((lot) => lot !== "t/LOT-1");
  const later = nowKnown(left, known, null);
  assert.deepEqual(later.lacking, [faultOf("t/LOT-2")]);
  assert.equal(later.looked["t/LOT-1"], undefined);
});
