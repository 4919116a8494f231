// Papers that a site signs of what it holds: a rapid test with its rate, and the promise of whoever collects.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dockside, today } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";

const { draft } = await workbench("drafts");
const PICTURE = { name: "a.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64") };

let dockside;
before(async () => {
  dockside = await Dockside.begin();
});
after(() => dockside?.end());

const photo = async (phone) => {
  await phone.page.locator(".photos input").setInputFiles(PICTURE);
  await phone.see("照片 1");
};
const refused = (phone, words) => phone.page.locator("#said", { hasText: words }).waitFor();

test("a rapid test whose rate contradicts its result is signed by whoever says why and presses again", async () => {
  const device = await dockside.device("farm");
  await device.say(draft("create", { how: "harvest", lots: [{ n: 1, class: "tomato", name: "示例番茄", made_on: today(), origin: "330421" }] }, { moves: [{ n: 1, op: "in", lot: "t/RATE-1", uom: "KGM", quantity: "5" }] }));
  const phone = await dockside.phone("farm");
  await phone.open("#/test");
  await phone.page.locator(".pick", { hasText: "RATE-1" }).locator("input").check();
  await photo(phone);
  const judged = (words) => phone.page.locator("fieldset", { hasText: "结论" }).getByText(words, { exact: true }).click();
  await judged("合格");
  await phone.fill("抑制率", "70");
  await phone.fill("备注", "仪器已校准");
  // A remark that stood there before is no answer to it.
  await phone.press("#sign");
  await refused(phone, "抑制率 70% 和结论不符：通常 50% 起为可疑");
  await phone.fill("抑制率", "50");
  await phone.press("#sign");
  await refused(phone, "抑制率 50% 和结论不符");
  await phone.fill("备注", "");
  await phone.press("#sign");
  await refused(phone, "请写明备注，再按一次");
  assert.deepEqual(await phone.items(), []);
  await phone.fill("备注", "已送定量复检");
  await phone.press("#sign");
  const { claims } = await phone.itemIs("certify");
  assert.deepEqual([claims.body.passed, claims.body.detail.test.inhibition_rate_pct, claims.body.detail.test.remark], [true, "50", "已送定量复检"]);
  await phone.open("#/certificate/test_report");
  await phone.scan("t/RATE-1");
  await phone.fill("证书编号", "JC-RATE");
  await phone.fill("签发机构", "示例检测");
  await photo(phone);
  await judged("合格");
  await phone.fill("检验依据", "GB/T 5009.199");
  await phone.pressWords("抽样单、资质、备注");
  await phone.fill("抑制率", "49.9");
  await phone.press("#sign");
  await phone.ready("done");
  await phone.close();
});

test("who collects promises for what was bought, with the certificates that were collected, and not for the site's own harvest", async () => {
  const device = await dockside.device("farm");
  const lots = [{ n: 1, class: "tomato", name: "示例番茄", made_on: today(), origin: "330421" }];
  const moves = (lot) => ({ moves: [{ n: 1, op: "in", lot, uom: "KGM", quantity: "5" }] });
  await device.say(draft("create", { how: "harvest", lots }, moves("t/GROWN-1")));
  await device.say(draft("enter", { lots, received_on: today(), supplier: { name: "示例菜农" } }, moves("t/BOUGHT-1")));
  const phone = await dockside.phone("farm");
  await phone.open("#/promise");
  const row = (lot) => phone.page.locator(".pick", { hasText: lot }).locator("input");
  const who = phone.page.locator("fieldset", { hasText: "谁开" });
  await row("GROWN-1").check();
  await who.waitFor({ state: "hidden" });
  await row("GROWN-1").uncheck();
  await row("BOUGHT-1").check();
  await who.waitFor();
  await phone.pressWords("收购者");
  await phone.see("已按规定收取并保存");
  // Chosen together, the grower's words stand again.
  await row("GROWN-1").check();
  await who.waitFor({ state: "hidden" });
  await phone.gone(/已按规定收取并保存/);
  await row("GROWN-1").uncheck();
  await who.waitFor();
  await phone.pressWords("收购者");
  await phone.press("#sign");
  await refused(phone, "没有合格证不得收购");
  await photo(phone);
  await phone.picture("collector");
  assert.deepEqual(await phone.axe(), []);
  await phone.press("#sign");
  const { claims } = await phone.itemIs("certify");
  assert.deepEqual([claims.body.detail.farm_certificate.form, claims.blobs.length, claims.about], ["collector", 1, ["lot/t/BOUGHT-1"]]);
  await phone.close();
});
