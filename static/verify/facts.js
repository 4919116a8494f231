// What rests on what was verified: the public fields of the records, by id, so that a page can mark the lines
// that say no more than these; and the keys that were believed, with where each comes from.

/** The lines of a record, with quantities that were disclosed. */
function linesOf(record) {
  return record.claims.moves.map(({ n, op, lot, of = null, uom }) => {
    const slot = record.slots.find((one) => one.place === "line" && one.line === n);
    return { n, op, lot, of, uom, quantity: slot?.opened ? slot.opened.value : null };
  });
}

function publicBody({ body }) {
  const { _sd, ...open } = body;
  return open;
}

const sealedOf = (record) =>
  record.slots
    .filter((slot) => slot.place === "body")
    .map((slot) => ({ name: slot.name, open: slot.opened !== undefined, value: slot.opened?.value ?? null }));

function factsOf({ index, record, admittedAt }) {
  const { id, kid, claims } = record;
  const { type, iss, site, iat, seq, prev, refs, about, blobs } = claims;
  const said = { type, iss, site, iat, seq, prev, refs, about, blobs };
  return { index, id, kid, ...said, admittedAt, moves: linesOf(record), body: publicBody(record), sealed: sealedOf(record) };
}

/**
 * Everything a page may say to be verified.
 * @param {import("./replay.js").State} state
 */
export function restsOf(state) {
  const told = [...state.entries.values()].filter((entry) => entry.record);
  return {
    records: Object.fromEntries(told.map((entry) => [entry.record.id, factsOf(entry)])),
    parties: Object.fromEntries(state.parties),
    sites: Object.fromEntries(state.sites),
    recordedUntil: state.now,
  };
}

/**
 * The keys that were believed: that of the log, and those that signed records.
 * @param {import("./replay.js").State} state
 * @param {import("./note.js").VerifierKey} logKey
 * @param {"policy" | "bundle"} from where the log's key comes from
 */
export function trustedKeys(state, logKey, from) {
  const log = { what: "log", name: logKey.name, key: logKey.text, from };
  const idAt = new Map([...state.entries.values()].map((entry) => [entry.index, entry.record.id]));
  const keys = [...state.keys.values()].map((key) => ({
    what: "key",
    kid: key.kid,
    party: key.party,
    partyName: state.parties.get(key.party)?.name ?? null,
    role: key.role,
    from: key.entry === 0 ? "genesis" : "registration",
    registeredAt: key.entry,
    registeredBy: idAt.get(key.entry) ?? null,
    grantedBy: key.grantedBy,
    revoked: key.revoked !== null,
    signed: [...state.entries.values()].filter(({ record }) => record.kid === key.kid).length,
  }));
  return [log, ...keys];
}

/** Recalls and holds of the subject's own code that nothing in the bundle ends. */
export function openStatements(state, lot) {
  const told = [...state.entries.values()].map((entry) => entry.record);
  const ended = new Set(told.map(({ claims, body }) =>
    claims.type === "close_recall" ? body.recall : claims.type === "release" ? body.hold : null));
  const open = (type) =>
    told.filter(({ id, claims }) => claims.type === type && claims.about.includes(`lot/${lot}`) && !ended.has(id));
  return { recalls: open("recall"), holds: open("hold") };
}
