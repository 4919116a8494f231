// After a receipt: labels print at this moment, goods can go back, and nothing is called recorded that the log's key does not prove.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside } from "./dock.mjs";

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

test("labels of what was received print at once, also without a network, and lead to the lot", async () => {
  const shop = await dockside.phone("shop");
  const sent = await dockside.sent(farm, 3, "LABEL");
  await shop.open();
  await shop.receiveAll(sent);
  await shop.offline(true);
  await shop.press("#sign");
  await shop.ready("done");
  await shop.press("#labels");
  await shop.ready("labels");
  await shop.page.locator(".label").nth(2).waitFor();
  await shop.shows(/示例青菜1.*10 千克.*LABEL-01/s, "#sheet");
  await shop.shows(/示例shop/, "#sheet");
  await shop.page.evaluate(() => (globalThis.print = () => (document.documentElement.dataset.printed = "yes")));
  await shop.fill("每批打几张", "2");
  await shop.press("#print");
  await shop.page.waitForFunction(() => document.documentElement.dataset.printed === "yes");
  assert.equal(await shop.page.locator(".label").count(), 6);
  const { sheets } = await shop.print();
  assert.ok(sheets >= 1 && sheets <= 3, `${sheets} sheets`);
  await shop.picture("labels", { onPaper: true });
  for (const bad of ["0", "51", "x", "1.5"]) {
    await shop.fill("每批打几张", bad);
    await shop.press("#print");
    await shop.page.locator("#said", { hasText: "最多 50 张" }).waitFor();
    await shop.page.evaluate(() => (document.getElementById("said").textContent = ""));
  }
  assert.deepEqual(await shop.axeInBoth(), []);
  await shop.offline(false);
  await shop.itemIs("receive");
  await shop.close();
});

test("goods that were accepted go back as a dispatch to their sender, who receives them", async () => {
  const [shop, sender] = [await dockside.phone("shop"), await dockside.phone("farm")];
  const sent = await dockside.sent(farm, 2, "BACK");
  await shop.open();
  await shop.receiveAll(sent);
  await shop.press("#sign");
  const received = await shop.itemIs("receive");
  await shop.page.locator("a.button", { hasText: "退回" }).click();
  await shop.ready("dispatch");
  await shop.page.locator("h1", { hasText: "退回" }).waitFor();
  assert.equal(await shop.page.getByLabel("收货场所").inputValue(), CHAIN.farm.site);
  assert.equal(await shop.page.locator(".pick input[type=checkbox]:checked").count(), 2);
  // One lot stays; of the other a part goes back, and why is asked for.
  await shop.page.locator(".pick", { hasText: "BACK-02" }).locator("input[type=checkbox]").uncheck();
  await shop.page.locator(".pick", { hasText: "BACK-01" }).locator("input[type=text]").fill("4");
  await shop.press("#review");
  await shop.page.locator("#said", { hasText: "为什么退回" }).waitFor();
  await shop.pressWords("质量问题");
  await shop.press("#review");
  await shop.see("退货：质量问题");
  await shop.press("#sign");
  const { claims } = await shop.itemIs("dispatch");
  assert.deepEqual([claims.body.consignee, claims.refs, claims.moves.length], [CHAIN.farm.site, [received.id], 1]);
  assert.deepEqual([claims.moves[0].quantity, claims.moves[0].of], ["4", [received.id, 1]]);
  await sender.open();
  await sender.page.waitForSelector("#receive-first");
  await sender.press("#receive-first");
  await sender.page.waitForSelector("#review");
  await sender.scan("t/BACK-01");
  await sender.press("#review");
  await sender.press("#sign");
  await sender.itemIs("receive");
  // What is left can still go back, from the list of what was received.
  await shop.open("#/receive");
  await shop.page.locator("section", { hasText: "可以退回" }).locator("a.button").first().click();
  await shop.ready("dispatch");
  await shop.page.locator(".pick", { hasText: "BACK-02" }).waitFor();
  await Promise.all([shop.close(), sender.close()]);
});

/** Has the server's answers to records altered on their way, as long as `lies` says. */
async function altered(phone, lies) {
  await phone.context.route("**/v1/records", async (route) => {
    const answer = await route.fetch();
    const body = await answer.text();
    return route.fulfill({ response: answer, body: lies.shift()?.(body) ?? body });
  });
}

test("what another phone of the site received can go back from this one", async () => {
  const [one, other] = [await dockside.phone("shop"), await dockside.phone("shop")];
  const sent = await dockside.sent(farm, 1, "ELSEWHERE");
  await one.open();
  await one.receiveAll(sent);
  await one.press("#sign");
  const received = await one.itemIs("receive");
  await other.open();
  await other.see("ELSEWHERE-01");
  await other.open("#/receive");
  await other.page.locator(`a[href="#/dispatch/return/${received.id}"]`).click();
  await other.ready("dispatch");
  await other.page.locator("h1", { hasText: "退回" }).waitFor();
  assert.equal(await other.page.getByLabel("收货场所").inputValue(), CHAIN.farm.site);
  await other.pressWords(/^缺证$/);
  await other.press("#review");
  await other.press("#sign");
  const { claims } = await other.itemIs("dispatch");
  assert.deepEqual([claims.refs, claims.moves[0].of], [[received.id], [received.id, 1]]);
  await one.close();
  await other.close();
});

test("an item is called recorded once its receipt is verified; one that does not hold is shown, kept, and asked about again", async () => {
  const shop = await dockside.phone("shop");
  const sent = await dockside.sent(farm, 1, "LIE");
  await shop.open();
  // Another head, no receipt at all, a proof that was changed.
  const change = (work) => (body) => body.split("\n").map((line) => (line === "" ? line : JSON.stringify(work(JSON.parse(line))))).join("\n");
  await altered(shop, [
    change((told) => ({ ...told, receipt: told.receipt.replace(/\n\n([^\n]+)\n\d+\n/, "\n\n$1\n999999\n") })),
    change(({ receipt, ...told }) => told),
    change((told) => ({ ...told, index: told.index + 1, receipt: told.receipt.replace(/index \d+/, "index 0") })),
  ]);
  await shop.receiveAll(sent);
  await shop.press("#sign");
  await shop.ready("done");
  await shop.see("回执核验不符，未当作已入账");
  await shop.see("核验不符的回执（已保留）");
  const [item] = await shop.items();
  assert.notEqual(item.state, "accepted");
  await shop.picture("receipt-wrong");
  await shop.open("#/outbox");
  await shop.see("回执核验不符");
  for (const left of [2, 1, 0]) {
    await shop.press("text=现在发送");
    if (left > 0) await shop.page.locator("#said", { hasText: "回执核验不符" }).waitFor();
    await shop.page.evaluate(() => (document.getElementById("said").textContent = ""));
    if (left === 1) assert.notEqual((await shop.items())[0].state, "accepted");
  }
  const { op_id } = await shop.itemIs("receive");
  await shop.open(`#/done/${op_id}`);
  await shop.see("已核验签名和收录");
  const kept = await shop.page.evaluate(async () => {
    const request = indexedDB.open("shisu-workbench");
    const db = await new Promise((resolve) => Object.assign(request, { onsuccess: () => resolve(request.result) }));
    const all = db.transaction("outbox").objectStore("outbox").getAll();
    const items = await new Promise((resolve) => Object.assign(all, { onsuccess: () => resolve(all.result) }));
    db.close();
    return items.map(({ wrongReceipt }) => wrongReceipt?.code);
  });
  assert.ok(kept[0], "the receipt that did not hold is kept");
  await shop.close();
});

test("a server that names another key than when the device joined is not believed", async () => {
  const shop = await dockside.phone("shop");
  const told = await (await fetch(`${dockside.url}/v1/log`)).json();
  let asked = 0;
  await shop.context.route("**/v1/log", (route) => {
    asked += 1;
    return route.fulfill({ json: { ...told, key: told.key.replace(/.{6}$/, "AAAAAA") } });
  });
  const sent = await dockside.sent(farm, 1, "PIN");
  await shop.open();
  await shop.receiveAll(sent);
  await shop.press("#sign");
  await shop.itemIs("receive");
  assert.equal(asked, 0, "the key was kept at joining");
  await shop.close();
});
