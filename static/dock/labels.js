// Labels of what a record brought in, made on this device: they print without a network, and right after a signature. One that
// mixes lots names those that it is made of.

import { less, readTypedAmount, sum } from "../workbench/quantity.js";
import { FieldFault, Form, choice, more, typed } from "./form.js";
import { amount, nameOf, placeName, shortLot, unit } from "./goods.js";
import { linkOf } from "./links.js";
import { qr } from "./qr.js";
import { button, el, fill, go, note, t } from "./ui.js";

/** Lots of a mixture that a label names; how many more there are is said. */
const SOURCES_MAX = 8;
const COPIES_MAX = 50;
/** Packs of one lot that are labelled at once, each with its own weight. */
const WEIGHTS_MAX = 200;

const SIZES = [
  ["carton", ["大 100×70", "Large, 100×70"]],
  ["pack", ["小 60×40", "Small, 60×40"]],
];

/**
 * What stands on the labels of a record: one for each lot that it brings in.
 * @param {{claims: object}} item of the outbox
 * @param {Map<string, object>} names what is known of lots
 */
export function labelsOf({ claims }, names) {
  const moves = claims.moves ?? [];
  const sources = claims.type === "transform" ? [...new Set(moves.filter(({ op }) => op === "out").map(({ lot }) => lot))] : [];
  const infos = new Map((claims.body.lots ?? []).map((info) => [info.n, info]));
  return moves.filter(({ op }) => op === "in").map(({ n, lot, uom, quantity }) => ({ lot, uom, quantity, sources, ...(names.get(lot) ?? {}), ...(infos.get(n) ?? {}) }));
}

/** Weights as a scale types them, one a line, or as a person does. @returns {string[] | null} null if one of them is none */
function readWeights(text) {
  const weights = text.split(/[\s;；、]+/).filter(Boolean).map(readTypedAmount);
  return weights.includes(null) || weights.length > WEIGHTS_MAX ? null : weights;
}

/**
 * Labels of one lot: one for each weight that was typed, else as many as are wanted, which together have what the lot has.
 * @param {object} one
 * @param {{copies: number, weights?: string[]}} wanted
 * @throws {FieldFault} weighed are more than there is
 */
export function copiesOf(one, { copies, weights = [] }) {
  if (weights.length === 0) return Array.from({ length: copies }, (_, at) => ({ ...one, part: copies > 1 ? [at + 1, copies] : null }));
  const all = sum(weights);
  if (one.quantity && less(one.quantity, all) === null) {
    throw new FieldFault("weights", [`称得共 ${all}，多于这一批的 ${amount(one.quantity, one.uom)}`, `${all} were weighed, which is more than the lot's ${amount(one.quantity, one.uom)}`]);
  }
  return weights.map((quantity) => ({ ...one, quantity, part: null }));
}

/** What a label says of the amount: an amount that several labels share is not that of each. */
function weightOf({ quantity, uom, part }) {
  if (quantity === null || quantity === undefined) return t("重量：", "Weight: ");
  const words = amount(quantity, uom);
  return part ? t(`第 ${part[0]} 件，${part[1]} 件共 ${words}`, `${part[0]} of ${part[1]}, ${words} together`) : words;
}

function label(one, site) {
  const made = one.sources.slice(0, SOURCES_MAX).map(shortLot).join("、");
  const rest = one.sources.length - SOURCES_MAX;
  return el(
    "article",
    { class: "label" },
    qr(linkOf(one.lot, site.id), t("追溯码", "trace code")),
    el(
      "div",
      {},
      el("b", {}, nameOf(one)),
      el("span", { class: "weight" }, weightOf(one)),
      el("span", {}, t("批次 ", "Lot "), el("bdi", {}, shortLot(one.lot))),
      one.made_on ? el("span", {}, t(`生产 ${one.made_on}`, `Made ${one.made_on}`)) : null,
      one.best_before ? el("span", {}, t(`保质期至 ${one.best_before}`, `Best before ${one.best_before}`)) : null,
      made ? el("span", {}, one.sources.length > 1 ? t("混自 ", "Mixed of ") : t("来自 ", "Made of "), el("bdi", {}, made), rest > 0 ? t(` 等 ${one.sources.length} 批`, ` and ${rest} more`) : "") : null,
      el("span", {}, placeName(site)),
    ),
  );
}

/** Labels of one thing that was signed. @param {import("./dock.js").Dock} dock @param {string} op_id */
export async function labelsScreen(dock, main, op_id) {
  const item = op_id && (await dock.db.get("outbox", op_id));
  const stock = await dock.stock();
  const all = item ? labelsOf(item, stock.names) : [];
  if (all.length === 0) {
    fill(main, el("h1", {}, t("标签", "Labels")), note("", t("没有可打印的标签。", "There is nothing to label.")), go(t("回工作台", "To the workbench"), "#/"));
    return;
  }
  const site = stock.site ?? { id: item.claims.site };
  const sheet = el("div", { class: "labels", id: "sheet" });
  const copies = typed("copies", t("每批打几张", "Labels of each lot"), { value: "1", inputmode: "numeric", read: (text) => (/^[1-9][0-9]?$/.test(text) && Number(text) <= COPIES_MAX ? Number(text) : null), wrong: [`一批最多 ${COPIES_MAX} 张`, `${COPIES_MAX} labels of a lot at most`] });
  const size = choice("size", t("大小（毫米）", "Size, mm"), SIZES, { value: "carton" });
  const weighed = all.map((one, at) => typed(`weights-${at}`, t(`每盒重量（${unit(one.uom)}）：${nameOf(one)} ${shortLot(one.lot)}`, `Weight of each pack, ${unit(one.uom)}: ${nameOf(one)} ${shortLot(one.lot)}`), { rows: 3, read: readWeights, hint: t("每行一个，可接电子秤", "one a line; a scale may type them"), wrong: [`每行一个重量，最多 ${WEIGHTS_MAX} 个`, `one weight a line, ${WEIGHTS_MAX} at most`] }));
  const form = new Form([copies, size, more(t("按盒称重", "Weigh each pack"), weighed)]);
  const draw = () => {
    const values = form.values();
    const labels = all.flatMap((one, at) => copiesOf(one, { copies: values.copies ?? 1, weights: values[`weights-${at}`] }));
    sheet.className = `labels ${values.size}`;
    fill(sheet, labels.map((one) => label(one, site)));
  };
  const print = () => {
    draw();
    globalThis.print();
  };
  draw();
  for (const input of form.node.querySelectorAll("input[type=radio]")) input.addEventListener("change", draw);
  fill(
    main,
    el("h1", { class: "noprint" }, t(`标签 ${all.length} 批`, `Labels of ${all.length} lots`)),
    el("div", { class: "noprint stack" }, form.node, button(t("打印", "Print"), print, { kind: "strong", id: "print" })),
    sheet,
    el("div", { class: "noprint stack" }, go(t("回工作台", "To the workbench"), "#/")),
  );
}
