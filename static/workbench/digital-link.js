// GS1 Digital Links and element strings: identifiers as a web address, as they are printed with brackets, and as
// scanners give them, with FNC1 between those of variable length.

import { demandValue, fits, identifier, keyOrQualifier, qualifiersOf } from "./application-identifiers.js";
import { IdFault, LinkFault } from "./faults-of-codes.js";
import { decoded, encoded, readGtin } from "./identifiers.js";

/** Longest scanned text that is looked at, in bytes. */
export const SCANNED_BYTES_MAX = 2000;
const CANONICAL_HOST = "id.gs1.org";
/** FNC1 as scanners transmit it. */
const GROUP = "\u001d";
/** Symbology identifiers of GS1-128, GS1 DataBar, GS1 Data Matrix and GS1 QR (ISO/IEC 15424). */
const SYMBOLOGIES = ["]C1", "]e0", "]d2", "]Q3"];

export const bytesOf = (text) => new TextEncoder().encode(text).length;
const demandSize = (text) => {
  if (bytesOf(text) > SCANNED_BYTES_MAX) throw new LinkFault("link_too_long");
};
const decodedOr = (text) => {
  const value = decoded(text);
  if (value === null) throw new LinkFault("link_encoding");
  return value;
};

/**
 * Takes a web address apart. Scheme and host may be in upper case, as in codes of the alphanumeric mode.
 * @param {string} uri
 * @returns {{host: string, path: string, query: string}}
 * @throws {LinkFault}
 */
export function splitAddress(uri) {
  demandSize(uri);
  const found = /^(https?):\/\/([^/?#]*)(?:\/([^?#]*))?([^#]*)/is.exec(uri);
  const authority = found && /^([A-Za-z0-9.-]+)(?::([0-9]*))?$/.exec(found[2]);
  if (!authority) throw new LinkFault("link_not_web_address");
  return { host: authority[1].toLowerCase(), path: found[3] ?? "", query: found[4].startsWith("?") ? found[4].slice(1) : "" };
}

/** Whether a value and then qualifiers of `key` with values, in their order, are all that follows. */
function followed(key, rest) {
  const order = qualifiersOf(key);
  let next = 0;
  for (let at = 1; at < rest.length; at += 2) {
    const place = order.indexOf(keyOrQualifier(rest[at])?.ai);
    if (place < next || at + 1 >= rest.length) return false;
    next = place + 1;
  }
  return rest.length > 0;
}

function findKey(segments) {
  let isNear = false;
  for (const [at, segment] of segments.entries()) {
    const key = keyOrQualifier(segment);
    if (key?.role !== "key") continue;
    const rest = segments.slice(at + 1);
    if (followed(key, rest)) return at;
    const value = decoded(rest[0] ?? "");
    isNear ||= value !== null && fits(key, value);
  }
  throw new LinkFault(isNear ? "link_qualifiers" : "link_no_key");
}

/** A value in a path; a shorter GTIN gets its leading zeros. */
function pathValue(ai, text) {
  const value = decodedOr(text);
  if (ai !== "01") return value;
  try {
    return readGtin(value);
  } catch {
    return value;
  }
}

/**
 * @typedef {object} Link
 * @property {[string, string][]} elements the key, its qualifiers, then attributes by number
 * @property {string | null} lot code of the lot, if it names one
 */

/**
 * Reads a Digital Link.
 * @param {string} uri
 * @returns {Link}
 * @throws {LinkFault}
 */
export function readLink(uri) {
  const { path, query } = splitAddress(uri);
  const segments = path.split("/");
  const elements = [];
  for (let at = findKey(segments); at + 1 < segments.length; at += 2) {
    const it = keyOrQualifier(segments[at]);
    elements.push([it, pathValue(it.ai, segments[at + 1])]);
  }
  for (const member of query.split(/[&;]/).filter((one) => one !== "")) {
    const cut = member.indexOf("=");
    if (cut < 0) throw new LinkFault("link_query");
    const name = member.slice(0, cut);
    if (!/^[0-9]+$/.test(name)) continue;
    const it = identifier(name);
    if (!it) throw new LinkFault("link_unknown_ai");
    if (qualifiersOf(elements[0][0]).includes(name) || name === "00" || name === "01") {
      throw new LinkFault("link_path_only", { ai: name });
    }
    elements.push([it, decodedOr(member.slice(cut + 1))]);
  }
  return linkOf(elements);
}

/** Orders and checks elements of which exactly one group is a key with its qualifiers. */
function linkOf(elements) {
  const names = elements.map(([{ ai }]) => ai);
  const has = (ai) => names.includes(ai);
  for (const [at, [it, value]] of elements.entries()) {
    demandValue(it, value);
    if (names.indexOf(it.ai) < at) throw new LinkFault("link_duplicate_ai", { ai: it.ai });
    if (it.requires.length > 0 && !it.requires.some(has)) {
      throw new LinkFault("link_requires_ai", { ai: it.ai, needs: it.requires.join(",") });
    }
  }
  if ((has("00") && has("01")) || (has("21") && has("235"))) throw new LinkFault("link_two_keys");
  const keys = elements.map(([it]) => it).filter(({ role }) => role === "key");
  const key = keys.find(({ ai }) => ai === "00" || ai === "01") ?? keys[0];
  if (!key) throw new LinkFault("link_no_key");
  const order = [key.ai, ...qualifiersOf(key)];
  const rank = (ai) => (order.includes(ai) ? order.indexOf(ai) : order.length);
  const dots = elements.find(([{ ai }, value]) => order.includes(ai) && (value === "." || value === ".."));
  if (dots) throw new LinkFault("link_value", { ai: dots[0].ai, inner: new IdFault("link", "dot_segment") });
  const all = elements.map(([{ ai }, value]) => [ai, value]);
  all.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
  return { elements: all, inPath: all.filter(([ai]) => order.includes(ai)).length, lot: lotOf(all) };
}

function lotOf(elements) {
  const value = new Map(elements);
  if (elements[0][0] !== "01" || !value.has("10")) return null;
  const parts = ["01", "22", "10", "21"].filter((ai) => value.has(ai));
  return parts.map((ai) => `${ai}/${encoded(value.get(ai))}`).join("/");
}

/** The canonical address of a link. @param {Link} link */
export function canonical({ elements, inPath }) {
  const spelt = elements.map(([ai, value], at) => {
    const [before, between] = at < inPath ? ["/", "/"] : at === inPath ? ["?", "="] : ["&", "="];
    return `${before}${ai}${between}${encoded(value)}`;
  });
  return `https://${CANONICAL_HOST}${spelt.join("")}`;
}

/** The element string with brackets. @param {Link} link */
export const elementString = ({ elements }) => elements.map(([ai, value]) => `(${ai})${value}`).join("");

/** Whether a text says itself that it is an element string. @param {string} text */
export const isMarked = (text) =>
  text.startsWith("(") || text.includes(GROUP) || SYMBOLOGIES.some((mark) => text.startsWith(mark));

/**
 * Reads an element string.
 * @param {string} text
 * @returns {Link}
 * @throws {LinkFault}
 */
export function readElementString(text) {
  demandSize(text);
  if (text.startsWith("(")) return linkOf(readBracketed(text));
  const mark = SYMBOLOGIES.find((one) => text.startsWith(one)) ?? "";
  const body = text.slice(mark.length);
  return linkOf(readPlain(body.startsWith(GROUP) ? body.slice(1) : body));
}

const bracketed = (text) => {
  const found = /^\(([^)]*)\)/s.exec(text);
  const it = found && identifier(found[1]);
  return it ? { it, length: found[0].length } : null;
};

/** A value may itself hold brackets: one begins an element only where a known identifier stands in it. */
function readBracketed(text) {
  const elements = [];
  for (let at = 0; at < text.length; ) {
    const found = bracketed(text.slice(at));
    if (!found) throw new LinkFault(/^\([0-9]*\)/.test(text.slice(at)) ? "link_unknown_ai" : "link_brackets");
    const from = at + found.length;
    let end = text.indexOf("(", from);
    while (end >= 0 && !bracketed(text.slice(end))) end = text.indexOf("(", end + 1);
    at = end < 0 ? text.length : end;
    elements.push([found.it, text.slice(from, at)]);
  }
  return elements;
}

function readPlain(text) {
  const elements = [];
  for (let at = 0; at < text.length; ) {
    const it = [2, 3, 4].map((length) => (at + length <= text.length ? identifier(text.slice(at, at + length)) : undefined)).find(Boolean);
    if (!it) throw new LinkFault("link_unknown_ai");
    const from = at + it.ai.length;
    const group = text.indexOf(GROUP, from);
    const end = group < 0 ? text.length : group;
    at = it.fixedLength === null ? end : Math.min(from + it.fixedLength, end);
    elements.push([it, text.slice(from, at)]);
    if (text[at] === GROUP) at += 1;
  }
  return elements;
}
