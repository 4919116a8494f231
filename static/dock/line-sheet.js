// What became of one line, said by a person: accepted after all, short, damaged, warm, refused, another lot.

import * as trays from "../workbench/tray.js";
import { readTypedAmount } from "../workbench/quantity.js";
import { Form, choice, typed } from "./form.js";
import { amount, nameOf, unit } from "./goods.js";
import { temperature } from "./measured.js";
import { attach } from "./photos.js";
import { button, code, complain, el, facts, fill, t } from "./ui.js";

const MARKS = [
  ["short", ["短少", "Short"]],
  ["damaged", ["破损", "Damaged"]],
  ["warm", ["温度不符", "Warm"]],
  ["refused", ["拒收", "Refused"]],
  ["wrong_lot", ["批次不符", "Wrong lot"]],
];

export const REASONS = [
  ["short", ["数量不足", "fewer than said"]],
  ["damaged", ["破损", "broken, leaking"]],
  ["temperature", ["温度不符", "temperature"]],
  ["wrong_lot", ["批次不符", "another lot"]],
  ["papers", ["缺证", "a paper is missing"]],
  ["quality", ["质量问题", "quality"]],
  ["expired", ["过保质期", "past its shelf life"]],
  ["recalled", ["已召回", "recalled"]],
  ["other", ["其他", "something else"]],
];

/** Which part a mark is about. */
const PART = { short: "short", damaged: "damaged", refused: "refused", wrong_lot: "refused", warm: "refused" };

/**
 * Shows the sheet of a line over the screen.
 * @param {HTMLElement} main
 * @param {(change: (tray: trays.Tray) => trays.Tray) => Promise<void>} set
 */
export function sheet(main, line, goods, shipment, set) {
  const dialog = el("dialog", { class: "sheet", "aria-labelledby": "sheet-title" });
  const close = () => dialog.close();
  const photos = [...line.photos];
  const form = new Form([
    choice("mark", t("有什么不对", "What is wrong"), MARKS, { value: line.mark in PART ? line.mark : undefined }),
    typed("part", t(`其中多少（${unit(line.uom)}），不填为全部`, `How much of it (${unit(line.uom)}); all, if left empty`), { inputmode: "decimal", read: readTypedAmount }),
    choice("reason", t("原因", "Reason"), REASONS, { required: false }),
  ]);
  const warmth = temperature("temp_c", t("单测这一行的温度 ℃", "Temperature of this line alone, °C"), { value: line.temp_c ?? "" });
  const change = async (work) => {
    try {
      const temp_c = warmth.get();
      await set((tray) => trays.measure(work(tray), line.n, temp_c));
      close();
    } catch (error) {
      complain(error);
    }
  };
  const differ = () => {
    const { mark, part, reason } = form.values();
    const parts = part === undefined ? {} : { [PART[mark]]: part };
    return change((tray) => trays.differ(tray, line.n, mark, { ...parts, ...(reason ? { reason } : {}), photos }));
  };
  const putBack = async () => {
    await set((tray) => trays.putBack(tray, line.n));
    close();
  };
  fill(
    dialog,
    el("h2", { id: "sheet-title" }, t(`第 ${line.n} 行`, `Line ${line.n}`)),
    facts([
      [t("品名", "Goods"), nameOf(goods)],
      [t("批次", "Lot"), code(line.lot)],
      [t("发货", "Sent"), amount(line.sent, line.uom)],
    ]),
    warmth.node,
    button(t("收下", "Accept"), () => change((tray) => trays.accept(tray, line.n)), { kind: "strong" }),
    form.node,
    attach(photos),
    el("div", { class: "pair" }, button(t("记下差异", "Note the difference"), differ), button(t("算没扫过", "As not scanned"), putBack)),
    button(t("关闭", "Close"), close),
  );
  dialog.addEventListener("close", () => dialog.remove());
  main.append(dialog);
  dialog.showModal();
}
