// Samples of meals that are kept 留样: how much, since when, until when. Its timer runs on every device of the site; when it is over, the
// sample is disposed of, and that is recorded. How much and how long are usual figures, for reference: no source was read, so
// they are told and stop nobody.

import { dispose } from "../workbench/drafts.js";
import { readTypedAmount } from "../workbench/quantity.js";
import { FieldFault, Form, choice, more, typed } from "./form.js";
import { nameOf, unit } from "./goods.js";
import { KIND, leftWords } from "./sample-cards.js";
import { button, code, el, facts, fill, go, moment, note, t } from "./ui.js";

/** Usual figures, for reference. */
export const SAMPLE_GRAMS = 125;
export const SAMPLE_HOURS = 48;
const HOUR_S = 3600;
/** Seconds after which a sample that was disposed of is noted no more: its records stay. */
const FORGET_S = 30 * 24 * HOUR_S;

/** Fields of a sample, where a meal is cooked. */
export const sampleFields = () =>
  more(t("留样", "Keep a sample"), [
    typed("sample_grams", t(`每个品种留样克数（通常不少于 ${SAMPLE_GRAMS} 克，供参考）`, `Grams of each dish (usually ${SAMPLE_GRAMS} or more, for reference)`), { inputmode: "decimal", read: readTypedAmount }),
    typed("sample_amount", t("折合产出数量（千克、份等，处置时扣减）", "The same in the unit of the lot, taken out at the end"), { inputmode: "decimal", read: readTypedAmount }),
    typed("sample_place", t("存放位置", "Where it is kept"), { value: t("留样柜", "sample refrigerator") }),
    typed("sample_by", t("留样人", "By whom"), {}),
  ]);

/** Grams as kilograms, in the one spelling. */
const kilograms = (grams) => {
  const micro = BigInt(Math.round(Number(grams) * 1000));
  const rest = String(micro % 1_000_000n).padStart(6, "0").replace(/0+$/, "");
  return `${micro / 1_000_000n}${rest ? `.${rest}` : ""}`;
};

/**
 * The samples that were filled in, one of each dish; none if nothing was.
 * @param {Record<string, string | undefined>} values
 * @param {string[]} uoms of the lots of the meal
 * @throws {FieldFault}
 */
export function samplesOf({ sample_grams, sample_amount, sample_place, sample_by }, uoms) {
  if (sample_grams === undefined && sample_amount === undefined) return [];
  if (sample_grams === undefined) throw new FieldFault("sample_grams", ["请填写留样克数", "please say how many grams are kept"]);
  if (Number(sample_grams) === 0) throw new FieldFault("sample_grams", ["留样克数不能为零", "nothing is no sample"]);
  // What was typed is in the unit of the lots; where they have several, kilograms follow from the grams.
  const isOne = new Set(uoms).size === 1;
  return uoms.map((uom) => {
    const reckoned = uom === "KGM" ? kilograms(sample_grams) : undefined;
    const amount = isOne ? (sample_amount ?? reckoned) : (reckoned ?? sample_amount);
    if (amount === undefined) throw new FieldFault("sample_amount", [`请填写留样折合多少${unit(uom)}`, `please say how many ${unit(uom)} that is`]);
    return { grams: sample_grams, amount, place: sample_place, by: sample_by };
  });
}

/** What is to be said before a meal is signed. @param {object | null} sample @param {boolean} isKitchen @returns {[string, string][]} */
export function sampleNotes(sample, isKitchen) {
  if (sample === null) return isKitchen ? [[`还没有留样：通常每个品种留 ${SAMPLE_GRAMS} 克以上，冷藏 ${SAMPLE_HOURS} 小时以上（供参考）`, `no sample is kept: usually ${SAMPLE_GRAMS} g or more of each dish for ${SAMPLE_HOURS} hours (for reference)`]] : [];
  return Number(sample.grams) < SAMPLE_GRAMS ? [[`留样 ${sample.grams} 克，少于通常的 ${SAMPLE_GRAMS} 克（供参考）`, `${sample.grams} g are less than the usual ${SAMPLE_GRAMS} g (for reference)`]] : [];
}

/** Begins the timer of a sample. */
export const keepSample = async (dock, sample, { record, n, lot, uom, name }) => {
  const since = dock.clock.seconds();
  for (const old of (await dock.notes.list(KIND)).filter(({ over, until }) => over && until < since - FORGET_S)) await dock.notes.end(KIND, `${old.record}#${old.n}`);
  return dock.notes.put({ kind: KIND, ...sample, record, n, lot, uom, goods: name, since, until: since + SAMPLE_HOURS * HOUR_S, over: false });
};

const METHODS = [
  ["destroyed", ["销毁", "Destroyed"]],
  ["rendered", ["无害化", "Rendered"]],
];

/** One sample: how long it is kept, and its end. @param {import("./dock.js").Dock} dock */
export async function sampleScreen(dock, main, record, n) {
  const one = await dock.notes.get(KIND, `${record}#${n}`);
  if (!one || one.over) {
    fill(main, el("h1", {}, t("留样", "Sample")), note("", t("没有这份留样，或已处置。", "There is no such sample, or it was disposed of.")), go(t("回工作台", "To the workbench"), "#/"));
    return;
  }
  const op_id = dock.newOp();
  const isOver = one.until <= dock.clock.seconds();
  const form = new Form([choice("method", t("方式", "How"), METHODS, { value: "destroyed" }), typed("person", t("经手人", "By whom"), { value: one.by ?? "" })]);
  const sign = async () => {
    const { method, person } = form.values();
    const of = { record: one.record, n: one.n, lot: one.lot, uom: one.uom };
    const body = { method, reason: "sample", at: dock.clock.seconds(), person: person ? { name: person } : undefined };
    const item = await dock.say(dispose([{ of, quantity: one.amount }], body), op_id);
    await dock.notes.put({ ...one, over: true });
    globalThis.location.hash = `#/done/${item.op_id}`;
  };
  const end = [form.node, button(t("签名处置留样", "Sign for its end"), sign, { kind: "danger", id: "sign" })];
  fill(
    main,
    el("h1", {}, t("留样", "Sample")),
    note(isOver ? "good" : "warn", leftWords(one.until - dock.clock.seconds())),
    facts([
      [t("品名", "Dish"), nameOf({ name: one.goods })],
      [t("批次", "Lot"), code(one.lot)],
      [t("留样量", "Amount"), t(`${one.grams} 克`, `${one.grams} g`)],
      [t("时间", "Since"), moment(one.since)],
      [t("留到", "Until"), moment(one.until)],
      [t("位置", "Where"), one.place],
      [t("留样人", "By"), one.by],
    ]),
    isOver ? el("div", { class: "stack" }, end) : el("details", { class: "more" }, el("summary", {}, t("未满时间，提前处置", "Dispose of it before its time")), end),
  );
}
