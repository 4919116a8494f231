// Signing again what was refused: which, and how it reads then.

/** Signing the same again, with another time or number, may go well; so it may when what it relied on was refused and is signed again. */
const SIGN_AGAIN = new Set(["basis_refused", "clock_ahead", "key_not_yet_valid", "seq_reused", "prev_unknown", "prev_missing", "prev_not_of_feed"]);
/** So it may with another key. */
const OTHER_KEY = new Set(["key_revoked", "key_expired"]);

/** Whether another was signed in its place. @param {object} item @param {object[]} all */
export const isReplaced = ({ state, replacedBy }, all) => state === "refused" && Boolean(replacedBy) && all.some(({ op_id }) => op_id === replacedBy);

/**
 * Whether signing again may go well.
 * @param {object} item
 * @param {object[]} all items of the outbox
 * @param {{kid: string, party: string}} [device] who signs here now
 */
export function maySignAgain(item, all, device) {
  if (item.state !== "refused" || isReplaced(item, all)) return false;
  const { code } = item.refusal ?? {};
  const isOther = Boolean(device) && device.kid !== item.kid && device.party === item.claims.iss;
  if (!SIGN_AGAIN.has(code) && !(OTHER_KEY.has(code) && isOther)) return false;
  // What it relies on has to be there by then.
  const refused = all.filter((one) => one.state === "refused" && item.cites.includes(one.id));
  const isThere = (one) => all.some(({ op_id, state }) => op_id === one.replacedBy && state !== "refused");
  return refused.every((one) => isThere(one) || maySignAgain(one, all, device));
}

/**
 * An item with all that was refused and hangs together with it, in order.
 * @param {string} op_id @param {object[]} all in order
 */
export function chainOf(op_id, all) {
  const open = all.filter((one) => one.state === "refused" && !isReplaced(one, all));
  const chain = new Set(all.filter((one) => one.op_id === op_id));
  for (let size = 0; size !== chain.size; ) {
    size = chain.size;
    for (const one of open) {
      if ([...chain].some(({ id, cites }) => one.cites.includes(id) || cites.includes(one.id))) chain.add(one);
    }
  }
  return all.filter((one) => chain.has(one));
}

/** Members that say when: none of them lies after the signature. */
const [TIMES, DAYS] = [["at", "departs_at"], ["received_on", "sold_on", "issued_on", "made_on"]];

const noLater = (one, seconds, today) => {
  const times = TIMES.filter((name) => one[name] > seconds).map((name) => [name, seconds]);
  const days = DAYS.filter((name) => one[name] > today).map((name) => [name, today]);
  return { ...one, ...Object.fromEntries([...times, ...days]) };
};

/**
 * What was said, as a draft: it names the new records in place of those that it named, and nothing in it lies in the future.
 * @param {object} claims
 * @param {Map<string, string>} ids new ones by old ones
 * @param {number} seconds now
 * @returns {import("./drafts.js").Draft}
 */
export function draftAnew({ type, body, moves, refs, about, blobs }, ids, seconds) {
  const today = new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 10);
  const told = noLater(body, seconds, today);
  if (told.lots) told.lots = told.lots.map((one) => noLater(one, seconds, today));
  const draft = { type, body: told, ...Object.fromEntries(Object.entries({ moves, refs, about, blobs }).filter(([, it]) => it)) };
  // Ids are hashes: nothing else in a record reads like one.
  let text = JSON.stringify(draft);
  for (const [old, id] of ids) text = text.replaceAll(old, id);
  return JSON.parse(text);
}
