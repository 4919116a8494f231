// Slaughter, cut, mix, pack, split, relabel, cook: what went in, what came out, what was lost, and the yield beside the usual.

import { dispose, transform } from "../workbench/drafts.js";
import { isNothing, less, readTypedAmount, sum } from "../workbench/quantity.js";
import { forWhom } from "./agents.js";
import { FieldFault, Form, choice, typed } from "./form.js";
import { unit } from "./goods.js";
import { ownerOf, partyCode } from "./intake.js";
import { broughtOf, countyOf, lotFields, keepTemplate, newLot, templates } from "./lots.js";
import { Picker, chosenBy, percent } from "./plans.js";
import { keepSample, sampleFields, sampleNotes, samplesOf } from "./samples.js";
import { scanBox } from "./scanbox.js";
import { button, el, fill, note, of, t } from "./ui.js";
import { usualOf, usualWords } from "./usual.js";

const OPERATIONS = [
  ["cut", ["分割", "Cut"]],
  ["pack", ["包装", "Pack"]],
  ["split", ["拆分", "Split"]],
  ["mix", ["混合", "Mix"]],
  ["slaughter", ["屠宰", "Slaughter"]],
  ["cook", ["烹饪", "Cook"]],
  ["process", ["加工", "Process"]],
  ["relabel", ["换标", "Relabel"]],
];

const OUTPUTS_MAX = 12;
const USUAL = "usual-yields";

/** The sum of amounts if all are in one unit. */
function total(rows) {
  const uoms = new Set(rows.map(({ uom }) => uom));
  return uoms.size === 1 ? { quantity: sum(rows.map(({ quantity }) => quantity)), uom: [...uoms][0] } : null;
}

/** What comes out, as a share of what went in; null where units differ. Parts that were condemned are neither yield nor loss. */
export function yieldOf(inputs, outputs, bad = []) {
  const [into, out, all] = [total(inputs), total(outputs), total([...outputs, ...bad])];
  if (!into || !all || into.uom !== all.uom) return null;
  const lost = less(into.quantity, all.quantity);
  return { into: into.quantity, out: all.quantity, uom: into.uom, lost, percent: percent(out.quantity, into.quantity) };
}

/** Whether goods stay what they are, so that their days do, too: split or relabelled. */
const staysSame = (operation) => operation === "relabel" || operation === "split";

/** Whether parts may be condemned and weighed. */
const hasParts = (operation) => operation === "slaughter" || operation === "cut";

/** The days of goods that stay what they are: those of the oldest that goes in, unless an earlier end is said. */
function sameDays(operation, taken, values) {
  if (!staysSame(operation)) return values;
  const first = (days) => days.filter(Boolean).sort()[0];
  const made_on = first(taken.map(({ row }) => row.made_on));
  const best_before = first(taken.map(({ row }) => row.best_before));
  return values.map((one) => ({ ...one, made_on: made_on ?? one.made_on, best_before: one.best_before ?? best_before }));
}

/** A label may not lengthen the shelf life of what it stands on. */
function checkShelfLife(operation, taken, outputs) {
  if (!staysSame(operation) && operation !== "pack") return;
  const ends = taken.map(({ row }) => row.best_before).filter(Boolean).sort();
  if (ends.length === 0) return;
  const longer = outputs.find(({ info }) => info.best_before === undefined || info.best_before > ends[0]);
  if (longer) throw new FieldFault("best_before", [`不得延长保质期：原批次至 ${ends[0]}，新批次请填写且不晚于这一天`, `shelf life is not lengthened: the lot's ends on ${ends[0]}; say a day that is no later`]);
}

/** What keeps longer than the first to end of what went in: unusual, and the ledger says so; nobody is stopped. */
function keepsLonger(taken, outputs) {
  const [first] = taken.map(({ row }) => row.best_before).filter(Boolean).sort();
  const last = outputs.map(({ info }) => info.best_before).filter(Boolean).sort().at(-1);
  return first && last && last > first ? note("warn", t(`保质期至 ${last}，比投入的最早一批（${first}）长，请核对`, `it keeps until ${last}, longer than the first to end of what went in (${first}): please check`)) : null;
}

/**
 * Parts that were condemned are no input: they leave the first lot that goes in, and are rendered.
 * @returns {{taken: object[], condemned: object[]}}
 */
export function apart(taken, amount) {
  if (amount === undefined || isNothing(amount)) return { taken, condemned: [] };
  const [first, ...rest] = taken;
  const left = less(first.quantity, amount);
  if (left === null || isNothing(left)) throw new FieldFault("condemned", ["送无害化的不能多于投入的第一批", "no more can be condemned than goes in of the first lot"]);
  return { taken: [{ ...first, quantity: left }, ...rest], condemned: [{ of: first.of, quantity: amount }] };
}

/** For whom animals are slaughtered 代宰: whoever the intake named, or is typed where it named nobody, if it is one for all that goes in. */
async function ownerOfAll(dock, taken, typed, own) {
  const told = await Promise.all(taken.map(({ row }) => ownerOf(dock, row)));
  if (!typed && told.includes(undefined)) throw new FieldFault("owner", ["现在查不到进场时的货主，请填写（自有的填本主体）", "the owner of the intake cannot be looked up now: please fill it in"]);
  const owners = [...new Set([...told.map((one) => one?.party ?? typed ?? own), typed ?? []].flat())];
  if (owners.length > 1) throw new FieldFault("owner", ["不同货主的分开屠宰、分开登记", "animals of different owners are slaughtered and recorded apart"]);
  return owners[0] === own ? undefined : owners[0];
}

/** Whose animals they are, in their row; it is seen as soon as it is known. */
function ownerWords(dock, row) {
  const node = el("span", { class: "small" });
  ownerOf(dock, row).then((told) => told && fill(node, t("货主 ", "owner "), told.owner, " ", told.party));
  return node;
}

/** Parts that an inspection condemned are one more output: offal of pigs, and otherwise of the class of what comes out. */
function condemnedParts(dock, quantity, outputs) {
  if (quantity === undefined || isNothing(quantity)) return [];
  const [{ info: { class: kind, made_on, origin } }] = outputs;
  const info = { class: kind.startsWith("pork") ? "pork_offal" : kind, name: "检验不合格部分", made_on, origin };
  return [{ lot: newLot(dock, outputs.length), quantity, uom: "KGM", info }];
}

const ownerField = () =>
  typed("owner", t("货主的主体代码（代宰）", "Code of the owner, for slaughter on their behalf"), {
    hint: t("不填用进场时登记的货主", "left empty: the owner of the intake"),
    read: partyCode,
  });

class TransformScreen {
  constructor(dock, main) {
    Object.assign(this, { dock, main, outputs: [], op_id: dock.newOp(), disposal_op: dock.newOp() });
  }

  async open(record, n) {
    const { dock } = this;
    this.stock = await dock.stock();
    this.known = (await templates(dock)).filter(({ supplier }) => supplier === undefined);
    this.picker = new Picker(this.stock.held, { chosen: chosenBy(record, n), more: (row) => ownerWords(dock, row) });
    this.box = scanBox((text) => this.picker.scan(text), { label: t("扫投入的批次", "Scan lots that go in") });
    this.isKitchen = this.stock.site?.kind === "kitchen";
    const sample = sampleFields();
    const owner = ownerField();
    const parts = typed("parts", t("检出送无害化的部分（千克）", "Condemned parts, rendered (kg)"), { inputmode: "decimal", read: readTypedAmount });
    const shown = (operation) => {
      parts.node.toggleAttribute("hidden", !hasParts(operation));
      sample.node.toggleAttribute("hidden", operation !== "cook");
      owner.node.toggleAttribute("hidden", operation !== "slaughter");
      this.showDays(operation);
    };
    const usual = this.isKitchen ? "cook" : "cut";
    this.whom = await forWhom(dock);
    this.operation = new Form([this.whom, choice("operation", t("怎么加工", "What is done"), OPERATIONS, { value: usual, changed: shown })]);
    shown(usual);
    this.note = new Form([
      typed("condemned", t("检验不合格、送无害化的数量（第一批投入）", "Condemned and rendered, of the first lot that goes in"), { inputmode: "decimal", read: readTypedAmount }),
      parts,
      sample,
      owner,
      typed("note", t("说明（可不填）", "Note (if any)"), { rows: 2 }),
    ]);
    this.place = el("div", {});
    this.told = el("div", {});
    fill(
      this.main,
      el("h1", {}, t("加工", "Transform")),
      this.operation.node,
      el("h2", {}, t("投入", "Goes in")),
      this.box.node,
      this.picker.node,
      el("h2", {}, t("产出", "Comes out")),
      this.place,
      button(t("再加一种产出", "One more output"), () => this.add()),
      this.note.node,
      this.told,
      el("div", { class: "foot" }, button(t("核算", "Reckon"), () => this.reckon(), { kind: "strong", id: "reckon" })),
    );
    this.add();
  }

  add() {
    if (this.outputs.length >= OUTPUTS_MAX) throw new FieldFault("outputs", ["一次最多 12 种产出", "twelve outputs at most"]);
    const isFirst = this.outputs.length === 0;
    const form = new Form(lotFields(this.dock, isFirst ? this.known : [], { day: ["生产日期", "Made on"] }));
    this.outputs.push(form);
    const drop = () => {
      this.outputs.splice(this.outputs.indexOf(form), 1);
      form.node.remove();
    };
    if (!isFirst) form.node.prepend(el("hr"), button(t("去掉", "Remove"), drop));
    this.place.append(form.node);
    this.showDays(this.operation.values().operation);
  }

  /** Goods that stay what they are have their day already. */
  showDays(operation) {
    for (const input of this.place?.querySelectorAll("[name=made_on]") ?? []) input.closest(".field").toggleAttribute("hidden", staysSame(operation));
  }

  /** What is said: inputs, outputs, what was condemned, and the sample that is kept. */
  async said() {
    const { operation, on_behalf_of } = this.operation.values();
    const { condemned: amount, parts, note: text, owner: typedOwner, ...rest } = this.note.values();
    const { taken, condemned } = apart(this.picker.taken(), amount);
    const owner = operation === "slaughter" ? await ownerOfAll(this.dock, taken, typedOwner, this.dock.device.party) : undefined;
    const values = sameDays(operation, taken, this.outputs.map((form) => form.values()));
    const outputs = values.map((one, at) => broughtOf(this.dock, one, { origin: countyOf(this.stock) }, at));
    checkShelfLife(operation, taken, outputs);
    const samples = operation === "cook" ? samplesOf(rest, outputs.map(({ uom }) => uom)) : [];
    const bad = hasParts(operation) ? condemnedParts(this.dock, parts, outputs) : [];
    return { operation, taken, condemned, outputs, bad, values, samples, text, owner, on_behalf_of };
  }

  async sign({ operation, taken, condemned, outputs, bad, values, samples, text, owner, on_behalf_of }) {
    const { dock } = this;
    const more = { blobs: this.whom.blobsOf(on_behalf_of) };
    const item = await dock.say(transform(operation, taken, [...outputs, ...bad], { owner, on_behalf_of, note: text }, more), this.op_id);
    const cited = bad.map(({ lot, uom, quantity }) => ({ of: { record: item.id, n: taken.length + outputs.length + 1, lot, uom }, quantity }));
    if (condemned.length + bad.length > 0) await dock.say(dispose([...condemned, ...cited], { method: "rendered", reason: "condemned", at: dock.clock.seconds(), on_behalf_of }, more), this.disposal_op);
    // Of each dish one is kept.
    for (const [at, sample] of samples.entries()) {
      const { lot, uom, info } = outputs[at];
      await keepSample(dock, sample, { record: item.id, n: taken.length + 1 + at, lot, uom, name: info.name });
    }
    for (const one of values) await keepTemplate(dock, one);
    return item;
  }

  async reckon() {
    const said = await this.said();
    const { operation, taken, outputs, bad, samples, condemned, owner } = said;
    const share = yieldOf(taken.map(({ quantity, row }) => ({ quantity, uom: row.uom })), outputs, bad);
    const usual = (await this.dock.mark(USUAL))?.rows ?? {};
    const key = `${operation}/${outputs[0].info.class}`;
    const sign = async () => {
      const item = await this.sign(said);
      if (share?.percent) await this.dock.keep(USUAL, { rows: { ...usual, [key]: [share.percent, ...(usual[key] ?? [])].slice(0, 20) } });
      globalThis.location.hash = `#/done/${item.op_id}`;
    };
    fill(
      this.told,
      this.words(share, usual[key]),
      this.usual(said),
      keepsLonger(taken, outputs),
      [...condemned.map(({ of: { uom }, quantity }) => ({ uom, quantity })), ...bad].map(({ uom, quantity }) => note("", t(`另有 ${quantity} ${unit(uom)}送无害化，一并签名`, `${quantity} ${unit(uom)} are rendered, and signed for along with it`))),
      owner ? note("", t(`代宰，货主 ${owner}`, `slaughtered for ${owner}`)) : null,
      operation === "cook" ? sampleNotes(samples[0] ?? null, this.isKitchen).map((one) => note("warn", of(one))) : null,
      share?.lost === null ? null : button(t("签名", "Sign"), sign, { kind: "strong", id: "sign" }),
    );
    this.told.scrollIntoView({ block: "center" });
  }

  /** What the table calls usual; what is odd is a finding of the ledger, so it is seen before it is signed. */
  usual({ operation, taken, outputs }) {
    const inputs = taken.map(({ row, quantity }) => ({ class: row.class, uom: row.uom, quantity }));
    const usual = usualOf(operation, inputs, outputs.map(({ info, uom, quantity }) => ({ class: info.class, uom, quantity })));
    return usual ? note(usual.isOdd ? "warn" : "", usualWords(usual), usual.isOdd ? t("，请核对", ": please check") : null) : null;
  }

  words(share, before = []) {
    if (share === null) return note("", t("投入和产出单位不同，不算出品率。", "Units differ, so no yield is reckoned."));
    if (share.lost === null) return note("bad", t(`产出 ${share.out} 多于投入 ${share.into} ${unit(share.uom)}，请核对`, `${share.out} comes out of ${share.into} ${unit(share.uom)}: please check`));
    const sorted = [...before].map(Number).sort((a, b) => a - b);
    const usual = sorted.length > 0 ? t(`，平时 ${sorted[sorted.length >> 1]}%`, `, usually ${sorted[sorted.length >> 1]}%`) : "";
    return note("", t(`出品率 ${share.percent}%${usual}；损耗 ${share.lost} ${unit(share.uom)}`, `yield ${share.percent}%${usual}; loss ${share.lost} ${unit(share.uom)}`));
  }
}

/** @param {import("./dock.js").Dock} dock */
export async function transformScreen(dock, main, record, n) {
  const screen = new TransformScreen(dock, main);
  await screen.open(record, n);
  return () => screen.box.stop();
}
