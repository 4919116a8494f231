// What came otherwise than it was sent: the sender says what became of it.

import { settle } from "../workbench/drafts.js";
import { isNothing, micros, readTypedAmount, sum } from "../workbench/quantity.js";
import { forWhom } from "./agents.js";
import { FieldFault, Form, choice, more, typed } from "./form.js";
import { amount, nameOf } from "./goods.js";
import { differenceWords, receiptBy } from "./receipts.js";
import { button, code, el, facts, fill, go, note, of, t } from "./ui.js";

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
  const field = ([name, words]) => typed(name, of(words), { inputmode: "decimal", read: readTypedAmount });
  const form = new Form([
    whom,
    choice("outcome", t("这些货怎么样了", "What became of it"), OUTCOMES, { required: false }),
    more(t("不是一种结果：分开填数量", "More than one: how much of each"), OUTCOMES.map(field)),
    typed("note", t("说明（可不填）", "Note (if any)"), { rows: 2 }),
  ]);
  const sign = async () => {
    const { outcome, note: said, on_behalf_of, ...parts } = form.values();
    const apart = OUTCOMES.map(([name]) => ({ of: one.credit, quantity: parts[name], outcome: name })).filter(({ quantity }) => quantity !== undefined && !isNothing(quantity));
    if (apart.length === 0 && !outcome) throw new FieldFault("outcome", ["请选择这些货怎么样了", "please say what became of it"]);
    if (apart.length > 0 && micros(sum(apart.map(({ quantity }) => quantity))) !== micros(one.open)) throw new FieldFault("outcome", [`各项合计要等于 ${amount(one.open, one.uom)}`, `together they have to be ${amount(one.open, one.uom)}`]);
    const lines = apart.length > 0 ? apart : [{ of: one.credit, quantity: one.open, outcome }];
    const item = await dock.say(settle(lines, { dispatch: one.dispatch, receipt: one.record, on_behalf_of, note: said }, { blobs: whom.blobsOf(on_behalf_of) }), op_id);
    globalThis.location.hash = `#/done/${item.op_id}`;
  };
  const told = el("div", {});
  receiptBy(dock, record).then((receipt) => {
    const difference = receipt?.differences.find(({ n }) => n === one.line);
    if (difference) fill(told, note("warn", t("对方写的：", "The other side says: "), differenceWords(receipt, difference, one.uom)));
  });
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
    told,
    go(t("看运单和签收", "Waybill and receipt"), `#/waybill/${one.dispatch}`),
    form.node,
    el("div", { class: "foot" }, button(t("签名", "Sign"), sign, { kind: "strong", id: "sign" })),
  );
}
