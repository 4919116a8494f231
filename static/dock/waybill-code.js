// From a scanned code to a shipment: the code of an e-waybill, or parts of a handover shown on the sender's screen.

import { Fault } from "../verify/fault.js";
import { readRecord } from "../verify/record.js";
import { Problem } from "../workbench/api.js";
import { keepDispatch } from "../workbench/incoming.js";
import { Gathering, isPart, readScanned } from "../workbench/qr-sequence.js";
import { resolve } from "../workbench/resolve.js";
import { signal } from "./scanbox.js";
import { t, tell } from "./ui.js";

const gathering = new Gathering();

const said = (code, zh, en) => Object.assign(new Fault(code), { zh, en });

/** Keeps a dispatch that was read and goes to its tray. */
async function keepAndGo(dock, scanned) {
  await keepDispatch(dock.db, scanned, dock.clock.now());
  globalThis.location.hash = `#/receive/${scanned.record.id}`;
}

async function takePart(dock, text) {
  const { code, have, total, why } = gathering.take(text);
  if (why) {
    // A sequence of another shipment may be what is wanted now: begin with it.
    if (code === "qr_other_set") gathering.clear();
    signal("bad");
    throw why;
  }
  if (code !== "complete") {
    signal(code === "part" ? "good" : "again");
    return tell(t(`已扫 ${have}/${total}，请继续对准`, `${have} of ${total}; keep on`), "good");
  }
  const content = await gathering.content();
  gathering.clear();
  signal("good");
  const { claims } = await readRecord(content.text);
  if (claims.type === "receive") return takeReceipt(dock, content);
  const wanted = { type: "dispatch", log: dock.device.log, sites: [dock.site], partyOf: (kid) => dock.partyOf(kid) };
  return keepAndGo(dock, await readScanned(content, wanted));
}

/** A dispatch that went out from here: what it says, and the party it went to, as far as this device knows. */
async function sentFromHere(dock, id) {
  const item = (await dock.outbox.items()).find((one) => one.id === id && one.claims.type === "dispatch");
  const told = (dock.desk?.body.outgoing ?? []).find((one) => one.id === id);
  if (!item && !told) return null;
  const { body } = item ? item.claims : await readRecord(told.sd_jwt);
  const place = (await dock.mark(`place:${body.consignee}`))?.place;
  return { consignee: body.consignee, party: told?.other.party ?? place?.party ?? null };
}

/** The other side's receipt of something that was sent from here: signed at the site that it was sent to, by that site's party. */
async function takeReceipt(dock, content) {
  const { record, text, x, key } = await readScanned(content, { type: "receive", log: dock.device.log, partyOf: (kid) => dock.partyOf(kid) });
  const { dispatch } = record.body;
  const sent = await sentFromHere(dock, dispatch);
  const isTheirs = sent && record.claims.site === sent.consignee && (sent.party === null || sent.party === record.claims.iss);
  if (!isTheirs) {
    signal("bad");
    throw new Fault(sent ? "qr_other_receiver" : "qr_other_shipment");
  }
  const isKnown = key.code === "known";
  await dock.keep(`receipt:${dispatch}`, { text, x, id: record.id, check: record.body.check, isKnown });
  tell(t(`${isKnown ? "对方已签收" : "对方出示了签收，待核对"}。${key.zh}`, `${isKnown ? "The other side has signed" : "The other side shows a receipt, to be checked"}. ${key.en}`), isKnown ? "good" : "warn");
  globalThis.location.hash = `#/waybill/${dispatch}`;
}

/** A dispatch by its id, from the server, with what of it may be seen here. */
async function fetchDispatch(dock, id) {
  if (await dock.db.get("kept", id)) {
    globalThis.location.hash = `#/receive/${id}`;
    return;
  }
  let body;
  try {
    body = await dock.ask(`/v1/records/${id}`);
  } catch (error) {
    if (!(error instanceof Problem)) throw said(error.code, "没有网络，没有办成。请扫对方屏幕上的交接码。", "No network: this was not done. Scan the codes on the other side's screen.");
    throw error.status === 404 ? said("unknown_record", "服务器上还没有这张运单。没有网络时请扫对方屏幕上的交接码。", "The server does not have this waybill yet. Scan the codes on the sender's screen.") : error;
  }
  const record = await readRecord(body.sd_jwt);
  const { jwk } = await dock.server.json("GET", `/v1/keys/${record.kid}/owner`);
  const scanned = await readScanned({ text: body.sd_jwt, x: jwk.x }, { type: "dispatch", log: dock.device.log, sites: [dock.site] });
  await keepAndGo(dock, scanned);
}

/**
 * Goes to the shipment that a code leads to.
 * @param {import("./dock.js").Dock} dock
 * @param {string} text
 */
export async function takeWaybill(dock, text) {
  if (isPart(text)) return takePart(dock, text);
  const found = resolve(text);
  const [meaning] = found.meanings;
  if (found.outcome === "one" && meaning.scheme === "waybill") return fetchDispatch(dock, meaning.key);
  const stock = await dock.stock();
  // Numbers are read out and typed in either case.
  const byNumber = stock.incoming.find(({ waybill }) => waybill.toUpperCase() === text.trim().toUpperCase());
  if (byNumber) {
    globalThis.location.hash = `#/receive/${byNumber.id}`;
    return undefined;
  }
  signal("bad");
  throw said("not_waybill", `这不是运单的码：${found.zh}`, `this is no code of a waybill: ${found.en}`);
}
