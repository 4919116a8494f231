// A record in little room. Digests of open fields and the header follow from the rest, so they are left out and
// made again; the signature shows whether they were made as they were. A record that somebody else wrote in
// another way is carried as it is.

import { fromBase64url, fromUtf8, sha256, toBase64url, toUtf8 } from "../verify/bytes.js";
import { Fault, demand } from "../verify/fault.js";
import { isObject, readJson } from "../verify/json.js";
import { LIMITS, SEALED } from "../verify/tables.js";
import { canonicalJson, seal, signingInput } from "./record.js";

const WHOLE = "w";
const COMPACT = "c";
/** Characters of a public key in base64url. */
const KEY_CHARS = 43;
/** Bytes that a compact record may have when it is unpacked: more than any record has. */
export const UNPACKED_MAX = LIMITS.SUBMISSION_BYTES_MAX + 16;
const DEPTH_MAX = LIMITS.JSON_DEPTH_MAX + 2;

const through = async (stream, bytes, most) => {
  const source = new Blob([bytes]).stream().pipeThrough(stream);
  const parts = [];
  let size = 0;
  // A few bytes can unpack to gigabytes: whoever sends such a thing is not listened to.
  for (const reader = source.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Fault("qr_content", "unpacks to more than a record has");
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
};

/** @param {Uint8Array} bytes */
export const deflate = (bytes) => through(new CompressionStream("deflate-raw"), bytes, Infinity);

/** @param {Uint8Array} bytes @throws {Fault} qr_content */
export async function inflate(bytes) {
  try {
    return await through(new DecompressionStream("deflate-raw"), bytes, UNPACKED_MAX);
  } catch (error) {
    throw error instanceof Fault ? error : new Fault("qr_content", "does not unpack");
  }
}

/** Puts the values of an object's sealed fields into it, in the clear; digests stay where there are none. */
function openUp(object, fields, disclosures, salts) {
  const { _sd: digests = [], ...open } = object;
  const closed = fields.map((field, at) => {
    const [salt, name, value] = disclosures.get(digests[at]) ?? [];
    if (name === undefined) return digests[at];
    salts.push(salt);
    if (value !== null) open[name] = value;
    return null;
  });
  return closed.some((digest) => digest !== null) ? { ...open, _sd: closed } : open;
}

/** The parts from which a record is made again, in a text; or null if they would make another. */
async function compactOf(text) {
  const [jwt, ...rest] = text.split("~");
  const [header, payload, signature] = jwt.split(".");
  const read = (part) => JSON.parse(fromUtf8(fromBase64url(part)));
  const { v: _v, _sd_alg: _alg, ...claims } = read(payload);
  const digested = rest.slice(0, -1).map(async (one) => [toBase64url(await sha256(toUtf8(one))), read(one)]);
  const disclosures = new Map(await Promise.all(digested));
  const salts = [];
  const lines = claims.moves?.map((line) => openUp(line, SEALED.line, disclosures, salts));
  const body = openUp(claims.body, SEALED[claims.type] ?? [], disclosures, salts);
  const open = { ...claims, ...(lines && { moves: lines }), body };
  const compact = canonicalJson([read(header).kid, open, salts.join(""), signature]);
  return (await rebuilt(compact)) === text ? compact : null;
}

async function rebuilt(compact) {
  const parts = readJson(compact, DEPTH_MAX);
  demand(Array.isArray(parts) && parts.length === 4 && isObject(parts[1]), "qr_content", "no compact record");
  const [kid, claims, together, signature] = parts;
  demand([kid, together, signature].every((part) => typeof part === "string"), "qr_content", "no compact record");
  const salts = together.match(/.{22}/g) ?? [];
  const newSalt = () => {
    const salt = fromBase64url(salts.shift() ?? "!");
    demand(salt, "qr_content", "a salt is missing");
    return salt;
  };
  const { payload, disclosures } = await seal(claims, newSalt);
  return [`${signingInput(kid, payload)}.${signature}`, ...disclosures, ""].join("~");
}

/**
 * Packs a record and the key that it is signed with.
 * @param {{text: string, x: string}} what `jwt~disclosure~…~`, and the public key in base64url
 * @returns {Promise<Uint8Array>}
 */
export async function pack({ text, x }) {
  const compact = await compactOf(text).catch(() => null);
  return deflate(toUtf8(compact === null ? WHOLE + x + text : COMPACT + x + compact));
}

/**
 * Unpacks a record and its key; whether they are any, their readers say.
 * @param {Uint8Array} bytes
 * @returns {Promise<{text: string, x: string}>}
 * @throws {Fault} qr_content
 */
export async function unpack(bytes) {
  const content = fromUtf8(await inflate(bytes));
  demand(content !== null && content.length > KEY_CHARS, "qr_content", "is no record with its key");
  const [kind, x, rest] = [content[0], content.slice(1, KEY_CHARS + 1), content.slice(KEY_CHARS + 1)];
  demand(kind === WHOLE || kind === COMPACT, "qr_content", "of an unknown kind");
  if (kind === WHOLE) return { x, text: rest };
  try {
    return { x, text: await rebuilt(rest) };
  } catch (error) {
    throw new Fault("qr_content", "no record can be made of it", error instanceof Fault ? error : undefined);
  }
}

/**
 * A record with some classes of sealed values withheld.
 * @param {import("../verify/record.js").Record} record
 * @param {string} text
 * @param {string[]} classes that stay open
 */
export function withOpen(record, text, classes) {
  const open = record.slots.filter(({ opened: it, fieldClass }) => it && classes.includes(fieldClass));
  return [text.slice(0, text.indexOf("~")), ...open.map(({ opened: it }) => it.disclosure), ""].join("~");
}

