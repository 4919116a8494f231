// What a scanned code means, and what the phone does where it cannot be told: it asks, or says so; and what is heard and felt of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dockside } from "./dock.mjs";

/** A logistic unit and a party, by their check digits both. */
const AMBIGUOUS = "110118100002660784";

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

test("a code that may be several kinds offers its meanings, and what a person says of it holds", async () => {
  const shop = await dockside.phone("shop");
  const { dispatch, lots } = await dockside.sent(farm, 2, "MEANS");
  await shop.open(`#/receive/${dispatch.id}`);
  await shop.page.waitForSelector("#review");
  await shop.scan(AMBIGUOUS);
  await shop.page.locator("dialog", { hasText: "这个码可能是几种，请选择" }).waitFor();
  assert.deepEqual(await shop.page.locator("dialog button").allTextContents(), ["物流单元", "主体", "都不是"]);
  assert.deepEqual(await shop.axe(), []);
  await shop.page.locator("dialog button", { hasText: "物流单元" }).click();
  await shop.shows(/^这不是批次码：物流单元$/, ".heard");
  assert.equal(await shop.page.locator("dialog").count(), 0);
  await shop.scan(lots[0]);
  await shop.shows(/1\/2/, ".count");
  await shop.scan(AMBIGUOUS);
  await shop.shows(/^这不是批次码：物流单元$/, ".heard");
  // Elsewhere nobody has been asked.
  await shop.open("#/sell");
  await shop.scan(AMBIGUOUS);
  await shop.page.locator("dialog button", { hasText: "都不是" }).click();
  await shop.page.locator("#said", { hasText: "这个码可能是几种" }).waitFor();
  assert.deepEqual(await shop.items(), []);
  await shop.close();
});

test("a code that nobody knows is called so once, and nothing is said of it that is not so", async () => {
  const shop = await dockside.phone("shop");
  const { dispatch } = await dockside.sent(farm, 1, "NOBODY");
  await shop.open(`#/receive/${dispatch.id}`);
  await shop.page.waitForSelector("#review");
  await shop.scan("?????");
  await shop.shows(/^不认识这个码$/, ".heard");
  await shop.scan("110118100002660785");
  await shop.shows(/^不认识这个码。[^：]*：校验位应为/, ".heard");
  await shop.close();
});

test("on the screen of inputs a code that means nothing there is not filled in", async () => {
  const grower = await dockside.phone("farm");
  await grower.open("#/input");
  for (const [text, words] of [["hello world", "没有填入：不认识这个码"], ["t/SCAN-1", "没有填入：批次"], [`${dockside.url}/w/${"A".repeat(43)}`, "没有填入：运单"]]) {
    await grower.scan(text);
    await grower.page.locator("#said.bad", { hasText: words }).waitFor();
    assert.equal(await grower.page.locator("[name=code]").inputValue(), "");
  }
  await grower.scan("06901234567892");
  await grower.page.waitForFunction(() => document.querySelector("[name=code]").value === "06901234567892");
  await grower.close();
});

test("the number of a waybill is found in small letters, too", async () => {
  const shop = await dockside.phone("shop");
  const { dispatch } = await dockside.sent(farm, 1, "SMALL");
  await shop.open();
  await shop.see("YD-SMALL");
  await shop.open("#/receive");
  await shop.press("#type");
  await shop.page.locator(".typed input").fill("yd-small");
  await shop.page.keyboard.press("Enter");
  await shop.page.waitForFunction((id) => location.hash === `#/receive/${id}`, dispatch.id);
  await shop.close();
});

test("what a scan was is heard and felt: good, once more, and wrong differ", async () => {
  const shop = await dockside.phone("shop");
  await shop.page.addInitScript(() => {
    globalThis.felt = [];
    globalThis.tones = [];
    navigator.vibrate = (pattern) => globalThis.felt.push(pattern);
    globalThis.AudioContext = class {
      currentTime = 0;
      destination = {};
      createOscillator() {
        const tone = { frequency: { value: 0 }, connect: (next) => next, start: () => globalThis.tones.push(tone.frequency.value), stop: (at) => globalThis.tones.push(at) };
        return tone;
      }
      createGain() {
        return { gain: { value: 0 }, connect: (next) => next };
      }
    };
  });
  const { dispatch, lots } = await dockside.sent(farm, 2, "SOUND");
  await shop.open(`#/receive/${dispatch.id}`);
  await shop.page.waitForSelector("#review");
  const said = () => shop.page.evaluate(() => [globalThis.felt.splice(0), globalThis.tones.splice(0)]);
  await shop.scan(lots[0]);
  await shop.shows(/1\/2/, ".count");
  assert.deepEqual(await said(), [[40], [1400, 0.09]]);
  await shop.scan("t/STRANGE-1");
  await shop.shows(/不在运单上/, ".heard");
  assert.deepEqual(await said(), [[[200, 80, 200]], [220, 0.35]]);
  await shop.scan(lots[0]);
  await shop.shows(/已经扫过/, ".heard");
  assert.deepEqual(await said(), [[[30, 60, 30]], [700, 0.09]]);
  await shop.close();
});

test("what is looked for at a meat inspection is read in English and recorded in Chinese", async () => {
  const shop = await dockside.phone("shop");
  await shop.open("#/certificate/meat_inspection");
  await shop.see("健康状况");
  await shop.press("#lang");
  await shop.page.waitForFunction(() => document.documentElement.lang === "en" && /State of health/.test(document.body.textContent));
  const items = shop.page.locator("fieldset", { hasText: "What was inspected" });
  assert.doesNotMatch(await items.textContent(), /[\u4e00-\u9fff]/);
  assert.deepEqual(await items.locator("input").evaluateAll((all) => all.map(({ value }) => value).slice(0, 2)), ["健康状况", "疫病以外的疾病"]);
  await shop.close();
});
