// Samples of meals whose timer runs, as the first screen shows them.

import { shortLot } from "./goods.js";
import { el, go, t } from "./ui.js";

/** The kind of note that they are. */
export const KIND = "sample";

/** Samples that are kept, the one that ends first first. */
const samplesKept = async (dock) => (await dock.notes.list(KIND)).filter(({ over }) => !over).sort((a, b) => a.until - b.until);

/** What is left of the time, in words. @param {number} seconds */
export function leftWords(seconds) {
  if (seconds <= 0) return t("已满，可以处置", "over: it can be disposed of");
  const all = Math.ceil(seconds / 60);
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  return t(`还要留 ${hours} 小时 ${minutes} 分`, `${hours} h ${minutes} min to go`);
}

/** Rows for the first screen: samples that are kept, and those that are over, which have to be dealt with. @param {import("./dock.js").Dock} dock */
export async function sampleCards(dock) {
  const now = dock.clock.seconds();
  const rows = { kept: [], over: [] };
  for (const one of await samplesKept(dock)) {
    const isOver = one.until <= now;
    const what = el("div", { class: "what" }, el("span", { class: "row" }, el("b", {}, one.goods), el("span", { class: "amount" }, t(`${one.grams} 克`, `${one.grams} g`))), el("span", { class: isOver ? "small warn" : "small" }, leftWords(one.until - now), " · ", el("bdi", {}, shortLot(one.lot))));
    rows[isOver ? "over" : "kept"].push(el("li", { class: "card" }, what, go(isOver ? t("处置", "Dispose") : t("查看", "Look"), `#/sample/${one.record}/${one.n}`)));
  }
  return rows;
}
