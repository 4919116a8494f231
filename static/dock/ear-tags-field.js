// A list of ear tags: pasted, typed, scanned one by one or from a file. What is wrong with which row is said at once.

import { readEarTags } from "../workbench/ear-tags.js";
import { textOf } from "./readings.js";
import { FieldFault } from "./form.js";
import { el, fill, note, of, t, tell } from "./ui.js";

/** Bytes of a file that is read. */
const FILE_BYTES_MAX = 1024 * 1024;
/** Rows that are listed; the others are counted. */
const ROWS_MAX = 12;

const rows = (list, kind) =>
  list.length === 0
    ? null
    : [
        el("ul", { class: "plain" }, list.slice(0, ROWS_MAX).map((one) => el("li", {}, el("span", { class: kind }, t(`第 ${one.row} 行 `, `Row ${one.row} `), one.text ? [el("bdi", {}, one.text), " · "] : "", of(one))))),
        list.length > ROWS_MAX ? el("p", { class: "small" }, t(`还有 ${list.length - ROWS_MAX} 行`, `${list.length - ROWS_MAX} more`)) : null,
      ];

/**
 * The field.
 * @param {{kindOf?: () => string | undefined, headsOf?: () => string | undefined}} how class of the animals, and how many the paper says
 */
export function earTagsField({ kindOf = () => undefined, headsOf = () => undefined } = {}) {
  const id = "ear-tags";
  const input = el("textarea", { id, rows: 4, inputmode: "numeric", autocomplete: "off" });
  const told = el("div", { role: "status" });
  const file = el("input", { type: "file", id: `${id}-file`, accept: ".csv,.txt,text/csv,text/plain", class: "away" });
  const read = () => readEarTags(input.value, { kind: kindOf() });
  const look = () => {
    if (input.value.trim() === "") return fill(told);
    const { tags, faults, warnings } = read();
    const heads = headsOf();
    const isOther = heads !== undefined && heads !== String(tags.length);
    return fill(
      told,
      note(faults.length > 0 || isOther ? "warn" : "good", el("b", { id: "tag-count" }, t(`${tags.length} 个耳标号`, `${tags.length} ear tags`)), isOther ? t(`，证上 ${heads} 头`, `; the paper says ${heads} heads`) : "", faults.length > 0 ? t(`，${faults.length} 行有误`, `; ${faults.length} rows are wrong`) : ""),
      rows(faults, "bad"),
      rows(warnings, "warn"),
    );
  };
  input.addEventListener("input", look);
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    if (chosen.size > FILE_BYTES_MAX) return tell(t("文件超过 1 MB，请只留耳标号一列", "The file is larger than 1 MB; keep the column of tags alone"), "bad");
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) return tell(t("这是 Excel 文件，请另存为 CSV，或复制后粘贴", "This is an Excel file: save it as CSV, or copy and paste"), "bad");
    input.value = textOf(bytes);
    look();
  });
  const node = el(
    "div",
    { class: "field" },
    el("label", { for: id }, t("耳标号清单", "Ear tags")),
    el("span", { class: "hint" }, t("每行一个 15 位数字，可整列粘贴", "one in a row, or a column that is pasted; fifteen digits")),
    input,
    el("label", { class: "button", for: file.id }, t("导入文件（CSV）", "From a file (CSV)")),
    file,
    told,
  );
  /** The tags. @throws {FieldFault} if a row is wrong */
  const get = () => {
    const { tags, faults } = read();
    look();
    if (faults.length > 0) throw new FieldFault("ear_tags", [`耳标号清单有 ${faults.length} 行有误，请改正或删去`, `${faults.length} rows of the list of ear tags are wrong: mend them or take them out`]);
    return tags;
  };
  /** One more, as it was scanned; whether it is new. */
  const add = (tag) => {
    const isNew = !read().tags.includes(tag);
    if (isNew) input.value = `${input.value.trim()}\n${tag}`.trim();
    else tell(t("这个耳标已在清单里", "this ear tag is listed already"));
    look();
    return isNew;
  };
  return { name: null, node, get, add, look };
}
