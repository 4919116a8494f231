// QR codes on the screen of a phone, without a network.

import { correction, generate, mode } from "../vendor/lean-qr.js";

/** Light modules around a code, as ISO/IEC 18004 asks for. */
const QUIET = 4;
const ALPHANUMERIC = /^[0-9A-Z $%*+\-./:]*$/;

/**
 * The modules of a code at level M, row by row.
 * @param {string} text
 * @returns {boolean[][]} dark or not
 */
export function modulesOf(text) {
  // One mode for the whole text; bytes without a mark of their encoding, which readers take for UTF-8.
  const data = ALPHANUMERIC.test(text) ? mode.alphaNumeric(text) : mode.bytes(new TextEncoder().encode(text));
  const code = generate(data, { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M });
  const each = Array.from({ length: code.size }, (_, at) => at);
  return each.map((row) => each.map((column) => code.get(column, row)));
}

/**
 * A code as SVG, which is sharp at any size; its description says what it is for.
 * @param {string} text
 * @param {string} title
 */
export function svgOf(text, title) {
  const modules = modulesOf(text);
  const size = modules.length + 2 * QUIET;
  const runs = modules.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark && !row[x - 1] ? [[x, y, row.indexOf(false, x) < 0 ? row.length - x : row.indexOf(false, x) - x]] : [])),
  );
  const path = runs.map(([x, y, length]) => `M${x + QUIET} ${y + QUIET}h${length}v1h-${length}z`).join("");
  const name = title.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img">` +
    `<title>${name}</title><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`
  );
}
