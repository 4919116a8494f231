// How things stand with the network, the outbox and the clock: one line that says what a person may have to do.

import { NOT_SENT } from "./outbox-words.js";
import { el, moment, t } from "./ui.js";

/** @param {import("./dock.js").Dock} dock @param {{at: number | null}} stock */
export async function statusLine(dock, stock) {
  const counts = await dock.outbox.counts();
  const waiting = NOT_SENT.reduce((sum, state) => sum + counts[state], 0);
  const parts = [];
  if (counts.refused > 0) parts.push(el("a", { href: "#/outbox", class: "chip bad" }, t(`${counts.refused} 条被拒收`, `${counts.refused} refused`)));
  if (waiting > 0) parts.push(el("a", { href: "#/outbox", class: "chip warn" }, t(`${waiting} 条待发送`, `${waiting} to be sent`)));
  if (!navigator.onLine || dock.trouble?.code === "unreachable") parts.push(el("span", { class: "chip warn" }, t("没有网络，可以照常办", "no network; work as usual")));
  if (dock.outbox.trouble?.code === "receipt_wrong") parts.push(el("a", { href: "#/outbox", class: "chip bad" }, t("回执核验不符", "a receipt does not hold")));
  const clock = dock.clock.words();
  if (["ahead", "behind", "unsure"].includes(clock.code)) parts.push(el("span", { class: "chip warn" }, t(clock.zh, clock.en)));
  const since = stock.at === null ? null : t(`数据截至 ${moment(Math.floor(stock.at / 1000))}`, `as of ${moment(Math.floor(stock.at / 1000))}`);
  return el("p", { class: "status" }, parts, since ? el("span", { class: "small" }, since) : null);
}
