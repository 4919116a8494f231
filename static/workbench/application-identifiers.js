// GS1 application identifiers and the checks of values against their formats.

import { APPLICATION_IDENTIFIERS } from "./codes.js";
import { IdFault, LinkFault } from "./faults-of-codes.js";
import { gs1Check, isDay, isSet82 } from "./identifiers.js";

const two = (part, at) => (/^[0-9]{2}$/.test(part.slice(at, at + 2)) ? Number(part.slice(at, at + 2)) : NaN);
const below = (part, at, bound) => two(part, at) < bound;
/** YYMMDD; the century matters only in that 00 is 2000, a leap year. */
const isDate = (part, orMonth) =>
  isDay(`20${part.slice(0, 2)}`, part.slice(2, 4), orMonth && part.slice(4, 6) === "00" ? "01" : part.slice(4, 6));

const fault = (what, more) => new IdFault("link", what, more);
const unless = (holds, what) => (holds ? null : fault(what));

function only(part, start, wanted) {
  const found = [...part].find((letter) => letter !== wanted);
  return found === undefined ? null : fault("character", { position: start + 1, found });
}

/** What a component is checked for beyond its characters: a fault, or null. */
const LINTS = {
  csum: (part) => {
    const [expected, found] = [gs1Check(part.slice(0, -1)), part.slice(-1)];
    return expected === found ? null : fault("check_digit", { expected, found });
  },
  yymmd0: (part) => unless(isDate(part, true), "date"),
  yymmdd: (part) => unless(isDate(part, false), "date"),
  hhmm: (part) => unless(below(part, 0, 24) && below(part, 2, 60), "time"),
  yymmddhh: (part) => unless(isDate(part.slice(0, 6), false), "date") ?? unless(below(part, 6, 24), "time"),
  mmss: (part) => unless(below(part, 0, 60) && (part.length === 2 || (part.length === 4 && below(part, 2, 60))), "time"),
  iso3166list: (part) => unless(part.length % 3 === 0, "shape"),
  zero: (part, start) => only(part, start, "0"),
  hyphen: (part, start) => only(part, start, "-"),
};

function component(text) {
  const [, open, letter, length, lint] = /^(\[?)([NX])([0-9.]+)\]?(?:,(\w+))?$/.exec(text);
  const isUpTo = length.startsWith("..");
  const max = Number(isUpTo ? length.slice(2) : length);
  return { isDigits: letter === "N", min: isUpTo ? 1 : max, max, isOptional: open !== "", lint: LINTS[lint] };
}

const read = ([ai, fixed, role, format, shortName, requires]) => {
  const components = format.split(" ").map(component);
  const most = components.reduce((sum, { max }) => sum + max, 0);
  return { ai, role, shortName, components, most, fixedLength: fixed === "fixed" ? most : null, requires: requires ? requires.split(",") : [] };
};

/** Those that were read, each once. */
const known = new Map();
const by = (column, text) => {
  const row = APPLICATION_IDENTIFIERS.find((one) => one[column] === text);
  if (!row) return undefined;
  if (!known.has(row)) known.set(row, read(row));
  return known.get(row);
};
/** Columns of their digits and of their old short names. */
const [AI, SHORT_NAME] = [0, 4];
const QUALIFIERS = { "01": ["22", "10", "21", "235"], 414: ["254"] };

/** The identifier of these digits. @param {string} ai */
export const identifier = (ai) => by(AI, ai);

/** A key or qualifier by its digits or its old short name. @param {string} segment */
export function keyOrQualifier(segment) {
  const found = by(AI, segment) ?? (segment === "" ? undefined : by(SHORT_NAME, segment));
  return found && found.role !== "attribute" ? found : undefined;
}

/** Qualifiers that may follow a key in a path, in their order. @param {{ai: string}} key */
export const qualifiersOf = ({ ai }) => QUALIFIERS[ai] ?? [];

function faultOf({ components, most }, value) {
  const letters = [...value];
  const at = letters.findIndex((letter) => !isSet82(letter));
  if (at >= 0) return fault("character", { position: at + 1, found: letters[at] });
  const least = components.filter((one) => !one.isOptional).reduce((sum, { min }) => sum + min, 0);
  const wrongLength = () => fault("length", { found: value.length, min: least, max: most });
  if (value.length < least || value.length > most) return wrongLength();
  let start = 0;
  for (const { isDigits, min, max, isOptional, lint } of components) {
    const part = value.slice(start, start + max);
    if (part === "" && isOptional) break;
    if (part.length < min) return wrongLength();
    const odd = isDigits ? part.search(/[^0-9]/) : -1;
    if (odd >= 0) return fault("character", { position: start + odd + 1, found: part[odd] });
    const found = lint?.(part, start);
    if (found) return found;
    start += part.length;
  }
  return start === value.length ? null : wrongLength();
}

/** Whether a value has the format of an identifier. */
export const fits = (it, value) => faultOf(it, value) === null;

/** @throws {LinkFault} link_value, with what is wrong */
export function demandValue(it, value) {
  const inner = faultOf(it, value);
  if (inner) throw new LinkFault("link_value", { ai: it.ai, inner });
}
