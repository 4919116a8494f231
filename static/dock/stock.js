// What a site has: what the server said of its desk, changed by what was signed on this device and is not in that
// answer yet. So goods that were received without a network can be sold without one.

import { isNothing, less, micros, spell } from "../workbench/quantity.js";

const keyOf = (record, n) => `${record}#${n}`;

/** Days before the end of shelf life from which goods are said to expire soon. */
export const SOON_DAYS = 3;

/** What is left after so much is taken; nothing if more was taken than was known of. */
const minus = (left, taken) => (left === null ? null : (less(left, taken) ?? "0"));

/** What the desk holds, by line. */
function heldOf({ held, goods }) {
  const rows = held.map(({ record, line, goods: at, left, uom, sender = null, on_behalf_of = null }) => {
    const { lot, ...what } = goods[at];
    return [keyOf(record, line), { credit: { record, n: line, lot, uom }, left, lot, uom, ...what, sender, on_behalf_of, isNew: false }];
  });
  return new Map(rows);
}

/** What is known of lots by their code: from the desk, and from what was said here. */
function namesOf(desk, items) {
  const plotOf = ({ type, body }) => (type === "create" && body.plot ? { plot: body.plot } : {});
  const names = new Map((desk?.body.goods ?? []).map((one) => [one.lot, one]));
  for (const { claims } of items) {
    for (const info of claims.body.lots ?? []) {
      const line = (claims.moves ?? []).find(({ n }) => n === info.n);
      if (line && !names.has(line.lot)) names.set(line.lot, { ...info, ...plotOf(claims), lot: line.lot, party: claims.body.on_behalf_of ?? claims.iss });
    }
  }
  return names;
}

const BRINGS = new Set(["create", "enter", "transform", "receive", "settle"]);

/** Takes what one record says into what is held. */
function take(held, { id, claims, state }, names) {
  for (const { n, op, lot, of, uom, quantity } of claims.moves ?? []) {
    if (op === "out" && of && claims.type !== "settle") {
      const row = held.get(keyOf(...of));
      if (row) held.set(keyOf(...of), { ...row, left: minus(row.left, quantity) });
    }
    if (op === "in" && id && BRINGS.has(claims.type)) {
      const what = names.get(lot) ?? {};
      held.set(keyOf(id, n), { ...what, credit: { record: id, n, lot, uom }, left: quantity, lot, uom, on_behalf_of: claims.body.on_behalf_of, isNew: state !== "accepted" });
    }
  }
}

const isThere = ({ left }) => left === null || !isNothing(left);

/** Lines of a shipment that were received on this device, by number. */
export function receivedHere(items, id) {
  const receipts = items.filter(({ claims, state }) => claims.type === "receive" && claims.body.dispatch === id && state !== "refused");
  return new Set(receipts.flatMap(({ claims }) => claims.moves.map(({ of }) => of[1])));
}

function incomingOf(desk, kept, items, site, names) {
  const goods = desk?.body.goods ?? [];
  const byDesk = (desk?.body.incoming ?? []).map((one) => ({
    ...{ id: one.id, waybill: one.waybill, sentAt: one.sent_at, from: one.other, lines: one.lines.map(({ line }) => line) },
    goods: one.lines.map(({ goods: at }) => goods[at].name ?? goods[at].lot),
  }));
  const told = new Set(byDesk.map(({ id }) => id));
  const scanned = kept.filter(({ id, to, kid }) => to === site && kid !== null && !told.has(id));
  const more = scanned.map(({ id, waybill, sender, lots = [] }) => ({
    ...{ id, waybill, sentAt: null, from: { id: null, name: null, party: sender }, lines: null },
    goods: lots.map((lot) => names.get(lot)?.name ?? lot),
  }));
  return [...byDesk, ...more].flatMap((one) => {
    const here = receivedHere(items, one.id);
    const left = one.lines?.filter((n) => !here.has(n)) ?? null;
    const isOver = left === null ? here.size > 0 : left.length === 0;
    return isOver ? [] : [{ ...one, left }];
  });
}

/** Dispatches that were signed here and are not in the desk's answer. */
function outgoingOf(desk, items, seen) {
  const told = (desk?.body.outgoing ?? []).map((one) => ({
    ...{ id: one.id, waybill: one.waybill, sentAt: one.sent_at, to: one.other, lines: one.lines.length, state: "accepted" },
  }));
  const there = new Set(told.map(({ id }) => id));
  const own = items.filter(({ claims, op_id, id, state }) => claims.type === "dispatch" && state !== "refused" && !seen.has(op_id) && !there.has(id));
  const fresh = own.map(({ id, op_id, claims, state }) => ({
    ...{ id, op_id, waybill: claims.body.waybill, sentAt: claims.iat, to: { id: claims.body.consignee, name: null }, lines: claims.moves.length, state },
  }));
  return [...fresh.reverse(), ...told];
}

function disputedOf(desk, items) {
  const goods = desk?.body.goods ?? [];
  const settled = new Set(
    items
      .filter(({ claims, state }) => claims.type === "settle" && state !== "refused")
      .flatMap(({ claims }) => claims.moves.map(({ of }) => keyOf(...of))),
  );
  return (desk?.body.disputed ?? [])
    .filter(({ record, line }) => !settled.has(keyOf(record, line)))
    .map((one) => ({ ...one, ...goods[one.goods], credit: { record: one.record, n: one.line, lot: goods[one.goods].lot, uom: one.uom } }));
}

/** What a paper may be that somebody can do something about; one that was typed off is there. */
const LACKS = new Set(["paper_missing", "paper_expired", "paper_not_passed", "paper_wrong_route"]);

/**
 * What a site has.
 * @param {{body: object, seen: string[], at: number} | null} desk
 * @param {object[]} items of the outbox
 * @param {object[]} kept dispatches
 * @param {string | null} site
 */
export function stockOf(desk, items, kept, site) {
  const seen = new Set(desk?.seen ?? []);
  const here = items.filter(({ claims }) => claims.site === site);
  const names = namesOf(desk, here);
  const held = desk ? heldOf(desk.body) : new Map();
  for (const item of here) {
    if (!seen.has(item.op_id) && item.state !== "refused" && item.id) take(held, item, names);
  }
  const decided = decidedHere(here);
  return {
    at: desk?.at ?? null,
    site: desk?.body.site ?? null,
    names,
    held: [...held.values()].filter(isThere).map((row) => ({ ...row, stop: stopOf(row, desk?.stops ?? [], decided) })),
    holdsMore: desk?.body.holds_more ?? false,
    incoming: incomingOf(desk, kept, here, site, names),
    outgoing: outgoingOf(desk, here, seen),
    disputed: disputedOf(desk, here),
    unmatched: desk?.body.unmatched ?? [],
    lacking: (desk?.lacking ?? []).filter(({ reference, code }) => !reference && LACKS.has(code)),
  };
}

/** What stops goods, the graver first; an entry check concerns what came by its receipt alone. */
const GRAVE = ["recalled", "held", "entry_check_pending"];
export const PENDING = "entry_check_pending";
const OWN_HOLD = { code: PENDING, zh: "收货时暂存待查", en: "kept aside when it was received" };

/** Receipts by which goods are kept aside, as this device signed them, and those that it cleared since. */
function decidedHere(items) {
  const said = items.filter(({ state }) => state !== "refused");
  const cleared = said.filter(({ claims }) => claims.type === "inspect" && claims.body.passed).flatMap(({ claims }) => claims.about ?? []);
  const kept = said.filter(({ claims }) => claims.type === "receive" && claims.body.check === "hold").map(({ id }) => id);
  return { kept: new Set(kept), cleared: new Set(cleared) };
}

function stopOf({ lot, credit: { record } }, stops, { kept, cleared }) {
  const about = stops.filter((one) => one.lot === lot && (one.code !== PENDING || one.records.includes(record)));
  const all = (kept.has(record) ? [...about, OWN_HOLD] : about).filter(({ code }) => code !== PENDING || !cleared.has(`record/${record}`));
  return GRAVE.map((code) => all.find((one) => one.code === code)).find(Boolean) ?? null;
}

/** Those that expire soon or have, the first first. @param {string} today */
export const expiring = (held, today, lastDay) =>
  held
    .filter(({ best_before }) => best_before && best_before <= lastDay)
    .sort((a, b) => (a.best_before < b.best_before ? -1 : 1))
    .map((one) => ({ ...one, isOver: one.best_before < today }));

/** Sums by unit, for a line such as “12 kg, 3 pieces”. */
export function sums(rows) {
  const all = new Map();
  for (const { uom, left } of rows) {
    if (left !== null) all.set(uom, (all.get(uom) ?? 0n) + micros(left));
  }
  return [...all].map(([uom, micro]) => [spell(micro), uom]);
}
