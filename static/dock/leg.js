// What is said of a leg: on this device, and, with a network, by everybody; and the code that the paper in the cab has.

import { readRecord } from "../verify/record.js";

/** Records of a leg that are read for its state, the newest: loggers hand in many. */
const READ_MAX = 40;
const OF_LEG = new Set(["pick_up", "observe", "hand_on", "deliver"]);

/** Records that were read; they never change. @type {Map<string, object>} */
const known = new Map();

/** Items of this device about a leg, in order. */
export async function itemsOf(dock, id) {
  const items = await dock.outbox.items();
  return items.filter(({ claims, state }) => claims.body.dispatch === id && state !== "refused");
}

/** What was said of a leg on this device, in order. */
export const saidOf = async (dock, id) => (await itemsOf(dock, id)).map(({ claims }) => claims);

/**
 * What was said of a leg by everybody: with what this device said and is not recorded yet.
 * @returns {Promise<object[] | null>} claims; null if the server cannot be asked
 */
export async function saidByAll(dock, id) {
  try {
    const own = await itemsOf(dock, id);
    const here = new Set(own.map((item) => item.id));
    const { related } = await dock.server.json("GET", `/v1/shipments/${id}`);
    const others = related.filter((one) => OF_LEG.has(one.kind) && !here.has(one.id)).slice(-READ_MAX);
    for (const one of others.filter((one) => !known.has(one.id))) {
      const { claims, body } = await readRecord((await dock.server.json("GET", `/v1/records/${one.id}`)).sd_jwt);
      known.set(one.id, { ...claims, body });
    }
    return [...others.map((one) => known.get(one.id)), ...own.map(({ claims }) => claims)];
  } catch {
    return null;
  }
}

/** The disclosure of the vehicle in a signed text, if it is open there. @param {string} text */
export async function vehicleIn(text) {
  const { slots } = await readRecord(text);
  return slots.find(({ place, name, opened }) => place !== "line" && name === "vehicle" && opened?.value)?.opened.disclosure ?? null;
}

/** Where a checkpoint looks, with the disclosure of the vehicle: the plate is sealed, and whoever shows this shows it. */
export const paperLink = (id, vehicle) => `${globalThis.location.origin}/w/${id}${vehicle ? `?v=${vehicle}` : ""}`;

/** The vehicle that this device said last of a leg, with its disclosure; null if it said none. */
export async function lastVehicle(dock, id) {
  const item = (await itemsOf(dock, id)).filter(({ claims, text }) => text && claims.body.vehicle).at(-1);
  return item ? { vehicle: item.claims.body.vehicle, driver: item.claims.body.driver, disclosure: await vehicleIn(item.text) } : null;
}
