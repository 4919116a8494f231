// What the server may be asked for beside records and desks. Each of these is a help: a server that does not have it, or a
// dock without a network, changes nothing but that the help is missing, and the screen says so.

import { Problem } from "../workbench/api.js";
import { Fault } from "../verify/fault.js";

/** Whether a fault means that the help is not to be had now. */
const isAbsent = (error) => error instanceof Fault && !(error instanceof Problem && [400, 409, 415, 422].includes(error.status));

/**
 * Codes in a photo that this device could not read.
 * @param {Blob} file
 * @returns {Promise<{text: string}[]>}
 */
export async function photoByServer(file) {
  try {
    const answer = await fetch("/v1/codes/decode", { method: "POST", body: file, headers: { "content-type": file.type || "application/octet-stream" } });
    if (!answer.ok) return [];
    const { codes } = await answer.json();
    return Array.isArray(codes) ? codes.filter(({ text }) => typeof text === "string") : [];
  } catch {
    return [];
  }
}

/**
 * What the entry check says of a delivery (accept, accept_with_note, hold or refuse), or null if nobody can say.
 * @param {import("./dock.js").Dock} dock
 * @param {{dispatch: string, temp_c?: string, seals_intact?: boolean}} what
 * @returns {Promise<{check: string, reasons: {zh: string, en: string, lots: string[]}[]} | null>}
 */
export async function entryCheck(dock, { dispatch, temp_c, seals_intact }) {
  try {
    const { advice, lots } = await dock.ask("/v1/entry-check", "POST", { dispatch, temp_c, seals_intact });
    // What is the same for many lots is said once.
    const reasons = new Map();
    for (const { lot, reasons: found } of lots) {
      for (const { why } of found) {
        const one = reasons.get(why.zh) ?? { ...why, lots: [] };
        one.lots.push(lot);
        reasons.set(why.zh, one);
      }
    }
    return { check: advice, reasons: [...reasons.values()] };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Lots that the server looks at together. */
const LOTS_MAX = 64;

/**
 * Papers that goods and route ask for and that are missing or wrong, or null if nobody can say.
 * @param {import("./dock.js").Dock} dock
 * @param {{from: string, to: string, lots: string[]}} plan
 * @returns {Promise<{lot: string, code: string, reference: boolean, zh: string, en: string}[] | null>}
 */
export async function missingPapers(dock, { from, to, lots }) {
  const missing = [];
  try {
    for (let at = 0; at < lots.length; at += LOTS_MAX) {
      const told = await dock.ask("/v1/dispatch-check", "POST", { from, to, lots: lots.slice(at, at + LOTS_MAX) });
      for (const { lot, wrong } of told.lots) missing.push(...wrong.map(({ code, reference, why }) => ({ lot, code, reference, ...why })));
    }
    return missing;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Sends a picture under its hash; whether the server has it. */
export async function sendPicture(hash, media, bytes) {
  const answer = await fetch(`/v1/files/${hash}`, { method: "PUT", body: bytes, headers: { "content-type": media } }).catch(() => null);
  return answer?.ok ?? false;
}
