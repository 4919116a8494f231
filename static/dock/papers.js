// Papers: the commitment certificate that a farm issues, and results of tests.

import { certify } from "../workbench/drafts.js";
import { readTyped } from "../workbench/quantity.js";
import { forWhom } from "./agents.js";
import { bases } from "./certificate-parts.js";
import { allowedFrom, inputsOf, judgeIntervals } from "./intervals.js";
import { FieldFault, Form, choice, more, several, typed } from "./form.js";
import { hasTag, nameOf, shortLot } from "./goods.js";
import { attach } from "./photos.js";
import { Picker, chosenBy } from "./plans.js";
import { PROMISE } from "./tables.js";
import { countyOf } from "./lots.js";
import { scanBox } from "./scanbox.js";
import { button, dayOf, el, fill, go, moment, note, t } from "./ui.js";

const TESTS = [
  ["rapid_test", ["快检", "Rapid test"]],
  ["test_report", ["检测报告", "Laboratory report"]],
];

const FORMS = [
  ["producer", ["生产者", "Grower"]],
  ["collector", ["收购者", "Collector"]],
];

const finish = (item) => {
  globalThis.location.hash = `#/done/${item.op_id}`;
};
const numberOf = (prefix, dock, op_id) => `${prefix}${dayOf(dock.clock.seconds()).replaceAll("-", "")}-${op_id.slice(-4).toUpperCase()}`;

/** Which paper. */
export async function papers(_dock, main) {
  fill(
    main,
    el("h1", {}, t("证明、检测", "Papers")),
    el("div", { class: "stack" }, go(t("开承诺达标合格证", "Issue a farm certificate"), "#/promise", { kind: "strong" }), go(t("登记快检", "Note a rapid test"), "#/test"), go(t("检疫、肉品检验、检验报告", "Quarantine, meat inspection, reports"), "#/certificate")),
  );
}

/** A picker of lots and a scanner that chooses from it. */
function chooser(stock, record, n, only) {
  const picker = new Picker(stock.held, { chosen: chosenBy(record, n), only, amounts: false });
  const box = scanBox((text) => picker.scan(text));
  return { picker, box };
}

const lotsOf = (picker) => {
  const lots = [...new Set(picker.rows.filter(({ taken }) => taken).map(({ row }) => row.lot))];
  if (lots.length === 0) throw new FieldFault("lots", ["请先选择批次", "choose lots first"]);
  return lots;
};

const list = (uses) => uses.map(({ use, from }) => `${use.name}（${use.plot}）${from ? ` → ${from}` : ""}`).join("；");

/** What inputs say of the lots that are chosen, and from where that is known. */
function intervalWords({ uses, at, isCut }, rows, today) {
  const judged = rows.map((row) => judgeIntervals(uses, row, today));
  const early = judged.flatMap((one) => one.early);
  const open = [...new Set(judged.flatMap((one) => [...one.unknown, ...one.unmatched]))].map((use) => ({ use, from: allowedFrom(use) }));
  const source =
    at === null
      ? t("没有问到服务器：只按本机登记的用药核对，别的设备登记的请自己核对。", "The server was not asked: only inputs noted on this device were looked at; please check those of others.")
      : t(`依据服务器上本场所的用药记录（截至 ${moment(Math.floor(at / 1000))}）和本机之后登记的。`, `By the inputs that the server has of this site (as of ${moment(Math.floor(at / 1000))}), and those noted here since.`);
  const cut = isCut ? t("服务器只看了最近 2000 条。", " The server looked at the newest 2,000 statements only.") : "";
  const nodes = [
    early.length > 0 ? note("bad", el("b", {}, t("间隔期未满，不能承诺：", "The interval was not over; this cannot be promised: ")), list(early)) : null,
    open.length > 0 ? note("warn", el("b", {}, t("说不准间隔期的用药，请核对：", "Inputs of which this cannot be told; please check: ")), list(open)) : null,
    early.length + open.length === 0 ? note("good", t("间隔期：没有未满的用药记录。", "Intervals: no input on record is still within its own.")) : null,
    el("p", { class: "small", id: "interval-source" }, source, cut),
  ];
  return { nodes, early, open };
}

/** A farm's own promise, in the words of the form; or that of a smallholder for whom this party acts. */
export async function promise(dock, main, record, n) {
  const [stock, whom] = [await dock.stock(), await forWhom(dock)];
  const today = dayOf(dock.clock.seconds());
  const op_id = dock.newOp();
  const known = inputsOf(dock.desk, await dock.outbox.items(), dock.site);
  const [told, foot] = [el("div", { role: "status" }), el("div", { class: "foot" })];
  let judged = null;
  const look = () => {
    const rows = picker.rows.filter(({ taken }) => taken).map(({ row }) => row);
    judged = intervalWords(known, rows.length > 0 ? rows : [{}], today);
    fill(told, judged.nodes);
    const words = judged.open.length > 0 ? t("核对过，承诺并签名", "Checked: promise and sign") : t("承诺并签名", "Promise and sign");
    fill(foot, button(words, sign, { kind: judged.open.length > 0 ? "danger" : "strong", id: "sign" }));
  };
  const picker = new Picker(stock.held, { chosen: chosenBy(record, n), only: (row) => hasTag(row.class, "commitment"), amounts: false, changed: () => look() });
  const box = scanBox((text) => picker.scan(text));
  const words = el("blockquote", { class: "note" });
  const tellWords = (form) => fill(words, t("承诺：", "The promise (in Chinese, as the form has it): "), el("b", { lang: "zh-Hans" }, PROMISE[form]));
  tellWords("producer");
  const form = new Form([
    whom,
    choice("form", t("谁开", "Who issues"), FORMS, { value: "producer", changed: tellWords }),
    several("basis", t("承诺依据", "What it rests on"), bases(), { value: ["control"] }),
  ]);
  const sign = async () => {
    const { form: kind, basis, on_behalf_of } = form.values();
    if (basis.length === 0) throw new FieldFault("basis", ["请至少选一项承诺依据", "choose what the promise rests on"]);
    const about = lotsOf(picker).map((lot) => `lot/${lot}`);
    if (judged.early.length > 0) throw new FieldFault("lots", [`间隔期未满，不能承诺：${list(judged.early)}`, `the interval was not over: ${list(judged.early)}`]);
    const issuer = on_behalf_of ? whom.of(on_behalf_of).called : (dock.device.partyName ?? dock.device.party);
    const body = {
      ...{ kind: "farm_certificate", standing: "issued", number: numberOf("HGZ", dock, op_id), issuer },
      ...{ issuer_party: on_behalf_of ?? dock.device.party, issued_in: countyOf(stock), issued_on: today, detail: { farm_certificate: { form: kind, basis } } },
    };
    finish(await dock.say(certify(body, about, { blobs: whom.blobsOf(on_behalf_of) }), op_id));
  };
  fill(main, el("h1", {}, t("承诺达标合格证", "Farm certificate")), box.node, picker.node, told, form.node, words, foot);
  look();
  return box.stop;
}

/** A test: of a laboratory, or the market's own rapid one. */
export async function test(dock, main, record, n) {
  const stock = await dock.stock();
  const today = dayOf(dock.clock.seconds());
  const [op_id, blobs] = [dock.newOp(), []];
  const { picker, box } = chooser(stock, record, n);
  const form = new Form([
    choice("kind", t("种类", "Kind"), TESTS, { value: "rapid_test" }),
    choice("passed", t("结论", "Result"), [["yes", ["合格", "Passed"]], ["no", ["不合格", "Failed"]]], {}),
    typed("rate", t("抑制率 %（酶抑制法）", "Inhibition rate, %"), { inputmode: "decimal", read: readTyped }),
    more(t("编号、机构、依据、日期", "Number, issuer, basis, day"), [
      typed("number", t("编号，不填自动生成", "Number; made if left empty"), {}),
      typed("issuer", t("检测机构", "Issuer"), { value: dock.device.partyName ?? dock.device.party, required: true }),
      typed("basis", t("检验依据", "Basis"), { value: "GB/T 5009.199", required: true }),
      typed("issued_on", t("日期", "Day"), { value: today, kind: "date", required: true }),
      typed("sample_number", t("样品编号", "Sample"), {}),
    ]),
  ]);
  const sign = async () => {
    const { kind, passed, rate, number, issuer, basis, issued_on, sample_number } = form.values();
    // What is typed off a paper stands with the picture of it: the node takes nothing else.
    if (blobs.length === 0) throw new FieldFault("photo", ["请拍下报告或仪器读数，抄录要附照片", "take a picture of the report or the display: what is typed off stands with it"]);
    const about = lotsOf(picker).map((lot) => `lot/${lot}`);
    const detail = Object.fromEntries(Object.entries({ basis, inhibition_rate_pct: rate, sample_number }).filter(([, value]) => value !== undefined));
    const body = {
      ...{ kind, standing: "transcribed", number: number ?? numberOf("KJ", dock, op_id), issuer },
      ...{ issued_in: countyOf(stock), issued_on, passed: passed === "yes", detail: { test: detail } },
    };
    finish(await dock.say(certify(body, about, { blobs }), op_id));
  };
  const sample = picker.rows.length === 0 ? note("", t("没有库存可测。", "Nothing is held that could be tested.")) : null;
  fill(main, el("h1", {}, t("登记检测", "Note a test")), box.node, sample, picker.node, form.node, attach(blobs, t("拍报告", "Picture of the report")), el("div", { class: "foot" }, button(t("签名", "Sign"), sign, { kind: "strong", id: "sign" })));
  return box.stop;
}

/** A lot in few words. */
export const lotWords = (row) => `${nameOf(row)} ${shortLot(row.lot)}`;
