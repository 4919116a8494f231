// Whatever stands in a record, bundle, policy or receipt: a reader answers or throws a fault, nothing else.
import assert from "node:assert/strict";
import test from "node:test";
import { codeOf, vectors, verifier } from "./shared.mjs";

const { readRecord } = await verifier("record");
const { verifyBundle } = await verifier("index");
const { readPolicy } = await verifier("policy");
const { readReceipt } = await verifier("receipt");
const { readVerifierKey } = await verifier("note");

const ODD = [
  ...[null, true, 0, -1, 2 ** 53, 1e300, "", "toString", "__proto__", "constructor", "hasOwnProperty"],
  ...[[], [[]], [null], {}, { toString: {} }, { constructor: 1 }, JSON.parse('{"__proto__":{"a":1}}'), "\u0000", "猪"],
];
const b64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Every way to replace one value within `value` by another, or to rename a member. */
function* variants(value, odd) {
  yield odd;
  if (Array.isArray(value)) {
    for (const [at, one] of value.entries()) {
      for (const other of variants(one, odd)) yield value.with?.(at, other) ?? Object.assign([...value], { [at]: other });
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      for (const other of variants(one, odd)) yield { ...value, [name]: other };
    }
    if (typeof odd === "string") yield { ...value, [odd]: 1 };
  }
}

test("no payload makes the reader of records throw anything but a fault", async () => {
  let tried = 0;
  for (const [number, vector] of vectors("records").good.entries()) {
    const [jwt, ...disclosures] = vector.sd_jwt.split("~");
    const [header, payload, signature] = jwt.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url"));
    // Each vector with some of the odd values, so that every kind of member meets all of them.
    for (const odd of ODD.filter((_, at) => (at + number) % 4 === 0)) {
      for (const other of variants(claims, odd)) {
        const text = [[header, b64(other), signature].join("."), ...disclosures].join("~");
        assert.equal(typeof (await codeOf(() => readRecord(text))), "string");
        tried += 1;
      }
    }
  }
  assert.ok(tried > 5_000, `${tried} were tried`);
});

test("no bundle makes the verifier throw", async () => {
  const { policies, good } = vectors("bundles");
  const farm = good.find(({ name }) => name === "farm");
  const whole = JSON.parse(farm.bundle);
  const small = { ...whole, records: whole.records.slice(0, 2) };
  for (const odd of ODD) {
    for (const other of variants(small, odd)) {
      const found = await verifyBundle(JSON.stringify(other), policies.vectors, { now: farm.now });
      assert.equal(found.ok, false);
    }
  }
});

test("no text makes the readers of policies, keys and receipts throw anything but a fault", async () => {
  const { policies, receipts, verifier_keys: keys } = vectors("notes");
  for (const [read, texts] of [
    [readPolicy, policies.good],
    [readReceipt, receipts.good],
    [readVerifierKey, keys.good],
  ]) {
    for (const { text } of texts) {
      for (const word of ["", "constructor", "__proto__", "toString x y", "\n", " ", "+", "—", "=", "\u0000"]) {
        for (let at = 0; at <= text.length; at += 5) {
          await codeOf(() => read(text.slice(0, at) + word + text.slice(at)));
          await codeOf(() => read(text.slice(0, at) + word + text.slice(at + 5)));
        }
        await codeOf(() => read(`${word} a b c\n`));
        await codeOf(() => read(word));
      }
    }
  }
});
