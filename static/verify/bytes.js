// Bytes and their spellings. Every spelling read here is the only one of its bytes.

const URL_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STANDARD_ALPHABET = `${URL_ALPHABET.slice(0, 62)}+/`;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const valuesOf = (alphabet) => {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i += 1) values[alphabet.charCodeAt(i)] = i;
  return values;
};
const URL_VALUES = valuesOf(URL_ALPHABET);
const STANDARD_VALUES = valuesOf(STANDARD_ALPHABET);

/** Reads characters without padding; null for a foreign character, a rest of one, or loose bits. */
function decode(text, values) {
  const rest = text.length % 4;
  if (rest === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? values[code] : -1;
    if (value < 0) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = held >> bits;
      at += 1;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}

function encode(bytes, alphabet) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const three = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const chars = Math.min(4, bytes.length - i + 1);
    for (let c = 0; c < chars; c += 1) text += alphabet[(three >> (18 - 6 * c)) & 63];
  }
  return text;
}

/**
 * Reads canonical base64url without padding.
 * @param {string} text
 * @returns {Uint8Array | null} null if it is not the one spelling of some bytes
 */
export const fromBase64url = (text) => decode(text, URL_VALUES);

/**
 * Reads `length` bytes in canonical base64url without padding.
 * @param {unknown} text
 * @param {number} length
 * @returns {Uint8Array | null}
 */
export function fixedBase64url(text, length) {
  if (typeof text !== "string" || text.length !== Math.ceil((length * 4) / 3)) return null;
  return fromBase64url(text);
}

/**
 * Reads canonical standard base64 with padding, as C2SP texts spell it.
 * @param {string} text
 * @returns {Uint8Array | null}
 */
export function fromBase64(text) {
  if (text.length % 4 !== 0) return null;
  const bare = text.replace(/={1,2}$/, "");
  return text.length - bare.length === (4 - (bare.length % 4)) % 4 ? decode(bare, STANDARD_VALUES) : null;
}

/** @param {Uint8Array} bytes */
export const toBase64url = (bytes) => encode(bytes, URL_ALPHABET);

/** @param {Uint8Array} bytes */
export const toBase64 = (bytes) =>
  encode(bytes, STANDARD_ALPHABET) + "=".repeat((3 - (bytes.length % 3)) % 3);

/**
 * Reads UTF-8; a byte order mark is kept.
 * @param {Uint8Array} bytes
 * @returns {string | null} null if it is not UTF-8
 */
export function fromUtf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** @param {string} text */
export const toUtf8 = (text) => encoder.encode(text);

/** Bytes of a text in UTF-8. @param {string} text */
export const utf8Length = (text) => toUtf8(text).length;

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * Whether two runs of bytes are the same. Nothing here is secret, so it may stop early.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
export const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/**
 * Joins runs of bytes.
 * @param {...Uint8Array} parts
 */
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * SHA-256, by the browser or by Node.js.
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>}
 */
export const sha256 = async (bytes) =>
  new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes));
