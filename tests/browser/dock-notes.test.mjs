// Notes of a site: two phones of one site have the same, with and without a network, and a new one has them back. And the key of
// the log: an invitation names it, and an admin may put a new one in the place of the old.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, LOG } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";
import { Ledger, shisu } from "../workbench/ledger.mjs";

CHAIN.kitchen = { party: "91310118MA2K000155", kind: "canteen", site: "JY33101180000021", place: "kitchen", county: "310118" };

const { keyPrint } = await workbench("trust");

let dockside;
before(async () => {
  dockside = await Dockside.begin();
});
after(() => dockside?.end());

const PLATE = "浙F88888";

/** Writes fields of a vehicle's file and keeps it. */
async function noteVehicle(phone, fields, plate) {
  await phone.open(`#/vehicles/${plate === undefined ? "" : encodeURIComponent(plate)}`);
  for (const [name, text] of Object.entries(fields)) {
    const field = phone.page.locator(`[name=${name}]`);
    if (!(await field.isVisible())) await phone.page.locator("summary", { hasText: "罐车" }).click();
    await field.fill(text);
  }
  await phone.press("#save");
  await phone.shows(/登记一辆车/);
}

/** Waits until all that is noted is shared. */
async function shared(phone) {
  await phone.open("#/outbox");
  await phone.shows(/发件箱/);
  await phone.gone(/还没有共享/);
}

const valueOf = (phone, name) => phone.page.locator(`[name=${name}]`).inputValue();

/** A meal, of which a sample is kept. */
async function cook(phone) {
  await phone.open("#/enter");
  await phone.fill("供货者", "示例菜农");
  await phone.pick("食品类别", "leafy_vegetable");
  await phone.fill("数量", "20");
  await phone.press("#sign");
  await phone.ready("done");
  await phone.itemIs("enter");
  await phone.open("#/transform");
  await phone.page.locator("input[value=cook]").waitFor({ state: "attached" });
  await phone.first();
  await phone.fill("数量（千克）", "20");
  await phone.pick("食品类别", "meal");
  await phone.page.getByLabel("数量", { exact: true }).fill("18");
  await phone.pressWords("留样");
  await phone.page.locator("[name=sample_grams]").fill("150");
  await phone.press("#reckon");
  await phone.page.waitForSelector("#sign");
  await phone.press("#sign");
  return phone.itemIs("transform");
}

test("a vehicle and a sample of one phone are there on the other; its end there ends it here; a phone that was cleared has them back", async () => {
  const [one, two] = [await dockside.phone("kitchen"), await dockside.phone("kitchen")];
  await noteVehicle(one, { plate: PLATE, driver: "示例司机", road_permit_valid_to: "2036-01-01" });
  await cook(one);
  await shared(one);
  await two.open("#/vehicles");
  await two.shows(new RegExp(`${PLATE}.*示例司机`));
  await two.open("#/dispatch");
  await two.pressWords("车辆、封签、温度");
  await two.page.locator("[name=plate]").fill(PLATE);
  await two.page.locator("[name=plate]").press("Tab");
  await two.page.waitForFunction(() => document.querySelector("[name=driver]").value === "示例司机");
  await two.open();
  await two.shows(/还要留 4[78] 小时/);
  await two.page.locator("section", { hasText: "留样" }).locator("a.button").click();
  await two.ready("sample");
  await two.pressWords("未满时间，提前处置");
  await two.press("#sign");
  await two.itemIs("dispose");
  await shared(two);
  await one.open();
  await one.shows(/数据截至/);
  await one.gone(/还要留/);

  // The first phone is cleared and joins again.
  await one.page.goto(`${dockside.url}/healthz`);
  await one.page.evaluate(() => new Promise((done, fail) => Object.assign(indexedDB.deleteDatabase("shisu-workbench"), { onsuccess: done, onerror: fail })));
  await one.page.goto(`${dockside.url}/join#${await dockside.invite("kitchen")}`);
  await one.page.click("#accept");
  await one.page.waitForSelector("#to-workbench");
  await dockside.ledger.approve((await one.text("#app code")).trim());
  await one.open("#/vehicles");
  await one.shows(new RegExp(`${PLATE}.*示例司机`));
  await one.open("#/enter");
  await one.page.locator("button", { hasText: "示例菜农" }).waitFor();
  for (const phone of [one, two]) await phone.close();
});

test("both phones without a network, then both with one: each has what both said, and where they contradict both are seen", async () => {
  const [one, two] = [await dockside.phone("shop"), await dockside.phone("shop")];
  await noteVehicle(one, { plate: PLATE, driver: "甲" });
  await shared(one);
  await two.open("#/vehicles");
  await two.shows(new RegExp(PLATE));
  for (const phone of [one, two]) {
    await phone.open(`#/vehicles/${encodeURIComponent(PLATE)}`);
    await phone.page.waitForFunction(() => document.querySelector("[name=driver]")?.value === "甲");
  }
  for (const phone of [one, two]) await phone.offline(true);
  const write = async (phone, fields) => {
    for (const [name, text] of Object.entries(fields)) {
      const field = phone.page.locator(`[name=${name}]`);
      if (!(await field.isVisible())) await phone.page.locator("summary", { hasText: "罐车" }).click();
      await field.fill(text);
    }
    await phone.press("#save");
    await phone.shows(/登记一辆车/);
  };
  await write(one, { road_permit_valid_to: "2036-01-01", cleaning: "水洗" });
  // Said later, by a second at least: clocks of notes count seconds.
  await two.page.waitForTimeout(1100);
  await write(two, { road_permit_valid_to: "2036-03-31", tank_permit_valid_to: "2036-02-02" });
  for (const phone of [one, two]) await phone.offline(false);
  await shared(one);
  await shared(two);
  await shared(one);
  for (const phone of [one, two]) {
    await phone.open(`#/vehicles/${encodeURIComponent(PLATE)}`);
    await phone.shows(/另一台设备写的是：2036-01-01/);
    assert.deepEqual(await Promise.all(["driver", "cleaning", "road_permit_valid_to", "tank_permit_valid_to"].map((name) => valueOf(phone, name))), ["甲", "水洗", "2036-03-31", "2036-02-02"]);
  }
  await one.open("#/vehicles");
  await one.shows(/两台设备说法不同/);
  assert.deepEqual(await one.axeInBoth(), []);
  for (const phone of [one, two]) await phone.close();
});

test("an invitation names the log's key: where the server names another, nothing is joined, in clear words", async () => {
  const admin = await dockside.phone("shop", "admin");
  await admin.open("#/devices");
  await admin.pressWords("邀请新设备");
  await admin.fill("称呼", "示例收货口手机");
  await admin.press("#make-invitation");
  await admin.page.locator("h1", { hasText: "邀请" }).waitFor();
  const link = (await admin.page.locator("code", { hasText: "/join#" }).textContent()).trim();
  const told = await (await fetch(`${dockside.url}/v1/log`)).json();
  assert.ok(link.endsWith(`.${told.key}`), link);

  // The command line, beside the ledger, makes the same of it.
  const { home } = dockside.ledger;
  const words = ["--data-dir", home, "--key", `${home}/keys/registrar.jwk`, "--party", CHAIN.shop.party, "--page", dockside.url];
  const byLine = JSON.parse(shisu("invite", "new", "--json", ...words)).link;
  assert.ok(byLine.endsWith(`.${told.key}`), byLine);

  const [fooled, right] = [await dockside.stranger(), await dockside.stranger()];
  const strange = await Ledger.begin();
  const other = await strange.desk.json("GET", "/v1/log");
  await strange.end();
  await fooled.context.route("**/v1/log", (route) => route.fulfill({ json: other }));
  for (const one of [link, byLine]) {
    await fooled.page.goto(`${dockside.url}/healthz`);
    await fooled.page.goto(one);
    await fooled.shows(/没有加入.*邀请里写的日志公钥与这台服务器的不符/s);
    assert.equal(await fooled.page.locator("#accept").count(), 0);
  }
  assert.ok((await fooled.text()).includes(await keyPrint(told.key)));
  await right.page.goto(byLine);
  await right.shows(/日志公钥指纹/);
  await right.page.click("#accept");
  await right.page.waitForSelector("#to-workbench");
  await right.open("#/log");
  await right.shows(/邀请里写明/);
  await right.shows(/服务器现在报的也是它/);
  for (const phone of [admin, fooled, right]) await phone.close();
});

/** Puts another key in the place of the one that the phone believes. */
const misled = (phone, name, key) =>
  phone.page.evaluate(async ([name, key]) => {
    const request = indexedDB.open("shisu-workbench");
    const db = await new Promise((resolve) => Object.assign(request, { onsuccess: () => resolve(request.result) }));
    const marks = db.transaction("marks", "readwrite").objectStore("marks");
    marks.put({ name, key, since: 0, from: "server" });
    await new Promise((resolve) => (marks.transaction.oncomplete = resolve));
    db.close();
  }, [name, key]);

test("when the log's key has changed, receipts do not hold until an admin has compared the thumbprint and replaced it", async () => {
  const strange = await Ledger.begin();
  const { key: old } = await strange.desk.json("GET", "/v1/log");
  await strange.end();
  const { key } = await (await fetch(`${dockside.url}/v1/log`)).json();
  const [admin, clerk] = [await dockside.phone("shop", "admin"), await dockside.phone("shop")];
  for (const phone of [admin, clerk]) await misled(phone, `log:${LOG}`, old);

  await clerk.open("#/log");
  await clerk.shows(/服务器现在报的是另一个公钥.*请在管理设备上更换/s);
  assert.equal(await clerk.page.locator("#believe").count(), 0);

  await admin.open("#/check");
  await admin.page.waitForSelector("#sign");
  await admin.press("#sign");
  await admin.ready("done");
  await admin.shows(/回执核验不符/);
  await admin.open("#/log");
  await admin.shows(/服务器现在报的是另一个公钥/);
  assert.deepEqual(await admin.axeInBoth(), []);
  const print = await keyPrint(key);
  assert.ok((await admin.text()).includes(print) && (await admin.text()).includes(await keyPrint(old)));
  await admin.page.locator("[name=seen]").fill((await keyPrint(old)).slice(0, 9));
  await admin.press("#believe");
  await admin.page.locator("#said", { hasText: "没有更换" }).waitFor();
  await admin.page.locator("[name=seen]").fill(print.slice(0, 9));
  await admin.press("#believe");
  await admin.shows(/管理人员核对指纹后更换/);
  await admin.shows(/服务器现在报的也是它/);
  await admin.itemIs("inspect");
  await admin.open("#/outbox");
  await admin.shows(/全部已发送/);
  for (const phone of [admin, clerk]) await phone.close();
});
