// Many lots: a shipment of more than the server looks at together, a warehouse with more lines than a page has, a stocktake of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, now, today } from "./dock.mjs";

/** More lots than the server looks at together. */
const MANY = 70;

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

const info = (name) => ({ class: "leafy_vegetable", name, made_on: today(), origin: CHAIN.farm.county });
const lots = (name, count) => Array.from({ length: count }, (_, at) => ({ lot: `t/${name}-${at + 1}`, quantity: "10", uom: "KGM", info: info(`示例${name}${at + 1}`) }));

test("of a shipment of seventy lots every one is looked at: the one that is recalled has the last word, though it is the last", async () => {
  const shipment = await dockside.sent(farm, MANY, "WIDE");
  const body = { number: "ZH-WIDE", level: "1", policy: "recall_2015", form: "voluntary", known_at: now(), product: "示例青菜", hazard: "示例危害", advice: "请勿食用" };
  await farm.say({ type: "recall", about: [`lot/${shipment.lots.at(-1)}`], body });
  const shop = await dockside.phone("shop");
  await shop.receiveAll(shipment);
  await shop.page.waitForSelector('[data-judged="by-server"]');
  await shop.shows(/应当拒收/);
  await shop.press("#refuse");
  await shop.ready("done");
  // Lists in records are bounded: one press signs two receipts.
  await shop.itemIs("receive");
  const receipts = (await shop.items()).filter(({ claims }) => claims.type === "receive").map(({ claims }) => claims);
  assert.deepEqual(receipts.map(({ moves, body }) => [moves.length, body.check, body.differences.length]), [[64, "refuse", 64], [6, "refuse", 6]]);
  const [recalled] = receipts.flatMap(({ body, moves }) => body.reasons.filter(({ code }) => code === "recalled").map(({ lines }) => lines.map((n) => moves.find((line) => line.n === n).lot)));
  assert.deepEqual(recalled, [shipment.lots.at(-1)]);
  // All of it is closed: it is not coming any more.
  await shop.open();
  await shop.gone(/YD-WIDE/);
  await shop.close();
});

test("seventy lots are scanned out of a store that holds hundreds, and signed once", async () => {
  for (const name of ["OLD", "NEW"]) await dockside.harvested(farm, lots(name, 300));
  const sent = lots("NEW", 300).map(({ lot }) => lot).slice(100, 100 + MANY);
  const phone = await dockside.phone("farm");
  await phone.open("#/dispatch");
  for (const lot of sent) await phone.scan(lot);
  await phone.fill("收货场所", CHAIN.shop.site);
  await phone.press("#review");
  await phone.page.waitForSelector("#sign");
  await phone.press("#sign");
  const { claims } = await phone.itemIs("dispatch");
  assert.deepEqual(claims.moves.map(({ lot }) => lot).sort(), [...sent].sort());
  await phone.close();
});

test("all that a store holds is listed and found, beyond the first page, and what it lacks is looked for lot by lot", async () => {
  const phone = await dockside.phone("farm");
  await phone.open("#/held");
  const held = 600 - MANY;
  await phone.page.locator("h1", { hasText: `库存 ${held}` }).waitFor();
  assert.equal(await phone.page.locator("#app .card").count(), 100);
  await phone.pressWords("再列一些");
  await phone.page.waitForFunction(() => document.querySelectorAll("#app .card").length === 200);
  await phone.fill("找品名、批次", "old-299");
  await phone.page.waitForFunction(() => document.querySelectorAll("#app .card").length === 1);
  await phone.shows(/示例OLD299/);
  // The oldest of them lacks its paper, too: nothing is left out for being on the second page.
  await phone.page.locator(".card a", { hasText: "开证" }).waitFor();
  assert.deepEqual(await phone.axeInBoth(), []);
  await phone.close();
});

test("of a large stock what was counted is signed; what is missing leaves the books, and the rest is not touched", async () => {
  const phone = await dockside.phone("farm");
  await phone.open("#/count");
  assert.equal(await phone.page.locator(".pick input:checked").count(), 0, "nobody has counted anything yet");
  await phone.press("#sign");
  await phone.page.locator("#said", { hasText: "请先选择批次" }).waitFor();
  for (const lot of ["t/OLD-1", "t/OLD-2", "t/OLD-3"]) await phone.scan(lot);
  const counted = (lot, quantity) => phone.page.locator(".pick", { hasText: lot }).locator("input[type=text]").fill(quantity);
  await counted("示例OLD1OLD-1", "7.5");
  await counted("示例OLD2OLD-2", "0");
  await counted("示例OLD3OLD-3", "12");
  await phone.press("#sign");
  const { claims } = await phone.itemIs("count");
  assert.deepEqual(claims.moves.map(({ lot, quantity }) => [lot, quantity]), [["t/OLD-1", "2.5"], ["t/OLD-2", "10"]]);
  await phone.open("#/held");
  await phone.fill("找品名、批次", "t/old-1");
  await phone.shows(/示例OLD1\D*7\.5/);
  await phone.fill("找品名、批次", "t/old-2");
  await phone.gone(/示例OLD2\D/);
  await phone.close();
});
