// Exact quantities: decimals of up to six places, in the one spelling that records have. No floating point.

import { readAmount, readDecimal } from "../verify/kinds.js";

const MICRO = 1_000_000n;

/**
 * The one spelling of a number of millionths.
 * @param {bigint} micro
 * @returns {string}
 */
export function spell(micro) {
  const size = micro < 0n ? -micro : micro;
  const rest = String(size % MICRO).padStart(6, "0").replace(/0+$/, "");
  return `${micro < 0n ? "-" : ""}${size / MICRO}${rest ? `.${rest}` : ""}`;
}

/** Millionths of an amount that is known to be one. @param {string} amount @returns {bigint} */
export function micros(amount) {
  const micro = readAmount(amount);
  if (micro === null) throw new RangeError(`no amount: ${amount}`);
  return micro;
}

/** Adds amounts. @param {string[]} amounts @returns {string} */
export const sum = (amounts) => spell(amounts.reduce((all, one) => all + micros(one), 0n));

/** `a` less `b`, or null if `b` is more. @param {string} a @param {string} b @returns {string | null} */
export function less(a, b) {
  const rest = micros(a) - micros(b);
  return rest < 0n ? null : spell(rest);
}

/** Whether an amount is nothing. @param {string} amount */
export const isNothing = (amount) => micros(amount) === 0n;

const FULL_WIDTH = /[\uff10-\uff19\uff0e\uff0d]/g;

/** What people type as a number, in one spelling: half width, without grouping, one point. */
const plain = (typed) =>
  typed
    .trim()
    .replace(FULL_WIDTH, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/^(-?)([0-9]{1,3}(?:,[0-9]{3})+)(?=\.|$)/, (_all, sign, digits) => sign + digits.replaceAll(",", ""));

/**
 * A decimal as a person types it: `12.50`, `012`, `.5`, full-width digits. What could be read in two ways
 * (`1,5`) is none.
 * @param {string} typed
 * @returns {string | null} in its one spelling
 */
export function readTyped(typed) {
  const found = /^(-?)([0-9]*)(?:\.([0-9]*))?$/.exec(plain(typed));
  if (!found || (found[2] === "" && !found[3])) return null;
  const rest = (found[3] ?? "").replace(/0+$/, "");
  const whole = found[2].replace(/^0+(?=[0-9])/, "") || "0";
  const spelt = `${found[1]}${whole}${rest ? `.${rest}` : ""}`;
  const text = spelt === "-0" ? "0" : spelt;
  return readDecimal(text) === null ? null : text;
}

/** An amount as a person types it. @param {string} typed @returns {string | null} */
export function readTypedAmount(typed) {
  const text = readTyped(typed);
  return text !== null && readAmount(text) !== null ? text : null;
}
