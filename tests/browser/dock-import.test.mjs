// Tables that are imported at the desk: faults by row and column, one press for all of it, and the same file once more.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, today } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";
import { shisu } from "../workbench/ledger.mjs";

const { create, draft, linesOf } = await workbench("drafts");

let dockside;
before(async () => {
  dockside = await Dockside.begin();
});
after(() => dockside?.end());

/** Chinese as Excel of many desks writes it: GBK, by the table of the decoder itself. */
const GBK = (() => {
  const bytes = new Map();
  const decoder = new TextDecoder("gbk");
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const char = trail === 0x7f ? "" : decoder.decode(new Uint8Array([lead, trail]));
      if (char.length === 1 && char !== "\ufffd") bytes.set(char, [lead, trail]);
    }
  }
  return (text) => Buffer.from([...text].flatMap((char) => (char.charCodeAt(0) < 0x80 ? [char.charCodeAt(0)] : bytes.get(char))));
})();

const table = (name, text, encode = GBK) => ({ name, mimeType: "text/csv", buffer: encode(text) });

/** Chooses a file and waits until it was looked at. */
async function choose(phone, file) {
  await phone.page.setInputFiles("#table", file);
  await phone.page.waitForFunction(() => document.querySelector("#looked .note:not(:empty)") && document.querySelector("#looked").textContent !== "…");
}
const kind = (phone, words) => phone.page.locator("fieldset", { hasText: "什么表" }).getByText(words, { exact: true }).click();
const signed = async (phone, count) => {
  await phone.press("#sign");
  await phone.page.locator(`#looked[data-signed="${count}"]`).waitFor();
};
const recorded = async (phone, type, count) => {
  for (let tries = 0; tries < 200; tries += 1) {
    const items = (await phone.items()).filter(({ claims }) => claims.type === type);
    if (items.length === count && items.every(({ state }) => state === "accepted")) return items;
    await phone.page.waitForTimeout(50);
  }
  return assert.fail(JSON.stringify((await phone.items()).map(({ claims, state, refusal }) => [claims.type, state, refusal])));
};

const ENTERED = `供货者,品名,类别,批次号,数量,生产日期,进货日期\n示例菜农甲,青菜,叶菜,IM-1,12.5公斤,${today()},${today()}\n示例菜农乙,番茄,番茄,IM-2,３０斤,${today()},${today()}\n`;

test("a GBK table with faults tells them by cell and signs nothing; the mended one is signed with one press, and never twice", async () => {
  const phone = await dockside.phone("shop");
  await phone.open("#/in");
  await phone.press('#app a[href="#/import"]');
  await phone.ready("import");
  assert.deepEqual(await phone.axeInBoth(), []);
  await kind(phone, "进货");
  assert.match(await phone.page.getAttribute('#app a[href$="template.csv"]', "href"), /imports\/enter/);
  await choose(phone, table("坏.csv", ENTERED.replace("12.5公斤", "一些").replace("示例菜农乙", "").replace(`${today()}\n`, "昨天\n")));
  const rows = await phone.page.locator("#faults tbody tr").allInnerTexts();
  assert.deepEqual(rows.map((row) => row.split("\t").slice(0, 2)), [["E2", "数量"], ["G2", "进货日期"], ["A3", "供货者"]]);
  assert.equal(await phone.page.locator("#sign").count(), 0);
  assert.equal((await phone.items()).length, 0);

  const good = table("好.csv", ENTERED);
  await choose(phone, good);
  assert.match(await phone.text("#looked"), /2 行，错误 0 处，待签 2 条/);
  assert.match(await phone.text("#looked"), /合计 27.5 千克/);
  assert.deepEqual(await phone.axe(), []);
  await signed(phone, 2);
  const entered = await recorded(phone, "enter", 2);
  assert.deepEqual(entered.map(({ claims }) => claims.body.supplier.name).sort(), ["示例菜农甲", "示例菜农乙"].sort());

  // The same file again, and one that has a row more.
  await choose(phone, good);
  assert.match(await phone.text("#looked"), /待签 0 条，以前签过 2 条/);
  await choose(phone, table("多.csv", `${ENTERED}示例菜农甲,青菜,叶菜,IM-3,1公斤,${today()},${today()}\n`));
  assert.match(await phone.text("#looked"), /待签 1 条，以前签过 2 条/);
  await signed(phone, 1);
  await recorded(phone, "enter", 3);

  // What is sold stays sold once, although nothing in the ledger says that it came from a file.
  await kind(phone, "销售");
  const sales = table("sales.csv", `批次码,数量,销售日期\nIM-1,10,${today()}\nIM-1,2.5,${today()}\n`, Buffer.from);
  await choose(phone, sales);
  await signed(phone, 2);
  await recorded(phone, "sell", 2);
  await choose(phone, sales);
  assert.match(await phone.text("#looked"), /错误 0 处，待签 0 条，以前签过 2 条/);
  await phone.open("#/import");
  await kind(phone, "销售");
  await choose(phone, sales);
  assert.match(await phone.text("#looked"), /以前签过 2 条/, "also after the page was closed");
  await choose(phone, table("sales.csv", `批次码,数量,销售日期\nIM-1,1,${today()}\n`, Buffer.from));
  assert.match(await phone.text("#looked"), /只有|没有/);
  assert.equal((await phone.items()).filter(({ claims }) => claims.type === "sell").length, 2);
  await phone.close();
});

const sold = (rows) => table("sales.csv", `批次码,数量,销售日期\n${rows.map(([lot, much]) => `${lot},${much},${today()}\n`).join("")}`, Buffer.from);
const entered = (lot, kilograms) => table("in.csv", `供货者,品名,类别,批次号,数量,生产日期,进货日期\n示例菜农甲,青菜,叶菜,${lot},${kilograms}公斤,${today()},${today()}\n`, Buffer.from);

test("two phones of one site: what the first signed the second does not sign; signed by both without a network, it is recorded once", async () => {
  const [one, two] = [await dockside.phone("shop"), await dockside.phone("shop")];
  for (const phone of [one, two]) await phone.open("#/import");
  await kind(one, "进货");
  await choose(one, entered("TWO-1", 30));
  await signed(one, 1);
  await recorded(one, "enter", 1);
  await kind(two, "进货");
  await choose(two, entered("TWO-1", 30));
  assert.match(await two.text("#looked"), /待签 0 条，以前签过 1 条.*其中 1 条已由本场所其他设备入账/s);

  for (const phone of [one, two]) await kind(phone, "销售");
  await choose(one, sold([["TWO-1", 10], ["TWO-1", 5], ["TWO-1", 5]]));
  await signed(one, 3);
  await recorded(one, "sell", 3);
  // In another order, with one more that says the same as two others: that one is new.
  const more = sold([["TWO-1", 5], ["TWO-1", 5], ["TWO-1", 5], ["TWO-1", 10]]);
  await choose(two, more);
  assert.match(await two.text("#looked"), /错误 0 处，待签 1 条，以前签过 3 条/);

  // Both have looked, neither has a network when it signs.
  await choose(one, more);
  assert.match(await one.text("#looked"), /待签 1 条，以前签过 3 条/);
  for (const phone of [one, two]) {
    await phone.offline(true);
    await signed(phone, 1);
  }
  await one.offline(false);
  await recorded(one, "sell", 4);
  await two.offline(false);
  const late = await two.itemIs("sell", ["refused"]);
  const first = (await one.items()).filter(({ claims }) => claims.type === "sell").at(-1);
  assert.equal(late.refusal.code, "already_imported");
  assert.ok(late.refusal.zh.includes(first.id), late.refusal.zh);
  await two.open("#/outbox");
  await two.shows(/表格中的这些行已由另一条记录入账/);
  await two.press("#twice");
  await two.gone(/表格中的这些行已由另一条记录入账/);
  assert.deepEqual((await two.items()).map(({ state }) => state), []);
  for (const phone of [one, two]) await phone.close();
});

test("what a phone has signed the command line does not sign, and the other way round", async () => {
  const phone = await dockside.phone("shop");
  const { home, url } = dockside.ledger;
  const key = join(home, "shop-desk.jwk");
  const { kid } = JSON.parse(shisu("join", await dockside.invite("shop"), "--server", url, "--key", key));
  await dockside.ledger.approve(kid);
  const run = (what, { buffer }) => {
    const file = join(home, `${what}.csv`);
    writeFileSync(file, buffer);
    const state = join(home, `${what}-${Math.random()}.imported`);
    return JSON.parse(shisu("import", what, "--json", "--server", url, "--site", "JY13101180000015", "--key", key, "--state", state, file)).done;
  };
  await phone.open("#/import");
  await kind(phone, "进货");
  await choose(phone, entered("CLI-1", 20));
  await signed(phone, 1);
  await recorded(phone, "enter", 1);
  assert.deepEqual(run("enter", entered("CLI-1", 20)), { recorded: 0, already: 1, refused: [] });
  const sales = sold([["CLI-1", 4], ["CLI-1", 4]]);
  assert.deepEqual(run("sales", sales), { recorded: 2, already: 0, refused: [] });
  await kind(phone, "销售");
  await choose(phone, sales);
  assert.match(await phone.text("#looked"), /待签 0 条，以前签过 2 条/);
  await phone.close();
});

test("goods that are held or whose paper lacks are told before anything is signed, and stop nothing", async () => {
  const phone = await dockside.phone("farm");
  const farm = await dockside.device("farm");
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: today(), origin: "330421" };
  await farm.say(create("harvest", [{ lot: "t/BARE-1", quantity: "10", uom: "KGM", info }]));
  await phone.open("#/import");
  await kind(phone, "发货");
  await choose(phone, table("发货.csv", `运单号,收货场所,批次码,数量,单位\nYD-IM-1,${CHAIN.shop.site},t/BARE-1,1,公斤\n`));
  await phone.shows(/错误 0 处，待签 1 条/, "#looked");
  await phone.see("有提醒 1 处");
  await phone.shows(/C2.*批次码.*缺承诺达标合格证/s, "#faults tr.warn");
  // A cell's name stands in one line, however narrow the phone.
  const [tall, line] = await phone.page.locator("#faults tbody td").first().evaluate((cell) => {
    const words = document.createRange();
    words.selectNodeContents(cell);
    return [words.getBoundingClientRect().height, parseFloat(getComputedStyle(cell).lineHeight)];
  });
  assert.ok(tall <= line * 1.5, `${tall} px of ${line}`);
  assert.deepEqual(await phone.axe(), []);
  await phone.picture("import-warned");
  await signed(phone, 1);
  await recorded(phone, "dispatch", 1);
  await phone.close();
});

test("readings are of a leg that this device knows, or of the waybill whose link is given", async () => {
  const phone = await dockside.phone("farm");
  const farm = await dockside.device("farm");
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: today(), origin: "330421" };
  const made = await farm.say(create("harvest", [{ lot: "t/LEG-1", quantity: "10", uom: "KGM", info }]));
  const [of] = linesOf(made).values();
  const { id } = await farm.say(draft("dispatch", dockside.manifest("YD-LEG"), { moves: [{ n: 1, op: "out", lot: of.lot, of: [of.record, of.n], uom: "KGM", quantity: "1" }] }));
  await phone.open();
  await phone.see("YD-LEG");
  await phone.open("#/import");
  await kind(phone, "温度读数");
  const offered = await phone.page.locator("datalist option").evaluateAll((all) => all.map((one) => one.value));
  const known = offered.find((one) => one.startsWith("YD-LEG "));
  assert.ok(known, offered.join());
  for (const [at, about] of [known, `https://trace.example.cn/w/${id}`, `https://trace.example.cn/w/${id}?v=abc`, id].entries()) {
    await phone.fill("记录仪", `L-${at}`);
    await phone.fill("温区，或运单", about);
    await choose(phone, table("logger.csv", "时间,温度\n2026-11-20 08:00,3.5\n"));
    await phone.shows(/1 行，错误 0 处，待签 1 条/, "#looked");
  }
  await signed(phone, 1);
  const [{ claims }] = await recorded(phone, "observe", 1);
  assert.equal(claims.body.dispatch, id);
  await phone.close();
});

test("readings are imported for a zone, what is no table is said, and without a network nothing is signed", async () => {
  const phone = await dockside.phone("shop");
  await phone.open("#/import");
  await kind(phone, "温度读数");
  const logger = table("logger.csv", "时间,温度\n2026-11-20 08:00,3.5\n2026-11-21 08:00,3.6\n");
  await choose(phone, logger);
  assert.match(await phone.text("#looked"), /请填写记录仪和温区/);
  await phone.fill("记录仪", "L-1");
  await phone.fill("温区，或运单", "1号库");
  await choose(phone, logger);
  assert.match(await phone.text("#looked"), /2 行，错误 0 处，待签 2 条/);
  await signed(phone, 2);
  const [first] = await recorded(phone, "observe", 2);
  assert.deepEqual([first.claims.body.zone, first.claims.body.sensors[0].device], ["1号库", "L-1"]);
  await choose(phone, logger);
  assert.match(await phone.text("#looked"), /以前签过 2 条/);
  await kind(phone, "新批次");
  await choose(phone, table("a.csv", "甲,乙\n1,2\n"));
  assert.match(await phone.text("#looked"), /表头/);
  await choose(phone, { name: "big.csv", mimeType: "text/csv", buffer: Buffer.alloc(8 * 1024 * 1024 + 1, "x") });
  assert.match(await phone.text("#looked"), /8388608|超过|过大/);
  await phone.offline(true);
  await choose(phone, logger);
  assert.match(await phone.text("#looked"), /没有网络/);
  await phone.offline(false);
  assert.equal((await phone.items()).length, 2);
  // What is no table the server refuses with that status, which the browser notes.
  phone.complaints = phone.complaints.filter((text) => !/status of (?:400|413)/.test(text));
  await phone.close();
});
