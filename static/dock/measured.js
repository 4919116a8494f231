// What is measured and seen where goods change hands: temperatures, and seals that somebody looked at.

import { KINDS } from "../verify/kinds.js";
import { LIMITS } from "../verify/tables.js";
import { readTyped } from "../workbench/quantity.js";
import { choice, typed } from "./form.js";
import { t } from "./ui.js";

const { TEMP_MIN_C, TEMP_MAX_C } = LIMITS;

const read = (text) => {
  const value = readTyped(text);
  return KINDS.temperature(value) ? value : null;
};

/** A temperature by hand; what no thermometer shows around food is a slip of the finger. */
export const temperature = (name, label, how = {}) =>
  typed(name, label, { inputmode: "decimal", read, wrong: [`温度应在 ${TEMP_MIN_C} 到 ${TEMP_MAX_C} ℃ 之间`, `a temperature lies between ${TEMP_MIN_C} and ${TEMP_MAX_C} °C`], ...how });

/** What is asked for, in words. */
export function rangeWords({ temp_min_c: min, temp_max_c: max }) {
  if (min === undefined && max === undefined) return null;
  if (min === undefined) return t(`不高于 ${max} ℃`, `at most ${max} °C`);
  return max === undefined ? t(`不低于 ${min} ℃`, `at least ${min} °C`) : `${min} ~ ${max} ℃`;
}

const WHOLE = ["yes", ["完好、相符", "Whole, the same"]];
const BROKEN = ["no", ["破损、不符", "Broken, others"]];

const sealsLabel = (seals) => (seals.length > 0 ? t(`封签：${seals.join("、")}`, `Seals: ${seals.join(", ")}`) : t("封签（运单上没有）", "Seals (the waybill names none)"));

/** Other seals were put on on the way: the field asks about those, whatever was chosen before. @param {{node: HTMLElement}} field */
export function sealsAre(field, seals) {
  const legend = field.node.querySelector("legend");
  if (legend.textContent === sealsLabel(seals)) return;
  legend.textContent = sealsLabel(seals);
  for (const input of field.node.querySelectorAll("input")) input.checked = false;
}

/** What became of the seals. Nothing is chosen before somebody looked; where the sender put some on, somebody has to. */
export function sealsField(seals = [], how = {}) {
  return choice("seals", sealsLabel(seals), [WHOLE, BROKEN, ...(seals.length > 0 ? [] : [["none", ["没有", "None"]]])], { required: seals.length > 0, ...how });
}

/** Measured and seen, as records say it. */
export const measuredOf = ({ temp_c, seals }) => ({ temp_c, seals_intact: { yes: true, no: false }[seals] });
