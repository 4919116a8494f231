// Files of vehicles 一车一档, as the devices of this site share them: what was said of a vehicle the last time is offered the next
// time its plate is typed. A record carries plate and driver (sealed), cleaning, and a tank's sheet; numbers of road permits
// are in no record.

import { KINDS } from "../verify/kinds.js";
import { cargoName, cargoOf, tankBan } from "./bulk.js";
import { Form, choice, contradicted, momentField, more, typed } from "./form.js";
import { button, dayOf, doubts, el, facts, fill, go, moment, note, of, t, tell } from "./ui.js";

const KIND = "vehicle";
/** Earlier cargoes of a tank that are kept. */
const CARGOES_MAX = 6;

export const COLOURS = [
  ["2", ["黄牌", "yellow"]],
  ["1", ["蓝牌", "blue"]],
  ["94", ["绿牌", "green"]],
];

/** A plate as people type it; null if it is none. */
export const readPlate = (text) => (KINDS.plate(text.toUpperCase()) ? text.toUpperCase() : null);

/** The field of a plate. */
export const plateField = (how = {}) => typed("plate", t("车牌", "Plate"), { read: readPlate, wrong: ["车牌写法不对，例如 浙F12345", "the plate is not written as plates are"], ...how });

/** What is kept of a vehicle. @returns {Promise<object | null>} */
export const vehicleFile = (dock, plate) => dock.notes.get(KIND, plate);

/** All of them, the last used first. */
export const vehicleFiles = (dock) => dock.notes.list(KIND);

/**
 * Keeps what was said of a vehicle, over what was said before.
 * @param {object} [seen] its file as the person saw it: what they left as it was, another device may have changed since
 */
export async function keepVehicle(dock, plate, said, seen = {}, more = {}) {
  const before = (await vehicleFile(dock, plate)) ?? {};
  const told = Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== undefined && value !== "" && String(value) !== String(seen[name])));
  await dock.notes.put({ ...before, ...told, kind: KIND, plate }, more);
}

/** Notes what a tank carries now, so that it is the last cargo the next time. */
export async function keepCargo(dock, plate, kind) {
  const before = (await vehicleFile(dock, plate))?.cargoes ?? [];
  await keepVehicle(dock, plate, { cargoes: [kind, ...before].slice(0, CARGOES_MAX) });
}

/** Which licences of a vehicle have run out. @param {string} today */
export const overdue = (file, today) =>
  [
    [file.road_permit_valid_to, ["道路运输证", "the road permit"]],
    [file.tank_permit_valid_to, ["准运证", "the tank's permit"]],
  ]
    .filter(([day]) => day && day < today)
    .map(([day, [zh, en]]) => [`${zh}已于 ${day} 到期`, `${en} ran out on ${day}`]);

const lines = (text) => text.split("\n").map((one) => one.trim()).filter(Boolean).slice(0, CARGOES_MAX);

function fields(file) {
  return [
    plateField({ value: file.plate ?? "", required: true }),
    choice("colour", t("车牌颜色", "Colour of the plate"), COLOURS, { value: file.colour ?? "2" }),
    typed("trailer", t("挂车车牌", "Plate of the trailer"), { value: file.trailer ?? "", read: readPlate }),
    typed("driver", t("司机姓名", "Driver"), { value: file.driver ?? "" }),
    typed("phone", t("司机电话", "Driver's phone"), { value: file.phone ?? "", inputmode: "tel" }),
    typed("road_permit", t("道路运输证号", "Road permit"), { value: file.road_permit ?? "" }),
    typed("road_permit_valid_to", t("道路运输证有效期至", "Road permit valid until"), { value: file.road_permit_valid_to ?? "", kind: "date" }),
    typed("cleaning", t("上次清洗消毒方式", "How it was cleaned last"), { value: file.cleaning ?? "" }),
    momentField("cleaned_at", t("上次清洗时间", "When it was cleaned last"), file.cleaned_at),
    more(t("罐车", "Tanker"), [
      typed("container", t("罐体编号", "Number of the tank"), { value: file.container ?? "" }),
      typed("tank_permit", t("准运证编号", "Permit of the tank"), { value: file.tank_permit ?? "" }),
      typed("tank_permit_valid_to", t("准运证有效期至", "Permit valid until"), { value: file.tank_permit_valid_to ?? "", kind: "date" }),
      typed("cargoes", t("以前装过什么，一行一种，最近的在前", "Earlier cargoes, one a line, the last first"), { value: (file.cargoes ?? []).map(cargoName).join("\n"), rows: 3 }),
    ]),
  ];
}

/** The files of this site's vehicles, or one of them. @param {import("./dock.js").Dock} dock */
export async function vehiclesScreen(dock, main, plate) {
  const today = dayOf(dock.clock.seconds());
  if (plate !== undefined) {
    const file = (await vehicleFile(dock, plate)) ?? {};
    const form = new Form(fields(file));
    contradicted(form, file.others);
    const save = async () => {
      const { plate: number, cargoes, ...said } = form.values();
      await keepVehicle(dock, number, { ...said, cargoes: cargoes === undefined ? undefined : lines(cargoes).map((one) => cargoOf(one)[0]) }, file, { decided: file.others });
      tell(t("已存，本场所各设备共享", "kept for the devices of this site"), "good");
      globalThis.location.hash = "#/vehicles";
    };
    fill(main, el("h1", {}, t("车辆档案", "A vehicle's file")), form.node, el("div", { class: "foot" }, button(t("保存", "Keep"), save, { kind: "strong", id: "save" })));
    return undefined;
  }
  const draw = async () => {
    const files = await vehicleFiles(dock);
    const cards = files.map((file) => {
      const ban = tankBan(file.cargoes ?? []);
      const late = overdue(file, today).map((one) => el("span", { class: "small bad" }, of(one)));
      const what = el("div", { class: "what" }, el("b", {}, el("bdi", {}, file.plate)), el("span", { class: "small" }, [file.driver, file.cleaning, moment(file.at)].filter(Boolean).join(" · ")), ban ? el("span", { class: "small bad" }, of(ban)) : null, late, doubts(file));
      return el("li", { class: "card" }, what, go(t("打开", "Open"), `#/vehicles/${encodeURIComponent(file.plate)}`));
    });
    fill(
      main,
      el("h1", {}, t("车辆档案（一车一档）", "Vehicles' files")),
      note("", t("本场所各设备共享，不入账。车牌、司机随运单密封，清洗和罐车联单随运单公开；道路运输证不随运单。", "Shared by this site's devices, not recorded. Plate and driver travel sealed with a waybill, cleaning and a tank's sheet in the clear; road permits do not travel.")),
      cards.length > 0 ? el("ul", { class: "cards" }, cards) : null,
      el("div", { class: "stack" }, go(t("登记一辆车", "Note a vehicle"), "#/vehicles/", { kind: "strong" })),
    );
  };
  await draw();
  return dock.listen(() => draw());
}

/** A vehicle's file in a few facts, where goods are loaded. */
export const fileFacts = (file, today) => [
  facts([
    [t("道路运输证", "Road permit"), file.road_permit],
    [t("上次清洗", "Cleaned last"), [file.cleaning, file.cleaned_at?.replace("T", " ")].filter(Boolean).join(" ")],
    [t("前次装载", "Carried before"), file.cargoes?.slice(0, 3).map(cargoName).join("、")],
  ]),
  overdue(file, today).map((one) => note("bad", of(one))),
  doubts(file),
];
