// The e-waybill of something that was sent from here or is to come: on the screen, and on paper.

import { demand } from "../verify/fault.js";
import { KINDS } from "../verify/kinds.js";
import { readRecord } from "../verify/record.js";
import { Problem } from "../workbench/api.js";
import { cargoName } from "./bulk.js";
import { TRANSPORT } from "./dispatch.js";
import { countyName, knowCounties } from "./counties.js";
import { amount, nameOf, shortLot } from "./goods.js";
import { lastVehicle, paperLink, vehicleIn } from "./leg.js";
import { rangeWords } from "./measured.js";
import { qr } from "./qr.js";
import { receiptPart, receiptsOf } from "./receipts.js";
import { papersOf, thereWords } from "./seams.js";
import { button, code, dated, el, facts, fill, go, note, of, part, t } from "./ui.js";

/** What was signed, from this device or from the desk. */
async function find(dock, id) {
  const item = (await dock.outbox.items()).find((one) => one.id === id);
  if (item) {
    return { claims: item.claims, body: item.claims.body, item, lines: item.claims.moves, plate: await vehicleIn(item.text) };
  }
  const told = [...(dock.desk?.body.outgoing ?? []), ...(dock.desk?.body.incoming ?? [])].find((one) => one.id === id) ?? (await fetched(dock, id));
  const record = await readRecord(told.sd_jwt);
  const amounts = new Map(record.slots.filter((slot) => slot.place === "line" && slot.opened).map((slot) => [slot.line, slot.opened.value]));
  const lines = record.claims.moves.map((line) => ({ ...line, quantity: amounts.get(line.n) ?? null }));
  // Whoever carries shows the vehicle that carries it now.
  const { vehicle, driver, disclosure } = (await lastVehicle(dock, id)) ?? { ...record.body, disclosure: await vehicleIn(told.sd_jwt) };
  return { claims: record.claims, body: { ...record.body, vehicle, driver }, item: null, lines, plate: disclosure };
}

/** Waybills that the server was asked for; they never change. @type {Map<string, {sd_jwt: string}>} */
const asked = new Map();

/** A waybill that is not of this site, with what of it may be read here: a driver's, for one. */
async function fetched(dock, id) {
  demand(KINDS.record_id(id ?? ""), "record_id");
  if (!asked.has(id)) asked.set(id, await dock.ask(`/v1/records/${encodeURIComponent(id)}`));
  return asked.get(id);
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

/** A site by its name, and by its code: on paper both are needed. */
async function placeWords(dock, stock, id) {
  const told = [...(dock.desk?.body.outgoing ?? []), ...(dock.desk?.body.incoming ?? [])].find(({ other }) => other.id === id)?.other;
  const known = id === stock.site?.id ? stock.site : ((await dock.mark(`place:${id}`))?.place ?? told ?? (await dock.siteBy(id).catch(() => null)));
  const called = [...new Set([known?.party_name, known?.name])].filter(Boolean).join(" · ");
  return called === "" ? id : [called, " ", el("bdi", { class: "small" }, id)];
}

/** Papers that were there when it was sent; null if this device cannot tell. */
async function papersThere(dock, { claims, body, lines }, id) {
  const kept = await dock.mark(`papers:${id}`);
  if (kept || claims.iss !== dock.device.party) return kept?.there ?? null;
  const told = await papersOf(dock, { from: claims.site, to: body.consignee, lots: lines.map(({ lot }) => lot) }).catch(() => null);
  if (told) await dock.keep(`papers:${id}`, { there: told.there });
  return told?.there ?? null;
}

async function paper(dock, found, id, stock, link, picture) {
  const { claims, body, lines } = found;
  const rows = lines.map((line) => {
    const goods = stock.names.get(line.lot) ?? { lot: line.lot };
    return el("tr", {}, el("td", {}, line.n), el("td", {}, nameOf(goods)), el("td", {}, el("bdi", {}, shortLot(line.lot))), el("td", { class: "amount" }, amount(line.quantity, line.uom)));
  });
  await knowCounties();
  const [from, to] = [await placeWords(dock, stock, claims.site), await placeWords(dock, stock, body.consignee)];
  const there = await papersThere(dock, found, id);
  const { driver, cleaning } = body;
  const head = [t("行", "No."), t("品名", "Goods"), t("批次", "Lot"), t("数量", "Quantity")];
  return el(
    "article",
    { class: "paper" },
    picture,
    facts([
      [t("运单号", "Waybill"), el("b", {}, body.waybill)],
      [t("发货", "From"), from],
      [t("收货", "To"), to],
      [t("路线", "Route"), `${countyName(body.load_county)} → ${countyName(body.unload_county)}`],
      [t("运输", "Transport"), of(TRANSPORT.find(([one]) => one === body.transport)?.[1] ?? [body.transport, body.transport])],
      [t("承运人", "Carrier"), body.carrier],
      [t("车牌", "Plate"), body.vehicle?.plate],
      [t("温度要求", "Temperature"), rangeWords(body)],
      [t("挂车", "Trailer"), body.vehicle?.trailer],
      [t("司机", "Driver"), [driver?.name, driver?.phone].filter(Boolean).join(" ")],
      [t("封签", "Seals"), body.seals?.join("、")],
      [t("清洗消毒", "Cleaning"), cleaning ? `${cleaning.method} · ${dated(cleaning.at)}` : null],
      [t("随货证明", "Papers"), there === null ? null : there.length === 0 ? t("没有", "none") : there.map(thereWords).join(t("、", ", "))],
      [t("说明", "Terms"), body.terms],
      [t("发货时间", "Signed"), dated(claims.iat)],
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
  const isThere = await draw(dock, main, id, received);
  const look = async () => {
    const receipts = dock.isReady ? await receiptsOf(dock, id) : [];
    const { names } = await dock.stock();
    if (receipts.length > 0) fill(received, receipts.map((one) => receiptPart(one, names)));
  };
  if (isThere) look().catch(() => {});
  return dock.listen(() => draw(dock, main, id, received));
}

/** Draws the waybill, or why there is none. @returns {Promise<boolean>} whether it is there */
async function draw(dock, main, id, received) {
  const found = await find(dock, id).catch((error) => ({ error }));
  if (found.error) {
    const words = found.error instanceof Problem ? t(`本机没有这张运单。${found.error.zh}`, `This waybill is not on this device. ${found.error.en}`) : t("本机没有这张运单，联网后再看。", "This waybill is not on this device; look again with a network.");
    fill(main, el("h1", {}, t("运单", "Waybill")), note("", words), go(t("回工作台", "To the workbench"), "#/"));
    return false;
  }
  // The plate is sealed: the paper in the cab brings it, and a checkpoint compares it with what was signed.
  const link = paperLink(id, found.plate);
  const stock = await dock.stock();
  const signed = await dock.mark(`receipt:${id}`);
  const accepted = !found.item || found.item.state === "accepted";
  fill(
    main,
    el("h1", {}, t("食品运输电子联单", "E-waybill")),
    accepted ? null : note("warn", t("已签名，还没有发送到服务器。没有网络时，请让收货方扫交接码。", "Signed, and not sent yet. Without a network, have the receiver scan the codes.")),
    signed ? note(signed.isKnown ? "good" : "warn", signed.isKnown ? t("对方已签收（扫其屏幕所得）。", "The other side has signed (as its screen showed).") : t("对方出示了签收（扫其屏幕所得），密钥待联网核对。", "The other side showed a receipt; whose key it is has to be checked with a network.")) : null,
    received,
    await paper(dock, found, id, stock, link, qr(link, t("运单二维码", "code of the waybill"))),
    el(
      "div",
      { class: "stack noprint" },
      button(t("打印", "Print"), () => globalThis.print(), { kind: "strong" }),
      found.item ? go(t("出示交接码（不用网络）", "Show to the receiver (no network)"), `#/show/${found.item.op_id}`) : null,
      found.claims.iss === dock.device.party ? go(t("扫对方的签收码", "Scan the receiver's receipt"), "#/receive") : null,
      go(t("回工作台", "To the workbench"), "#/"),
    ),
  );
  return true;
}
