// A store that keeps goods for others: its filing, its zones and what they read, whose goods lie there, self-checks that come due;
// and every new screen in both languages as everybody can use it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, now, today } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";

const { draft, linesOf, receive, create } = await workbench("drafts");
const STORE = { party: "91330421MA2B100046", kind: "warehouse", site: "S-330421-1000047", place: "warehouse", county: "330421" };
const DAY_S = 86_400;

let dockside;
let keeper;
const premises = (more) => draft("register_site", { site: STORE.site, party: STORE.party, kind: STORE.place, name: "示例冷库", county: STORE.county, open: true, ...more });
before(async () => {
  dockside = await Dockside.begin();
  CHAIN.store = STORE;
  const { ledger } = dockside;
  await ledger.register(draft("register_party", { party: STORE.party, kind: STORE.kind, name: "示例仓储有限公司", county: STORE.county }));
  await ledger.register(premises({}));
  keeper = await dockside.device("store");
});
after(() => dockside?.end());

const refused = async (phone, words) => {
  await phone.page.locator("#said", { hasText: words }).waitFor({ timeout: 8000 }).catch(async () => assert.fail(`not “${words}” but “${await phone.text("#said")}”`));
};

test("a store without a filing is told so, and its first self-check is asked for", async () => {
  const phone = await dockside.phone("store");
  await phone.open();
  await phone.see("仓储备案号没有登记");
  await phone.see("还没有登记过自查");
  await phone.open("#/store");
  await phone.see("30 个工作日内备案");
  await phone.open("#/zones");
  await phone.see("登记里没有温区");
  await phone.press("#sign");
  await refused(phone, "请至少填一个温区的温度");
  await phone.close();
});

test("zones are those of the enrolment; a reading outside its range is an alarm on the first screen, and an overdue self-check is one", async () => {
  await dockside.ledger.register(premises({ filing: { number: "示例仓备〔2026〕1号", filed_on: "2026-03-02" }, zones: [{ zone: "冷冻1", temp_max_c: "-18" }, { zone: "冷藏1", temp_min_c: "0", temp_max_c: "4" }] }));
  await keeper.say(draft("inspect", { mode: "self_check", at: now() - 12 * DAY_S, passed: true }, { about: [`site/${STORE.site}`] }));
  const phone = await dockside.phone("store");
  await phone.open();
  await phone.see("自查已逾期 5 天");
  await phone.see("冷冻1、冷藏1：一天内没有读数");
  await phone.open("#/store");
  await phone.see("仓储备案：示例仓备〔2026〕1号，2026-03-02");
  await phone.open("#/zones");
  await phone.see("~ -18 ℃");
  await phone.page.getByLabel("冷冻1 温度 ℃").fill("-180");
  await phone.press("#sign");
  await refused(phone, "温度应在 -80 到 100 ℃ 之间");
  await phone.page.getByLabel("冷冻1 温度 ℃").fill("-12.5");
  await phone.page.getByLabel("冷藏1 温度 ℃").fill("３．５");
  await phone.press("#sign");
  await phone.ready("done");
  const { claims } = await phone.itemIs("observe");
  assert.equal(claims.body.sensors.length, 1);
  await phone.open();
  await phone.see("冷冻1 -12.5 ℃，超出温区要求");
  await phone.gone(/一天内没有读数/);
  await phone.press("#overdue");
  await phone.ready("check");
  await phone.press("#sign");
  await phone.itemIs("inspect");
  await phone.open();
  await phone.see("数据截至");
  await phone.gone(/逾期/);
  await phone.close();
});

test("a zone's logger file is read with its faults by row", async () => {
  const phone = await dockside.phone("store");
  await phone.open("#/zones");
  await phone.page.locator("summary", { hasText: "导入记录仪文件" }).first().click();
  const at = new Date(Date.now() + 8 * 3_600_000 - 120_000).toISOString().slice(0, 16).replace("T", " ");
  const file = (text) => ({ name: "库.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  const input = phone.page.locator("label", { hasText: "导入记录仪文件" }).first().locator("xpath=following-sibling::input");
  await input.setInputFiles(file("甲,乙\r\n1,2\r\n"));
  await refused(phone, "认不出列名");
  const rows = file(`时间,温度\r\n${at},-19.5\r\n2099-01-01 00:00,-19\r\n坏的,-19\r\n`);
  await input.setInputFiles(rows);
  await phone.shows(/1 个读数晚于现在（到 2099-01-01 00:00），不会登记.*1 行读不出/);
  await phone.page.getByLabel("记录仪编号").fill("库-1");
  const signs = () => phone.page.locator("button", { hasText: "签名登记" }).first().click();
  await signs();
  const { claims } = await phone.itemIs("observe");
  assert.deepEqual([claims.body.zone, claims.body.sensors[0].device, claims.body.sensors[0].readings.map(([, temp]) => temp)], ["冷冻1", "库-1", ["-19.5"]]);
  // The same readings are signed once.
  await phone.gone(/1 行读不出/);
  await input.setInputFiles({ ...rows, name: "库(1).csv" });
  await phone.see("1 行读不出");
  await signs();
  await phone.page.locator("#said", { hasText: "以前已签名" }).waitFor();
  assert.equal((await phone.items()).filter(({ claims: { type } }) => type === "observe").length, 1);
  await phone.close();
});

test("goods lie there by owner; what came is told as it was accepted, what left as it was sent, by day and month, with totals of each owner", async () => {
  const farm = await dockside.device("farm");
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: today(), origin: "330421" };
  const made = await farm.say(create("harvest", [{ lot: "t/OWNER-1", quantity: "10", uom: "KGM", info }, { lot: "t/OWNER-2", quantity: "7", uom: "KGM", info }]));
  const [one, two] = linesOf(made).values();
  const out = (n, { lot, of }, quantity) => ({ n, op: "out", lot, of, uom: "KGM", quantity });
  const dispatch = (waybill, to, moves) => draft("dispatch", { ...dockside.manifest(waybill), consignee: to.site, unload_county: to.county, load_county: STORE.county }, { moves });
  const sent = await farm.say(dispatch("YD-OWNER", STORE, [out(1, { lot: one.lot, of: [one.record, one.n] }, "10")]));
  // What was sent and never came is in no book of the store.
  await farm.say(dispatch("YD-NEVER", STORE, [out(1, { lot: two.lot, of: [two.record, two.n] }, "7")]));
  const [line] = linesOf(sent).values();
  const short = { short: "4", damaged: "0", refused: "0", reason: "other" };
  const received = await keeper.say(receive([{ of: line, sent: "10", ...short }], { dispatch: sent.id, at: now(), check: "accept" }));
  const [held] = linesOf(received).values();
  await keeper.say(dispatch("YD-ON", CHAIN.shop, [out(1, { lot: held.lot, of: [held.record, held.n] }, "2.5")]));
  const phone = await dockside.phone("store");
  await phone.open("#/owners");
  await phone.see("示例farm有限公司 3.5 千克");
  await phone.page.waitForSelector("[data-from=server]");
  await phone.shows(/出入库，按货主.*示例farm有限公司.*进 6 千克 · 出 2\.5 千克/s, "#book");
  await phone.shows(/OWNER-1.*6 千克.*YD-OWNER.*OWNER-1.*2\.5 千克.*YD-ON/s, "#book");
  assert.doesNotMatch(await phone.text("#book"), /YD-NEVER|OWNER-2|10 千克/);
  assert.ok(await phone.page.locator("#print").isVisible());
  assert.deepEqual(await phone.axe(), []);
  await phone.picture("owners");
  await phone.page.emulateMedia({ media: "print" });
  assert.ok(!(await phone.page.getByText("按货主", { exact: true }).isVisible()), "the paper has the book alone");
  await phone.page.emulateMedia({ media: "screen" });
  await phone.pressWords("一个月");
  await phone.shows(/\d{4}-\d\d-01 — .*进 6 千克 · 出 2\.5 千克/s, "#book");
  await phone.page.getByLabel("哪天").fill("2026-01-05");
  await phone.shows(/2026-01-01 — 2026-01-31.*没有记录/s, "#book");
  // Till and purchase ledger have what they had: what was received, and no sale.
  await phone.open("#/book");
  await phone.page.waitForSelector("[data-from=server]");
  await phone.shows(/食品进货台账.*6 千克.*共 1 行/s, "#book");
  await phone.open("#/book/sold");
  await phone.page.waitForSelector("[data-from=server]");
  await phone.shows(/销售日结.*没有记录/s, "#book");
  await phone.close();
});

test("a new label that lengthens shelf life is refused before signing, with why", async () => {
  const farm = await dockside.device("farm");
  await farm.say(create("production", [{ lot: "t/LABEL-1", quantity: "5", uom: "KGM", info: { class: "tofu", name: "示例豆腐", made_on: today(), best_before: today(), origin: "330421" } }]));
  const phone = await dockside.phone("farm");
  await phone.open("#/transform");
  await phone.page.locator(".pick", { hasText: "LABEL-1" }).locator("input[type=checkbox]").check();
  await phone.pressWords("换标");
  await phone.pick("食品类别", "tofu");
  await phone.page.getByLabel("数量", { exact: true }).fill("5");
  await phone.page.getByLabel("保质期至").first().fill("2099-01-01");
  await phone.press("#reckon");
  await refused(phone, "不得延长保质期");
  assert.deepEqual((await phone.items()).filter(({ claims }) => claims.type === "transform"), []);
  await phone.close();
});

test("goods that are relabelled keep the day on which they were made, with or without a shelf life", async () => {
  const farm = await dockside.device("farm");
  const lots = [["t/KEEP-1", undefined], ["t/KEEP-2", "2099-12-30"]].map(([lot, best_before]) => ({ lot, quantity: "5", uom: "KGM", info: { class: "tofu", name: "示例豆腐", made_on: "2026-11-03", ...(best_before ? { best_before } : {}), origin: "330421" } }));
  await farm.say(create("production", lots));
  const phone = await dockside.phone("farm");
  for (const { lot, info } of lots) {
    await phone.open("#/transform");
    await phone.page.locator(".pick", { hasText: lot.slice(2) }).locator("input[type=checkbox]").check();
    await phone.pressWords("换标");
    assert.ok(!(await phone.page.locator("input[name=made_on]").isVisible()));
    await phone.pick("食品类别", "tofu");
    await phone.page.getByLabel("数量", { exact: true }).fill("5");
    await phone.press("#reckon");
    await phone.press("#sign");
    await phone.ready("done");
    const { claims } = await phone.itemIs("transform");
    assert.deepEqual([claims.body.lots[0].made_on, claims.body.lots[0].best_before], ["2026-11-03", info.best_before]);
  }
  await phone.close();
});

test("every new screen in both languages has no fault that axe finds, and none is wider than the phone", async () => {
  const admin = await dockside.phone("store", "admin");
  const screens = ["", "in", "intake", "agents", "certificate/product_quarantine", "certificate/animal_quarantine", "certificate/meat_inspection", "certificate/test_report", "certificate/farm_certificate", "certificate/customs", "certificate/bulk_liquid_permit", "certificate/cleaning_certificate", "import", "sample", "log", "vehicles", "book", "store", "zones", "owners", "promise", "outbox"];
  for (const language of ["zh", "en"]) {
    for (const name of screens) {
      await admin.open(`#/${name}`);
      await admin.ready(name.split("/")[0] || "home");
      if (name === "intake") {
        await admin.press("#add-owner");
        await admin.page.locator("#ear-tags").fill("133042100000001\n1");
      }
      await admin.page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
      assert.deepEqual(await admin.axe(), [], `${name} in ${language}`);
      assert.ok(await admin.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is too wide in ${language}`);
      if (name !== "") assert.equal(/[\u4e00-\u9fff]/.test(await admin.text("#app h1")), language === "zh", `${name} in ${language}`);
      if (process.env.SHISU_TEST_SHOTS) await admin.page.screenshot({ path: `${process.env.SHISU_TEST_SHOTS}/${name.replace("/", "-") || "home"}-${language}.png`, fullPage: true });
    }
    if (language === "zh") {
      await admin.press("#lang");
      await admin.page.waitForFunction(() => document.documentElement.lang === "en");
    }
  }
  await admin.close();
});

test("joining in Chinese has no fault that axe finds, from the invitation to the key", async () => {
  for (const path of ["/join", `/join#${await dockside.invite("store")}`]) {
    const stranger = await dockside.stranger();
    await stranger.page.goto(dockside.url + path);
    await stranger.ready("join");
    await stranger.shows(/加入/, "#app h1");
    assert.deepEqual(await stranger.axe(), [], path);
    if (path.includes("#")) {
      await stranger.press("#accept");
      await stranger.page.waitForSelector("#to-workbench");
      assert.deepEqual(await stranger.axe(), [], "after joining");
    }
    await stranger.close();
  }
});
