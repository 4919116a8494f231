// What is said of a leg: on this device, and, with a network, by everybody; and the code that the paper in the cab has.

import { readRecord } from "../verify/record.js";

export { paperLink } from "./links.js";

/** What ends the way: nobody is waited for to read on. */
const ENDS = new Set(["deliver", "receive"]);

/** Items of this device about a leg, in order. */
export async function itemsOf(dock, id) {
  const items = await dock.outbox.items();
  return items.filter(({ claims, state }) => claims.body.dispatch === id && state !== "refused");
}

/** What was said of a leg on this device, in order. */
export const saidOf = async (dock, id) => (await itemsOf(dock, id)).map(({ claims }) => claims);

/**
 * What is known of a leg's temperatures: what everybody's records say of it, and what this device said that is not recorded yet.
 * @returns {Promise<{course: object | null, said: object[], seals: string[] | undefined, isOver: boolean, isAll: boolean}>} `isAll` is false if the server could
 *   not be asked: then `said` is all that this device said
 */
export async function knownOf(dock, id) {
  const own = await itemsOf(dock, id);
  const ended = own.some(({ claims }) => claims.type === "deliver");
  try {
    const { related, course, seals } = await dock.server.json("GET", `/v1/shipments/${id}`);
    const there = new Set(related.map((one) => one.id));
    const waiting = own.filter((item) => item.state !== "accepted" && !there.has(item.id));
    const said = waiting.map(({ claims }) => claims);
    return { course, said, seals: sealsNow(said, seals), isOver: ended || related.some(({ kind }) => ENDS.has(kind)), isAll: true };
  } catch {
    const said = own.map(({ claims }) => claims);
    return { course: null, said, seals: sealsNow(said), isOver: ended, isAll: false };
  }
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
