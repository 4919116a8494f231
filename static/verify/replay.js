// Going through a bundle's records in the order of the log: each signature by a key that was registered
// before it, each feed in order, each citation. Quantities and the rules of verdicts are not computed
// here; `shisu verify` does that.

import { demandCitations } from "./citations.js";
import { Fault, demand } from "./fault.js";
import { demandStrong, jwkBytes, thumbprint } from "./keys.js";
import { verifyRecord } from "./record.js";
import { begin, genesisOf, provePossession, REGISTRATIONS } from "./registry.js";
import { demandStanding } from "./standing.js";
import { CLOCKS, LIMITS } from "./tables.js";

const NEEDS_SUBJECT = ["certify", "inspect", "hold", "recall"];

/** What the records so far say. */
export class State {
  constructor() {
    /** Thumbprint → key. */
    this.keys = new Map();
    this.parties = new Map();
    this.sites = new Map();
    /** Id → index and record; no record for one that is relied on and left out. */
    this.entries = new Map();
    /** Thumbprint → numbers used, and the lowest that names a predecessor. */
    this.feeds = new Map();
    /** Ids of records that are relied on and not in the bundle. */
    this.absent = new Set();
    /** Time of the last beat. */
    this.now = 0;
    this.signatures = 0;
  }

  relyOnLine([id]) {
    if (!this.entries.has(id)) this.absent.add(id);
  }
}

/** Two records of one key with one number; a predecessor that is none, or none where one has to be. */
function demandFeed(state, { id, kid, claims }) {
  const feed = state.feeds.get(kid) ?? { used: new Map(), anchored: null };
  demand(!feed.used.has(claims.seq), "seq_reused", `${feed.used.get(claims.seq)}, ${id}`);
  if (claims.prev === null) {
    demand(feed.anchored === null || claims.seq <= feed.anchored, "prev_missing");
  } else {
    const earlier = state.entries.get(claims.prev);
    if (!earlier) state.absent.add(claims.prev);
    const isEarlier = !earlier?.record || (earlier.record.kid === kid && earlier.record.claims.seq < claims.seq);
    demand(isEarlier, "prev_not_of_feed", claims.prev);
    feed.anchored = feed.anchored === null ? claims.seq : Math.min(feed.anchored, claims.seq);
  }
  feed.used.set(claims.seq, id);
  state.feeds.set(kid, feed);
}

function demandAdmissible(state, record, index, newKid) {
  const { claims, body } = record;
  const now = claims.type === "beat" ? body.at : state.now;
  demand(now >= state.now, "beat_backwards");
  const standing = demandStanding(state, record, now);
  demandFeed(state, record);
  demandCitations(state, record, standing);
  demand(claims.iat <= now + CLOCKS.FUTURE_SKEW_S, "clock_ahead", `${claims.iat - now} s`);
  const isAbout = claims.about.length > 0 || !NEEDS_SUBJECT.includes(claims.type);
  demand(isAbout, "contradiction", "about");
  if (claims.type === "observe") demandReadings(body);
  REGISTRATIONS[claims.type]?.(state, record, { index, standing, newKid });
  state.now = now;
}

function demandReadings({ sensors }) {
  const readings = sensors.reduce((sum, sensor) => sum + sensor.readings.length, 0);
  demand(readings <= LIMITS.READINGS_MAX, "too_many", "readings");
}

/**
 * Begins to check the signatures of all records at once; whether each key was registered in time is judged
 * later, in order. A thumbprint names one key, so it is the same key then.
 * @param {import("./record.js").Record[]} records
 * @param {{native?: boolean}} [options]
 * @returns {Map<string, Promise<{newKid: string | null} | {fault: unknown}>>} by id
 */
export async function beginSignatures(records, options) {
  const keys = new Map();
  for (const { claims, body } of records) {
    const { node_key, registrar_key } = body.genesis ?? {};
    for (const jwk of claims.type === "add_key" ? [body.jwk] : [node_key, registrar_key]) {
      if (jwk) keys.set(await thumbprint(jwkBytes(jwk)), jwkBytes(jwk));
    }
  }
  const check = async (record) => {
    const key = keys.get(record.kid);
    if (!key) return { fault: new Fault("bundle_key_unregistered", record.kid) };
    try {
      demandStrong(key);
      await verifyRecord(record, key, options);
      return { newKid: await provePossession(record, options) };
    } catch (fault) {
      return { fault: inside("bundle_signature", fault) };
    }
  };
  return new Map(records.map((record) => [record.id, check(record)]));
}

/**
 * Takes the next record.
 * @param {State} state
 * @param {import("./record.js").Record} record
 * @param {number} index
 * @param {Awaited<ReturnType<typeof beginSignatures>>} signatures
 * @throws {Fault} bundle_…
 */
export async function takeRecord(state, record, index, signatures) {
  // Nothing in a log cites what comes after it.
  if (state.absent.has(record.id)) throw refused(new Fault("citation_unknown", record.id));
  demand(!state.entries.has(record.id), "bundle_order", "one record twice");
  if (index === 0) genesisOf(record);
  else demand(state.keys.has(record.kid), "bundle_key_unregistered", record.kid);
  const { fault, newKid } = await signatures.get(record.id);
  if (fault) throw fault;
  state.signatures += 1;
  try {
    if (index === 0) await begin(state, record, index);
    else demandAdmissible(state, record, index, newKid);
  } catch (error) {
    throw refused(error);
  }
  if (index === 0) {
    state.now = record.body.at;
    demandFeed(state, record);
  }
  state.entries.set(record.id, { index, record, admittedAt: state.now });
}

/** A fault as the cause of another. @param {string} code @param {Fault} fault */
export function inside(code, fault) {
  return fault instanceof Fault ? new Fault(code, fault.message, fault) : fault;
}

const refused = (fault) => inside("bundle_refused", fault);
