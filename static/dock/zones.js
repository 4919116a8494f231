// Zones of a store: how each is run, what was read last, and new readings by hand or from a logger's file.

import { observe } from "../workbench/drafts.js";
import { KINDS } from "../verify/kinds.js";
import { FieldFault, Form, more, typed } from "./form.js";
import { keepingOf, zoneState } from "./keeping.js";
import { temperature } from "./measured.js";
import { inRecords, readLogger } from "./readings.js";
import { button, complain, el, fill, moment, note, of, t, tell } from "./ui.js";

const STATES = {
  unread: ["还没有读数", "not read yet", "warn"],
  stale: ["一天内没有读数", "not read within a day", "warn"],
  in_range: ["在温区要求内", "within its range", "good"],
  out_of_range: ["超出温区要求", "outside its range", "bad"],
};

const range = ({ temp_min_c: min, temp_max_c: max }) => (min == null && max == null ? t("没有登记温度要求", "no range is enrolled") : `${min ?? ""} ~ ${max ?? ""} ℃`);
function zoneCard(dock, zone, at, now) {
  const [zh, en, mood] = STATES[zoneState(zone, now)];
  const field = temperature(`zone${at}`, t(`${zone.zone} 温度 ℃`, `${zone.zone}, °C`));
  const told = el("p", { class: `small ${mood}` }, zone.temp_c === null || zone.temp_c === undefined ? t(zh, en) : `${zone.temp_c} ℃ · ${moment(zone.read_at)} · ${t(zh, en)}`);
  return { zone, field, node: el("section", {}, el("h2", {}, zone.zone), el("p", { class: "small" }, range(zone)), told, field.node, loggerFile(dock, zone, at)) };
}

/** A logger's file of a zone. */
function loggerFile(dock, { zone }, at) {
  const place = el("div", { role: "status" });
  const input = el("input", { type: "file", id: `logger${at}`, accept: ".csv,.txt,text/csv,text/plain", class: "away" });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    try {
      const { readings, faults } = readLogger(new Uint8Array(await file.arrayBuffer()));
      const parts = inRecords(readings);
      const ops = parts.map(() => dock.newOp());
      const device = file.name.replace(/\.[^.]*$/, "").slice(0, 60) || "LOGGER";
      const sign = async () => {
        for (const [n, part] of parts.entries()) await dock.say(observe({ zone, sensors: [{ device, readings: part }] }), ops[n]);
        tell(t(`已签名 ${readings.length} 个读数`, `${readings.length} readings are signed`), "good");
        fill(place);
      };
      fill(
        place,
        readings.length === 0 ? note("bad", t("没有可用的读数", "no readings can be used")) : note("", t(`${readings.length} 个读数，${moment(readings[0][0])} 至 ${moment(readings.at(-1)[0])}`, `${readings.length} readings, ${moment(readings[0][0])} to ${moment(readings.at(-1)[0])}`)),
        faults.length > 0 ? note("warn", t(`${faults.length} 行读不出，不会登记：`, `${faults.length} rows cannot be read and are left out: `), faults.slice(0, 5).map(of).join("；")) : null,
        readings.length > 0 ? button(t("签名登记读数", "Sign these readings"), sign, { kind: "strong" }) : null,
      );
    } catch (error) {
      complain(error);
    }
  });
  return more(t("导入记录仪文件", "From a logger's file"), [{ node: el("div", { class: "stack" }, el("label", { class: "button", for: input.id }, t("选择文件（CSV）", "Choose a file (CSV)")), input, place) }]).node;
}

/** @param {import("./dock.js").Dock} dock */
export async function zonesScreen(dock, main) {
  const keeping = await keepingOf(dock);
  const now = dock.clock.seconds();
  const cards = keeping.zones.map((zone, at) => zoneCard(dock, zone, at, now));
  const ops = [...cards, null].map(() => dock.newOp());
  const other = new Form([
    more(t("登记里没有的温区", "A zone that is not enrolled"), [
      typed("name", t("温区名称", "Name of the zone"), { read: (text) => (KINDS.name(text) ? text : null) }),
      temperature("temp_c", t("温度 ℃", "Temperature, °C")),
    ]),
  ]);
  const sign = async () => {
    const { name, temp_c } = other.values();
    if ((name === undefined) !== (temp_c === undefined)) throw new FieldFault("zone", ["温区名称和温度要一起填", "name and temperature go together"]);
    const all = cards.map(({ zone, field }, at) => ({ zone: zone.zone, temp: field.get(), op: ops[at] }));
    const read = [...all, { zone: name, temp: temp_c, op: ops.at(-1) }].filter(({ temp }) => temp !== undefined);
    if (read.length === 0) throw new FieldFault("zone", ["请至少填一个温区的温度", "fill in one temperature at least"]);
    const at = dock.clock.seconds();
    let item = null;
    for (const { zone, temp, op } of read) item = await dock.say(observe({ zone, sensors: [{ device: zone, readings: [[at, temp]] }] }), op);
    globalThis.location.hash = `#/done/${item.op_id}`;
  };
  fill(
    main,
    el("h1", {}, t("温区", "Zones")),
    keeping.isTold ? null : note("warn", t("没有问到服务器，不知道登记的温区。", "The server was not asked; which zones are enrolled is not known.")),
    keeping.isTold && cards.length === 0 ? note("", t("登记里没有温区。温区由登记机构登记。", "No zones are enrolled; the registrar enrols them.")) : null,
    cards.map(({ node }) => node),
    other.node,
    el("div", { class: "foot" }, button(t("签名登记温度", "Sign the temperatures"), sign, { kind: "strong", id: "sign" })),
  );
}
