// The outbox: what was signed here and is to be recorded. It sends by itself, in order, and as often as it takes:
// a record that is submitted again gets the index that it has, so nothing is ever recorded twice.

import { fromBase64url, toUtf8 } from "../verify/bytes.js";
import { Fault, demand } from "../verify/fault.js";
import { leafHash } from "../verify/tree.js";
import { Problem } from "./api.js";
import { done } from "./db.js";
import { noteReceipt, reserve, uuidv7 } from "./feed.js";
import { leaveMark, signerOf } from "./keys.js";
import { chainOf, draftAnew, isReplaced } from "./again.js";
import { readAnswers, settled } from "./outcome.js";
import { writeRecord } from "./record.js";
import { Receipts } from "./trust.js";
import { KEPT, STATES, explain, said } from "./words.js";

/** Records and characters in one request: small enough for a bad network, large enough for a full day. */
const TOGETHER_MAX = 100;
const TOGETHER_CHARS_MAX = 512 * 1024;
const NDJSON = "application/x-ndjson";
const LOCK = "shisu-outbox";
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** How often what waits for somebody else is asked about again. */
const ASK_AGAIN_MS = 30_000;
const TIMER_MS = 15_000;
const NOT_DONE = new Set(["pending", "sent", "parked"]);

/** In the order in which it was said; numbers of one key come in order. */
const byOrder = (a, b) => (a.kid === b.kid ? a.seq - b.seq : a.op_id < b.op_id ? -1 : 1);

/** Without Web Locks the database alone keeps tabs apart, which is enough to be right. */
const noLocks = { request: (_name, _options, work) => work({}) };

export class Outbox {
  #running = null;
  #again = false;
  #timer = null;
  #tries = 0;
  #together = TOGETHER_MAX;
  #stops = [];
  /** @type {Receipts | null} */
  #receipts = null;

  /**
   * @param {object} parts
   * @param {import("./db.js").Database} parts.db
   * @param {import("./api.js").Server} parts.server
   * @param {import("./clock.js").Clock} parts.clock
   * @param {import("../verify/policy.js").Policy} [parts.policy] with it, receipts are verified
   * @param {() => Promise<import("../verify/policy.js").Policy>} [parts.learn] gives the policy before anything is sent
   * @param {LockManager} [parts.locks]
   * @param {Storage} [parts.marks] where a mark of what is not sent yet is left
   * @param {() => void} [parts.changed]
   * @param {number} [parts.askAgainMs]
   */
  constructor({ db, server, clock, policy = null, locks = globalThis.navigator?.locks, ...parts }) {
    const { marks, learn = async () => policy, changed = () => {}, askAgainMs = ASK_AGAIN_MS } = parts;
    Object.assign(this, { db, server, clock, learn, locks: locks ?? noLocks, marks, changed, askAgainMs });
    /** Why nothing is sent at the moment, or null. @type {{code: string, zh: string, en: string} | null} */
    this.trouble = null;
    /** Milliseconds of the clock before which nothing is sent. */
    this.notBefore = 0;
  }

  /**
   * Says something: takes a number, signs, and puts it in the queue. It needs no network.
   * @param {import("./drafts.js").Draft} draft
   * @param {{kid: string, log: string, party: string, site?: string}} who
   * @param {{op_id?: string, more?: object, isOne?: boolean}} [options] the same `op_id` again is the same item, so that a
   *   button that is pressed twice says a thing once; one of many is not told of before the last
   * @returns {Promise<object>} the item, signed
   * @throws {Fault} what is wrong with the draft; then it was not said
   */
  async add(draft, who, { op_id = uuidv7(this.clock.now()), more, isOne = true } = {}) {
    const what = { op_id, seconds: this.clock.seconds(), nowMs: this.clock.now(), more };
    const item = await reserve(this.db, draft, who, what);
    try {
      const signed = await this.#sign(item);
      if (isOne) await this.told();
      return signed;
    } catch (error) {
      // Numbers may have gaps; a thing that is no record is not kept.
      await this.db.run(["outbox"], ({ outbox }) => done(outbox.delete(op_id)));
      throw error;
    }
  }

  async #sign(item) {
    if (item.text) return item;
    const key = await this.db.get("keys", item.kid);
    if (!key) throw new Fault("no_key");
    const salts = item.salts.map(fromBase64url);
    const { text, id } = await writeRecord(item.claims, signerOf(key), { newSalt: () => salts.shift() });
    return this.#change(item.op_id, { text, id });
  }

  /** Changes an item; an item that is done stays as it is. */
  #change(op_id, members) {
    return this.db.run(["outbox"], async ({ outbox }) => {
      const item = await done(outbox.get(op_id));
      if (!item || item.state === "accepted") return item;
      const changed = { ...item, ...members };
      await done(outbox.put(changed));
      return changed;
    });
  }

  /** All items, in order. */
  async items() {
    return (await this.db.all("outbox")).sort(byOrder);
  }

  /** How many items are in each state; what was signed again counts no more. @returns {Promise<Record<string, number>>} */
  async counts() {
    const counts = Object.fromEntries(Object.keys(STATES).map((state) => [state, 0]));
    const all = await this.db.all("outbox");
    for (const item of all) if (!isReplaced(item, all)) counts[item.state] += 1;
    return counts;
  }

  /**
   * Sends what can be sent. Called as often as one likes: one run at a time in all tabs.
   * @returns {Promise<void>}
   */
  flush() {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#run().finally(() => {
      this.#running = null;
      this.changed();
      if (this.#again) {
        this.#again = false;
        return this.flush();
      }
      return undefined;
    });
    return this.#running;
  }

  #run() {
    return this.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      // Another tab sends at this moment.
      if (!lock) return;
      try {
        await this.#signAll();
        // Each is sent once in a run: what is kept waiting is asked about in a later one.
        const tried = new Set();
        while (this.clock.now() >= this.notBefore && (await this.#sendSome(tried)));
        await this.#mark();
      } catch (error) {
        this.#stumble(error);
      }
    });
  }

  /** Signs what was written down and not signed, because the page was closed in between. */
  async #signAll() {
    for (const item of (await this.items()).filter(({ state, text }) => state === "pending" && !text)) {
      try {
        await this.#sign(item);
      } catch (error) {
        await this.#change(item.op_id, { state: "refused", refusal: explain(error) });
      }
    }
  }

  /** Says that something was added. The mark is left at once: what the browser clears in the next moment is told of afterwards. */
  async told() {
    await this.#mark();
    this.changed();
  }

  async #mark() {
    const left = (await this.items()).filter(({ state }) => NOT_DONE.has(state) && state !== "parked");
    const [kid] = (await this.db.all("keys")).map((key) => key.kid);
    if (kid) leaveMark(this.marks, { kid, waiting: left.length });
  }

  /** What can be sent now: in order, and nothing before what it relies on. */
  async #next(tried) {
    const items = await this.items();
    const byId = new Map(items.map((item) => [item.id, item]));
    const now = this.clock.now();
    const going = new Set();
    const [batch, kept] = [[], []];
    let chars = 0;
    for (const item of items) {
      if (!NOT_DONE.has(item.state) || !item.text || (item.askAt ?? 0) > now || tried.has(item.op_id)) continue;
      const basis = item.cites.map((id) => byId.get(id)).filter((one) => one && one.state !== "accepted");
      const early = basis.find((one) => !going.has(one.id));
      if (early) {
        kept.push([item, early]);
        continue;
      }
      chars += item.text.length;
      if (batch.length > 0 && (chars > TOGETHER_CHARS_MAX || batch.length >= this.#together)) break;
      batch.push(item);
      going.add(item.id);
    }
    for (const [{ op_id, held }, early] of kept) {
      // What names a record that will never be there will never be one either.
      const isOver = early.state === "refused";
      if (isOver) await this.#change(op_id, { state: "refused", refusal: explain({ code: "basis_refused" }) });
      else if (held !== "waits_for") await this.#change(op_id, { held: "waits_for" });
    }
    return batch;
  }

  /** Sends a batch; whether there may be more to send. */
  async #sendSome(tried) {
    const batch = await this.#next(tried);
    if (batch.length === 0) return false;
    // Whom to believe is known before anything is said, so that no receipt is taken on trust.
    const policy = this.#receipts ? null : await this.learn();
    if (policy) this.#receipts = new Receipts(policy);
    for (const { op_id } of batch) tried.add(op_id);
    for (const { op_id, state, tries } of batch) {
      await this.#change(op_id, { state: state === "parked" ? state : "sent", tries: tries + 1 });
    }
    // What stands for rows of a table says so: another device of the site may have signed them.
    const body = batch.map(({ text, row }) => `${JSON.stringify(row ? { record: text, import: row } : text)}\n`).join("");
    const answer = await this.server.ask("POST", "/v1/records", { body, type: NDJSON });
    const answers = readAnswers(answer.text, batch.length);
    const isWrong = await this.#dropWrong(batch, answers);
    await this.#take(batch, answers);
    demand(answers.some(Boolean), isWrong ? "receipt_wrong" : "answer_unread");
    this.#tries = 0;
    if (answers.every(Boolean)) this.trouble = null;
    this.changed();
    return true;
  }

  /**
   * Leaves out answers whose receipts do not hold: such an item is not called recorded. It stays where it was and is asked
   * about again; the receipt is kept with it, since it shows what the server said.
   * @returns {Promise<boolean>} whether there were any
   */
  async #dropWrong(batch, answers) {
    let isWrong = false;
    for (const [at, told] of answers.entries()) {
      const isRecorded = told?.outcome === "accepted" || told?.outcome === "duplicate";
      if (!this.#receipts || !isRecorded) continue;
      const { op_id, text } = batch[at];
      const leaf = await leafHash(toUtf8(text.slice(0, text.indexOf("~"))));
      const fault = await this.#receipts.faultOf(told.receipt ?? "", leaf);
      if (!fault) continue;
      isWrong = true;
      answers[at] = undefined;
      this.trouble = explain({ code: "receipt_wrong" });
      const wrongReceipt = { text: told.receipt ?? "", code: fault.code, at: this.clock.now() };
      await this.#change(op_id, { held: "receipt_wrong", wrongReceipt, askAt: this.clock.now() + this.askAgainMs });
    }
    return isWrong;
  }

  async #take(batch, answers) {
    const askAt = this.clock.now() + this.askAgainMs;
    await this.db.run(["outbox", "feeds"], async ({ outbox, feeds }) => {
      const states = new Map((await done(outbox.getAll())).map(({ id, state }) => [id, state]));
      for (const [at, { op_id }] of batch.entries()) {
        const item = await done(outbox.get(op_id));
        // Another tab may have heard of it first, or the person given it up.
        if (!answers[at] || !item || item.state === "accepted") continue;
        const told = settled(item, answers[at], (id) => states.get(id));
        states.set(item.id, told.state);
        const isKept = told.held !== null || told.state === "parked";
        const acceptedAt = told.state === "accepted" ? { acceptedAt: this.clock.seconds() } : {};
        await done(outbox.put({ ...item, ...told, ...acceptedAt, askAt: isKept ? askAt : 0 }));
        if (told.state === "accepted") {
          await noteReceipt(feeds, item.kid, item);
          await this.#wake(outbox, item.id);
        }
      }
    });
  }

  /** What waited for a record need not wait any longer. */
  async #wake(outbox, id) {
    for (const item of await done(outbox.index("state").getAll("pending"))) {
      if (item.held && item.cites.includes(id)) await done(outbox.put({ ...item, held: null, askAt: 0 }));
    }
  }

  /** Nothing went through: says why, and when to try again. */
  #stumble(error) {
    if (!(error instanceof Fault)) throw error;
    if (error instanceof Problem && error.status === 413 && this.#together > 1) {
      this.#together = Math.ceil(this.#together / 4);
      this.#again = true;
      return;
    }
    const { zh, en } = error instanceof Problem ? error : KEPT[error.code] ? said(KEPT[error.code]) : explain(error);
    this.trouble = { code: error.code, zh, en };
    const most = Math.min(FIRST_WAIT_MS * 2 ** this.#tries, LONGEST_WAIT_MS);
    this.#tries += 1;
    // At random within that, so that a dock full of phones does not come back in one moment.
    const spread = most * (0.5 + Math.random() / 2);
    const wait = error.waitMs == null ? spread : error.waitMs + Math.random() * FIRST_WAIT_MS;
    this.notBefore = this.clock.now() + wait;
    this.#later(wait);
  }

  #later(wait) {
    clearTimeout(this.#timer);
    if (this.#stops.length > 0) this.#timer = setTimeout(() => this.flush(), wait);
  }

  /** The network is back: what failed for want of it need not wait. What the server asked for is kept. */
  #back() {
    if (this.trouble?.code === "unreachable" || this.trouble?.code === "timed_out") {
      this.notBefore = 0;
      this.#tries = 0;
    }
    return this.flush();
  }

  /**
   * Sends by itself from now on: at once, when the network or the page comes back, and from time to time.
   * Background Sync is not relied upon: where it exists it may not fire for days.
   * @param {{page?: Document, window?: Window}} [where]
   */
  start({ page = globalThis.document, window = globalThis } = {}) {
    const listen = (target, name, work) => {
      target?.addEventListener?.(name, work);
      this.#stops.push(() => target?.removeEventListener?.(name, work));
    };
    listen(window, "online", () => this.#back());
    listen(page, "visibilitychange", () => page.visibilityState === "visible" && this.#back());
    const timer = setInterval(() => this.flush(), TIMER_MS);
    this.#stops.push(() => clearInterval(timer));
    return this.flush();
  }

  /** Learns anew whom to believe, and asks again about what was not believed. */
  async believeAnew() {
    this.#receipts = null;
    await this.hurry();
  }

  /** A person does not want to wait: what is kept waiting is asked about at once. */
  async hurry() {
    this.notBefore = 0;
    await this.db.run(["outbox"], async ({ outbox }) => {
      for (const item of await done(outbox.getAll())) {
        if (NOT_DONE.has(item.state) && item.askAt > 0) await done(outbox.put({ ...item, askAt: 0 }));
      }
    });
    return this.flush();
  }

  /** Sends no more by itself. */
  stop() {
    clearTimeout(this.#timer);
    for (const stop of this.#stops.splice(0)) stop();
  }

  /**
   * Signs what was refused again, with the time and number of now, and with it all that was refused for its sake or that it relies on:
   * none of them was ever recorded, so each names the new one instead. Nobody does this but a person.
   * @param {string} op_id
   * @param {string} [kid] the device's key, if it has another by now
   * @returns {Promise<object>} the new item in its place
   * @throws {Fault} op_unknown, op_not_refused
   */
  async signAgain(op_id, kid) {
    await this.#refused(op_id);
    const all = await this.items();
    const chain = chainOf(op_id, all);
    const ids = new Map(all.filter(({ replacesId }) => replacesId).map(({ replacesId, id }) => [replacesId, id]));
    let made = null;
    for (const item of chain) {
      const again = await this.#anew(item, ids, kid ?? item.kid);
      ids.set(item.id, again.id);
      if (item.op_id === op_id) made = again;
    }
    return made;
  }

  async #anew(item, ids, kid) {
    const { log, iss, site } = item.claims;
    const op_id = item.replacedBy ?? uuidv7(this.clock.now());
    // First its name, so that asking twice makes one.
    await this.#change(item.op_id, { replacedBy: op_id });
    const more = { replaces: item.op_id, replacesId: item.id, row: item.row };
    return this.add(draftAnew(item.claims, ids, this.clock.seconds()), { kid, log, party: iss, site }, { op_id, more });
  }

  /** Gives up what was refused. Nothing that may be recorded is ever given up. @param {string} op_id */
  async giveUp(op_id) {
    await this.#refused(op_id);
    await this.db.run(["outbox"], ({ outbox }) => done(outbox.delete(op_id)));
    this.changed();
  }

  async #refused(op_id) {
    const item = await this.db.get("outbox", op_id);
    demand(item, "op_unknown", op_id);
    demand(item.state === "refused", "op_not_refused", item.state);
    return item;
  }

  /** Where an item stands, in words. @param {object} item */
  static words(item) {
    const state = { code: item.state, ...said(STATES[item.state]) };
    const why = item.refusal ?? (item.held ? explain({ code: item.held }) : null);
    return { ...state, why };
  }
}
