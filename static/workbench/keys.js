// The device's key. The browser makes and keeps it where it can, so that not even this page reads the secret;
// elsewhere it lies in IndexedDB, and the page says which. It never reaches the server.

import { toBase64url, toUtf8 } from "../verify/bytes.js";
import { accepts } from "../verify/ed25519.js";
import { Fault } from "../verify/fault.js";
import { demandStrong, possessionMessage, thumbprint } from "../verify/keys.js";
import { done } from "./db.js";
import { getPublicKeyAsync, signAsync } from "./noble.js";
import { KEY_KINDS, LOSS, STORAGE, said } from "./words.js";

const TRIED = toUtf8("shisu-workbench: does this key sign?");
const DEVICE = "device";

/**
 * @typedef {object} StoredKey as it lies in the database
 * @property {string} kid
 * @property {{kty: "OKP", crv: "Ed25519", x: string}} jwk
 * @property {Uint8Array} publicKey
 * @property {"webcrypto" | "stored"} how
 * @property {CryptoKey} [privateKey] that nobody can read, if `how` is `webcrypto`
 * @property {Uint8Array} [secret] otherwise
 * @property {number} madeAt milliseconds
 */

const jwkOf = (publicKey) => ({ kty: "OKP", crv: "Ed25519", x: toBase64url(publicKey) });

async function named(publicKey, rest) {
  demandStrong(publicKey);
  const kid = await thumbprint(publicKey);
  return { kid, jwk: jwkOf(publicKey), publicKey, madeAt: Date.now(), ...rest };
}

async function byBrowser(subtle) {
  const pair = await subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  const publicKey = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
  return named(publicKey, { how: "webcrypto", privateKey: pair.privateKey });
}

async function byNoble() {
  const secret = globalThis.crypto.getRandomValues(new Uint8Array(32));
  return named(await getPublicKeyAsync(secret), { how: "stored", secret });
}

/**
 * Who signs with a stored key.
 * @param {StoredKey} key
 * @returns {import("./record.js").Signer & {jwk: object, how: string}}
 */
export function signerOf({ kid, jwk, publicKey, how, privateKey, secret }) {
  const { subtle } = globalThis.crypto;
  const sign = async (message) =>
    how === "webcrypto"
      ? new Uint8Array(await subtle.sign({ name: "Ed25519" }, privateKey, message))
      : signAsync(message, secret);
  return { kid, jwk, publicKey, how, sign };
}

/** Whether a key signs what the strict verifier takes. */
async function signs(key) {
  const signature = await signerOf(key).sign(TRIED);
  return accepts(key.publicKey, TRIED, signature);
}

/**
 * Keeps a key and shows that what comes back out of the database signs. A browser that cannot keep such a key,
 * or forgets what it is, is found here and not at the dock.
 */
async function kept(db, key) {
  await db.put("keys", key);
  const back = await db.get("keys", key.kid);
  if (!(await signs(back))) throw new Fault("no_storage", "the key does not sign after it was kept");
  return back;
}

/**
 * Makes this device's key.
 * @param {import("./db.js").Database} db
 * @param {{native?: boolean}} [options] `native: false` does not ask the browser for one
 * @returns {Promise<StoredKey>}
 */
export async function makeKey(db, { native = true } = {}) {
  if (native) {
    try {
      return await kept(db, await byBrowser(globalThis.crypto.subtle));
    } catch {
      // No Ed25519 here, or keys cannot be kept: the other way.
    }
  }
  return kept(db, await byNoble());
}

/** How a key is kept, in words. @param {{how: "webcrypto" | "stored"}} key */
export const kindWords = ({ how }) => ({ code: how, ...said(KEY_KINDS[how]) });

/**
 * What a new key signs to show that its holder has it.
 * @param {import("./record.js").Signer} signer
 * @returns {Promise<string>} proof of possession, base64url
 */
export const prove = async (signer, log, party) =>
  toBase64url(await signer.sign(toUtf8(possessionMessage(log, party, signer.kid))));

/**
 * @typedef {object} Device who this device is
 * @property {string} kid
 * @property {string} log
 * @property {string} party
 * @property {string | null} partyName
 * @property {string[]} sites empty: every site of the party
 * @property {string} role
 * @property {"waiting" | "joined" | "revoked" | "expired"} standing as far as the device knows
 */

/** Writes down who this device is. @param {import("./db.js").Database} db @param {Device} device */
export const saveDevice = (db, device) => db.put("marks", { name: DEVICE, ...device });

/** Who this device is, if it has joined. @returns {Promise<Device | null>} */
export async function readDevice(db) {
  const found = await db.get("marks", DEVICE);
  if (!found) return null;
  const { name: _name, ...device } = found;
  return device;
}

/** The signer of this device. @throws {Fault} no_key */
export async function deviceSigner(db) {
  const device = await readDevice(db);
  const key = device && (await db.get("keys", device.kid));
  if (!key) throw new Fault("no_key");
  return signerOf(key);
}

/**
 * Asks the browser not to clear what lies here; to be asked before a key is made.
 * @param {StorageManager | undefined} storage
 */
export async function askToKeep(storage = globalThis.navigator?.storage) {
  let code = "unknown";
  if (storage?.persist) {
    const isKept = (await storage.persisted?.()) || (await storage.persist());
    code = isKept ? "persistent" : "best_effort";
  }
  return { code, ...said(STORAGE[code]) };
}

const MARK = "shisu-workbench";

/**
 * Leaves a mark outside the database, in case the browser clears the one and not the other.
 * @param {Storage} marks such as localStorage
 * @param {{kid: string, waiting: number}} what
 */
export function leaveMark(marks, { kid, waiting }) {
  try {
    marks?.setItem(MARK, JSON.stringify({ kid, waiting }));
  } catch {
    // Marks are a help, no more.
  }
}

function readMark(marks) {
  try {
    const mark = JSON.parse(marks?.getItem(MARK) ?? "null");
    return typeof mark?.kid === "string" && Number.isSafeInteger(mark.waiting) ? mark : null;
  } catch {
    return null;
  }
}

/**
 * What the browser has cleared, as far as can be told.
 * @param {import("./db.js").Database} db
 * @param {Storage} marks
 * @returns {Promise<{code: "none" | "perhaps" | "all", kid: string | null, waiting: number, zh: string, en: string}>}
 */
export async function whatIsLost(db, marks) {
  const count = await db.run(["keys"], ({ keys }) => done(keys.count()), "readonly");
  if (count > 0) return { code: "none", kid: null, waiting: 0, ...said(LOSS.none) };
  const mark = readMark(marks);
  const code = mark ? "all" : "perhaps";
  const { kid, waiting } = mark ?? { kid: null, waiting: 0 };
  return { code, kid, waiting, ...said(LOSS[code], { count: waiting }) };
}
