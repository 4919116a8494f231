// Verifying an evidence bundle, in a browser or in Node.js: from the head of the log down to every
// record, as docs/VERIFY.md says. It needs no network, and whom to believe comes from outside.

import { readBundle, proofOf } from "./bundle.js";
import { openStatements, restsOf, trustedKeys } from "./facts.js";
import { Fault, demand } from "./fault.js";
import { readCheckpoint, readVerifierKey, verifyCheckpoint } from "./note.js";
import { acceptCheckpoint, readPolicy } from "./policy.js";
import { readRecord } from "./record.js";
import { genesisOf } from "./registry.js";
import { State, beginSignatures, inside, takeRecord } from "./replay.js";
import { CLOCKS } from "./tables.js";
import { rememberingHash, verifyInclusion } from "./tree.js";
import { explain, limitsOf, stepWords } from "./words.js";

/**
 * @typedef {object} Options
 * @property {(done: {step: string, done: number, of: number, zh: string, en: string}) => void} [onProgress]
 * @property {number} [now] Unix seconds; the clock of the machine if absent
 * @property {boolean} [native] `false` never asks the browser's own Ed25519
 * @property {{log?: string, lot?: string}} [expects] the log and lot that were asked for: a bundle of
 *   another one, however genuine, is refused
 */

/**
 * @typedef {object} Outcome
 * @property {boolean} ok whether nothing is wrong
 * @property {{code: string, cause: string | null, zh: string, en: string, detail: string, where: {part: string, index?: number, id?: string}}} [firstFailure]
 * @property {{code: string, zh: string, en: string, count: number}[]} checked what was checked, until the first failure
 * @property {object[]} trusted the keys that were believed and where each comes from
 * @property {object} rests what rests on what was verified: records by id, parties, sites; empty unless `ok`
 * @property {object | null} claimed what the bundle says and this does not recompute: the verdict
 * @property {string[]} notIncluded ids of records that are relied on and not in the bundle
 * @property {{code: string, zh: string, en: string}[]} cannotExclude what no such check can show
 */

/** One run over one bundle; what was done so far is what is told if it stops. */
class Run {
  constructor(policy, options) {
    this.policy = policy;
    this.options = options;
    this.checked = [];
    this.trusted = [];
    this.state = new State();
    this.where = { part: "bundle" };
    this.notes = [];
  }

  done(code, count) {
    this.checked.push({ code, count, ...stepWords(code) });
  }

  progress(step, done, of) {
    this.options.onProgress?.({ step, done, of, ...stepWords(step) });
  }

  async all(input) {
    const policy = await this.readPolicy();
    this.where = { part: "bundle" };
    this.bundle = await readBundle(input);
    this.demandExpected();
    this.done("bundle", 1);
    const head = await this.head();
    const records = await this.records();
    await this.trust(head, records, policy);
    await this.inclusions(head, records);
    await this.replay(records);
    this.demandClaims();
  }

  async readPolicy() {
    this.where = { part: "policy" };
    return typeof this.policy === "string" ? readPolicy(this.policy) : this.policy;
  }

  /** A genuine bundle about something else proves nothing of what was asked. */
  demandExpected() {
    const { log, lot } = this.options.expects ?? {};
    demand(log === undefined || this.bundle.log === log, "bundle_other_log", this.bundle.log);
    demand(lot === undefined || this.bundle.subject.lot === lot, "bundle_other_lot", this.bundle.subject.lot);
  }

  async head() {
    this.where = { part: "checkpoint" };
    const head = await readCheckpoint(this.bundle.checkpoint).catch((fault) => {
      throw inside("bundle_checkpoint", fault);
    });
    demand(head.origin === this.bundle.log, "bundle_other_log", head.origin);
    return head;
  }

  async records() {
    const { records, log } = this.bundle;
    let last = -1;
    const read = [];
    for (const [at, { index, sd_jwt }] of records.entries()) {
      this.where = { part: "record", index };
      demand(index > last, "bundle_order");
      last = index;
      const record = await readRecord(sd_jwt).catch((fault) => {
        throw inside("bundle_record", fault);
      });
      demand(record.claims.log === log, "bundle_other_log", record.claims.log);
      read.push(record);
      this.progress("records", at + 1, records.length);
    }
    this.done("records", read.length);
    return read;
  }

  async trust(head, records, policy) {
    this.where = { part: "record", index: this.bundle.records[0]?.index ?? 0 };
    const genesis = genesisOf(records[0]);
    const key = await readVerifierKey(genesis.log_key).catch(() => {
      throw new Fault("bundle_genesis", "the log's key cannot be read");
    });
    this.where = { part: "checkpoint" };
    await verifyCheckpoint(head, key, this.options).catch((fault) => {
      throw inside("bundle_checkpoint", fault);
    });
    this.logKey = key;
    this.from = policy ? "policy" : "bundle";
    if (policy) await this.accept(policy, head, key);
    else this.notes.push("no_policy");
    this.done("checkpoint", 1);
  }

  async accept(policy, head, key) {
    const { log, cosigned } = await acceptCheckpoint(policy, head, this.options).catch((fault) => {
      throw inside("bundle_not_trusted", fault);
    });
    demand(log.text === key.text, "bundle_log_key");
    this.trusted.push({ what: "log", name: key.name, key: key.text, from: "policy" });
    for (const { name, at } of cosigned) this.trusted.push({ what: "witness", name, from: "policy", at });
    if (cosigned.length > 0) this.done("witnesses", cosigned.length);
    else this.notes.push("no_witness");
  }

  async inclusions({ size, root }, records) {
    const hash = rememberingHash();
    for (const [at, entry] of this.bundle.records.entries()) {
      this.where = { part: "record", index: entry.index, id: records[at].id };
      const claim = { leaf: records[at].leaf, index: BigInt(entry.index), size, proof: proofOf(entry), root };
      await verifyInclusion(claim, hash).catch((fault) => {
        throw inside("bundle_not_included", fault);
      });
      this.progress("inclusions", at + 1, records.length);
    }
    this.done("inclusions", records.length);
  }

  async replay(records) {
    const signatures = await beginSignatures(records, this.options);
    for (const [at, { index }] of this.bundle.records.entries()) {
      this.where = { part: "record", index, id: records[at].id };
      await takeRecord(this.state, records[at], index, signatures);
      this.progress("signatures", at + 1, records.length);
    }
    this.done("signatures", this.state.signatures);
    this.done("registrations", this.state.keys.size);
    this.done("citations", this.state.entries.size);
    this.where = { part: "bundle" };
  }

  /** What the bundle says about itself and its claimed verdict, as far as it can be seen without judging. */
  demandClaims() {
    this.where = { part: "verdict" };
    const { made_at: madeAt, rules, verdict, subject } = this.bundle;
    const now = this.options.now ?? Math.floor(Date.now() / 1000);
    demand(madeAt >= this.state.now && madeAt <= now + CLOCKS.FUTURE_SKEW_S, "bundle_made_at");
    const isVerdict = verdict && ["scope", "rules", "state"].every((name) => typeof verdict[name] === "string");
    demand(isVerdict, "bundle_malformed", "verdict");
    demand(verdict.rules === rules, "bundle_rules");
    const { recalls, holds } = openStatements(this.state, subject.lot);
    const hidesRecall = recalls.length > 0 && !["recalled", "unknown"].includes(verdict.state);
    const hidesHold = holds.length > 0 && !["recalled", "held", "unknown"].includes(verdict.state);
    demand(!hidesRecall && !hidesHold, "bundle_verdict", verdict.state);
    this.done("claims", 1);
  }

  outcome(failure) {
    const notIncluded = [...this.state.absent].sort();
    if (notIncluded.length > 0) this.notes.push("not_included");
    const { bundle } = this;
    const claimed = bundle && { ...bundle.verdict, made_at: bundle.made_at, subject: bundle.subject };
    return {
      ok: failure === undefined,
      ...(failure && { firstFailure: { ...explain(failure), where: this.where } }),
      checked: this.checked,
      trusted: failure ? this.trusted : this.allTrusted(),
      rests: failure ? { records: {}, parties: {}, sites: {}, recordedUntil: null } : restsOf(this.state),
      claimed: claimed ?? null,
      notIncluded,
      cannotExclude: limitsOf(this.notes, notIncluded.length),
    };
  }

  allTrusted() {
    const witnesses = this.trusted.filter((one) => one.what === "witness");
    const [log, ...keys] = trustedKeys(this.state, this.logKey, this.from);
    return [log, ...witnesses, ...keys];
  }
}

/**
 * Verifies a bundle: form, digest, head, proofs, signatures, registrations, citations. It names the first
 * thing that fails and never throws for anything a bundle or policy may hold.
 * @param {Uint8Array | string} input the bundle as it was fetched or saved
 * @param {string | import("./policy.js").Policy | null} policy whom to believe (C2SP tlog-policy), from
 *   outside of the bundle; null believes the key that the bundle itself names, and says so
 * @param {Options} [options]
 * @returns {Promise<Outcome>}
 */
export async function verifyBundle(input, policy, options = {}) {
  if (!globalThis.crypto?.subtle) throw new Error("no WebCrypto: the page must come over HTTPS");
  const run = new Run(policy, options);
  try {
    await run.all(input);
    return run.outcome();
  } catch (error) {
    if (error instanceof Fault) return run.outcome(error);
    throw error;
  }
}
