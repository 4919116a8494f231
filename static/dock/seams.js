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
 * @param {{dispatch: string, site: string, temp_c?: string, seals_intact?: boolean}} what
 * @returns {Promise<{check: string, reasons: {code: string, zh: string, en: string, lot?: string}[]} | null>}
 */
export async function entryCheck(dock, { dispatch, site, temp_c, seals_intact }) {
  try {
    return await dock.ask(`/v1/shipments/${dispatch}/entry-check`, "POST", { site, temp_c, seals_intact });
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/**
 * Papers that goods and route ask for and that are missing, or null if nobody can say.
 * @param {import("./dock.js").Dock} dock
 * @param {{from: string, to: string, lots: string[]}} plan
 * @returns {Promise<{missing: {lot: string, paper: string, zh: string, en: string}[]} | null>}
 */
export async function missingPapers(dock, plan) {
  try {
    return await dock.ask("/v1/dispatch-check", "POST", plan);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
