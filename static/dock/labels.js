// Labels of what a record brought in, made on this device: they print without a network, and right after a signature. One that
// mixes lots names those that it is made of.

import { Form, choice, typed } from "./form.js";
import { amount, nameOf, placeName, shortLot } from "./goods.js";
import { qr } from "./qr.js";
import { button, el, fill, go, note, t } from "./ui.js";

/** Lots of a mixture that a label names; how many more there are is said. */
const SOURCES_MAX = 8;
const COPIES_MAX = 50;

const SIZES = [
  ["carton", ["大 100×70", "Large, 100×70"]],
  ["pack", ["小 60×40", "Small, 60×40"]],
];

/** Where whoever scans a label finds what is known of a lot. */
export const linkOf = (lot, site) => `${globalThis.location.origin}/${lot.split("/").map(encodeURIComponent).join("/")}?at=${encodeURIComponent(site)}`;

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
      el("span", { class: "weight" }, one.quantity === null || one.quantity === undefined ? t("重量：", "Weight: ") : amount(one.quantity, one.uom)),
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
  const form = new Form([copies, size]);
  const draw = () => {
    const values = form.values();
    sheet.className = `labels ${values.size}`;
    fill(sheet, all.flatMap((one) => Array.from({ length: values.copies ?? 1 }, () => label(one, site))));
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
