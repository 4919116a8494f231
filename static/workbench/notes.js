// Notes of a site 场所便笺: what its devices share beside the ledger (docs/API.md, section 8). They lie here, so that they are there
// without a network, and at the server, so that other devices have them and a new one has them back. What was said here
// and not sent yet is brought together with what others said meanwhile, field by field; nothing that was said is dropped.

import { sha256, toBase64url, toUtf8 } from "../verify/bytes.js";
import { Problem } from "./api.js";
import { done } from "./db.js";

const MARK = "note:";
const UNTIL = "notes-until:";
/** Where notes lie while nobody knows at which site this device works. */
const NOWHERE = "-";
/** How often one change is said again over what others said before. */
const TRIES = 4;
/** Values of others that are kept beside a note's own, and earlier cargoes of a tank. */
const OTHERS_MAX = 16;
const CARGOES_MAX = 12;
const TIMER_MS = 30_000;

/** What a note is about: there is one note about one thing. @type {Record<string, (told: any) => string>} */
const ABOUT = {
  vehicle: ({ plate }) => plate,
  sample: ({ record, n }) => `${record}#${n}`,
  self_check: () => "",
  template: ({ class: kind, name, supplier }) => `${kind}\n${name}\n${supplier ?? ""}`,
  track: ({ hash }) => hash,
  consent: ({ party }) => party,
};

const nameOf = async (kind, about) => toBase64url(await sha256(toUtf8(`shisu-note/v1\n${kind}\n${about}`)));

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const has = (list, one) => list.some((it) => same(it, one));

/** Values of both lists, without those that one side took away. */
function both(base = [], ours = [], theirs = []) {
  const kept = (one) => !has(base, one) || (has(ours, one) && has(theirs, one));
  return [...ours, ...theirs.filter((one) => !has(ours, one))].filter(kept);
}

/**
 * Brings together what two devices said since they knew the same. What one of them changed counts; where both did, a sample
 * that ended has ended, cargoes are all kept, and otherwise what was said last counts and the other stays beside it.
 * @param {{told: object, others?: object[]} | null} base what both knew
 * @param {{at: number, told: object, others?: object[]}} ours
 * @param {{at: number, told: object, others?: object[]}} theirs
 * @returns {{at: number, told: object, others: {field: string, value: string}[]}}
 */
export function merge(base, ours, theirs) {
  const told = {};
  let others = both(base?.others, ours.others, theirs.others);
  for (const field of new Set([...Object.keys(theirs.told), ...Object.keys(ours.told)])) {
    const [before, mine, other] = [base?.told[field], ours.told[field], theirs.told[field]];
    if (same(mine, other) || same(other, before)) told[field] = mine;
    else if (same(mine, before)) told[field] = other;
    else if (field === "over") told[field] = true;
    else if (field === "cargoes") told[field] = [...new Set([...(mine ?? []), ...(other ?? [])])].slice(0, CARGOES_MAX);
    else if (mine === undefined || other === undefined) told[field] = mine ?? other;
    else {
      const [last, first] = ours.at >= theirs.at ? [mine, other] : [other, mine];
      told[field] = last;
      others.push({ field, value: typeof first === "string" ? first : JSON.stringify(first) });
    }
  }
  others = others.filter((one, at) => String(told[one.field]) !== one.value && !has(others.slice(0, at), one));
  return { at: Math.max(ours.at, theirs.at), told, others: others.slice(-OTHERS_MAX) };
}

/** What was noted before devices shared it, as notes say it. @returns {object[]} */
export function older({ name, at: _at, rows = [], isAgreed, bytes: _bytes, file, days, ...rest }) {
  const [kind] = name.split(":");
  if (name === "templates") return rows.map((one) => ({ kind: "template", ...one }));
  if (name === "check-plan") return [{ kind: "self_check", days }];
  if (kind === "consent") return [{ kind, ...rest, agreed: isAgreed ?? undefined }];
  if (kind === "track") return [{ kind, ...rest, name: file }];
  return kind === "vehicle" || kind === "sample" ? [{ kind, ...rest }] : [];
}

export class Notes {
  #running = null;
  #again = false;

  /**
   * @param {object} parts
   * @param {import("./db.js").Database} parts.db
   * @param {(path: string, method: string, json?: unknown) => Promise<any>} parts.ask as whoever signs here
   * @param {import("./clock.js").Clock} parts.clock
   * @param {() => string | null} parts.site
   * @param {() => void} [parts.changed]
   */
  constructor({ db, ask, clock, site, changed = () => {} }) {
    Object.assign(this, { db, ask, clock, changed });
    this.siteOf = site;
    /** Why notes are not shared at the moment, or null. */
    this.trouble = null;
  }

  get #site() {
    return this.siteOf() ?? NOWHERE;
  }

  async #rows(site = this.#site) {
    return (await this.db.all("marks")).filter((row) => row.name.startsWith(`${MARK}${site}:`));
  }

  /** What is noted of a kind, the last said first. @returns {Promise<object[]>} what was told, with `at`, `others` and what keeps it from being shared */
  async list(kind) {
    const rows = (await this.#rows()).filter(({ told }) => told?.kind === kind);
    return rows.sort((a, b) => b.at - a.at).map(({ told, at, others, held, bytes }) => ({ ...told, at, others, held, bytes }));
  }

  /** What is noted about one thing. @returns {Promise<object | null>} */
  async get(kind, about = "") {
    return (await this.list(kind)).find((one) => ABOUT[kind](one) === about) ?? null;
  }

  /** How many are not shared yet. */
  async waiting() {
    return (await this.#rows()).filter(({ dirty }) => dirty > 0).length;
  }

  /** Changes a row in one transaction. @param {(row: object | undefined) => object | null | undefined} change null deletes, undefined leaves it */
  #change(name, change) {
    return this.db.run(["marks"], async ({ marks }) => {
      const row = change(await done(marks.get(name)));
      if (row === null) await done(marks.delete(name));
      else if (row !== undefined) await done(marks.put({ ...row, name }));
      return row;
    });
  }

  /**
   * Notes something in the place of what was noted about it.
   * @param {object} told with its `kind`
   * @param {{decided?: object[], bytes?: Uint8Array, isNew?: boolean}} [more] `decided`: values of others that a person saw and put aside;
   *   `bytes` stay on this device; `isNew` leaves what is there
   */
  async put(told, more = {}) {
    await this.#put(this.#site, told, more);
    this.changed();
    this.sync();
  }

  async #put(site, told, { decided = [], bytes, isNew = false }) {
    const { at: _at, others: _others, held: _held, bytes: _bytes, ...said } = JSON.parse(JSON.stringify({ ...told, bytes: null }));
    const id = await nameOf(said.kind, ABOUT[said.kind](said));
    await this.#change(`${MARK}${site}:${id}`, (row) =>
      row && isNew ? undefined : { version: 0, base: null, ...row, id, told: said, others: (row?.others ?? []).filter((one) => !has(decided, one)), bytes: bytes ?? row?.bytes, at: this.clock.seconds(), dirty: (row?.dirty ?? 0) + 1, held: null },
    );
  }

  /** Deletes what is noted about one thing, for all devices. */
  async end(kind, about = "") {
    const id = await nameOf(kind, about);
    await this.#change(`${MARK}${this.#site}:${id}`, (row) => row && (row.version === 0 ? null : { ...row, told: null, dirty: row.dirty + 1, held: null }));
    this.changed();
    this.sync();
  }

  /** Begins to share: at once, when the network comes back, when the page is seen, and from time to time. */
  start() {
    const look = () => globalThis.document?.visibilityState !== "hidden" && this.sync();
    globalThis.addEventListener("online", look);
    globalThis.document?.addEventListener("visibilitychange", look);
    setInterval(look, TIMER_MS);
    look();
  }

  /** Takes what others said and sends what was said here. Never fails: what could not be done is done the next time. */
  sync() {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#sync()
      .then(() => (this.trouble = null), (error) => (this.trouble = error))
      .then(() => {
        this.#running = null;
        if (!this.#again) return undefined;
        this.#again = false;
        return this.sync();
      });
    return this.#running;
  }

  async #sync() {
    const site = this.#site;
    if (site === NOWHERE) return;
    await this.#adopt(site);
    const path = `/v1/sites/${encodeURIComponent(site)}/notes`;
    await this.#take(site, path);
    let isSent = false;
    for (const row of (await this.#rows(site)).filter(({ dirty, held }) => dirty > 0 && !held)) isSent = (await this.#send(site, path, row)) || isSent;
    if (isSent) this.changed();
  }

  /** Brings here what was noted before devices shared it, and before this one had a site. */
  async #adopt(site) {
    for (const row of await this.db.all("marks")) {
      const isHere = row.name.startsWith(`${MARK}${NOWHERE}:`);
      const all = isHere ? [row.told] : older(row);
      for (const told of all) await this.#put(site, told, { bytes: row.bytes, isNew: !isHere });
      if (all.length > 0) await this.#change(row.name, () => null);
    }
  }

  async #take(site, path) {
    const mark = UNTIL + site;
    for (let more = true; more; ) {
      const since = (await this.db.get("marks", mark))?.until ?? 0;
      const { notes, until, has_more } = await this.ask(`${path}?since=${since}`, "GET");
      for (const one of notes) await this.#hear(site, one);
      await this.db.put("marks", { name: mark, until });
      if (notes.length > 0) this.changed();
      more = has_more;
    }
  }

  /** Takes one thing that another device said. */
  #hear(site, { name: id, version, note }) {
    return this.#change(`${MARK}${site}:${id}`, (row) => {
      if (row && row.version >= version) return undefined;
      const theirs = note && { id, told: note.told, others: note.others ?? [], at: note.at, version, base: { told: note.told, others: note.others ?? [] }, dirty: 0, held: null };
      // What was changed here comes back if it was deleted elsewhere, and the other way round.
      if (!row?.dirty || row.told === null) return theirs ? { ...theirs, bytes: row?.bytes } : row ? null : undefined;
      if (!theirs) return { ...row, version, base: null };
      const { at, told, others } = merge(row.base, row, theirs);
      const isTheirs = same(told, theirs.told) && same(others, theirs.others);
      return { ...row, ...theirs, at, told, others, dirty: isTheirs ? 0 : row.dirty + 1 };
    });
  }

  /** Sends one change; whether it got there. */
  async #send(site, path, { name, id }) {
    for (let left = TRIES; left > 0; left -= 1) {
      const { dirty, told, at, others, version } = (await this.db.get("marks", name)) ?? {};
      if (!dirty) return true;
      try {
        const sent = await this.ask(`${path}/${id}?over=${version}`, told ? "PUT" : "DELETE", told ? { at, told, others } : undefined);
        await this.#change(name, (row) => {
          if (row.dirty === dirty) return told ? { ...row, dirty: 0, version: sent.version, base: { told, others } } : null;
          return { ...row, version: sent.version, base: told && { told, others } };
        });
        // Nobody else said anything in between: what was sent need not be heard.
        await this.#change(UNTIL + site, (row) => (row?.until === sent.version - 1 ? { until: sent.version } : undefined));
        return true;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.status === 412) await this.#hear(site, error.body.newer);
        else if (error.code === "unknown_note") await this.#change(name, (row) => (told ? { ...row, version: 0, base: null } : null));
        else if (error.isPassing && error.code !== "notes_full") throw error;
        // Nothing is lost: it stays here until it is changed.
        else await this.#change(name, (row) => ({ ...row, held: { code: error.code, zh: error.zh, en: error.en } }));
        if (error.status !== 412 && error.code !== "unknown_note") return false;
      }
    }
    return false;
  }
}
