// Goods that are not simply taken in: refused whole, kept aside until somebody looked again, recalled; what the sender learns of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { workbench } from "../workbench/common.mjs";
import { Dockside, now } from "./dock.mjs";

const drafts = await workbench("drafts");
/** A picture of one pixel. */
const PICTURE = { name: "a.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64") };

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

const recall = (lots) =>
  farm.say({
    ...{ type: "recall", about: lots.map((lot) => `lot/${lot}`) },
    body: { number: `ZH-${lots[0].slice(2)}`, level: "1", policy: "recall_2015", form: "voluntary", known_at: now(), product: "示例青菜", hazard: "示例危害", advice: "请勿食用" },
  });

const judged = (phone) => phone.page.waitForSelector('[data-judged="by-server"]');

test("recalled goods are refused whole with the first button; the record has the check and its reasons, and the sender reads them", async () => {
  const shop = await dockside.phone("shop");
  const shipment = await dockside.sent(farm, 2, "BACK");
  await recall(shipment.lots);
  await shop.receiveAll(shipment);
  await judged(shop);
  await shop.shows(/应当拒收/);
  assert.ok(await shop.page.locator("#refuse.strong").isVisible());
  await shop.press("#refuse");
  await shop.ready("done");
  const { body } = (await shop.itemIs("receive")).claims;
  assert.equal(body.check, "refuse");
  assert.deepEqual(body.reasons.map(({ code, check, paper }) => [code, check, paper]).slice(0, 2), [["recalled", "refuse", undefined], ["paper_missing", "hold", "farm_certificate"]]);
  assert.deepEqual(body.differences.map(({ refused, reason }) => [refused, reason]), [["10", "recalled"], ["10", "recalled"]]);

  const sender = await dockside.phone("farm");
  await sender.open(`#/waybill/${shipment.dispatch.id}`);
  await sender.shows(/对方已签收[^]*查验结论拒收[^]*拒收 10 千克，原因：已召回/);
  // Some of it came back, some was lost.
  await sender.open();
  const card = sender.page.locator(".card", { hasText: "YD-BACK" }).first();
  await card.locator("a", { hasText: "处理" }).click();
  await sender.ready("settle");
  await sender.shows(/对方写的：拒收 10 千克/);
  await sender.pressWords("不是一种结果");
  await sender.page.locator("[name=taken_back]").fill("7");
  await sender.press("#sign");
  await sender.page.locator("#said", { hasText: "合计要等于" }).waitFor();
  await sender.page.locator("[name=lost]").fill("3");
  await sender.press("#sign");
  await sender.ready("done");
  const { claims } = await sender.itemIs("settle");
  assert.deepEqual(claims.moves.map(({ op, quantity }, at) => [op, quantity, claims.body.lines[at].outcome]), [["in", "7", "taken_back"], ["out", "3", "lost"]]);
  await Promise.all([shop.close(), sender.close()]);
});

test("goods kept aside are named first, sold only by a second press, and let go by whoever looked again", async () => {
  const shop = await dockside.phone("shop");
  const shipment = await dockside.sent(farm, 2, "ASIDE");
  await shop.receiveAll(shipment);
  await judged(shop);
  await shop.press("#sign");
  await shop.ready("done");
  const { id, claims } = await shop.itemIs("receive");
  assert.deepEqual(claims.body.reasons.find(({ code }) => code === "paper_missing"), { code: "paper_missing", check: "hold", paper: "farm_certificate" });
  await shop.open();
  await shop.shows(/暂存待查、召回/);
  const order = await shop.page.locator("#app h2, #app nav.doings").evaluateAll((all) => all.map((one) => one.className || one.textContent));
  assert.ok(order.indexOf("暂存待查、召回") < order.indexOf("doings"), order.join());

  await shop.open("#/sell");
  await shop.scan(shipment.lots[0]);
  await shop.page.locator("input[name=quantity]").fill("1");
  await shop.press("#sign");
  await shop.page.locator("#said", { hasText: "请再按一次" }).waitFor();
  assert.ok(!(await shop.items()).some(({ claims }) => claims.type === "sell"));
  await shop.press("#sign");
  await shop.itemIs("sell");

  await shop.open();
  const card = shop.page.locator(".card", { has: shop.page.locator(`a[href="#/clear/${id}"]`) });
  await card.locator("a", { hasText: "查清" }).click();
  await shop.ready("clear");
  await shop.press("#sign");
  await shop.page.locator("#said", { hasText: "请填写" }).waitFor();
  await shop.fill("查清了什么", "合格证已补，已核对");
  await shop.press("#sign");
  await shop.ready("done");
  await shop.itemIs("inspect");
  await shop.open();
  await card.waitFor({ state: "detached" });
  await shop.open("#/held");
  await shop.page.locator(".card", { hasText: "ASIDE-01" }).locator("a.button").waitFor();
  assert.deepEqual(await shop.axeInBoth(), []);
  await shop.close();
});

test("a paper in hand lifts what only its absence held, before the signature", async () => {
  const shop = await dockside.phone("shop");
  await shop.receiveAll(await dockside.sent(farm, 1, "INHAND"));
  await judged(shop);
  await shop.shows(/暂存待查/);
  await shop.fill("到货温度", "3");
  await shop.page.locator("label", { hasText: "承诺达标合格证" }).click();
  await shop.shows(/备注差异/);
  await shop.press("#sign");
  await shop.ready("done");
  const { body } = (await shop.itemIs("receive")).claims;
  assert.deepEqual([body.check, body.reasons.filter(({ paper }) => paper).map(({ code, paper }) => [code, paper])], ["accept_with_note", [["paper_only_transcribed", "farm_certificate"]]]);
  await shop.close();
});

test("what a scan says stays in sight; what is on no waybill is taken off again; a picture belongs to its line", async () => {
  const shop = await dockside.phone("shop");
  const { lots, dispatch } = await dockside.sent(farm, 20, "LONG");
  await shop.open(`#/receive/${dispatch.id}`);
  await shop.page.waitForSelector("#review");
  for (const lot of lots) await shop.scan(lot);
  await shop.scan("t/STRAY-1");
  await shop.page.locator(".heard", { hasText: "不在运单上" }).waitFor();
  const inSight = await shop.page.evaluate(() => scrollY > 0 && [".heard", ".count"].every((one) => {
    const { top, bottom } = document.querySelector(one).getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  }));
  assert.ok(inSight);
  await shop.page.locator(".card", { hasText: "STRAY-1" }).locator("button").click();
  await shop.gone(/STRAY-1/);
  await shop.page.locator("button.line").first().click();
  await shop.pressWords("破损");
  await shop.fill("其中多少", "1");
  await shop.page.locator("dialog .photos input").setInputFiles(PICTURE);
  await shop.page.locator("dialog", { hasText: "照片 1" }).waitFor();
  await shop.pressWords("记下差异");
  await shop.shows(/1 行有差异/);
  await shop.press("#review");
  await judged(shop);
  await shop.press("#sign");
  await shop.ready("done");
  const { claims } = await shop.itemIs("receive");
  assert.deepEqual(claims.body.differences.map(({ n, damaged, photos }) => [n, damaged, photos]), [[1, "1", [claims.blobs[0].hash]]]);
  assert.ok(!claims.body.note.includes("STRAY"));
  await shop.close();
});

test("a picture of more than 10 MB is made smaller here", async () => {
  const shop = await dockside.phone("shop");
  await shop.open("#/test");
  await shop.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(2600, 2600);
    const context = canvas.getContext("2d");
    const data = context.createImageData(2600, 2600);
    for (let at = 0; at < data.data.length; at += 65_536) crypto.getRandomValues(data.data.subarray(at, at + 65_536));
    context.putImageData(data, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    const input = document.querySelector(".photos input");
    const files = new DataTransfer();
    files.items.add(new File([blob], "big.png", { type: "image/png" }));
    globalThis.sizeOfIt = blob.size;
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
  });
  assert.ok((await shop.page.evaluate(() => globalThis.sizeOfIt)) > 10 * 1024 * 1024);
  await shop.shows(/照片 1，\d+ KB/);
  await shop.close();
});
