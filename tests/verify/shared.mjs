// What the tests of the verifier share: files of the repository, and the modules under test.
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { fileURLToPath } from "node:url";

// Node.js 18 has Web Crypto but does not put it in place.
globalThis.crypto ??= webcrypto;

/** Path of a file of the repository. */
export const file = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The vectors of this name, as all implementations have them. */
export const vectors = (name) => JSON.parse(readFileSync(file(`fixtures/vectors/${name}.json`), "utf8"));

/** A module of the verifier. */
export const verifier = (name) => import(`../../static/verify/${name}.js`);

/** The code of the fault that `judge` throws, or "accepted". Anything but a fault is a defect of ours. */
export async function codeOf(judge) {
  const { Fault } = await verifier("fault");
  try {
    await judge();
    return "accepted";
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}
