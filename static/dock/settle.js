// What came otherwise than it was sent: the sender says what became of it.

import { settle } from "../workbench/drafts.js";
import { forWhom } from "./agents.js";
import { Form, choice, typed } from "./form.js";
import { amount, nameOf } from "./goods.js";
import { button, code, el, facts, fill, go, note, t } from "./ui.js";

const OUTCOMES = [
  ["taken_back", ["已退回本场所", "Back here"]],
  ["lost", ["已灭失", "Lost"]],
  ["disposed", ["已处置", "Disposed of"]],
];

/** @param {import("./dock.js").Dock} dock */
export async function settleScreen(dock, main, record, line) {
  const stock = await dock.stock();
  const one = stock.disputed.find((row) => row.record === record && String(row.line) === line);
  if (!one || one.open === null) {
    fill(main, el("h1", {}, t("处理差异", "Settle")), note("", t("这一条已经处理。", "This is settled.")), go(t("回工作台", "To the workbench"), "#/"));
    return;
  }
  const [op_id, whom] = [dock.newOp(), await forWhom(dock)];
  const form = new Form([whom, choice("outcome", t("这些货怎么样了", "What became of it"), OUTCOMES), typed("note", t("说明（可不填）", "Note (if any)"), { rows: 2 })]);
  const sign = async () => {
    const { outcome, note: said, on_behalf_of } = form.values();
    const lines = [{ of: one.credit, quantity: one.open, outcome }];
    const item = await dock.say(settle(lines, { dispatch: one.dispatch, receipt: one.record, on_behalf_of, note: said }, { blobs: whom.blobsOf(on_behalf_of) }), op_id);
    globalThis.location.hash = `#/done/${item.op_id}`;
  };
  fill(
    main,
    el("h1", {}, t("处理差异", "Settle")),
    facts([
      [t("品名", "Goods"), nameOf(one)],
      [t("数量", "Quantity"), amount(one.open, one.uom)],
      [t("批次", "Lot"), code(one.lot)],
      [t("运单号", "Waybill"), one.waybill],
      [t("收货场所", "Received at"), one.to],
    ]),
    form.node,
    el("div", { class: "foot" }, button(t("签名", "Sign"), sign, { kind: "strong", id: "sign" })),
  );
}
