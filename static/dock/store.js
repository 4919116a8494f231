// Keeping goods: self-checks that come due, temperatures of zones, stocktakes, and goods that end.

import { KINDS } from "../verify/kinds.js";
import { count, dispose, inspect } from "../workbench/drafts.js";
import { forWhom } from "./agents.js";
import { FieldFault, Form, choice, contradicted, more, several, typed } from "./form.js";
import { goodsLine } from "./goods.js";
import { checkWords, filingNote, keepingOf } from "./keeping.js";
import { Picker, chosenBy } from "./plans.js";
import { scanBox } from "./scanbox.js";
import { PENDING } from "./stock.js";
import { button, dayOf, doubts, el, fill, go, note, of, t } from "./ui.js";

/** Lines of one stocktake, as the format allows. */
const COUNTED_MAX = 64;

const ITEMS = [
  ["温度", ["温度", "temperature"]],
  ["卫生", ["卫生", "cleanliness"]],
  ["虫鼠", ["虫鼠", "pests"]],
  ["保质期", ["保质期", "shelf life"]],
  ["证照", ["证照", "licences"]],
  ["标签", ["标签", "labels"]],
];

const METHODS = [
  ["rendered", ["无害化", "Rendered"]],
  ["destroyed", ["销毁", "Destroyed"]],
  ["feed", ["作饲料", "Feed"]],
  ["own_use", ["自用", "Own use"]],
  ["waste_oil", ["废油回收", "Waste oil"]],
  ["lost", ["灭失", "Lost"]],
];

const REASONS = [
  ["expired", ["过期", "Past its shelf life"]],
  ["spoiled", ["变质、破损", "Spoiled"]],
  ["condemned", ["检疫检验不合格", "Condemned"]],
  ["recalled", ["召回", "Recalled"]],
  ["sample", ["留样", "Sample"]],
  ["other", ["其他", "Other"]],
];

const finish = (item) => {
  globalThis.location.hash = `#/done/${item.op_id}`;
};
const foot = (words, work, kind = "strong") => el("div", { class: "foot" }, button(words, work, { kind, id: "sign" }));

/** What is to be done in a store, and whether a self-check is overdue. */
export async function storeScreen(dock, main) {
  const draw = async () => {
    const keeping = await keepingOf(dock);
    const { code, words } = checkWords(keeping, dayOf(dock.clock.seconds()));
    fill(
      main,
      el("h1", {}, t("自查、盘点", "Checks")),
      note({ overdue: "bad", due_today: "warn", in_time: "good" }[code] ?? "", words),
      filingNote(keeping),
      el(
        "div",
        { class: "stack" },
        go(t("登记自查", "Self-check"), "#/check", { kind: "strong" }),
        go(keeping.zones.length > 0 ? t(`温区（${keeping.zones.length}）`, `Zones (${keeping.zones.length})`) : t("温区温度", "Zones"), "#/zones"),
        go(t("按货主：库存、进出库", "By owner: held, in and out"), "#/owners"),
        go(t("盘点", "Stocktake"), "#/count"),
        go(t("处置：销毁、无害化", "Dispose of goods"), "#/dispose"),
      ),
    );
  };
  await draw();
  return dock.listen(() => draw());
}

/** A self-check of the site. */
export async function selfCheck(dock, main) {
  const op_id = dock.newOp();
  const plan = (await dock.notes.get("self_check")) ?? {};
  const whom = await forWhom(dock);
  const site = typed("site", t("哪个场所（不填为本场所）", "Which premises (left empty: these)"), { read: (text) => (KINDS.site(text.toUpperCase()) ? text.toUpperCase() : null) });
  const form = new Form([
    whom,
    ...(whom.name ? [site] : []),
    several("items", t("查了什么", "What was checked"), ITEMS, { value: ITEMS.map(([one]) => one) }),
    choice("passed", t("结论", "Result"), [["yes", ["符合", "All right"]], ["no", ["有问题", "Not all right"]]], { value: "yes" }),
    typed("note", t("问题和整改", "What was wrong, and what was done"), { rows: 2 }),
    more(t("多久一次", "How often"), [typed("days", t("每几天自查一次", "Days between self-checks"), { inputmode: "numeric", read: (text) => (/^[1-9][0-9]{0,2}$/.test(text) ? Number(text) : null) })]),
  ]);
  const sign = async () => {
    const { items, passed, note: said, days, on_behalf_of, site: where = dock.site } = form.values();
    if (passed === "no" && said === undefined) throw new FieldFault("note", ["有问题请写明", "please say what was wrong"]);
    const at = dock.clock.seconds();
    if (days) await dock.notes.put({ kind: "self_check", days }, { decided: plan.others });
    finish(await dock.say(inspect({ mode: "self_check", at, passed: passed === "yes", items, on_behalf_of, note: said }, [`site/${where}`], { blobs: whom.blobsOf(on_behalf_of) }), op_id));
  };
  contradicted(form, plan.others);
  fill(main, el("h1", {}, t("自查", "Self-check")), doubts(plan), form.node, foot(t("签名", "Sign"), sign));
}

/** What was kept aside when it was received is let go by a person who looked again, and says what was cleared up. */
export async function clearScreen(dock, main, receipt) {
  const op_id = dock.newOp();
  const rows = (await dock.stock()).held.filter(({ credit, stop }) => credit.record === receipt && stop?.code === PENDING);
  if (rows.length === 0) {
    fill(main, el("h1", {}, t("暂存待查", "Kept aside")), note("good", t("这批货没有暂存，或已经放行。", "Nothing of it is kept aside.")), go(t("回工作台", "To the workbench"), "#/"));
    return;
  }
  const form = new Form([typed("note", t("查清了什么（如补了什么证、复测温度多少）", "What was cleared up (papers that came, temperatures measured again)"), { rows: 2, required: true })]);
  const sign = async () => {
    const { note: said } = form.values();
    finish(await dock.say(inspect({ mode: "self_check", at: dock.clock.seconds(), passed: true, items: ["暂存待查"], note: said }, [`record/${receipt}`]), op_id));
  };
  fill(
    main,
    el("h1", {}, t("暂存待查", "Kept aside")),
    note("warn", of(rows[0].stop)),
    el("ul", { class: "plain" }, rows.map((row) => el("li", {}, goodsLine(row)))),
    form.node,
    el("div", { class: "pair" }, go(t("退回", "Send back"), `#/dispatch/return/${receipt}`), go(t("处置", "Dispose"), `#/dispose/${receipt}/${rows.map(({ credit }) => credit.n)}`)),
    foot(t("查清放行，签名", "Cleared: sign"), sign),
  );
}

/** What is really there: all of a small stock, or what of a large one was counted. */
export async function stocktake(dock, main) {
  const held = (await dock.stock()).held.filter(({ left }) => left !== null);
  const [op_ids, whom] = [[], await forWhom(dock)];
  const all = held.length <= COUNTED_MAX ? held.map(({ credit }) => `${credit.record}#${credit.n}`) : [];
  const picker = new Picker(held, { chosen: all, mayStop: false, counts: true });
  const box = scanBox((text) => picker.scan(text));
  const form = new Form([whom]);
  const sign = async () => {
    const { on_behalf_of } = form.values();
    const counted = picker.taken().map(({ of: line, quantity, row }) => ({ of: line, amount: quantity, left: row.left }));
    let item = null;
    for (let at = 0; at * COUNTED_MAX < counted.length; at += 1) {
      op_ids[at] ??= dock.newOp();
      const some = counted.slice(at * COUNTED_MAX, (at + 1) * COUNTED_MAX);
      item = await dock.say(count(some, { at: dock.clock.seconds(), on_behalf_of }, { blobs: whom.blobsOf(on_behalf_of) }), op_ids[at]);
    }
    finish(item);
  };
  const told = all.length > 0 ? t("数不符的改成实际数，没有数的去掉；少了的从账上减去。", "Where the amount is another, write what is there, and take off what was not counted; what is missing leaves the books.") : t("数了哪些就扫码或勾选哪些，写实际数；少了的从账上减去。", "Scan or choose what was counted, and write what is there; what is missing leaves the books.");
  fill(main, el("h1", {}, t("盘点", "Stocktake")), box.node, note("", told), form.node, picker.node, foot(t("签名", "Sign"), sign));
  return box.stop;
}

/** Goods end. */
export async function disposeScreen(dock, main, record, n) {
  const stock = await dock.stock();
  const [op_id, whom] = [dock.newOp(), await forWhom(dock)];
  const picker = new Picker(stock.held, { chosen: chosenBy(record, n), mayStop: false });
  const box = scanBox((text) => picker.scan(text));
  const form = new Form([whom, choice("reason", t("原因", "Reason"), REASONS, { value: record ? "expired" : undefined }), choice("method", t("方式", "How"), METHODS, { value: "rendered" }), typed("person", t("经手人", "By whom"), {})]);
  const sign = async () => {
    const { reason, method, person, on_behalf_of } = form.values();
    const body = { on_behalf_of, method, reason, at: dock.clock.seconds(), person: person ? { name: person } : undefined };
    finish(await dock.say(dispose(picker.taken(), body, { blobs: whom.blobsOf(on_behalf_of) }), op_id));
  };
  fill(main, el("h1", {}, t("处置", "Dispose")), box.node, picker.node, form.node, foot(t("签名处置", "Sign"), sign, "danger"));
  return box.stop;
}
