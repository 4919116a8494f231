// Lists of ear tags 畜禽标识: fifteen digits, of which the first is the species and the next six the county. They come typed,
// pasted or in a file with separated values, one or several in a row; every row that is wrong is said with its number.

import { LIMITS } from "../verify/tables.js";
import { IdFault } from "./faults-of-codes.js";
import { namesACounty, readEarTag } from "./identifiers.js";

/** Species by the first digit, and classes of live animals that have it. */
const CLASSES = { 1: "live_pig", 7: "live_pig", 2: "live_cattle", 3: "live_sheep" };

/** Most ear tags of one certificate. */
export const EAR_TAGS_MAX = LIMITS.EAR_TAGS_MAX;

/** Characters of a list at most: a thousand tags with other columns beside them. */
export const LIST_CHARS_MAX = 1_000_000;

/** How files head the column of tags. */
const HEADINGS = /^(?:耳标|耳标号|耳标号码|牲畜耳标号|畜禽标识|畜禽标识号|标识编码|eartag|eartagno|eartagnumber)$/i;

/** Half-width digits without what people put between them, and without the mark with which some tables begin a text. */
const plain = (text) =>
  text
    .normalize("NFKC")
    .replace(/[\s\u200b\ufeff]/g, "")
    .replace(/^["'`=]+|["'`]+$/g, "");

/** Cells of a row: a comma, semicolon or tab parts them, as do the stops of Chinese lists. */
const cellsOf = (row) => row.split(/[,;\t，；、|]/).map(plain);

const isHeading = (cells) => cells.some((cell) => HEADINGS.test(cell.replace(/[()（）_.-]/g, "")));

/**
 * What a cell says if it was meant to be a tag: all digits and letters of about that length. A name or a date is none.
 * Numbers that a table has rounded (1.33042E+14) are meant as tags, and are lost.
 */
const isMeant = (cell) => /^[0-9A-Za-z.+-]{12,20}$/.test(cell) && /[0-9]{6}/.test(cell);
const isRounded = (cell) => /^[0-9]\.[0-9]+E\+?1[0-9]$/i.test(cell);

function faultOf(cell, kind) {
  if (isRounded(cell)) return ["表格把号码改成了科学计数，末尾几位已丢失，请把这一列设为文本再导出", "the table has rounded this number; export the column as text"];
  if (cell.length !== 15) return [`应为 15 位数字，这里是 ${cell.length} 位`, `fifteen digits are asked for, these are ${cell.length}`];
  try {
    readEarTag(cell);
  } catch (error) {
    if (!(error instanceof IdFault)) throw error;
    return /^[0-9]{15}$/.test(cell) ? ["首位应为 1（猪）、2（牛）、3（羊）或 7（种猪）", "the first digit is 1 (pig), 2 (cattle), 3 (sheep) or 7 (breeding sow)"] : ["有不是数字的字符", "a character is no digit"];
  }
  if (kind && CLASSES[cell[0]] !== kind) return ["畜种与所填的类别不符", "of another species than the class says"];
  return null;
}

/**
 * Reads a list.
 * @param {string} text
 * @param {{kind?: string}} [how] class of live animals that they are to be of
 * @returns {{tags: string[], faults: {row: number, text: string, zh: string, en: string}[], warnings: {row: number, text: string, zh: string, en: string}[]}}
 *   rows are counted from 1, as a table shows them
 */
export function readEarTags(text, { kind } = {}) {
  const [tags, faults, warnings, seen] = [[], [], [], new Map()];
  if (text.length > LIST_CHARS_MAX) return { tags, faults: [{ row: 1, text: "", zh: "清单太长", en: "the list is too long" }], warnings };
  const say = (list, row, cell, [zh, en]) => list.push({ row, text: cell.slice(0, 24), zh, en });
  for (const [at, line] of text.replace(/\r\n?/g, "\n").split("\n").entries()) {
    const row = at + 1;
    const cells = cellsOf(line).filter(Boolean);
    if (cells.length === 0 || isHeading(cells)) continue;
    const meant = cells.filter((cell) => isMeant(cell) || isRounded(cell));
    if (meant.length === 0) say(faults, row, cells[0], ["没有 15 位的耳标号", "no ear tag of fifteen digits"]);
    for (const cell of meant) {
      const fault = faultOf(cell, kind);
      if (fault) {
        say(faults, row, cell, fault);
        continue;
      }
      if (seen.has(cell)) {
        say(warnings, row, cell, [`与第 ${seen.get(cell)} 行重复，只算一个`, `stands in row ${seen.get(cell)} already, and counts once`]);
        continue;
      }
      seen.set(cell, row);
      tags.push(cell);
      if (!namesACounty(cell)) say(warnings, row, cell, ["县代码不在已知的表里，请核对", "its county is in no list that is known; please check"]);
    }
  }
  if (tags.length > EAR_TAGS_MAX) say(faults, EAR_TAGS_MAX + 1, "", [`一张证明最多 ${EAR_TAGS_MAX} 个耳标号`, `one certificate has at most ${EAR_TAGS_MAX} ear tags`]);
  return { tags, faults, warnings };
}
