// The device at the dock: its storage, key, clock, server and outbox together, and what its site's desk was when the
// server was asked last. Screens ask this and nothing beneath it.

import { Clock } from "../workbench/clock.js";
import { Database, done } from "../workbench/db.js";
import { learn, uuidv7 } from "../workbench/feed.js";
import { signIn } from "../workbench/joining.js";
import { keepDispatch } from "../workbench/incoming.js";
import { Notes } from "../workbench/notes.js";
import { readDevice, saveDevice, signerOf } from "../workbench/keys.js";
import { Outbox } from "../workbench/outbox.js";
import { Problem, Server } from "../workbench/api.js";
import { prune } from "../workbench/prune.js";
import { logKey, policyOf } from "../workbench/trust.js";
import { explain } from "../workbench/words.js";
import { Fault, demand } from "../verify/fault.js";
import { deskOf } from "./desk.js";
import { nowKnown, toLookAt } from "./looked.js";
import { papersOf } from "./seams.js";
import { joinedAs, ownKey } from "./standing.js";
import { stockOf } from "./stock.js";

const DESK = "desk";
const SITE = "site";
const CLOCK = "clock";
const JOIN = "join";
/** Milliseconds between looks at the desk while the page is open and seen. */
const LOOK_EVERY_MS = 60_000;
/** Milliseconds between looks for what may leave the phone. */
const PRUNE_EVERY_MS = 6 * 3_600_000;

export class Dock {
  #listeners = new Set();
  #refreshing = null;
  #again = null;
  #accepted = 0;
  #refused = 0;
  #prunedAt = -Infinity;

  /** @param {Database} db */
  constructor(db) {
    this.db = db;
    this.clock = new Clock();
    this.server = new Server({ clock: this.clock, fetch: (...words) => globalThis.fetch(...words) });
    this.outbox = new Outbox({ db, server: this.server, clock: this.clock, marks: storage(), changed: () => this.#changed(), learn: () => this.believed() });
    /** What the devices of the site share. */
    this.notes = new Notes({ db, ask: (...words) => this.ask(...words), clock: this.clock, site: () => this.site, changed: () => this.#tell() });
    /** @type {import("../workbench/keys.js").Device | null} */
    this.device = null;
    this.key = null;
    /** The site at which this device works now. @type {string | null} */
    this.site = null;
    /** What the server said of the site, and when. @type {{at: number, body: object, seen: string[]} | null} */
    this.desk = null;
    /** Why the desk could not be asked for, or null. */
    this.trouble = null;
    /** Whether there is a desk to ask for: a carrier's keys have none. */
    this.hasDesk = true;
  }

  static async open() {
    const dock = new Dock(await Database.open());
    dock.clock.remember(await dock.mark(CLOCK));
    await dock.readIdentity();
    return dock;
  }

  /** Reads who this device is. */
  async readIdentity() {
    this.device = await readDevice(this.db);
    this.key = this.device ? await this.db.get("keys", this.device.kid) : null;
    this.hasDesk = this.device?.role !== "driver";
    const chosen = await this.mark(SITE);
    this.site = chosen?.site ?? this.device?.sites[0] ?? null;
    const desk = await this.mark(DESK);
    this.desk = desk && desk.site === this.site ? desk : null;
  }

  /** Whether this device can sign. */
  get isReady() {
    return Boolean(this.device && this.key);
  }

  /** For whom records are signed here. */
  get who() {
    const { kid, log, party } = this.device;
    return { kid, log, party, site: this.site };
  }

  /** The device's key. */
  get signer() {
    return signerOf(this.key);
  }

  /** One thing that is kept by name. */
  mark(name) {
    return this.db.get("marks", name);
  }

  /** Keeps one thing by name. */
  keep(name, row) {
    return this.db.put("marks", { ...row, name });
  }

  /** Forgets it. */
  forget(name) {
    return this.db.run(["marks"], ({ marks }) => done(marks.delete(name)));
  }

  /** A name for something that is done once, however often it is asked for. */
  newOp() {
    return uuidv7(this.clock.now());
  }

  /** Calls when something changed; gives a way to end that. */
  listen(work) {
    this.#listeners.add(work);
    return () => this.#listeners.delete(work);
  }

  async #changed() {
    await this.keep(CLOCK, this.clock.mark());
    const { accepted, refused } = await this.outbox.counts();
    // Why it was refused may be on the desk: another device was first.
    if (refused > this.#refused) Promise.all([this.#lookAtKey(), this.refresh()]).then(() => this.#tell(), () => {});
    this.#refused = refused;
    if (accepted !== this.#accepted) {
      const isNew = accepted > this.#accepted;
      this.#accepted = accepted;
      if (isNew) this.refresh().catch(() => {});
    }
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }

  /** Whom to believe that something is recorded: the key of the log as this device was told it first. */
  async believed() {
    const { key } = await logKey(this.db, this.server, this.device.log, this.clock.now());
    return policyOf(key);
  }

  /** Begins to send and to look. */
  async start() {
    this.#accepted = (await this.outbox.counts()).accepted;
    this.outbox.start();
    const look = () => document.visibilityState === "visible" && this.isReady && this.refresh().catch(() => {});
    globalThis.addEventListener("online", look);
    document.addEventListener("visibilitychange", look);
    setInterval(look, LOOK_EVERY_MS);
    look();
    this.notes.start();
  }

  /**
   * Asks the server as whoever signs here; signs in if that has to be.
   * @param {string} path
   * @param {string} [method]
   * @param {unknown} [json]
   */
  ask(path, method = "GET", json = undefined) {
    return this.#signedIn(() => this.server.json(method, path, json));
  }

  /**
   * Sends a file, for JSON.
   * @param {string} path
   * @param {string} method
   * @param {Blob} body
   * @param {string} type its media type
   */
  async send(path, method, body, type) {
    const { text } = await this.#signedIn(() => this.server.ask(method, path, { body, type, accept: "application/json" }));
    return JSON.parse(text);
  }

  /** Asks, and signs in and asks again if the session is over. */
  async #signedIn(work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      await signIn(this.server, this.signer, this.device.log, "cookie");
      return work();
    }
  }

  /** Looks whether a device that waits was approved. */
  async lookAtJoining() {
    const join = await this.mark(JOIN);
    if (!join || this.device?.standing === "joined" || this.device?.standing === "revoked") return;
    await this.#become(await joinedAs(this.server, join.code, this.device.kid, this.signer));
    if (this.device.standing !== "joined") return;
    this.hasDesk = this.device.role !== "driver";
    this.outbox.flush();
  }

  async #become(device) {
    await saveDevice(this.db, device);
    this.device = device;
  }

  /** Looks whether the key was ended: then this device signs nothing more. */
  async #lookAtKey() {
    if (this.device.standing !== "joined") return;
    if ((await ownKey(this.device.kid))?.revoked) await this.#become({ ...this.device, standing: "revoked" });
  }

  /** Asks for the desk of the site anew. One question at a time. */
  refresh() {
    // What runs already may have asked before that happened which this call is about: it is asked once more after it.
    if (this.#refreshing) {
      this.#again ??= this.#refreshing.catch(() => {}).then(() => {
        this.#again = null;
        return this.refresh();
      });
      return this.#again;
    }
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = null;
      this.#tell();
    });
    return this.#refreshing;
  }

  async #refresh() {
    try {
      await this.lookAtJoining();
      const { standing } = this.device;
      if (standing !== "joined") return void (this.trouble = null);
      if (!this.hasDesk) {
        await this.#lookAtKey();
        return await this.#prune();
      }
      if (this.site === null) await this.#firstSite();
      const { site } = this;
      if (site === null) return;
      // What is recorded by now is in the answer; what comes later may not be.
      const seen = (await this.outbox.items()).filter(({ state }) => state === "accepted").map(({ op_id }) => op_id);
      await this.#learnFeed();
      const body = await deskOf((path) => this.ask(path), site);
      const desk = { site, at: this.clock.now(), body, seen, ...(await this.#lookAtLots(site, body)) };
      await this.keep(DESK, desk);
      if (site === this.site) this.desk = desk;
      await this.#keepIncoming(body.incoming);
      this.trouble = null;
      await this.#prune();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error instanceof Problem && error.status === 401) await this.#lookAtKey().catch(() => {});
      if (this.device.standing === "revoked") return void (this.trouble = null);
      // A carrier has no desk: what it carries it learns from the waybill.
      this.hasDesk = error.code !== "not_allowed";
      this.trouble = this.hasDesk ? Object.assign(error, error.zh ? {} : explain(error)) : null;
      if (this.trouble) throw error;
    }
  }

  /** Lets go what was recorded long ago and nothing here needs. */
  async #prune() {
    const now = this.clock.now();
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    const { body, seen = [] } = this.desk ?? {};
    const shipments = [...(body?.incoming ?? []), ...(body?.outgoing ?? [])].map(({ id }) => id);
    const disputed = (body?.disputed ?? []).flatMap(({ record, dispatch }) => [record, dispatch]);
    await prune(this.db, { seconds: this.clock.seconds(), seen, open: [...shipments, ...disputed] });
  }

  /** Papers that goods here lack and what stops goods, as far as the server can say; for goods that go nowhere yet, as if they stayed. */
  async #lookAtLots(site, { held, goods }) {
    const before = this.desk?.site === site ? this.desk : {};
    const here = held.map(({ goods: at }) => goods[at].lot);
    const lots = toLookAt(here, before);
    const told = lots.length > 0 && (await papersOf(this, { from: site, to: site, lots }).catch(() => null));
    return nowKnown(here, before, told ? { lots, at: this.clock.now(), lacking: told.missing, stops: told.stops } : null);
  }

  /** Learns once where this key's records stand. */
  async #learnFeed() {
    const { kid } = this.device;
    if (await this.db.get("feeds", kid)) return;
    await learn(this.db, await this.ask(`/v1/keys/${kid}`));
  }

  /** A key for all sites of a party begins at the first. */
  async #firstSite() {
    const { sites } = await this.ask(`/v1/parties/${this.device.party}/sites?limit=100`);
    if (sites.length > 0) await this.chooseSite(sites[0].id);
  }

  /** Works at this site from now on. */
  async chooseSite(site) {
    await this.keep(SITE, { site });
    this.site = site;
    this.desk = null;
    this.notes.sync();
  }

  /** Keeps what comes, so that it can be received without a network, and forgets what came. */
  async #keepIncoming(incoming) {
    const now = this.clock.now();
    const there = new Set(incoming.map(({ id }) => id));
    for (const { id, sd_jwt, jwk, waybill, other } of incoming) {
      if (!jwk) continue;
      const record = { id, kid: null, claims: { iss: other.party }, body: { waybill, consignee: this.site } };
      await keepDispatch(this.db, { record, text: sd_jwt, x: jwk.x }, now);
      await this.keep(`from-desk:${id}`, { id });
    }
    for (const { id } of await this.db.all("kept")) {
      if (there.has(id) || !(await this.mark(`from-desk:${id}`))) continue;
      await this.db.run(["kept", "marks"], async ({ kept, marks }) => {
        await done(kept.delete(id));
        await done(marks.delete(`from-desk:${id}`));
        await done(marks.delete(`tray:${id}`));
      });
    }
  }

  /** What the site has by the desk and by what was signed here since. */
  async stock() {
    const [items, kept] = [await this.outbox.items(), await this.db.all("kept")];
    return stockOf(this.desk, items, kept, this.site);
  }

  /**
   * Signs and queues; sends at once if that can be.
   * @param {import("../workbench/drafts.js").Draft} draft
   * @param {string} op_id of this press, so that pressing twice says it once
   */
  async say(draft, op_id) {
    this.#maySign();
    const item = await this.outbox.add(draft, this.who, { op_id });
    this.outbox.flush().catch(() => {});
    return item;
  }

  /** What a key signs that was ended is recorded nowhere. @throws {Fault} key_revoked */
  #maySign() {
    demand(this.device.standing !== "revoked", "key_revoked");
  }

  /**
   * Signs and queues many things, each once; what was refused before is said anew.
   * @param {{op_id: string, draft: import("../workbench/drafts.js").Draft}[]} all
   * @param {string} site at which
   */
  async sayAll(all, site) {
    this.#maySign();
    for (const { op_id, draft, row } of all) {
      if ((await this.db.get("outbox", op_id))?.state === "refused") await this.outbox.giveUp(op_id);
      await this.outbox.add(draft, { ...this.who, site }, { op_id, isOne: false, more: { row } });
    }
    await this.outbox.told();
    this.outbox.flush().catch(() => {});
  }

  /** Whose key this is, as far as the server or an earlier answer tells. */
  async partyOf(kid) {
    const known = await this.mark(`owner:${kid}`);
    if (known) return known.party;
    try {
      const { party, jwk } = await this.server.json("GET", `/v1/keys/${kid}/owner`);
      await this.keep(`owner:${kid}`, { party, jwk });
      return party;
    } catch {
      return null;
    }
  }

  /** A site by its code, from what was learnt before or from the server. @returns {Promise<object | null>} */
  async siteBy(id) {
    const known = await this.mark(`place:${id}`);
    try {
      const found = await this.server.json("GET", `/v1/sites/${encodeURIComponent(id)}`);
      await this.keep(`place:${id}`, { place: found, at: this.clock.now() });
      return found;
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return null;
      if (known) return known.place;
      throw error;
    }
  }

  /** Sites that were dealt with, the last first. */
  async placesKnown() {
    const marks = (await this.db.all("marks")).filter(({ name }) => name.startsWith("place:"));
    return marks.sort((a, b) => b.at - a.at).map(({ place }) => place);
  }
}

/** The mark outside the database; none where a browser forbids it. */
export function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
