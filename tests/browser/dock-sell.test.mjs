// Sales at a booth: what it takes to sign one, who bought before, and what a scanner and a scale type.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dockside } from "./dock.mjs";

let dockside;
before(async () => {
  dockside = await Dockside.begin();
});
after(() => dockside?.end());

/** Enters so many kilograms of pork; their lot. */
async function entered(booth, supplier, kilograms) {
  await booth.open("#/enter");
  await booth.fill("供货者", supplier);
  await booth.pick("食品类别", "pork_cut");
  await booth.fill("数量", kilograms);
  await booth.press("#sign");
  await booth.ready("done");
  return (await booth.itemIs("enter")).claims.moves[0].lot;
}

test("a sale at a booth takes at most 4 presses, and the next one begins at once", async (context) => {
  const booth = await dockside.phone("shop");
  const lot = await entered(booth, "示例肉联", "100");
  await booth.open();
  booth.countFromNow();
  await booth.press('.doings a[href="#/sell"]');
  await booth.ready("sell");
  await booth.scan(lot);
  await booth.fill("重量", "2.5");
  await booth.press("#sign");
  await booth.see("已签名");
  context.diagnostic(`${booth.presses} presses and fields`);
  assert.ok(booth.presses <= 4);
  await booth.fill("重量", "1.2");
  await booth.page.keyboard.press("Enter");
  await booth.see("已签名：分割猪肉 1.2 千克");
  await booth.itemIs("sell");
  assert.deepEqual((await booth.items()).filter((one) => one.claims.type === "sell").map((one) => one.claims.moves[0].quantity), ["2.5", "1.2"]);
  await booth.press("#show-ticket");
  await booth.page.waitForSelector("#ticket svg");
  await booth.shows(/售货者\s*示例shop/, "#ticket");
  await booth.fill("重量", "1000");
  await booth.press("#sign");
  await booth.page.locator("#said", { hasText: "只有 96.3 千克" }).waitFor();
  await booth.close();
});

test("who bought before is one press: a sale to a regular takes at most 4, with name, address and contact in the record", async (context) => {
  const booth = await dockside.phone("shop");
  const lot = await entered(booth, "示例肉联", "100");
  await booth.open("#/sell");
  assert.equal(await booth.page.locator("#buyers button").count(), 0);
  await booth.scan(lot);
  await booth.fill("重量", "2");
  await booth.page.locator("summary", { hasText: "购货者" }).click();
  const who = { name: "示例饭店", address: "示例路5号", contact: "0571-000" };
  for (const [name, text] of [["buyer", who.name], ["address", who.address], ["contact", who.contact]]) await booth.page.locator(`[name=${name}]`).fill(text);
  await booth.press("#sign");
  await booth.see("已签名");
  assert.equal(await booth.page.locator("[name=buyer]").inputValue(), "", "the next one may be somebody else");

  await booth.open();
  booth.countFromNow();
  await booth.press('.doings a[href="#/sell"]');
  await booth.ready("sell");
  await booth.scan(lot);
  await booth.press("#buyers button");
  await booth.fill("重量", "2.5");
  await booth.press("#sign");
  await booth.see("已签名：分割猪肉 2.5 千克");
  context.diagnostic(`${booth.presses} presses and fields`);
  assert.ok(booth.presses <= 4);
  const sold = (await booth.items()).filter(({ claims: { type } }) => type === "sell").map(({ claims: { body } }) => [body.channel, body.buyer]);
  assert.deepEqual(sold, [["trade", who], ["trade", who]]);
  // A second press takes the choice back.
  await booth.press("#buyers button");
  await booth.page.locator("#buyers button.chosen").waitFor();
  await booth.press("#buyers button");
  await booth.page.locator("#buyers button.chosen").waitFor({ state: "detached" });
  await booth.fill("重量", "1");
  await booth.press("#sign");
  await booth.see("已签名：分割猪肉 1 千克");
  assert.equal((await booth.items()).at(-1).claims.body.buyer, undefined);
  assert.deepEqual(await booth.axe(), []);
  await booth.close();
});

test("at a booth a lot that is scanned while the weight has the focus is chosen, and what a scale types there is the weight", async () => {
  const booth = await dockside.phone("shop");
  const lots = [];
  for (const [supplier, amount] of [["示例肉联甲", "100"], ["示例肉联乙", "50"]]) {
    lots.push(await entered(booth, supplier, amount));
  }
  await booth.open("#/sell");
  const weight = booth.page.locator("input[name=quantity]");
  for (const [lot, typed] of [[lots[0], "2.48"], [lots[1], "13.52"], [lots[0], "1.05"]]) {
    await weight.focus();
    await booth.scan(lot);
    await booth.shows(new RegExp(lot.slice(2)), "#app > p[role=status]");
    assert.equal(await weight.inputValue(), "");
    // A scale's weight comes as fast as a code, and its Enter signs.
    await weight.focus();
    await booth.scan(typed);
    await booth.see(`已签名：分割猪肉 ${typed} 千克`);
  }
  const sold = (await booth.items()).filter(({ claims: { type } }) => type === "sell").map(({ claims: { moves: [{ lot, quantity }] } }) => [lot, quantity]);
  assert.deepEqual(sold, [[lots[0], "2.48"], [lots[1], "13.52"], [lots[0], "1.05"]]);
  await booth.close();
});
