// QR codes on the screen of a phone, without a network.

import qrcode from "../vendor/qrcode-generator.js";

/** Light modules around a code, as ISO/IEC 18004 asks for. */
const QUIET = 4;
const ALPHANUMERIC = /^[0-9A-Z $%*+\-./:]*$/;

/**
 * The modules of a code at level M, row by row.
 * @param {string} text
 * @returns {boolean[][]} dark or not
 */
export function modulesOf(text) {
  const code = qrcode(0, "M");
  if (ALPHANUMERIC.test(text)) code.addData(text, "Alphanumeric");
  // The library writes a character as a byte; the text's UTF-8 is given to it as such.
  else code.addData(String.fromCharCode(...new TextEncoder().encode(text)), "Byte");
  code.make();
  const size = code.getModuleCount();
  const each = Array.from({ length: size }, (_, at) => at);
  return each.map((row) => each.map((column) => code.isDark(row, column)));
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
