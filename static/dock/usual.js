// What usually comes out of what goes in, by the table of the rules: for reference, beside what this site had before.

import { unit } from "./goods.js";
import { t } from "./ui.js";
import { YIELDS } from "./tables.js";

const PERCENT = 100;

/** A share or an amount with at most two decimals. */
const short = (number) => String(Math.round(number * 100) / 100);

/**
 * The usual yield of a transformation.
 * @param {string} operation
 * @param {{class: string, uom: string, quantity: string}[]} inputs
 * @param {{class: string, uom: string, quantity: string}[]} outputs
 * @returns {{zh: string, en: string, isOdd: boolean} | null} null if the table has none
 */
export function usualOf(operation, inputs, outputs) {
  const fits = (codes, uom, rows) => rows.every((row) => row.uom === uom && (codes.includes("*") || codes.includes(row.class)));
  const found = YIELDS.find(([what, from, to, uomIn, uomOut]) => what === operation && fits(from, uomIn, inputs) && fits(to, uomOut, outputs));
  if (!found) return null;
  const [, , , uomIn, uomOut, low, high] = found;
  const all = (rows) => rows.reduce((sum, { quantity }) => sum + Number(quantity), 0);
  const ratio = all(outputs) / all(inputs);
  const isOdd = (low !== null && ratio < Number(low)) || (high !== null && ratio > Number(high));
  const isShare = uomIn === uomOut;
  const scale = (amount) => short(Number(amount) * (isShare ? PERCENT : 1));
  const [range, en] = low === null ? [`不超过 ${scale(high)}`, `at most ${scale(high)}`] : high === null ? [`不少于 ${scale(low)}`, `at least ${scale(low)}`] : [`${scale(low)} ~ ${scale(high)}`, `${scale(low)} to ${scale(high)}`];
  const [zhUnit, enUnit] = isShare ? ["%", "%"] : [` ${unit(uomOut)}`, ` ${unit(uomOut)}`];
  const said = isShare ? ["", ""] : [`每${unit(uomIn)}出 ${scale(ratio)}${zhUnit}；`, `${scale(ratio)}${enUnit} for each ${unit(uomIn)}; `];
  return { zh: `${said[0]}通常${range}${zhUnit}（供参考）`, en: `${said[1]}usually ${en}${enUnit} (for reference)`, isOdd };
}

/** The same in the language of the page. */
export const usualWords = (usual) => t(usual.zh, usual.en);
