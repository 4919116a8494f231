// Dispatching with a vehicle's file, and liquid food in a tank: what is offered by plate, what the record carries, and what is refused
// before anything is signed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, today } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";

const { certify, create } = await workbench("drafts");

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

/** Oil that the farm has. */
const oil = (lot) => farm.say(create("production", [{ lot, quantity: "1000", uom: "KGM", info: { class: "vegetable_oil_other", name: "示例菜籽油", made_on: today(), origin: CHAIN.farm.county } }]));

async function choose(phone, lot) {
  await phone.open("#/dispatch");
  await phone.page.locator(".pick", { hasText: lot }).locator("input[type=checkbox]").check();
  await phone.fill("收货场所", CHAIN.shop.site);
}

test("a vehicle's file is filled in by its plate, and the record carries what it may", async () => {
  const phone = await dockside.phone("farm");
  await oil("t/FILE-1");
  await phone.open("#/vehicles");
  await phone.pressWords("登记一辆车");
  await phone.ready("vehicles");
  await phone.press("#save");
  await phone.page.locator("#said", { hasText: "车牌" }).waitFor();
  for (const bad of ["ABC", "浙F1234", "12345"]) {
    await phone.page.locator("[name=plate]").fill(bad);
    await phone.press("#save");
    await phone.page.locator("#said", { hasText: "车牌写法不对" }).waitFor();
  }
  for (const [name, text] of Object.entries({ plate: "浙f88888", driver: "示例司机", phone: "000", road_permit: "示例运证1", road_permit_valid_to: "2020-01-01", cleaning: "热水清洗", cleaned_at: "2026-11-20T08:30" })) {
    await phone.page.locator(`[name=${name}]`).fill(text);
  }
  await phone.press("#save");
  await phone.see("道路运输证已于 2020-01-01 到期");
  await phone.picture("vehicles");
  await choose(phone, "FILE-1");
  await phone.pressWords("车辆、封签、温度");
  await phone.page.locator("[name=plate]").fill("浙F88888");
  await phone.page.locator("[name=plate]").press("Tab");
  await phone.page.waitForFunction(() => document.querySelector("[name=driver]").value === "示例司机");
  await phone.see("道路运输证已于 2020-01-01 到期");
  await phone.page.locator("[name=seals]").fill("S-1 S-2");
  await phone.page.locator("[name=cleaned_at]").fill("2036-11-20T08:30");
  await phone.press("#review");
  await phone.page.locator("#said", { hasText: "清洗时间不能晚于现在" }).waitFor();
  await phone.page.locator("[name=cleaned_at]").fill("2026-11-20T08:30");
  await phone.page.locator("[name=temp_min_c]").fill("2");
  await phone.press("#review");
  await phone.page.waitForSelector("#sign");
  // What is signed of the vehicle is read before it is signed.
  for (const words of [/车牌浙F88888/, /司机示例司机 000/, /清洗热水清洗 · 2026-11-20 08:30/, /封签S-1、S-2/, /温度要求不低于 2 ℃/]) await phone.shows(words);
  await phone.press("#sign");
  const { claims, id } = await phone.itemIs("dispatch");
  assert.deepEqual(claims.body.vehicle, { plate: "浙F88888", colour: "2" });
  assert.deepEqual(claims.body.driver, { name: "示例司机", phone: "000" });
  assert.deepEqual(claims.body.cleaning, { method: "热水清洗", at: Date.parse("2026-11-20T08:30:00+08:00") / 1000 });
  assert.deepEqual(claims.body.seals, ["S-1", "S-2"]);
  assert.ok(!JSON.stringify(claims).includes("示例运证1"), "the road permit stays on the device");
  const shown = await (await fetch(`${dockside.url}/w/${id}`, { headers: { accept: "text/html" } })).text();
  assert.ok(shown.includes("热水清洗") && shown.includes("S-2") && !shown.includes("浙F88888"));
  await phone.close();
});

test("a time of cleaning that nobody stated is not signed, and what was said of one vehicle is not said of another", async () => {
  await oil("t/CLEAN-1");
  const phone = await dockside.phone("farm");
  await choose(phone, "CLEAN-1");
  await phone.pressWords("车辆、封签、温度");
  await phone.page.locator("[name=plate]").fill("浙F55555");
  await phone.page.locator("[name=cleaning]").fill("热水清洗");
  // Folded again, the fault opens what its field is in.
  await phone.pressWords("车辆、封签、温度");
  await phone.press("#review");
  await phone.page.locator("#said", { hasText: "请填写上次清洗时间" }).waitFor();
  await phone.page.locator("[name=cleaned_at]").waitFor();
  assert.equal((await phone.items()).length, 0);
  await phone.page.locator("[name=cleaned_at]").fill("2026-11-20T08:30");
  await phone.press("#review");
  await phone.page.waitForSelector("#sign");
  await phone.pressWords("返回修改");
  await phone.page.waitForSelector("#review");
  // It stands as it was typed: for this vehicle.
  assert.equal(await phone.page.locator("[name=cleaning]").inputValue(), "热水清洗");
  await phone.page.locator("[name=plate]").fill("浙F44444");
  await phone.page.locator("[name=plate]").press("Tab");
  await phone.page.waitForFunction(() => document.querySelector("[name=cleaning]").value === "" && document.querySelector("[name=cleaned_at]").value === "");
  await phone.press("#review");
  await phone.page.waitForSelector("#sign");
  await phone.shows(/车牌浙F44444.*清洗没有填.*封签没有/);
  await phone.press("#sign");
  const { claims } = await phone.itemIs("dispatch");
  assert.equal(claims.body.cleaning, undefined);
  await phone.close();
});

test("papers that are missing and papers that are there are listed before signing; the paper in the cab names who, where, when and with what", async () => {
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: today(), origin: CHAIN.farm.county };
  for (const lot of ["t/PAPERS-1", "t/PAPERS-2"]) await farm.say(create("harvest", [{ lot, quantity: "10", uom: "KGM", info }]));
  const promise = { number: "HGZ-PAPERS-1", issuer: "示例farm有限公司", issuer_party: CHAIN.farm.party, issued_in: CHAIN.farm.county, issued_on: today() };
  const detail = { farm_certificate: { form: "producer", basis: ["control"] } };
  await farm.say(certify({ kind: "farm_certificate", standing: "issued", ...promise, detail }, ["lot/t/PAPERS-1"]));
  const phone = await dockside.phone("farm");
  await choose(phone, "PAPERS-1");
  await phone.page.locator(".pick", { hasText: "PAPERS-2" }).locator("input[type=checkbox]").check();
  await phone.pressWords("车辆、封签、温度");
  for (const [name, text] of Object.entries({ plate: "浙F33333", driver: "示例司机", cleaning: "热水清洗", cleaned_at: "2026-11-20T08:30" })) await phone.page.locator(`[name=${name}]`).fill(text);
  await phone.press("#review");
  await phone.shows(/还缺：.*承诺达标合格证.*PAPERS-2.*已有：承诺达标合格证（1 批）/);
  assert.deepEqual(await phone.axe(), []);
  await phone.press("#sign");
  await phone.ready("waybill");
  for (const words of [
    new RegExp(`发货示例farm有限公司 · 示例farm ${CHAIN.farm.site}`),
    new RegExp(`收货示例shop有限公司 · 示例shop ${CHAIN.shop.site}`),
    /路线浙江省嘉兴市嘉善县 → 上海市青浦区/,
    /司机示例司机/,
    /清洗消毒热水清洗 · 2026-11-20 08:30/,
    /随货证明承诺达标合格证（1 批）/,
    new RegExp(`发货时间${today().slice(0, 4)}-`),
  ]) await phone.shows(words);
  const { sheets } = await phone.print();
  assert.equal(sheets, 1);
  // A phone that did not sign it knows as much, but for what is sealed.
  await phone.itemIs("dispatch");
  const shop = await dockside.phone("shop");
  const { id } = (await phone.items()).find(({ claims }) => claims.type === "dispatch");
  await shop.open(`#/waybill/${id}`);
  await shop.shows(/发货示例farm有限公司 · 示例farm/);
  await shop.gone(/司机示例司机/);
  await Promise.all([phone.close(), shop.close()]);
});

test("a tank that carried something that is not food carries no food: refused before signing", async () => {
  await oil("t/TANK-1");
  const phone = await dockside.phone("farm");
  await choose(phone, "TANK-1");
  await phone.pressWords("车辆、封签、温度");
  await phone.page.locator("[name=plate]").fill("浙F77777");
  await phone.pressWords("罐车：散装液态食品联单");
  await phone.pick("品种", "edible_vegetable_oil");
  for (const [first, second] of [["柴油", ""], ["食醋", "工业酒精"], ["diesel", "食醋"], ["feed oil", "化工产品"]]) {
    await phone.page.locator("[name=cargo0]").fill(first);
    await phone.page.locator("[name=cargo1]").fill(second);
    await phone.press("#review");
    if (first !== "feed oil") await phone.page.locator("#said", { hasText: "禁止装运" }).waitFor();
    else await phone.page.locator("#said", { hasText: "化工产品" }).waitFor();
    await phone.page.evaluate(() => (document.getElementById("said").textContent = ""));
  }
  assert.equal((await phone.items()).length, 0, "nothing was signed");
  await phone.page.locator("[name=cargo0]").fill("食用植物油");
  await phone.page.locator("[name=cargo1]").fill("");
  await phone.press("#review");
  await phone.page.locator("#said", { hasText: "罐体编号" }).waitFor();
  await phone.page.locator("[name=container]").fill("GT-0001");
  await phone.press("#review");
  await phone.see("准运证没有或已过期");
  await phone.see("没有清洗记录");
  await phone.pressWords("返回修改");
  await phone.close();
});

test("a sheet that is whole is recorded without a finding, and its liquid is the tank's last cargo the next time", async () => {
  await oil("t/TANK-2");
  const phone = await dockside.phone("farm");
  await choose(phone, "TANK-2");
  await phone.pressWords("车辆、封签、温度");
  await phone.page.locator("[name=plate]").fill("浙F66666");
  await phone.pressWords("罐车：散装液态食品联单");
  await phone.pick("品种", "edible_vegetable_oil");
  const said = { container: "GT-0002", tank_permit: "示例准运1", tank_permit_valid_to: "2030-01-01", cargo0: "食用植物油", tank_cleaning: "蒸汽清洗", tank_certificate: "示例清洗1" };
  for (const [name, text] of Object.entries(said)) await phone.page.locator(`[name=${name}]`).fill(text);
  await phone.page.locator("fieldset", { hasText: "食品专用" }).locator("label", { hasText: "是" }).click();
  await phone.page.locator("fieldset", { hasText: "装车已留样" }).locator("label", { hasText: "是" }).click();
  await phone.picture("bulk");
  assert.deepEqual(await phone.axe(), []);
  await phone.press("#review");
  await phone.page.waitForSelector("#sign");
  await phone.gone(/散装联单：/);
  await phone.press("#sign");
  const { claims, id } = await phone.itemIs("dispatch");
  const { bulk } = claims.body;
  assert.match(bulk.sheet, /^LD\d{8}-/);
  assert.deepEqual([bulk.kind, bulk.permit, bulk.mark_checked, bulk.sample_kept, bulk.previous_cargoes], ["edible_vegetable_oil", "示例准运1", true, true, ["edible_vegetable_oil"]]);
  assert.deepEqual([bulk.cleaning.method, bulk.cleaning.certificate, bulk.cleaning.county], ["蒸汽清洗", "示例清洗1", CHAIN.farm.county]);
  const { findings } = await (await fetch(`${dockside.url}/v1/records/${id}`)).json();
  assert.deepEqual(findings.filter(({ code }) => /bulk|tank|cargo/.test(String(code))), []);
  await phone.ready("waybill");
  await phone.see("GT-0002");
  await phone.open("#/vehicles");
  await phone.page.locator("li.card", { hasText: "浙F66666" }).locator("a").click();
  await phone.page.locator("[name=cargoes]").waitFor({ state: "attached" });
  assert.equal(await phone.page.locator("[name=cargoes]").inputValue(), "食用植物油");
  await phone.close();
});

test("what was scanned and typed for a dispatch stays: after the last look, on the way to a paper that is missing, and when the page is closed", async () => {
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: today(), origin: CHAIN.farm.county };
  const lots = ["t/PLAN-1", "t/PLAN-2", "t/PLAN-3"];
  await farm.say(create("harvest", lots.map((lot) => ({ lot, quantity: "10", uom: "KGM", info }))));
  const phone = await dockside.phone("farm");
  const row = (lot) => phone.page.locator(".pick", { hasText: lot.slice(2) });
  const isAsItWas = async () => {
    await phone.page.waitForSelector("#review");
    await phone.shows(/核对（3 行）/);
    for (const [lot, amount] of [["t/PLAN-1", "10"], ["t/PLAN-2", "4"], ["t/PLAN-3", "10"]]) {
      assert.equal(await row(lot).locator("input[type=checkbox]").isChecked(), true, lot);
      assert.equal(await row(lot).locator("input[type=text]").inputValue(), amount);
    }
    for (const [name, text] of [["consignee", CHAIN.shop.site], ["seals", "S-1 S-2"], ["temp_max_c", "6"], ["plate", "浙F22222"], ["carrier", CHAIN.shop.party]]) assert.equal(await phone.page.locator(`[name=${name}]`).inputValue(), text, name);
    await phone.page.locator("[name=carrier]").waitFor();
  };
  await phone.open("#/dispatch");
  await phone.page.waitForSelector("#review");
  for (const lot of lots) await phone.scan(lot);
  await phone.shows(/核对（3 行）/);
  await row("t/PLAN-2").locator("input[type=text]").fill("4");
  await phone.fill("收货场所", CHAIN.shop.site);
  await phone.pressWords("承运人");
  await phone.page.locator("[name=carrier]").fill(CHAIN.shop.party);
  await phone.pressWords("车辆、封签、温度");
  for (const [name, text] of [["plate", "浙F22222"], ["seals", "S-1 S-2"], ["temp_max_c", "6"]]) await phone.page.locator(`[name=${name}]`).fill(text);
  await phone.press("#review");
  await phone.page.waitForSelector("#sign");
  await phone.pressWords("返回修改");
  await isAsItWas();
  // Of a lot that is scanned again nothing is taken off, nor is it counted twice.
  await phone.scan("t/PLAN-2");
  await isAsItWas();
  await phone.press("#review");
  await phone.shows(/还缺：.*承诺达标合格证/);
  await phone.picture("dispatch-lacks");
  const paper = phone.page.locator("li.card", { hasText: "承诺达标合格证" }).locator("a.button");
  assert.match(await paper.getAttribute("href"), /^#\/promise\/[\w-]+\/1,2,3$/);
  await paper.click();
  await phone.ready("promise");
  await phone.press("#sign");
  await phone.itemIs("certify");
  await phone.open("#/dispatch");
  await phone.see("接着上次没有签的发货");
  await phone.picture("dispatch-again");
  assert.deepEqual(await phone.axe(), []);
  await isAsItWas();
  await phone.press("#review");
  await phone.shows(/该有的证明都有/);
  await phone.press("#sign");
  const { claims } = await phone.itemIs("dispatch");
  assert.deepEqual(claims.moves.map(({ quantity }) => quantity).sort(), ["10", "10", "4"]);
  // What is signed is planned no more.
  await phone.open("#/dispatch");
  await phone.page.waitForSelector("#review");
  await phone.shows(/核对（0 行）/);
  await phone.gone(/接着上次/);
  await row("t/PLAN-2").locator("input[type=checkbox]").check();
  // It is kept a moment later; a page that is closed before that has seen nothing.
  const plans = () => phone.page.evaluate(async () => {
    const { Database } = await import("/static/workbench/db.js");
    const db = await Database.open();
    const found = (await db.all("marks")).filter(({ name }) => name.startsWith("plan:"));
    db.close();
    return found.length;
  });
  for (let tries = 0; tries < 200 && (await plans()) === 0; tries += 1) await phone.page.waitForTimeout(50);
  await phone.open("#/dispatch");
  await phone.shows(/接着上次.*核对（1 行）/);
  await phone.pressWords("重新填");
  await phone.shows(/核对（0 行）/);
  await phone.close();
});

test("a fold shows that it opens, and no button breaks a word of either language", async () => {
  const phone = await dockside.phone("farm");
  await phone.open("#/dispatch");
  await phone.page.waitForSelector("#review");
  const sign = () => phone.page.locator("summary").first().evaluate((node) => getComputedStyle(node, "::after").content);
  assert.equal(await sign(), '"▾"');
  await phone.pressWords("车辆、封签、温度");
  assert.equal(await sign(), '"▴"');
  for (const words of ["Camera", "相机"]) {
    await phone.page.evaluate(() => delete document.documentElement.dataset.ready);
    await phone.page.click("#lang");
    await phone.ready("dispatch");
    await phone.shows(new RegExp(words));
    const lines = await phone.page.locator(".scan .pair > .button, .scan .pair > button").evaluateAll((all) =>
      all.map((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getClientRects().length;
      }),
    );
    assert.deepEqual(lines, [1, 1, 1], words);
  }
  await phone.close();
});
