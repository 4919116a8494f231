// What was recorded long ago leaves the phone. Only what has a receipt, was recorded long enough ago, and is needed by nothing
// that is still here goes; a mark says how many went and until when. Everything that went stays in the log, where its id finds it.

import { done } from "./db.js";

const DAY_S = 86_400;
/** Days for which what was recorded stays here with its receipt. */
export const KEEP_DAYS = 45;
/** Items that stay however old they are: the newest. */
export const KEEP_ITEMS = 300;
export const PRUNED = "pruned";

/** Legs of a shipment go together, once it is delivered. */
const LEG = new Set(["pick_up", "observe", "hand_on", "deliver"]);

const dayOf = (seconds) => new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 10);
const dayAfter = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_S * 1000).toISOString().slice(0, 10);

/** Whether an input's interval is still running, or nobody knows how long it is and it was used within a year. */
function runs({ until, interval_days }, today) {
  return dayAfter(until, interval_days ?? 365) >= today;
}

/**
 * Which items may go.
 * @param {object[]} items of the outbox
 * @param {{seconds: number, seen?: Iterable<string>, open?: Iterable<string>, keepDays?: number, keepItems?: number}} now `seen`: items that are in
 *   what the server said of the desk; `open`: records that a screen shows as under way (shipments, what has to be settled)
 * @returns {object[]}
 */
export function prunable(items, { seconds, seen = [], open = [], keepDays = KEEP_DAYS, keepItems = KEEP_ITEMS }) {
  const [told, open_] = [new Set(seen), new Set(open)];
  const newest = new Set([...items].sort((a, b) => b.claims.iat - a.claims.iat).slice(0, keepItems).map(({ op_id }) => op_id));
  // What is not recorded yet, and all that it relies on.
  const needed = new Set(items.filter(({ state }) => state !== "accepted").flatMap(({ cites, id, replaces }) => [...(cites ?? []), id, replaces].filter(Boolean)));
  const lastCheck = items.filter(({ claims }) => claims.type === "inspect" && claims.body.mode === "self_check").sort((a, b) => b.claims.body.at - a.claims.body.at)[0];
  const delivered = new Set(items.filter(({ claims, state }) => claims.type === "deliver" && state === "accepted").map(({ claims }) => claims.body.dispatch));
  const isOld = ({ claims, acceptedAt }) => (acceptedAt ?? claims.iat) + keepDays * DAY_S < seconds;
  return items.filter((item) => {
    const { claims, state, receipt, id, op_id } = item;
    if (state !== "accepted" || !receipt || !isOld(item) || newest.has(op_id)) return false;
    // The stock is the desk and what was said since: what the desk does not have yet is needed.
    if (claims.moves?.length > 0 && !told.has(op_id)) return false;
    if (needed.has(id) || needed.has(op_id) || open_.has(id) || open_.has(claims.body.dispatch)) return false;
    if (claims.type === "use_input" && runs(claims.body, dayOf(seconds))) return false;
    if (op_id === lastCheck?.op_id) return false;
    if (LEG.has(claims.type) && claims.body.dispatch && !delivered.has(claims.body.dispatch)) return false;
    return true;
  });
}

/**
 * Lets them go.
 * @param {import("./db.js").Database} db
 * @param {Parameters<typeof prunable>[1]} now
 * @returns {Promise<number>} how many went
 */
export function prune(db, now) {
  return db.run(["outbox", "marks", "kept"], async ({ outbox, marks, kept }) => {
    const gone = prunable(await done(outbox.getAll()), now);
    if (gone.length === 0) return 0;
    for (const { op_id, claims } of gone) {
      await done(outbox.delete(op_id));
      if (claims.type === "deliver") await done(marks.delete(`leg:${claims.body.dispatch}`));
      if (claims.type !== "receive") continue;
      await done(marks.delete(`tray:${claims.body.dispatch}`));
      // A dispatch that was scanned: without its receipt it would be coming again.
      await done(kept.delete(claims.body.dispatch));
    }
    const before = await done(marks.get(PRUNED));
    const until = Math.max(before?.until ?? 0, ...gone.map(({ claims }) => claims.iat));
    await done(marks.put({ name: PRUNED, count: (before?.count ?? 0) + gone.length, until }));
    return gone.length;
  });
}
