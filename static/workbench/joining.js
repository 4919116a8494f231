// How a device comes to sign for a party, and how one that manages keys adds and ends others (docs/API.md).

import { sha256, toBase64url, toUtf8, fixedBase64url } from "../verify/bytes.js";
import { Fault, demand } from "../verify/fault.js";
import { jwkBytes, thumbprint, verifyPossession } from "../verify/keys.js";
import { addKey, revokeKey } from "./drafts.js";
import { prove } from "./keys.js";

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_CHARS = 16;
const ID_BYTES = 12;
const CHALLENGE = "shisu-sign-in/v1";
const REQUEST = "shisu-device/v1";
const LOOK_ALIKE = { O: "0", I: "1", L: "1" };

/** The code and the key of the log in a link of an invitation. */
function partsOf(text) {
  const bare = text.slice(text.lastIndexOf("#") + 1);
  const at = bare.indexOf(".");
  return at < 0 ? [bare, ""] : [bare.slice(0, at), bare.slice(at + 1)];
}

/** The part of a link that says whose invitation it is, and whose log. @param {string} code @param {string} [key] of the log, as this device believes it */
export const linkPart = (code, key) => `${readCode(code).toLowerCase()}${key ? `.${key}` : ""}`;

/** The key of the log that a link names; null if it names none. @param {string} text */
export const keyInLink = (text) => partsOf(text)[1] || null;

/**
 * Reads a code as people type it, or the link that holds it.
 * @param {string} text `7H4K-9M2P-X3QD-T8WZ`, or `https://…/join#7h4k…`
 * @returns {string} sixteen letters
 * @throws {Fault} invitation_form
 */
export function readCode(text) {
  const [bare] = partsOf(text);
  const letters = [...bare.trim().replace(/[- ]/g, "").toUpperCase()].map((c) => LOOK_ALIKE[c] ?? c);
  const isCode = letters.length === CODE_CHARS && letters.every((c) => LETTERS.includes(c));
  demand(isCode, "invitation_form");
  return letters.join("");
}

/** Bytes as letters of five bits; the last one is filled with zeros. */
function lettersOf(bytes) {
  let text = "";
  let [held, bits] = [0, 0];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += LETTERS[(held >> (bits - 5)) & 31];
    held &= 31;
  }
  return bits > 0 ? text + LETTERS[(held << (5 - bits)) & 31] : text;
}

/** The name of an invitation, which tells nothing of its code. @param {string} code */
export async function invitationId(code) {
  const digest = await sha256(toUtf8(`shisu-invitation-id/v1\n${code}`));
  // Five bytes are eight letters; the last two of twelve are four.
  const bytes = digest.subarray(0, ID_BYTES);
  return lettersOf(bytes.subarray(0, 5)) + lettersOf(bytes.subarray(5, 10)) + lettersOf(bytes.subarray(10));
}

const invitation = async (code, what) => `/v1/invitations/${await invitationId(code)}/${what}`;

/** What an invitation is for, and where it stands. @param {import("./api.js").Server} server */
export const look = async (server, code) => server.json("POST", await invitation(code, "look"), { code });

/**
 * Answers an invitation with this device's key. It counts when whoever manages keys has signed.
 * @param {import("./api.js").Server} server
 * @param {string} code as {@link readCode} gives it
 * @param {import("./record.js").Signer & {jwk: object}} signer
 * @returns {Promise<import("./keys.js").Device>}
 */
export async function join(server, code, signer) {
  const { log, party } = await look(server, code);
  const proof = await prove(signer, log, party);
  const seen = await server.json("POST", await invitation(code, "accept"), { code, jwk: signer.jwk, proof });
  return deviceOf(seen, signer.kid);
}

/** Who a device with this key is, by what was seen of its invitation. */
export const deviceOf = (seen, kid) => ({
  kid,
  log: seen.log,
  party: seen.party,
  partyName: seen.party_name ?? null,
  sites: seen.sites,
  role: seen.role,
  standing: seen.standing,
});

/** Where this device's joining stands now. @returns {Promise<import("./keys.js").Device>} */
export const lookAgain = async (server, code, kid) => deviceOf(await look(server, code), kid);

/**
 * Signs in. The challenge is read before it is signed: it must be this log's and for this key.
 * @param {import("./api.js").Server} server
 * @param {import("./record.js").Signer} signer
 * @param {string} log
 * @param {"cookie" | "token"} [as]
 */
export async function signIn(server, signer, log, as = "cookie") {
  const { challenge } = await server.json("POST", "/v1/session/challenge", { kid: signer.kid });
  const lines = typeof challenge === "string" ? challenge.split("\n") : [];
  const [what, itsLog, itsKey] = lines;
  const isOurs = what === CHALLENGE && itsLog === `log: ${log}` && itsKey === `key: ${signer.kid}`;
  if (!isOurs || lines.length !== 7 || lines[6] !== "") throw new Fault("challenge_form");
  const signature = toBase64url(await signer.sign(toUtf8(challenge)));
  const session = await server.json("POST", "/v1/session", { challenge, signature, as });
  server.token = session.token ?? null;
  return session;
}

/** Invites a device of a party; the answer has the link as a QR code. */
export const invite = (server, { party, sites = [], role, label, open_s }) =>
  server.json("POST", "/v1/invitations", { party, sites, role, label, open_s });

/** Devices that have answered an invitation and wait. */
export const waiting = async (server) => (await server.json("GET", "/v1/invitations/pending")).devices;

/** Keys of a party. */
export const devices = async (server, party) =>
  (await server.json("GET", `/v1/devices?party=${encodeURIComponent(party)}`)).devices;

/** Where this key's records stand: the number of its last one, and that record. */
export const feedOf = (server, kid) => server.json("GET", `/v1/keys/${kid}`);

/** How long before its answer a device may have made its key, in seconds: an invitation is open for a day. */
const MADE_BEFORE_S = 86_400;

/**
 * From when a key stands that is approved now: what its device signed while it waited, or had no network to answer by, counts.
 * @param {{answered_at?: string}} device @param {number} now seconds
 */
export const standsFrom = ({ answered_at }, now) => Math.min(now, answered_at ? Math.floor(Date.parse(answered_at) / 1000) : now) - MADE_BEFORE_S;

/**
 * Lets a device sign, once whoever approves has compared its thumbprint. Its proof of possession is checked.
 * @param {{log: string, party: string, sites?: string[], role: string, jwk: object, proof: string}} device
 * @param {{from: number, until?: number, person?: object}} terms `from` in seconds
 * @returns {Promise<import("./drafts.js").Draft>} to be signed by a key that manages keys
 */
export async function approve({ log, party, sites = [], role, jwk, proof }, { from, until, person }) {
  await verifyPossession({ jwk, proof, log, party });
  const where = sites.length > 0 ? { sites } : {};
  return addKey({ party, ...where, role, jwk, from, until, proof, person });
}

/** Ends a key's standing. @param {string} kid @param {string} reason @param {number} [suspectSince] */
export const revoke = (kid, reason, suspectSince) =>
  revokeKey({ key: kid, reason, suspect_since: suspectSince });

/**
 * What a new device shows as a QR code, so that an admin's device can add it without any server.
 * @param {import("./record.js").Signer & {jwk: {x: string}}} signer
 */
export async function deviceRequest(signer, { log, party }) {
  // With spaces between: a hardware scanner ends a code at a line's end.
  return [REQUEST, log, party, signer.jwk.x, await prove(signer, log, party)].join(" ");
}

/**
 * Reads what a new device shows.
 * @param {string} text
 * @param {{log: string, party: string}} own of the admin's device
 * @returns {Promise<{log: string, party: string, kid: string, jwk: object, proof: string}>} whose first
 *   characters of `kid` both people compare
 * @throws {Fault} device_form, device_other_log, device_other_party, weak_key, possession_proof
 */
export async function readDeviceRequest(text, own) {
  const [what, log, party, x, proof, ...more] = text.split(/[\n ]/);
  const isRequest = what === REQUEST && more.length === 0 && fixedBase64url(x, 32) && fixedBase64url(proof, 64);
  demand(isRequest, "device_form");
  demand(log === own.log, "device_other_log", log);
  demand(party === own.party, "device_other_party", party);
  const jwk = { kty: "OKP", crv: "Ed25519", x };
  await verifyPossession({ jwk, proof, log, party });
  return { log, party, kid: await thumbprint(jwkBytes(jwk)), jwk, proof };
}
