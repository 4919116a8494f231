// The sheet for liquid food that travels in a tank 重点液态食品道路散装运输联单: which liquid, the tank's permit, what it carried
// before, how it was cleaned. A tank that carried anything but food carries no food again: that is said before anything is
// signed, since no node admits it.

import { FieldFault, between, choice, momentField, more, picked, secondsOf, typed } from "./form.js";
import { CARGOES, LIQUIDS } from "./tables.js";
import { dayOf, el, t } from "./ui.js";

/** From this day on a carrier of listed liquid food needs a permit for the tank (国市监食监发〔2026〕22号). */
const PERMIT_FROM = "2026-07-01";
/** Cargoes before this one that are asked for. */
const BEFORE = 3;

const known = () => [...LIQUIDS, ...CARGOES];

/** A cargo by its code, its name, or as whoever fills it in calls it. @returns {[string, string, string, boolean | null]} */
export function cargoOf(text) {
  const found = known().find(([code, zh, en]) => [code, zh, en.toLowerCase()].includes(text.trim().toLowerCase()));
  return found ?? [text.trim(), text.trim(), text.trim(), null];
}

/** What a cargo is called. */
export const cargoName = (code) => {
  const [, zh, en] = cargoOf(code);
  return t(zh, en);
};

/**
 * Why a tank may carry no food at all; null if nothing is known against it.
 * @param {string[]} cargoes codes or words, the last first
 * @returns {{zh: string, en: string} | null}
 */
export function tankBan(cargoes) {
  const other = cargoes.map(cargoOf).find(([, , , isFood]) => isFood === false);
  if (!other) return null;
  return {
    zh: `禁止装运：罐体曾装载${other[1]}（非食品），不得再装食品（国市监食监发〔2026〕22号）`,
    en: `not allowed: this tank carried ${other[2]}, which is not food, and may carry no food again`,
  };
}

/**
 * What is missing of a sheet; it is recorded all the same, with a finding.
 * @param {object} sheet as records have it
 * @param {string} today
 * @returns {[string, string][]}
 */
export function tankNotes(sheet, today) {
  const notes = [];
  const runs = sheet.permit !== undefined && (sheet.permit_valid_to === undefined || sheet.permit_valid_to >= today);
  if (today >= PERMIT_FROM && !runs) notes.push(["准运证没有或已过期", "there is no permit, or it has run out"]);
  if (!sheet.cleaning) notes.push(["没有清洗记录", "nothing says that the tank was cleaned"]);
  if (sheet.previous_cargoes.length === 0) notes.push(["没有前次装载记录", "nothing says what the tank carried before"]);
  if (!sheet.mark_checked) notes.push(["没有查验“食品专用”标识", "the mark “for food only” was not looked for"]);
  for (const [code, zh, en, isFood] of sheet.previous_cargoes.map(cargoOf)) if (isFood === null) notes.push([`前次装载“${zh || code}”不在目录内`, `the earlier cargo “${en}” is in no list`]);
  return notes;
}

const YES = [
  ["yes", ["是", "Yes"]],
  ["no", ["否", "No"]],
];

const named = (row) => [row[0], t(row[1], row[2])];

/** Fields of a sheet, filled from the vehicle's file. @param {object} file */
export function bulkFields(file = {}) {
  const cargoes = file.cargoes ?? [];
  const list = known().map((row) => [t(row[1], row[2]), ""]);
  const before = Array.from({ length: BEFORE }, (_, at) =>
    typed(`cargo${at}`, t(`前 ${at + 1} 次装的是`, `Cargo ${at + 1} before this`), { value: cargoes[at] ? cargoName(cargoes[at]) : "", list, read: (text) => cargoOf(text)[0] }),
  );
  return more(t("罐车：散装液态食品联单", "Tanker: sheet for bulk liquid food"), [
    between(el("p", { class: "small" }, t("装散装食用油、食醋、白酒、糖浆等时填写，一罐一单。", "For edible oil, vinegar, spirits, syrup and the like in bulk: one sheet a tank."))),
    picked("bulk_kind", t("品种", "Liquid"), LIQUIDS.map(named), { empty: t("（不是散装液态食品）", "(no bulk liquid)") }),
    typed("container", t("罐体编号或车牌", "Tank, by number or plate"), { value: file.container ?? "" }),
    typed("tank_permit", t("准运证编号", "Permit of the tank"), { value: file.tank_permit ?? "" }),
    typed("tank_permit_valid_to", t("准运证有效期至", "Permit valid until"), { value: file.tank_permit_valid_to ?? "", kind: "date" }),
    choice("mark_checked", t("罐体有“食品专用”标识", "The tank is marked “for food only”"), YES, { required: false }),
    ...before,
    typed("tank_cleaning", t("清洗方式", "How it was cleaned"), {}),
    momentField("tank_cleaned_at", t("清洗时间（不填为现在）", "When it was cleaned; now, if left empty")),
    typed("tank_certificate", t("清洗合格证编号", "Certificate of cleaning"), {}),
    choice("health", t("从业人员健康证明已查", "Health certificates were seen"), YES, { required: false }),
    choice("sample_kept", t("装车已留样", "A sample was kept at loading"), YES, { required: false }),
  ]);
}

/**
 * The sheet as records have it; undefined if nothing of the kind travels.
 * @param {Record<string, any>} values
 * @param {{number: string, at: number, county?: string}} about
 * @throws {FieldFault} what is not filled in, or an express ban
 */
export function sheetOf(values, { number, at, county }) {
  const { bulk_kind, container, tank_permit, tank_permit_valid_to, mark_checked, tank_cleaning, tank_cleaned_at, tank_certificate, health, sample_kept } = values;
  if (!bulk_kind) return undefined;
  const cargoes = Array.from({ length: BEFORE }, (_, before) => values[`cargo${before}`]).filter(Boolean);
  const ban = tankBan(cargoes);
  if (ban) throw new FieldFault("cargo0", [ban.zh, ban.en]);
  if (!container) throw new FieldFault("container", ["请填写罐体编号或车牌", "please say which tank"]);
  const cleaned = tank_cleaned_at ? secondsOf(tank_cleaned_at) : at;
  if (cleaned > at) throw new FieldFault("tank_cleaned_at", ["清洗时间不能晚于现在", "it was not cleaned in the future"]);
  const cleaning = tank_cleaning ? { method: tank_cleaning, at: cleaned, ...(county ? { county } : {}), ...(tank_certificate ? { certificate: tank_certificate } : {}) } : undefined;
  const sheet = {
    ...{ sheet: number, kind: bulk_kind, permit: tank_permit, permit_valid_to: tank_permit_valid_to, container },
    ...{ mark_checked: mark_checked === "yes", previous_cargoes: cargoes, cleaning },
    ...{ health_certificates: health === "yes" || undefined, sample_kept: sample_kept === "yes" || undefined },
  };
  return Object.fromEntries(Object.entries(sheet).filter(([, value]) => value !== undefined));
}

/** What is missing of a sheet today. */
export const sheetNotes = (dock, sheet) => (sheet ? tankNotes(sheet, dayOf(dock.clock.seconds())) : []);
