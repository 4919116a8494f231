// Papers: the commitment certificate that a farm issues, and results of tests.

import { certify } from "../workbench/drafts.js";
import { readTyped } from "../workbench/quantity.js";
import { FieldFault, Form, choice, more, several, typed } from "./form.js";
import { hasTag, nameOf, shortLot } from "./goods.js";
import { attach } from "./photos.js";
import { Picker, chosenBy } from "./plans.js";
import { BASIS, PROMISE } from "./promise.js";
import { countyOf } from "./lots.js";
import { scanBox } from "./scanbox.js";
import { button, dayOf, daysAfter, el, fill, go, note, t } from "./ui.js";

const TESTS = [
  ["rapid_test", ["快检", "Rapid test"]],
  ["test_report", ["检测报告", "Laboratory report"]],
];

const FORMS = [
  ["producer", ["生产者", "Grower"]],
  ["collector", ["收购者", "Collector"]],
];

const BASES = Object.entries(BASIS).map(([one, words]) => [one, [words, { control: "own control", self_test: "own test", commissioned_test: "commissioned test" }[one]]]);
const finish = (item) => {
  globalThis.location.hash = `#/done/${item.op_id}`;
};
const numberOf = (prefix, dock, op_id) => `${prefix}${dayOf(dock.clock.seconds()).replaceAll("-", "")}-${op_id.slice(-4).toUpperCase()}`;

/** Which paper. */
export async function papers(_dock, main) {
  fill(
    main,
    el("h1", {}, t("证明、检测", "Papers")),
    el("div", { class: "stack" }, go(t("开承诺达标合格证", "Issue a farm certificate"), "#/promise", { kind: "strong" }), go(t("登记快检、检测报告", "Note a test"), "#/test")),
  );
}

/** Inputs whose interval is not over: as far as this device has said them. */
async function notOver(dock, today) {
  const used = (await dock.outbox.items()).filter(({ claims, state }) => claims.type === "use_input" && state !== "refused");
  const ends = used.map(({ claims: { body } }) => ({ ...body, ends: body.interval_days === undefined ? body.until : daysAfter(body.until, body.interval_days) }));
  return ends.filter(({ ends: day }) => day > today);
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

/** A farm's own promise, in the words of the form. */
export async function promise(dock, main, record, n) {
  const stock = await dock.stock();
  const today = dayOf(dock.clock.seconds());
  const op_id = dock.newOp();
  const { picker, box } = chooser(stock, record, n, (row) => hasTag(row.class, "commitment"));
  const words = el("blockquote", { class: "note" });
  const tellWords = (form) => fill(words, t("承诺：", "The promise (in Chinese, as the form has it): "), el("b", { lang: "zh-Hans" }, PROMISE[form]));
  tellWords("producer");
  const waits = await notOver(dock, today);
  const form = new Form([
    choice("form", t("谁开", "Who issues"), FORMS, { value: "producer", changed: tellWords }),
    several("basis", t("承诺依据", "What it rests on"), BASES, { value: ["control"] }),
  ]);
  const sign = async () => {
    const { form: kind, basis } = form.values();
    if (basis.length === 0) throw new FieldFault("basis", ["请至少选一项承诺依据", "choose what the promise rests on"]);
    const about = lotsOf(picker).map((lot) => `lot/${lot}`);
    const body = {
      ...{ kind: "farm_certificate", standing: "issued", number: numberOf("HGZ", dock, op_id), issuer: dock.device.partyName ?? dock.device.party },
      ...{ issuer_party: dock.device.party, issued_in: countyOf(stock), issued_on: today, detail: { farm_certificate: { form: kind, basis } } },
    };
    finish(await dock.say(certify(body, about), op_id));
  };
  fill(
    main,
    el("h1", {}, t("承诺达标合格证", "Farm certificate")),
    waits.length > 0 ? note("bad", el("b", {}, t("间隔期未满，这些地块的产品不能承诺：", "An interval is not over; goods of these plots cannot be promised: ")), waits.map((one) => `${one.name}（${one.plot}）→ ${one.ends}`).join("；")) : note("", t("间隔期：本机登记的用药都已过期限。别的设备登记的，请自己核对。", "Intervals: all inputs noted on this device are past theirs. Please check those that other devices noted.")),
    box.node,
    picker.node,
    form.node,
    words,
    el("div", { class: "foot" }, button(waits.length > 0 ? t("与这些地块无关，承诺并签名", "These lots are of other plots: promise and sign") : t("承诺并签名", "Promise and sign"), sign, { kind: waits.length > 0 ? "danger" : "strong", id: "sign" })),
  );
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
