// The outbox through the page: two hundred handovers that were signed without a network are sent when it is back, in order; and
// what was recorded long ago leaves the phone, but for what is still needed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { workbench } from "../workbench/common.mjs";
import { CHAIN, Dockside, now } from "./dock.mjs";

/** What is asked for: milliseconds from the network's coming back until all is recorded. */
const FLUSH_MS_MAX = 10_000;
const COUNT = 200;
/** Milliseconds within which the timer has sent: it goes off every fifteen seconds. */
const TIMER_MS_MAX = 25_000;
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

test("what lies in the outbox is sent by the timer alone, with no event of the network or the page", async () => {
  const phone = await dockside.phone("shop");
  const { dispatch } = await dockside.sent(farm, 1, "TIMER", "1");
  await loadParts(phone);
  await phone.page.evaluate(() => {
    globalThis.events = 0;
    for (const name of ["online", "offline"]) globalThis.addEventListener(name, () => (globalThis.events += 1));
    document.addEventListener("visibilitychange", () => (globalThis.events += 1));
  });
  // Written down as by another tab that was closed before it sent: nothing here is told of it.
  await signAll(phone, [{ dispatch: dispatch.id, n: 1, lot: "t/TIMER-01", sent: "1" }]);
  assert.equal((await phone.items()).at(-1).state, "pending");
  const start = performance.now();
  while (waits(await phone.items()) > 0 && performance.now() - start < TIMER_MS_MAX) await phone.page.waitForTimeout(250);
  await phone.itemIs("receive");
  assert.equal(await phone.page.evaluate(() => globalThis.events), 0);
  await phone.close();
});

test("a receipt whose dispatch never comes is told of on the first screen and in the outbox after a day, not before", async () => {
  const phone = await dockside.phone("shop");
  const { create, dispatch, linesOf } = await workbench("drafts");
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: "2026-11-20", origin: CHAIN.farm.county };
  const made = await farm.say(create("harvest", [{ lot: "t/HALF-1", quantity: "10", uom: "KGM", info }]));
  const [of] = [...linesOf(made).values()];
  // Signed on the sender's phone, which never has a network.
  const sent = await farm.outbox.add(dispatch([{ of, quantity: "10" }], dockside.manifest("YD-HALF")), farm.who);
  await loadParts(phone);
  await signAll(phone, [{ dispatch: sent.id, n: 1, lot: "t/HALF-1", sent: "10" }]);
  await phone.open();
  await phone.itemIs("receive", ["parked"]);
  await phone.open();
  await phone.see("数据截至");
  await phone.gone(/对方的发货一直没有到/);
  await phone.page.evaluate(async () => {
    const { Database } = await import("/static/workbench/db.js");
    const db = await Database.open();
    const [item] = (await db.all("outbox")).filter(({ state }) => state === "parked");
    await db.put("outbox", { ...item, claims: { ...item.claims, iat: item.claims.iat - 49 * 3600 } });
    db.close();
  });
  await phone.open();
  await phone.see("对方的发货一直没有到，已等 2 天");
  await phone.see("没有发出");
  assert.deepEqual(await phone.axe(), []);
  // Another phone of the site hears it of the server, which keeps the receipt; it tells it after a day.
  const other = await dockside.phone("shop");
  const { id: record } = await phone.itemIs("receive", ["parked"]);
  await other.context.route("**/desk", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    assert.deepEqual(body.unmatched, []);
    return route.fulfill({ response: answer, json: { ...body, unmatched: [{ record, dispatch: record, since: now() - 86_401 }] } });
  });
  await other.open();
  await other.see("另一台设备");
  await other.see("对方的发货一直没有到");
  await other.close();
  await phone.open("#/outbox");
  await phone.see("请发货方打开手机联网");
  // It comes after all.
  await farm.outbox.flush();
  await phone.press("text=现在发送");
  await phone.itemIs("receive");
  await phone.open();
  await phone.see("数据截至");
  await phone.gone(/对方的发货一直没有到/);
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
  await phone.fill("找品名、批次", "PRUNE-02");
  await phone.see("PRUNE-02");
  await phone.close();
});
