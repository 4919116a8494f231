// Goods leave: which lots, for whom, by whom they travel; then what is missing, then one signature for all of it.

import { dispatch } from "../workbench/drafts.js";
import { resolve } from "../workbench/resolve.js";
import { Problem } from "../workbench/api.js";
import { KINDS } from "../verify/kinds.js";
import { forWhom } from "./agents.js";
import { county, countyName, knowCounties } from "./counties.js";
import { bulkFields, cargoName, sheetNotes, sheetOf } from "./bulk.js";
import { FieldFault, Form, between, choice, listOf, momentField, more, secondsOf, typed } from "./form.js";
import { amount, nameOf, placeName, shortLot } from "./goods.js";
import { rangeWords, temperature } from "./measured.js";
import { lacking, stockHere } from "./home.js";
import { Picker } from "./plans.js";
import { WHY, receiptToReturn } from "./returns.js";
import { scanBox, signal } from "./scanbox.js";
import { papersOf, thereWords } from "./seams.js";
import { button, dated, dayOf, el, facts, fill, go, note, of, put, t, tell } from "./ui.js";
import { COLOURS, fileFacts, keepCargo, keepVehicle, plateField, readPlate, vehicleFile, vehicleFiles } from "./vehicles.js";

const LAST = "last-dispatch";

/** How goods travel; a vehicle that leaves at once leaves now. */
export const TRANSPORT = [
  ["own", ["自己的车", "Own vehicle"]],
  ["carrier", ["承运人", "A carrier"]],
  ["consignee", ["对方来提", "They fetch it"]],
];

/** A number for a waybill that nobody else gives: the day, and something of the press that signs it. */
const numberOf = (prefix, op_id, seconds) => `${prefix}${dayOf(seconds).replaceAll("-", "")}-${op_id.replaceAll("-", "").slice(-8).toUpperCase()}`;

/** The highest temperature that all goods of a plan ask for. */
function askedTemperature(rows) {
  const asked = rows.map(({ row }) => row.temp_max_c).filter((one) => one !== null && one !== undefined);
  return asked.length === 0 ? "" : asked.reduce((least, one) => (Number(one) < Number(least) ? one : least));
}

/** Fields that the file of a vehicle fills; the last three are of its tank. */
const FILED = ["colour", "trailer", "driver", "phone", "cleaning", "cleaned_at", "container", "tank_permit", "tank_permit_valid_to"];

function vehicleFields(last, files, filled) {
  const plate = plateField({ value: last.plate ?? "", list: files.map((file) => [file.plate, file.driver ?? ""]) });
  plate.input.addEventListener("change", () => filled(readPlate(plate.input.value.trim())));
  return [
    plate,
    choice("colour", t("车牌颜色", "Colour of the plate"), COLOURS, { value: last.colour ?? "2", required: false }),
    typed("trailer", t("挂车车牌", "Plate of the trailer"), { value: last.trailer ?? "", read: readPlate }),
    typed("driver", t("司机姓名", "Driver"), { value: last.driver ?? "" }),
    typed("phone", t("司机电话", "Driver's phone"), { value: last.phone ?? "", inputmode: "tel" }),
    typed("seals", t("封签号，多个用空格隔开", "Seals, with spaces between"), {}),
    temperature("temp_max_c", t("最高温度 ℃", "Highest temperature, °C")),
    temperature("temp_min_c", t("最低温度 ℃", "Lowest temperature, °C")),
    temperature("precool_c", t("装货时车厢温度 ℃", "Loading space when loading began, °C")),
    typed("cleaning", t("上次清洗消毒方式", "How it was cleaned last"), { value: last.cleaning ?? "" }),
    momentField("cleaned_at", t("上次清洗时间", "When it was cleaned last"), last.cleaned_at),
  ];
}

function wayFields(last, known, files, filled, back) {
  const carrier = typed("carrier", t("承运人的统一社会信用代码", "The carrier's credit code"), { value: last.carrier ?? "", read: (text) => (KINDS.party(text.toUpperCase()) ? text.toUpperCase() : null) });
  const show = (way) => carrier.node.toggleAttribute("hidden", way !== "carrier");
  show(last.transport ?? "own");
  const about = el("div", {});
  return [
    typed("consignee", t("收货场所", "Goes to"), { value: last.consignee ?? "", required: true, list: known.map((one) => [one.id, placeName(one)]), hint: t("扫对方的场所码，或输入场所编号", "scan the site's code, or type its number") }),
    ...(back ? [choice("why", t("为什么退回", "Why it goes back"), WHY, {})] : []),
    choice("transport", t("怎么走", "How it travels"), TRANSPORT, { value: last.transport ?? "own", changed: show }),
    carrier,
    more(t("车辆、封签、温度", "Vehicle, seals, temperature"), [...vehicleFields(last, files, (plate) => filled(plate, about)), between(about), between(go(t("车辆档案", "Vehicles' files"), "#/vehicles"))]),
    bulkFields(),
  ];
}

/** The site that was named; its county is needed for the waybill: where it cannot be looked up, it is asked for. */
async function consigneeOf(dock, id, asked) {
  const found = await dock.siteBy(id.trim()).catch((error) => asked(id.trim(), error));
  if (!found) throw new FieldFault("consignee", ["没有登记这个场所", "there is no such site"]);
  if (found.id === dock.site) throw new FieldFault("consignee", ["不能发给本场所", "goods are not sent to where they are"]);
  return found;
}

function bodyOf(values, { from, to, waybill, sheet, at }) {
  const { transport, carrier, plate, colour, trailer, driver, phone, cleaning, cleaned_at, why } = values;
  // When it was cleaned is signed: nobody but a person says it.
  if (cleaning && !cleaned_at) throw new FieldFault("cleaned_at", ["请填写上次清洗时间，或清空清洗方式", "please say when it was cleaned, or empty how"]);
  const cleaned = cleaned_at ? secondsOf(cleaned_at) : null;
  if (cleaned !== null && cleaned > at) throw new FieldFault("cleaned_at", ["清洗时间不能晚于现在", "it was not cleaned in the future"]);
  if (transport === "carrier" && !carrier) throw new FieldFault("carrier", ["请填写承运人", "please say who carries"]);
  return {
    ...{ waybill, consignee: to.id, transport, departs_at: at },
    ...{ load_county: from.county.code, unload_county: to.county.code },
    ...{ carrier: transport === "carrier" ? carrier : undefined },
    ...{ temp_max_c: values.temp_max_c, temp_min_c: values.temp_min_c, precool_c: values.precool_c },
    ...{ seals: values.seals ? listOf(values.seals) : undefined },
    ...{ cleaning: cleaning ? { method: cleaning, at: cleaned } : undefined },
    ...{ vehicle: plate ? { plate, colour: colour ?? "2", ...(trailer ? { trailer } : {}) } : undefined },
    // What goes back says so where both sides read it, and nobody else.
    ...{ terms: why ? `退货：${WHY.find(([one]) => one === why)[1][0]}` : undefined },
    ...{ bulk: sheet, on_behalf_of: values.on_behalf_of },
    ...{ driver: driver ? { name: driver, ...(phone ? { phone } : {}) } : undefined },
  };
}

class DispatchScreen {
  /** @param {{id: string, to: string} | null} back the receipt of which goods go back */
  constructor(dock, main, back) {
    Object.assign(this, { dock, main, back });
    /** What is planned is kept until it is signed, so that a paper that is missing or a closed page costs no scan. */
    this.mark = `plan:${dock.site}:${back?.id ?? ""}`;
  }

  async open() {
    const { dock } = this;
    this.stock = await stockHere(dock);
    const kept = await dock.mark(this.mark);
    const plan = kept && !(await dock.db.get("outbox", kept.op_id)) ? kept : null;
    this.op_id = plan?.op_id ?? dock.newOp();
    const last = (await dock.mark(LAST)) ?? {};
    const { back } = this;
    const ofReceipt = ({ credit }) => back === null || credit.record === back.id;
    const chosen = plan ? [] : back ? this.stock.held.filter(ofReceipt).map(({ credit }) => `${credit.record}#${credit.n}`) : [];
    this.picker = new Picker(this.stock.held, { changed: () => this.changed(), only: ofReceipt, chosen, mayStop: back === null });
    const fields = wayFields(back ? { ...last, consignee: back.to } : last, await dock.placesKnown(), await vehicleFiles(dock), (plate, about) => this.fillVehicle(plate, about), back);
    this.whom = await forWhom(dock);
    this.county = { name: "to_county", node: el("div", {}), of: null, field: null, get: () => this.county.field?.get() };
    this.form = new Form([this.whom, fields[0], this.county, ...fields.slice(1)]);
    /** What stands in the fields of a vehicle without anybody having typed it. */
    this.filled = { ...last };
    this.bottom = el("div", { class: "foot" });
    if (plan) this.restore(plan);
    // Only now: what is put back is no change. Whatever is typed or chosen in the form gets here.
    for (const what of ["input", "change"]) this.form.node.addEventListener(what, () => this.keep());
    this.draw(plan);
  }

  /** Every control of the form, with what it is called. */
  get controls() {
    return [...this.form.node.querySelectorAll("[name]:not([name=to_county])")].map((node) => [node.type === "radio" ? node.value : node.name, node]);
  }

  keep() {
    const { filled, file, op_id } = this;
    const rows = this.picker.chosen.map(({ row: { credit }, input }) => [`${credit.record}#${credit.n}`, input.value]);
    const said = this.controls.map(([name, node]) => [name, node.type === "radio" ? node.checked : node.value]);
    return this.dock.keep(this.mark, { op_id, rows, said, filled, file });
  }

  changed() {
    this.foot();
    this.keep();
  }

  /** Puts back what was planned; a form that has other fields by now begins anew. */
  restore({ rows, said, filled, file }) {
    this.picker.put(new Map(rows));
    const { controls } = this;
    if (String(controls.map(([name]) => name)) !== String(said.map(([name]) => name))) return;
    Object.assign(this, { filled, file });
    for (const [at, [, node]] of controls.entries()) {
      if (node.type !== "radio") node.value = said[at][1];
      else if (said[at][1]) node.click();
    }
  }

  draw(plan) {
    const { back, dock } = this;
    const anew = async () => {
      await dock.forget(this.mark);
      this.box.stop();
      await this.open();
    };
    this.box = scanBox((text) => this.take(text), { label: t("扫要发的批次，或对方的场所码", "Scan lots to send, or the code of the site") });
    fill(
      this.main,
      el("h1", {}, back ? t("退回", "Send back") : t("发货", "Dispatch")),
      plan ? [note("", t("接着上次没有签的发货。", "This was left unsigned.")), button(t("重新填", "Begin anew"), anew)] : null,
      this.box.node,
      el("h2", {}, t("批次和数量", "Lots and quantities")),
      this.picker.node,
      el("h2", {}, t("发给谁", "To whom")),
      this.form.node,
      this.bottom,
    );
    this.foot();
  }

  foot() {
    fill(this.bottom, button(t(`核对（${this.picker.count} 行）`, `Check (${this.picker.count} lines)`), () => this.review(), { kind: "strong", id: "review" }));
  }

  /** Fills in what is kept of a vehicle. */
  async fillVehicle(plate, about) {
    const file = plate ? await vehicleFile(this.dock, plate) : null;
    this.file = file ?? {};
    fill(about, file ? fileFacts(file, dayOf(this.dock.clock.seconds())) : null);
    for (const name of FILED) {
      const input = this.form.node.querySelector(`[name=${name}]`);
      // What was filled in for another vehicle is not said of this one; what a person typed stays.
      if (input && (file?.[name] || input.value === this.filled[name])) this.filled[name] = input.value = file?.[name] ?? "";
    }
    for (const [at, code] of (file?.cargoes ?? []).slice(0, 3).entries()) this.form.node.querySelector(`[name=cargo${at}]`).value = cargoName(code);
    this.keep();
  }

  take(text) {
    const found = resolve(text);
    if (found.outcome === "one" && found.meanings[0].scheme === "site") {
      signal("good");
      this.form.node.querySelector("[name=consignee]").value = found.meanings[0].key;
      this.keep();
      return tell(t("收货场所已填", "the site is filled in"), "good");
    }
    return this.picker.scan(text);
  }

  async review() {
    try {
      await this.look();
    } catch (error) {
      this.form.reveal(error.field);
      throw error;
    }
  }

  /** A site that cannot be looked up now: by its number, and by the county that a person says. */
  async unknownSite(id, fault, code) {
    if (fault instanceof Problem || !KINDS.site(id)) throw fault instanceof Problem ? fault : new FieldFault("consignee", ["场所编号写法不对", "this is no number of a site"]);
    if (this.county.of === id && code) return { id, name: null, county: { code } };
    await knowCounties();
    this.county.of = id;
    this.county.field = county("to_county", t("收货场所在哪个县", "The county of that site"), {});
    fill(this.county.node, this.county.field.node);
    throw new FieldFault("to_county", ["没有网络，查不到这个场所：请填写它在哪个县", "without a network this site cannot be looked up: please say in which county it is"]);
  }

  async look() {
    const taken = this.picker.taken();
    const values = this.form.values();
    const to = await consigneeOf(this.dock, values.consignee, (id, fault) => this.unknownSite(id, fault, values.to_county));
    const from = this.stock.site ?? (await this.dock.siteBy(this.dock.site));
    if (values.temp_max_c === undefined) {
      const asked = askedTemperature(taken);
      values.temp_max_c = asked === "" ? undefined : asked;
    }
    const at = this.dock.clock.seconds();
    const sheet = sheetOf(values, { number: numberOf("LD", this.op_id, at), at, county: from.county.code });
    const body = bodyOf(values, { from, to, at, sheet, waybill: numberOf("YD", this.op_id, at) });
    this.box.stop();
    const some = (names) => Object.fromEntries(names.map((name) => [name, values[name]]));
    if (!this.back) await this.dock.keep(LAST, some(["consignee", "transport", "carrier", "plate", ...FILED.slice(0, -3)]));
    if (values.plate) await keepVehicle(this.dock, values.plate, some(FILED), this.file);
    // What was said of this vehicle is in its file by now, and is said of no other.
    this.filled = values;
    await this.confirm(taken, body, to);
  }

  async confirm(taken, body, to) {
    const papers = el("div", {}, note("", t("正在核对证明…", "Looking for papers…")));
    const sign = async () => {
      const item = await this.dock.say(dispatch(taken, body, { refs: this.back ? [this.back.id] : [], blobs: this.whom.blobsOf(body.on_behalf_of) }), this.op_id);
      await this.dock.forget(this.mark);
      if (this.there) await this.dock.keep(`papers:${item.id}`, { there: this.there });
      if (body.bulk && body.vehicle) await keepCargo(this.dock, body.vehicle.plate, body.bulk.kind);
      globalThis.location.hash = `#/waybill/${item.id}`;
    };
    fill(
      this.main,
      el("h1", {}, t("核对后签名", "Check, then sign")),
      papers,
      facts([
        [t("发给", "To"), `${placeName(to)}（${to.id}）`],
        [t("卸货县", "Unloaded in"), to.name === null ? countyName(body.unload_county) : null],
        [t("运单号", "Waybill"), body.waybill],
        [t("运输", "Transport"), of(TRANSPORT.find(([one]) => one === body.transport)[1])],
        [t("承运人", "Carrier"), body.carrier],
        [t("车牌", "Plate"), body.vehicle?.plate],
        [t("挂车", "Trailer"), body.vehicle?.trailer],
        [t("司机", "Driver"), [body.driver?.name, body.driver?.phone].filter(Boolean).join(" ")],
        [t("清洗", "Cleaned"), body.cleaning ? `${body.cleaning.method} · ${dated(body.cleaning.at)}` : t("没有填", "not said")],
        [t("封签", "Seals"), body.seals?.join("、") ?? t("没有", "none")],
        [t("温度要求", "Temperature"), rangeWords(body)],
        [t("装货时车厢温度", "Loading space"), body.precool_c === undefined ? null : `${body.precool_c} ℃`],
        [t("散装联单", "Bulk sheet"), body.bulk?.sheet],
        [t("说明", "Terms"), body.terms],
      ]),
      sheetNotes(this.dock, body.bulk).map((one) => note("warn", t("散装联单：", "Bulk sheet: "), of(one))),
      el("ul", { class: "plain" }, taken.map(({ row, quantity }) => el("li", {}, el("span", { class: "row" }, el("b", {}, nameOf(row)), el("span", { class: "amount" }, amount(quantity, row.uom))), el("span", { class: "small" }, el("bdi", {}, shortLot(row.lot)))))),
      el("div", { class: "foot" }, button(t(`签名发货（${taken.length} 行）`, `Sign for ${taken.length} lines`), sign, { kind: "strong", id: "sign" }), button(t("返回修改", "Back"), () => this.draw())),
    );
    this.main.focus();
    await this.tellMissing(papers, taken, body);
  }

  async tellMissing(place, taken, body) {
    const told = await papersOf(this.dock, { from: this.dock.site, to: body.consignee, lots: taken.map(({ row }) => row.lot) }).catch(() => null);
    this.there = told?.there;
    const titled = (title, all, rows) => (all.length > 0 ? [note("bad", el("b", {}, title)), rows(all)] : null);
    const plain = (all) => el("ul", {}, all.map((one) => el("li", {}, shortLot(one.lot), " ", of(one), one.reference ? t("（供参考）", " (for reference)") : "")));
    // What has to be there has a way to where it is put right; the plan waits meanwhile.
    const needed = (all) => [el("ul", { class: "cards" }, lacking({ ...this.stock, lacking: all.filter(({ reference }) => !reference) })), plain(all.filter(({ reference }) => reference))];
    if (told === null) fill(place, note("warn", t("现在不能核对证明，收货时会核对。请自己确认该有的证明都有。", "Papers cannot be looked up now; they are on arrival. Please see to it that they are there.")));
    else if (told.missing.length + told.stops.length === 0) fill(place, note("good", t("该有的证明都有。", "Every paper that is asked for is there.")));
    else fill(place, titled(t("先不要发：", "Do not send: "), told.stops, plain), titled(t("还缺：", "Missing: "), told.missing, needed));
    if (told?.there.length > 0) put(place, note("good", el("b", {}, t("已有：", "There: ")), told.there.map(thereWords).join(t("、", ", "))));
  }
}

/**
 * @param {import("./dock.js").Dock} dock
 * @param {"return"} [what] goods of a receipt go back
 * @param {string} [receipt]
 */
export async function dispatchScreen(dock, main, what, receipt) {
  const back = what === "return" ? await receiptToReturn(dock, receipt) : null;
  const screen = new DispatchScreen(dock, main, back);
  await screen.open();
  return () => screen.box.stop();
}
