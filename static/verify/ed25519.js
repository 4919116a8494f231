// Ed25519 as strict as docs/RECORD-FORMAT.md section 9, so that two implementations never disagree
// about a signature. Neither of the two that are built upon is that strict by itself: noble checks
// the equation with the cofactor, and browsers need not refuse weak keys.

import { joined, same, toHex } from "./bytes.js";
import { Point } from "./noble.js";

/** Order of the group's prime-order subgroup. */
const L = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;
/** Order of the field. */
const P = 2n ** 255n - 19n;
const POINT_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** The canonical encodings of the eight points of small order. */
const SMALL_ORDER = new Set([
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]);

/** Two points of small order have x = 0, so that a sign on them is a second spelling. */
const SIGNED_ZERO = new Set([
  "0100000000000000000000000000000000000000000000000000000000000080",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]);

/** A number written with its smallest byte first. */
const littleEndian = (bytes) => BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);

/**
 * What is wrong with a public key, or null: it has to be the canonical encoding of a point of the
 * prime-order subgroup other than the identity.
 * @param {Uint8Array} key 32 bytes
 * @returns {null | "key_not_a_point" | "key_not_canonical" | "key_small_order" | "key_torsion"}
 */
export function keyFault(key) {
  let point;
  try {
    point = Point.fromBytes(key, true);
  } catch {
    return "key_not_a_point";
  }
  if (!same(point.toBytes(), key)) return "key_not_canonical";
  if (SMALL_ORDER.has(toHex(key))) return "key_small_order";
  return point.isTorsionFree() ? null : "key_torsion";
}

/** Whether R is canonical as far as its bytes tell, and of no small order. */
function isAcceptableR(r) {
  const hex = toHex(r);
  const y = littleEndian(r) & (2n ** 255n - 1n);
  return y < P && !SMALL_ORDER.has(hex) && !SIGNED_ZERO.has(hex);
}

/** The equation without cofactor, byte for byte: R = [S]B − [k]A. */
async function equationHolds(key, message, r, s) {
  const input = joined(r, key, message);
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-512", input));
  const k = littleEndian(digest) % L;
  const a = Point.fromBytes(key);
  return same(Point.BASE.multiply(s, false).subtract(a.multiply(k, false)).toBytes(), r);
}

/** The browser's own verifier; it throws where there is none. */
async function nativeHolds(key, message, signature) {
  const { subtle } = globalThis.crypto;
  const imported = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  return subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

const ofHex = (hex) => Uint8Array.from(hex.match(/../g), (byte) => Number.parseInt(byte, 16));

// RFC 8032 section 7.1, test 1: a signature of nothing.
const RFC_KEY = ofHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
const RFC_SIGNATURE = ofHex(
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
);
// Signatures on which lenient verifiers differ, from fixtures/vectors/keys.json: R has a component of
// small order, and the equation holds with the cofactor only.
const TORSION = {
  key: ofHex("1ecc71ff1fb06c0ed988adde3897ab65775a35ef75ce5f971aaee79a473c7b8c"),
  message: ofHex("6d657373616765"),
  signature: ofHex(
    "cc01b134cfb5822b259c806acce811e58b544ae1377274c9bbd264293ce4244e4696b94d52f6817762c9217fe3c0e87541aff2f5c49489ca2e366c1bb799bc0a",
  ),
};

let isNativeSound;

/**
 * Whether the browser's verifier exists and, on signatures that were let through to it, decides as it
 * has to. Asked once.
 * @returns {Promise<boolean>}
 */
export function nativeIsSound() {
  isNativeSound ??= (async () => {
    try {
      const nothing = new Uint8Array();
      const altered = RFC_SIGNATURE.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
      return (
        (await nativeHolds(RFC_KEY, nothing, RFC_SIGNATURE)) &&
        !(await nativeHolds(RFC_KEY, nothing, altered)) &&
        !(await nativeHolds(TORSION.key, TORSION.message, TORSION.signature))
      );
    } catch {
      return false;
    }
  })();
  return isNativeSound;
}

/**
 * Whether `signature` is one of `key` over `message`, strictly. The key must be one of which
 * {@link keyFault} finds nothing.
 * @param {Uint8Array} key 32 bytes
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 * @param {{native?: boolean}} [options] `native: false` never asks the browser's own verifier
 * @returns {Promise<boolean>}
 */
export async function accepts(key, message, signature, options = {}) {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const r = signature.subarray(0, POINT_BYTES);
  const s = littleEndian(signature.subarray(POINT_BYTES));
  if (s >= L || !isAcceptableR(r)) return false;
  if (options.native !== false && (await nativeIsSound())) return nativeHolds(key, message, signature);
  return equationHolds(key, message, r, s);
}
