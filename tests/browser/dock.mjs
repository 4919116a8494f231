// Phones at a dock: a ledger of a moment, and Chromium with a screen of 360 by 640 for each device.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { CHAIN, LOG, Ledger } from "../workbench/ledger.mjs";
import { file, verifier, workbench } from "../workbench/common.mjs";
import { browser } from "./shared.mjs";

export { CHAIN, LOG };
const drafts = await workbench("drafts");
const joining = await workbench("joining");
const { readRecord } = await verifier("record");

const AXE = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
/** Seconds between the keys of a hardware scanner. */
const SCANNER_KEY_S = 0.002;
const SCREEN = { width: 360, height: 640 };

export const now = () => Math.floor(Date.now() / 1000);
export const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

/** Lots that one record brings at most. */
const LOTS_MAX = 64;

/** What a phone may complain of without anything being wrong: that the network was cut off, or the server said no. */
const isMeant = (text) => /net::ERR_(?:INTERNET_DISCONNECTED|CONNECTION_REFUSED|FAILED)|status of (?:401|403|404|405|412|503)/.test(text);

/** A phone: its own storage, and every press and filled field counted. */
export class Phone {
  constructor(page, context, url) {
    Object.assign(this, { page, context, url, presses: 0, scans: 0, complaints: [] });
    page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Presses what a person would see; whoever signs for goods has seen what the server says of them, where it answers. */
  async press(selector) {
    this.presses += 1;
    if (selector === "#sign" && !this.isOffline) {
      const isJudged = () => (document.querySelector("[data-judged]")?.dataset.judged ?? "by-server") === "by-server";
      await this.page.waitForFunction(isJudged, null, { timeout: 5_000 }).catch(() => {});
    }
    await this.page.click(selector);
  }

  /** Presses the button or link with these words. */
  async pressWords(words) {
    this.presses += 1;
    await this.page.locator(`:is(button, a.button, a, summary, label):visible`, { hasText: words }).first().click();
  }

  /** Fills a field by its label. */
  async fill(label, text) {
    this.presses += 1;
    await this.page.getByLabel(label).first().fill(text);
  }

  /** Chooses from a list by its label. */
  async pick(label, value) {
    this.presses += 1;
    await this.page.getByLabel(label).first().selectOption(value);
  }

  /** Scans with a hardware scanner, which types fast and ends with Enter. */
  async scan(text) {
    this.scans += 1;
    this.keyboard ??= await this.context.newCDPSession(this.page);
    // The keys have the times at which a scanner presses them, however busy this machine is.
    const keys = [...text, "Enter"];
    const end = Date.now() / 1000;
    const send = (type, key, at) => {
      const typed = key === "Enter" ? "\r" : key;
      const timestamp = end - (keys.length - at) * SCANNER_KEY_S;
      return this.keyboard.send("Input.dispatchKeyEvent", { type, key, timestamp, ...(type === "keyDown" ? { text: typed } : {}) });
    };
    await Promise.all(keys.flatMap((key, at) => [send("keyDown", key, at), send("keyUp", key, at)]));
  }

  /** Begins to count anew. */
  countFromNow() {
    [this.presses, this.scans] = [0, 0];
  }

  /** Opens a screen, and waits until it is there. */
  async open(hash = "#/") {
    await this.page.goto("about:blank");
    await this.page.goto(`${this.url}/workbench${hash}`);
    await this.ready();
  }

  async ready(name) {
    await this.page.waitForFunction((wanted) => wanted === undefined ? document.documentElement?.dataset.ready : document.documentElement?.dataset.ready === wanted, name);
  }

  text = (selector = "#app") => this.page.textContent(selector);

  /** Waits for words on the screen. */
  see = (words, timeout = 10_000) => this.page.locator("#app", { hasText: words }).waitFor({ timeout });

  /** Waits until what stands there matches: what a press changes is drawn a moment later. */
  shows = (pattern, selector = "#app") => this.#settles(pattern, selector, true);

  /** Waits until nothing that stands there matches. */
  gone = (pattern, selector = "#app") => this.#settles(pattern, selector, false);

  async #settles({ source, flags }, selector, wanted) {
    const is = ([source, flags, selector, wanted]) => new RegExp(source, flags).test(document.querySelector(selector)?.textContent ?? "") === wanted;
    await this.page.waitForFunction(is, [source, flags, selector, wanted], { timeout: 10_000 });
  }

  /** Faults of accessibility, as axe sees them. */
  async axe() {
    // What the foot of a screen covers is seen by scrolling; axe looks at one moment.
    await this.page.evaluate(() => document.querySelectorAll(".foot").forEach((foot) => (foot.style.position = "static")));
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ").slice(0, 300)}`);
  }

  /** The same in both languages, on the screen that is there; it must be one that an address leads to. */
  async axeInBoth() {
    const found = [];
    for (const language of ["en", "zh-Hans"]) {
      found.push(...(await this.axe()));
      const wide = await this.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wide) found.push("it is wider than the phone");
      await this.page.evaluate(() => {
        delete document.documentElement.dataset.ready;
        document.getElementById("said").textContent = "";
      });
      await this.page.click("#lang");
      // What is half filled in takes a second press.
      if (/换语言会清空|would be emptied/.test(await this.text("#said"))) await this.page.click("#lang");
      await this.page.waitForFunction((lang) => document.documentElement.lang === lang && document.documentElement.dataset.ready, language);
    }
    return found;
  }

  /** Items of the outbox, as they lie in the database. */
  items() {
    return this.page.evaluate(async () => {
      const request = indexedDB.open("shisu-workbench");
      const db = await new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: reject }));
      const all = db.transaction("outbox").objectStore("outbox").getAll();
      const items = await new Promise((resolve) => Object.assign(all, { onsuccess: () => resolve(all.result) }));
      db.close();
      return items.map(({ op_id, state, claims, id, index, refusal, held, text }) => ({ op_id, state, claims, id, index, refusal, held, text }));
    });
  }

  /** Waits until an item of this type is in one of these states. */
  async itemIs(type, states = ["accepted"]) {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = (await this.items()).filter(({ claims }) => claims.type === type).at(-1);
      if (found && states.includes(found.state)) return found;
      await this.page.waitForTimeout(50);
    }
    assert.fail(`${type} is not ${states}: ${JSON.stringify((await this.items()).map(({ state, refusal, claims }) => [claims.type, state, refusal]))}`);
  }

  /** From the tray of a shipment to the last look before the signature: every lot is scanned. */
  async receiveAll({ dispatch, lots }) {
    await this.open(`#/receive/${dispatch.id}`);
    await this.page.waitForSelector("#review");
    for (const lot of lots) await this.scan(lot);
    await this.press("#review");
    await this.page.waitForSelector("#sign");
    // Whoever signs has read what the server says of the goods: what comes later is read before anything is signed.
    if (!this.isOffline) await this.page.waitForSelector('[data-judged="by-server"]', { timeout: 5_000 }).catch(() => {});
  }

  /** Chooses the first lot that is held. */
  first = () => this.page.locator(".pick input[type=checkbox]").first().check();

  /** The page as a printer gets it, as PDF; how many sheets it takes. */
  async print() {
    const pdf = await this.page.pdf({ format: "A4" });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    return { pdf, sheets: [...pdf.toString("latin1").matchAll(/\/Type\s*\/Page\b(?!s)/g)].length };
  }

  /** What is seen on paper, for whoever wants to look: a picture as PNG in the folder that SHISU_TEST_PICTURES names. */
  async picture(name, { onPaper = false } = {}) {
    const folder = process.env.SHISU_TEST_PICTURES;
    if (!folder) return;
    if (onPaper) await this.page.emulateMedia({ media: "print" });
    await this.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
    if (onPaper) await this.page.emulateMedia({ media: null });
  }

  /** The phone's network, off or on. */
  offline(isOff) {
    this.isOffline = isOff;
    return this.context.setOffline(isOff);
  }

  async close() {
    const faults = this.complaints.filter((text) => !isMeant(text));
    await this.context.close();
    assert.deepEqual(faults, []);
  }
}

/** While screens are written: scripts and styles as they lie here, without building the program anew. */
async function live(context) {
  const FILE = /\/workbench\/[\w-]{16}\/(.*)$/;
  const TYPES = { js: "text/javascript", css: "text/css", wasm: "application/wasm", json: "application/json" };
  await context.route(FILE, (route) => {
    const [, path] = FILE.exec(route.request().url());
    if (path === "bundle/main.js") return route.fulfill({ body: 'import "../dock/main.js";', contentType: TYPES.js });
    // The service worker keeps them, and would not begin without them.
    if (path.startsWith("bundle/")) return route.fulfill({ body: "", contentType: TYPES.js });
    const from = file(`static/${path}`);
    if (!existsSync(from)) return route.fulfill({ status: 404 });
    return route.fulfill({ body: readFileSync(from), contentType: TYPES[path.split(".").pop()] });
  });
}

export class Dockside {
  /** A ledger and a browser. */
  static async begin() {
    const dockside = new Dockside();
    dockside.ledger = await Ledger.begin();
    dockside.chromium = await browser();
    return dockside;
  }

  async end() {
    await this.chromium?.close();
    await this.ledger?.end();
  }

  get url() {
    return this.ledger.url;
  }

  /** A phone that nobody knows. */
  async stranger(options = {}) {
    const context = await this.chromium.newContext({ viewport: SCREEN, locale: "zh-CN", hasTouch: true, ...options });
    if (process.env.SHISU_TEST_LIVE) await live(context);
    return new Phone(await context.newPage(), context, this.url);
  }

  /** An invitation for somebody of the chain. */
  async invite(name, role = "clerk") {
    const { party, site } = CHAIN[name];
    const { code } = await joining.invite(this.ledger.desk, { party, sites: role === "admin" ? [] : [site], role, label: "示例手机" });
    return joining.readCode(code).toLowerCase();
  }

  /** A phone that joined by the page of its invitation and was approved. */
  async phone(name, role = "clerk", { approved = true, desk = role !== "driver", ...options } = {}) {
    const phone = await this.stranger(options);
    await phone.page.goto(`${this.url}/join#${await this.invite(name, role)}`);
    await phone.page.click("#accept");
    await phone.page.waitForSelector("#to-workbench");
    phone.kid = (await phone.text("#app code")).trim();
    if (approved) await this.ledger.approve(phone.kid);
    await phone.page.click("#to-workbench");
    await phone.ready("home");
    // A driver has no desk, nor has a laboratory.
    if (approved && desk) await phone.page.waitForFunction(() => /数据截至|as of/.test(document.body.textContent));
    return phone;
  }

  /** A device without a screen, which says things. */
  async device(name, role) {
    const device = await this.ledger.device(name, role);
    device.say = async (draft) => {
      const { op_id } = await device.outbox.add(draft, device.who);
      await device.outbox.flush();
      const item = await device.db.get("outbox", op_id);
      assert.equal(item.state, "accepted", JSON.stringify(item.refusal ?? device.outbox.trouble));
      return readRecord(item.text);
    };
    return device;
  }

  /** Lots that a farm has, `count` of them, and a dispatch of all to the shop. */
  async sent(farm, count, name, kilograms = "10", more = {}) {
    const lots = Array.from({ length: count }, (_, at) => ({
      ...{ lot: `t/${name}-${String(at + 1).padStart(2, "0")}`, quantity: kilograms, uom: "KGM" },
      info: { class: "leafy_vegetable", name: `示例青菜${at + 1}`, made_on: today(), origin: CHAIN.farm.county },
    }));
    const { harvest, credits } = await this.harvested(farm, lots);
    const lines = credits.map((of) => ({ of, quantity: kilograms }));
    const dispatch = await farm.say(drafts.dispatch(lines, { ...this.manifest(`YD-${name}`), ...more }));
    return { lots: lots.map(({ lot }) => lot), harvest, dispatch };
  }

  /** Harvests of these lots, in as many records as they take: the first of them, and the lines of all. */
  async harvested(farm, lots) {
    const made = [];
    for (let at = 0; at < lots.length; at += LOTS_MAX) made.push(await farm.say(drafts.create("harvest", lots.slice(at, at + LOTS_MAX))));
    return { harvest: made[0], credits: made.flatMap((one) => [...drafts.linesOf(one).values()]) };
  }

  manifest = (waybill) => ({
    ...{ waybill, consignee: CHAIN.shop.site, transport: "own", departs_at: now() },
    ...{ load_county: CHAIN.farm.county, unload_county: CHAIN.shop.county, temp_max_c: "8" },
  });
}
