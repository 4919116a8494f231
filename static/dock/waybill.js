// The e-waybill of something that was sent from here or is to come: on the screen, and on paper.

import { readRecord } from "../verify/record.js";
import { cargoName } from "./bulk.js";
import { amount, nameOf, shortLot } from "./goods.js";
import { rangeWords } from "./measured.js";
import { qr } from "./qr.js";
import { receiptPart, receiptsOf } from "./receipts.js";
import { button, code, el, facts, fill, go, moment, note, of, part, t } from "./ui.js";

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
  // What was received has left the desk; the server has it still.
  const text = told?.sd_jwt ?? (dock.isReady ? (await dock.ask(`/v1/records/${id}?open=balance`).catch(() => null))?.sd_jwt : null);
  if (!text) return null;
  const record = await readRecord(text);
  const amounts = new Map(record.slots.filter((slot) => slot.place === "line" && slot.opened).map((slot) => [slot.line, slot.opened.value]));
  const lines = record.claims.moves.map((line) => ({ ...line, quantity: amounts.get(line.n) ?? null }));
  return { claims: record.claims, body: record.body, item: null, lines };
}

/** The sheet of a tank, which has to travel with it. */
const bulkPart = (bulk) =>
  bulk
    ? part(
        t("重点液态食品道路散装运输联单", "Sheet for bulk liquid food"),
        facts([
          [t("联单编号", "Sheet"), el("b", {}, bulk.sheet)],
          [t("品种", "Liquid"), cargoName(bulk.kind)],
          [t("罐体", "Tank"), bulk.container],
          [t("准运证", "Permit"), [bulk.permit ?? t("没有", "none"), bulk.permit_valid_to ? t(`（至 ${bulk.permit_valid_to}）`, ` (until ${bulk.permit_valid_to})`) : ""].join("")],
          [t("食品专用标识", "Mark “for food only”"), bulk.mark_checked ? t("已查验", "seen") : t("没有查验", "not looked for")],
          [t("前次装载", "Carried before"), bulk.previous_cargoes.map(cargoName).join("、") || t("没有记录", "not on record")],
          [t("清洗", "Cleaned"), bulk.cleaning ? [bulk.cleaning.method, bulk.cleaning.certificate].filter(Boolean).join(" · ") : t("没有记录", "not on record")],
          [t("健康证明", "Health certificates"), bulk.health_certificates ? t("已查", "seen") : null],
          [t("装车留样", "Sample at loading"), bulk.sample_kept ? t("已留", "kept") : null],
        ]),
      )
    : null;

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
      [t("温度要求", "Temperature"), rangeWords(body)],
      [t("挂车", "Trailer"), body.vehicle?.trailer],
      [t("封签", "Seals"), body.seals?.join("、")],
      [t("清洗消毒", "Cleaning"), body.cleaning?.method],
      [t("说明", "Terms"), body.terms],
      [t("发货时间", "Signed"), moment(claims.iat)],
      [t("核验", "To check"), code(link)],
    ]),
    bulkPart(body.bulk),
    el("table", {}, el("thead", {}, el("tr", {}, head.map((one) => el("th", { scope: "col" }, one)))), el("tbody", {}, rows)),
    el("p", { class: "small" }, t(`记录编号 ${id}`, `record ${id}`)),
  );
}

/** @param {import("./dock.js").Dock} dock @param {string} id */
export async function waybill(dock, main, id) {
  const received = el("div", { class: "noprint" });
  await draw(dock, main, id, received);
  const look = async () => {
    const receipts = dock.isReady ? await receiptsOf(dock, id) : [];
    const { names } = await dock.stock();
    if (receipts.length > 0) fill(received, receipts.map((one) => receiptPart(one, names)));
  };
  look().catch(() => {});
  return dock.listen(() => draw(dock, main, id, received));
}

async function draw(dock, main, id, received) {
  const found = await find(dock, id);
  if (!found) {
    fill(main, el("h1", {}, t("运单", "Waybill")), note("", t("本机没有这张运单，联网后再看。", "This waybill is not on this device; look again with a network.")), go(t("回工作台", "To the workbench"), "#/"));
    return;
  }
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
    received,
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
