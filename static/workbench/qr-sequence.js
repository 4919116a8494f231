// A signed record from screen to camera, without any network: one QR code or a short sequence, shown in turn, read
// in any order. Each part says which sequence it belongs to, its number, how many there are, and a checksum.
//
//   SH1:<set>:<part>:<parts>:<check>:<base45>.
//
// All of it is of the alphanumeric mode of QR codes. It ends in a point, since readers cut off white space.

import { fixedBase64url, joined, sha256, toHex, toUtf8 } from "../verify/bytes.js";
import { Fault, demand } from "../verify/fault.js";
import { demandStrong } from "../verify/keys.js";
import { readRecord, verifyRecord } from "../verify/record.js";
import { fromBase45, toBase45 } from "./base45.js";
import { pack, unpack, withOpen } from "./compact.js";
import { KEY_KNOWN, explain, said } from "./words.js";

const HEAD = "SH1";
/** Bytes in one code: 720 letters and the head fit version 18 at level M, which phones read from each other. */
export const PART_BYTES = 480;
export const PARTS_MAX = 64;
const SET_BYTES = 5;
const PART = /^SH([0-9]+):([0-9A-F]{10}):([1-9][0-9]?):([1-9][0-9]?):([0-9A-F]{8}):(.*)\.$/s;

/** What travels: quantities and trade values for the counterparty; people and plates only if asked for. */
const OPEN = ["balance", "trade"];

function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ((rest ^ 0xffffffff) >>> 0).toString(16).toUpperCase().padStart(8, "0");
}

const checked = (set, part, parts, data) => crc32(toUtf8(`${set}:${part}:${parts}:${data}`));
const setOf = async (bytes) => toHex((await sha256(bytes)).subarray(0, SET_BYTES)).toUpperCase();

/** Whether a scanned text is a part of a sequence. @param {string} text */
export const isPart = (text) => /^SH[0-9]+:[0-9A-F]{10}:/.test(text);

/**
 * The codes of a record.
 * @param {string} text the record with its disclosures
 * @param {string} x the public key that signed it, base64url
 * @param {{classes?: string[], partBytes?: number}} [options] which sealed values go along
 * @returns {Promise<string[]>} texts for QR codes
 */
export async function partsOf(text, x, { classes = OPEN, partBytes = PART_BYTES } = {}) {
  const record = await readRecord(text);
  const bytes = await pack({ text: withOpen(record, text, classes), x });
  const count = Math.ceil(bytes.length / partBytes);
  demand(count <= PARTS_MAX, "too_large", `${count} codes`);
  const set = await setOf(bytes);
  // All of one size, and none larger than it has to be.
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, at) => {
    const data = toBase45(bytes.subarray(at * size, (at + 1) * size));
    return `${HEAD}:${set}:${at + 1}:${count}:${checked(set, at + 1, count, data)}:${data}.`;
  });
}

/** @throws {Fault} qr_not_part, qr_version, qr_damaged */
function readPart(text) {
  demand(isPart(text), "qr_not_part");
  const found = PART.exec(text);
  demand(found, "qr_damaged");
  const [, version, set, part, parts, check, data] = found;
  demand(version === HEAD.slice(2), "qr_version", version);
  const [number, count] = [Number(part), Number(parts)];
  const bytes = fromBase45(data);
  const isWhole = checked(set, number, count, data) === check && bytes && number <= count && count <= PARTS_MAX;
  demand(isWhole, "qr_damaged");
  return { set, number, count, bytes };
}

/** Parts that come in as they are scanned. */
export class Gathering {
  /** @type {{set: string, count: number, parts: Map<number, Uint8Array>} | null} */
  #found = null;

  /**
   * Takes what was scanned. Nothing that is wrong disturbs what was there.
   * @param {string} text
   * @returns {{code: "part" | "again" | "complete" | string, have: number, total: number, missing: number[], why: object | null}}
   *   another code is that of a fault, with its words in `why`
   */
  take(text) {
    try {
      const { set, number, count, bytes } = readPart(text);
      const found = this.#found ?? { set, count, parts: new Map() };
      demand(found.set === set && found.count === count, "qr_other_set");
      const isAgain = found.parts.has(number);
      found.parts.set(number, bytes);
      this.#found = found;
      const isAll = found.parts.size === count;
      return this.#state(isAll ? "complete" : isAgain ? "again" : "part");
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return this.#state(error.code, explain(error));
    }
  }

  #state(code, why = null) {
    const { count = 0, parts = new Map() } = this.#found ?? {};
    const all = Array.from({ length: count }, (_, at) => at + 1);
    return { code, have: parts.size, total: count, missing: all.filter((one) => !parts.has(one)), why };
  }

  /** Forgets what was scanned, to begin with another sequence. */
  clear() {
    this.#found = null;
  }

  /**
   * What the sequence holds, when it is complete.
   * @returns {Promise<{text: string, x: string}>}
   * @throws {Fault} qr_incomplete, qr_content
   */
  async content() {
    const { missing, total } = this.#state("");
    demand(total > 0 && missing.length === 0, "qr_incomplete");
    const { set, count, parts } = this.#found;
    const bytes = joined(...Array.from({ length: count }, (_, at) => parts.get(at + 1)));
    demand((await setOf(bytes)) === set, "qr_content", "another sum");
    return unpack(bytes);
  }
}

/**
 * @typedef {object} Wanted
 * @property {string} type the type of record that is wanted
 * @property {string} log the log of this device
 * @property {string[]} [sites] a dispatch has to be to one of these
 * @property {string} [dispatch] id of the dispatch: the record itself or what it answers
 * @property {(kid: string) => Promise<string | null>} [partyOf] whose key it is, as far as it is known here
 */

/**
 * Reads a record that was scanned and checks what can be checked without a network.
 * @param {{text: string, x: string}} content
 * @param {Wanted} wanted
 * @returns {Promise<{record: import("../verify/record.js").Record, text: string, x: string,
 *   key: {code: "known" | "unknown", zh: string, en: string}}>}
 * @throws {Fault} qr_…, or what is wrong with the record
 */
export async function readScanned({ text, x }, { type, log, sites, dispatch, partyOf = async () => null }) {
  const record = await readRecord(text);
  const key = fixedBase64url(x, 32);
  demand(key, "qr_content", "no key");
  try {
    demandStrong(key);
    await verifyRecord(record, key);
  } catch (error) {
    throw new Fault("qr_signature", "", error);
  }
  const { claims, body, id, kid } = record;
  demand(claims.type === type, "qr_kind", claims.type);
  demand(claims.log === log, "qr_other_log", claims.log);
  if (type === "dispatch" && sites) demand(sites.includes(body.consignee), "qr_other_consignee", body.consignee);
  if (dispatch) demand((type === "dispatch" ? id : body.dispatch) === dispatch, "qr_other_shipment");
  const party = await partyOf(kid);
  if (party !== null) demand(party === claims.iss, "qr_other_party", claims.iss);
  const code = party === null ? "unknown" : "known";
  return { record, text, x, key: { code, ...said(KEY_KNOWN[code]) } };
}
