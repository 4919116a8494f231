// Numbers of a key's feed (docs/RECORD-FORMAT.md section 8). A number, what will be said under it and the salts
// are written down in one transaction before anything is signed. Signing makes the same bytes each time, so
// neither a second tab nor a phone that dies in between can make two records of one number.

import { toBase64url } from "../verify/bytes.js";
import { SEALED } from "../verify/tables.js";
import { done } from "./db.js";
import { randomSalt } from "./record.js";

const FIRST = 1;

/**
 * A name for something done here that nobody else gives (RFC 9562, version 7): by time, then at random.
 * @param {number} nowMs
 */
export function uuidv7(nowMs) {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  let time = nowMs;
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const countSealed = ({ type, moves = [] }) => moves.length + (SEALED[type] ?? []).length;

/** Records of others that a draft relies on. @param {import("./drafts.js").Draft} draft */
export function citedBy({ moves = [], refs = [], about = [], body }) {
  const { dispatch, receipt, hold, recall, record } = body;
  const subjects = about.map((one) => /^(?:record\/|lot@)([\w-]{43})/.exec(one)?.[1]);
  const lines = moves.map(({ of }) => of?.[0]);
  const named = [...lines, ...refs, ...subjects, dispatch, receipt, hold, recall, record];
  return [...new Set(named.filter((id) => typeof id === "string"))];
}

/**
 * Takes the next number, and writes down what will be said under it.
 * @param {import("./db.js").Database} db
 * @param {import("./drafts.js").Draft} draft
 * @param {{kid: string, log: string, party: string, site?: string | null}} who
 * @param {{op_id: string, seconds: number, nowMs: number, more?: object}} what `op_id` of an item that is there
 *   already is that item
 * @returns {Promise<object>} the item of the outbox
 */
export function reserve(db, draft, { kid, log, party, site }, { op_id, seconds, nowMs, more = {} }) {
  const salts = Array.from({ length: countSealed(draft) }, () => toBase64url(randomSalt()));
  return db.run(["feeds", "outbox"], async ({ feeds, outbox }) => {
    const there = await done(outbox.get(op_id));
    if (there) return there;
    const feed = (await done(feeds.get(kid))) ?? { kid, next: FIRST, last: null };
    const where = site ? { site } : {};
    const claims = { ...draft, log, iss: party, ...where, iat: seconds, seq: feed.next, prev: feed.last?.id ?? null };
    const item = {
      ...{ op_id, kid, seq: feed.next, state: "pending", claims, salts, cites: citedBy(draft) },
      ...{ id: null, text: null, madeAt: nowMs, tries: 0, held: null, refusal: null, ...more },
    };
    await done(outbox.add(item));
    await done(feeds.put({ ...feed, next: feed.next + 1 }));
    return item;
  });
}

/**
 * Notes that a record of a key has its receipt: later ones name it, or a later one, as their predecessor.
 * Within a transaction over `feeds`.
 */
export async function noteReceipt(feeds, kid, { id, seq }) {
  const feed = (await done(feeds.get(kid))) ?? { kid, next: seq + 1, last: null };
  const isLater = feed.last === null || feed.last.seq < seq;
  const last = isLater ? { id, seq } : feed.last;
  await done(feeds.put({ ...feed, next: Math.max(feed.next, seq + 1), last }));
}

/**
 * Learns from the server where a feed stands; numbers never go back.
 * @param {import("./db.js").Database} db
 * @param {{kid: string, seq: number, last: string | null}} told as `GET /v1/keys/{kid}` says it
 */
export const learn = (db, { kid, seq, last }) =>
  db.run(["feeds"], async ({ feeds }) => {
    if (last !== null) return noteReceipt(feeds, kid, { id: last, seq });
    const feed = (await done(feeds.get(kid))) ?? { kid, next: FIRST, last: null };
    return done(feeds.put({ ...feed, next: Math.max(feed.next, seq + 1) }));
  });
