// Citations: what a record relies on is in the log before it, is what it is relied on for, and where a line
// answers a line both speak of the same lot, in the same unit, at the right place. What the bundle leaves
// out is counted, not judged.

import { demand } from "./fault.js";
import { isAuthority } from "./standing.js";

/** Members of bodies that name a record, and the types that it may have. */
const NAMED = {
  pick_up: { dispatch: ["dispatch"] },
  observe: { dispatch: ["dispatch"] },
  hand_on: { dispatch: ["dispatch"] },
  deliver: { dispatch: ["dispatch"] },
  receive: { dispatch: ["dispatch"] },
  settle: { dispatch: ["dispatch"], receipt: ["receive", "dispatch"] },
  release: { hold: ["hold"] },
  close_recall: { recall: ["recall"] },
  correct: { record: null },
};
/** Which lines each type must and may have: in, out; 1 at least one, 0 none, null any. */
const SHAPES = {
  create: [1, 0],
  enter: [1, 0],
  receive: [1, 0],
  transform: [1, 1],
  dispatch: [0, 1],
  sell: [0, 1],
  dispose: [0, 1],
  count: [0, null],
};
const DEBITS = ["dispatch", "sell", "dispose", "transform", "count"];
const CREDITS = ["create", "enter", "transform", "receive", "settle"];

/** A line `[record id, number]` of a record that is at hand; undefined if the record is not. */
function cited(state, of) {
  const entry = of && state.entries.get(of[0]);
  if (!entry?.record) return undefined;
  const line = entry.record.claims.moves.find((one) => one.n === of[1]);
  demand(line, "credit_unknown", `${of[0]} has no line ${of[1]}`);
  return { entry, line };
}

/**
 * Judges everything a record relies on.
 * @param {import("./replay.js").State} state
 * @param {import("./record.js").Record} record
 * @param {{party: object}} standing
 * @throws {import("./fault.js").Fault} with the code of a refusal
 */
export function demandCitations(state, record, standing) {
  const { claims, body } = record;
  for (const id of claims.refs) rely(state, id);
  for (const [member, types] of Object.entries(NAMED[claims.type] ?? {})) {
    const id = body[member];
    if (!id) continue;
    const entry = rely(state, id);
    if (entry?.record) demand(!types || types.includes(entry.record.claims.type), "citation_kind", id);
    if (entry?.record) demandAnswerable(claims.type, entry.record, standing);
  }
  demandShape(claims);
  for (const line of claims.moves) demandLine(state, record, line);
}

function rely(state, id) {
  const entry = state.entries.get(id);
  if (!entry) state.absent.add(id);
  return entry;
}

/** Whoever blocked may unblock, whoever called back may end it, and nobody corrects what others said. */
function demandAnswerable(type, answered, { party }) {
  const isOwn = answered.claims.iss === party.id;
  if (type === "correct") demand(isOwn, "not_entitled", "correct others' records");
  if (type === "release" || type === "close_recall") {
    demand(isOwn || isAuthority(party.kind), "not_entitled", "end what others began");
  }
}

function demandShape({ type, moves }) {
  const ins = moves.filter((line) => line.op === "in").length;
  const found = [ins, moves.length - ins];
  if (type === "settle") return demand(moves.length > 0, "lines");
  const fits = (SHAPES[type] ?? [0, 0]).every((want, at) => want === null || want === Math.min(found[at], 1));
  return demand(fits, "lines", type);
}

function demandLine(state, record, line) {
  const { claims, body } = record;
  const isDebit = line.op === "out" && DEBITS.includes(claims.type);
  const answers = isDebit || ["receive", "settle"].includes(claims.type);
  demand(!answers || line.of, "credit_unknown", `line ${line.n} cites nothing`);
  const isNew = line.op === "in" && ["enter", "transform"].includes(claims.type);
  demand(!isNew || !line.of, "lot_info", `line ${line.n} cites, and is new`);
  if (line.of) state.relyOnLine(line.of);
  const found = cited(state, line.of);
  if (!found) return;
  const { claims: from } = found.entry.record;
  demand(found.line.lot === line.lot, "lot_mismatch", `line ${line.n}`);
  demand(found.line.uom === line.uom, "unit_mismatch", `line ${line.n}`);
  if (isDebit) {
    demand(found.line.op === "in" && CREDITS.includes(from.type), "credit_unknown", `line ${line.n}`);
    demand(from.site === claims.site, "credit_of_other", `line ${line.n}`);
  }
  if (claims.type === "create") demand(from.type === "create" && found.line.op === "in", "lot_of_other");
  if (claims.type === "receive") demand(line.of[0] === body.dispatch, "credit_unknown", `line ${line.n}`);
  if (claims.type === "settle") demand(line.of[0] === body.receipt, "credit_unknown", `line ${line.n}`);
}
