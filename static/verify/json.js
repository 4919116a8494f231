// JSON as records may write it (docs/RECORD-FORMAT.md section 4). The browser's own reader takes
// members that are named twice, fractions and numbers that it rounds, so it is not asked.

import { fromUtf8 } from "./bytes.js";
import { Fault } from "./fault.js";
import { LIMITS } from "./tables.js";

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = [["true", true], ["false", false], ["null", null]];

/** The nesting depth, counted without reading, so that a deep text cannot exhaust the stack. */
function depthOf(text) {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (inText && c === "\\") i += 1;
    else if (c === '"') inText = !inText;
    else if (!inText && (c === "[" || c === "{")) deepest = Math.max(deepest, (depth += 1));
    else if (!inText && (c === "]" || c === "}")) depth -= 1;
  }
  return deepest;
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    /** The first thing that is irregular though it is JSON. */
    this.irregular = null;
  }

  wrong(what) {
    return this.irregular ?? new Fault("malformed", `${what} at character ${this.at}`);
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  take(char) {
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  value() {
    this.match(SPACE);
    const value = this.bare();
    this.match(SPACE);
    return value;
  }

  bare() {
    if (this.take("{")) return this.object();
    if (this.take("[")) return this.list();
    if (this.take('"')) return this.string();
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    const number = this.match(NUMBER);
    if (!number) throw this.wrong("no value");
    const value = Number(number[0]);
    if (number[1] || number[2] || !Number.isSafeInteger(value) || Object.is(value, -0)) {
      this.irregular ??= new Fault("inexact_number", number[0].slice(0, 40));
    }
    return value;
  }

  object() {
    const members = Object.create(null);
    this.match(SPACE);
    if (this.take("}")) return members;
    do {
      this.match(SPACE);
      if (!this.take('"')) throw this.wrong("no name of a member");
      const name = this.string();
      if (name in members) this.irregular ??= new Fault("duplicate_member", name.slice(0, 120));
      this.match(SPACE);
      if (!this.take(":")) throw this.wrong("no colon");
      members[name] = this.value();
    } while (this.take(","));
    if (!this.take("}")) throw this.wrong("the object does not end");
    return members;
  }

  list() {
    const elements = [];
    this.match(SPACE);
    if (this.take("]")) return elements;
    do elements.push(this.value());
    while (this.take(","));
    if (!this.take("]")) throw this.wrong("the list does not end");
    return elements;
  }

  string() {
    let text = "";
    for (;;) {
      text += this.match(PLAIN)[0];
      if (this.take('"')) return text;
      if (!this.take("\\")) throw this.wrong("the text does not end or holds a control character");
      text += this.escape();
    }
  }

  escape() {
    const char = this.text[this.at];
    this.at += 1;
    if (char !== "u") {
      if (!Object.hasOwn(ESCAPES, char ?? "")) throw this.wrong("no escape");
      return ESCAPES[char];
    }
    const high = this.unit();
    if (high < 0xd800 || high > 0xdfff) return String.fromCharCode(high);
    const paired = high < 0xdc00 && this.take("\\") && this.take("u");
    const low = paired ? this.unit() : 0;
    if (low < 0xdc00 || low > 0xdfff) throw this.wrong("half of a character");
    return String.fromCharCode(high, low);
  }

  unit() {
    const found = this.match(/[0-9a-fA-F]{4}/y);
    if (!found) throw this.wrong("no four hexadecimal digits");
    return Number.parseInt(found[0], 16);
  }
}

/**
 * Reads one JSON value with nothing after it but white space. Objects have no prototype, and their
 * members stand in the order of the text.
 * @param {Uint8Array | string} input
 * @param {number} [depthMax] deepest nesting
 * @returns {unknown}
 * @throws {Fault} invalid_utf8, too_deep, duplicate_member, inexact_number or malformed, whichever
 *   is found first in this order; the third and fourth as they come in the text
 */
export function readJson(input, depthMax = LIMITS.JSON_DEPTH_MAX) {
  const text = typeof input === "string" ? input : fromUtf8(input);
  if (text === null) throw new Fault("invalid_utf8");
  if (depthOf(text) > depthMax) throw new Fault("too_deep", `deeper than ${depthMax}`);
  const reader = new Reader(text);
  const value = reader.value();
  if (reader.at !== text.length) throw reader.wrong("something after the value");
  if (reader.irregular) throw reader.irregular;
  return value;
}

/** Whether a value that was read is an object. @param {unknown} value */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
