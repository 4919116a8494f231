// Whether a key may sign a record, there and then: registered before, not revoked, for that party, at that
// site, in that role. The order of the checks is that of admission: the first that fails is named.

import { demand } from "./fault.js";
import { CLOCKS } from "./tables.js";

const ON_THE_ROAD = ["pick_up", "observe", "hand_on", "deliver"];
const ABOUT_KEYS = ["add_key", "revoke_key"];
const OF_CLERKS_NOT = ["beat", "register_party", "register_site", "add_key", "revoke_key"];
const WINDS_UP = [
  ...["dispatch", "dispose", "settle", "count", "certify", "recall", "close_recall", "correct"],
  ...ON_THE_ROAD,
];
const HOLDS_GOODS = ["create", "enter", "use_input", "transform", "dispatch", "receive", "sell", "count"];
const AUTHORITIES = ["regulator", "animal_health", "customs"];

/** Whether this kind of party is a public authority. @param {string} kind */
export const isAuthority = (kind) => AUTHORITIES.includes(kind);

/** Which types each role may sign. */
const MAY_SIGN = {
  admin: (type) => type !== "beat",
  clerk: (type) => !OF_CLERKS_NOT.includes(type),
  driver: (type) => ON_THE_ROAD.includes(type),
  device: (type) => type === "observe",
  node: (type) => type === "beat",
};

/**
 * Judges key, party and site of a record.
 * @param {import("./replay.js").State} state
 * @param {import("./record.js").Record} record
 * @param {number} now time of the beat before it, or its own if it is one
 * @returns {{key: object, party: object, site: object | null}}
 * @throws {import("./fault.js").Fault} with the code of a refusal
 */
export function demandStanding(state, record, now) {
  const { claims } = record;
  const key = state.keys.get(record.kid);
  demandKey(key, claims, now);
  const party = state.parties.get(claims.iss);
  demand(party, "unknown_party", claims.iss);
  const site = claims.site === null ? null : siteOf(state, key, claims);
  demand(MAY_SIGN[key.role](claims.type), claims.type === "beat" ? "node_only" : "key_role", claims.type);
  const anywhere = [...ON_THE_ROAD, ...ABOUT_KEYS].includes(claims.type);
  demand(key.sites.length === 0 || site || anywhere, "key_of_other_site");
  demandEntitled(party.kind, claims.type);
  return { key, party, site };
}

function demandKey(key, claims, now) {
  demand(key.revoked === null, "key_revoked");
  demand(claims.iat >= key.from && now >= key.from, "key_not_yet_valid");
  // What was signed in time on a device without network may still arrive within the allowance.
  const { until } = key;
  const runs = until === null || (claims.iat <= until && now <= until + CLOCKS.LATE_ENTRY_ALLOWANCE_S);
  demand(runs, "key_expired");
  demand(key.party === claims.iss, "key_of_other_party");
}

function siteOf(state, key, claims) {
  const site = state.sites.get(claims.site);
  demand(site, "unknown_site", claims.site);
  demand(site.party === claims.iss, "site_of_other_party", claims.site);
  demand(key.sites.length === 0 || key.sites.includes(claims.site), "key_of_other_site", claims.site);
  const windsUp = WINDS_UP.includes(claims.type) && claims.moves.every((line) => line.op === "out");
  demand(site.open || windsUp, "site_closed", claims.site);
  return site;
}

function demandEntitled(kind, type) {
  const enrols = type === "register_party" || type === "register_site";
  demand(!enrols || kind === "registrar", "not_entitled", "enrol");
  const isPublic = isAuthority(kind) || kind === "registrar" || kind === "lab";
  demand(!isPublic || !HOLDS_GOODS.includes(type), "not_entitled", "hold goods");
  const blocks = type === "hold" || type === "release";
  demand(!blocks || isAuthority(kind) || kind === "lab", "not_entitled", "hold or release");
}
