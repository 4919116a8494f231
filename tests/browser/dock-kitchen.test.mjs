// A canteen: a meal of lots whose sample is kept under a timer, trays that mix lots with their labels, condemned parts, the purchase
// ledger on paper; and what a booth sold in a day.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, today } from "./dock.mjs";

CHAIN.kitchen = { party: "91310118MA2K000155", kind: "canteen", site: "JY33101180000021", place: "kitchen", county: "310118" };

let dockside;
before(async () => {
  dockside = await Dockside.begin();
});
after(() => dockside?.end());

/** Goods of a supplier who is not enrolled. */
async function enter(phone, kind, kilograms, supplier = "示例菜农", more = {}) {
  await phone.open("#/enter");
  await phone.fill("供货者", supplier);
  await phone.pick("食品类别", kind);
  await phone.fill("数量", kilograms);
  await phone.page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  for (const [label, text] of Object.entries(more)) await phone.fill(label, text);
  await phone.press("#sign");
  await phone.ready("done");
  return phone.itemIs("enter");
}

/** Puts the beginning of every sample two days back: the phone's clock is not believed against the server's. */
const twoDaysLater = (phone) =>
  phone.page.evaluate(async (seconds) => {
    const request = indexedDB.open("shisu-workbench");
    const db = await new Promise((resolve) => Object.assign(request, { onsuccess: () => resolve(request.result) }));
    const marks = db.transaction("marks", "readwrite").objectStore("marks");
    const all = await new Promise((resolve) => Object.assign(marks.getAll(), { onsuccess: (event) => resolve(event.target.result) }));
    for (const row of all.filter(({ told }) => told?.kind === "sample")) marks.put({ ...row, told: { ...row.told, since: row.told.since - seconds, until: row.told.until - seconds } });
    await new Promise((resolve) => (marks.transaction.oncomplete = resolve));
    db.close();
  }, 48 * 3600);

test("a meal's sample is kept under a timer that the first screen shows, and ends with a record", async () => {
  const phone = await dockside.phone("kitchen");
  await enter(phone, "leafy_vegetable", "20");
  await phone.open("#/transform");
  await phone.page.locator("input[value=cook]").waitFor({ state: "attached" });
  assert.ok(await phone.page.locator("input[value=cook]").isChecked(), "a kitchen cooks");
  await phone.first();
  await phone.fill("数量（千克）", "20");
  await phone.pick("食品类别", "meal");
  await phone.page.getByLabel("数量", { exact: true }).fill("100");
  await phone.pressWords("份");
  await phone.press("#reckon");
  await phone.see("还没有留样");
  await phone.pressWords("留样");
  await phone.page.locator("[name=sample_grams]").fill("100");
  await phone.press("#reckon");
  await phone.page.locator("#said", { hasText: "折合多少份" }).waitFor();
  await phone.page.locator("[name=sample_amount]").fill("1");
  await phone.press("#reckon");
  await phone.see("留样 100 克，少于通常的 125 克");
  for (const bad of ["0", "x", "-1"]) {
    await phone.page.locator("[name=sample_grams]").fill(bad);
    await phone.press("#reckon");
    await phone.page.locator("#said.bad", { hasText: "留样" }).waitFor();
    await phone.page.evaluate(() => (document.getElementById("said").textContent = ""));
  }
  await phone.page.locator("[name=sample_grams]").fill("150");
  await phone.page.locator("[name=sample_by]").fill("示例厨师");
  await phone.press("#reckon");
  await phone.see("投入和产出单位不同");
  await phone.gone(/还没有留样|少于通常/);
  await phone.press("#sign");
  const meal = await phone.itemIs("transform");
  assert.equal(meal.claims.body.operation, "cook");
  await phone.open();
  await phone.see(/还要留 4[78] 小时/);
  await phone.picture("sample-home");
  await phone.page.locator("section", { hasText: "留样" }).locator("a.button").click();
  await phone.ready("sample");
  await phone.see("未满时间，提前处置");
  assert.deepEqual(await phone.axeInBoth(), []);
  await twoDaysLater(phone);
  await phone.open();
  // What is over stands among the alarms.
  await phone.page.locator("section", { hasText: "场所提醒" }).locator(".card", { hasText: "已满，可以处置" }).locator("a.button").click();
  await phone.ready("sample");
  await phone.press("#sign");
  const { claims } = await phone.itemIs("dispose");
  assert.deepEqual([claims.body.reason, claims.body.method, claims.moves[0].quantity, claims.moves[0].of], ["sample", "destroyed", "1", [meal.id, 2]]);
  await phone.open();
  await phone.see("数据截至");
  await phone.gone(/可以处置/);
  await phone.open(`#/sample/${meal.id}/2`);
  await phone.see("已处置");
  await phone.close();
});

test("a tray that mixes lots has a label with its weight and the lots in it; condemned parts are rendered along with it", async () => {
  const phone = await dockside.phone("shop");
  const lots = [];
  for (const kilograms of ["30", "20"]) lots.push((await enter(phone, "pork_cut", kilograms, "示例肉联", { 保质期至: "2099-01-01" })).claims.moves[0].lot);
  await phone.open("#/transform");
  for (const lot of lots) await phone.page.locator(".pick", { hasText: lot.slice(2) }).locator("input[type=checkbox]").check();
  await phone.pressWords("混合");
  await phone.pick("食品类别", "pork_cut");
  await phone.page.getByLabel("数量", { exact: true }).fill("45");
  for (const bad of ["30", "31", "1,5"]) {
    await phone.page.locator("[name=condemned]").fill(bad);
    await phone.press("#reckon");
    await phone.page.locator("#said.bad").waitFor();
    await phone.page.evaluate(() => (document.getElementById("said").textContent = ""));
  }
  await phone.page.locator("[name=condemned]").fill("3");
  await phone.fill("保质期至", "2099-01-02");
  await phone.press("#reckon");
  await phone.shows(/保质期至 2099-01-02，比投入的最早一批（2099-01-01）长，请核对/);
  await phone.fill("保质期至", "2099-01-01");
  await phone.press("#reckon");
  await phone.gone(/请核对/);
  await phone.see("另有 3 千克送无害化");
  await phone.see("出品率 95.7%；损耗 2 千克");
  await phone.press("#sign");
  const { claims } = await phone.itemIs("transform");
  assert.deepEqual(claims.moves.map(({ op, quantity }) => [op, quantity]).filter(([op]) => op === "out").map(([, quantity]) => quantity).sort(), ["20", "27"]);
  const disposed = await phone.itemIs("dispose");
  assert.deepEqual([disposed.claims.body.reason, disposed.claims.body.method, disposed.claims.moves[0].quantity], ["condemned", "rendered", "3"]);
  await phone.ready("done");
  await phone.press("#labels");
  await phone.ready("labels");
  const label = await phone.text(".label");
  assert.match(label, /45 千克/);
  for (const lot of lots) assert.ok(label.includes(lot.slice(2)), `${lot}: ${label}`);
  assert.match(label, /混自/);
  await phone.pressWords("小 60×40");
  await phone.picture("label-tray", { onPaper: true });
  const { sheets } = await phone.print();
  assert.equal(sheets, 1);
  // Packs have each their own weight, and together no more than the tray.
  const weights = () => phone.page.locator(".label .weight").allInnerTexts();
  const print = async (typed) => {
    await phone.page.locator("textarea").fill(typed);
    await phone.press("#print");
  };
  await phone.page.evaluate(() => (globalThis.print = () => {}));
  await phone.pressWords("按盒称重");
  for (const [typed, words] of [["40\n5.5", "称得共 45.5，多于这一批的 45 千克"], ["0.5\n很多", "每行一个重量"]]) {
    await print(typed);
    await phone.page.locator("#said", { hasText: words }).waitFor();
  }
  await print("0.52\n０．４８ 0.5\n");
  await phone.page.locator(".label").nth(2).waitFor();
  assert.deepEqual(await weights(), ["0.52 千克", "0.48 千克", "0.5 千克"]);
  await phone.fill("每批打几张", "2");
  await print("");
  await phone.page.waitForFunction(() => document.querySelectorAll(".label").length === 2);
  assert.deepEqual(await weights(), ["第 1 件，2 件共 45 千克", "第 2 件，2 件共 45 千克"]);
  await phone.close();
});

test("the purchase ledger of a day and of a month is printed from what every device signed; a supplier's name is opened on request", async () => {
  const [phone, other] = [await dockside.phone("kitchen"), await dockside.phone("kitchen")];
  await enter(phone, "tomato", "12.5", "示例菜农甲", { 供货者地址: "示例县示例镇", 供货者联系方式: "0570-0000000", 保质期至: "2099-01-01", 规格: "5千克一箱" });
  await enter(other, "vegetable_other", "40", "示例菜农乙");
  await phone.open("#/book");
  await phone.page.waitForFunction(() => Number(document.querySelector("[data-rows]")?.dataset.rows) >= 2);
  await phone.see("番茄");
  await phone.see("40 千克");
  // What the law asks of a purchase ledger stands in the row.
  await phone.shows(new RegExp(`番茄5千克一箱.*${today()}至 2099-01-01.*12\\.5 千克.*示例菜农甲示例县示例镇 0570-0000000`, "s"), "#book");
  await phone.gone(/示例菜农乙/, "#book");
  await phone.press("#open-names");
  await phone.see("示例菜农乙");
  await phone.picture("ledger", { onPaper: true });
  assert.deepEqual(await phone.axeInBoth(), []);
  await phone.page.waitForFunction(() => document.querySelector("[data-from=server]"));
  await phone.pressWords("一个月");
  await phone.page.waitForFunction((month) => document.querySelector("#book p")?.textContent.includes(`${month}-01 — `), today().slice(0, 7));
  const { sheets } = await phone.print();
  assert.ok(sheets >= 1);
  // A day on which nothing came, and one that is none.
  await phone.page.locator("[name=day]").fill("2020-02-29");
  await phone.page.locator("[name=day]").dispatchEvent("change");
  await phone.page.waitForFunction(() => document.querySelector("#book p")?.textContent.includes("2020-02-01 — 2020-02-29"));
  await phone.see("没有记录");
  await phone.offline(true);
  await phone.page.locator("[name=day]").fill(today());
  await phone.page.locator("[name=day]").dispatchEvent("change");
  await phone.see("没有网络：只有本机办理的");
  await phone.see("番茄");
  await phone.gone(/其他蔬菜/, "#book");
  await phone.offline(false);
  await Promise.all([phone.close(), other.close()]);
});

test("a till's day is totalled by lot, from this device and the others of the shop", async () => {
  const [one, two] = [await dockside.phone("shop"), await dockside.phone("shop")];
  const { claims } = await enter(one, "beef_cut", "100", "示例肉联");
  const [{ lot }] = claims.moves;
  await two.open();
  await two.see(lot.slice(2));
  const sell = async (phone, kilograms) => {
    await phone.open("#/sell");
    await phone.scan(lot);
    await phone.fill("重量", kilograms);
    await phone.press("#sign");
    await phone.see(`${kilograms} 千克`);
    await phone.page.waitForSelector("#ticket");
  };
  for (const kilograms of ["2.5", "1.25"]) await sell(one, kilograms);
  // The ticket is all that is on the paper.
  await one.press("#show-ticket");
  await one.page.waitForSelector("#ticket svg");
  await one.picture("ticket", { onPaper: true });
  await one.page.emulateMedia({ media: "print" });
  assert.equal(await one.page.locator("#app :is(button, input, .scan, .doings):visible").count(), 0);
  assert.ok(await one.page.locator("#ticket svg").isVisible());
  await one.page.emulateMedia({ media: null });
  assert.equal((await one.print()).sheets, 1);
  await sell(two, "3");
  await two.itemIs("sell");
  await one.itemIs("sell");
  await one.page.locator("a", { hasText: "今天的合计" }).click();
  await one.ready("book");
  const row = one.page.locator("#book tbody tr", { hasText: lot.slice(2) });
  await row.waitFor();
  assert.deepEqual((await row.locator("td").allTextContents()).slice(2), ["3", "6.75 千克"]);
  await one.picture("till");
  await Promise.all([one.close(), two.close()]);
});

test("an output that was added by mistake is taken off; condemned parts are an output that is rendered in the same press", async () => {
  const phone = await dockside.phone("shop");
  const { claims } = await enter(phone, "pork_carcass", "50", "示例肉联");
  await phone.open("#/transform");
  await phone.page.locator(".pick", { hasText: claims.moves[0].lot.slice(2) }).locator("input[type=checkbox]").check();
  await phone.pick("食品类别", "pork_cut");
  await phone.page.locator("input[name=quantity]").fill("40");
  await phone.pressWords("再加一种产出");
  await phone.pressWords("再加一种产出");
  assert.equal(await phone.page.getByRole("button", { name: "去掉" }).count(), 2);
  await phone.page.locator("select[name=class]").nth(1).selectOption("pork_offal");
  await phone.page.locator("input[name=quantity]").nth(1).fill("4");
  await phone.picture("outputs");
  assert.deepEqual(await phone.axe(), []);
  await phone.page.getByRole("button", { name: "去掉" }).nth(1).click();
  await phone.page.locator("[name=parts]").fill("7");
  await phone.press("#reckon");
  await phone.see("产出 51 多于投入 50 千克");
  assert.equal(await phone.page.locator("#sign").count(), 0);
  await phone.page.getByRole("button", { name: "去掉" }).click();
  await phone.page.locator("[name=parts]").fill("3");
  await phone.press("#reckon");
  await phone.see("出品率 80.0%；损耗 7 千克");
  await phone.see("另有 3 千克送无害化");
  await phone.press("#sign");
  const cut = await phone.itemIs("transform");
  assert.deepEqual(cut.claims.moves.map(({ op, quantity }) => [op, quantity]), [["out", "50"], ["in", "40"], ["in", "3"]]);
  const { claims: disposed } = await phone.itemIs("dispose");
  assert.deepEqual([disposed.body.reason, disposed.moves.map(({ of, quantity }) => [of, quantity])], ["condemned", [[[cut.id, 3], "3"]]]);
  await phone.open("#/held");
  await phone.gone(/检验不合格部分/);
  await phone.close();
});
