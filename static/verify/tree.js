// The Merkle tree of a log (RFC 6962 section 2.1): hashes, and proofs that an entry is in a tree and that
// a later tree begins with all of an earlier one. Sizes and indexes are BigInt, for a log may have
// more leaves than a number holds exactly.

import { joined, same, sha256, toBase64 } from "./bytes.js";
import { demand } from "./fault.js";

/** Largest tree. */
export const SIZE_MAX = 2n ** 63n - 1n;
/** Most hashes of a proof. */
export const PROOF_HASHES_MAX = 63;

/** The leaf hash of an entry. @param {Uint8Array} entry */
export const leafHash = (entry) => sha256(joined(Uint8Array.of(0), entry));

/** The hash of a node over its two children. @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

/** The root of the tree without leaves. */
export const emptyRoot = () => sha256(new Uint8Array());

/** A function that hashes nodes and remembers them: the proofs of one bundle share most of theirs. */
export function rememberingHash() {
  const known = new Map();
  return (left, right) => {
    const name = toBase64(left) + toBase64(right);
    if (!known.has(name)) known.set(name, nodeHash(left, right));
    return known.get(name);
  };
}

const bitLength = (number) => (number === 0n ? 0 : number.toString(2).length);
const ones = (number) => number.toString(2).replaceAll("0", "").length;

/** How the path from a leaf to the root splits, below and above where it joins the right edge. */
function shapeOf(index, size) {
  demand(size <= SIZE_MAX, "proof_too_large");
  demand(index < size, "proof_out_of_tree", `${index} in ${size}`);
  const inner = bitLength(index ^ (size - 1n));
  return { inner, border: ones(index >> BigInt(inner)) };
}

/** Climbs by `path`, whose lowest bit says on which side the sibling stands. */
async function climb(seed, siblings, path, hash, leftOnly = false) {
  let found = seed;
  for (const [level, sibling] of siblings.entries()) {
    if ((path >> BigInt(level)) & 1n) found = await hash(sibling, found);
    else if (!leftOnly) found = await hash(found, sibling);
  }
  return found;
}

/** Climbs along the right edge, where every sibling stands on the left. */
async function climbEdge(seed, siblings, hash) {
  let found = seed;
  for (const sibling of siblings) found = await hash(sibling, found);
  return found;
}

const demandLength = (proof, want) =>
  demand(proof.length === want, "proof_length", `${proof.length} hashes, not ${want}`);

/**
 * Checks that `leaf` is the leaf at `index` of the tree with `size` leaves and this root.
 * @param {{leaf: Uint8Array, index: bigint, size: bigint, proof: Uint8Array[], root: Uint8Array}} claim
 * @param {(left: Uint8Array, right: Uint8Array) => Promise<Uint8Array>} [hash]
 * @throws {Fault} proof_too_large, proof_out_of_tree, proof_length, proof_root
 */
export async function verifyInclusion({ leaf, index, size, proof, root }, hash = nodeHash) {
  const { inner, border } = shapeOf(index, size);
  demandLength(proof, inner + border);
  const joint = await climb(leaf, proof.slice(0, inner), index, hash);
  const found = await climbEdge(joint, proof.slice(inner), hash);
  demand(same(found, root), "proof_root");
}

/**
 * Checks that the tree with `newSize` leaves begins with all of the tree with `oldSize` leaves.
 * @param {{oldSize: bigint, oldRoot: Uint8Array, newSize: bigint, newRoot: Uint8Array, proof: Uint8Array[]}} claim
 * @throws {Fault} proof_shrunk, proof_too_large, proof_length, proof_old_root, proof_root
 */
export async function verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }) {
  demand(newSize >= oldSize, "proof_shrunk", `${oldSize} to ${newSize}`);
  demand(newSize <= SIZE_MAX, "proof_too_large");
  if (oldSize === 0n || oldSize === newSize) {
    demandLength(proof, 0);
    demand(oldSize !== 0n || same(oldRoot, await emptyRoot()), "proof_old_root");
    demand(oldSize !== newSize || same(oldRoot, newRoot), "proof_root");
    return;
  }
  const shape = shapeOf(oldSize - 1n, newSize);
  const shift = bitLength(oldSize & -oldSize) - 1;
  const inner = shape.inner - shift;
  // A complete earlier tree is itself the node the climb starts from, and is not sent.
  const isComplete = oldSize === 1n << BigInt(shift);
  demandLength(proof, (isComplete ? 0 : 1) + inner + shape.border);
  const [seed, ...rest] = isComplete ? [oldRoot, ...proof] : proof;
  const path = (oldSize - 1n) >> BigInt(shift);
  const [below, above] = [rest.slice(0, inner), rest.slice(inner)];
  const before = await climbEdge(await climb(seed, below, path, nodeHash, true), above, nodeHash);
  demand(same(before, oldRoot), "proof_old_root");
  const after = await climbEdge(await climb(seed, below, path, nodeHash), above, nodeHash);
  demand(same(after, newRoot), "proof_root");
}

/**
 * Reads a decimal number in its one spelling.
 * @param {string} text
 * @returns {bigint | null} null also beyond 64 bits
 */
export function readCount(text) {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) return null;
  const number = BigInt(text);
  return number < 2n ** 64n ? number : null;
}

