// Dispatches that were scanned from a screen or fetched from the server, kept so that they can be received without a
// network, and after the page was closed.

import { fixedBase64url } from "../verify/bytes.js";
import { demandStrong } from "../verify/keys.js";
import { readRecord, verifyRecord } from "../verify/record.js";
import { done } from "./db.js";

/**
 * Keeps a dispatch that was read and checked. One with more values open goes before one with fewer.
 * @param {import("./db.js").Database} db
 * @param {{record: import("../verify/record.js").Record, text: string, x: string}} scanned as `readScanned` gives it
 * @param {number} nowMs
 */
export function keepDispatch(db, { record, text, x }, nowMs) {
  const { id, kid, claims, body } = record;
  const row = { id, kid, x, text, waybill: body.waybill, sender: claims.iss, to: body.consignee, keptAt: nowMs };
  return db.run(["kept"], async ({ kept }) => {
    const there = await done(kept.get(id));
    if (!there || there.text.length < text.length) await done(kept.put(row));
    return there ?? row;
  });
}

/** What is kept, the newest first. @param {import("./db.js").Database} db */
export const keptDispatches = async (db) => (await db.all("kept")).sort((a, b) => b.keptAt - a.keptAt);

/**
 * Reads a dispatch that is kept, and verifies it again: what lies on a phone may have been changed.
 * @param {import("./db.js").Database} db
 * @param {string} id
 * @returns {Promise<import("../verify/record.js").Record | null>}
 */
export async function readKept(db, id) {
  const row = await db.get("kept", id);
  if (!row) return null;
  const record = await readRecord(row.text);
  const key = fixedBase64url(row.x, 32);
  demandStrong(key);
  await verifyRecord(record, key);
  return record;
}

/** Forgets a dispatch, once its receipt is recorded. */
export const forgetDispatch = (db, id) => db.run(["kept"], ({ kept }) => done(kept.delete(id)));
