// Identifiers with their check digits (docs/RECORD-FORMAT.md section 5). Each answers whether a text
// is one in its only spelling.

import { DIVISIONS, PRODUCTS } from "./tables.js";

/** Codes of divisions that are listed. @type {Set<string>} */
export const divisions = new Set(
  DIVISIONS.split(" ").flatMap((part) => {
    const [head, ranges] = part.split(":");
    return ranges.split(",").flatMap((range) => {
      const [first, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, at) => head + String(first + at).padStart(2, "0"));
    });
  }),
);
const products = new Set(PRODUCTS.split(" "));

const USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** MOD 31 of GB 32100-2015. */
function usccCheck(body) {
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += USCC.indexOf(body[i]) * USCC_WEIGHTS[i];
  return USCC[(31 - (sum % 31)) % 31];
}

/** MOD 11,10 of ISO 7064. */
function mod1110(digits) {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}

/** The check digit of GS1 keys: weights 3 and 1 from the right. */
function gs1Check(digits) {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  }
  return String((10 - (sum % 10)) % 10);
}

const splitLast = (text) => [text.slice(0, -1), text.slice(-1)];
const endsIn = (check, text) => {
  const [body, last] = splitLast(text);
  return check(body) === last;
};

/** Unified social credit code. @param {string} text */
export const isUscc = (text) =>
  /^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$/.test(text) && endsIn(usccCheck, text);

const isRegistrars = (pattern, text) => {
  const found = pattern.exec(text);
  return found !== null && mod1110(found[1] + found[2]) === found[3];
};

/** Number of a smallholder. @param {string} text */
export const isSmallholder = (text) => isRegistrars(/^NH-([0-9]{6})-([0-9]{6})([0-9])$/, text);

/** Number that a registrar gives to premises. @param {string} text */
export const isSiteNumber = (text) => isRegistrars(/^S-([0-9]{6})-([0-9]{6})([0-9])$/, text);

/** Food licence SC, JY or YB. @param {string} text */
export const isLicence = (text) =>
  /^(?:SC|JY|YB)[0-9]{14}$/.test(text) && endsIn(mod1110, text.slice(2));

/** Code of a designated slaughterhouse. @param {string} text */
export const isSlaughterCode = (text) => /^A[0-9]{8}$/.test(text);

/** GS1 location number. @param {string} text */
export const isGln = (text) => /^[0-9]{13}$/.test(text) && endsIn(gs1Check, text);

/** GS1 trade item number of 14 digits. @param {string} text */
export const isGtin = (text) => /^[0-9]{14}$/.test(text) && endsIn(gs1Check, text);

/** Party. @param {string} text */
export const isParty = (text) => (text.startsWith("NH-") ? isSmallholder(text) : isUscc(text));

/** Premises. @param {string} text */
export const isSite = (text) =>
  isSiteNumber(text) || isLicence(text) || isSlaughterCode(text) || isGln(text);

/** Code of GB/T 2260 that the table lists. @param {string} text */
export const isDivision = (text) => divisions.has(text);

/** Code of the product table. @param {string} text */
export const isProduct = (text) => products.has(text);

/** Country, two capital letters. @param {string} text */
export const isCountry = (text) => /^[A-Z]{2}$/.test(text);

/** Ear tag: species, county, serial. @param {string} text */
export const isEarTag = (text) => /^[1237][0-9]{14}$/.test(text);

const FIRST = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
const LETTER = "A-HJ-NP-Z";
const PLATES = [
  `[${FIRST}使领][${LETTER}][${LETTER}0-9]{4}[${LETTER}0-9挂学警港澳]`,
  `[${FIRST}][${LETTER}][A-HJK][${LETTER}0-9][0-9]{4}`,
  `[${FIRST}][${LETTER}][0-9]{5}[A-HJK]`,
].map((pattern) => new RegExp(`^${pattern}$`, "u"));

/** Plate of a vehicle, GA 36-2018. @param {string} text */
export const isPlate = (text) => PLATES.some((pattern) => pattern.test(text));

/** Code of a plate's colour. @param {string} text */
export const isPlateColour = (text) => /^(?:[1-59]|9[1-4])$/.test(text);

// GS1's set 82 in the one percent-encoded spelling of RFC 3986: unreserved characters bare, others
// as upper-case %XX. `~` is unreserved and not of the set.
const RESERVED = "!\"%&'()*+,/:;<=>?";
const SEGMENT = new RegExp(
  `^(?:[A-Za-z0-9._-]|${[...RESERVED].map((c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).join("|")}){1,20}$`,
);
const isSegment = (text) => SEGMENT.test(text) && text !== "." && text !== "..";
const OWN_CODE = /^[A-Z0-9][A-Z0-9-]{2,38}[A-Z0-9]$/;

/**
 * Lot code: `t/` and a code of the ledger's own, or the path of a GS1 Digital Link.
 * @param {string} text
 */
export function isLotCode(text) {
  if (text.startsWith("t/")) return OWN_CODE.test(text.slice(2));
  const [ai, gtin, ...parts] = text.split("/");
  if (ai !== "01" || !isGtin(gtin ?? "")) return false;
  if (parts[0] === "22" && isSegment(parts[1] ?? "")) parts.splice(0, 2);
  if (parts[0] !== "10" || !isSegment(parts[1] ?? "")) return false;
  return parts.length === 2 || (parts.length === 4 && parts[2] === "21" && isSegment(parts[3]));
}
