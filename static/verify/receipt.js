// Receipts (C2SP tlog-proof): index, inclusion proof and signed checkpoint in one text, which anybody can
// check without asking the log.

import { fromBase64, utf8Length } from "./bytes.js";
import { demand } from "./fault.js";
import { readCheckpoint } from "./note.js";
import { acceptCheckpoint } from "./policy.js";
import { PROOF_HASHES_MAX, readCount, verifyInclusion } from "./tree.js";

const HEADER = "c2sp.org/tlog-proof@v1";
const EXTRA_BYTES_MAX = 65_535;
const RECEIPT_BYTES_MAX = 131_072 + 98_304;

/**
 * Reads a receipt; nothing is verified by this.
 * @param {string} text
 * @returns {Promise<{index: bigint, proof: Uint8Array[], checkpoint: object}>}
 * @throws {import("./fault.js").Fault} receipt_…, or that of its checkpoint
 */
export async function readReceipt(text) {
  demand(utf8Length(text) <= RECEIPT_BYTES_MAX, "receipt_too_long");
  const at = text.indexOf("\n\n");
  demand(at >= 0, "receipt_format");
  const [header, ...lines] = text.slice(0, at).split("\n");
  demand(header === HEADER, "receipt_format");
  if (lines[0]?.startsWith("extra ")) {
    const extra = fromBase64(lines.shift().slice("extra ".length));
    demand(extra?.length > 0 && extra.length <= EXTRA_BYTES_MAX, "receipt_extra");
  }
  demand(lines.length > 0, "receipt_format");
  const line = lines.shift();
  const index = line.startsWith("index ") ? readCount(line.slice("index ".length)) : null;
  demand(index !== null, "receipt_index");
  const proof = lines.map((one, number) => {
    demand(number < PROOF_HASHES_MAX, "receipt_proof_too_long");
    const hash = fromBase64(one);
    demand(hash?.length === 32, "receipt_proof_line", String(number + 1));
    return hash;
  });
  return { index, proof, checkpoint: await readCheckpoint(text.slice(at + 2)) };
}

/**
 * Checks that a leaf is in the log, and that the policy accepts the log's head.
 * @param {Awaited<ReturnType<typeof readReceipt>>} receipt
 * @param {Uint8Array} leaf leaf hash of the record
 * @param {import("./policy.js").Policy} policy
 * @param {{native?: boolean}} [options]
 */
export async function verifyReceipt({ index, proof, checkpoint }, leaf, policy, options) {
  const endorsement = await acceptCheckpoint(policy, checkpoint, options);
  const { size, root } = checkpoint;
  await verifyInclusion({ leaf, index, size, proof, root });
  return endorsement;
}
