// Safety intervals 安全间隔期 and withdrawal periods 休药期: whether goods of a plot were harvested before the days were over that
// have to pass after an input was used. What the server knows of the site counts, and what was said here since; where the
// server was not asked, that is said.

import { daysAfter } from "./ui.js";

const NEEDS_INTERVAL = new Set(["pesticide", "veterinary_drug"]);

/**
 * Inputs that are known at this site.
 * @param {{at: number, body: object, seen: string[]} | null} desk
 * @param {object[]} items of the outbox
 * @param {string | null} site
 * @returns {{uses: {name: string, kind: string, plot: string, from: string, until: string, interval_days?: number | null}[], at: number | null, isCut: boolean}}
 *   `at`: as of when the server was asked, in milliseconds; null if only this device's are known
 */
export function inputsOf(desk, items, site) {
  const told = desk?.body.keeping;
  const seen = new Set(told ? desk.seen : []);
  const own = items.filter(({ claims, state, op_id }) => claims.type === "use_input" && claims.site === site && state !== "refused" && !seen.has(op_id)).map(({ claims }) => claims.body);
  return { uses: [...own, ...(told?.inputs ?? [])], at: told ? desk.at : null, isCut: told?.is_cut ?? false };
}

/** First day on which goods may be harvested after a use; null where nobody wrote the interval down and one is needed. */
export function allowedFrom({ kind, until, interval_days }) {
  if (interval_days === undefined || interval_days === null) return NEEDS_INTERVAL.has(kind) ? null : until;
  return daysAfter(until, interval_days);
}

/**
 * What inputs mean for goods.
 * @param {object[]} uses
 * @param {{plot?: string | null, made_on?: string | null, party?: string | null}} goods `party`: who produced them
 * @param {string} today the day of harvest where none is known
 * @returns {{early: {use: object, from: string}[], unknown: object[], unmatched: object[]}} `early`: harvested too soon;
 *   `unknown`: nobody knows the interval; `unmatched`: nobody knows of which plot the goods are, or whether this is it
 */
export function judgeIntervals(uses, { plot = null, made_on = null, party = null }, today) {
  const day = made_on ?? today;
  const [early, unknown, unmatched] = [[], [], []];
  for (const use of uses) {
    // Plots of several smallholders may go by one name.
    if (use.from > day || (party !== null && (use.on_behalf_of ?? party) !== party)) continue;
    const from = allowedFrom(use);
    if (from !== null && from <= day) continue;
    if (plot === null) unmatched.push(use);
    else if (plot === use.plot && from === null) unknown.push(use);
    else if (plot === use.plot) early.push({ use, from });
  }
  return { early, unknown, unmatched };
}
