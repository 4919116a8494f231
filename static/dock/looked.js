// Of many lots not all are looked at every minute: first those of which nothing is known, then those of which something was found, then
// the others in turn. What is known of a lot stands until it is looked at again or is gone.

/** Lots that are looked at every time: as many as the server takes together. */
const EACH_MAX = 64;
/** Lots of which nothing is known that are looked at together. */
const NEW_MAX = 512;

/**
 * Which lots are looked at now.
 * @param {string[]} here lots that are held
 * @param {{looked?: Record<string, number>, lacking?: {lot: string}[], stops?: {lot: string}[]}} before what is known
 * @returns {string[]}
 */
export function toLookAt(here, { looked = {}, lacking = [], stops = [] }) {
  const lots = [...new Set(here)];
  if (lots.length <= EACH_MAX) return lots;
  const fresh = lots.filter((lot) => looked[lot] === undefined).slice(0, NEW_MAX);
  const found = new Set([...lacking, ...stops].map(({ lot }) => lot));
  const known = lots.filter((lot) => looked[lot] !== undefined).sort((a, b) => looked[a] - looked[b]);
  const first = known.filter((lot) => found.has(lot)).slice(0, EACH_MAX / 2);
  const rest = known.filter((lot) => !first.includes(lot)).slice(0, EACH_MAX - first.length);
  return [...fresh, ...first, ...rest];
}

/**
 * What is known now.
 * @param {string[]} here
 * @param {object} before
 * @param {{lots: string[], at: number, lacking: {lot: string}[], stops: {lot: string}[]} | null} told null if the server said nothing
 */
export function nowKnown(here, { looked = {}, lacking = [], stops = [] }, told) {
  const asked = new Set(told?.lots ?? []);
  const stays = new Set(here.filter((lot) => !asked.has(lot)));
  const still = (all) => all.filter(({ lot }) => stays.has(lot));
  const times = Object.entries(looked).filter(([lot]) => stays.has(lot));
  return {
    looked: Object.fromEntries([...times, ...[...asked].map((lot) => [lot, told.at])]),
    lacking: [...still(lacking), ...(told?.lacking ?? [])],
    stops: [...still(stops), ...(told?.stops ?? [])],
  };
}
