// Reads a record with other people's libraries: jose for the signature, @sd-jwt/core for the
// sealed fields. Both are more lenient than Shisu's profile (RECORD-FORMAT.md): that they accept
// something makes it no valid record, but what Shisu accepts they must accept too, and reveal
// the same claims.
import { createHash, createPublicKey, verify, webcrypto } from "node:crypto";
import { SDJwtInstance } from "@sd-jwt/core";

// Node.js 18 has Web Crypto but does not put it in place, and jose looks for it when loaded.
globalThis.crypto ??= webcrypto;
const jose = await import("jose");

export const TYPE = "shisu-record+sd-jwt";

/** SHA-256, the only hash of the profile, in the form that @sd-jwt asks for. */
export function hasher(data, algorithm) {
  if (algorithm !== "sha-256") throw new Error(`a hash outside the profile: ${algorithm}`);
  return new Uint8Array(createHash("sha256").update(data).digest());
}

/** A record's id: SHA-256 over the ASCII bytes of the signed JWT, base64url. */
export function recordId(sdJwt) {
  return createHash("sha256").update(sdJwt.split("~")[0], "ascii").digest("base64url");
}

/**
 * Verifies `sdJwt` against the Ed25519 public key `jwk` with both libraries.
 * Returns the header, the claims with every sealed field in its place, and the id.
 * Throws if either library refuses, or if a disclosure belongs to nothing.
 */
export async function readRecord(sdJwt, jwk) {
  const [jwt] = sdJwt.split("~");
  const key = await jose.importJWK(jwk, "EdDSA");
  const { protectedHeader } = await jose.compactVerify(jwt, key, { algorithms: ["EdDSA"] });

  const publicKey = createPublicKey({ key: jwk, format: "jwk" });
  const reader = new SDJwtInstance({
    hashAlg: "sha-256",
    hasher,
    verifier: (data, signature) =>
      verify(null, Buffer.from(data), publicKey, Buffer.from(signature, "base64url")),
  });
  const decoded = await reader.decode(sdJwt);
  if (decoded.kbJwt !== undefined) throw new Error("a record has no key binding");
  // The library compares `iat` with this machine's clock; a record's time is not its business.
  const currentDate = decoded.jwt.payload.iat;
  const { payload, header } = await reader.verify(sdJwt, { currentDate });

  // The library drops a disclosure that no digest names, so a changed one vanishes in silence.
  const placed = await reader.presentableKeys(sdJwt);
  if (placed.length !== decoded.disclosures.length) {
    throw new Error(`${decoded.disclosures.length} disclosures, ${placed.length} have a place`);
  }
  if (JSON.stringify(header) !== JSON.stringify(protectedHeader)) {
    throw new Error("the libraries read different headers");
  }
  return { header, claims: withoutAlgorithm(payload), id: recordId(sdJwt) };
}

/** The RFC 7638 thumbprint of a key, which a record's header gives as `kid`. */
export function thumbprint(jwk) {
  return jose.calculateJwkThumbprint(jwk, "sha256");
}

/** Claims without `_sd_alg`, which is about the form and not about the food. */
export function withoutAlgorithm({ _sd_alg: _, ...claims }) {
  return claims;
}
