// Registrations: the beginning of a log, and how every other key derives its standing from it.

import { Fault, demand } from "./fault.js";
import { demandStrong, jwkBytes, thumbprint, verifyPossession } from "./keys.js";

const keyFacts = (facts) => ({ sites: [], from: 0, until: null, revoked: null, ...facts });

/**
 * The first record of a log: it names the node's key, the log's key and the registrar, from whom every
 * other standing derives.
 * @param {import("./replay.js").State} state
 * @param {import("./record.js").Record} record
 * @param {number} index
 * @returns {Promise<void>}
 */
export async function begin(state, record, index) {
  const { claims, body, kid } = record;
  const { genesis } = body;
  const alone = claims.prev === null && claims.site === null && claims.moves.length + claims.refs.length === 0;
  const [nodeKey, registrarKey] = [jwkBytes(genesis.node_key), jwkBytes(genesis.registrar_key)];
  const [node, registrar] = [await thumbprint(nodeKey), await thumbprint(registrarKey)];
  const isOwn = node === kid && claims.iss === genesis.registrar && node !== registrar;
  demand(alone && isOwn, "not_genesis");
  const party = genesis.registrar;
  const base = { party, entry: index, grantedBy: null };
  state.keys.set(node, keyFacts({ ...base, kid: node, key: nodeKey, role: "node" }));
  state.keys.set(registrar, keyFacts({ ...base, kid: registrar, key: registrarKey, role: "admin", grantedBy: kid }));
  const { registrar_name: name, province: county } = genesis;
  state.parties.set(party, { id: party, kind: "registrar", name, county, entry: index });
}

/** What each type of registration may do, and what it changes; the author's standing is judged before. */
export const REGISTRATIONS = { beat, register_party: party, register_site: site, add_key: addKey, revoke_key: revokeKey };

function beat(state, { body }) {
  demand(!body.genesis, "second_genesis");
}

function party(state, { claims, body }, { index }) {
  const isPerson = body.party.startsWith("NH-");
  demand(isPerson === (body.kind === "smallholder"), "contradiction", "kind / party");
  demand(isPerson === !body.name, "contradiction", "name");
  const isOwn = body.party === claims.iss;
  demand(isOwn || body.kind !== "registrar", "not_entitled", "appoint a registrar");
  demand(!isOwn || body.kind === "registrar", "contradiction", "kind / party");
  const { party: id, kind, name = null, county } = body;
  const entry = state.parties.get(id)?.entry ?? index;
  state.parties.set(id, { id, kind, name, county, entry });
}

function site(state, { body }, { index }) {
  // A bundle may leave out a party that has nothing to do with it; then its site is of no use either.
  if (!state.parties.has(body.party)) return;
  const { site: id, party: owner, kind, name, county, open } = body;
  const entry = state.sites.get(id)?.entry ?? index;
  state.sites.set(id, { id, party: owner, kind, name, county, open, entry });
}

function addKey(state, { kid: grantedBy, body }, { index, standing, newKid }) {
  const sites = body.sites ?? [];
  demandMayManage(standing, body.party, sites);
  demand(!state.keys.has(newKid), "key_known");
  demand(body.role !== "node", "node_only");
  const until = body.until ?? null;
  demand(until === null || until > body.from, "contradiction", "from / until");
  const known = sites.every((one) => state.sites.has(one)) && state.parties.has(body.party);
  if (!known) return;
  const isOwn = (one) => state.sites.get(one).party === body.party;
  demand(sites.every(isOwn), "site_of_other_party");
  const { party: of, role, from } = body;
  const facts = { kid: newKid, key: jwkBytes(body.jwk), party: of, sites, role, from, until };
  state.keys.set(newKid, keyFacts({ ...facts, entry: index, grantedBy }));
}

function revokeKey(state, { body }, { index, standing }) {
  const key = state.keys.get(body.key);
  // A key of which the bundle has no record can do no harm in it.
  if (!key) return;
  demand(key.role !== "node", "node_only");
  demandMayManage(standing, key.party, key.sites);
  demand(key.revoked === null, "key_revoked");
  key.revoked = index;
}

/**
 * The registrar manages everybody's keys; an admin key those of its own party, and one that is limited
 * to some sites only keys that are limited to those.
 */
function demandMayManage({ key, party: author }, of, sites) {
  if (author.kind === "registrar") return;
  const isOwn = key.party === of && key.role === "admin";
  const isWithin = sites.length > 0 && sites.every((one) => key.sites.includes(one));
  demand(isOwn && (key.sites.length === 0 || isWithin), "not_entitled", "manage this key");
}

/**
 * Checks what a record proves beside its own signature: that whoever enrolled a key has it.
 * @param {import("./record.js").Record} record
 * @param {{native?: boolean}} [options]
 * @returns {Promise<string | null>} the thumbprint of the key it adds
 */
export async function provePossession({ claims, body }, options) {
  if (body.genesis) demandStrong(jwkBytes(body.genesis.registrar_key));
  if (claims.type !== "add_key") return null;
  const { jwk, proof, party: of } = body;
  await verifyPossession({ jwk, proof, log: claims.log, party: of }, options);
  return thumbprint(jwkBytes(jwk));
}

/** The beginning that the first record of a bundle tells, or a fault. @param {object | undefined} record */
export function genesisOf(record) {
  const genesis = record?.claims.type === "beat" && record.body.genesis;
  if (!genesis) throw new Fault("bundle_genesis");
  return genesis;
}
