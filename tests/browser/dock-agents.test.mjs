// A village acts for a smallholder who has no phone: what comes for them, what is packed, counted and checked for them says so
// on the phone, in the daybook, by whose the goods are, in the trace and on the page that a buyer reads.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, now, today } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";

const drafts = await workbench("drafts");
const PICTURE = { name: "a.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64") };
const SMALLHOLDER = "NH-330421-1000014";
const PLOT = "S-330421-1000014";
const FOR_THEM = "代 示例老李";

let dockside;
before(async () => {
  dockside = await Dockside.begin();
  const body = { party: SMALLHOLDER, kind: "smallholder", county: "330421", person: { name: "示例农户" }, agent: CHAIN.farm.party };
  await dockside.ledger.register(drafts.draft("register_party", body));
  await dockside.ledger.register(drafts.draft("register_site", { site: PLOT, party: SMALLHOLDER, kind: "farm", name: "示例三组", county: "330421", open: true }));
});
after(() => dockside?.end());

/** Goods on their way from the shop to the farm. */
async function sent(lot) {
  const shop = await dockside.device("shop");
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: today(), origin: CHAIN.farm.county };
  const entered = await shop.say(drafts.enter([{ lot, quantity: "10", uom: "KGM", info }], { received_on: today() }));
  const lines = [...drafts.linesOf(entered).values()].map((of) => ({ of, quantity: "10" }));
  const dispatch = await shop.say(drafts.dispatch(lines, { ...dockside.manifest("YD-BACK"), consignee: CHAIN.farm.site, departs_at: now() }));
  return { dispatch, lots: [lot] };
}

/** Keeps the smallholder's consent on the phone. */
async function consented(phone) {
  await phone.open("#/agents");
  await phone.page.locator(".photos input").setInputFiles(PICTURE);
  await phone.see("照片 1");
  await phone.fill("农户代码", SMALLHOLDER);
  await phone.fill("称呼", "示例老李");
  await phone.press("#sign");
  await phone.see(FOR_THEM);
}

/** Presses the signature and waits for the record, which names the smallholder and has the hash of their consent. */
async function signed(phone, type, consent) {
  await phone.press("#sign");
  await phone.ready("done");
  await phone.see(FOR_THEM);
  const item = await phone.itemIs(type);
  assert.equal(item.claims.body.on_behalf_of, SMALLHOLDER, type);
  if (consent) assert.deepEqual(item.claims.blobs, [consent]);
  return item;
}

test("an agent receives, packs, counts and checks for a smallholder, and every record, book, trace and page says so", async () => {
  const shipment = await sent("t/FOR-THEM");
  const phone = await dockside.phone("farm");
  await consented(phone);
  await phone.receiveAll(shipment);
  await phone.pick("替谁办", SMALLHOLDER);
  const received = await signed(phone, "receive");
  const [consent] = received.claims.blobs;
  assert.equal(consent.class, "personal");
  await phone.open("#/owners");
  await phone.shows(/示例老李 10/);

  await phone.open("#/transform");
  await phone.pressWords("包装");
  await phone.pick("替谁办", SMALLHOLDER);
  await phone.page.locator(".pick", { hasText: "FOR-THEM" }).locator("input[type=checkbox]").check();
  await phone.fill("数量（千克）", "4");
  await phone.pick("食品类别", "leafy_vegetable");
  await phone.page.getByLabel("数量", { exact: true }).fill("4");
  await phone.press("#reckon");
  // The receipt says that they are kept aside: that is told, and whoever goes on all the same presses again.
  await phone.page.locator("#said", { hasText: "请再按一次" }).waitFor();
  await phone.press("#reckon");
  const packed = await signed(phone, "transform", consent);
  const lot = packed.claims.moves.find(({ op }) => op === "in").lot;

  await phone.open("#/count");
  await phone.pick("替谁办", SMALLHOLDER);
  await signed(phone, "count", consent);
  await phone.open("#/check");
  await phone.pick("替谁办", SMALLHOLDER);
  await phone.fill("哪个场所", PLOT);
  const { claims: checked } = await signed(phone, "inspect", consent);
  assert.deepEqual(checked.about, [`site/${PLOT}`]);
  await phone.open("#/store");
  await phone.shows(/还没有登记过自查/);

  await phone.open("#/book");
  await phone.page.waitForSelector("[data-from=server]");
  await phone.shows(new RegExp(`FOR-THEM.* 代 ${SMALLHOLDER}`, "s"), "#book");
  assert.deepEqual(await phone.axe(), []);

  const { tree } = await dockside.ledger.desk.json("GET", `/v1/lots/${lot}/trace`);
  assert.deepEqual([tree.word.en, tree.on_behalf_of], ["packing", SMALLHOLDER]);
  await phone.page.goto(`${dockside.url}/${lot}`);
  const stops = await phone.page.locator("p:has(.who)").allTextContents();
  assert.deepEqual(stops.map((said) => said.includes(SMALLHOLDER)), [false, false, true, true], stops.join("\n"));
  await phone.close();
});

test("rows of a table that say for whom are signed with the consent that is kept here, and not without", async () => {
  const table = (name, more) => ({ name, mimeType: "text/csv", buffer: Buffer.from(`批次码,食品类别,名称,数量,生产日期,代办对象\n${more}`) });
  const row = (lot, whom) => `${lot},叶菜,青菜,2公斤,${today()},${whom}\n`;
  const phone = await dockside.phone("farm");
  const choose = async (file) => {
    await phone.open("#/import");
    await phone.page.setInputFiles("#table", file);
    await phone.shows(/待签 \d/, "#looked");
  };
  await choose(table("坏.csv", row("TB-0", CHAIN.shop.party)));
  await phone.shows(/登记里没有委托本主体代办/, "#faults");
  await phone.open("#/agents");
  if (await phone.page.getByRole("button", { name: "不再代办" }).count()) await phone.pressWords("不再代办");
  await phone.gone(/代 示例老李/);
  await choose(table("好.csv", row("TB-1", SMALLHOLDER)));
  await phone.press("#sign");
  await phone.page.locator("#said", { hasText: "委托书" }).waitFor();
  assert.equal((await phone.items()).length, 0, "nothing is signed without consent");
  await consented(phone);
  await choose(table("好.csv", row("TB-1", SMALLHOLDER)));
  await phone.press("#sign");
  await phone.page.locator('#looked[data-signed="1"]').waitFor();
  const { claims } = await phone.itemIs("create");
  assert.deepEqual([claims.body.on_behalf_of, claims.blobs.map((one) => one.class)], [SMALLHOLDER, ["personal"]]);
  await phone.close();
});

test("a lot that was brought in for a smallholder leads to their certificate, which nobody signs in the agent's name", async () => {
  const phone = await dockside.phone("farm");
  await phone.open("#/agents");
  if (!(await phone.page.getByRole("button", { name: "不再代办" }).count())) await consented(phone);
  const info = { class: "leafy_vegetable", made_on: today(), origin: CHAIN.farm.county };
  const farm = await dockside.device("farm");
  await farm.say(drafts.create("harvest", [{ lot: "t/OURS-1", quantity: "10", uom: "KGM", info: { ...info, name: "本社的菜" } }]));
  await farm.say(drafts.create("harvest", [{ lot: "t/THEIRS-1", quantity: "10", uom: "KGM", info: { ...info, name: "老李的菜" } }], { on_behalf_of: SMALLHOLDER }));
  await phone.open();
  const card = phone.page.locator("section", { hasText: "缺证明" }).locator("li.card", { hasText: "老李的菜" }).locator("a.button");
  assert.match(await card.getAttribute("href"), /^#\/promise\//);
  await phone.open("#/held");
  assert.match(await phone.page.locator("li.card", { hasText: "老李的菜" }).locator("a.button").getAttribute("href"), /^#\/promise\//);
  await phone.page.locator("li.card", { hasText: "老李的菜" }).locator("a.button").click();
  await phone.ready("promise");
  const whom = phone.page.getByLabel("替谁办");
  assert.equal(await whom.inputValue(), SMALLHOLDER);
  const refused = () => phone.page.locator("#said", { hasText: "有别的主体生产的批次" }).waitFor();
  const ours = phone.page.locator(".pick", { hasText: "OURS-1" }).locator("input");
  await ours.check();
  await phone.press("#sign");
  await refused();
  await phone.page.evaluate(() => (document.getElementById("said").textContent = ""));
  await ours.uncheck();
  await phone.pick("替谁办", "");
  await phone.press("#sign");
  await refused();
  assert.deepEqual(await phone.items(), []);
  await phone.pick("替谁办", SMALLHOLDER);
  await phone.press("#sign");
  const { claims } = await phone.itemIs("certify");
  assert.deepEqual([claims.body.issuer_party, claims.about], [SMALLHOLDER, ["lot/t/THEIRS-1"]]);
  await phone.open("#/promise");
  await ours.check();
  await phone.page.waitForFunction(() => document.querySelector("[name=on_behalf_of]").value === "");
  await phone.close();
});
