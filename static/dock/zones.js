// Zones of a store: how each is run, what was read last, and new readings by hand or from a logger's file.

import { observe } from "../workbench/drafts.js";
import { KINDS } from "../verify/kinds.js";
import { FieldFault, Form, more, typed } from "./form.js";
import { keepingOf, zoneState } from "./keeping.js";
import { loggerBox } from "./logger.js";
import { temperature } from "./measured.js";
import { button, el, fill, moment, note, t, tell } from "./ui.js";

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
  return { zone, field, node: el("section", {}, el("h2", {}, zone.zone), el("p", { class: "small" }, range(zone)), told, field.node, loggerFile(dock, zone)) };
}

/** A logger's file of a zone. */
function loggerFile(dock, { zone }) {
  const signed = () => tell(t("读数已签名", "The readings are signed"), "good");
  return more(t("导入记录仪文件", "From a logger's file"), [{ node: loggerBox(dock, { zone }, signed) }]).node;
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
