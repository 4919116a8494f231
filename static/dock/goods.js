// Words for goods: units, classes of products, amounts.

import { PRODUCTS } from "./tables.js";
import { el, of, t } from "./ui.js";

/** Units (UN/ECE Recommendation 20). @type {[string, [string, string]][]} */
export const UNITS = [
  ["KGM", ["千克", "kg"]],
  ["GRM", ["克", "g"]],
  ["TNE", ["吨", "t"]],
  ["LTR", ["升", "L"]],
  ["MLT", ["毫升", "mL"]],
  ["HEA", ["头", "head"]],
  ["H87", ["件", "pieces"]],
  ["PTN", ["份", "portions"]],
];

const unitWords = new Map(UNITS);
const product = (code) => PRODUCTS.find(([one]) => one === code) ?? [code, code, code, []];

/** A unit in words. */
export const unit = (code) => of(unitWords.get(code) ?? [code, code]);

/** An amount with its unit; that it is closed, if it is. @param {string | null} amount */
export const amount = (value, uom) => (value === null || value === undefined ? t("数量未公开", "quantity closed") : `${value} ${unit(uom)}`);

/** A class of products in words. */
export const className = (code) => of(product(code).slice(1, 3));

/** Whether a class has a tag of the table. */
export const hasTag = (code, tag) => product(code)[3].includes(tag);

/** Classes to choose from. @returns {[string, string][]} */
export const classes = () => PRODUCTS.map(([code]) => [code, className(code)]);

/** Units to choose from. */
export const units = () => UNITS.map(([code, words]) => [code, of(words)]);

/** What people call goods: their name, else their class, else the code. */
export const nameOf = (goods) => goods.name ?? (goods.class ? className(goods.class) : goods.lot);

/** The end of a lot's code, as people tell lots of one product apart. */
export const shortLot = (lot) => lot.slice(lot.lastIndexOf("/") + 1);

/** A line about goods: name and amount, lot and day under it. */
export const goodsLine = (goods) => [
  el("span", { class: "row" }, el("b", {}, nameOf(goods)), el("span", { class: "amount" }, amount(goods.left ?? goods.quantity ?? null, goods.uom))),
  el(
    "span",
    { class: "small" },
    el("bdi", {}, shortLot(goods.lot)),
    goods.made_on ? ` · ${goods.made_on}` : "",
    goods.best_before ? t(` · 至 ${goods.best_before}`, ` · until ${goods.best_before}`) : "",
  ),
];

/** What a site is called. @param {{name?: string | null, party_name?: string | null, id?: string | null, party?: string}} site */
export const placeName = (site) => site?.name ?? site?.party_name ?? site?.id ?? site?.party ?? "?";
