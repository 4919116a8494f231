// QR codes as pictures of a page.

import { modulesOf } from "../workbench/qr-code.js";

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4;

const made = (name, attributes) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
};

/** A QR code. @param {string} text @param {string} title for whoever cannot see it */
export function qr(text, title) {
  const modules = modulesOf(text);
  const size = modules.length + 2 * QUIET;
  const parts = [];
  for (const [y, row] of modules.entries()) {
    for (const [x, isDark] of row.entries()) if (isDark) parts.push(`M${x + QUIET} ${y + QUIET}h1v1h-1z`);
  }
  const svg = made("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": title, "shape-rendering": "crispEdges", class: "qr" });
  svg.append(made("path", { fill: "#fff", d: `M0 0h${size}v${size}H0z` }), made("path", { fill: "#000", d: parts.join("") }));
  return svg;
}
