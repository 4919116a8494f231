// Counties by name: people know 嘉善县, records say 330421. The names are a file of their own, kept on the device with the page.

import { KINDS } from "../verify/kinds.js";
import { typed } from "./form.js";

/** Whole names by code. @type {[string, string][]} */
let names = [];

/** Loads the names; without them codes can be typed all the same. */
export async function knowCounties() {
  if (names.length > 0) return;
  // Seen from here and from the joined scripts, which are in a folder beside. Written out, so that the service worker keeps it.
  const answer = await fetch(new URL("../dock/divisions.json", import.meta.url)).catch(() => null);
  if (answer?.ok) names = Object.entries(await answer.json());
}

/**
 * The code of a county that was typed: six digits, a whole name or the end of one that no other has.
 * @param {string} text
 * @param {[string, string][]} all
 * @returns {string | null}
 */
export function codeOf(text, all) {
  const said = text.normalize("NFKC").replace(/\s/g, "");
  const digits = /[0-9]{6}/.exec(said)?.[0];
  if (digits) return KINDS.division(digits) ? digits : null;
  const whole = all.find(([, name]) => name === said);
  if (whole) return whole[0];
  const ends = said.length < 2 ? [] : all.filter(([, name]) => name.endsWith(said));
  return ends.length === 1 ? ends[0][0] : null;
}

/** The whole name of a county, as far as names are loaded; else its code. @param {string} code */
export const countyName = (code) => names.find(([one]) => one === code)?.[1] ?? code;

/** A field for a county. @param {string} name @param {string} label @param {{value?: string, required?: boolean}} how */
export function county(name, label, { value, required }) {
  const called = names.find(([code]) => code === value);
  const list = names.map(([code, whole]) => [`${whole} ${code}`, whole]);
  const wrong = ["没有这个县，或有几个同名：请写全，或填 6 位代码", "no county has this name or code, or several have: write it out, or its six digits"];
  return typed(name, label, { value: called ? `${called[1]} ${value}` : (value ?? ""), required, list, read: (text) => codeOf(text, names), wrong });
}
