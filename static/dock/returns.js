// Goods go back after they were accepted 退回: a dispatch to whoever sent them, with the lines of the receipt that are still here.

import { readRecord } from "../verify/record.js";
import { Fault } from "../verify/fault.js";

/** Why goods go back; said in the terms of the waybill, which both sides see. */
export const WHY = [
  ["temperature", ["温度不符", "temperature"]],
  ["quality", ["质量问题", "quality"]],
  ["damaged", ["破损", "damaged"]],
  ["papers", ["缺证", "a paper is missing"]],
  ["recalled", ["召回", "recalled"]],
  ["other", ["其他", "something else"]],
];

const from = (dispatch) => `sent-from:${dispatch}`;

/** Keeps from which site a shipment came: what is received is forgotten otherwise. */
export const keepSender = (dock, { id, from: site }) => (site ? dock.keep(from(id), { site }) : undefined);

async function claimsOf(dock, id) {
  const item = (await dock.outbox.items()).find((one) => one.id === id);
  if (item) return item.claims;
  const { sd_jwt } = await dock.ask(`/v1/records/${id}`);
  return (await readRecord(sd_jwt)).claims;
}

/**
 * A receipt, and the site to which its goods would go back.
 * @param {import("./dock.js").Dock} dock
 * @param {string} id of the receipt
 * @returns {Promise<{id: string, dispatch: string, to: string}>}
 */
export async function receiptToReturn(dock, id) {
  const claims = await claimsOf(dock, id);
  if (claims.type !== "receive") throw Object.assign(new Fault("not_receipt"), { zh: "这不是收货记录", en: "this is no receipt" });
  const { dispatch } = claims.body;
  const known = await dock.mark(from(dispatch));
  return { id, dispatch, to: known?.site ?? (await claimsOf(dock, dispatch)).site };
}

/**
 * Receipts of which something is still held: those that were signed here, the newest first, and those of other devices.
 * @returns {Promise<{id: string, at: number | null, sender: string | null, lots: string[]}[]>}
 */
export async function returnable(dock, stock) {
  const held = new Map();
  for (const { credit, lot, sender } of stock.held) {
    const one = held.get(credit.record) ?? { id: credit.record, at: null, sender: sender ?? null, lots: [] };
    one.lots.push(lot);
    held.set(credit.record, one);
  }
  const items = (await dock.outbox.items()).filter(({ claims, id, state }) => claims.type === "receive" && state !== "refused" && held.has(id));
  const here = items.reverse().map(({ id, claims }) => ({ id, at: claims.body.at, sender: null, lots: claims.moves.map(({ lot }) => lot) }));
  const known = new Set(here.map(({ id }) => id));
  // A line that came from somebody was received; the desk lists the oldest first.
  const elsewhere = [...held.values()].filter(({ id, sender }) => sender !== null && !known.has(id));
  return [...here, ...elsewhere.reverse()];
}
