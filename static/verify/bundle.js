// The format shisu-bundle/v1: reading, and whether the text is undamaged. Nothing here says that a
// bundle is genuine.

import { fixedBase64url, fromUtf8, sha256, toBase64url, toUtf8 } from "./bytes.js";
import { Fault, demand } from "./fault.js";
import { isObject, readJson } from "./json.js";
import { KINDS } from "./kinds.js";
import { PROOF_HASHES_MAX } from "./tree.js";

const FORMAT = "shisu-bundle/v1";
const BUNDLE_BYTES_MAX = 32 * 1024 * 1024;
const RECORDS_MAX = 20_000;
const FINDINGS_MAX = 2_000;
/** Deepest nesting of a bundle; verdicts nest deeper than records. */
const DEPTH_MAX = 64;
const MEMBERS = ["format", "subject", "made_at", "rules", "log", "checkpoint", "cut", "records", "verdict", "digest"];
const SUBJECT = { lot: "lot_code", origin: "record_id", at: "site" };

const text = (value) => typeof value === "string";
const onlyHas = (object, names) => Object.keys(object).every((name) => names.includes(name));
const wrong = (what) => new Fault("bundle_malformed", what);

/**
 * @typedef {object} Bundle
 * @property {{lot: string, origin?: string, at?: string}} subject
 * @property {number} made_at Unix seconds
 * @property {string} rules
 * @property {string} log
 * @property {string} checkpoint
 * @property {object} [cut]
 * @property {{index: number, sd_jwt: string, proof: string[], findings?: object[]}[]} records
 * @property {{state: string, scope: string, rules: string}} verdict what the node claims
 * @property {string} digest
 */

/**
 * Reads a bundle.
 * @param {Uint8Array | string} input
 * @returns {Promise<Bundle>}
 * @throws {Fault} bundle_too_large, bundle_malformed, bundle_format, bundle_too_many, bundle_damaged
 */
export async function readBundle(input) {
  const bytes = text(input) ? toUtf8(input) : input;
  demand(bytes.length <= BUNDLE_BYTES_MAX, "bundle_too_large");
  const bundle = parse(bytes);
  demandForm(bundle);
  demand(bundle.format === FORMAT, "bundle_format");
  demandLimits(bundle);
  const written = toBase64url(await sha256(toUtf8(compact({ ...bundle, digest: "" }))));
  demand(written === bundle.digest, "bundle_damaged");
  return bundle;
}

function parse(bytes) {
  const content = fromUtf8(bytes);
  if (content === null) throw wrong("not UTF-8");
  try {
    return readJson(content, DEPTH_MAX);
  } catch (fault) {
    throw new Fault("bundle_malformed", fault.message, fault);
  }
}

function demandForm(bundle) {
  if (!isObject(bundle)) throw wrong("no object");
  if (!onlyHas(bundle, MEMBERS)) throw wrong("an unknown member");
  for (const name of ["format", "rules", "log", "checkpoint", "digest"]) {
    if (!text(bundle[name])) throw wrong(`${name} is no text`);
  }
  if (!KINDS.time(bundle.made_at)) throw wrong("made_at is no time");
  demandSubject(bundle.subject);
  if (bundle.cut !== undefined && bundle.cut !== null && !isCut(bundle.cut)) throw wrong("cut");
  if (bundle.verdict === undefined) throw wrong("verdict is missing");
  if (!Array.isArray(bundle.records)) throw wrong("records is no list");
  bundle.records.forEach(demandEntry);
}

function demandSubject(subject) {
  if (!isObject(subject) || !onlyHas(subject, Object.keys(SUBJECT))) throw wrong("subject");
  for (const [name, kind] of Object.entries(SUBJECT)) {
    const absent = name !== "lot" && (subject[name] === undefined || subject[name] === null);
    if (!absent && !KINDS[kind](subject[name])) throw wrong(`subject/${name}`);
  }
}

function isCut(cut) {
  if (!isObject(cut)) return false;
  if (cut.reason === "not_included") return onlyHas(cut, ["reason", "line"]) && KINDS.line_reference(cut.line);
  const counted = cut.reason === "depth" || cut.reason === "lines";
  return counted && onlyHas(cut, ["reason", "max"]) && KINDS["integer_below_2^32"](cut.max);
}

function demandEntry(entry, at) {
  const isEntry = isObject(entry) && onlyHas(entry, ["index", "sd_jwt", "proof", "findings"]);
  const fits = isEntry && KINDS.integer(entry.index) && text(entry.sd_jwt) && Array.isArray(entry.proof);
  if (!fits || !entry.proof.every(KINDS.hash)) throw wrong(`records/${at}`);
  const { findings = [] } = entry;
  const isFinding = (one) => isObject(one) && text(one.code);
  if (!Array.isArray(findings) || !findings.every(isFinding)) throw wrong(`records/${at}/findings`);
}

function demandLimits({ records }) {
  demand(records.length <= RECORDS_MAX, "bundle_too_many", "records");
  demand(records.every((one) => one.proof.length <= PROOF_HASHES_MAX), "bundle_too_many", "proof hashes");
  const few = records.every((one) => (one.findings ?? []).length <= FINDINGS_MAX);
  demand(few, "bundle_too_many", "findings");
}

/** The hashes of a proof. @param {{proof: string[]}} entry */
export const proofOf = (entry) => entry.proof.map((hash) => fixedBase64url(hash, 32));

/**
 * The compact JSON over which the digest is made: members of the bundle, of its subject and of its
 * records in the order of the format, those of the verdict by name. White space and order of a bundle
 * that somebody wrote anew do not matter; only inside findings the order has to be the writer's.
 */
function compact(bundle) {
  const members = MEMBERS.filter((name) => name === "verdict" || (bundle[name] ?? null) !== null);
  const written = members.map((name) => `${JSON.stringify(name)}:${memberJson(name, bundle[name])}`);
  return `{${written.join(",")}}`;
}

function memberJson(name, value) {
  if (name === "subject") {
    const { lot, origin, at } = value;
    return JSON.stringify({ lot, origin: origin ?? undefined, at: at ?? undefined });
  }
  if (name === "records") return `[${value.map(entryJson).join(",")}]`;
  if (name === "verdict") return sortedJson(value);
  if (name === "cut") return JSON.stringify({ reason: value.reason, max: value.max, line: value.line });
  return JSON.stringify(value);
}

function entryJson({ index, sd_jwt, proof, findings = [] }) {
  return JSON.stringify({ index, sd_jwt, proof, findings: findings.length > 0 ? findings : undefined });
}

function sortedJson(value) {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${sortedJson(value[name])}`).join(",")}}`;
}
