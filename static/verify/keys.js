// Keys as records name them, and the proof that a new key's holder has it (sections 9 and 10).

import { fixedBase64url, sha256, toBase64url, toUtf8 } from "./bytes.js";
import { accepts, keyFault } from "./ed25519.js";
import { Fault } from "./fault.js";
import { readJson } from "./json.js";
import { KINDS } from "./kinds.js";

const faults = new Map();

/**
 * The 32 bytes of a key.
 * @param {unknown} jwk
 * @returns {Uint8Array}
 * @throws {Fault} malformed if it is no JWK of the profile
 */
export function jwkBytes(jwk) {
  if (!KINDS.JWK(jwk)) throw new Fault("malformed", "no Ed25519 key as a JWK of exactly kty, crv, x");
  return fixedBase64url(jwk.x, 32);
}

/** Reads a JWK from its JSON. @param {Uint8Array | string} json */
export const readJwk = (json) => jwkBytes(readJson(json));

/**
 * The thumbprint by which records name a key (RFC 7638).
 * @param {Uint8Array} key
 * @returns {Promise<string>}
 */
export async function thumbprint(key) {
  const canonical = `{"crv":"Ed25519","kty":"OKP","x":"${toBase64url(key)}"}`;
  return toBase64url(await sha256(toUtf8(canonical)));
}

/**
 * Refuses a weak key. What was found is remembered, because it takes some milliseconds to find.
 * @param {Uint8Array} key
 * @throws {Fault} weak_key
 */
export function demandStrong(key) {
  const name = toBase64url(key);
  if (!faults.has(name)) {
    if (faults.size > 4096) faults.clear();
    faults.set(name, keyFault(key));
  }
  const fault = faults.get(name);
  if (fault) throw new Fault("weak_key", fault, new Fault(fault));
}

/**
 * What a new key signs when it is enrolled.
 * @param {string} log
 * @param {string} party
 * @param {string} kid
 */
export const possessionMessage = (log, party, kid) =>
  `shisu-key-possession/v1\n${log}\n${party}\n${kid}\n`;

/**
 * Checks that whoever enrolled a key has it.
 * @param {{jwk: object, proof: string, log: string, party: string}} claim
 * @param {{native?: boolean}} [options]
 * @throws {Fault} weak_key, possession_proof, or malformed
 */
export async function verifyPossession({ jwk, proof, log, party }, options) {
  const signature = fixedBase64url(proof, 64);
  if (!signature) throw new Fault("malformed", "the proof is not 64 bytes in canonical base64url");
  const key = jwkBytes(jwk);
  demandStrong(key);
  const message = toUtf8(possessionMessage(log, party, await thumbprint(key)));
  if (!(await accepts(key, message, signature, options))) throw new Fault("possession_proof");
}
