// Tables of the program that screens need: data, not scripts, loaded before the first screen and kept on the device with them.
// static/dock/tables.json is made by scripts/workbench-tables.mjs from the tables that the program itself reads, where their sources stand.

import { takeCodes } from "../workbench/codes.js";

/** Classes of products: code, Chinese, English, tags. @type {[string, string, string, string[]][]} */
export const PRODUCTS = [];
/** Listed liquid foods that travel by tanker under a sheet: code, Chinese, English, whether it is food. @type {[string, string, string, boolean][]} */
export const LIQUIDS = [];
/** Other cargoes that a tank may have carried before. @type {[string, string, string, boolean][]} */
export const CARGOES = [];
/** How makers of loggers lay out their files. @type {{name: [string, string], time: string[], date?: string[], temp: string[], order: "ymd" | "dmy" | "mdy"}[]} */
export const TEMPLATES = [];
/**
 * Usual yields, for reference: operation, classes in, classes out ("*" is any), unit in, unit out, least and most out for one in.
 * @type {[string, string[], string[], string, string, string | null, string | null][]}
 */
export const YIELDS = [];
/** What the signer of a commitment certificate promises, by form. @type {Record<string, string>} */
export const PROMISE = {};
/** What the promise may rest on. @type {Record<string, string>} */
export const BASIS = {};
/** Seconds for which a recorder on the way may be silent. */
export let INTERVAL_S = 0;

/** Takes the tables as they were read. */
export function takeTables({ products, liquids, cargoes, loggers, yields, promise, basis, interval_s, ...codes }) {
  for (const [here, rows] of [[PRODUCTS, products], [LIQUIDS, liquids], [CARGOES, cargoes], [TEMPLATES, loggers], [YIELDS, yields]]) here.splice(0, here.length, ...rows);
  Object.assign(PROMISE, promise);
  Object.assign(BASIS, basis);
  INTERVAL_S = interval_s;
  takeCodes(codes);
}

/** Loads them once. */
export async function knowTables() {
  if (INTERVAL_S > 0) return;
  // Seen from here and from the joined scripts, which are in a folder beside. Written out, so that the service worker keeps it.
  takeTables(await (await fetch(new URL("../dock/tables.json", import.meta.url))).json());
}
