// The two halves of a handover, in either order, once each.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { CHAIN, LOG, Ledger, all, harvest, sendAll, states } from "./ledger.mjs";
import { Network } from "./proxy.mjs";
import { codeOf, verifier, workbench } from "./common.mjs";

const drafts = await workbench("drafts");
const { Outbox } = await workbench("outbox");
const { Gathering, partsOf, readScanned } = await workbench("qr-sequence");
const { forgetDispatch, keepDispatch, keptDispatches, readKept } = await workbench("incoming");
const { Database } = await workbench("db");
const { readRecord } = await verifier("record");
const { linesOf } = drafts;

let ledger;
let network;
before(async () => {
  ledger = await Ledger.begin();
  network = await Network.before(ledger.url);
});
after(async () => {
  network?.close();
  await ledger?.end();
});

const through = (name) => ledger.device(name, "clerk", { base: network.url });

/** The farm's dispatch of a new lot to the shop, signed; nothing is sent. */
async function dispatched(farm) {
  const created = await readRecord((await farm.outbox.add(harvest(), farm.who)).text);
  const [of] = linesOf(created).values();
  const body = {
    ...{ waybill: "YD-1", consignee: CHAIN.shop.site, transport: "own" },
    ...{ load_county: CHAIN.farm.county, unload_county: CHAIN.shop.county },
  };
  return readRecord((await farm.outbox.add(drafts.dispatch([{ of, quantity: "10" }], body), farm.who)).text);
}

const receiving = (sent, at) => {
  const [of] = linesOf(sent).values();
  return drafts.receive([{ of, sent: "10" }], { dispatch: sent.id, at, check: "accept" });
};

test("the halves of a handover find each other in either order, and what follows waits for them", async () => {
  const [farm, shop] = [await through("farm"), await through("shop")];
  const sent = await dispatched(farm);
  const received = await readRecord((await shop.outbox.add(receiving(sent, shop.clock.seconds()), shop.who)).text);
  const [goods] = linesOf(received).values();
  const sale = drafts.sell([{ of: goods, quantity: "4" }], { channel: "consumer", sold_on: "2026-11-22" });
  await shop.outbox.add(sale, shop.who);
  // The receiver's half comes first.
  await shop.outbox.flush();
  const [half, after] = await shop.outbox.items();
  assert.deepEqual([half.state, half.awaits, after.state], ["parked", sent.id, "pending"]);
  assert.match(Outbox.words(after).why.zh, /入账后再发送/);
  await sendAll(farm);
  await sendAll(shop);
  assert.deepEqual(await states(farm), all("accepted", 2));
  await sendAll(shop);
  assert.deepEqual(await states(shop), all("accepted", 2));
  // The sender's half first: the same.
  const second = await dispatched(farm);
  await sendAll(farm);
  await shop.outbox.add(receiving(second, shop.clock.seconds()), shop.who);
  await sendAll(shop);
  assert.deepEqual(await states(shop), all("accepted", 3));
});

test("two devices of one site receive the same line at once: one of them, and the other hears why", async () => {
  const [farm, one, two] = [await through("farm"), await through("shop"), await through("shop")];
  const sent = await dispatched(farm);
  await sendAll(farm);
  for (const phone of [one, two]) await phone.outbox.add(receiving(sent, phone.clock.seconds()), phone.who);
  await Promise.all([one.outbox.flush(), two.outbox.flush()]);
  const items = [...(await one.outbox.items()), ...(await two.outbox.items())];
  assert.deepEqual(items.map(({ state }) => state).sort(), ["accepted", "refused"]);
  const refused = items.find(({ state }) => state === "refused");
  assert.equal(refused.refusal.code, "line_closed");
  assert.equal(refused.refusal.zh, "该发货行已经收货");
});

test("what relies on something refused is not sent, and says so", async () => {
  const [farm, shop] = [await through("farm"), await through("shop")];
  const sent = await dispatched(farm);
  await sendAll(farm);
  const wrong = receiving(sent, shop.clock.seconds());
  wrong.moves[0].uom = "GRM";
  const received = await readRecord((await shop.outbox.add(wrong, shop.who)).text);
  const [goods] = linesOf(received).values();
  await shop.outbox.add(drafts.sell([{ of: goods, quantity: "4" }], { channel: "consumer", sold_on: "2026-11-22" }), shop.who);
  await shop.outbox.flush();
  await shop.outbox.flush();
  const [first, second] = await shop.outbox.items();
  assert.deepEqual([first.state, first.refusal.code], ["refused", "unit_mismatch"]);
  assert.deepEqual([second.state, second.refusal.code], ["refused", "basis_refused"]);
  // The same for what is said later, which is not even sent.
  await shop.outbox.add(drafts.sell([{ of: goods, quantity: "1" }], { channel: "consumer", sold_on: "2026-11-22" }), shop.who);
  const seen = network.seen.length;
  await shop.outbox.flush();
  assert.deepEqual(await states(shop), all("refused", 3));
  assert.equal(network.seen.length, seen);
});

test("with no network on either side the receiver scans, cites and signs, and the halves meet afterwards", async () => {
  const [farm, shop] = [await through("farm"), await through("shop")];
  network.isDown = true;
  await dispatched(farm);
  const { text } = (await farm.outbox.items()).at(-1);
  const parts = await partsOf(text, farm.key.jwk.x);
  const scan = async (codes, wanted) => {
    const gathering = new Gathering();
    for (const code of codes) gathering.take(code);
    return readScanned(await gathering.content(), { log: LOG, ...wanted });
  };
  await keepDispatch(shop.db, await scan(parts, { type: "dispatch", sites: [CHAIN.shop.site] }), Date.now());
  // The app is closed and opened again before the goods are counted.
  const [{ id, waybill }] = await keptDispatches(await Database.open({ name: shop.name }));
  assert.equal(waybill, "YD-1");
  const record = await readKept(shop.db, id);
  const item = await shop.outbox.add(receiving(record, shop.clock.seconds()), shop.who);
  // The receiver shows what it signed, and the sender has its half, too.
  const back = await scan(await partsOf(item.text, shop.key.jwk.x), { type: "receive", dispatch: record.id });
  assert.equal(back.record.id, item.id);
  await Promise.all([farm, shop].map(({ outbox }) => outbox.flush()));
  assert.deepEqual([await states(farm), await states(shop)], [all("sent", 2), ["sent"]]);
  network.isDown = false;
  await sendAll(shop);
  assert.deepEqual(await states(shop), ["parked"]);
  await sendAll(farm);
  await sendAll(shop);
  assert.deepEqual([await states(farm), await states(shop)], [all("accepted", 2), ["accepted"]]);
  await forgetDispatch(shop.db, record.id);
  assert.equal(await readKept(shop.db, record.id), null);
  assert.deepEqual([(await farm.outbox.items()).at(-1).id, (await shop.outbox.items())[0].id], [record.id, item.id]);
});

test("a dispatch that was changed where it is kept is not believed", async () => {
  const [farm, shop] = [await through("farm"), await through("shop")];
  const record = await dispatched(farm);
  const { text } = (await farm.outbox.items()).at(-1);
  await keepDispatch(shop.db, { record, text, x: farm.key.jwk.x }, 1);
  const row = await shop.db.get("kept", record.id);
  const [jwt, ...rest] = text.split("~");
  const altered = `${jwt.slice(0, jwt.lastIndexOf("."))}.${"A".repeat(86)}`;
  await shop.db.put("kept", { ...row, text: [altered, ...rest].join("~") });
  assert.equal(await codeOf(() => readKept(shop.db, record.id)), "signature");
});
