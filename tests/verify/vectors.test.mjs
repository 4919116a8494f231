// The second implementation against the vectors of the first: every good one is accepted with what
// stands beside it, every bad one refused with its own code.
import assert from "node:assert/strict";
import test from "node:test";
import { codeOf, vectors, verifier } from "./shared.mjs";

const { fromBase64, toBase64, toBase64url, toHex, toUtf8 } = await verifier("bytes");
const { accepts, keyFault, nativeIsSound } = await verifier("ed25519");
const { FAULTS } = await verifier("texts");
const ids = await verifier("ids");
const keys = await verifier("keys");
const kinds = await verifier("kinds");
const note = await verifier("note");
const { readPolicy } = await verifier("policy");
const { readReceipt, verifyReceipt } = await verifier("receipt");
const { readRecord, verifyRecord } = await verifier("record");
const tree = await verifier("tree");

const ofHex = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));

/** Judges a list of good and one of bad vectors. */
async function judged({ good, bad }, judge) {
  assert.ok(good.length > 0 && bad.length > 0);
  for (const vector of good) assert.equal(await codeOf(() => judge(vector)), "accepted", vector.name);
  for (const vector of bad) {
    assert.equal(await codeOf(() => judge(vector)), vector.code, vector.name);
    assert.ok(FAULTS[vector.code], `no words for ${vector.code}`);
  }
}

async function judgeRecord(vector, complete = true) {
  const key = keys.jwkBytes(vector.jwk);
  const record = await readRecord(vector.sd_jwt, { complete });
  keys.demandStrong(key);
  await verifyRecord(record, key);
  return record;
}

/** The claims with every opened field in its place, as `payload` of a vector has them. */
function claimsOf(record, payload) {
  const { _sd_alg, ...claims } = structuredClone(payload);
  for (const slot of record.slots) {
    const object = slot.place === "line" ? claims.moves.find((line) => line.n === slot.line) : claims.body;
    delete object._sd;
    if (slot.opened) object[slot.name] = slot.opened.value;
  }
  if (claims.body._sd?.length === 0) delete claims.body._sd;
  return claims;
}

test("records are read with their id, leaf hash and values, or refused with the code", async () => {
  const { good, bad, bad_by_repetition: long, partial } = vectors("records");
  await judged({ good, bad }, judgeRecord);
  for (const vector of long) {
    const sd_jwt = vector.head + vector.repeat.repeat(vector.times) + vector.tail;
    assert.equal(await codeOf(() => judgeRecord({ ...vector, sd_jwt })), vector.code, vector.name);
  }
  for (const vector of [...good, ...partial]) {
    const record = await judgeRecord(vector, false);
    assert.equal(record.id, vector.id, vector.name);
    assert.equal(toBase64url(record.leaf), vector.leaf, vector.name);
    const payload = JSON.parse(Buffer.from(vector.sd_jwt.split(".")[1], "base64url"));
    const found = JSON.parse(JSON.stringify(claimsOf(record, payload)));
    assert.deepEqual(found, vector.payload, vector.name);
  }
  for (const vector of partial) {
    assert.equal(await codeOf(() => judgeRecord(vector)), "disclosure_missing", vector.name);
  }
});

test("keys are judged with the cause, and have their thumbprints", async () => {
  const { good, bad, unreadable } = vectors("keys");
  for (const vector of good) {
    const key = keys.readJwk(JSON.stringify(vector.jwk));
    assert.equal(toHex(key), vector.hex);
    assert.equal(keyFault(key), null, vector.name);
    assert.equal(await keys.thumbprint(key), vector.kid, vector.name);
  }
  for (const vector of bad) {
    assert.equal(keyFault(ofHex(vector.hex)), vector.cause, vector.name);
    assert.equal(await codeOf(() => keys.demandStrong(ofHex(vector.hex))), vector.code, vector.name);
  }
  for (const vector of unreadable) {
    assert.notEqual(await codeOf(() => keys.readJwk(vector.json)), "accepted", vector.name);
  }
});

test("signatures are judged strictly, by the machine's own Ed25519 and without it", async () => {
  for (const native of [true, false]) {
    for (const vector of vectors("keys").signatures) {
      const key = ofHex(vector.key_hex);
      const judge = () => accepts(key, ofHex(vector.message_hex), ofHex(vector.signature_hex), { native });
      const found = keyFault(key) === null && (await judge());
      assert.equal(found, vector.accept, `${vector.name}, native ${native}`);
    }
  }
  assert.equal(typeof (await nativeIsSound()), "boolean");
});

test("proofs of possession fit one key, one party and one log", async () => {
  const { good, bad, unreadable } = vectors("possession");
  await judged({ good, bad }, keys.verifyPossession);
  for (const vector of good) {
    assert.equal(keys.possessionMessage(vector.log, vector.party, vector.kid), vector.message);
  }
  for (const { name, proof } of unreadable) {
    assert.equal(await codeOf(() => keys.verifyPossession({ ...good[0], proof })), "malformed", name);
  }
});

test("hashes, roots and proofs of the tree are those of RFC 6962", async () => {
  const { entries, inclusion, consistency, roots } = vectors("log");
  for (const { hex, repeat, times, leaf } of entries) {
    const entry = ofHex(hex ?? repeat.repeat(times));
    assert.equal(toBase64(await tree.leafHash(entry)), leaf);
  }
  assert.equal(toBase64(await tree.emptyRoot()), roots.find((one) => Number(one.size) === 0).root);
  await judged(inclusion, ({ leaf, index, size, proof, root }) =>
    tree.verifyInclusion({
      leaf: fromBase64(leaf),
      index: BigInt(index),
      size: BigInt(size),
      proof: proof.map(fromBase64),
      root: fromBase64(root),
    }));
  await judged(consistency, (vector) =>
    tree.verifyConsistency({
      oldSize: BigInt(vector.old_size),
      oldRoot: fromBase64(vector.old_root),
      newSize: BigInt(vector.new_size),
      newRoot: fromBase64(vector.new_root),
      proof: vector.proof.map(fromBase64),
    }));
});

test("verifier keys, checkpoints, cosignatures, policies and receipts are judged alike", async () => {
  const { verifier_keys, checkpoints, cosignatures, policies, receipts } = vectors("notes");
  await judged(verifier_keys, ({ text }) => note.readVerifierKey(text));
  for (const vector of verifier_keys.good) {
    const key = await note.readVerifierKey(vector.text);
    assert.equal(key.id.toString(16).padStart(8, "0"), vector.key_id);
    assert.deepEqual([key.name, key.kind], [vector.name_of_signer, vector.kind]);
  }
  const log = await note.readVerifierKey(checkpoints.log_key);
  await judged(checkpoints, async ({ text }) => note.verifyCheckpoint(await note.readCheckpoint(text), log));
  await judged(policies, ({ text }) => readPolicy(text));
  const policy = await readPolicy(receipts.policy);
  const leaf = await tree.leafHash(toUtf8(receipts.entry));
  await judged(receipts, async ({ text }) => verifyReceipt(await readReceipt(text), leaf, policy));

  const witness = await note.readVerifierKey(cosignatures.witness_key);
  const at = async ({ text }) => note.cosignedAt((await note.readCheckpoint(text)).note, witness);
  for (const vector of cosignatures.good) assert.equal(await at(vector), cosignatures.cosigned_at);
  for (const vector of cosignatures.bad) {
    // That a witness is missing is no fault of the note; whether it matters is for the policy to say.
    if (vector.code === "not_cosigned") assert.equal(await at(vector), null, vector.name);
    else assert.equal(await codeOf(() => at(vector)), vector.code, vector.name);
  }
});

test("decimals, dates, times and units have one spelling", () => {
  const { decimals, dates, times, units } = vectors("quantities");
  for (const { text, micro, is_amount } of decimals.good) {
    assert.equal(String(kinds.readDecimal(text)), String(micro), text);
    assert.equal(kinds.readAmount(text) !== null, is_amount, text);
  }
  for (const { text } of decimals.bad) assert.equal(kinds.readDecimal(text), null, text);
  for (const { text } of dates.good) assert.ok(kinds.isDate(text), text);
  for (const text of dates.bad) assert.ok(!kinds.isDate(text), text);
  for (const { seconds } of times.good) assert.ok(kinds.KINDS.time(Number(seconds)), String(seconds));
  for (const seconds of times.bad) assert.ok(!kinds.KINDS.time(Number(seconds)), String(seconds));
  for (const { code } of units.good) assert.ok(kinds.KINDS.unit(code), code);
  for (const code of units.bad) assert.ok(!kinds.KINDS.unit(code), code);
});

// The kinds of ids.json that stand in records. The others (serials, asset numbers, other papers) and what
// a scanned text is taken for are for programs that scan; no record has a member of such a kind.
const IDS = {
  division: ids.isDivision,
  ear_tag: ids.isEarTag,
  gln: ids.isGln,
  licence: ids.isLicence,
  lot_code: ids.isLotCode,
  party: ids.isParty,
  plate: ids.isPlate,
  plate_colour: ids.isPlateColour,
  site: ids.isSite,
  site_no: ids.isSiteNumber,
  slaughter_code: ids.isSlaughterCode,
  smallholder: ids.isSmallholder,
  uscc: ids.isUscc,
};

test("identifiers that stand in records are taken in their one spelling", () => {
  const { types } = vectors("ids");
  for (const [name, judge] of Object.entries(IDS)) {
    for (const { text } of types[name].good) assert.ok(judge(text), `${name} ${text}`);
    // Records refuse every bad one as malformed; why exactly is for whoever types one in.
    for (const { text } of types[name].bad) assert.ok(!judge(text), `${name} ${text}`);
  }
});
