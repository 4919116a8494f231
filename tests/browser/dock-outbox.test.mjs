// The outbox through the page: two hundred handovers that were signed without a network are sent when it is back, in order; and
// what was recorded long ago leaves the phone, but for what is still needed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dockside } from "./dock.mjs";

/** What is asked for: milliseconds from the network's coming back until all is recorded. */
const FLUSH_MS_MAX = 10_000;
const COUNT = 200;
const PER_SHIPMENT = 50;

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

/** Signs a receipt for each line, as the screens do, into the database of the page. */
const signAll = (phone, lines) =>
  phone.page.evaluate(async (all) => {
    const { Outbox, Database, Clock, receive } = globalThis.parts;
    const db = await Database.open();
    const outbox = new Outbox({ db, server: null, clock: new Clock() });
    const { kid, log, party, sites } = await db.get("marks", "device");
    const who = { kid, log, party, site: sites[0] };
    for (const { dispatch, n, lot, sent } of all) {
      const of = { record: dispatch, n, lot, uom: "KGM" };
      await outbox.add(receive([{ of, sent }], { dispatch, at: Math.floor(Date.now() / 1000), check: "accept" }), who);
    }
    db.close();
  }, lines);

/** Modules of the page, fetched while there is a network. */
const loadParts = (phone) =>
  phone.page.evaluate(async () => {
    const [{ Outbox }, { Database }, { Clock }, { receive }] = await Promise.all(["outbox", "db", "clock", "drafts"].map((name) => import(`/static/workbench/${name}.js`)));
    globalThis.parts = { Outbox, Database, Clock, receive };
  });

const waits = (items) => items.filter(({ state }) => state !== "accepted").length;

test("two hundred handovers are recorded within ten seconds of the network's coming back, in the order in which they were signed", async (context) => {
  const lines = [];
  for (let at = 0; at < COUNT / PER_SHIPMENT; at += 1) {
    const { dispatch, lots } = await dockside.sent(farm, PER_SHIPMENT, `FLUSH${at}`, "1");
    lines.push(...lots.map((lot, n) => ({ dispatch: dispatch.id, n: n + 1, lot, sent: "1" })));
  }
  const phone = await dockside.phone("shop");
  await loadParts(phone);
  await phone.offline(true);
  await signAll(phone, lines);
  assert.equal((await phone.items()).length, COUNT);
  const start = performance.now();
  await phone.offline(false);
  let items = [];
  do {
    await phone.page.waitForTimeout(100);
    items = await phone.items();
  } while (waits(items) > 0 && performance.now() - start < 3 * FLUSH_MS_MAX);
  const took = performance.now() - start;
  context.diagnostic(`${COUNT} handovers in ${Math.round(took)} ms`);
  assert.equal(waits(items), 0, JSON.stringify(items.find(({ state }) => state !== "accepted")?.refusal));
  assert.ok(took <= FLUSH_MS_MAX, `${took} ms`);
  const indexes = items.sort((a, b) => a.claims.seq - b.claims.seq).map(({ index }) => index);
  assert.deepEqual(indexes, [...indexes].sort((a, b) => a - b));
  assert.equal(new Set(indexes).size, COUNT, "each once");
  await phone.close();
});

test("what was recorded long ago leaves the phone, and the screen says how much; the goods are still there", async () => {
  const phone = await dockside.phone("shop");
  const { dispatch, lots } = await dockside.sent(farm, 2, "PRUNE", "1");
  await loadParts(phone);
  await signAll(phone, lots.map((lot, n) => ({ dispatch: dispatch.id, n: n + 1, lot, sent: "1" })));
  await phone.open();
  for (let tries = 0; tries < 200 && waits(await phone.items()) > 0; tries += 1) await phone.page.waitForTimeout(50);
  assert.equal(waits(await phone.items()), 0);
  // As if it were two months ago, with many others since.
  await phone.page.evaluate(async (longAgo) => {
    const { Database } = await import("/static/workbench/db.js");
    const db = await Database.open();
    const items = await db.all("outbox");
    for (const item of items) await db.put("outbox", { ...item, acceptedAt: longAgo });
    for (let at = 0; at < 300; at += 1) {
      const copy = { ...items[0], op_id: `later-${String(at).padStart(3, "0")}`, seq: 10_000 + at, id: `later-${at}`, acceptedAt: longAgo + 60 * 86_400 };
      await db.put("outbox", { ...copy, claims: { ...copy.claims, type: "count", moves: [], iat: copy.claims.iat + 60 + at, body: { at: 0, counted: [] } } });
    }
    db.close();
  }, Math.floor(Date.now() / 1000) - 60 * 86_400);
  await phone.open();
  const receipts = async () => (await phone.items()).filter(({ claims }) => claims.type === "receive").length;
  for (let tries = 0; tries < 200 && (await receipts()) > 0; tries += 1) await phone.page.waitForTimeout(50);
  assert.equal(await receipts(), 0);
  assert.equal((await phone.items()).length, 300);
  await phone.open("#/outbox");
  await phone.see("另有 2 条更早的已入账");
  await phone.open("#/held");
  await phone.see("PRUNE-02");
  await phone.close();
});
