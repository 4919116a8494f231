// What a dock says, as claims in the open form: one function for each thing that is done. They fill in nothing
// that nobody said; who, where, when and the number in the feed are added where records are signed (feed.js).

import { demand } from "../verify/fault.js";
import { isNothing, less, sum } from "./quantity.js";

/**
 * @typedef {object} Credit goods that can be taken out, or a line that can be answered
 * @property {string} record id of the record
 * @property {number} n number of its line
 * @property {string} lot
 * @property {string} uom
 *
 * @typedef {object} Taken
 * @property {Credit} of what it draws on or answers
 * @property {string} quantity an amount
 *
 * @typedef {object} Brought
 * @property {string} lot code of the new lot
 * @property {string} quantity
 * @property {string} uom
 * @property {object} info what it is: the members of `LotInfo` but `n`
 *
 * @typedef {object} Draft claims without who, where, when and number
 * @property {string} type
 * @property {object} body
 * @property {object[]} [moves]
 * @property {string[]} [refs]
 * @property {string[]} [about]
 * @property {object[]} [blobs]
 */

/** Leaves out what nobody said: authors write no members that they do not know. */
export const said = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const listed = (name, list) => (list && list.length > 0 ? { [name]: list } : {});

/**
 * A record of any type.
 * @param {string} type
 * @param {object} body
 * @param {{moves?: object[], refs?: string[], about?: string[], blobs?: object[]}} [more]
 * @returns {Draft}
 */
export const draft = (type, body, { moves, refs, about, blobs } = {}) => ({
  type,
  body: said(body),
  ...listed("moves", moves),
  ...listed("refs", refs),
  ...listed("about", about),
  ...listed("blobs", blobs),
});

const answering = (op, n, { of, quantity }) =>
  ({ n, op, lot: of.lot, of: [of.record, of.n], uom: of.uom, quantity });

/** Lines that take goods out, numbered from `from`. @param {Taken[]} taken */
export const takeOut = (taken, from = 1) => taken.map((one, at) => answering("out", from + at, one));

/** Lines that answer others and bring goods in. @param {Taken[]} taken */
export const takeIn = (taken, from = 1) => taken.map((one, at) => answering("in", from + at, one));

/** Lines that begin lots, and what those are. @param {Brought[]} brought */
export function begin(brought, from = 1) {
  const numbered = brought.map((one, at) => ({ ...one, n: from + at }));
  return {
    moves: numbered.map(({ n, lot, uom, quantity }) => ({ n, op: "in", lot, uom, quantity })),
    lots: numbered.map(({ n, info }) => ({ n, ...said(info) })),
  };
}

/**
 * A new lot: harvest, catch, animals raised together, eggs and milk, production.
 * @param {string} how
 * @param {Brought[]} brought
 * @param {object} [body] `plot`, `health_record`, `on_behalf_of`, `note`
 */
export function create(how, brought, body = {}, more = {}) {
  const { moves, lots } = begin(brought);
  return draft("create", { how, lots, ...body }, { ...more, moves });
}

/** More of lots that began before: each line names the lot's origin. @param {string} how @param {Taken[]} origins */
export const addTo = (how, origins, body = {}, more = {}) =>
  draft("create", { how, ...body }, { ...more, moves: takeIn(origins) });

/**
 * Goods of a supplier who is not enrolled, or from abroad.
 * @param {Brought[]} brought
 * @param {object} body `received_on`, `checked`, `import`, `supplier`, `note`
 */
export function enter(brought, body, more = {}) {
  const { moves, lots } = begin(brought);
  return draft("enter", { lots, ...body }, { ...more, moves });
}

/** Pesticide, veterinary drug, feed or fertiliser used. */
export const useInput = (body, more = {}) => draft("use_input", body, more);

/** A paper, issued, confirmed or transcribed; `about` says of what. */
export const certify = (body, about, more = {}) => draft("certify", body, { ...more, about });

/**
 * Goods leave for another site.
 * @param {Taken[]} lines
 * @param {object} body members of `dispatch`, `vehicle` and the other sealed ones among them
 */
export const dispatch = (lines, body, more = {}) => draft("dispatch", body, { ...more, moves: takeOut(lines) });

/** The carrier takes the goods. */
export const pickUp = (body, more = {}) => draft("pick_up", body, more);

/** Readings of a leg or a zone. */
export const observe = (body, more = {}) => draft("observe", body, more);

/** Another vehicle, carrier or driver takes over. */
export const handOn = (body, more = {}) => draft("hand_on", body, more);

/** The carrier hands the goods over. */
export const deliver = (body, more = {}) => draft("deliver", body, more);

const PARTS = ["short", "damaged", "refused"];

/**
 * The goods are received, line by line.
 * @param {{of: Credit, sent: string, short?: string, damaged?: string, refused?: string, reason?: string, photos?: string[]}[]} lines
 *   `of` is the dispatch's line, `sent` what it says
 * @param {object} body `dispatch`, `at`, `check`; `temp_c`, `seals_intact`, `note`
 * @returns {Draft}
 * @throws {import("../verify/fault.js").Fault} malformed if the parts are more than what was sent, or a
 *   difference has no reason
 */
export function receive(lines, body, more = {}) {
  const differences = [];
  const taken = lines.map(({ of, sent, reason, photos = [], ...parts }, at) => {
    const apart = PARTS.map((part) => parts[part] ?? "0");
    const quantity = less(sent, sum(apart));
    demand(quantity !== null, "malformed", `line ${at + 1}: more is short, damaged and refused than was sent`);
    if (!apart.every(isNothing)) {
      demand(reason !== undefined, "malformed", `line ${at + 1}: a difference has a reason`);
      const [short, damaged, refused] = apart;
      differences.push({ n: at + 1, short, damaged, refused, reason, ...listed("photos", photos) });
    }
    return { of, quantity };
  });
  return draft("receive", { ...body, differences }, { ...more, moves: takeIn(taken) });
}

/**
 * What became of what was short, damaged or refused, or was never received.
 * @param {(Taken & {outcome: "taken_back" | "lost" | "disposed"})[]} lines `of` is the receipt's line, or the
 *   dispatch's where nobody received it
 * @param {{dispatch: string, receipt: string, note?: string}} body
 */
export function settle(lines, body, more = {}) {
  const moves = lines.map((one, at) => answering(one.outcome === "taken_back" ? "in" : "out", at + 1, one));
  const outcomes = lines.map(({ outcome }, at) => ({ n: at + 1, outcome }));
  return draft("settle", { ...body, lines: outcomes }, { ...more, moves });
}

/**
 * Slaughter, cut, mix, pack, split, relabel, cook, process: inputs and outputs in one record.
 * @param {string} operation
 * @param {Taken[]} inputs
 * @param {Brought[]} outputs
 * @param {object} [body] `owner`, `replaces`, `note`
 */
export function transform(operation, inputs, outputs, body = {}, more = {}) {
  const { moves, lots } = begin(outputs, inputs.length + 1);
  return draft("transform", { operation, lots, ...body }, { ...more, moves: [...takeOut(inputs), ...moves] });
}

/** Goods are sold. @param {Taken[]} lines @param {object} body `channel`, `sold_on`, `buyer`, `terms` */
export const sell = (lines, body, more = {}) => draft("sell", body, { ...more, moves: takeOut(lines) });

/** Goods end. @param {Taken[]} lines @param {object} body `method`, `reason`, `at`, `person`, `places` */
export const dispose = (lines, body, more = {}) => draft("dispose", body, { ...more, moves: takeOut(lines) });

/**
 * A stocktake: what is missing goes out of the books; what is there beyond them is told and nothing more, since a line brings no goods.
 * @param {{of: Credit, amount: string, left?: string}[]} counted what was counted, and what the books say is left
 * @param {{at: number, on_behalf_of?: string}} body
 */
export function count(counted, body, more = {}) {
  const lines = counted.map(({ of, amount }) => ({ of: [of.record, of.n], amount: sum([amount]) }));
  const missing = counted.flatMap(({ of, amount, left = amount }) => {
    const quantity = less(left, amount);
    return quantity === null || isNothing(quantity) ? [] : [{ of, quantity }];
  });
  return draft("count", { ...body, counted: lines }, { ...more, moves: takeOut(missing) });
}

/** The result of an inspection; of one's own with `mode: "self_check"`. */
export const inspect = (body, about, more = {}) => draft("inspect", body, { ...more, about });

/** Points at an earlier record of one's own; moves nothing. */
export const correct = (body, more = {}) => draft("correct", body, more);

/** Lets another key sign. */
export const addKey = (body) => draft("add_key", body);

/** Ends a key's standing. */
export const revokeKey = (body) => draft("revoke_key", body);

/**
 * The lines of a record that others can cite, as credits.
 * @param {{id: string, claims: {moves: {n: number, lot: string, uom: string, op: string}[]}}} record
 * @param {"in" | "out"} [op] only these
 * @returns {Map<number, Credit>} by number
 */
export const linesOf = ({ id, claims }, op) =>
  new Map(
    claims.moves
      .filter((line) => op === undefined || line.op === op)
      .map(({ n, lot, uom }) => [n, { record: id, n, lot, uom }]),
  );

/**
 * The open amounts of a record's lines.
 * @param {import("../verify/record.js").Record} record
 * @returns {Map<number, string>} those that are open, by number
 */
export const quantitiesOf = (record) =>
  new Map(
    record.slots
      .filter((slot) => slot.place === "line" && slot.opened)
      .map((slot) => [slot.line, slot.opened.value]),
  );
