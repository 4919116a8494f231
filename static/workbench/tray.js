// The tray at the dock: what the waybill says, what was scanned, and what becomes of each line. Every function takes
// a tray and gives another; nothing is recorded by it, and a scan alone never moves anything.

import { demand } from "../verify/fault.js";
import { readAmount, readDecimal } from "../verify/kinds.js";
import { LIMITS } from "../verify/tables.js";
import { quantitiesOf, receive } from "./drafts.js";
import { isNothing, less, sum } from "./quantity.js";
import { resolve } from "./resolve.js";
import { HEARD, MARKS, NOTES, said } from "./words.js";

/** The camera sees one label many times a second. */
const REPEAT_MS = 2000;
const NOTHING = "0";
/** What is said of a line in the record, by what it was marked with. */
const REASONS = { short: "short", damaged: "damaged", warm: "temperature", refused: "other", wrong_lot: "wrong_lot" };

/**
 * @typedef {object} Line
 * @property {number} n number in the dispatch
 * @property {string} lot
 * @property {string} uom
 * @property {string | null} sent null if the quantity is closed here
 * @property {keyof typeof MARKS} mark
 * @property {string} short
 * @property {string} damaged
 * @property {string} refused
 * @property {string | null} reason
 * @property {string[]} units serial numbers that were scanned
 * @property {object[]} photos blobs
 * @property {string} [temp_c] measured of this line alone
 *
 * @typedef {object} Tray
 * @property {{id: string, waybill: string, sender: string, from: string, temp_min_c?: string, temp_max_c?: string, seals?: string[]}} shipment
 * @property {Line[]} lines
 * @property {string[]} extras lots that are not on the waybill
 * @property {{text: string, ms: number} | null} last
 */

/**
 * The tray of a dispatch.
 * @param {import("../verify/record.js").Record} record
 * @returns {Tray}
 */
export function trayOf(record) {
  const { id, claims, body } = record;
  const quantities = quantitiesOf(record);
  const { waybill, temp_min_c, temp_max_c, seals } = body;
  const lines = claims.moves.map(({ n, lot, uom }) => ({
    ...{ n, lot, uom, sent: quantities.get(n) ?? null, mark: "waiting", reason: null, units: [], photos: [] },
    ...{ short: NOTHING, damaged: NOTHING, refused: NOTHING },
  }));
  const shipment = { id, waybill, sender: claims.iss, from: claims.site, temp_min_c, temp_max_c, seals };
  return { shipment, lines, extras: [], last: null };
}

/** How many lines there are, are decided, wait, and differ. @param {Tray} tray */
export function counts({ lines, extras }) {
  const waiting = lines.filter(({ mark }) => mark === "waiting").length;
  const differing = lines.filter(({ mark }) => mark !== "waiting" && mark !== "accepted").length;
  return { total: lines.length, have: lines.length - waiting, waiting, differing, extras: extras.length };
}

const changed = (tray, n, change) => ({
  ...tray,
  lines: tray.lines.map((line) => (line.n === n ? { ...line, ...change(line) } : line)),
});

const heard = (tray, code, sound, values = {}, more = {}) => ({ tray, heard: { code, sound, ...said(HEARD[code], values), ...more } });

/** The lot of a line that a scanned lot is: itself, or without the serial number of one unit. */
function partsOf(lot) {
  const [, batch, serial] = /^(01\/.*?)(?:\/21\/([^/]+))?$/.exec(lot) ?? [null, lot];
  return { batch, serial };
}

/** What is wrong with a code that is not known, as far as can be told. */
function whyUnknown({ outcome, hint, zh, en }) {
  if (hint) return [`。${hint.zh}`, `. ${hint.en}`];
  return outcome === "too_long" ? [`：${zh}`, `: ${en}`] : ["", ""];
}

/**
 * Takes in what was scanned or typed.
 * @param {Tray} tray
 * @param {string} text
 * @param {number} ms milliseconds of a clock
 * @returns {{tray: Tray, heard: {code: keyof typeof HEARD, sound: "good" | "again" | "bad" | null, zh: string, en: string,
 *   line?: number, choices?: number[]}}} what to tell, and with which sound
 */
export function scan(tray, text, ms) {
  const isRepeat = tray.last?.text === text && ms - tray.last.ms < REPEAT_MS;
  const next = { ...tray, last: { text, ms } };
  if (isRepeat) return heard(next, "repeat", null);
  const found = resolve(text);
  if (found.outcome === "ambiguous") return heard(next, "ambiguous", "bad");
  if (found.outcome !== "one") return heard(next, "unknown", "bad", { why: whyUnknown(found) });
  const [meaning] = found.meanings;
  if (meaning.lot !== null) return scanLot(next, meaning.lot);
  const gtin = /^(?:01\/)?([0-9]{14})$/.exec(meaning.key)?.[1];
  const choices = gtin ? next.lines.filter(({ lot }) => lot.startsWith(`01/${gtin}/`)).map(({ n }) => n) : [];
  if (choices.length > 0) return heard(next, "product", "bad", { count: choices.length }, { choices });
  return heard(next, "no_lot", "bad", { what: [found.zh, found.en] });
}

function scanLot(tray, lot) {
  const { batch, serial } = partsOf(lot);
  const isOf = (line) => line.lot === lot || (serial !== undefined && line.lot === batch);
  const lines = tray.lines.filter(isOf);
  if (lines.length === 0) {
    const isKnown = tray.extras.includes(lot);
    const extras = isKnown ? tray.extras : [...tray.extras, lot];
    return heard({ ...tray, extras }, "extra", isKnown ? "again" : "bad", { lot });
  }
  const unit = lines[0].lot === lot ? undefined : serial;
  const open = lines.find(({ mark }) => mark === "waiting");
  const before = lines.find(({ units }) => unit !== undefined && units.includes(unit)) ?? (open ? undefined : lines[0]);
  if (before && (unit === undefined || before.units.includes(unit))) return heard(tray, "again", "again", { n: before.n }, { line: before.n });
  const { n } = open ?? lines[0];
  const taken = changed(tray, n, ({ mark, units }) => ({
    mark: mark === "waiting" ? "accepted" : mark,
    units: unit === undefined ? units : [...units, unit],
  }));
  const { have, total } = counts(taken);
  if (!open) return heard(taken, "unit", "good", { n, units: lines[0].units.length + 1 }, { line: n });
  return heard(taken, "line", "good", { n, have, total }, { line: n });
}

const lineOf = (tray, n) => {
  const line = tray.lines.find((one) => one.n === n);
  demand(line, "line_unknown", String(n));
  return line;
};

/** Accepts a line that has no label, or is accepted after all. @param {Tray} tray @param {number} n */
export function accept(tray, n) {
  lineOf(tray, n);
  return changed(tray, n, () => ({ mark: "accepted", short: NOTHING, damaged: NOTHING, refused: NOTHING, reason: null }));
}

/** Puts a line back to what it was before it was scanned. @param {Tray} tray @param {number} n */
export function putBack(tray, n) {
  lineOf(tray, n);
  const blank = { temp_c: undefined, mark: "waiting", short: NOTHING, damaged: NOTHING, refused: NOTHING, reason: null, units: [], photos: [] };
  return { ...changed(tray, n, () => blank), last: null };
}

/**
 * Marks a line with a difference. What the parts leave is accepted.
 * @param {Tray} tray
 * @param {number} n
 * @param {"short" | "damaged" | "warm" | "refused" | "wrong_lot"} mark
 * @param {{short?: string, damaged?: string, refused?: string, reason?: string, photos?: object[]}} [parts] amounts;
 *   with none, all of the line is short, damaged or refused, and of a warm one nothing
 * @returns {Tray}
 * @throws {import("../verify/fault.js").Fault} line_unknown, quantity_closed, amount_form, parts_exceed
 */
export function differ(tray, n, mark, { reason = REASONS[mark], photos, ...parts } = {}) {
  const { sent } = lineOf(tray, n);
  demand(sent !== null, "quantity_closed");
  const whole = { short: { short: sent }, damaged: { damaged: sent }, refused: { refused: sent }, wrong_lot: { refused: sent } };
  const told = Object.keys(parts).length > 0 ? parts : (whole[mark] ?? {});
  const { short = NOTHING, damaged = NOTHING, refused = NOTHING } = told;
  demand([short, damaged, refused].every((one) => readAmount(one) !== null), "amount_form");
  demand(less(sent, sum([short, damaged, refused])) !== null, "parts_exceed");
  return changed(tray, n, (line) => ({ mark, short, damaged, refused, reason, photos: photos ?? line.photos }));
}

/** Notes the temperature of one line. @param {Tray} tray @param {number} n @param {string | undefined} temp_c */
export const measure = (tray, n, temp_c) => changed(tray, n, () => ({ temp_c }));

/** Takes off goods that are not on the waybill and were scanned. @param {Tray} tray @param {string} lot */
export const dropExtra = (tray, lot) => ({ ...tray, extras: tray.extras.filter((one) => one !== lot), last: null });

/** Says of every line that is not scanned that it did not come. Nobody does this but a person. @param {Tray} tray */
export const restIsMissing = (tray) =>
  tray.lines.filter(({ mark }) => mark === "waiting").reduce((all, { n }) => differ(all, n, "short"), tray);

/** A line in words. @param {Line} line */
export const lineWords = ({ mark }) => ({ code: mark, ...said(MARKS[mark]) });

const isApart = ({ short, damaged, refused }) => ![short, damaged, refused].every(isNothing);
const numbers = (lines) => lines.map(({ n }) => n).join("、");

/**
 * What a person should know before signing, and what the tray alone says of the entry check.
 * @param {Tray} tray
 * @param {{temp_c?: string, seals_intact?: boolean}} [measured]
 * @returns {{check: "accept" | "accept_with_note", notes: {code: string, zh: string, en: string}[]}}
 */
export function entryNotes({ shipment, lines, extras }, { temp_c, seals_intact } = {}) {
  const notes = [];
  const note = (code, holds, values) => holds && notes.push({ code, ...said(NOTES[code], values) });
  const differing = lines.filter(isApart);
  const warm = lines.filter((line) => line.mark === "warm" && !isApart(line));
  const temp = readDecimal(temp_c);
  const [min, max] = [readDecimal(shipment.temp_min_c), readDecimal(shipment.temp_max_c)];
  note("line_temp", lines.some((line) => line.temp_c !== undefined), { temps: lines.filter((line) => line.temp_c !== undefined).map((line) => `${line.n}：${line.temp_c}℃`).join("、") });
  note("differences", differing.length > 0, { lines: numbers(differing) });
  note("warm", warm.length > 0, { lines: numbers(warm) });
  note("extra", extras.length > 0, { lots: extras.join("、") });
  note("above", temp !== null && max !== null && temp > max, { temp: temp_c, limit: shipment.temp_max_c });
  note("below", temp !== null && min !== null && temp < min, { temp: temp_c, limit: shipment.temp_min_c });
  note("seals", seals_intact === false);
  return { check: notes.length > 0 ? "accept_with_note" : "accept", notes };
}

/**
 * A tray in parts that a receipt each has room for: lists in records are bounded. Goods that are not on the waybill go with the first.
 * @param {Tray} tray
 * @returns {Tray[]}
 */
export function inParts(tray) {
  const decided = tray.lines.filter(({ mark }) => mark !== "waiting");
  if (decided.length <= LIMITS.LIST_MAX) return [tray];
  const count = Math.ceil(decided.length / LIMITS.LIST_MAX);
  const part = (at) => decided.slice(at * LIMITS.LIST_MAX, (at + 1) * LIMITS.LIST_MAX);
  return Array.from({ length: count }, (_, at) => ({ ...tray, lines: part(at), extras: at === 0 ? tray.extras : [] }));
}

/**
 * What the receipt will say: the lines that are decided. Others stay open, and can be received later.
 * @param {Tray} tray
 * @param {{at: number, temp_c?: string, seals_intact?: boolean, check?: string, reasons?: object[],
 *   note?: string, refs?: string[]}} told `check` and `reasons` of somebody who knows more than the tray; `check` goes before its own, if it is graver
 * @returns {{draft: import("./drafts.js").Draft, left: number[], notes: object[]}} `left`: lines that stay open
 * @throws {import("../verify/fault.js").Fault} nothing_decided, quantity_closed
 */
export function receipt(tray, { at, temp_c, seals_intact, check = "accept", reasons = [], note, refs, on_behalf_of, blobs = [] }) {
  const decided = tray.lines.filter(({ mark }) => mark !== "waiting");
  demand(decided.length > 0, "nothing_decided");
  demand(decided.every(({ sent }) => sent !== null), "quantity_closed");
  const { check: own, notes } = entryNotes(tray, { temp_c, seals_intact });
  const lines = decided.map(({ n, lot, uom, sent, short, damaged, refused, reason, photos }) => ({
    ...{ of: { record: tray.shipment.id, n, lot, uom }, sent, short, damaged, refused, photos: photos.map(({ hash }) => hash) },
    ...(reason !== null && { reason }),
  }));
  const text = [note, ...notes.map(({ zh }) => zh)].filter(Boolean).join("；");
  const body = {
    ...{ dispatch: tray.shipment.id, at, temp_c, seals_intact, on_behalf_of },
    ...{ check: check === "accept" ? own : check, note: text === "" ? undefined : text },
    ...{ reasons: reasons.length > 0 ? reasons : undefined },
  };
  // One picture may be of several lines.
  const pictures = new Map(decided.flatMap(({ photos }) => photos.map((one) => [one.hash, one])));
  const left = tray.lines.filter(({ mark }) => mark === "waiting").map(({ n }) => n);
  return { draft: receive(lines, body, { refs, blobs: [...pictures.values(), ...blobs] }), left, notes };
}
