// Evidence bundles: the vectors of the first implementation, what a good one shows, and bytes flipped all over.
import assert from "node:assert/strict";
import test from "node:test";
import { vectors, verifier } from "./shared.mjs";

const { verifyBundle } = await verifier("index");
const { toUtf8 } = await verifier("bytes");
const { policies, good, bad } = vectors("bundles");

const byName = (name) => good.find((one) => one.name === name);
const judge = ({ bundle, policy, now }, options) => verifyBundle(toUtf8(bundle), policies[policy], { now, ...options });

/** The text of a bad vector: its own, or that of a good one with texts replaced. */
function textOf({ bundle, of, edits }) {
  if (bundle !== undefined) return bundle;
  let text = byName(of).bundle;
  for (const [from, to] of edits) {
    assert.equal(text.split(from).length, 2, "an edited text stands there once");
    text = text.replace(from, () => to);
  }
  return text;
}

test("good bundles are accepted, every signature and proof checked", async () => {
  for (const native of [true, false]) {
    for (const vector of good) {
      const found = await judge(vector, { native });
      assert.equal(found.firstFailure, undefined, `${vector.name}: ${JSON.stringify(found.firstFailure)}`);
      assert.equal(found.ok, true);
      const counts = Object.fromEntries(found.checked.map(({ code, count }) => [code, count]));
      assert.equal(counts.signatures, vector.signatures, vector.name);
      assert.equal(counts.inclusions, vector.signatures, vector.name);
      assert.equal(found.claimed.state, vector.state);
    }
  }
});

test("bad bundles are refused with the code of the first implementation, and with the same cause", async () => {
  for (const vector of bad) {
    const found = await judge({ ...vector, bundle: textOf(vector) });
    if (vector.needs_judging && found.ok) {
      // The verdict itself is not computed here; then the outcome has to say so.
      assert.ok(found.cannotExclude.some(({ code }) => code === "verdict"), vector.name);
      assert.notEqual(vector.name, "forged_to_hide_a_recall");
      continue;
    }
    assert.equal(found.ok, false, `${vector.name} is accepted`);
    const { code, cause, zh, en, where } = found.firstFailure;
    assert.equal(code, vector.code, `${vector.name}: ${JSON.stringify(found.firstFailure)}`);
    if (vector.cause) assert.equal(cause, vector.cause, vector.name);
    assert.ok(zh && en && where.part, vector.name);
    assert.deepEqual(found.rests.records, {}, "nothing rests on a bundle that fails");
  }
});

test("a good bundle names the keys it trusted, where they come from, and what it cannot exclude", async () => {
  const found = await judge(byName("farm"));
  const [log, node, registrar, farm] = found.trusted;
  assert.deepEqual([log.what, log.from], ["log", "policy"]);
  assert.deepEqual([node.role, node.from, node.registeredAt], ["node", "genesis", 0]);
  assert.deepEqual([registrar.role, registrar.from, registrar.grantedBy], ["admin", "genesis", node.kid]);
  assert.deepEqual([farm.from, farm.registeredAt, farm.grantedBy], ["registration", 3, registrar.kid]);
  assert.equal(farm.partyName, "嘉善示例生猪养殖专业合作社");
  assert.equal(found.rests.records[farm.registeredBy].type, "add_key");
  const codes = found.cannotExclude.map(({ code }) => code);
  for (const code of ["newer", "script", "verdict", "no_witness"]) assert.ok(codes.includes(code), code);
});

test("without a policy the key of the bundle is believed, and it is said", async () => {
  const vector = byName("farm");
  const found = await verifyBundle(toUtf8(vector.bundle), null, { now: vector.now });
  assert.equal(found.ok, true);
  assert.equal(found.trusted[0].from, "bundle");
  assert.ok(found.cannotExclude.some(({ code }) => code === "no_policy"));
});

test("a policy that cannot be read is the first thing that fails", async () => {
  const vector = byName("farm");
  const found = await verifyBundle(toUtf8(vector.bundle), "log nonsense\n", { now: vector.now });
  assert.deepEqual([found.firstFailure.code, found.firstFailure.where.part], ["key_format", "policy"]);
});

test("the facts are those of the records: public members, opened quantities, closed fields as closed", async () => {
  const open = await judge(byName("greens_with_quantities"));
  const closed = await judge(byName("greens"));
  const lines = (found) => Object.values(found.rests.records).flatMap((record) => record.moves);
  assert.ok(lines(open).length > 0 && lines(open).every(({ quantity }) => /^[0-9]/.test(quantity)));
  assert.ok(lines(closed).every(({ quantity }) => quantity === null));
  for (const [id, record] of Object.entries(closed.rests.records)) {
    assert.equal(record.id, id);
    assert.ok(!("_sd" in record.body), "digests are no fact for people");
    assert.ok(record.admittedAt >= record.iat - 300);
    assert.ok(record.sealed.every(({ open: isOpen, value }) => !isOpen && value === null));
    assert.ok(closed.rests.parties[record.iss].name, "who says it is registered by name");
  }
});

test("progress is told, in both languages", async () => {
  const told = [];
  const found = await judge(byName("farm"), { onProgress: (step) => told.push(step) });
  assert.equal(found.ok, true);
  assert.deepEqual([...new Set(told.map(({ step }) => step))], ["records", "inclusions", "signatures"]);
  assert.ok(told.every(({ done, of, zh, en }) => done <= of && zh && en));
});

test("any flipped byte of a bundle is noticed", async () => {
  const bytes = toUtf8(byName("farm").bundle);
  for (let at = 0; at < bytes.length; at += 7) {
    for (const mask of [1, 0x20]) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= mask;
      const found = await verifyBundle(damaged, policies.vectors, { now: byName("farm").now });
      assert.equal(found.ok, false, `byte ${at} of ${bytes.length} xor ${mask} is not noticed`);
    }
  }
});

/** The bundle with a digest that fits, as a forger writes it. */
async function forged(bundle) {
  const { readBundle } = await verifier("index");
  const attempt = JSON.stringify(bundle);
  const digest = await digestOf(attempt);
  const text = attempt.replace(/"digest":"[^"]*"/, `"digest":"${digest}"`);
  await readBundle(text);
  return text;
}

async function digestOf(text) {
  const { sha256, toBase64url } = await verifier("bytes");
  return toBase64url(await sha256(toUtf8(text.replace(/"digest":"[^"]*"/, '"digest":""'))));
}

test("any flipped byte of what is signed or proven is noticed also when the digest is made to fit", async () => {
  const vector = byName("farm");
  const whole = JSON.parse(vector.bundle);
  const texts = whole.records.flatMap((entry, number) => [
    [(bundle, text) => (bundle.records[number].sd_jwt = text), entry.sd_jwt],
    ...entry.proof.map((hash, step) => [(bundle, text) => (bundle.records[number].proof[step] = text), hash]),
  ]);
  texts.push([(bundle, text) => (bundle.checkpoint = text), whole.checkpoint]);
  let tried = 0;
  for (const [put, text] of texts) {
    const step = Math.max(1, Math.floor(text.length / 17));
    for (let at = 0; at < text.length; at += step) {
      const other = text[at] === "A" ? "B" : "A";
      const bundle = structuredClone(whole);
      put(bundle, text.slice(0, at) + other + text.slice(at + 1));
      const attempt = await forged(bundle).catch((fault) => fault);
      if (attempt instanceof Error) {
        assert.equal(attempt.code, "bundle_malformed", "a hash that is none");
        continue;
      }
      const found = await verifyBundle(attempt, policies.vectors, { now: vector.now });
      assert.equal(found.ok, false, `character ${at} of ${text.slice(0, 40)}…`);
      tried += 1;
    }
  }
  assert.ok(tried > 150, `${tried} were tried`);
});

test("what lies outside of what is signed is accounted for, not believed", async () => {
  // These members nobody signed: a forger can change them and make the digest fit. They are told as
  // claimed, never among what rests on what was verified, and the outcome says what was not computed.
  const vector = byName("farm");
  for (const change of [
    (bundle) => (bundle.verdict.state = "missing"),
    (bundle) => (bundle.verdict.steps = 9),
    (bundle) => (bundle.made_at += 60),
    (bundle) => (bundle.subject.lot = "t/OTHER-LOT"),
    (bundle) => (bundle.cut = { reason: "depth", max: 1 }),
    (bundle) => (bundle.records[4].findings = [{ code: "late_entry", hours: 1 }]),
  ]) {
    const bundle = JSON.parse(vector.bundle);
    change(bundle);
    const { cut, records, verdict, digest, ...before } = bundle;
    const inOrder = { ...before, ...(cut && { cut }), records, verdict, digest };
    const found = await verifyBundle(await forged(inOrder), policies.vectors, { now: vector.now });
    assert.equal(found.ok, true);
    assert.ok(found.cannotExclude.some(({ code }) => code === "verdict"));
    assert.ok(found.cannotExclude.some(({ code }) => code === "findings"));
    assert.doesNotMatch(JSON.stringify(found.rests), /late_entry|OTHER-LOT/);
  }
});
