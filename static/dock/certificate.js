// Quarantine certificates, meat inspection certificates, reports of laboratories and factories: issued by whoever is authorised
// to, confirmed at their source, or typed off a paper that is in hand. The record says which of the three.

import { certify, said } from "../workbench/drafts.js";
import { readTyped, readTypedAmount } from "../workbench/quantity.js";
import { resolve } from "../workbench/resolve.js";
import { FARM_FORMS, FORMS, ISSUERS, RESULTS, bases, partyKind, quarantineDetail, quarantineTerms, rateCheck, wrongRoute } from "./certificate-parts.js";
import { county, knowCounties } from "./counties.js";
import { earTagsField } from "./ear-tags-field.js";
import { FieldFault, Form, choice, more, picked, several, typed } from "./form.js";
import { units } from "./goods.js";
import { countyOf } from "./lots.js";
import { attach } from "./photos.js";
import { Picker, chosenBy } from "./plans.js";
import { scanBox, signal } from "./scanbox.js";
import { button, dayOf, el, fill, note, of, t, tell } from "./ui.js";

export const KINDS_OF_PAPER = [
  ["farm_certificate", ["承诺达标合格证（手里的纸）", "Farm certificate, on paper"]],
  ["product_quarantine", ["动物检疫合格证明（产品）", "Quarantine certificate, products"]],
  ["animal_quarantine", ["动物检疫合格证明（动物）", "Quarantine certificate, animals"]],
  ["meat_inspection", ["肉品品质检验合格证", "Meat inspection certificate"]],
  ["test_report", ["检验报告", "Laboratory report"]],
  ["factory_inspection", ["出厂检验合格证", "Release inspection of a factory"]],
  ["sampling_result", ["监督抽检结果", "Result of supervisory sampling"]],
  ["environment_test", ["产地环境检测", "Test of soil, water or air"]],
  ["customs", ["入境货物检验检疫证明", "Customs paper of imported goods"]],
  ["bulk_liquid_permit", ["散装液态食品准运证", "Permit of a tank for liquid food"]],
  ["cleaning_certificate", ["清洗证明", "Cleaning certificate"]],
];

const STANDINGS = {
  issued: ["本主体签发", "Issued here"],
  confirmed: ["已向来源核实", "Confirmed at its source"],
  transcribed: ["抄录手里的纸", "Typed off the paper"],
};

/** What is looked for, as records say it, and in English for whoever reads the screen. */
const INSPECTED = [
  ["健康状况", "State of health"],
  ["疫病以外的疾病", "Diseases that do not spread"],
  ["注水或者注入其他物质", "Water or anything else injected"],
  ["有害物质", "Harmful substances"],
  ["有害腺体、病变组织", "Harmful glands, diseased tissue"],
  ["色泽、气味异常", "Wrong colour or smell"],
];
const PURPOSES = [["slaughter", ["屠宰", "Slaughter"]], ["raising", ["饲养", "Raising"]], ["breeding", ["种用", "Breeding"]], ["other", ["其他", "Other"]]];
/** Items of one report that are typed here. */
const ITEMS_MAX = 20;

const isQuarantine = (kind) => kind.endsWith("_quarantine");
const TESTS = new Set(["test_report", "factory_inspection", "sampling_result", "environment_test"]);
const isTest = (kind) => TESTS.has(kind);

/** Lots that a paper is about: of those that are held, and others by their code. */
class About {
  constructor(stock, record, n) {
    this.others = [];
    this.picker = new Picker(stock.held, { chosen: chosenBy(record, n), amounts: false });
    this.list = el("ul", { class: "plain" });
    this.box = scanBox((text) => this.scan(text), { label: t("扫批次码，不在本场所的也可以", "Scan lots; those of other premises, too") });
    this.node = el("div", {}, this.box.node, this.list, this.picker.rows.length > 0 ? this.picker.node : null);
  }

  scan(text) {
    const { outcome, meanings, ...words } = resolve(text);
    const lot = outcome === "one" ? meanings[0].lot : null;
    if (lot === null) {
      signal("bad");
      return tell(of(words), "bad");
    }
    if (this.picker.rows.some(({ row }) => row.lot === lot)) return this.picker.scan(text);
    signal(this.others.includes(lot) ? "again" : "good");
    if (!this.others.includes(lot)) this.others.push(lot);
    return this.draw();
  }

  draw() {
    fill(this.list, this.others.map((lot, at) => el("li", {}, el("b", {}, el("bdi", {}, lot)), button(t("去掉", "Remove"), () => {
      this.others.splice(at, 1);
      this.draw();
    }))));
  }

  get lots() {
    const held = this.picker.chosen.map(({ row }) => row.lot);
    const lots = [...new Set([...held, ...this.others])];
    if (lots.length === 0) throw new FieldFault("lots", ["请先选择或扫描批次", "choose or scan lots first"]);
    return lots;
  }
}

const itemForm = (at) =>
  new Form([
    typed("item", t(`检验项目 ${at + 1}`, `Item ${at + 1}`), {}),
    typed("result", t("检验结果", "Result"), {}),
    typed("limit", t("标准值", "Limit"), {}),
    choice("passed", t("判定", "Judged"), RESULTS, { value: "yes" }),
  ]);

/** Fields of one kind of paper, and what they say as its particulars. */
function particulars(kind, { county: here }) {
  if (isQuarantine(kind)) {
    const isAnimal = kind === "animal_quarantine";
    const tags = isAnimal ? earTagsField() : null;
    const form = new Form([
      choice("form", t("证明样式", "Form"), FORMS[kind], {}),
      typed("subject", isAnimal ? t("动物种类", "Animals") : t("产品名称", "Product"), { required: true }),
      ...(isAnimal ? [choice("purpose", t("用途", "Purpose"), PURPOSES, { value: "slaughter" })] : []),
      county("origin", t("启运县", "County of departure"), { value: here, required: true }),
      ...quarantineTerms(),
    ]);
    const detail = (issued_on) => {
      const values = form.values();
      const wrong = wrongRoute(values);
      if (wrong) throw new FieldFault("form", wrong);
      return quarantineDetail({ ...values, issued_on, tags: tags?.get() });
    };
    return { nodes: [form.node, tags?.node], detail };
  }
  if (kind === "meat_inspection") {
    const form = new Form([
      typed("slaughtered_on", t("屠宰日期", "Slaughtered on"), { kind: "date", required: true, value: dayOf(Date.now() / 1000) }),
      several("items", t("检验项目", "What was inspected"), INSPECTED.map((one) => [one[0], one]), { value: INSPECTED.map(([one]) => one) }),
      several("sow", t("标明", "Marked"), [["yes", ["种猪、晚阉猪", "sow or late castrate"]]]),
      more(t("定点屠宰代码", "Slaughter code"), [typed("slaughter_code", t("与场所编号不同时填写", "if it is not that of the site"), {})]),
    ]);
    const detail = () => {
      const { slaughtered_on, items, sow, slaughter_code } = form.values();
      return { meat_inspection: said({ slaughtered_on, slaughter_code, sow_or_late_castrate: sow.length > 0 ? true : undefined, items: items.length > 0 ? items : undefined }) };
    };
    return { nodes: [form.node], detail };
  }
  return isTest(kind) ? testParticulars() : plainParticulars(kind);
}

/** Papers of which little but their number and their issuer is typed. */
const PLAIN = {
  farm_certificate: () => [
    [choice("form", t("谁开的", "Issued by"), FARM_FORMS, { value: "producer" }), several("basis", t("承诺依据", "What it rests on"), bases(), {})],
    ({ form, basis }) => {
      if (basis.length === 0) throw new FieldFault("basis", ["请选证上写的承诺依据", "choose what the paper says it rests on"]);
      return { farm_certificate: { form, basis } };
    },
  ],
  customs: () => [
    [typed("port", t("入境口岸", "Port of entry"), { required: true }), typed("foreign_batch", t("境外生产批号", "Batch abroad"), {})],
    (values) => ({ customs: said(values) }),
  ],
  bulk_liquid_permit: () => [[typed("container", t("罐体编号", "Number of the tank"), { required: true })], (values) => ({ bulk_permit: values })],
  cleaning_certificate: () => [[], () => undefined],
};

function plainParticulars(kind) {
  const [fields, say] = PLAIN[kind]();
  const form = new Form(fields);
  return { nodes: [form.node], detail: () => say(form.values()) };
}

function testParticulars() {
  const form = new Form([
    typed("basis", t("检验依据", "Tested against"), { required: true, hint: t("标准编号，如 GB 2763", "a standard, such as GB 2763") }),
    more(t("抽样单、资质、备注", "Sample, CMA number, remark"), [typed("sample_number", t("抽样单编号", "Sample number"), {}), typed("cma", t("CMA 编号", "CMA number"), {}), typed("rate", t("抑制率 %", "Inhibition rate, %"), { inputmode: "decimal", read: readTyped }), typed("remark", t("备注", "Remark"), { rows: 2 })]),
  ]);
  const [place, forms] = [el("div", {}), []];
  const add = () => {
    if (forms.length >= ITEMS_MAX) throw new FieldFault("items", ["一次最多 20 项，其余见附照片", "twenty items at most; the others are in the picture"]);
    forms.push(itemForm(forms.length));
    place.append(forms.at(-1).node);
  };
  const detail = () => {
    const { basis, sample_number, cma, rate, remark } = form.values();
    const items = forms.map((one) => one.values()).filter(({ item }) => item !== undefined).map(({ item, result, limit, passed }) => {
      if (result === undefined) throw new FieldFault("result", [`请填写“${item}”的结果`, `please fill in the result of “${item}”`]);
      return said({ name: item, result, limit, passed: passed === "yes" });
    });
    return { test: said({ basis, sample_number, cma, inhibition_rate_pct: rate, remark, items: items.length > 0 ? items : undefined }) };
  };
  /** Items that failed make a paper that says “passed” wrong. */
  const failed = () => forms.some((one) => one.values().passed === "no" && one.values().item !== undefined);
  const isOdd = rateCheck();
  return { nodes: [form.node, place, button(t("加一个检验项目", "One more item"), add, { id: "add-item" })], detail, failed, check: (passed) => isOdd({ ...form.values(), passed }) };
}

const commonFields = (dock, { kind, standing, county: here, today }) => [
  typed("number", t("证书编号", "Number of the paper"), { required: true }),
  typed("issuer", t("签发机构", "Issued by"), { value: standing === "issued" ? (dock.device.partyName ?? dock.device.party) : "", required: true }),
  ...(isTest(kind) ? [choice("passed", t("结论", "Result"), RESULTS, {})] : []),
  ...(standing === "confirmed" ? [typed("source", t("向谁核实（平台、部门）", "Confirmed with (platform, office)"), { required: true })] : []),
  typed("issued_on", t("签发日期", "Issued on"), { value: today, kind: "date", required: true }),
  county("issued_in", t("签发地（县）", "Issued in (county)"), { value: here, required: true }),
  more(t("数量、有效期、签字人", "Quantity, validity, who signed"), [
    typed("certified", t("证明的数量", "Quantity that it certifies"), { inputmode: "decimal", read: readTypedAmount }),
    picked("uom", t("单位", "Unit"), units(), { value: kind === "animal_quarantine" ? "HEA" : "KGM" }),
    typed("valid_until", t("有效期至", "Valid until"), { kind: "date" }),
    typed("signer", kind === "meat_inspection" ? t("检验员", "Inspector") : isQuarantine(kind) ? t("官方兽医", "Official vet") : t("签字人", "Signed by"), {}),
    typed("signer_licence", t("证号", "Number of their licence"), {}),
  ]),
];

/** What is signed. */
export function paperOf({ kind, standing, values, detail, own, at }) {
  const { number, issuer, issued_on, issued_in, certified, uom, valid_until, passed, source, signer, signer_licence } = values;
  return said({
    ...{ kind, standing, number, issuer, issuer_party: standing === "issued" ? own : undefined, issued_in, issued_on, valid_until, detail },
    passed: passed === undefined ? undefined : passed === "yes",
    ...(certified === undefined ? {} : { certified, uom }),
    confirmed: standing === "confirmed" ? { source, at } : undefined,
    person: signer === undefined ? undefined : said({ name: signer, licence: signer_licence }),
  });
}

class Certificate {
  constructor(dock, main, about, party) {
    Object.assign(this, { dock, main, about, party, op_id: dock.newOp(), blobs: [], today: dayOf(dock.clock.seconds()) });
  }

  /** Standings that this party may give a paper. */
  standings(kind) {
    // A farm's own promise is made on its own screen, in the words of its form.
    const may = kind !== "farm_certificate" && (this.party === null || (ISSUERS[kind] ?? []).includes(this.party));
    return Object.entries(STANDINGS).filter(([one]) => one !== "issued" || may);
  }

  draw(kind, county) {
    this.county = county;
    this.place = el("div", {});
    const chosen = picked("kind", t("哪种证明", "Which paper"), KINDS_OF_PAPER.map(([one, words]) => [one, of(words)]), { value: kind, changed: (one) => this.ask(one) });
    fill(this.main, el("h1", {}, t("证明和报告", "Certificates and reports")), chosen.node, this.place, el("h2", {}, t("关于哪些批次", "About which lots")), this.about.node, attach(this.blobs, t("拍证明、报告", "Picture of the paper")), el("div", { class: "foot" }, button(t("签名", "Sign"), () => this.sign(), { kind: "strong", id: "sign" })));
    this.ask(kind);
  }

  ask(kind) {
    if (kind === "") return fill(this.place);
    this.kind = kind;
    const standings = this.standings(kind);
    this.standing = new Form([choice("standing", t("来历", "Standing"), standings, { value: standings.length === 3 ? "issued" : "transcribed", changed: (one) => this.common(one) })]);
    this.fields = el("div", {});
    this.parts = particulars(kind, this);
    const lacks = standings.length < 3 ? note("", t("这种证明由有权的机构签发；本主体只能核实或抄录。", "This paper is issued by whoever is authorised to; here it can be confirmed or typed off.")) : null;
    fill(this.place, lacks, this.standing.node, this.fields, this.parts.nodes);
    return this.common(standings.length === 3 ? "issued" : "transcribed");
  }

  common(standing) {
    this.form = new Form(commonFields(this.dock, { ...this, standing }));
    fill(this.fields, this.form.node);
  }

  async sign() {
    const { kind, dock } = this;
    if (!kind) throw new FieldFault("kind", ["请选择哪种证明", "choose which paper"]);
    const { standing } = this.standing.values();
    const values = this.form.values();
    if (values.issued_on > this.today) throw new FieldFault("issued_on", ["签发日期不能晚于今天", "a paper is not issued later than today"]);
    if (values.valid_until !== undefined && values.valid_until < values.issued_on) throw new FieldFault("valid_until", ["有效期早于签发日期", "it ends before it was issued"]);
    const detail = this.parts.detail(values.issued_on);
    if (values.passed === "yes" && this.parts.failed?.()) throw new FieldFault("passed", ["有检验项目不合格，结论不能是合格", "an item failed: the result cannot be “passed”"]);
    if (values.passed === "yes") this.parts.check?.(values.passed);
    if (standing === "transcribed" && this.blobs.length === 0) throw new FieldFault("photo", ["请拍下证明，抄录要附照片", "take a picture of the paper: what is typed off stands with it"]);
    const about = this.about.lots.map((lot) => `lot/${lot}`);
    const body = paperOf({ kind, standing, values, detail, own: dock.device.party, at: dock.clock.seconds() });
    const item = await dock.say(certify(body, about, { blobs: this.blobs }), this.op_id);
    globalThis.location.hash = `#/done/${item.op_id}`;
  }
}

/** @param {import("./dock.js").Dock} dock */
export async function certificateScreen(dock, main, kind = "", record, n) {
  await knowCounties();
  const [stock, party] = [await dock.stock(), await partyKind(dock)];
  const about = new About(stock, record, n);
  const isKind = KINDS_OF_PAPER.some(([one]) => one === kind);
  // A laboratory has no desk; where it is, the registry says.
  const site = stock.site ?? (dock.site ? await dock.siteBy(dock.site).catch(() => null) : null);
  new Certificate(dock, main, about, party).draw(isKind ? kind : "", countyOf({ site }));
  return about.box.stop;
}
