// Reading identifiers with what is wrong with them (docs/RECORD-FORMAT.md section 5). Whether a text is one, the
// verifier's ids.js says; here it is said why it is none. Nothing is repaired.

import * as ids from "../verify/ids.js";
import { IdFault } from "./faults-of-codes.js";

const ASCII = /^[\u0000-\u007f]*$/;
const DIGIT = /[0-9]/;
const USCC_LETTER = /[0-9A-HJ-NP-RTUWXY]/;

/** The first character beyond ASCII is named before anything is said of a length. */
export function demandAscii(kind, text) {
  if (ASCII.test(text)) return;
  const letters = [...text];
  const at = letters.findIndex((letter) => !ASCII.test(letter));
  throw new IdFault(kind, "character", { position: at + 1, found: letters[at] });
}

/**
 * A text of so many characters, each allowed at its place.
 * @param {string} kind
 * @param {string} text
 * @param {[number, number]} lengths least and most
 * @param {(at: number) => RegExp} allowed
 */
export function demandShape(kind, text, [min, max], allowed) {
  demandAscii(kind, text);
  if (text.length < min || text.length > max) throw new IdFault(kind, "length", { found: text.length, min, max });
  for (let at = 0; at < text.length; at += 1) {
    if (!allowed(at).test(text[at])) throw new IdFault(kind, "character", { position: at + 1, found: text[at] });
  }
}

const digits = (kind, text, count) => demandShape(kind, text, [count, count], () => DIGIT);

/** The check character that makes `is` hold, by trying: there are few. */
function demandCheck(kind, text, is, alphabet = "0123456789") {
  if (is(text)) return;
  const expected = [...alphabet].find((one) => is(text.slice(0, -1) + one)) ?? "?";
  throw new IdFault(kind, "check_digit", { expected, found: text.slice(-1) });
}

/** The check digit of GS1 keys: weights 3 and 1 from the right. @param {string} body */
export function gs1Check(body) {
  const sum = [...body].reverse().reduce((all, digit, at) => all + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

const isGs1 = (text) => gs1Check(text.slice(0, -1)) === text.slice(-1);
const gs1Key = (kind, count) => (text) => {
  digits(kind, text, count);
  demandCheck(kind, text, isGs1);
  return text;
};

const gtin14 = gs1Key("gtin", 14);
export const readSscc = gs1Key("sscc", 18);
const readGln = gs1Key("gln", 13);

/** 8, 12, 13 or 14 digits as 14. @param {string} text */
export function readGtin(text) {
  demandAscii("gtin", text);
  if (![8, 12, 13, 14].includes(text.length)) throw new IdFault("gtin", "length", { found: text.length, min: 8, max: 14 });
  demandShape("gtin", text, [8, 14], () => DIGIT);
  return gtin14(text.padStart(14, "0"));
}

function readUscc(text) {
  demandShape("uscc", text, [18, 18], (at) => (at >= 2 && at <= 7 ? DIGIT : USCC_LETTER));
  demandCheck("uscc", text, ids.isUscc, "0123456789ABCDEFGHJKLMNPQRTUWXY");
  return text;
}

const registrars = (kind, prefix, is) => (text) => {
  const count = prefix.length + 14;
  const letter = (at) => (at < prefix.length ? new RegExp(`^${prefix[at]}$`) : at === prefix.length + 6 ? /-/ : DIGIT);
  demandShape(kind, text, [count, count], letter);
  demandCheck(kind, text, is);
  return text;
};
const readSmallholder = registrars("smallholder", "NH-", ids.isSmallholder);
const readSiteNo = registrars("site_no", "S-", ids.isSiteNumber);

/** @param {string} text */
export const readParty = (text) => (text.startsWith("NH-") ? readSmallholder(text) : readUscc(text));

function readLicence(text) {
  demandShape("licence", text, [16, 16], (at) => (at === 0 ? /[SJY]/ : at === 1 ? /[CYB]/ : DIGIT));
  if (!/^(?:SC|JY|YB)/.test(text)) throw new IdFault("licence", "shape");
  demandCheck("licence", text, ids.isLicence);
  return text;
}

const readSlaughterCode = (text) => {
  demandShape("slaughter_code", text, [9, 9], (at) => (at === 0 ? /A/ : DIGIT));
  return text;
};

/** @param {string} text */
export function readSite(text) {
  if (text.startsWith("S-")) return readSiteNo(text);
  if (/^[SJY]/.test(text)) return readLicence(text);
  if (text.startsWith("A")) return readSlaughterCode(text);
  if (/^[0-9]/.test(text)) return readGln(text);
  demandAscii("site", text);
  throw new IdFault("site", "shape");
}

/** @param {string} text */
export function readHistoricLicence(text) {
  demandShape("historic_licence", text, [14, 14], (at) => (at === 0 ? /Q/ : at === 1 ? /S/ : DIGIT));
  return text;
}

/** Whether a day exists. @param {string} year @param {string} month @param {string} day */
export function isDay(year, month, day) {
  const at = new Date(0);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day) && Number(day) > 0;
}

const coded = (kind, count, check = () => {}) => (text) => {
  digits(kind, text, count);
  check(text);
  return text;
};
const demandDate = (kind, holds) => {
  if (!holds) throw new IdFault(kind, "date");
};

export const readEarTag = coded("ear_tag", 15, (text) => {
  if (!/^[1237]/.test(text)) throw new IdFault("ear_tag", "character", { position: 1, found: text[0] });
});
export const readVetDrug = coded("vet_drug", 24, (text) => {
  const [year, month, day] = [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)];
  demandDate("vet_drug", year >= "2000" && year <= "2099" && isDay(year, month, day));
});
export const readPesticide = coded("pesticide", 32);
export const readOrganic = coded("organic", 17);
export const readPlantQuarantine = coded("plant_quarantine", 17, (text) => {
  const year = Number(text.slice(8, 12));
  demandDate("plant_quarantine", year >= 1990 && year <= 2099);
});

const PROVINCES = new Set(
  "10 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split(" "),
);
/** Provinces whose divisions the table lists. */
const COVERED = /^3[1-4]/;

/** Whether a region inside a number is listed, or in a province of which the table says nothing. */
export function isKnownRegion(region) {
  if (!COVERED.test(region)) return PROVINCES.has(region.slice(0, 2));
  const isSummary = /^310[12]00$/.test(region) || (region.endsWith("01") && ids.divisions.has(`${region.slice(0, 4)}00`));
  return isSummary || ids.divisions.has(region);
}

/** Whether the digits of the county in an ear tag can be those of a county. @param {string} tag */
export function namesACounty(tag) {
  const region = tag.slice(1, 7);
  return !region.endsWith("00") && !region.startsWith("10") && isKnownRegion(region);
}

/** GS1's character set 82. @param {string} letter */
export const isSet82 = (letter) => /[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]/.test(letter);

/** Takes percent-encoding off, in any spelling; null if it is broken or not UTF-8. @param {string} text */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The one spelling of a value in a path (RFC 3986). @param {string} value */
export const encoded = (value) =>
  encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const ATTRIBUTES = { 22: "variant", 10: "batch", 21: "serial" };

function demandSegment(ai, segment) {
  const kind = ATTRIBUTES[ai];
  demandAscii(kind, segment);
  if (segment === "." || segment === "..") throw new IdFault(kind, "dot_segment");
  if (/%(?![0-9A-Fa-f]{2})/.test(segment)) throw new IdFault(kind, "broken_encoding");
  const value = decoded(segment);
  if (value === null || encoded(value) !== segment) {
    const first = segment.search(/%[89A-Fa-f]/) >= 0 && value === null;
    throw new IdFault(kind, first ? "character" : "not_canonical", { position: 1, found: "\ufffd" });
  }
  if (segment === "" || [...value].length > 20) throw new IdFault(kind, "length", { found: value.length, min: 1, max: 20 });
  const at = [...value].findIndex((letter) => !isSet82(letter));
  if (at >= 0) throw new IdFault(kind, "character", { position: at + 1, found: [...value][at] });
}

function demandLink(rest) {
  const shape = new IdFault("lot_code", "shape");
  const [gtin, ...parts] = rest.split("/");
  gtin14(gtin);
  const take = (ai) => {
    if (parts.shift() !== ai || parts.length === 0) throw shape;
    demandSegment(ai, parts.shift());
  };
  if (parts[0] === "22") take("22");
  take("10");
  if (parts.length > 0) take("21");
  if (parts.length > 0) throw shape;
}

const OWN_MIN = 4;
const OWN_MAX = 40;
const LOT_BYTES_MAX = 17 + 3 * (4 + 60);

/** A lot code in its one spelling. @param {string} text */
export function readLot(text) {
  const kind = "lot_code";
  if (new TextEncoder().encode(text).length > LOT_BYTES_MAX) {
    throw new IdFault(kind, "length", { found: [...text].length, min: OWN_MIN + 2, max: LOT_BYTES_MAX });
  }
  if (text.startsWith("t/")) {
    const code = text.slice(2);
    demandShape(kind, code, [OWN_MIN, OWN_MAX], () => /[A-Z0-9-]/);
    const at = code.startsWith("-") ? 1 : code.endsWith("-") ? code.length : 0;
    if (at > 0) throw new IdFault(kind, "character", { position: at, found: "-" });
  } else if (text.startsWith("01/")) {
    demandLink(text.slice(3));
  } else {
    demandAscii(kind, text);
    throw new IdFault(kind, "shape");
  }
  return text;
}
