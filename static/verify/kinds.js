// Kinds of single values (docs/RECORD-FORMAT.md section 5): whether a value that JSON gave is one.

import { fixedBase64url, utf8Length } from "./bytes.js";
import * as ids from "./ids.js";
import { LIMITS } from "./tables.js";

/** Last second of the year 262,142 of the Gregorian calendar. */
const TIME_MAX = Date.UTC(262_142, 11, 31, 23, 59, 59) / 1000;
const AMOUNT_MAX = 1_000_000_000_000n;
const ORIGIN_BYTES_MAX = 255;
const UNITS = new Set(["KGM", "GRM", "TNE", "LTR", "MLT", "HEA", "H87", "PTN"]);

const UNPRINTABLE = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const LONE_HALF = /\p{Cs}/u;
const HIDDEN =
  /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u{e0000}-\u{e0fff}]/u;
const NO_KEY_NAME = /[\s\p{Cc}+]/u;

const words = (max) => (value) => {
  if (typeof value !== "string" || value === "" || value.trim() !== value) return false;
  return !UNPRINTABLE.test(value) && !LONE_HALF.test(value) && [...value].length <= max;
};

/** What `signed-note` asks of the name of any key. @param {string} name */
export const isKeyName = (name) => name !== "" && !NO_KEY_NAME.test(name);

/** Name of a log or witness. @param {string} name */
export const isOrigin = (name) =>
  isKeyName(name) && !HIDDEN.test(name) && utf8Length(name) <= ORIGIN_BYTES_MAX;

/**
 * Reads a decimal in its one spelling.
 * @param {unknown} text
 * @returns {bigint | null} millionths
 */
export function readDecimal(text) {
  if (typeof text !== "string" || text.length > 32) return null;
  const found = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]{0,5}[1-9]))?$/.exec(text);
  if (!found) return null;
  const micro = BigInt(found[2]) * 1_000_000n + BigInt((found[3] ?? "").padEnd(6, "0"));
  if (micro > AMOUNT_MAX * 1_000_000n || (found[1] && micro === 0n)) return null;
  return found[1] ? -micro : micro;
}

/**
 * Reads an amount, a decimal that is not negative.
 * @param {unknown} text
 * @returns {bigint | null} millionths
 */
export function readAmount(text) {
  const micro = readDecimal(text);
  return micro !== null && micro >= 0n ? micro : null;
}

/** Whether a text is a day that exists, YYYY-MM-DD. @param {unknown} text */
export function isDate(text) {
  const found = typeof text === "string" && /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

const integer = (max) => (value) => Number.isSafeInteger(value) && value >= 0 && value <= max;
const hash = (value) => fixedBase64url(value, 32) !== null;
const id = (judge) => (value) => typeof value === "string" && judge(value);
const isLineNumber = (value) => integer(LIMITS.LINE_NUMBER_MAX)(value) && value > 0;
const isLineReference = (value) =>
  Array.isArray(value) && value.length === 2 && hash(value[0]) && integer(0xffff)(value[1]);

/** `lot/…`, `lot@…/…`, `site/…` or `record/…`. */
function isSubject(text) {
  if (text.startsWith("lot/")) return ids.isLotCode(text.slice(4));
  if (text.startsWith("site/")) return ids.isSite(text.slice(5));
  if (text.startsWith("record/")) return hash(text.slice(7));
  const origin = /^lot@([^/]*)\/(.*)$/s.exec(text);
  return origin !== null && hash(origin[1]) && ids.isLotCode(origin[2]);
}

function isReading(value) {
  if (!Array.isArray(value) || value.length < 2 || value.length > 4) return false;
  const [at, temp, humidity = null, door = false] = value;
  const fits = KINDS.time(at) && KINDS.temperature(temp) && typeof door === "boolean";
  return fits && (humidity === null || KINDS.decimal(humidity));
}

const isJwk = (value) => {
  const names = typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value);
  return names && names.length === 3 && value.kty === "OKP" && value.crv === "Ed25519" && hash(value.x);
};

/** Whether a value is of a kind, by the kind's name in the tables. */
export const KINDS = {
  any: () => true,
  integer: integer(Number.MAX_SAFE_INTEGER),
  "integer_0–65535": integer(0xffff),
  "integer_below_2^32": integer(0xffff_ffff),
  line_number: isLineNumber,
  // In a line of `moves` the range of line numbers has an error code of its own.
  line_number_of_moves: integer(0xffff),
  line_reference: isLineReference,
  flag: (value) => typeof value === "boolean",
  decimal: (value) => readDecimal(value) !== null,
  amount: (value) => readAmount(value) !== null,
  temperature: (value) => {
    const micro = readDecimal(value);
    return micro !== null && micro >= BigInt(LIMITS.TEMP_MIN_C) * 1_000_000n && micro <= BigInt(LIMITS.TEMP_MAX_C) * 1_000_000n;
  },
  time: integer(TIME_MAX),
  date: isDate,
  name: words(LIMITS.NAME_CHARS_MAX),
  text: words(LIMITS.TEXT_CHARS_MAX),
  code: (value) => typeof value === "string" && /^[a-z][a-z0-9_]{0,63}$/.test(value),
  hash,
  record_id: hash,
  thumbprint: hash,
  digest: hash,
  proof: (value) => fixedBase64url(value, 64) !== null,
  party: id(ids.isParty),
  site: id(ids.isSite),
  division: id(ids.isDivision),
  lot_code: id(ids.isLotCode),
  product_class: id(ids.isProduct),
  country: id(ids.isCountry),
  plate: id(ids.isPlate),
  plate_colour: id(ids.isPlateColour),
  ear_tag: id(ids.isEarTag),
  GLN: id(ids.isGln),
  subject: id(isSubject),
  log_name: id(isOrigin),
  unit: (value) => UNITS.has(value),
  JWK: isJwk,
  reading: isReading,
};
