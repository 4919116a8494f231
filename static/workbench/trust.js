// Whom this device believes that a record is in the log: the key that its invitation named, or the one that the server named
// when it was asked first. A server that names another one later is not believed; whoever runs the log tells people why, and
// an admin who has compared thumbprints may put the new key in the place of the old.

import { sha256, toHex, toUtf8 } from "../verify/bytes.js";
import { Fault, demand } from "../verify/fault.js";
import { readVerifierKey } from "../verify/note.js";
import { acceptCheckpoint, readPolicy } from "../verify/policy.js";
import { readReceipt } from "../verify/receipt.js";
import { verifyInclusion } from "../verify/tree.js";
import { done } from "./db.js";

const markOf = (origin) => `log:${origin}`;

/** Keeps the key that was named first, whatever another page does at the same moment. */
const keepFirst = (db, row) =>
  db.run(["marks"], async ({ marks }) => {
    const there = await done(marks.get(row.name));
    if (!there) await done(marks.put(row));
    return there ?? row;
  });

/**
 * The key of a log as this device holds it; the first time, as the server names it.
 * @param {import("./db.js").Database} db
 * @param {import("./api.js").Server} server
 * @param {string} origin name of the log that this device joined
 * @param {number} nowMs
 * @returns {Promise<{key: string, since: number}>}
 * @throws {Fault} log_other, what is wrong with the key, or that the server cannot be asked
 */
export async function logKey(db, server, origin, nowMs) {
  const pinned = await db.get("marks", markOf(origin));
  if (pinned) return pinned;
  return keepFirst(db, { name: markOf(origin), key: await toldKey(server, origin), since: nowMs, from: "server" });
}

/** The key of a log as the server names it now. @throws {Fault} as {@link logKey} */
export async function toldKey(server, origin) {
  const told = await server.json("GET", "/v1/log");
  demand(told?.origin === origin && typeof told.key === "string", "log_other", String(told?.origin));
  await demandOf(told.key, origin);
  return told.key;
}

async function demandOf(key, origin) {
  const { name } = await readVerifierKey(key);
  demand(name === origin, "log_other", name);
}

/**
 * Whether the server is the one that an invitation speaks of: it names the same log with the same key.
 * @param {string} key as the invitation has it
 * @throws {Fault} log_not_invited, or as {@link logKey}
 */
export async function demandInvited(server, origin, key) {
  await demandOf(key, origin).catch(() => {
    throw new Fault("log_not_invited", origin);
  });
  const told = await toldKey(server, origin);
  demand(told === key, "log_not_invited", told);
}

/** Believes this key from now on; what was believed before stays written down. @param {"invitation" | "person"} from */
export async function believe(db, origin, key, from, nowMs) {
  await demandOf(key, origin);
  return db.run(["marks"], async ({ marks }) => {
    const there = await done(marks.get(markOf(origin)));
    if (there?.key === key) return there;
    const before = there ? [...(there.before ?? []), { key: there.key, since: there.since, until: nowMs }] : [];
    const row = { name: markOf(origin), key, since: nowMs, from, before };
    await done(marks.put(row));
    return row;
  });
}

/** What people compare: the first half of the SHA-256 of a key's text, in fours. @param {string} key */
export const keyPrint = async (key) => toHex(await sha256(toUtf8(key))).slice(0, 32).match(/.{4}/g).join(" ");

/** A policy that believes this key and asks for no witnesses. @param {string} key */
export const policyOf = (key) => readPolicy(`log ${key}\nquorum none\n`);

/** Receipts, one after the other: heads that were accepted once need not be verified again. */
export class Receipts {
  #head = null;

  /** @param {import("../verify/policy.js").Policy} policy */
  constructor(policy) {
    this.policy = policy;
  }

  /**
   * Why a receipt proves nothing about a leaf; null if it holds.
   * @param {string} text
   * @param {Uint8Array} leaf
   * @returns {Promise<Fault | null>}
   */
  async faultOf(text, leaf) {
    try {
      const { index, proof, checkpoint } = await readReceipt(text);
      const head = text.slice(text.indexOf("\n\n") + 2);
      if (head !== this.#head) {
        await acceptCheckpoint(this.policy, checkpoint);
        this.#head = head;
      }
      await verifyInclusion({ leaf, index, size: checkpoint.size, proof, root: checkpoint.root });
      return null;
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }
}
