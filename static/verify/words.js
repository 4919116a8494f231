// From codes to words (texts.js).

import { FAULTS, LIMITS_OF_CHECKING, STEPS } from "./texts.js";

const ALWAYS = ["newer", "script", "other_tree", "verdict", "findings", "truth", "blobs"];
const pair = ([zh, en]) => ({ zh, en });

/** The innermost fault: what exactly is wrong. */
function innermost(fault) {
  return fault.cause ? innermost(fault.cause) : fault;
}

/**
 * A fault in words.
 * @param {import("./fault.js").Fault} fault
 * @returns {{code: string, cause: string | null, zh: string, en: string, detail: string}} `cause`: code of the
 *   fault inside, if there is one; `detail` of the innermost
 */
export function explain(fault) {
  const inner = innermost(fault);
  const [zh, en] = FAULTS[fault.code];
  const cause = fault.cause?.code ?? null;
  const more = cause ? FAULTS[cause] : null;
  return {
    code: fault.code,
    cause,
    zh: more ? `${zh}：${more[0]}` : zh,
    en: more ? `${en}: ${more[1]}` : en,
    detail: inner.detail,
  };
}

/** A step in words. @param {string} code */
export const stepWords = (code) => pair(STEPS[code]);

/**
 * What cannot be excluded, in words; first what a reader should know first.
 * @param {string[]} codes what this check did not do, beside what no check does
 * @param {number} count of records that are not included
 */
export function limitsOf(codes, count) {
  return [...codes, ...ALWAYS].map((code) => {
    const [zh, en] = LIMITS_OF_CHECKING[code].map((text) => text.replace("{count}", String(count)));
    return { code, zh, en };
  });
}
