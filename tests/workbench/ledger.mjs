// A ledger of a moment: `shisu serve` in a process of its own, with an invented chain that is enrolled by records
// and devices that join by invitation, all of it signed here.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createPrivateKey, sign } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { file, verifier, workbench } from "./common.mjs";
import "fake-indexeddb/auto";

const { writeRecord } = await workbench("record");
const { create, draft } = await workbench("drafts");
const { Server } = await workbench("api");
const { Clock } = await workbench("clock");
const { Database } = await workbench("db");
const { Outbox } = await workbench("outbox");
const joining = await workbench("joining");
const keys = await workbench("keys");
const { readPolicy } = await verifier("policy");

export const LOG = "zhejiang.example/log";
const REGISTRAR = "12330000MB0X00011D";

/** Everybody of the chain; all are invented. */
export const CHAIN = {
  farm: { party: "93330421MA2B00019Q", kind: "coop", site: "S-330421-0000174", place: "farm", county: "330421" },
  shop: { party: "91310118MA1J000224", kind: "retailer", site: "JY13101180000015", place: "shop", county: "310118" },
  carrier: { party: "91320509MA1M00033P", kind: "carrier", site: "9520001000034", place: "depot", county: "320509" },
};

/** The program: what `cargo build` makes, unless told otherwise. It is built if it is not there. */
export function program() {
  const told = process.env.SHISU_TEST_PROGRAM;
  if (told) return told;
  const built = join(process.env.CARGO_TARGET_DIR ?? file("target"), "debug", "shisu");
  if (!existsSync(built)) execFileSync("cargo", ["build", "--locked", "--bin", "shisu"], { cwd: file("."), stdio: "inherit" });
  return built;
}

/** Runs the program to its end, for what it says. */
export const shisu = (...words) =>
  execFileSync(program(), words, { encoding: "utf8", env: { PATH: process.env.PATH, SHISU_LOG: "error" } });

const signerOfFile = async (path) => {
  const jwk = JSON.parse(readFileSync(path, "utf8"));
  const { jwkBytes, thumbprint } = await verifier("keys");
  const open = { kty: jwk.kty, crv: jwk.crv, x: jwk.x };
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const publicKey = jwkBytes(open);
  const signature = async (message) => new Uint8Array(sign(null, message, key));
  return { kid: await thumbprint(publicKey), publicKey, jwk: open, sign: signature };
};

let databases = 0;

export class Ledger {
  /** Begins a ledger and serves it. @param {string} [config] TOML */
  static async begin(config = "") {
    const ledger = new Ledger();
    ledger.home = mkdtempSync(join(tmpdir(), "shisu-dock-"));
    const name = ["--registrar", REGISTRAR, "--registrar-name", "浙江省示例登记中心"];
    shisu("init", "--data-dir", ledger.home, "--log", LOG, "--province", "330000", ...name);
    ledger.registrar = await signerOfFile(join(ledger.home, "keys", "registrar.jwk"));
    ledger.policy = await readPolicy(readFileSync(join(ledger.home, "policy.txt"), "utf8"));
    ledger.feed = { seq: 0, prev: null };
    ledger.config = join(ledger.home, "test.toml");
    writeFileSync(ledger.config, config);
    await ledger.serve();
    await ledger.enrol();
    return ledger;
  }

  /** Serves it; at the address that it had, if it had one. */
  async serve() {
    const listen = ["--listen", this.address ?? "127.0.0.1:0", "--config", this.config];
    const options = { stdio: ["ignore", "pipe", "inherit"], env: { PATH: process.env.PATH, SHISU_LOG: "error" } };
    this.process = spawn(program(), ["serve", "--data-dir", this.home, ...listen], options);
    const line = await new Promise((resolve, reject) => {
      this.process.once("exit", (code) => reject(new Error(`shisu serve ended with ${code}`)));
      createInterface({ input: this.process.stdout }).once("line", resolve);
    });
    this.process.removeAllListeners("exit");
    this.url = line.slice(line.lastIndexOf("http://")).trim();
    this.address = this.url.slice("http://".length);
  }

  /** Ends the server, not the ledger. */
  async halt() {
    const end = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGKILL");
    await end;
  }

  async end() {
    await this.halt();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Submits one text; the outcome. */
  async submit(text) {
    const headers = { "content-type": "application/x-ndjson" };
    const answer = await fetch(`${this.url}/v1/records`, { method: "POST", headers, body: `${JSON.stringify(text)}\n` });
    return JSON.parse(await answer.text());
  }

  /** Signs and submits as the registrar. */
  async register(said) {
    const who = { log: LOG, iss: REGISTRAR, iat: Math.floor(Date.now() / 1000) };
    const feed = { seq: this.feed.seq + 1, prev: this.feed.prev };
    const { text, id } = await writeRecord({ ...who, ...feed, ...said }, this.registrar);
    const outcome = await this.submit(text);
    assert.equal(outcome.outcome, "accepted", JSON.stringify(outcome));
    this.feed = { seq: feed.seq, prev: id };
    return id;
  }

  async enrol() {
    for (const [name, { party, kind, site, place, county }] of Object.entries(CHAIN)) {
      await this.register(draft("register_party", { party, kind, name: `示例${name}有限公司`, county }));
      const premises = { site, party, kind: place, name: `示例${name}`, county, open: true };
      await this.register(draft("register_site", premises));
    }
    this.desk = new Server({ base: this.url });
    await joining.signIn(this.desk, this.registrar, LOG, "token");
  }

  /** A device of somebody, with storage of its own, that joins by invitation and is approved by the registrar. */
  async device(name, role = "clerk", options = {}) {
    const device = await this.newDevice(options);
    const { party, site } = CHAIN[name];
    const sites = role === "admin" ? [] : [site];
    const { code } = await joining.invite(this.desk, { party, sites, role, label: "示例手机" });
    const joined = await joining.join(device.server, joining.readCode(code), device.signer);
    await keys.saveDevice(device.db, joined);
    if (options.approved !== false) await this.approve(joined.kid);
    return Object.assign(device, { code: joining.readCode(code), who: { kid: joined.kid, log: LOG, party, site } });
  }

  /** The registrar approves the device that waits with this key. */
  async approve(kid) {
    const found = (await joining.waiting(this.desk)).find((one) => one.kid === kid);
    const terms = { from: joining.standsFrom(found, Math.floor(Date.now() / 1000)), person: { name: "示例人员" } };
    return this.register(await joining.approve({ log: LOG, ...found }, terms));
  }

  /** Storage, clock, key, server and outbox of a device that nobody knows yet. */
  async newDevice({ native, now, base = this.url, fetch: by, locks = null } = {}) {
    databases += 1;
    const db = await Database.open({ name: `device-${databases}` });
    const clock = new Clock(now ? { now } : {});
    const server = new Server({ base, clock, fetch: by ?? globalThis.fetch, patienceMs: 5000 });
    const key = await keys.makeKey(db, { native });
    const outbox = new Outbox({ db, server, clock, policy: this.policy, locks, askAgainMs: 0 });
    return { name: `device-${databases}`, db, clock, server, key, signer: keys.signerOf(key), outbox };
  }
}

let lots = 0;

/** What a lot is. */
export const info = () => ({ class: "leafy_vegetable", name: "示例青菜", made_on: "2026-11-20" });

/** A harvest of ten kilograms of a new lot. */
export const harvest = () => create("harvest", [{ lot: `t/OUT-${(lots += 1)}`, quantity: "10", uom: "KGM", info: info() }]);

/** States of all items of a device, in order. */
export const states = async ({ outbox }) => (await outbox.items()).map(({ state }) => state);

/** As many of one state. */
export const all = (state, count) => Array.from({ length: count }, () => state);

/** Flushes, waiting as long as the outbox wants to, until nothing is under way. */
export async function sendAll({ outbox, clock }, rounds = 8) {
  for (let round = 0; round < rounds; round += 1) {
    await outbox.flush();
    const counts = await outbox.counts();
    if (counts.pending + counts.sent === 0) return;
    await new Promise((ready) => setTimeout(ready, Math.max(0, outbox.notBefore - clock.now())));
  }
}
