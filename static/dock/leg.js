// What is said of a leg: on this device, and, with a network, by everybody; and the code that the paper in the cab has.

import { readRecord } from "../verify/record.js";

export { paperLink } from "./links.js";

/** Items of this device about a leg, or about a zone, in order. */
export async function itemsOf(dock, id) {
  const items = await dock.outbox.items();
  return items.filter(({ claims: { body }, state }) => (body.dispatch ?? body.zone) === id && state !== "refused");
}

/** What was said of a leg, or of a zone, on this device, in order. */
export const saidOf = async (dock, id) => (await itemsOf(dock, id)).map(({ claims }) => claims);

/**
 * What is known of a leg: what everybody's records say of it, and what this device said that is not recorded yet.
 * @param {number} [sent_at] seconds
 * @returns {Promise<{told: object | null, said: object[], seals: string[] | undefined, from: number, to: number | null}>} readings count from loading until
 *   handover; where the server could not be asked, `told` is null and `said` is all that this device said
 */
export async function knownOf(dock, id, sent_at = 0) {
  let own = await itemsOf(dock, id);
  const told = await dock.server.json("GET", `/v1/shipments/${id}`).catch(() => null);
  const there = new Set(told?.related.map((one) => one.id));
  if (told) own = own.filter((item) => item.state !== "accepted" && !there.has(item.id));
  const said = own.map(({ claims }) => claims);
  const at = (wanted) => said.find(({ type }) => type === wanted)?.body.at;
  return { told, said, seals: sealsNow(said, told?.seals), from: at("pick_up") ?? told?.leg_from ?? sent_at, to: at("deliver") ?? told?.leg_to ?? null };
}

/** Seals that whoever took the goods over put on last; `before` if nobody did. @param {object[]} said */
export const sealsNow = (said, before) => said.filter(({ type, body }) => type === "hand_on" && body.seals?.length > 0).at(-1)?.body.seals ?? before;

/** The disclosure of the vehicle in a signed text, if it is open there. @param {string} text */
export async function vehicleIn(text) {
  const { slots } = await readRecord(text);
  return slots.find(({ place, name, opened }) => place !== "line" && name === "vehicle" && opened?.value)?.opened.disclosure ?? null;
}

/** The vehicle that this device said last of a leg, with its disclosure; null if it said none. */
export async function lastVehicle(dock, id) {
  const item = (await itemsOf(dock, id)).filter(({ claims, text }) => text && claims.body.vehicle).at(-1);
  return item ? { vehicle: item.claims.body.vehicle, driver: item.claims.body.driver, disclosure: await vehicleIn(item.text) } : null;
}
