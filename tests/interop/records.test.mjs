// Shisu's records are SD-JWTs that other people's libraries read unchanged. The vectors are the
// ones the Rust tests use: fixtures/vectors/records.json,
//   {"good": [{"name", "sd_jwt", "jwk": {kty, crv, x}, "payload", "id", "leaf"}],
//    "bad":  [{"name", "sd_jwt", "jwk", "code"}],
//    "partial": as good, with some sealed fields withheld}
// where `payload` holds the claims with every sealed field in its place, and `code` is the
// reason with which Shisu refuses.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { flips, newKey, sampleRecord, seal, signRecord } from "./builder.mjs";
import { TYPE, readRecord, recordId, thumbprint, withoutAlgorithm } from "./reader.mjs";

const VECTORS = fileURLToPath(new URL("../../fixtures/vectors/records.json", import.meta.url));

// Codes of refusals that only Shisu's strict profile makes; the libraries accept such a record.
// A code stands here only as long as a vector shows that they do.
const OURS_ALONE = new Set([
  "digest_count", // decoys
  "disclosure_doubled", // one digest in two places
  "disclosure_mismatch", // they know no places by position
  "disclosure_missing", // they know no complete record
  "duplicate_member",
  "header_members",
  "inexact_number",
  "invalid_utf8",
  "line_numbers",
  "malformed", // what types of records say is ours
  "not_canonical_base64",
  "not_sd_jwt", // a JWT without any ~
  "sealed_in_clear",
  "too_deep",
  "too_large",
  "too_many",
  "unknown_type",
  "version",
  "weak_salt",
]);

/** The vectors, or an error that says where they should be. */
function vectors() {
  assert.ok(existsSync(VECTORS), `the shared test vectors are missing: ${VECTORS}`);
  const { good, bad } = JSON.parse(readFileSync(VECTORS, "utf8"));
  assert.ok(good.length > 0 && bad.length > 0, "the vectors hold good and bad records");
  return { good, bad };
}

/** Whether both libraries accept a record. */
async function accepts(sdJwt, jwk) {
  try {
    await readRecord(sdJwt, jwk);
    return true;
  } catch {
    return false;
  }
}

test("a record built by hand is read with every sealed field in its place", async () => {
  const { sd_jwt, key, claims } = await sampleRecord();
  const read = await readRecord(sd_jwt, key.jwk);
  assert.deepEqual(read.claims, claims);
  assert.equal(read.header.typ, TYPE);
  assert.equal(read.id, recordId(sd_jwt));
});

test("a record without its disclosures is read with those fields closed", async () => {
  const { sd_jwt, key, claims } = await sampleRecord();
  const read = await readRecord(`${sd_jwt.split("~")[0]}~`, key.jwk);
  const { qty: _qty, uom: _uom, ...open } = claims.moves[0];
  assert.deepEqual(read.claims.moves[0], open);
  assert.equal("supplier" in read.claims.body, false);
});

test("a record built by hand with any one bit flipped is refused", async () => {
  const { sd_jwt, key } = await sampleRecord();
  for (const { what, sd_jwt: changed } of flips(sd_jwt, 200)) {
    assert.equal(await accepts(changed, key.jwk), false, what);
  }
});

test("another key, a disclosure too many and a swapped value are refused", async () => {
  const { sd_jwt, key, payload, disclosures } = await sampleRecord();
  assert.equal(await accepts(sd_jwt, newKey().jwk), false, "another key");
  const extra = seal({ qty: "9000" }).disclosures;
  const more = await signRecord(key, payload, [...disclosures, ...extra]);
  assert.equal(await accepts(more, key.jwk), false, "a disclosure too many");
  const swapped = await signRecord(key, payload, [...extra, ...disclosures.slice(1)]);
  assert.equal(await accepts(swapped, key.jwk), false, "a swapped value");
});

test("every good vector is read, and says what Shisu says", async (t) => {
  for (const { name, sd_jwt, jwk, payload, id } of vectors().good) {
    await t.test(name, async () => {
      const read = await readRecord(sd_jwt, jwk);
      assert.deepEqual(read.claims, withoutAlgorithm(payload));
      assert.equal(read.id, id);
      assert.deepEqual(read.header, { alg: "EdDSA", typ: TYPE, kid: await thumbprint(jwk) });
    });
  }
});

test("vectors with withheld fields are read with those fields closed", async () => {
  const { partial } = JSON.parse(readFileSync(VECTORS, "utf8"));
  assert.ok(partial.length > 0);
  for (const { name, sd_jwt, jwk, payload, id } of partial) {
    const read = await readRecord(sd_jwt, jwk);
    assert.deepEqual(read.claims, withoutAlgorithm(payload), name);
    assert.equal(read.id, id, name);
  }
});

test("every good vector with a bit flipped is refused", async (t) => {
  for (const { name, sd_jwt, jwk } of vectors().good) {
    await t.test(name, async () => {
      for (const { what, sd_jwt: changed } of flips(sd_jwt)) {
        assert.equal(await accepts(changed, jwk), false, what);
      }
    });
  }
});

test("every bad vector is refused, but for what only Shisu's profile refuses", async () => {
  const accepted = new Set();
  for (const { name, sd_jwt, jwk, code } of vectors().bad) {
    if (!(await accepts(sd_jwt, jwk))) continue;
    accepted.add(code);
    assert.ok(OURS_ALONE.has(code), `${name}: the libraries accept what Shisu refuses as ${code}`);
  }
  assert.deepEqual([...OURS_ALONE].filter((code) => !accepted.has(code)), [], "no vector for these");
});
