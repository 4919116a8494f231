// Writing records (docs/RECORD-FORMAT.md): the fields that a type seals are sealed, the rest is written in
// the one order that shisu writes, and the result is read back by the verifier's own reader, as strictly
// as any node will read it.

import { sha256, toBase64url, toUtf8 } from "../verify/bytes.js";
import { demand } from "../verify/fault.js";
import { isObject } from "../verify/json.js";
import { readRecord, verifyRecord } from "../verify/record.js";
import { LIMITS, SEALED } from "../verify/tables.js";

const FORMAT_VERSION = 1;
const SD_ALG = "sha-256";

/**
 * @typedef {object} Signer whoever signs; the secret stays with it
 * @property {string} kid thumbprint of its key
 * @property {Uint8Array} publicKey 32 bytes
 * @property {(message: Uint8Array) => Promise<Uint8Array>} sign Ed25519
 */

/**
 * @typedef {object} Written
 * @property {string} text `jwt~disclosure~…~`, as it is submitted
 * @property {string} id
 * @property {import("../verify/record.js").Record} record as read back
 */

/** A salt of 128 random bits. @returns {Uint8Array} */
export const randomSalt = () => globalThis.crypto.getRandomValues(new Uint8Array(LIMITS.SALT_BYTES_MIN));

/**
 * JSON without white space, the members of every object in the order of their names. Numbers have to be
 * integers, which JSON.stringify writes as shisu does.
 * @param {unknown} value
 * @returns {string}
 */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  const members = names.sort().map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${members.join(",")}}`;
}

const namesOf = (place) => (SEALED[place] ?? []).map((field) => field.split(" ")[0]);

/**
 * Replaces the named members of an object by digests; the disclosures, in their order, go to `out`. A digest that
 * stands in `_sd` already is that of a value which whoever seals does not have; it stays.
 */
async function sealMembers(object, names, newSalt, out) {
  if (names.length === 0) return object;
  const { _sd: closed = [], ...open } = object;
  const digests = [];
  for (const [at, name] of names.entries()) {
    if (typeof closed[at] === "string") {
      digests.push(closed[at]);
      continue;
    }
    const salted = [toBase64url(newSalt()), name, open[name] ?? null];
    delete open[name];
    const disclosure = toBase64url(toUtf8(`[${salted.map(canonicalJson).join(",")}]`));
    digests.push(toBase64url(await sha256(toUtf8(disclosure))));
    out.push(disclosure);
  }
  return { ...open, _sd: digests };
}

/**
 * Seals the fields that the type of `claims` seals.
 * @param {object} claims the open form: every sealed field in its place by name, without `v`, `_sd`, `_sd_alg`
 * @param {() => Uint8Array} [newSalt]
 * @returns {Promise<{payload: object, disclosures: string[]}>} what is signed, and what opens it: lines first,
 *   each in the order of its digests
 */
export async function seal(claims, newSalt = randomSalt) {
  demand(isObject(claims) && isObject(claims.body), "malformed", "claims and body are objects");
  const { moves, ...rest } = claims;
  const disclosures = [];
  const payload = { ...rest, v: FORMAT_VERSION, _sd_alg: SD_ALG };
  if (moves !== undefined) {
    payload.moves = [];
    for (const line of moves) {
      payload.moves.push(await sealMembers(line, namesOf("line"), newSalt, disclosures));
    }
  }
  payload.body = await sealMembers(claims.body, namesOf(claims.type), newSalt, disclosures);
  return { payload, disclosures };
}

/** The bytes of the header for a key, base64url. @param {string} kid */
export const headerOf = (kid) => toBase64url(toUtf8(`{"alg":"EdDSA","typ":"shisu-record+sd-jwt","kid":"${kid}"}`));

/** What is signed: header and payload. @param {string} kid @param {object} payload */
export const signingInput = (kid, payload) => `${headerOf(kid)}.${toBase64url(toUtf8(canonicalJson(payload)))}`;

/**
 * Seals and signs claims, and reads the result back.
 * @param {object} claims as for {@link seal}, with `log`, `iss`, `iat`, `seq`, `prev`
 * @param {Signer} signer
 * @param {{newSalt?: () => Uint8Array, native?: boolean}} [options]
 * @returns {Promise<Written>}
 * @throws {import("../verify/fault.js").Fault} whatever a node would refuse in the form of the result
 */
export async function writeRecord(claims, signer, { newSalt = randomSalt, native } = {}) {
  const { payload, disclosures } = await seal(claims, newSalt);
  const input = signingInput(signer.kid, payload);
  const signature = toBase64url(await signer.sign(toUtf8(input)));
  const text = [`${input}.${signature}`, ...disclosures, ""].join("~");
  const record = await readRecord(text, { complete: true });
  await verifyRecord(record, signer.publicKey, { native });
  return { text, id: record.id, record };
}
