// Whom to believe (C2SP tlog-policy): logs, witnesses, and how many of these must have cosigned. A policy
// comes from outside of what is checked, never along with it.

import { toHex, utf8Length } from "./bytes.js";
import { Fault, demand } from "./fault.js";
import { cosignedAt, readVerifierKey, verifyCheckpoint } from "./note.js";

const POLICY_BYTES_MAX = 65_536;
const OF_EACH_MAX = 32;
const SIGNS = 1;
const COSIGNS = 4;
const NONE = "none";
/** How many items follow each word, at least and at most. */
const ITEMS = { log: [1, 2], witness: [2, 3], group: [3, Infinity], quorum: [1, 1] };

/**
 * @typedef {object} Policy
 * @property {import("./note.js").VerifierKey[]} logs
 * @property {{name: string, key: import("./note.js").VerifierKey}[]} witnesses
 * @property {(cosigned: Set<string>) => boolean} quorumMet asked with the names of witnesses
 */

class Draft {
  constructor() {
    this.logs = [];
    this.witnesses = [];
    this.groups = 0;
    /** What each name stands for: a function that says whether it has cosigned. */
    this.members = new Map();
    this.taken = new Set();
    this.quorum = undefined;
  }

  async log(vkey) {
    const key = await keyOf(vkey, SIGNS);
    this.demandFresh(this.logs, key);
    this.logs.push(key);
  }

  async witness(name, vkey) {
    const key = await keyOf(vkey, COSIGNS);
    this.demandFresh(this.witnesses.map((witness) => witness.key), key);
    this.name(name, (cosigned) => cosigned.has(name));
    this.witnesses.push({ name, key });
  }

  group(name, threshold, names) {
    demand(this.groups < OF_EACH_MAX, "policy_too_many");
    this.groups += 1;
    const need = thresholdOf(threshold, names.length);
    const members = names.map((member) => {
      demand(this.members.has(member), "policy_unknown_name", member);
      demand(!this.taken.has(member), "policy_member_twice", member);
      this.taken.add(member);
      return this.members.get(member);
    });
    this.name(name, (cosigned) => members.filter((met) => met(cosigned)).length >= need);
  }

  setQuorum(name) {
    demand(!this.quorum, "policy_second_quorum");
    demand(name === NONE || this.members.has(name), "policy_unknown_name", name);
    this.quorum = name === NONE ? () => true : this.members.get(name);
  }

  name(name, met) {
    demand(name !== NONE && !this.members.has(name), "policy_duplicate_name", name);
    this.members.set(name, met);
  }

  demandFresh(keys, key) {
    demand(!keys.some((other) => toHex(other.key) === toHex(key.key)), "policy_duplicate_key");
    demand(keys.length < OF_EACH_MAX, "policy_too_many");
  }

  async take(line) {
    demand(!/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line), "policy_control_character");
    const [word, ...items] = line.split(/[ \t]+/).filter((item) => item !== "");
    if (word === undefined || word.startsWith("#")) return;
    demand(Object.hasOwn(ITEMS, word), "policy_word", word);
    const [least, most] = ITEMS[word];
    demand(items.length >= least && items.length <= most, "policy_items");
    if (word === "log") await this.log(items[0]);
    if (word === "witness") await this.witness(items[0], items[1]);
    if (word === "group") this.group(items[0], items[1], items.slice(2));
    if (word === "quorum") this.setQuorum(items[0]);
  }
}

async function keyOf(vkey, kind) {
  const key = await readVerifierKey(vkey);
  demand(key.kind === kind, "policy_key_kind");
  return key;
}

function thresholdOf(text, members) {
  if (text === "any") return 1;
  if (text === "all") return members;
  const number = /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : 0;
  demand(number >= 1 && number <= members, "policy_threshold");
  return number;
}

/**
 * Reads a policy; every line is ended by a newline, names are defined before they are used.
 * @param {string} text
 * @returns {Promise<Policy>}
 * @throws {Fault} policy_…, or what is wrong with a key
 */
export async function readPolicy(text) {
  demand(utf8Length(text) <= POLICY_BYTES_MAX, "policy_too_long");
  const draft = new Draft();
  const lines = text.split("\n");
  const last = lines.pop();
  for (const [at, line] of lines.entries()) {
    try {
      await draft.take(line);
    } catch (fault) {
      throw fault instanceof Fault ? new Fault(fault.code, `line ${at + 1}`, fault) : fault;
    }
  }
  demand(last === "", "policy_unterminated");
  demand(draft.quorum, "policy_no_quorum");
  return { logs: draft.logs, witnesses: draft.witnesses, quorumMet: draft.quorum };
}

/** The first of the log's keys that signed; a log that changes its key has several. */
async function signingLog(policy, checkpoint, options) {
  let refused = new Fault("trust_unknown_log", checkpoint.origin);
  for (const key of policy.logs.filter((log) => log.name === checkpoint.origin)) {
    try {
      await verifyCheckpoint(checkpoint, key, options);
      return key;
    } catch (fault) {
      if (fault.code !== "note_unsigned") throw fault;
      refused = fault;
    }
  }
  throw refused;
}

/**
 * Accepts a checkpoint that a known log has signed and a quorum has cosigned. Signatures of strangers
 * do not matter; one false signature in the name of somebody known spoils the whole.
 * @param {Policy} policy
 * @param {Awaited<ReturnType<typeof import("./note.js").readCheckpoint>>} checkpoint
 * @param {{native?: boolean}} [options]
 * @returns {Promise<{log: import("./note.js").VerifierKey, cosigned: {name: string, at: number}[]}>}
 * @throws {Fault} trust_unknown_log, trust_quorum, or that of a signature
 */
export async function acceptCheckpoint(policy, checkpoint, options) {
  const log = await signingLog(policy, checkpoint, options);
  const cosigned = [];
  for (const { name, key } of policy.witnesses) {
    const at = await cosignedAt(checkpoint.note, key, options);
    if (at !== null) cosigned.push({ name, at });
  }
  const names = new Set(cosigned.map((one) => one.name));
  demand(policy.quorumMet(names), "trust_quorum", [...names].join(", "));
  return { log, cosigned };
}
