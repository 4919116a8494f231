// Objects and lists by the tables of the format. A value either has exactly the form that the tables
// say, or a fault says where it has not.

import { Fault } from "./fault.js";
import { isObject } from "./json.js";
import { KINDS } from "./kinds.js";
import { CODES, DETAILS, LIMITS, OBJECTS } from "./tables.js";

const malformed = (where, what) => new Fault("malformed", `${where}: ${what}`);

/** Which papers each kind of detail fits, as the document says under "Paper details". */
const DETAIL_FITS = {
  farm_certificate: ["farm_certificate"],
  quarantine: ["animal_quarantine", "product_quarantine"],
  meat_inspection: ["meat_inspection"],
  test: ["test_report", "rapid_test", "factory_inspection", "sampling_result", "environment_test"],
  customs: ["customs"],
  bulk_permit: ["bulk_liquid_permit"],
};

/** Whether the detail of a certificate fits its kind. @param {{kind: string, detail?: object | null}} body */
export const detailFits = (body) =>
  Object.keys(body.detail ?? {}).every((name) => DETAIL_FITS[name].includes(body.kind));

const codes = Object.fromEntries(
  Object.entries(CODES).map(([kind, values]) => [kind, new Set(values.split(" "))]),
);

/**
 * Checks one value.
 * @param {unknown} value
 * @param {string} kind as in tables.js
 * @param {string} where for the fault
 */
export function checkKind(value, kind, where) {
  if (kind.startsWith("[")) return checkList(value, kind, where);
  if (kind.startsWith("@")) return checkNamed(value, kind.slice(1), where);
  if (kind === "paper_detail") return checkDetail(value, where);
  if (kind === "digests") return checkDigests(value, where);
  if (!KINDS[kind](value)) throw malformed(where, `is not ${kind.replaceAll("_", " ")}`);
}

function checkNamed(value, name, where) {
  if (Object.hasOwn(OBJECTS, name)) return checkObject(value, OBJECTS[name], where);
  if (typeof value !== "string" || !codes[name].has(value)) throw malformed(where, `is no ${name}`);
}

function checkList(value, kind, where) {
  const [, bound, element] = /^\[(\w+)\](.*)$/.exec(kind);
  if (!Array.isArray(value)) throw malformed(where, "is no list");
  const max = LIMITS[bound] ?? Number(bound);
  value.forEach((one, at) => {
    if (at >= max) throw new Fault("too_many", `${where} has more than ${max} elements`);
    checkKind(one, element, `${where}/${at}`);
  });
}

function checkDetail(value, where) {
  const [name, ...more] = isObject(value) ? Object.keys(value) : [];
  if (name === undefined || more.length > 0 || !Object.hasOwn(DETAILS, name)) {
    throw malformed(where, "is no detail of a paper");
  }
  checkNamed(value[name], DETAILS[name], `${where}/${name}`);
}

/** Lists of digests have no bound of their own: how many there must be is known. */
function checkDigests(value, where) {
  if (!Array.isArray(value) || !value.every(KINDS.digest)) throw malformed(where, "is no list of digests");
}

/**
 * Checks an object: every member is known, those that must be there are, each is of its kind.
 * @param {unknown} value
 * @param {Record<string, string>} members as in tables.js
 * @param {string} where for the fault
 */
export function checkObject(value, members, where) {
  if (!isObject(value)) throw malformed(where, "is no object");
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(members, name)) throw malformed(where, `unknown member ${JSON.stringify(name)}`);
  }
  for (const [name, told] of Object.entries(members)) {
    const [need, kind] = told.split(" ");
    const one = value[name];
    if (one === undefined && need === "r") throw malformed(where, `member ${name} is missing`);
    if (one === undefined || (one === null && need === "o")) continue;
    checkKind(one, kind, `${where}/${name}`);
  }
}
