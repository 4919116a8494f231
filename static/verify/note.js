// Signed notes (C2SP signed-note), verifier keys, checkpoints (tlog-checkpoint) and cosignatures
// (tlog-cosignature).

import { fromBase64, joined, same, sha256, toUtf8, utf8Length } from "./bytes.js";
import { accepts, keyFault } from "./ed25519.js";
import { Fault, demand } from "./fault.js";
import { isKeyName, isOrigin, KINDS } from "./kinds.js";
import { SIZE_MAX, emptyRoot, readCount } from "./tree.js";

const NOTE_BYTES_MAX = 131_072;
const SIGNATURES_MAX = 64;
const KEY_TEXT_MAX = 4096;
/** Signature types: of a log over the note, and of a witness over a time and the note. */
const SIGNS = 1;
const COSIGNS = 4;
const TIME_BYTES = 8;

/**
 * @typedef {object} VerifierKey the public key of a log or witness with its name
 * @property {string} text `name+hash+base64`
 * @property {string} name
 * @property {number} kind 1 signs, 4 cosigns
 * @property {Uint8Array} key
 * @property {number} id
 */

const bigEndian = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/**
 * Reads `name+hash+base64` in its one form.
 * @param {string} text
 * @returns {Promise<VerifierKey>}
 * @throws {Fault} key_format, key_name, key_algorithm, key_id_mismatch, or what is wrong with the point
 */
export async function readVerifierKey(text) {
  const found = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text);
  demand(found, "key_format");
  const [, name, digits, key64] = found;
  demand(isOrigin(name), "key_name");
  demand(/^[0-9a-f]{8}$/.test(digits) && key64.length <= KEY_TEXT_MAX, "key_format");
  const typed = fromBase64(key64);
  demand(typed?.length, "key_format");
  const [kind, key] = [typed[0], typed.slice(1)];
  demand(kind === SIGNS || kind === COSIGNS, "key_algorithm", String(kind));
  demand(key.length === 32, "key_format");
  const fault = keyFault(key);
  if (fault) throw new Fault(fault);
  const hash = await sha256(joined(toUtf8(`${name}\n`), typed));
  const id = bigEndian(hash).getUint32(0);
  demand(id === Number.parseInt(digits, 16), "key_id_mismatch");
  return { text, name, kind, key, id };
}

/** A line `— name base64`, or null. */
function readSignatureLine(line) {
  const found = /^— ([^ ]*) (.*)$/s.exec(line);
  const bytes = found && fromBase64(found[2]);
  if (!bytes || bytes.length < 5 || !isKeyName(found[1])) return null;
  return { name: found[1], id: bigEndian(bytes).getUint32(0), signature: bytes.slice(4) };
}

/**
 * Reads a note; none of its signatures is checked by this.
 * @param {string} text
 * @returns {{text: string, signatures: {name: string, id: number, signature: Uint8Array}[]}}
 * @throws {Fault} note_too_long, note_control_character, note_format, note_signature_line, note_too_many_signatures
 */
export function readNote(text) {
  demand(utf8Length(text) <= NOTE_BYTES_MAX, "note_too_long");
  // Of the control characters only the line feed may stand in a note.
  demand(!/[\u0000-\u0009\u000b-\u001f]/.test(text), "note_control_character");
  const at = text.lastIndexOf("\n\n");
  demand(at >= 0 && text.endsWith("\n") && text.length > at + 2, "note_format");
  const lines = text.slice(at + 2, -1).split("\n");
  const signatures = lines.map((line, number) => {
    demand(number < SIGNATURES_MAX, "note_too_many_signatures");
    const read = readSignatureLine(line);
    demand(read, "note_signature_line", String(number + 1));
    return read;
  });
  return { text: text.slice(0, at + 1), signatures };
}

/**
 * Reads a signed checkpoint; none of its signatures is checked by this.
 * @param {string} text
 * @returns {Promise<{origin: string, size: bigint, root: Uint8Array, note: ReturnType<typeof readNote>}>}
 * @throws {Fault} of a note, or checkpoint_…
 */
export async function readCheckpoint(text) {
  const note = readNote(text);
  const [origin, count, root64, ...more] = note.text.slice(0, -1).split("\n");
  demand(root64 !== undefined, "checkpoint_format");
  demand(more.length === 0, "checkpoint_extension");
  demand(isOrigin(origin), "checkpoint_origin");
  const size = readCount(count);
  demand(size !== null, "checkpoint_size");
  const root = fromBase64(root64);
  demand(root?.length === 32, "checkpoint_root");
  demand(size <= SIZE_MAX, "checkpoint_size");
  demand(size > 0n || same(root, await emptyRoot()), "checkpoint_empty_root");
  return { origin, size, root, note };
}

const linesOf = (note, key) => note.signatures.filter((line) => line.id === key.id && line.name === key.name);

/**
 * Checks that the log itself signed its checkpoint. One false line in the name of the key spoils it.
 * @param {Awaited<ReturnType<typeof readCheckpoint>>} checkpoint
 * @param {VerifierKey} key
 * @param {{native?: boolean}} [options]
 * @throws {Fault} checkpoint_wrong_origin, note_wrong_kind, note_unsigned, note_bad_signature
 */
export async function verifyCheckpoint(checkpoint, key, options) {
  demand(key.name === checkpoint.origin, "checkpoint_wrong_origin", `${key.name}, ${checkpoint.origin}`);
  demand(key.kind === SIGNS, "note_wrong_kind", key.name);
  const lines = linesOf(checkpoint.note, key);
  const message = toUtf8(checkpoint.note.text);
  for (const { signature } of lines) {
    demand(await accepts(key.key, message, signature, options), "note_bad_signature", key.name);
  }
  demand(lines.length > 0, "note_unsigned", key.name);
}

/**
 * When a witness cosigned a note, at the latest; null if it did not.
 * @param {ReturnType<typeof readNote>} note
 * @param {VerifierKey} key
 * @param {{native?: boolean}} [options]
 * @returns {Promise<number | null>} Unix seconds
 * @throws {Fault} note_wrong_kind, note_bad_signature
 */
export async function cosignedAt(note, key, options) {
  demand(key.kind === COSIGNS, "note_wrong_kind", key.name);
  let latest = null;
  for (const { signature } of linesOf(note, key)) {
    demand(signature.length > TIME_BYTES, "note_bad_signature", key.name);
    const time = Number(bigEndian(signature).getBigUint64(0));
    demand(KINDS.time(time), "note_bad_signature", key.name);
    const message = toUtf8(`cosignature/v1\ntime ${time}\n${note.text}`);
    const isGenuine = await accepts(key.key, message, signature.slice(TIME_BYTES), options);
    demand(isGenuine, "note_bad_signature", key.name);
    latest = Math.max(latest ?? 0, time);
  }
  return latest;
}
