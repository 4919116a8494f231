// Builds a record by hand, in the shape that Shisu writes, so that the reader is tested against
// something even without Shisu.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { TYPE, thumbprint } from "./reader.mjs";

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A new Ed25519 key: the private key, and the public one as a JWK. */
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { kty, crv, x } = publicKey.export({ format: "jwk" });
  return { privateKey, jwk: { kty, crv, x } };
}

/** Seals fields: their disclosures, and the digests that stand for them, in the given order. */
export function seal(fields) {
  const disclosures = Object.entries(fields).map(([name, value]) =>
    base64url([randomBytes(16).toString("base64url"), name, value]),
  );
  const digests = disclosures.map((it) => createHash("sha256").update(it).digest("base64url"));
  return { disclosures, digests };
}

/** Signs a payload and joins the disclosures to it. */
export async function signRecord({ privateKey, jwk }, payload, disclosures, header = {}) {
  const full = { alg: "EdDSA", typ: TYPE, kid: await thumbprint(jwk), ...header };
  const input = `${base64url(full)}.${base64url(payload)}`;
  const signature = sign(null, Buffer.from(input), privateKey).toString("base64url");
  return [`${input}.${signature}`, ...disclosures, ""].join("~");
}

/** A receipt whose quantities are sealed inside a line, and two trade fields inside the body. */
export async function sampleRecord(key = newKey()) {
  const line = seal({ qty: "120.5", uom: "KGM" });
  const second = seal({ qty: null });
  const body = seal({ supplier: { name: "示例水产合作社", licence: null }, prices: ["8.20", [1, []]] });
  const payload = {
    v: 1,
    type: "receive",
    iat: 4102444800,
    seq: 42,
    prev: null,
    moves: [
      { n: 1, op: "in", lot: "01/09520001123467/10/A1", of: ["x", 1], _sd: line.digests },
      { n: 2, op: "in", lot: "01/09520001123467/10/A2", of: null, _sd: second.digests },
    ],
    refs: [],
    body: { temp_max_c: "4.5", note: "", _sd: body.digests },
    largest: Number.MAX_SAFE_INTEGER,
    _sd_alg: "sha-256",
  };
  const disclosures = [...line.disclosures, ...second.disclosures, ...body.disclosures];
  const claims = {
    v: 1,
    type: "receive",
    iat: 4102444800,
    seq: 42,
    prev: null,
    moves: [
      { n: 1, op: "in", lot: "01/09520001123467/10/A1", of: ["x", 1], qty: "120.5", uom: "KGM" },
      { n: 2, op: "in", lot: "01/09520001123467/10/A2", of: null, qty: null },
    ],
    refs: [],
    body: {
      temp_max_c: "4.5",
      note: "",
      supplier: { name: "示例水产合作社", licence: null },
      prices: ["8.20", [1, []]],
    },
    largest: Number.MAX_SAFE_INTEGER,
  };
  const sd_jwt = await signRecord(key, payload, disclosures);
  return { key, payload, disclosures, claims, sd_jwt };
}

/**
 * Every way tried here to change one bit of a record: in the header, the payload, the signature
 * and each disclosure, at up to `perPart` bytes evenly spread over each. Bits are changed in the
 * decoded bytes, because the last character of base64url may hold bits that mean nothing, which
 * other libraries ignore (Shisu's profile refuses them).
 */
export function flips(sdJwt, perPart = 24) {
  const [jwt, ...disclosures] = sdJwt.split("~").slice(0, -1);
  const parts = [...jwt.split("."), ...disclosures];
  const join = (all) => [all.slice(0, 3).join("."), ...all.slice(3), ""].join("~");
  return parts.flatMap((part, at) => {
    const bytes = Buffer.from(part, "base64url");
    const step = Math.max(1, Math.floor(bytes.length / perPart));
    return Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) => {
      const changed = Buffer.from(bytes);
      changed[i * step] ^= 1 << i % 8;
      const all = [
        ...parts.slice(0, at),
        changed.toString("base64url"),
        ...parts.slice(at + 1),
      ];
      return { what: `part ${at}, byte ${i * step}`, sd_jwt: join(all) };
    });
  });
}
