// What the tests of the workbench share: files, vectors, modules, and invented keys.
import { readFileSync } from "node:fs";
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { file, vectors } from "../verify/shared.mjs";

export { file, vectors };
export { codeOf, verifier } from "../verify/shared.mjs";

const { takeTables } = await import("../../static/dock/tables.js");
takeTables(JSON.parse(readFileSync(file("static/dock/tables.json"), "utf8")));

/** A module of the workbench, which knows the tables as a page does. */
export const workbench = (name) => import(`../../static/workbench/${name}.js`);

// PKCS 8 around the 32 bytes of an Ed25519 seed.
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** Who signs with the key whose seed is the SHA-256 of `name`, as the vectors' keys are. */
export function signerNamed(name) {
  const seed = createHash("sha256").update(name).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: "der", type: "pkcs8" });
  const { kty, crv, x } = createPublicKey(key).export({ format: "jwk" });
  const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
  const publicKey = new Uint8Array(Buffer.from(x, "base64url"));
  return { kid, publicKey, jwk: { kty, crv, x }, sign: async (message) => new Uint8Array(sign(null, message, key)) };
}
