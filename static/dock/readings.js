// Readings of temperature loggers, as their files give them: separated values in UTF-8 or GBK, with a line of headings.

import { Fault } from "../verify/fault.js";
import { LIMITS } from "../verify/tables.js";
import { readTyped } from "../workbench/quantity.js";
import { TEMPLATES } from "./loggers.js";

/** Bytes of a file that is read: a year of minutes. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024;

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

/**
 * A time as loggers write it; China's unless it says otherwise.
 * @param {string} text
 * @returns {number | null} seconds
 */
export function timeOf(text) {
  const half = text.trim().replace(/[０-９：－／]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  const found = /^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?[ T]*([0-9]{1,2})[:时]([0-9]{2})(?:[:分]([0-9]{2}))?(?:\.[0-9]+)?秒?(Z|[+-][0-9]{2}:?[0-9]{2})?$/.exec(half);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const date = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(date);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return null;
  const zone = found[7];
  const sign = zone?.startsWith("-") ? -1 : 1;
  const minutes = zone === undefined ? CHINA_MINUTES : zone === "Z" ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  return date / 1000 - minutes * 60;
}

function columns(heads) {
  const names = heads.map(plain);
  for (const template of TEMPLATES) {
    const time = names.findIndex((name) => template.time.map(plain).includes(name));
    const temp = names.findIndex((name) => template.temp.map(plain).includes(name));
    if (time >= 0 && temp >= 0) return { time, temp };
  }
  return null;
}

/**
 * Reads a logger's file.
 * @param {Uint8Array} bytes
 * @returns {{readings: [number, string][], faults: {row: number, column: string, zh: string, en: string}[]}} readings in
 *   the order of their times, each time once
 * @throws {Fault} readings_form, readings_many
 */
export function readLogger(bytes) {
  if (bytes.length > FILE_BYTES_MAX) throw said("readings_large", "文件超过 20 MB", "the file is larger than 20 MB");
  const lines = textOf(bytes).replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const start = lines.findIndex((line) => [",", "\t", ";"].some((one) => columns(cellsOf(line, one))));
  if (start < 0) throw said("readings_form", "认不出列名：需要“时间”和“温度”两列", "no columns are known: it takes one of time and one of temperature");
  const separator = [",", "\t", ";"].find((one) => columns(cellsOf(lines[start], one)));
  const place = columns(cellsOf(lines[start], separator));
  const found = new Map();
  const faults = [];
  for (const [at, line] of lines.entries()) {
    if (at <= start || line.trim() === "") continue;
    const cells = cellsOf(line, separator);
    const time = timeOf(cells[place.time] ?? "");
    const temp = readTyped((cells[place.temp] ?? "").replace(/[℃°]\s*[cC]?$/, ""));
    if (time === null) faults.push({ row: at + 1, column: "time", zh: `第 ${at + 1} 行：时间写法不对`, en: `row ${at + 1}: this is no time` });
    else if (temp === null) faults.push({ row: at + 1, column: "temperature", zh: `第 ${at + 1} 行：温度写法不对`, en: `row ${at + 1}: this is no temperature` });
    else found.set(time, temp);
  }
  const readings = [...found].sort((a, b) => a[0] - b[0]);
  return { readings, faults };
}

const said = (code, zh, en) => Object.assign(new Fault(code), { zh, en });

/** Readings in as many records as they take. @param {[number, string][]} readings */
export const inRecords = (readings) =>
  Array.from({ length: Math.ceil(readings.length / LIMITS.READINGS_MAX) }, (_, at) => readings.slice(at * LIMITS.READINGS_MAX, (at + 1) * LIMITS.READINGS_MAX));

/** Seconds between readings after which there is a gap, unless a rule says otherwise. */
const GAP_S = 30 * 60;

/**
 * How a leg stands by its readings.
 * @param {[number, string][]} readings in order
 * @param {{temp_min_c?: string, temp_max_c?: string}} range
 * @param {number} now seconds
 * @returns {{code: "none" | "in_range" | "excursion" | "gap", min: string | null, max: string | null, outside: number, gaps: number}}
 */
export function stateOf(readings, { temp_min_c, temp_max_c }, now) {
  if (readings.length === 0) return { code: "none", min: null, max: null, outside: 0, gaps: 0 };
  const values = readings.map(([, temp]) => Number(temp));
  const isOut = (temp) => (temp_max_c !== undefined && temp > Number(temp_max_c)) || (temp_min_c !== undefined && temp < Number(temp_min_c));
  const outside = values.filter(isOut).length;
  const times = [...readings.map(([time]) => time), now];
  const gaps = times.slice(1).filter((time, at) => time - times[at] > GAP_S).length;
  const code = outside > 0 ? "excursion" : gaps > 0 ? "gap" : "in_range";
  const [min, max] = [Math.min(...values), Math.max(...values)].map((one) => readings[values.indexOf(one)][1]);
  return { code, min, max, outside, gaps };
}
