// Choosing lots of what a site holds, by scan or by hand, with how much of each. Used by everything that takes goods out.

import { isNothing, less, micros, readTypedAmount } from "../workbench/quantity.js";
import { resolve } from "../workbench/resolve.js";
import { FieldFault } from "./form.js";
import { amount, nameOf, shortLot, unit } from "./goods.js";
import { signal } from "./scanbox.js";
import { el, fill, note, of, t, tell } from "./ui.js";

const keyOf = ({ credit }) => `${credit.record}#${credit.n}`;

/** Rows that are listed beside those that are chosen; more are found by scanning or by words. */
const LISTED_MAX = 60;

/** What stops goods, under their name. */
export const stopNote = ({ stop }) => (stop ? el("span", { class: "small bad" }, of(stop)) : null);

const first = (text) => text.split(/[:：(（]/)[0];

/** The same in a list: that they are stopped, and by what; why is said where they are chosen. */
export const stopWord = ({ stop }) => stop && stopNote({ stop: { zh: first(stop.zh), en: first(stop.en) } });

/** Goods that somebody or something stops are taken out by a second, deliberate press. */
export class Warning {
  #told = new Set();

  /** @param {object[]} rows @throws {FieldFault} the first time */
  of(rows) {
    const fresh = rows.filter((row) => row.stop && !this.#told.has(keyOf(row)));
    for (const row of fresh) this.#told.add(keyOf(row));
    if (fresh.length === 0) return;
    const [{ stop }] = fresh;
    const names = fresh.slice(0, 3).map((row) => `${nameOf(row)} ${shortLot(row.lot)}`);
    throw new FieldFault("lots", [`“${names.join("、")}”${stop.zh}。确实要办，请再按一次`, `${names.join(", ")}: ${stop.en}. If it has to be, press again`]);
  }
}

/** Lots of which some is chosen. */
export class Picker {
  /**
   * @param {object[]} held as `stockOf` gives it
   * @param {{chosen?: string[], changed?: () => void, only?: (row: object) => boolean, amounts?: boolean, mayStop?: boolean, counts?: boolean, more?: (row: object) => Node | null}} [how]
   *   `amounts`: how much of each is asked, too; `mayStop`: what is held or recalled takes a second press; `counts`: what is there is counted,
   *   which may be nothing, or more than is known of; `more`: what else stands in a row
   */
  constructor(held, { chosen = [], changed = () => {}, only = () => true, amounts = true, mayStop = true, counts = false, more = () => null } = {}) {
    this.amounts = amounts;
    this.more = more;
    this.counts = counts;
    this.warning = mayStop ? new Warning() : null;
    this.rows = held.filter(only).map((row) => ({ row, taken: chosen.includes(keyOf(row)), input: null, box: null }));
    this.changed = changed;
    this.node = el("div", {});
    this.find = el("input", { type: "text", id: "find", autocomplete: "off" });
    this.find.addEventListener("input", () => this.draw());
    this.list = el("div", {});
    const search = this.rows.length > 12 ? [el("label", { for: "find" }, t("按品名或批次找", "Find by name or lot")), this.find] : null;
    fill(this.node, search, this.list);
    this.draw();
  }

  draw() {
    const words = this.find.value.trim().toLowerCase();
    const fits = ({ row }) => words === "" || `${nameOf(row)} ${row.lot}`.toLowerCase().includes(words);
    const { chosen } = this;
    const others = this.rows.filter((one) => !one.taken && fits(one));
    fill(
      this.list,
      // What is chosen is always seen: nobody signs for a row that is out of sight.
      [...chosen, ...others.slice(0, LISTED_MAX)].map((one) => this.line(one)),
      others.length > LISTED_MAX ? el("p", { class: "small" }, t(`还有 ${others.length - LISTED_MAX} 行，请扫码或查找`, `${others.length - LISTED_MAX} more: scan or search`)) : null,
      this.rows.length === 0 ? note("", t("这里没有库存。", "Nothing is held here.")) : null,
    );
  }

  line(one) {
    const { row } = one;
    if (!one.box) {
      const id = `pick-${keyOf(row)}`;
      one.box = el("input", { type: "checkbox", id, checked: one.taken });
      one.input = el("input", { type: "text", inputmode: "decimal", "aria-label": t(`数量（${unit(row.uom)}）`, `Quantity (${unit(row.uom)})`), value: row.left ?? "", autocomplete: "off" });
      one.box.addEventListener("change", () => {
        one.taken = one.box.checked;
        this.changed();
      });
      one.input.addEventListener("input", () => {
        one.box.checked = true;
        one.taken = true;
        this.changed();
      });
      one.node = el("div", { class: "pick" }, el("label", { for: id }, one.box, el("span", {}, el("b", {}, nameOf(row)), el("span", { class: "small" }, el("bdi", {}, shortLot(row.lot)), t(` · 有 ${amount(row.left, row.uom)}`, ` · ${amount(row.left, row.uom)} left`)), this.more(row), stopWord(row))), this.amounts ? one.input : null);
    }
    one.box.checked = one.taken;
    return one.node;
  }

  /** Takes a scanned code: the lot is chosen if it is here. @returns {boolean} */
  scan(text) {
    const found = resolve(text);
    const lot = found.outcome === "one" ? found.meanings[0].lot : null;
    if (lot === null) {
      signal("bad");
      tell(of(found), "bad");
      return false;
    }
    const batch = lot.replace(/\/21\/[^/]+$/, "");
    const one = this.rows.find(({ row, taken }) => !taken && (row.lot === lot || row.lot === batch)) ?? this.rows.find(({ row }) => row.lot === lot || row.lot === batch);
    if (!one) {
      signal("bad");
      tell(t(`本场所没有这一批：${lot}`, `this site does not hold this lot: ${lot}`), "bad");
      return false;
    }
    signal(one.taken ? "again" : "good");
    one.taken = true;
    this.draw();
    this.changed();
    return true;
  }

  /** Takes these lines again, each with its amount. @param {Map<string, string>} amounts by line */
  put(amounts) {
    for (const one of this.rows) {
      const amount = amounts.get(keyOf(one.row));
      if (amount === undefined) continue;
      this.line(one);
      one.taken = true;
      one.input.value = amount;
    }
    this.draw();
  }

  /** Lines that are taken. */
  get chosen() {
    return this.rows.filter(({ taken }) => taken);
  }

  get count() {
    return this.chosen.length;
  }

  /**
   * What is taken of which line.
   * @returns {{of: object, quantity: string, row: object}[]}
   * @throws {FieldFault}
   */
  taken() {
    const { chosen } = this;
    this.warning?.of(chosen.map(({ row }) => row));
    if (chosen.length === 0) throw new FieldFault("lots", ["请先选择批次", "choose lots first"]);
    return chosen.map(({ row, input }) => {
      const quantity = readTypedAmount(input.value);
      if (quantity === null || (isNothing(quantity) && !this.counts)) throw new FieldFault("lots", [`请填写“${nameOf(row)}”的数量`, `please say how much of “${nameOf(row)}”`]);
      if (row.left !== null && !this.counts && less(row.left, quantity) === null) {
        throw new FieldFault("lots", [`“${nameOf(row)}”只有 ${row.left} ${unit(row.uom)}`, `there is only ${row.left} ${unit(row.uom)} of “${nameOf(row)}”`]);
      }
      return { of: row.credit, quantity, row };
    });
  }
}

/** What is chosen at the beginning, by the words of an address: one line of a record, or several with commas. */
export const chosenBy = (record, n) => (record && n ? n.split(",").map((line) => `${record}#${line}`) : []);

/** A share of a whole in percent, with one decimal. @param {string} part @param {string} whole */
export function percent(part, whole) {
  const all = micros(whole);
  if (all === 0n) return null;
  const tenths = (micros(part) * 1000n + all / 2n) / all;
  return `${tenths / 10n}.${tenths % 10n}`;
}
