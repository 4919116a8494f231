// What the server's answer means for an item of the outbox.

import { explain } from "./words.js";

/** A record relies on something that is not there, or not yet. */
const BASIS = new Set(["citation_unknown", "credit_unknown", "prev_unknown", "unknown_lot"]);
/** The key does not count yet; nothing is lost by waiting. */
const AWAITS_KEY = new Set(["unknown_key"]);
/** The server keeps as many receipts as it may for that dispatch; it has to come first. */
const AWAITS_ROOM = new Set(["parked_full"]);

/**
 * What becomes of an item.
 * @param {object} item
 * @param {{outcome: string, index?: number, receipt?: string, awaits?: string, code?: string, why?: {zh: string, en: string}}} answer
 * @param {(id: string) => string | undefined} stateOf state of another item by its record's id
 * @returns {object} the members that change
 */
export function settled(item, answer, stateOf) {
  switch (answer.outcome) {
    case "accepted":
    case "duplicate":
      return { state: "accepted", index: answer.index, receipt: answer.receipt, held: null, refusal: null };
    case "parked":
      return { state: "parked", awaits: answer.awaits, held: null, refusal: null };
    case "refused":
      return refused(item, answer, stateOf);
    default:
      // Withheld, or a word of a later server: it is not recorded, and may be sent again.
      return { state: "pending", held: null };
  }
}

function refused(item, { code, why }, stateOf) {
  if (AWAITS_KEY.has(code)) return { state: "pending", held: "awaiting_key" };
  if (AWAITS_ROOM.has(code)) return { state: "pending", held: "waits_for" };
  // What it relies on is ours and still on its way: then it was not wrong, only early.
  const isEarly = BASIS.has(code) && item.cites.some((id) => ["pending", "sent", "parked"].includes(stateOf(id)));
  if (isEarly) return { state: "pending", held: "waits_for" };
  const isOver = BASIS.has(code) && item.cites.some((id) => stateOf(id) === "refused");
  if (isOver) return { state: "refused", held: null, refusal: explain({ code: "basis_refused" }) };
  return { state: "refused", held: null, refusal: { code, zh: why?.zh ?? code, en: why?.en ?? code } };
}

/**
 * Reads the answer to many records, as far as it came: a line for each, by number.
 * @param {string} text NDJSON
 * @param {number} count records that were sent
 * @returns {(object | undefined)[]} undefined where nothing that can be understood was said
 */
export function readAnswers(text, count) {
  const answers = new Array(count);
  for (const line of text.split("\n")) {
    try {
      const answer = JSON.parse(line);
      const isOf = Number.isSafeInteger(answer?.line) && answer.line >= 1 && answer.line <= count;
      if (isOf && typeof answer.outcome === "string") answers[answer.line - 1] = answer;
    } catch {
      // The connection ended within this line: nobody knows what it was to say.
    }
  }
  return answers;
}
