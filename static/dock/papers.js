// Papers: the commitment certificate that a farm issues, and results of tests.

import { certify, said } from "../workbench/drafts.js";
import { missingPapers } from "./seams.js";
import { readTyped } from "../workbench/quantity.js";
import { forWhom } from "./agents.js";
import { FARM_FORMS, RESULTS, bases, rateCheck } from "./certificate-parts.js";
import { allowedFrom, inputsOf, judgeIntervals } from "./intervals.js";
import { FieldFault, Form, choice, more, several, typed } from "./form.js";
import { hasTag } from "./goods.js";
import { attach } from "./photos.js";
import { Picker, chosenBy } from "./plans.js";
import { PROMISE } from "./tables.js";
import { countyOf } from "./lots.js";
import { scanBox } from "./scanbox.js";
import { button, dayOf, el, fill, go, moment, note, put, t } from "./ui.js";

const TESTS = [
  ["rapid_test", ["快检", "Rapid test"]],
  ["test_report", ["检测报告", "Laboratory report"]],
];

const PAPER = "farm_certificate";

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
  const lots = [...new Set(picker.chosen.map(({ row }) => row.lot))];
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
      ? t("没有问到服务器：只按本机登记的用药核对，别的设备登记的请自己核对。", "The server was not asked: please check inputs that other devices noted.")
      : t(`依据服务器上本场所的用药记录（截至 ${moment(Math.floor(at / 1000))}）和本机之后登记的。`, `By the inputs that the server has (as of ${moment(Math.floor(at / 1000))}), and those noted here since.`);
  const cut = isCut ? t("服务器只看了最近 2000 条。", " The server looked at the newest 2,000 statements only.") : "";
  const nodes = [
    early.length > 0 ? note("bad", el("b", {}, t("间隔期未满，不能承诺：", "The interval was not over; this cannot be promised: ")), list(early)) : null,
    open.length > 0 ? note("warn", el("b", {}, t("说不准间隔期的用药，请核对：", "Inputs of which this cannot be told; please check: ")), list(open)) : null,
    early.length + open.length === 0 ? note("good", t("间隔期：没有未满的用药记录。", "Intervals: no input on record is still within its own.")) : null,
    el("p", { class: "small", id: "interval-source" }, source, cut),
  ];
  return { nodes, early, open };
}

/** Whether goods were made where they are, as far as this device or the server can say: nobody collects those. */
async function isHarvest(dock, { origin, credit: { record } }) {
  if (origin && origin !== record) return false;
  const here = (await dock.outbox.items()).find(({ id }) => id === record);
  return (here?.claims.type ?? (await dock.ask(`/v1/records/${record}`).catch(() => null))?.kind) === "create";
}

/** Who promises, in the words of the form; whoever collects shows what was collected. */
function issuerFields(dock) {
  const [words, papers, blobs] = [el("blockquote", { class: "note" }), el("div", {}), []];
  const changed = (form) => {
    fill(words, t("承诺：", "The promise (in Chinese, as the form has it): "), el("b", { lang: "zh-Hans" }, PROMISE[form]));
    papers.hidden = form === "producer";
  };
  const field = choice("form", t("谁开", "Who issues"), FARM_FORMS, { value: "producer", changed });
  put(papers, attach(blobs, t("拍收取的合格证", "The certificates collected")));
  changed("producer");
  const offer = async (rows) => {
    const isOwn = (await Promise.all(rows.map((row) => isHarvest(dock, row)))).includes(true);
    if (isOwn) field.node.querySelector("input").click();
    field.node.hidden = isOwn;
  };
  /** What the promise says was collected is on record, or is shown. @throws {FieldFault} */
  const shown = async (lots) => {
    const missing = blobs.length > 0 ? [] : await missingPapers(dock, { from: dock.site, to: dock.site, lots });
    if (!missing || missing.some(({ kind }) => kind === PAPER)) throw new FieldFault("photo", ["请拍下收取的合格证：没有合格证不得收购", "take a picture of the certificates collected: nobody buys without one"]);
    return blobs;
  };
  return { field, words, papers, offer, shown };
}

/** A farm's own promise, in the words of the form; or that of a smallholder for whom this party acts. */
export async function promise(dock, main, record, n) {
  const [stock, whom] = [await dock.stock(), await forWhom(dock)];
  const today = dayOf(dock.clock.seconds());
  const op_id = dock.newOp();
  const known = inputsOf(dock.desk, await dock.outbox.items(), dock.site);
  const [told, foot] = [el("div", { role: "status" }), el("div", { class: "foot" })];
  const issuer = issuerFields(dock);
  let [judged, offered] = [null, null];
  const chosen = () => picker.chosen.map(({ row }) => row);
  const look = () => {
    const rows = chosen();
    const [party, other] = new Set(rows.map((row) => row.party));
    // For whom goods were brought in is for whom they are promised.
    if (whom.input && party && !other) whom.input.value = whom.of(party) ? party : "";
    offered = issuer.offer(rows);
    judged = intervalWords(known, rows.length > 0 ? rows : [{}], today);
    fill(told, judged.nodes);
    const words = judged.open.length > 0 ? t("核对过，承诺并签名", "Checked: promise and sign") : t("承诺并签名", "Promise and sign");
    fill(foot, button(words, sign, { kind: judged.open.length > 0 ? "danger" : "strong", id: "sign" }));
  };
  const picker = new Picker(stock.held, { chosen: chosenBy(record, n), only: (row) => hasTag(row.class, "commitment"), amounts: false, changed: () => look() });
  const box = scanBox((text) => picker.scan(text));
  const form = new Form([whom, issuer.field, several("basis", t("承诺依据", "What it rests on"), bases(), { value: ["control"] })]);
  const sign = async () => {
    await offered;
    const { form: kind, basis, on_behalf_of } = form.values();
    if (basis.length === 0) throw new FieldFault("basis", ["请至少选一项承诺依据", "choose what the promise rests on"]);
    const lots = lotsOf(picker);
    const party = on_behalf_of ?? dock.device.party;
    // Who grows promises for what is their own, and for nothing else.
    if (kind === "producer" && chosen().some((row) => (row.party ?? party) !== party)) throw new FieldFault("lots", ["有别的主体生产的批次：请分开开证，核对“替谁办”", "some lots are of another party: promise apart, and look at “for whom”"]);
    if (judged.early.length > 0) throw new FieldFault("lots", [`间隔期未满，不能承诺：${list(judged.early)}`, `the interval was not over: ${list(judged.early)}`]);
    const blobs = kind === "producer" ? [] : await issuer.shown(lots);
    const body = {
      ...{ kind: PAPER, standing: "issued", number: numberOf("HGZ", dock, op_id), issuer: on_behalf_of ? whom.of(on_behalf_of).called : (dock.device.partyName ?? party) },
      ...{ issuer_party: party, issued_in: countyOf(stock), issued_on: today, detail: { farm_certificate: { form: kind, basis } } },
    };
    finish(await dock.say(certify(body, lots.map((lot) => `lot/${lot}`), { blobs: [...whom.blobsOf(on_behalf_of), ...blobs] }), op_id));
  };
  fill(main, el("h1", {}, t("承诺达标合格证", "Farm certificate")), box.node, picker.node, told, form.node, issuer.words, issuer.papers, foot);
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
    choice("passed", t("结论", "Result"), RESULTS, {}),
    typed("rate", t("抑制率 %（酶抑制法）", "Inhibition rate, %"), { inputmode: "decimal", read: readTyped }),
    typed("remark", t("备注", "Remark"), { rows: 2 }),
    more(t("编号、机构、依据、日期", "Number, issuer, basis, day"), [
      typed("number", t("编号，不填自动生成", "Number; made if left empty"), {}),
      typed("issuer", t("检测机构", "Issuer"), { value: dock.device.partyName ?? dock.device.party, required: true }),
      typed("basis", t("检验依据", "Basis"), { value: "GB/T 5009.199", required: true }),
      typed("issued_on", t("日期", "Day"), { value: today, kind: "date", required: true }),
      typed("sample_number", t("样品编号", "Sample"), {}),
    ]),
  ]);
  const check = rateCheck();
  const sign = async () => {
    const values = form.values();
    const { kind, passed, rate, remark, number, issuer, basis, issued_on, sample_number } = values;
    check(values);
    // What is typed off a paper stands with the picture of it: the node takes nothing else.
    if (blobs.length === 0) throw new FieldFault("photo", ["请拍下报告或仪器读数，抄录要附照片", "take a picture of the report or the display: what is typed off stands with it"]);
    const about = lotsOf(picker).map((lot) => `lot/${lot}`);
    const detail = said({ basis, inhibition_rate_pct: rate, sample_number, remark });
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
