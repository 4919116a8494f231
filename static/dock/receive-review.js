// The last look before a receipt is signed: temperature, seals, the entry check, differences, lines that were not scanned.

import { LIMITS } from "../verify/tables.js";
import * as trays from "../workbench/tray.js";
import { forWhom } from "./agents.js";
import { Form, several } from "./form.js";
import { shortLot } from "./goods.js";
import { knownOf } from "./leg.js";
import { measuredOf, rangeWords, sealsAre, sealsField, temperature } from "./measured.js";
import { keepSender } from "./returns.js";
import { GRAVITY, entryCheck, graver } from "./seams.js";
import { button, el, fill, note, of, t, tell } from "./ui.js";

const CHECKS = {
  accept: ["可以收下", "Accept", "good"],
  accept_with_note: ["收下，备注差异", "Accept with a note", "warn"],
  hold: ["暂存待查，先不要出库", "Hold until it is clear", "bad"],
  refuse: ["应当拒收", "Refuse", "bad"],
};

function fields(state, whom, changed) {
  const { measured, tray } = state;
  const range = rangeWords(tray.shipment);
  const asked = range === null ? t("没有要求，可不填", "none is asked for") : t(`要求${range}`, `asked for: ${range}`);
  const form = new Form([
    temperature("temp_c", t("到货温度 ℃", "Temperature on arrival, °C"), { value: measured.temp_c ?? "", hint: asked }),
    sealsField(tray.shipment.seals, { value: measured.seals, changed }),
    whom,
  ]);
  form.parts[0].input.addEventListener("input", changed);
  return form;
}

const checkNote = (check) => {
  const [zh, en, mood] = CHECKS[check];
  return note(mood, el("b", {}, t(`查验结论：${zh}`, `Entry check: ${en}`)));
};

/** How long nothing is typed before the server is asked, and how long a signature waits for its answer. */
const [TYPED_MS, ANSWER_MS] = [400, 4000];

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Reasons that are seen at once; a shipment of many lots may have many. */
const SEEN_MAX = 6;

const lotsOf = ({ lots }) => (lots ? `（${lots.length > 3 ? t(`${lots.length} 批`, `${lots.length} lots`) : lots.map(shortLot).join("、")}）` : "");

function reasonList(reasons) {
  if (reasons.length === 0) return null;
  const rows = reasons.map((one) => el("li", {}, of(one), lotsOf(one)));
  const [seen, rest] = [rows.slice(0, SEEN_MAX), rows.slice(SEEN_MAX)];
  const folded = rest.length > 0 ? el("details", { class: "more" }, el("summary", {}, t(`还有 ${rest.length} 条`, `${rest.length} more`)), el("ul", {}, rest)) : null;
  return [el("ul", {}, seen), folded];
}

/** Why a line is refused, by the code of the reason. */
const causeOf = (code) => (code.startsWith("paper_") ? "papers" : /temp|cold|storage/.test(code) ? "temperature" : ["recalled", "expired"].includes(code) ? code : "other");

/** What the tray notes by itself, as the codes of the server. */
const OWN_CODES = { above: "temperature_on_arrival", below: "temperature_on_arrival", seals: "seals_broken", extra: "not_on_waybill", warm: "temperature_on_arrival", differences: "differences" };

/** Everything that is not accepted, since goods that must not come in are not taken in; each line with the gravest reason that is about it. */
const refuseAll = (tray, reasons) =>
  tray.lines.reduce((all, { n, lot, sent }) => {
    const about = (lots) => !lots || lots.includes(lot);
    const { code } = reasons.filter(({ lots }) => about(lots)).reduce((one, other) => (GRAVITY.indexOf(other.check) > GRAVITY.indexOf(one.check) ? other : one), { code: "", check: "accept" });
    return trays.differ(all, n, "refused", { refused: sent, reason: causeOf(code) });
  }, tray);

/** Reasons that weigh, as the record has them: the gravest first, each with its lines. */
function recorded(reasons, tray) {
  const lines = tray.lines.filter(({ mark }) => mark !== "waiting");
  const weighing = reasons.filter(({ code, check }) => code && check !== "accept");
  const said = weighing.map(({ code, check, paper, lots }) => {
    // A receipt numbers its lines anew, those alone that are decided.
    const about = lines.flatMap(({ lot }, at) => (!lots || lots.includes(lot) ? [at + 1] : []));
    return { code, check, ...(paper ? { paper } : {}), ...(about.length < lines.length ? { lines: about } : {}) };
  });
  return said.filter(({ lines }) => lines?.length !== 0).sort((a, b) => GRAVITY.indexOf(b.check) - GRAVITY.indexOf(a.check)).slice(0, LIMITS.LIST_MAX);
}

class Review {
  constructor(dock, main, state, { keep, back }) {
    Object.assign(this, { dock, main, state, keep, back });
    this.told = el("div", {});
    this.rest = el("div", {});
    // Built once: what is pressed stays where it is, whatever is told meanwhile.
    this.all = button(t("整车拒收并签名", "Refuse all and sign"), () => this.sign(true), { kind: "strong", id: "refuse" });
    this.some = button("", () => this.sign(false), { id: "sign" });
    this.foot = el("div", { class: "foot" }, this.all, this.some, button(t("返回继续扫", "Back to scanning"), () => this.back()));
    this.papers = el("div", {});
    /** Kinds of papers that were missing, by name; in hand or not, they stay to be seen. @type {Map<string, object>} */
    this.kinds = new Map(state.measured.kinds ?? []);
    /** What the server's entry check says; null while it is not known. */
    this.official = null;
  }

  /** All that is measured and seen, as the server is asked about it. */
  get seen() {
    const { measured, tray } = this.state;
    const temps = tray.lines.filter(({ temp_c }) => temp_c !== undefined).map(({ lot, temp_c }) => [lot, temp_c]);
    return { dispatch: tray.shipment.id, lots: tray.lines.map(({ lot }) => lot), ...measuredOf(measured), temps_c: Object.fromEntries(temps), papers_seen: measured.papers ?? [] };
  }

  /** Asks the server about what is measured; an answer about what was typed before is none. */
  ask() {
    const asked = (this.asked = JSON.stringify(this.seen));
    return (this.answer = entryCheck(this.dock, this.seen).catch(() => null).then((official) => {
      if (this.asked !== asked) return;
      this.official = official;
      for (const { code, paper, name } of official?.reasons ?? []) if (code === "paper_missing" && !this.kinds.has(paper)) this.offer(paper, name);
      this.draw();
    }));
  }

  /** A paper in hand lifts what only its absence held; what it says is typed off afterwards. */
  offer(paper, name) {
    this.kinds.set(paper, name);
    const { papers = [] } = this.state.measured;
    const field = several("papers", t("纸质证明已看（收货后再登记）", "Papers in hand (to be typed off afterwards)"), [...this.kinds].map(([kind, words]) => [kind, [words.zh, words.en]]), { value: papers });
    field.node.addEventListener("change", () => {
      this.inHand = field.get();
      this.changed();
    });
    fill(this.papers, field.node);
  }

  /** What is in the fields, with what else is kept of this look. */
  take(values) {
    this.state.measured = { ...values, papers: this.inHand ?? this.state.measured.papers, kinds: [...this.kinds] };
  }

  async changed() {
    this.take(this.form.known());
    this.keep(this.state);
    this.draw();
    const at = (this.typed = {});
    await after(TYPED_MS);
    if (this.typed === at) await this.ask();
  }

  /** The entry check, the graver word of tray and server. */
  get judged() {
    const { check, notes } = trays.entryNotes(this.state.tray, measuredOf(this.state.measured));
    const own = notes.map((one) => ({ ...one, code: OWN_CODES[one.code], check }));
    const told = this.official?.reasons ?? [];
    return { check: graver(check, this.official?.check ?? "accept"), reasons: [...own.filter(({ code }) => !told.some((one) => one.code === code)), ...told] };
  }

  draw() {
    const { have, waiting } = trays.counts(this.state.tray);
    const { check, reasons } = this.judged;
    // Who judged what is seen: the server's word comes later than the tray's, and may be graver.
    this.told.dataset.judged = this.official === null ? "here" : "by-server";
    fill(
      this.told,
      checkNote(check),
      reasonList(reasons),
      this.official === null ? el("p", { class: "small" }, t("证明由服务器核对；现在只按运单、扫码和温度判断。", "The server checks papers; this says only what waybill, scans and temperature tell.")) : null,
    );
    fill(this.rest, waiting > 0 ? this.unscanned(waiting) : null);
    const isRefusal = check === "refuse";
    this.all.hidden = !isRefusal;
    this.some.classList.toggle("strong", !isRefusal);
    fill(this.some, isRefusal ? t(`留下封存，暂存待查（${have} 行）`, `Keep under seal, held (${have} lines)`) : t(`签名收货（${have} 行）`, `Sign for ${have} lines`));
  }

  unscanned(waiting) {
    const missing = async () => {
      this.state = { ...this.state, tray: trays.restIsMissing(this.state.tray) };
      await this.keep(this.state);
      this.draw();
    };
    return [
      note("warn", t(`还有 ${waiting} 行没有扫：不算收到，可以以后再收。`, `${waiting} lines are not scanned: they stay open and can be received later.`)),
      button(t(`这 ${waiting} 行没有来，记为短少`, `They did not come: note as short`), missing),
    ];
  }

  /** What is signed was seen: where the server finds what was typed last graver, it is looked at again. */
  async isSeen() {
    const seen = this.judged.check;
    if (this.asked !== JSON.stringify(this.seen)) this.ask();
    await Promise.race([this.answer, after(ANSWER_MS)]);
    if (graver(seen, this.judged.check) === seen) return true;
    tell(t("查验结论变了，请看过再签名", "the entry check changed: look at it, then sign"), "bad");
    return false;
  }

  async sign(isRefused) {
    this.take(this.form.values());
    if (!(await this.isSeen())) return;
    const { check: judged, reasons } = this.judged;
    const tray = isRefused ? refuseAll(this.state.tray, reasons) : this.state.tray;
    const check = isRefused ? "refuse" : judged === "refuse" ? "hold" : judged;
    const { on_behalf_of, ...measured } = this.state.measured;
    const said = { at: this.dock.clock.seconds(), ...measuredOf(measured), check, on_behalf_of, blobs: this.whom.blobsOf(on_behalf_of) };
    const parts = trays.inParts(tray);
    // Named before anything is said, so that whoever presses again says each once.
    const ops = this.state.ops?.length === parts.length ? this.state.ops : [this.state.op_id, ...parts.slice(1).map(() => this.dock.newOp())];
    this.state = { ...this.state, ops };
    await this.keep(this.state);
    for (const [at, part] of parts.entries()) {
      const { draft } = trays.receipt(part, { ...said, reasons: recorded(reasons, part) });
      await this.dock.say(draft, ops[at]);
    }
    await keepSender(this.dock, tray.shipment);
    await this.keep({ ...this.state, isSigned: true });
    globalThis.location.hash = `#/done/${ops[0]}`;
  }

  /** Whoever took the goods over on the way may have put on other seals than those of the waybill. */
  async lookAtSeals() {
    const { shipment } = this.state.tray;
    const { seals } = await knownOf(this.dock, shipment.id);
    if (!seals || seals.join() === (shipment.seals ?? []).join()) return;
    this.state = { ...this.state, tray: { ...this.state.tray, shipment: { ...shipment, seals } } };
    this.keep(this.state);
    sealsAre(this.form.parts[1], seals);
  }

  async show() {
    this.whom = await forWhom(this.dock, this.state.measured.on_behalf_of);
    this.form = fields(this.state, this.whom, () => this.changed());
    fill(this.main, el("h1", {}, t("核对签收", "Check and sign")), this.told, this.papers, this.form.node, this.rest, this.foot);
    for (const [paper, name] of this.kinds) this.offer(paper, name);
    this.draw();
    this.ask();
    this.lookAtSeals();
    this.main.focus();
  }
}

/** Shows the review over the tray. */
export const review = async (dock, main, state, how) => new Review(dock, main, state, how).show();
