// The last look before a receipt is signed: temperature, seals, the entry check, differences, lines that were not scanned.

import * as trays from "../workbench/tray.js";
import { readTyped } from "../workbench/quantity.js";
import { forWhom } from "./agents.js";
import { Form, choice, typed } from "./form.js";
import { shortLot } from "./goods.js";
import { keepSender } from "./returns.js";
import { entryCheck } from "./seams.js";
import { button, el, fill, note, of, t, tell } from "./ui.js";

/** Checks, the graver last. */
const GRAVITY = ["accept", "accept_with_note", "hold", "refuse"];

const CHECKS = {
  accept: ["可以收下", "Accept", "good"],
  accept_with_note: ["收下，备注差异", "Accept with a note", "warn"],
  hold: ["暂存待查，先不要出库", "Hold until it is clear", "bad"],
  refuse: ["应当拒收", "Refuse", "bad"],
};

const graver = (one, other) => (GRAVITY.indexOf(one) > GRAVITY.indexOf(other) ? one : other);

const measuredOf = ({ temp_c, seals }) => ({ temp_c, seals_intact: { yes: true, no: false }[seals] });

function fields(state, whom, changed) {
  const { measured } = state;
  const form = new Form([
    typed("temp_c", t("到货温度 ℃（没有要求可不填）", "Temperature on arrival, °C (if asked for)"), { value: measured.temp_c ?? "", inputmode: "decimal", read: readTyped }),
    choice("seals", t("封签", "Seals"), [["yes", ["完好", "Intact"]], ["no", ["破损", "Broken"]], ["none", ["没有", "None"]]], { value: measured.seals ?? "none", changed }),
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

/** Everything that is not accepted, since goods that must not come in are not taken in. */
const refuseAll = (tray) => tray.lines.reduce((all, { n, sent }) => trays.differ(all, n, "refused", { refused: sent, reason: "papers" }), tray);

class Review {
  constructor(dock, main, state, { keep, back }) {
    Object.assign(this, { dock, main, state, keep, back });
    this.told = el("div", {});
    this.rest = el("div", {});
    // Built once: what is pressed stays where it is, whatever is told meanwhile.
    this.all = button(t("整车拒收并签名", "Refuse all and sign"), () => this.sign(true), { kind: "danger", id: "refuse" });
    this.some = button("", () => this.sign(false), { kind: "strong", id: "sign" });
    this.foot = el("div", { class: "foot" }, this.all, this.some, button(t("返回继续扫", "Back to scanning"), () => this.back()));
    /** What the server's entry check says; null while it is not known. */
    this.official = null;
  }

  /** Asks the server about what is measured; an answer about what was typed before is none. */
  ask() {
    const asked = this.asked = measuredOf(this.state.measured);
    const told = entryCheck(this.dock, { dispatch: this.state.tray.shipment.id, ...asked });
    return (this.answer = told.catch(() => null).then((official) => {
      if (this.asked !== asked) return;
      this.official = official;
      this.draw();
    }));
  }

  async changed() {
    this.state.measured = this.form.known();
    this.keep(this.state);
    this.draw();
    const at = (this.typed = {});
    await after(TYPED_MS);
    if (this.typed === at) await this.ask();
  }

  /** The entry check, the graver word of tray and server. */
  get judged() {
    const { check, notes } = trays.entryNotes(this.state.tray, measuredOf(this.state.measured));
    return { check: graver(check, this.official?.check ?? "accept"), reasons: [...notes, ...(this.official?.reasons ?? [])] };
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
    this.all.hidden = check !== "refuse";
    fill(this.some, t(`签名收货（${have} 行）`, `Sign for ${have} lines`));
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
    if (JSON.stringify(this.asked) !== JSON.stringify(measuredOf(this.state.measured))) this.ask();
    await Promise.race([this.answer, after(ANSWER_MS)]);
    if (graver(seen, this.judged.check) === seen) return true;
    tell(t("查验结论变了，请看过再签名", "the entry check changed: look at it, then sign"), "bad");
    return false;
  }

  async sign(isRefused) {
    this.state.measured = this.form.values();
    if (!(await this.isSeen())) return;
    const { check } = this.judged;
    const tray = isRefused ? refuseAll(this.state.tray) : this.state.tray;
    const { on_behalf_of, ...measured } = this.state.measured;
    const said = { at: this.dock.clock.seconds(), ...measuredOf(measured), check: check === "refuse" ? "hold" : check };
    const { draft } = trays.receipt(tray, { ...said, on_behalf_of, blobs: this.whom.blobsOf(on_behalf_of) });
    const item = await this.dock.say(draft, this.state.op_id);
    await keepSender(this.dock, tray.shipment);
    await this.dock.forget(`tray:${tray.shipment.id}`);
    globalThis.location.hash = `#/done/${item.op_id}`;
  }

  async show() {
    this.whom = await forWhom(this.dock, this.state.measured.on_behalf_of);
    this.form = fields(this.state, this.whom, () => this.changed());
    fill(this.main, el("h1", {}, t("核对签收", "Check and sign")), this.told, this.form.node, this.rest, this.foot);
    this.draw();
    this.ask();
    this.main.focus();
  }
}

/** Shows the review over the tray. */
export const review = async (dock, main, state, how) => new Review(dock, main, state, how).show();
