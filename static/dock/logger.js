// A logger's file, looked at first and signed then, for a leg or for a zone. What this phone signed of a logger before is not signed again;
// of what other devices of the site signed the server takes one record.

import { sha256, toHex, toUtf8 } from "../verify/bytes.js";
import { observe } from "../workbench/drafts.js";
import { Form, typed } from "./form.js";
import { saidOf } from "./leg.js";
import { inRecords, latest, readLogger } from "./readings.js";
import { button, complain, dated, dayOf, el, facts, fill, moment, note, of, t, tell } from "./ui.js";

/** Letters of the name that the server keeps of what rows were signed. */
const ROW_CHARS = 32;
const DEVICE_CHARS_MAX = 60;

let boxes = 0;

/** A moment, with its year if it is another than this one. */
export const when = (dock, at) => (dayOf(at).slice(0, 4) === dayOf(dock.clock.seconds()).slice(0, 4) ? moment : dated)(at);

/** A place for a file. @param {(file: File) => Promise<void>} look @param {...Node} more below */
export function fileBox(label, accept, look, ...more) {
  const id = `file${(boxes += 1)}`;
  const input = el("input", { type: "file", id, accept, class: "away" });
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file) look(file).catch(complain);
    input.value = "";
  });
  return el("div", { class: "stack" }, el("label", { class: "button", for: id }, label), input, more);
}

/**
 * A place for a logger's file.
 * @param {import("./dock.js").Dock} dock
 * @param {{dispatch?: string, zone?: string}} about
 * @param {(op_id: string) => void} signed
 * @param {() => number} [since] before which nothing counts
 */
export function loggerBox(dock, about, signed, since = () => 0) {
  const place = el("div", {});
  const mark = `logger:${about.zone ?? ""}`;

  const sign = async (form, readings) => {
    const { device } = form.values();
    await dock.keep(mark, { device });
    const sensors = (await saidOf(dock, about.dispatch ?? about.zone)).flatMap(({ site, body }) => (site === dock.site && body.sensors) || []);
    const before = new Set(sensors.flatMap((one) => (one.device === device ? one.readings.map(String) : [])));
    const parts = inRecords(readings.filter((one) => !before.has(String(one))));
    if (parts.length === 0) return tell(t("这些读数以前已签名，不再签", "These readings are signed already"), "good");
    const said = async (part) => {
      const draft = observe({ ...about, sensors: [{ device, readings: part }] });
      const op_id = toHex(await sha256(toUtf8(dock.site + JSON.stringify(draft))));
      return { op_id, row: op_id.slice(0, ROW_CHARS), draft };
    };
    const all = await Promise.all(parts.map(said));
    await dock.sayAll(all, dock.site);
    fill(place);
    return signed(all.at(-1).op_id);
  };

  const look = async (file) => {
    const { readings: all, faults, template } = readLogger(new Uint8Array(await file.arrayBuffer()));
    const readings = all.filter(([at]) => at <= latest(dock.clock.seconds()));
    const [ahead, early] = [all.length - readings.length, readings.filter(([at]) => at < since()).length];
    const temps = readings.slice(early).map(([, temp]) => temp).sort((a, b) => a - b);
    const value = (await dock.mark(mark))?.device ?? file.name.replace(/\.[^.]*$/, "").slice(0, DEVICE_CHARS_MAX);
    const form = new Form([typed("device", t("记录仪编号", "The logger's number"), { value, required: true })]);
    fill(
      place,
      readings.length > 0 ? facts([[t("格式", "Layout"), of(template)], [t("读数", "Readings"), readings.length], [t("从", "From"), when(dock, readings[0][0])], [t("到", "Until"), when(dock, readings.at(-1)[0])], [t("最低、最高", "Lowest, highest"), temps.length > 0 ? `${temps[0]} ~ ${temps.at(-1)} ℃` : null]]) : note("bad", t("没有可用的读数", "no readings can be used")),
      ahead > 0 ? note("warn", t(`${ahead} 个读数晚于现在（到 ${when(dock, all.at(-1)[0])}），不会登记`, `${ahead} readings lie ahead (until ${when(dock, all.at(-1)[0])}) and are left out`)) : null,
      early > 0 ? note("", t(`${early} 个读数早于装车，不计入`, `${early} readings from before loading do not count`)) : null,
      faults.length > 0 ? note("warn", t(`${faults.length} 行读不出，不会登记：`, `${faults.length} rows cannot be read and are left out: `), faults.slice(0, 5).map(of).join("；")) : null,
      readings.length > 0 ? [form.node, button(t("签名登记", "Sign"), () => sign(form, readings), { kind: "strong" })] : null,
    );
  };
  return fileBox(t("导入记录仪文件（CSV）", "Read a logger's file (CSV)"), ".csv,.txt,text/csv,text/plain", look, place);
}
