// Sealed fields and their disclosures (docs/RECORD-FORMAT.md section 7).

import { fromBase64url, fromUtf8, sha256, toBase64url, toUtf8 } from "./bytes.js";
import { Fault, demand } from "./fault.js";
import { readJson } from "./json.js";
import { checkKind } from "./schema.js";
import { LIMITS, SEALED } from "./tables.js";

/** A disclosure's salt and name stand in it without escapes. */
const PLAIN_START = /^[ \t\n\r]*\[[ \t\n\r]*"[^"\\]*"[ \t\n\r]*,[ \t\n\r]*"[^"\\]*"[ \t\n\r]*,/;
/** A disclosure's list counts as one level of nesting; the value has the rest. */
const VALUE_AT = 2;

/**
 * @typedef {object} Slot a place for a sealed field
 * @property {"line" | "body"} place
 * @property {number} [line] number of the line
 * @property {string} name
 * @property {"balance" | "trade" | "personal"} fieldClass
 * @property {string} digest
 * @property {{value: unknown, disclosure: string}} [opened] if a disclosure opened it
 */

/**
 * The places of a record, lines first, each in the order of its digests.
 * @param {{type: string, moves: {n: number, _sd: string[]}[], body: {_sd?: string[]}}} claims
 * @returns {Slot[]}
 * @throws {Fault} digest_count, too_large, disclosure_doubled
 */
export function slotsOf(claims) {
  const places = claims.moves.map((line) => slots("line", SEALED.line, line._sd, line.n));
  places.push(slots("body", SEALED[claims.type] ?? [], claims.body._sd ?? []));
  const all = places.flat();
  demand(all.length <= LIMITS.DISCLOSURES_MAX, "too_large", "number of sealed fields");
  const digests = new Set(all.map((slot) => slot.digest));
  demand(digests.size === all.length, "disclosure_doubled", "a digest stands twice");
  return all;
}

function slots(place, fields, digests, line) {
  demand(digests.length === fields.length, "digest_count", `${place}: ${digests.length}, not ${fields.length}`);
  return fields.map((field, at) => {
    const [name, fieldClass, need, kind] = field.split(" ");
    return { place, line, name, fieldClass, need, kind, digest: digests[at], opened: undefined };
  });
}

/**
 * Opens the places for which there are disclosures.
 * @param {Slot[]} places
 * @param {string[]} disclosures
 * @param {boolean} complete whether every place must be open, as for a home node
 */
export async function openSlots(places, disclosures, complete) {
  const byDigest = new Map(places.map((slot) => [slot.digest, slot]));
  const digests = await Promise.all(disclosures.map(async (one) => toBase64url(await sha256(toUtf8(one)))));
  disclosures.forEach((disclosure, at) => {
    const slot = byDigest.get(digests[at]);
    demand(slot, "disclosure_unknown");
    demand(!slot.opened, "disclosure_doubled", "a disclosure came twice");
    slot.opened = { value: openDisclosure(slot, disclosure), disclosure };
  });
  const closed = complete && places.find((slot) => !slot.opened);
  if (closed) throw new Fault("disclosure_missing", closed.name);
}

function openDisclosure(slot, disclosure) {
  demand(disclosure.length <= LIMITS.DISCLOSURE_BYTES_MAX, "too_large", "disclosure");
  const bytes = fromBase64url(disclosure);
  demand(bytes, "not_canonical_base64", "disclosure");
  const content = readJson(bytes);
  const isTriple = Array.isArray(content) && content.length === 3;
  demand(isTriple && PLAIN_START.test(fromUtf8(bytes)), "malformed", "disclosure is no [salt, name, value]");
  const [salt, name] = content;
  demandSalt(salt);
  demand(name === slot.name, "disclosure_mismatch", `${name.slice(0, 60)} where ${slot.name} belongs`);
  const value = content[VALUE_AT];
  if (value !== null || slot.need === "r") checkKind(value, slot.kind, slot.name);
  return value;
}

function demandSalt(salt) {
  const bytes = salt.length <= Math.ceil((LIMITS.SALT_BYTES_MAX * 4) / 3) ? fromBase64url(salt) : null;
  const fits = bytes && bytes.length >= LIMITS.SALT_BYTES_MIN && bytes.length <= LIMITS.SALT_BYTES_MAX;
  demand(fits && bytes.some((byte) => byte !== bytes[0]), "weak_salt");
}
