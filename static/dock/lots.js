// What a new lot is, as a person fills it in: from a template of what this site made or bought before, or anew.

import { readTypedAmount } from "../workbench/quantity.js";
import { KINDS } from "../verify/kinds.js";
import { between, choice, more, picked, typed } from "./form.js";
import { classes, nameOf, units } from "./goods.js";
import { button, dayOf, el, t } from "./ui.js";

const KIND = "template";
/** Units of which there is a larger one to press. */
const SMALL = new Set(["GRM", "MLT"]);
/** Templates that are kept; older ones go. */
const TEMPLATES_MAX = 40;

/** Codes of a site's own lots: the day, and something that nobody else gives. */
export function newLot(dock, at = 0) {
  const day = dayOf(dock.clock.seconds()).replaceAll("-", "").slice(2);
  const random = globalThis.crypto.getRandomValues(new Uint8Array(3));
  const tail = Array.from(random, (byte) => byte.toString(36).padStart(2, "0").slice(-2)).join("").toUpperCase();
  return `t/${day}-${tail}${at > 0 ? `-${at + 1}` : ""}`;
}

/** What was made or bought here before, the last first. */
export const templates = (dock) => dock.notes.list(KIND);

/** Keeps what was made or bought as a template for the next time. */
export async function keepTemplate(dock, { class: kind, name, uom, spec, supplier }) {
  await dock.notes.put({ kind: KIND, class: kind, name, uom, spec, supplier });
  for (const old of (await templates(dock)).slice(TEMPLATES_MAX)) await dock.notes.end(KIND, `${old.class}\n${old.name}\n${old.supplier ?? ""}`);
}

/**
 * Fields of one lot.
 * @param {import("./dock.js").Dock} dock
 * @param {object[]} known templates
 * @param {{used?: (template: object) => void, day?: [string, string]}} [how]
 */
export function lotFields(dock, known, { used = () => {}, day = ["生产、采收日期", "Made or harvested on"] } = {}) {
  const today = dayOf(dock.clock.seconds());
  const kind = picked("class", t("食品类别", "Class of product"), classes(), { required: true });
  const name = typed("name", t("品名", "Name"), { required: true, read: (text) => (KINDS.name(text) ? text : null) });
  const uom = choice("uom", t("单位", "Unit"), units().filter(([one]) => !SMALL.has(one)).map(([one, words]) => [one, [words, words]]), { value: "KGM" });
  kind.input.addEventListener("change", () => {
    if (name.input.value === "" && kind.input.value !== "") name.input.value = nameOf({ class: kind.input.value });
  });
  const use = (one) => {
    kind.input.value = one.class;
    name.input.value = one.name;
    for (const input of uom.node.querySelectorAll("input")) input.checked = input.value === one.uom;
    used(one);
  };
  const row = known.length > 0 ? between(el("div", { class: "doings" }, known.slice(0, 6).map((one) => button(one.supplier ? `${one.name} · ${one.supplier}` : one.name, () => use(one))))) : null;
  return [
    ...(row ? [row] : []),
    kind,
    name,
    typed("quantity", t("数量", "Quantity"), { required: true, inputmode: "decimal", read: readTypedAmount }),
    uom,
    // In the open: nobody signs for a day of production that was not seen.
    typed("made_on", t(day[0], day[1]), { value: today, kind: "date", required: true }),
    typed("best_before", t("保质期至（有的话）", "Shelf life until, if it has one"), { kind: "date" }),
    typed("spec", t("规格（散装可不填）", "Specification, if it is packed"), {}),
    more(t("批号、商标", "Batch, brand"), [
      typed("brand", t("商标", "Brand"), {}),
      typed("batch", t("包装上的批号", "Batch number on the package"), {}),
      typed("lot", t("本系统批次码，不填自动生成", "Code of the lot; made if left empty"), { read: (text) => lotCode(text), wrong: ["批次码写法不对", "this is no code of a lot"] }),
    ]),
  ];
}

const lotCode = (text) => {
  const whole = text.includes("/") ? text : `t/${text}`;
  return KINDS.lot_code(whole) ? whole : null;
};

/** What a form says of a lot, as records have it. */
export function broughtOf(dock, values, { origin } = {}, at = 0) {
  const { class: kind, name, quantity, uom, made_on, best_before, spec, brand, batch, lot } = values;
  const info = { class: kind, name, made_on, best_before, spec, brand, batch, origin };
  const said = Object.fromEntries(Object.entries(info).filter(([, value]) => value !== undefined));
  return { lot: lot ?? newLot(dock, at), quantity, uom, info: said };
}

/** The county of this site, as far as it is known. */
export const countyOf = (stock) => stock.site?.county?.code;
