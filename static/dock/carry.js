// A carrier's part: taking goods over, readings on the way, another vehicle, handing them over.

import { Fault } from "../verify/fault.js";
import { readRecord } from "../verify/record.js";
import { Problem } from "../workbench/api.js";
import { deliver, handOn, observe, pickUp } from "../workbench/drafts.js";
import { Gathering, isPart, readScanned } from "../workbench/qr-sequence.js";
import { resolve } from "../workbench/resolve.js";
import { Form, choice, listOf, more, typed } from "./form.js";
import { measuredOf, rangeWords, sealsAre, sealsField, temperature } from "./measured.js";
import { knownOf, lastVehicle, paperLink, saidOf, sealsNow } from "./leg.js";
import { loggerBox, when } from "./logger.js";
import { qr } from "./qr.js";
import { stateOf } from "./readings.js";
import { scanBox, signal } from "./scanbox.js";
import { trackBox } from "./track.js";
import { COLOURS, keepVehicle, plateField } from "./vehicles.js";
import { button, complain, el, facts, fill, go, note, t, tell } from "./ui.js";

const REASONS = [
  ["breakdown", ["车辆故障", "Breakdown"]],
  ["transfer", ["中转", "Transfer"]],
  ["driver_change", ["换司机", "Another driver"]],
];

const STATES = {
  no_readings: ["还没有读数", "no readings yet", ""],
  over: ["已送达", "delivered", ""],
  in_range: ["温度在要求范围内", "within the range", "good"],
  not_asked: ["运单没有温度要求", "the waybill asks for no range", ""],
  out_of_range: ["温度超出要求", "outside the range", "bad"],
  silent: ["读数中断", "no readings for a while", "warn"],
};

const legMark = (id) => `leg:${id}`;
const finish = (op_id) => {
  globalThis.location.hash = `#/done/${op_id}`;
};

/** What is known of a dispatch that is carried: from its code, the server, or the sender's screen. */
async function learnLeg(dock, { text, x }) {
  const scanned = x === null ? { record: await readRecord(text) } : await readScanned({ text, x }, { type: "dispatch", log: dock.device.log });
  const { id, body, claims } = scanned.record;
  const { waybill, consignee, temp_min_c, temp_max_c, seals } = body;
  await dock.keep(legMark(id), { id, waybill, from: claims.site, to: consignee, temp_min_c, temp_max_c, seals, sent_at: claims.iat, at: dock.clock.now() });
  globalThis.location.hash = `#/carry/${id}`;
}

async function byCode(dock, gathering, text) {
  if (isPart(text)) {
    const { code, have, total, why } = gathering.take(text);
    if (why) throw why;
    signal(code === "again" ? "again" : "good");
    if (code !== "complete") return tell(t(`已扫 ${have}/${total}`, `${have} of ${total}`), "good");
    return learnLeg(dock, await gathering.content());
  }
  const found = resolve(text);
  const [meaning] = found.meanings;
  if (found.outcome !== "one" || meaning.scheme !== "waybill") {
    signal("bad");
    return tell(t(`这不是运单的码：${found.zh}`, `this is no code of a waybill: ${found.en}`), "bad");
  }
  if (await dock.mark(legMark(meaning.key))) {
    globalThis.location.hash = `#/carry/${meaning.key}`;
    return undefined;
  }
  const { sd_jwt } = await dock.server.json("GET", `/v1/records/${meaning.key}`).catch((error) => {
    if (error instanceof Problem) throw error;
    throw Object.assign(new Fault(error.code), { zh: "没有网络，没有办成。请扫发货方屏幕上的交接码。", en: "No network: this was not done. Scan the codes on the sender's screen." });
  });
  return learnLeg(dock, { text: sd_jwt, x: null });
}

const readingsOf = (said) =>
  said.flatMap(({ type, body }) => {
    if (type === "observe") return body.sensors.flatMap(({ device, readings }) => readings.map(([at, temp]) => [device, at, temp]));
    return body.temp_c === undefined || body.at === undefined ? [] : [["", body.at, body.temp_c]];
  });

async function legs(dock, main) {
  const marks = (await dock.db.all("marks")).filter(({ name }) => name.startsWith("leg:")).sort((a, b) => b.at - a.at);
  const rows = [];
  for (const leg of marks) {
    const isOver = (await saidOf(dock, leg.id)).some(({ type }) => type === "deliver");
    if (!isOver) rows.push(el("li", { class: "card" }, el("div", { class: "what" }, el("b", {}, leg.waybill), el("span", { class: "small" }, `${leg.from} → ${leg.to}`)), go(t("办理", "Open"), `#/carry/${leg.id}`, { kind: "strong" })));
  }
  const gathering = new Gathering();
  const box = scanBox((text) => byCode(dock, gathering, text).catch(complain), { label: t("扫运单二维码，或发货方屏幕上的交接码", "Scan the waybill's code, or the codes on the sender's screen") });
  fill(main, el("h1", {}, t("运输", "Carry")), box.node, rows.length > 0 ? el("ul", { class: "cards" }, rows) : note("", t("没有在运的货。扫运单开始。", "Nothing is being carried. Scan a waybill to begin.")));
  return box.stop;
}

const warmth = (how) => temperature("temp_c", t("温度 ℃", "Temperature, °C"), how);

const vehicleFields = () =>
  more(t("车辆和司机", "Vehicle and driver"), [
    plateField(),
    choice("colour", t("车牌颜色", "Colour of the plate"), COLOURS, { value: "2", required: false }),
    typed("driver", t("司机", "Driver"), {}),
  ]);

const vehicleOf = ({ plate, colour, driver }) => ({
  vehicle: plate ? { plate, colour: colour ?? "2" } : undefined,
  driver: driver ? { name: driver } : undefined,
});

/** One thing that is done with a leg: fields and a signature behind one press. */
function doing(dock, title, fields, draft, { open = false } = {}) {
  const op_id = dock.newOp();
  const form = new Form(fields);
  const sign = async () => {
    const values = form.values();
    const item = await dock.say(draft(values), op_id);
    if (values.plate) await keepVehicle(dock, values.plate, { colour: values.colour, driver: values.driver });
    finish(item.op_id);
  };
  return el("details", { class: "more", open }, el("summary", {}, title), form.node, button(t("签名", "Sign"), sign, { kind: "strong" }));
}

/** How often the state of a leg is looked at: silence shows by itself. */
const LOOK_MS = 30_000;

/** How a leg stands now, in words, and how it went all the way. */
function stateNote(dock, { told, said, ...way }, leg) {
  const { now: { standing, at, temp_c }, course, fallen = [] } = told ?? stateOf(readingsOf(said), { ...leg, ...way }, dock.clock.seconds());
  const [zh, en, mood] = STATES[standing];
  return [
    note(mood, el("b", {}, t(zh, en)), at ? t(`，最近读数 ${temp_c} ℃，${when(dock, at)}`, `; last read ${temp_c} °C, ${when(dock, at)}`) : null),
    course ? el("p", { class: course.outside > 0 ? "small warn" : "small" }, t(`全程 ${course.min_c} ~ ${course.max_c} ℃，超出要求 ${course.outside}，断档 ${course.gaps}`, `All the way ${course.min_c} ~ ${course.max_c} °C, ${course.outside} out of range, ${course.gaps} gaps`)) : null,
    fallen.map(({ sensor, since, replaced_by: next }) => el("p", { class: next ? "small" : "note warn" }, el("bdi", {}, sensor), t(` 自 ${when(dock, since)} 起没有读数`, `: no readings since ${when(dock, since)}`), next ? t(`，由 ${next} 接替`, `; ${next} took over`) : null)),
    told && said.length === 0 ? null : el("p", { class: "small warn" }, told ? t(`本机 ${said.length} 条还没入账，没有计入。`, `${said.length} of this device are not recorded yet.`) : t("只有本机读数：没有网络，别处的读数看不到。", "Only this device's readings: without a network those of others are not seen.")),
  ];
}

/** @param {import("./dock.js").Dock} dock */
export async function carry(dock, main, id) {
  const leg = id ? await dock.mark(legMark(id)) : null;
  if (!leg) return legs(dock, main);
  const said = await saidOf(dock, leg.id);
  const has = (type) => said.some((one) => one.type === type);
  const live = el("div", { id: "leg-state", role: "status" });
  const sealsOn = sealsNow(said, leg.seals);
  const [atPickUp, atDelivery, sealsSeen] = [sealsField(sealsOn), sealsField(sealsOn), el("span", {})];
  const at = () => dock.clock.seconds();
  const about = { dispatch: leg.id };
  const take = has("pick_up") ? null : doing(dock, t("提货", "Pick up"), [atPickUp, warmth(), vehicleFields()], (values) => pickUp({ ...about, at: at(), ...measuredOf(values), ...vehicleOf(values) }), { open: true });
  const measure = doing(dock, t("记一个温度", "Note a temperature"), [warmth({ required: true }), typed("device", t("温度计", "Thermometer"), { value: t("手持温度计", "hand thermometer"), required: true })], ({ temp_c, device }) => observe({ ...about, sensors: [{ device, readings: [[at(), temp_c]] }] }));
  const change = doing(dock, t("换车、换司机", "Another vehicle or driver"), [choice("reason", t("原因", "Reason"), REASONS, { value: "breakdown" }), warmth(), typed("new_seals", t("新封签号，多个用空格隔开", "New seals, with spaces between"), {}), vehicleFields()], ({ reason, temp_c, new_seals, ...values }) => handOn({ ...about, at: at(), reason, temp_c, seals: new_seals ? listOf(new_seals) : undefined, ...vehicleOf(values) }));
  const give = doing(dock, t("送达", "Deliver"), [atDelivery, warmth()], (values) => deliver({ ...about, at: at(), ...measuredOf(values) }), { open: has("pick_up") });
  const under = [take, measure, change, give].filter(Boolean);
  const isOver = (over) => under.forEach((one) => (one.hidden = over));
  let known = null;
  const look = async () => {
    known = await knownOf(dock, leg.id, leg.sent_at);
    fill(live, stateNote(dock, known, leg));
    // Once the goods are there, a logger may still be read, and nothing else is done with them.
    isOver(known.to !== null);
    const seals = known.seals ?? sealsOn ?? [];
    fill(sealsSeen, seals.join("、"));
    for (const field of [atPickUp, atDelivery]) sealsAre(field, seals);
  };
  isOver(has("deliver"));
  fill(sealsSeen, sealsOn?.join("、") ?? null);
  look();
  const named = (id) => {
    const node = el("span", {}, id);
    dock.siteBy(id).then((place) => place && fill(node, `${place.name} ${id}`), () => {});
    return node;
  };
  const link = paperLink(leg.id, (await lastVehicle(dock, leg.id))?.disclosure);
  fill(
    main,
    el("h1", {}, t("运输", "Carry")),
    facts([[t("运单号", "Waybill"), leg.waybill], [t("从", "From"), named(leg.from)], [t("到", "To"), named(leg.to)], [t("温度要求", "Range"), rangeWords(leg)], [t("封签", "Seals"), sealsSeen]]),
    live,
    el(
      "div",
      { class: "stack" },
      take,
      measure,
      loggerBox(dock, about, finish, () => known?.from ?? 0),
      trackBox(dock, leg, finish),
      change,
      give,
      el("details", { class: "more", id: "checkpoint" }, el("summary", {}, t("给道口扫的码", "Code for a checkpoint")), el("div", { class: "codes", "data-text": link }, qr(link, t("运单二维码", "code of the waybill")))),
      go(t("运单", "Waybill"), `#/waybill/${leg.id}`),
      el("a", { class: "button", href: link, target: "_blank" }, t("道口看到的页面", "What a checkpoint sees")),
      go(t("回运输", "To what is carried"), "#/carry"),
    ),
  );
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}
