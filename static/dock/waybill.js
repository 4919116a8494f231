// The e-waybill of something that was sent from here or is to come: on the screen, and on paper.

import { readRecord } from "../verify/record.js";
import { amount, nameOf, shortLot } from "./goods.js";
import { button, code, el, facts, fill, go, moment, note, of, t } from "./ui.js";

const TRANSPORT = { carrier: ["承运", "by a carrier"], own: ["自运", "own vehicle"], consignee: ["自提", "fetched by the consignee"] };

/** What was signed, from this device or from the desk. */
async function find(dock, id) {
  const item = (await dock.outbox.items()).find((one) => one.id === id);
  if (item) {
    const { slots } = await readRecord(item.text);
    const plate = slots.find(({ place, name, opened }) => place !== "line" && name === "vehicle" && opened?.value)?.opened.disclosure;
    return { claims: item.claims, body: item.claims.body, item, lines: item.claims.moves, plate };
  }
  const told = [...(dock.desk?.body.outgoing ?? []), ...(dock.desk?.body.incoming ?? [])].find((one) => one.id === id);
  if (!told) return null;
  const record = await readRecord(told.sd_jwt);
  const amounts = new Map(record.slots.filter((slot) => slot.place === "line" && slot.opened).map((slot) => [slot.line, slot.opened.value]));
  const lines = record.claims.moves.map((line) => ({ ...line, quantity: amounts.get(line.n) ?? null }));
  return { claims: record.claims, body: record.body, item: null, lines };
}

const range = ({ temp_min_c: min, temp_max_c: max }) => {
  if (min === undefined && max === undefined) return null;
  return `${min ?? ""} ~ ${max ?? ""} ℃`;
};

function paper(found, id, stock, link, picture) {
  const { claims, body, lines } = found;
  const rows = lines.map((line) => {
    const goods = stock.names.get(line.lot) ?? { lot: line.lot };
    return el("tr", {}, el("td", {}, line.n), el("td", {}, nameOf(goods)), el("td", {}, el("bdi", {}, shortLot(line.lot))), el("td", { class: "amount" }, amount(line.quantity, line.uom)));
  });
  const head = [t("行", "No."), t("品名", "Goods"), t("批次", "Lot"), t("数量", "Quantity")];
  return el(
    "article",
    { class: "paper" },
    picture,
    facts([
      [t("运单号", "Waybill"), el("b", {}, body.waybill)],
      [t("发货", "From"), claims.site],
      [t("收货", "To"), body.consignee],
      [t("运输", "Transport"), of(TRANSPORT[body.transport] ?? [body.transport, body.transport])],
      [t("承运人", "Carrier"), body.carrier],
      [t("车牌", "Plate"), body.vehicle?.plate],
      [t("温度要求", "Temperature"), range(body)],
      [t("封签", "Seals"), body.seals?.join("、")],
      [t("发货时间", "Signed"), moment(claims.iat)],
      [t("核验", "To check"), code(link)],
    ]),
    el("table", {}, el("thead", {}, el("tr", {}, head.map((one) => el("th", { scope: "col" }, one)))), el("tbody", {}, rows)),
    el("p", { class: "small" }, t(`记录编号 ${id}`, `record ${id}`)),
  );
}

/** @param {import("./dock.js").Dock} dock @param {string} id */
export async function waybill(dock, main, id) {
  await draw(dock, main, id);
  return dock.listen(() => draw(dock, main, id));
}

async function draw(dock, main, id) {
  const found = await find(dock, id);
  if (!found) {
    fill(main, el("h1", {}, t("运单", "Waybill")), note("", t("本机没有这张运单，联网后再看。", "This waybill is not on this device; look again with a network.")), go(t("回工作台", "To the workbench"), "#/"));
    return;
  }
  const { qr } = await import("./qr.js");
  // The plate is sealed: the paper in the cab brings it, and a checkpoint compares it with what was signed.
  const link = `${globalThis.location.origin}/w/${id}${found.plate ? `?v=${found.plate}` : ""}`;
  const stock = await dock.stock();
  const signed = await dock.mark(`receipt:${id}`);
  const accepted = !found.item || found.item.state === "accepted";
  fill(
    main,
    el("h1", {}, t("食品运输电子联单", "E-waybill")),
    accepted ? null : note("warn", t("已签名，还没有发送到服务器。没有网络时，请让收货方扫交接码。", "Signed, and not sent yet. Without a network, have the receiver scan the codes.")),
    signed ? note("good", t("对方已签收（扫其屏幕所得）。", "The other side has signed (as its screen showed).")) : null,
    paper(found, id, stock, link, qr(link, t("运单二维码", "code of the waybill"))),
    el(
      "div",
      { class: "stack noprint" },
      button(t("打印", "Print"), () => globalThis.print(), { kind: "strong" }),
      found.item ? go(t("出示交接码（不用网络）", "Show to the receiver (no network)"), `#/show/${found.item.op_id}`) : null,
      found.claims.iss === dock.device.party ? go(t("扫对方的签收码", "Scan the receiver's receipt"), "#/receive") : null,
      go(t("回工作台", "To the workbench"), "#/"),
    ),
  );
}
