// What is wrong, as a stable code. The words for each code are in words.js.

/** The first thing that is wrong with something, by its stable code. */
export class Fault extends Error {
  /**
   * @param {string} code stable code, as in docs/RECORD-FORMAT.md section 13 and the other sections of VERIFY.md
   * @param {string} [detail] what exactly, for whoever looks closer; in English
   * @param {Fault} [cause] the fault inside this one
   */
  constructor(code, detail = "", cause = undefined) {
    super(detail ? `${code}: ${detail}` : code, cause ? { cause } : undefined);
    this.name = "Fault";
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Throws a fault unless `holds`.
 * @param {unknown} holds
 * @param {string} code
 * @param {string} [detail]
 * @returns {asserts holds}
 */
export function demand(holds, code, detail) {
  if (!holds) throw new Fault(code, detail);
}
