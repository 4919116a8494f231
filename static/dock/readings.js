// Readings of temperature loggers, as their files give them: separated values in UTF-8 or GBK, with a line of headings.

import { Fault } from "../verify/fault.js";
import { KINDS } from "../verify/kinds.js";
import { CLOCKS, LIMITS } from "../verify/tables.js";
import { readTyped } from "../workbench/quantity.js";
import { INTERVAL_S, TEMPLATES } from "./tables.js";

/** Bytes of a file that is read: a year of minutes. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024;
/** Lines among which the headings are looked for: loggers tell of themselves first. */
const HEAD_LINES_MAX = 200;

/** Text of a file: UTF-8 with or without its mark, else GBK. @param {Uint8Array} bytes */
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gbk").decode(bytes);
  }
}

/** Cells of a line, with quotes as RFC 4180 has them. */
export function cellsOf(line, separator) {
  const cells = [];
  let [cell, quoted] = ["", false];
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (quoted) {
      if (char !== '"') cell += char;
      else if (line.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === separator) {
      cells.push(cell.trim());
      cell = "";
    } else cell += char;
  }
  cells.push(cell.trim());
  return cells;
}

const plain = (name) => name.toLowerCase().replace(/[\s　]/g, "").replaceAll("（", "(").replaceAll("）", ")");

/** Minutes by which China's time is ahead. */
const CHINA_MINUTES = 480;

/** Places of year, month and day in a date. */
const ORDERS = { ymd: [0, 1, 2], dmy: [2, 1, 0], mdy: [2, 0, 1] };
const DATE = /^([0-9]{1,4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,4})日?[ T]*/;
const CLOCK = /^([0-9]{1,2})[:时]([0-9]{2})(?:[:分]([0-9]{2}))?(?:[.,][0-9]+)?秒?\s*([AP]M)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?$/i;

/** Minutes east of Greenwich that a zone says: Z, +08:00, +0800; null if it says nothing. */
function minutesOf(zone) {
  if (!zone) return null;
  if (/^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** Year, month and day; four digits at the beginning are a year whatever the order is. */
function dayIn([first, second, third], order) {
  const parts = [first, second, third];
  const [year, month, day] = ORDERS[first.length === 4 ? "ymd" : order].map((at) => parts[at]);
  // 11/12/26 may be three days: it is read only where the logger is known by its columns.
  if (year.length !== 4 && (order === "ymd" || year.length !== 2)) return null;
  return [Number(year.length === 2 ? `20${year}` : year), Number(month), Number(day)];
}

/** An hour of twelve with AM or PM as one of twenty-four. */
const hourOf = (hour, half) => (half ? (hour % 12) + (/^p/i.test(half) ? 12 : 0) : hour);

/**
 * A time as loggers write it; China's unless it, or the head of its column, says otherwise.
 * @param {string} text
 * @param {{order?: "ymd" | "dmy" | "mdy", minutes?: number}} [how]
 * @returns {number | null} seconds
 */
export function timeOf(text, { order = "ymd", minutes = CHINA_MINUTES } = {}) {
  const half = text.trim().replace(/[０-９：－／]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  const date = DATE.exec(half);
  const clock = date ? CLOCK.exec(half.slice(date[0].length)) : null;
  const read = clock ? dayIn(date.slice(1, 4), order) : null;
  if (!read) return null;
  const [year, month, day] = read;
  const [hour, minute, second] = [hourOf(Number(clock[1]), clock[4]), Number(clock[2]), Number(clock[3] ?? 0)];
  const all = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(all);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return null;
  return all / 1000 - (minutesOf(clock[5]) ?? minutes) * 60;
}

/** Where the column with one of these names is; `*` stands for whatever a logger adds. */
const columnOf = (names, wanted = []) =>
  names.findIndex((name) => wanted.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one)));

/** Which columns a line of headings names, and how times are written under them. */
function columns(heads) {
  const names = heads.map(plain);
  const fitting = TEMPLATES.map((template) => ({ template, date: columnOf(names, template.date), time: columnOf(names, template.time), temp: columnOf(names, template.temp) }));
  const found = fitting.find(({ template, date, time, temp }) => time >= 0 && temp >= 0 && (date >= 0) === (template.date !== undefined));
  if (!found) return null;
  const zone = /gmt([+-][0-9]{2}:?[0-9]{2})/.exec(names[found.time])?.[1];
  // A column “date” beside one of the time means that the time alone has none.
  if (found.date < 0 && names.some((name) => name === "date" || name === "日期")) {
    const apart = fitting.find(({ date, time, temp }) => date >= 0 && time >= 0 && temp >= 0);
    if (apart) return { ...apart, order: apart.template.order, minutes: CHINA_MINUTES };
  }
  return { ...found, order: found.template.order, minutes: minutesOf(zone) ?? CHINA_MINUTES };
}

/** A number as loggers write it: with its unit, or with a comma where the file's separator is none. */
function tempOf(cell, separator) {
  const bare = cell.replace(/\s*[℃°]\s*[cC]?$/, "");
  return readTyped(separator === "," ? bare : bare.replace(/^([-+]?[0-9]+),([0-9]+)$/, "$1.$2"));
}

/**
 * Reads a logger's file.
 * @param {Uint8Array} bytes
 * @returns {{readings: [number, string][], faults: {row: number, column: string, zh: string, en: string}[], template: [string, string]}}
 *   readings in the order of their times, each time once
 * @throws {Fault} readings_form, readings_large
 */
export function readLogger(bytes) {
  if (bytes.length > FILE_BYTES_MAX) throw said("readings_large", "文件超过 20 MB", "the file is larger than 20 MB");
  const lines = textOf(bytes).replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const heads = lines.slice(0, HEAD_LINES_MAX);
  const separatorOf = (line) => [",", "\t", ";"].find((one) => columns(cellsOf(line, one)));
  const start = heads.findIndex((line) => separatorOf(line) !== undefined);
  if (start < 0) throw said("readings_form", "认不出列名：需要“时间”和“温度”两列", "no columns are known: it takes one of time and one of temperature");
  const separator = separatorOf(lines[start]);
  const place = columns(cellsOf(lines[start], separator));
  const found = new Map();
  const faults = [];
  const fault = (at, column, zh, en) => faults.push({ row: at + 1, column, zh: `第 ${at + 1} 行：${zh}`, en: `row ${at + 1}: ${en}` });
  for (const [at, line] of lines.entries()) {
    if (at <= start || line.trim() === "") continue;
    const cells = cellsOf(line, separator);
    const clock = cells[place.time] ?? "";
    const time = timeOf(place.date >= 0 ? `${cells[place.date] ?? ""} ${clock}` : clock, place);
    const temp = tempOf(cells[place.temp] ?? "", separator);
    if (time === null) fault(at, "time", "时间写法不对", "this is no time");
    else if (!KINDS.temperature(temp)) fault(at, "temperature", "这不是温度", "this is no temperature");
    else found.set(time, temp);
  }
  const readings = [...found].sort((a, b) => a[0] - b[0]);
  return { readings, faults, template: place.template.name };
}

const said = (code, zh, en) => Object.assign(new Fault(code), { zh, en });

/** Readings in as many records as they take. @param {[number, string][]} readings */
export const inRecords = (readings) =>
  Array.from({ length: Math.ceil(readings.length / LIMITS.READINGS_MAX) }, (_, at) => readings.slice(at * LIMITS.READINGS_MAX, (at + 1) * LIMITS.READINGS_MAX));

/** The last moment that anybody's clock may show. @param {number} now seconds */
export const latest = (now) => now + CLOCKS.FUTURE_SKEW_S;

const isSilent = (from, to) => to - from > INTERVAL_S;

/**
 * How a leg stands by what this device read on it, as the server says it of all that is recorded (src/app/read/leg.rs).
 * @param {[string, number, string][]} said sensor, seconds and degrees; the sensor is empty for what was measured at a handover
 * @param {{temp_min_c?: string, temp_max_c?: string, from?: number, to?: number | null}} leg what is asked for, from loading until handover
 * @param {number} now seconds
 * @returns {{now: {standing: string, at?: number, temp_c?: string}, course?: {min_c: string, max_c: string, outside: number, gaps: number}}}
 */
export function stateOf(said, { temp_min_c: low, temp_max_c: high, from = 0, to = null }, now) {
  const readings = said.filter(([, at]) => at >= from && at <= (to ?? latest(now))).sort((a, b) => a[1] - b[1]);
  if (readings.length === 0) return { now: { standing: to === null ? "no_readings" : "over" } };
  const far = (temp) => Math.max(0, low - temp || 0, temp - high || 0);
  const times = readings.map(([, at]) => at);
  const newest = times.at(-1);
  const is = { over: to !== null, not_asked: (low ?? high) === undefined, silent: isSilent(newest, now) };
  const until = is.over || is.silent ? newest : now;
  // What each sensor read last; of those that are not silent, the worst.
  const lasts = [...new Map(readings.map(([name, ...one]) => [name, one])).values()].filter(([at]) => !isSilent(at, until));
  const [at, temp_c] = lasts.sort((a, b) => far(b[1]) - far(a[1]) || b[0] - a[0])[0];
  const temps = readings.map(([, , temp]) => temp).sort((a, b) => a - b);
  const series = [from || times[0], ...times, to ?? newest];
  return {
    now: { standing: Object.keys(is).find((one) => is[one]) ?? (far(temp_c) > 0 ? "out_of_range" : "in_range"), at, temp_c },
    course: { min_c: temps[0], max_c: temps.at(-1), outside: temps.filter(far).length, gaps: series.filter((one, n) => isSilent(one, series[n + 1])).length },
  };
}
