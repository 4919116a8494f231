// Reading a record from its bytes (docs/RECORD-FORMAT.md). Everything irregular is refused; nothing is
// repaired, and nothing is written anew to be verified.

import {
  fixedBase64url,
  fromBase64url,
  fromUtf8,
  joined,
  sha256,
  toBase64url,
  toUtf8,
  utf8Length,
} from "./bytes.js";
import { accepts } from "./ed25519.js";
import { Fault, demand } from "./fault.js";
import { isObject, readJson } from "./json.js";
import { KINDS } from "./kinds.js";
import { thumbprint } from "./keys.js";
import { checkObject, detailFits } from "./schema.js";
import { openSlots, slotsOf } from "./sealed.js";
import { BODIES, LIMITS, LINE, PAYLOAD, SEALED } from "./tables.js";

const HEADER_HEAD = '{"alg":"EdDSA","typ":"shisu-record+sd-jwt","kid":"';
const HEADER_TAIL = '"}';
const LINE_MEMBERS = { ...LINE, n: "r line_number_of_moves" };
const BLOB_MEMBERS = { hash: "r hash", bytes: "r integer" };
const CLASSES = ["balance", "trade", "personal"];
/** The payload as the tables have it; what has codes of its own is read below. */
const PAYLOAD_MEMBERS = {
  ...PAYLOAD,
  type: "r any",
  moves: "d any",
  blobs: "d any",
  body: "r any",
  _sd_alg: "r any",
};

/**
 * @typedef {object} Record
 * @property {string} id SHA-256 of the signed bytes, base64url
 * @property {Uint8Array} leaf RFC 6962 leaf hash of the same bytes
 * @property {string} kid key that the header names
 * @property {object} claims the payload; lists that are absent are empty, members that are absent null
 * @property {object} body `claims.body`
 * @property {import("./sealed.js").Slot[]} slots sealed fields, open or closed
 * @property {Uint8Array} input the bytes that are signed
 * @property {Uint8Array} signature
 */

/**
 * Reads `jwt~disclosure~…~`. The signature is not verified by this: that needs the key.
 * @param {string} text
 * @param {{complete?: boolean}} [options] `complete`: every sealed field must be open
 * @returns {Promise<Record>}
 * @throws {Fault} with a code of section 13
 */
export async function readRecord(text, { complete = false } = {}) {
  demand(utf8Length(text) <= LIMITS.SUBMISSION_BYTES_MAX, "too_large", "submission");
  const { jwt, disclosures } = split(text);
  demand(utf8Length(jwt) <= LIMITS.RECORD_BYTES_MAX, "too_large", "record");
  const parts = jwt.split(".");
  demand(parts.length === 3, "not_sd_jwt", "a JWT has three parts");
  const kid = readHeader(parts[0]);
  const signature = fixedBase64url(parts[2], 64);
  demand(signature, "not_canonical_base64", "signature");
  const payload = fromBase64url(parts[1]);
  demand(payload, "not_canonical_base64", "payload");
  const claims = readPayload(payload);
  const slots = slotsOf(claims);
  await openSlots(slots, disclosures, complete);
  const bytes = toUtf8(jwt);
  const [id, leaf] = await Promise.all([sha256(bytes), sha256(joined(Uint8Array.of(0), bytes))]);
  const input = bytes.subarray(0, jwt.lastIndexOf("."));
  return { id: toBase64url(id), leaf, kid, claims, body: claims.body, slots, input, signature };
}

function split(text) {
  const at = text.indexOf("~");
  demand(at >= 0, "not_sd_jwt", "no ~ after the JWT");
  const [jwt, rest] = [text.slice(0, at), text.slice(at + 1)];
  if (rest === "") return { jwt, disclosures: [] };
  demand(rest.endsWith("~"), "not_sd_jwt", "a key-binding JWT or an unterminated disclosure");
  const disclosures = rest.slice(0, -1).split("~");
  demand(disclosures.length <= LIMITS.DISCLOSURES_MAX, "too_large", "number of disclosures");
  demand(!disclosures.includes(""), "not_sd_jwt", "an empty disclosure");
  return { jwt, disclosures };
}

function readHeader(part) {
  const bytes = fromBase64url(part);
  demand(bytes, "not_canonical_base64", "header");
  const text = fromUtf8(bytes);
  demand(text !== null, "invalid_utf8", "header");
  const kid = text.slice(HEADER_HEAD.length, -HEADER_TAIL.length);
  const isThis = text === HEADER_HEAD + kid + HEADER_TAIL && KINDS.thumbprint(kid);
  if (!isThis) throw whyHeader(text);
  return kid;
}

function whyHeader(text) {
  try {
    const header = readJson(text);
    const named = isObject(header) && typeof header.alg === "string" && header.alg !== "EdDSA";
    return new Fault(named ? "algorithm" : "header_members");
  } catch (fault) {
    return fault.code === "malformed" ? new Fault("header_members") : fault;
  }
}

function readPayload(bytes) {
  const claims = readJson(bytes);
  demand(isObject(claims), "malformed", "payload is no object");
  inTheClear(claims);
  checkObject(claims, PAYLOAD_MEMBERS, "payload");
  for (const name of ["type", "_sd_alg"]) {
    demand(typeof claims[name] === "string", "malformed", `payload: ${name} is no text`);
  }
  const moves = readList(claims, "moves", LIMITS.MOVES_MAX, checkLine);
  const blobs = readList(claims, "blobs", LIMITS.BLOBS_MAX, checkBlob);
  demand(claims.v === 1, "version", String(claims.v));
  demand(claims._sd_alg === "sha-256", "malformed", "_sd_alg is not sha-256");
  demand(Object.hasOwn(BODIES, claims.type), "unknown_type", claims.type.slice(0, 64));
  demandLineNumbers(moves);
  demand(blobs.every((blob) => blob.bytes <= LIMITS.BLOB_BYTES_MAX), "too_large", "blob");
  readBody(claims.type, claims.body);
  const lists = { moves, blobs, refs: claims.refs ?? [], about: claims.about ?? [] };
  return { ...claims, ...lists, site: claims.site ?? null, prev: claims.prev ?? null };
}

/** What its type seals stands nowhere in the clear; told before anything else about its place. */
function inTheClear(claims) {
  const lines = Array.isArray(claims.moves) ? claims.moves : [];
  for (const [objects, place] of [[lines, "line"], [[claims.body], claims.type]]) {
    const fields = typeof place === "string" && Object.hasOwn(SEALED, place) ? SEALED[place] : [];
    for (const name of fields.map((field) => field.split(" ")[0])) {
      const open = objects.some((object) => isObject(object) && name in object);
      demand(!open, "sealed_in_clear", name);
    }
  }
}

function readList(claims, name, max, check) {
  const list = claims[name];
  if (list === undefined) return [];
  demand(Array.isArray(list), "malformed", `payload: ${name} is no list`);
  list.forEach((one, at) => {
    demand(at < max, "too_many", `${name} has more than ${max} elements`);
    check(one, `${name}/${at}`);
  });
  return list;
}

function checkLine(line, where) {
  checkObject(line, LINE_MEMBERS, where);
  demand(line.op === "in" || line.op === "out", "malformed", `${where}/op is neither in nor out`);
}

/** Who sees a file: those of a sealed class, or everybody. */
const BLOB_CLASSES = [...CLASSES, "record"];

function checkBlob(blob, where) {
  checkObject(blob, { ...BLOB_MEMBERS, class: "r any" }, where);
  demand(BLOB_CLASSES.includes(blob.class), "malformed", `${where}/class`);
}

function demandLineNumbers(moves) {
  const seen = new Set();
  for (const { n, of } of moves) {
    const cited = !of || KINDS.line_number(of[1]);
    demand(KINDS.line_number(n) && cited && !seen.has(n), "line_numbers");
    seen.add(n);
  }
}

function readBody(type, body) {
  // A type without sealed fields may leave the list of digests out.
  const digests = `${type in SEALED ? "r" : "d"} digests`;
  checkObject(body, { ...BODIES[type], _sd: digests }, "body");
  demand(type !== "certify" || detailFits(body), "malformed", "detail is of another kind of paper");
}

/**
 * Verifies the signature of a record with a key that is known to be strong.
 * @param {Record} record
 * @param {Uint8Array} key
 * @param {{native?: boolean}} [options]
 * @throws {Fault} signature
 */
export async function verifyRecord(record, key, options) {
  const isNamed = (await thumbprint(key)) === record.kid;
  demand(isNamed && (await accepts(key, record.input, record.signature, options)), "signature");
}
