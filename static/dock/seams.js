// What the server may be asked for beside records and desks. Each of these is a help: a server that does not have it, or a
// dock without a network, changes nothing but that the help is missing, and the screen says so.

import { Problem } from "../workbench/api.js";
import { Fault } from "../verify/fault.js";
import { of, t } from "./ui.js";

/** Whether a fault means that the help is not to be had now. */
const isAbsent = (error) => error instanceof Fault && !(error instanceof Problem && [400, 409, 415, 422].includes(error.status));

/** Bytes of a photo that the server takes. */
const SENT_BYTES_MAX = 10 * 1024 * 1024;
/** Bytes up to which a photo is sent as it is; a larger one is made smaller first, for a network as docks have it. */
const AS_IT_IS_BYTES = 1024 * 1024;
/** Longest side of a photo that is sent: what the server looks at. */
const SENT_SIDE_PX = 2400;

/** The photo with no more pixels than are looked at; as it is if this device cannot open it. */
export async function smaller(photo) {
  if (photo.size <= AS_IT_IS_BYTES) return photo;
  try {
    const bitmap = await createImageBitmap(photo);
    const by = Math.min(1, SENT_SIDE_PX / Math.max(bitmap.width, bitmap.height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * by)), Math.max(1, Math.round(bitmap.height * by)));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  } catch {
    return photo;
  }
}

let helper = null;

/** Says through whom photos are sent that this device cannot read. @param {import("./dock.js").Dock} dock */
export const photosHelpedBy = (dock) => {
  helper = dock;
};

/**
 * Codes in a photo that this device could not read; none if the server cannot be asked.
 * @param {Blob} photo
 * @returns {Promise<{text: string}[]>}
 * @throws {Fault} what is wrong with the photo
 */
export async function photoByServer(photo) {
  if (!helper) return [];
  const sent = await smaller(photo);
  if (sent.size > SENT_BYTES_MAX) throw new Fault("photo_too_large_to_send");
  try {
    const { codes } = await helper.send("/v1/codes/decode", "POST", sent, sent.type || "application/octet-stream");
    return Array.isArray(codes) ? codes.filter(({ text }) => typeof text === "string") : [];
  } catch (error) {
    if (error instanceof Problem && [413, 415, 422].includes(error.status)) throw error;
    return [];
  }
}

/** Lots that the server looks at together. */
const LOTS_MAX = 64;

/** What the entry check says, the graver last. */
export const GRAVITY = ["accept", "accept_with_note", "hold", "refuse"];

/** The graver of two words of the entry check. */
export const graver = (one, other) => (GRAVITY.indexOf(one) > GRAVITY.indexOf(other) ? one : other);

/** Work on some lots after the others, as many together as the server looks at. */
async function inTurns(lots, work) {
  for (let at = 0; at < lots.length; at += LOTS_MAX) await work(lots.slice(at, at + LOTS_MAX));
}

/**
 * What the entry check says of a delivery (accept, accept_with_note, hold or refuse), or null if nobody can say.
 * @param {import("./dock.js").Dock} dock
 * @param {{dispatch: string, lots: string[], temp_c?: string, temps_c?: Record<string, string>, seals_intact?: boolean, papers_seen?: string[]}} what
 * @returns {Promise<{check: string, reasons: {code: string, check: string, paper?: string, name?: object, zh: string, en: string, lots: string[]}[]} | null>}
 */
export async function entryCheck(dock, what) {
  // What is the same for many lots is said once.
  const reasons = new Map();
  let check = "accept";
  try {
    await inTurns([...new Set(what.lots)], async (some) => {
      const told = await dock.ask("/v1/entry-check", "POST", { ...what, lots: some });
      check = graver(check, told.advice);
      for (const { lot, reasons: found } of told.lots) {
        for (const { code, advice, paper, paper_words: name, why } of found) {
          const [zh, en] = [why.zh.replace(`（${lot}）`, ""), why.en.replace(` (${lot})`, "")];
          const one = reasons.get(zh) ?? { code, check: advice, paper: paper ?? undefined, name, zh, en, lots: [] };
          one.lots.push(lot);
          reasons.set(zh, one);
        }
      }
    });
    return { check, reasons: [...reasons.values()] };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/**
 * Papers that goods and route ask for: those that are missing or wrong, those that are there, and what stops goods whatever papers they have; or
 * null if nobody can say.
 * @param {import("./dock.js").Dock} dock
 * @param {{from: string, to: string, lots: string[]}} plan
 * @returns {Promise<{missing: {lot: string, code: string, kind: string, reference: boolean, zh: string, en: string}[],
 *   stops: {lot: string, code: string, records: string[], zh: string, en: string}[],
 *   there: {kind: string, lots: string[], isTyped: boolean, zh: string, en: string}[]} | null>}
 */
export async function papersOf(dock, { from, to, lots }) {
  const [missing, stops] = [[], []];
  const there = new Map();
  try {
    await inTurns(lots, async (some) => {
      const told = await dock.ask("/v1/dispatch-check", "POST", { from, to, lots: some });
      for (const { lot, wrong, papers, stops: found = [] } of told.lots) {
        missing.push(...wrong.map(({ code, kind, reference, why }) => ({ lot, code, kind, reference, ...why })));
        stops.push(...found.map(({ code, records, why }) => ({ lot, code, records, ...why })));
        for (const { kind, words, at_hand } of papers) {
          if (at_hand === null || wrong.some((one) => one.kind === kind)) continue;
          const one = there.get(kind) ?? { kind, lots: [], isTyped: false, zh: words.zh, en: words.en };
          if (!one.lots.includes(lot)) one.lots.push(lot);
          one.isTyped ||= at_hand === "transcribed";
          there.set(kind, one);
        }
      }
    });
    return { missing, stops, there: [...there.values()] };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Those of them that are missing or wrong. */
export const missingPapers = async (dock, plan) => (await papersOf(dock, plan))?.missing ?? null;

/** Papers that are there, in words: which, and for how many lots. */
export const thereWords = ({ lots, isTyped, ...words }) => `${of(words)}${t(`（${lots.length} 批${isTyped ? "，有抄录的" : ""}）`, ` (${lots.length} lots${isTyped ? ", some typed off" : ""})`)}`;

/**
 * Sends a picture under its hash.
 * @returns {Promise<{outcome: "sent" | "refused" | "later", why?: {zh: string, en: string}}>} `later`: the server was not reached, or is busy
 */
export async function sendPicture(hash, media, bytes) {
  const answer = await fetch(`/v1/files/${hash}`, { method: "PUT", body: bytes, headers: { "content-type": media } }).catch(() => null);
  if (answer?.ok) return { outcome: "sent" };
  const isRefused = answer && answer.status < 500 && ![401, 408, 429].includes(answer.status);
  return isRefused ? { outcome: "refused", why: (await answer.json().catch(() => null))?.detail } : { outcome: "later" };
}
