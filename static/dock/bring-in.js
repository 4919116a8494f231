// Goods come into being or into the ledger: a harvest, a batch, goods of a supplier who is not enrolled; and what was used on
// the way.

import { create, enter, useInput } from "../workbench/drafts.js";
import { resolve } from "../workbench/resolve.js";
import { forWhom } from "./agents.js";
import { Form, choice, more, several, typed } from "./form.js";
import { attach } from "./photos.js";
import { broughtOf, countyOf, keepTemplate, lotFields, templates } from "./lots.js";
import { scanBox, signal } from "./scanbox.js";
import { button, dayOf, el, fill, go, of, t, tell } from "./ui.js";

const HOW = [
  ["harvest", ["采收", "Harvest"]],
  ["catch", ["捕捞", "Catch"]],
  ["herd", ["出栏", "Herd"]],
  ["yield", ["产蛋、挤奶", "Eggs, milk"]],
  ["production", ["生产", "Production"]],
];

const CHECKED = [
  ["licence", ["供货者许可证", "supplier's licence"]],
  ["conformity", ["合格证明", "proof of conformity"]],
  ["farm_certificate", ["承诺达标合格证", "farm certificate"]],
  ["quarantine", ["检疫证明", "quarantine"]],
  ["voucher", ["进货凭证", "voucher"]],
  ["chinese_label", ["中文标签", "Chinese label"]],
];

const INPUTS = [
  ["pesticide", ["农药", "Pesticide"]],
  ["veterinary_drug", ["兽药", "Veterinary drug"]],
  ["feed", ["饲料", "Feed"]],
  ["fertiliser", ["肥料", "Fertiliser"]],
];

/** Kinds of codes that packages of inputs have. */
const CODES_OF_INPUTS = new Set(["gtin", "element_string", "digital_link", "vet_drug", "pesticide", "platform"]);

const foot = (words, work) => el("div", { class: "foot" }, button(words, work, { kind: "strong", id: "sign" }));
const finish = (item) => {
  globalThis.location.hash = `#/done/${item.op_id}`;
};

/** What is brought in. */
export async function bringIn(_dock, main) {
  fill(
    main,
    el("h1", {}, t("进货、生产", "Bring in")),
    el(
      "div",
      { class: "stack" },
      go(t("进货：供货者不在本系统", "Goods of a supplier who is not enrolled"), "#/enter", { kind: "strong" }),
      go(t("新批次：采收、捕捞、生产", "A new lot: harvest, catch, production"), "#/make", { kind: "strong" }),
      go(t("屠宰进场：货主、头数、耳标", "Animals for slaughter: owners, heads, ear tags"), "#/intake"),
      go(t("投入品：用药、用肥、用料", "Input used: drug, pesticide, feed"), "#/input"),
      go(t("证明、检测报告", "Certificates and reports"), "#/certificate"),
      go(t("代农户办", "Acting for smallholders"), "#/agents"),
      go(t("导入表格", "Import a table"), "#/import"),
      go(t("收货：有运单的", "Goods with a waybill"), "#/receive"),
    ),
  );
}

/** A new lot. */
export async function make(dock, main) {
  const [stock, known] = [await dock.stock(), await templates(dock)];
  const [op_id, blobs, whom] = [dock.newOp(), [], await forWhom(dock)];
  const form = new Form([
    whom,
    choice("how", t("方式", "How"), HOW, { value: stock.site?.kind === "plant" ? "production" : "harvest" }),
    ...lotFields(dock, known.filter(({ supplier }) => supplier === undefined)),
    more(t("地块、防治、说明", "Plot, health, note"), [
      typed("plot", t("地块、圈舍", "Plot, pond or house"), {}),
      typed("health_record", t("疫病与防治", "Diseases and what was done"), { rows: 2 }),
      typed("note", t("说明", "Note"), { rows: 2 }),
    ]),
  ]);
  const sign = async () => {
    const values = form.values();
    const lot = broughtOf(dock, values, { origin: countyOf(stock) });
    const { plot, health_record, on_behalf_of, note } = values;
    const item = await dock.say(create(values.how, [lot], { plot, health_record, on_behalf_of, note }, { blobs: [...blobs, ...whom.blobsOf(on_behalf_of)] }), op_id);
    await keepTemplate(dock, values);
    finish(item);
  };
  fill(main, el("h1", {}, t("新批次", "A new lot")), form.node, attach(blobs), foot(t("签名", "Sign"), sign));
}

/** Addresses and telephones of suppliers lie on this phone alone: a template, which all devices of the site see, has the name. */
const SUPPLIERS = "suppliers";
const SUPPLIERS_MAX = 60;

/** Who a supplier is, as a purchase ledger has to say (食品安全法 53; 食用农产品市场销售质量安全监督管理办法). */
const supplierFields = () => [
  typed("supplier", t("供货者", "Supplier"), { required: true }),
  typed("address", t("供货者地址", "Supplier's address"), {}),
  typed("contact", t("供货者联系方式", "Supplier's contact"), { inputmode: "tel" }),
  more(t("许可证号", "Licence"), [typed("licence", t("许可证号", "Licence"), {})]),
];

/** Fills in what this phone knows of a supplier. */
function fillSupplier(node, who) {
  for (const [name, value] of Object.entries(who)) node.querySelector(`[name=${name === "name" ? "supplier" : name}]`).value = value;
}

/** Goods of a supplier who is not enrolled: purchase check and papers. */
export async function enterScreen(dock, main) {
  const known = (await templates(dock)).filter(({ supplier }) => supplier !== undefined);
  const [op_id, blobs, whom] = [dock.newOp(), [], await forWhom(dock)];
  const met = (await dock.mark(SUPPLIERS))?.rows ?? [];
  const fields = lotFields(dock, known, { used: (one) => fillSupplier(form.node, met.find(({ name }) => name === one.supplier) ?? { name: one.supplier }) });
  const form = new Form([
    whom,
    ...supplierFields(),
    ...fields,
    several("checked", t("查验了什么", "What was checked"), CHECKED),
    more(t("说明", "Note"), [typed("note", t("说明", "Note"), { rows: 2 })]),
  ]);
  const sign = async () => {
    const values = form.values();
    const from = { name: values.supplier, address: values.address, contact: values.contact, licence: values.licence };
    const said = Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined));
    const body = { received_on: dayOf(dock.clock.seconds()), checked: values.checked, on_behalf_of: values.on_behalf_of, supplier: said, note: values.note };
    if (values.checked.length === 0) delete body.checked;
    const item = await dock.say(enter([broughtOf(dock, values)], body, { blobs: [...blobs, ...whom.blobsOf(values.on_behalf_of)] }), op_id);
    await keepTemplate(dock, values);
    await dock.keep(SUPPLIERS, { rows: [said, ...met.filter(({ name }) => name !== said.name)].slice(0, SUPPLIERS_MAX) });
    finish(item);
  };
  fill(main, el("h1", {}, t("进货登记", "Goods entered")), form.node, attach(blobs, t("拍票证", "Picture of the papers")), foot(t("签名入库", "Sign"), sign));
}

/** Drug, pesticide, feed or fertiliser used. */
export async function inputUse(dock, main) {
  const today = dayOf(dock.clock.seconds());
  const [op_id, whom] = [dock.newOp(), await forWhom(dock)];
  const code = typed("code", t("追溯码", "Its trace code"), { hint: t("扫包装上的码", "scan the package") });
  const form = new Form([
    whom,
    choice("kind", t("种类", "Kind"), INPUTS, { value: "pesticide" }),
    typed("name", t("名称", "Name"), { required: true }),
    code,
    typed("source", t("在哪里买的", "Where it was bought"), { required: true }),
    typed("usage", t("用法", "How it was used"), { required: true }),
    typed("dose", t("用量", "Dose"), { required: true }),
    typed("plot", t("地块、圈舍", "Plot or house"), { required: true }),
    typed("from", t("使用日期", "First day"), { value: today, kind: "date", required: true }),
    typed("until", t("停用日期", "Last day"), { value: today, kind: "date", required: true }),
    typed("interval_days", t("安全间隔期、休药期（天）", "Days to wait before harvest"), { inputmode: "numeric", read: (text) => (/^[0-9]{1,4}$/.test(text) ? Number(text) : null) }),
  ]);
  const box = scanBox((text) => {
    const found = resolve(text);
    const isOne = found.outcome === "one" && CODES_OF_INPUTS.has(found.meanings[0].scheme);
    signal(isOne ? "good" : "bad");
    if (!isOne) return tell(t(`没有填入：${found.zh}。包装上是这个码的，请手工填“追溯码”。`, `Not filled in: ${found.en}. If the package has this code, type it as its trace code.`), "bad");
    code.input.value = text.slice(0, 120);
    return tell(of(found), "good");
  }, { label: t("扫农药、兽药的追溯码", "Scan the code of the pesticide or drug") });
  const sign = async () => {
    const used = form.values();
    finish(await dock.say(useInput(used, { blobs: whom.blobsOf(used.on_behalf_of) }), op_id));
  };
  fill(main, el("h1", {}, t("投入品使用", "Input used")), box.node, form.node, foot(t("签名", "Sign"), sign));
  return box.stop;
}
