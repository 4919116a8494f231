// Goods come to a dock: from opening the workbench to a signed receipt, counted, and what goes wrong on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dockside } from "./dock.mjs";

/** A picture of one pixel. */
const PICTURE = { name: "a.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64") };

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

test("forty lots are received with 40 scans and at most 6 presses, from opening the workbench to the signed receipt", async (context) => {
  const shop = await dockside.phone("shop");
  const { lots, dispatch } = await dockside.sent(farm, 40, "FORTY");
  shop.countFromNow();
  await shop.open();
  await shop.see("待收");
  await shop.press("#receive-first");
  await shop.ready("receive");
  for (const lot of lots) await shop.scan(lot);
  await shop.see("40/40");
  await shop.press("#review");
  await shop.page.waitForSelector('[data-judged="by-server"]');
  // What was typed last is signed with one press: nothing under the finger is taken away by it.
  await shop.fill("到货温度", "3.5");
  await shop.press("#sign");
  await shop.ready("done");
  const { claims } = await shop.itemIs("receive");
  assert.equal(claims.moves.length, 40);
  assert.deepEqual([claims.body.dispatch, claims.body.temp_c], [dispatch.id, "3.5"]);
  context.diagnostic(`${shop.scans} scans and ${shop.presses} presses`);
  assert.ok(shop.scans <= 40 && shop.presses <= 6);
  await shop.close();
});

test("seals are looked at before they are signed for, by their numbers; no thermometer shows 350 °C", async () => {
  const shop = await dockside.phone("shop");
  await shop.receiveAll(await dockside.sent(farm, 1, "SEALED", "10", { seals: ["F-0017", "F-0018"] }));
  await shop.shows(/封签：F-0017、F-0018/);
  await shop.shows(/要求不高于 8 ℃/);
  const refused = async (words) => {
    await shop.press("#sign");
    await shop.page.locator("#said", { hasText: words }).waitFor();
  };
  await refused("请选择“封签");
  await shop.pressWords("完好、相符");
  await shop.fill("到货温度", "350");
  await refused("-80 到 100 ℃");
  await shop.fill("到货温度", "-80");
  await shop.press("#sign");
  await shop.ready("done");
  const { body } = (await shop.itemIs("receive")).claims;
  assert.deepEqual([body.seals_intact, body.temp_c], [true, "-80"]);

  // Where the waybill names none, nobody has to say anything, and nothing is said.
  await shop.receiveAll(await dockside.sent(farm, 1, "UNSEALED"));
  await shop.press("#sign");
  await shop.ready("done");
  assert.ok(!("seals_intact" in (await shop.itemIs("receive")).claims.body));
  await shop.close();
});

test("goods that came without their paper are named on the first screen, together, until the paper in hand is typed off with its picture", async () => {
  const shop = await dockside.phone("shop");
  const shipment = await dockside.sent(farm, 5, "NOPAPER");
  await shop.receiveAll(shipment);
  await shop.see("缺承诺达标合格证");
  await shop.press("#sign");
  await shop.ready("done");
  await shop.itemIs("receive");
  await shop.open();
  const card = shop.page.locator(".card", { hasText: "NOPAPER-01" }).filter({ hasText: "缺承诺达标合格证" });
  await shop.see("缺证明");
  await card.getByText("等 5 批").first().waitFor();
  await card.getByRole("link", { name: "登记" }).click();
  await shop.ready("certificate");
  const sign = async (words) => {
    await shop.press("#sign");
    await shop.page.locator("#said", { hasText: words }).waitFor();
  };
  await shop.see("这种证明由有权的机构签发");
  await sign("请填写“证书编号”");
  await shop.fill("证书编号", "HGZ-纸-01");
  await shop.fill("签发机构", "示例合作社");
  await sign("请选证上写的承诺依据");
  await shop.pressWords("自行检测合格");
  await sign("请拍下证明");
  await shop.page.locator(".photos input").setInputFiles(PICTURE);
  await shop.see("照片 1");
  await shop.press("#sign");
  await shop.ready("done");
  const { claims } = await shop.itemIs("certify");
  assert.deepEqual(claims.body.detail, { farm_certificate: { form: "producer", basis: ["self_test"] } });
  assert.deepEqual([claims.body.kind, claims.body.standing, claims.about], ["farm_certificate", "transcribed", shipment.lots.map((lot) => `lot/${lot}`)]);
  await shop.open();
  await shop.see("缺证明");
  await card.waitFor({ state: "detached" });
  await shop.close();
});

test("the first screen lists eight of a kind; the others are one press away, and stay open when the screen is drawn anew", async () => {
  for (let at = 0; at < 9; at += 1) await dockside.sent(farm, 1, `MANY${at}`);
  const shop = await dockside.phone("shop");
  await shop.open();
  const more = shop.page.locator("details.more", { has: shop.page.locator('a[href^="#/receive/"]') });
  await more.getByText(/^还有 \d+ 条$/).waitFor();
  assert.equal(await shop.page.locator('.card:visible a[href^="#/receive/"]').count(), 8);
  await shop.pressWords(/^还有 \d+ 条$/);
  const all = Number(/待收 (\d+)/.exec(await shop.text())[1]);
  await shop.page.waitForFunction((all) => [...document.querySelectorAll('a[href^="#/receive/"]')].filter((a) => a.checkVisibility()).length === all, all);
  await dockside.sent(farm, 1, "MANY9");
  await shop.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await shop.shows(new RegExp(`待收 ${all + 1}`));
  assert.ok(await more.evaluate((node) => node.open));
  await shop.close();
});
