// What comes in with papers: animals for slaughter with owners and ear tags, certificates by those who may issue them and by those
// who may not, and records that are signed for a smallholder. Each is admitted by a real ledger.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, today } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";

const { draft } = await workbench("drafts");
const PICTURE = { name: "a.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64") };
const MORE = {
  slaughter: { party: "91330421MA2B10001W", kind: "slaughterhouse", site: "S-330421-1000014", place: "slaughter_line", county: "330421" },
  vets: { party: "11330421MB0X10002C", kind: "animal_health", site: "S-330421-1000022", place: "office", county: "330421" },
  lab: { party: "91330421MA2B100033", kind: "lab", site: "S-330421-1000039", place: "laboratory", county: "330421" },
};
const SMALLHOLDER = "NH-330421-1000014";
const STRANGER = "NH-330421-1000022";
const tag = (n, first = "1") => `${first}330421${String(n).padStart(8, "0")}`;

let dockside;
before(async () => {
  dockside = await Dockside.begin();
  Object.assign(CHAIN, MORE);
  const { ledger } = dockside;
  for (const [name, { party, kind, site, place, county }] of Object.entries(MORE)) {
    await ledger.register(draft("register_party", { party, kind, name: `示例${name}`, county }));
    await ledger.register(draft("register_site", { site, party, kind: place, name: `示例${name}`, county, open: true }));
  }
  for (const [party, agent] of [[SMALLHOLDER, CHAIN.farm.party], [STRANGER, undefined]]) {
    const body = { party, kind: "smallholder", county: "330421", person: { name: "示例农户" } };
    await ledger.register(draft("register_party", agent ? { ...body, agent } : body));
  }
});
after(() => dockside?.end());

const photo = async (phone, place = ".photos input") => {
  await phone.page.locator(place).setInputFiles(PICTURE);
  await phone.see("照片 1");
};
const refused = async (phone, words) => {
  await phone.page.locator("#said", { hasText: words }).waitFor({ timeout: 8000 }).catch(async () => assert.fail(`not “${words}” but “${await phone.text("#said")}”`));
};
const all = async (phone, type) => (await phone.items()).filter(({ claims }) => claims.type === type).sort((a, b) => a.claims.seq - b.claims.seq);
/** Waits until all of a type are recorded. */
const recorded = async (phone, type, count) => {
  for (let tries = 0; tries < 200; tries += 1) {
    const items = await all(phone, type);
    if (items.length === count && items.every(({ state }) => state === "accepted")) return items;
    await phone.page.waitForTimeout(50);
  }
  return assert.fail(JSON.stringify((await phone.items()).map(({ claims, state, refusal }) => [claims.type, state, refusal])));
};

test("animals of two owners come for slaughter with their ear tags; what does not agree is said before anything is signed", async () => {
  const phone = await dockside.phone("slaughter");
  await phone.open("#/intake");
  await phone.press("#sign");
  await refused(phone, "请填写");
  await phone.page.getByLabel("货主（供货者）").fill("示例农户甲");
  await phone.page.getByLabel("头数", { exact: true }).first().fill("0");
  await phone.press("#sign");
  await refused(phone, "头数是 1 以上的整数");
  await phone.page.getByLabel("头数", { exact: true }).first().fill("2");
  await phone.press("#add-owner");
  await phone.page.getByLabel("货主 2").fill("示例农户乙");
  await phone.page.getByLabel("头数", { exact: true }).nth(1).fill("1");
  await phone.page.locator("summary:visible", { hasText: "联系方式、地址、主体代码" }).nth(1).click();
  await phone.page.getByLabel("货主的主体代码").nth(1).fill("91330421");
  await phone.press("#sign");
  await refused(phone, "主体代码写法不对");
  await phone.page.getByLabel("货主的主体代码").nth(1).fill(CHAIN.farm.party.toLowerCase());
  await phone.fill("检疫证明编号", "3300000001");
  await phone.fill("证上头数", "3");
  await phone.fill("签发机构", "示例县动物卫生监督所");
  const list = [tag(1), tag(1), tag(2).slice(1), tag(3, "2"), tag(4)].join("\n");
  await phone.page.locator("#ear-tags").fill(list);
  await phone.see("2 个耳标号，证上 3 头，2 行有误");
  await phone.see("与第 1 行重复，只算一个");
  await phone.see("畜种与所填的类别不符");
  await phone.press("#sign");
  await refused(phone, "耳标号清单有 2 行有误");
  // A file takes its place: as tables in China are often saved, in GBK, with a heading and two tags too few.
  const gbk = Buffer.concat([Buffer.from([0xb6, 0xfa, 0xb1, 0xea, 0xba, 0xc5]), Buffer.from(`\r\n${tag(1)}\r\n${tag(2)}\r\n`)]);
  await phone.page.locator("#ear-tags-file").setInputFiles({ name: "ear.csv", mimeType: "text/csv", buffer: gbk });
  await phone.see("2 个耳标号，证上 3 头");
  await phone.press("#sign");
  await refused(phone, "请拍下检疫证明");
  await photo(phone);
  await phone.press("#sign");
  await refused(phone, "数目不符");
  assert.deepEqual(await phone.items(), []);
  await phone.page.locator("#ear-tags").fill([tag(1), tag(2)].join("\n"));
  // A scanner is heard where nothing is typed: each tag is listed once, however often it is scanned.
  await phone.page.locator("#sign").focus();
  for (const one of [tag(3), tag(3), tag(1)]) {
    await phone.scan(one);
    await phone.see("3 个耳标号");
  }
  await refused(phone, "这个耳标已在清单里");
  assert.equal(await phone.page.locator("#ear-tags").inputValue(), [tag(1), tag(2), tag(3)].join("\n"));
  await phone.press("#sign");
  await phone.ready("done");
  const entered = await recorded(phone, "enter", 2);
  const [paper] = await recorded(phone, "certify", 1);
  assert.deepEqual(entered.map(({ claims }) => [claims.body.supplier.name, claims.moves[0].quantity, claims.moves[0].uom]), [["示例农户甲", "2", "HEA"], ["示例农户乙", "1", "HEA"]]);
  assert.deepEqual(paper.claims.about, entered.map(({ claims }) => `lot/${claims.moves[0].lot}`));
  assert.equal(paper.claims.body.certified, "3");
  assert.deepEqual(paper.claims.body.detail.quarantine.ear_tags, [tag(1), tag(2), tag(3)]);
  assert.equal(paper.claims.body.standing, "transcribed");
  const lots = entered.map(({ claims }) => claims.moves[0].lot.split("/").at(-1));
  // Another phone of the site learns it from the records; while it cannot, it asks.
  const other = await dockside.phone("slaughter");
  await other.context.route(/open=trade/, (route) => route.abort());
  await chosenForSlaughter(other, lots.slice(1));
  await refused(other, "现在查不到进场时的货主");
  await other.context.unroute(/open=trade/);
  for (const one of [phone, other]) {
    await chosenForSlaughter(one, lots);
    await refused(one, "不同货主的分开屠宰");
  }
  await slaughtered(other, lots);
  await Promise.all([phone.close(), other.close()]);
});

async function chosenForSlaughter(phone, lots) {
  await phone.open("#/transform");
  await phone.pressWords("屠宰");
  for (const lot of lots) await phone.page.locator(".pick", { hasText: lot }).locator("input[type=checkbox]").check();
  await phone.pick("食品类别", "pork_carcass");
  await phone.page.locator("input[name=quantity]").fill("80");
  await phone.press("#reckon");
}

/** One owner's animals at a time, and the record says whose they were; parts that were condemned are rendered with it. */
async function slaughtered(phone, [own, owned]) {
  const row = (lot) => phone.page.locator(".pick", { hasText: lot }).locator("input[type=checkbox]");
  const rowWords = (lot) => phone.page.locator(".pick", { hasText: lot }).textContent();
  assert.match(await rowWords(own), /货主 示例农户甲/);
  assert.match(await rowWords(owned), new RegExp(`货主 示例农户乙 ${CHAIN.farm.party}`));
  await row(own).uncheck();
  await phone.page.locator("[name=parts]").fill("3.5");
  await phone.press("#reckon");
  await phone.see(`代宰，货主 ${CHAIN.farm.party}`);
  await phone.see("另有 3.5 千克送无害化");
  await phone.see("每头出 80 千克");
  await phone.picture("slaughter");
  await phone.press("#sign");
  await phone.ready("done");
  const { claims, id } = await phone.itemIs("transform");
  assert.equal(claims.body.owner, CHAIN.farm.party);
  assert.deepEqual(claims.moves.map(({ op, quantity, uom }) => [op, quantity, uom]), [["out", "1", "HEA"], ["in", "80", "KGM"], ["in", "3.5", "KGM"]]);
  assert.deepEqual(claims.body.lots.map((one) => one.class), ["pork_carcass", "pork_offal"]);
  const { claims: disposed } = await phone.itemIs("dispose");
  assert.deepEqual([disposed.body.reason, disposed.body.method, disposed.moves[0].of, disposed.moves[0].quantity], ["condemned", "rendered", [id, 3], "3.5"]);
}

test("an Excel file and a list with rounded numbers are refused with what to do", async () => {
  const phone = await dockside.phone("slaughter");
  await phone.open("#/intake");
  await phone.page.locator("#ear-tags-file").setInputFiles({ name: "a.xlsx", mimeType: "text/csv", buffer: Buffer.from("PK\u0003\u0004") });
  await refused(phone, "另存为 CSV");
  await phone.page.locator("#ear-tags").fill("1.33042E+14");
  await phone.see("科学计数");
  await phone.close();
});

test("an official vet issues a quarantine certificate for goods elsewhere; form B does not cross into another province", async () => {
  const phone = await dockside.phone("vets");
  await phone.open("#/certificate");
  await phone.scan("t/PORK-1");
  await phone.see("t/PORK-1");
  await phone.pick("哪种证明", "product_quarantine");
  await phone.fill("证书编号", "产品A-0001");
  await phone.pressWords("产品B（省内）");
  await phone.fill("产品名称", "猪胴体");
  await phone.pressWords("有效天数、到达地");
  for (const none of ["鼓楼区", "没有县", "999999"]) {
    await phone.fill("到达县", none);
    await phone.press("#sign");
    await refused(phone, "没有这个县，或有几个同名");
  }
  await phone.fill("到达县", "青浦区");
  await phone.press("#sign");
  await refused(phone, "应当开 A 证");
  await phone.pressWords("产品A（跨省）");
  await phone.pressWords("数量、有效期、签字人");
  await phone.fill("官方兽医", "示例兽医");
  await phone.press("#sign");
  await phone.ready("done");
  const { claims } = await phone.itemIs("certify");
  assert.equal(claims.body.standing, "issued");
  assert.equal(claims.body.issuer_party, MORE.vets.party);
  assert.deepEqual(claims.body.detail.quarantine, { form: "product_a", template: 2026, subject: "猪胴体", origin: "330421", destination: "310118", valid_days: 7 });
  assert.deepEqual(claims.body.person, { name: "示例兽医" });
  await phone.close();
});

test("a slaughterhouse issues its meat inspection certificate and types off a quarantine one, which it may not issue", async () => {
  const phone = await dockside.phone("slaughter");
  await phone.open("#/certificate/meat_inspection");
  await phone.press("#sign");
  await refused(phone, "请填写");
  await phone.fill("证书编号", "肉检-0001");
  await phone.pressWords("数量、有效期、签字人");
  await phone.fill("检验员", "示例检验员");
  await phone.press("#sign");
  await refused(phone, "请先选择或扫描批次");
  // The sign button has the focus now, so a scanner is heard.
  await phone.scan("t/PORK-1");
  await phone.see("t/PORK-1");
  await phone.press("#sign");
  await phone.ready("done");
  const { claims } = await phone.itemIs("certify");
  assert.equal(claims.body.detail.meat_inspection.slaughtered_on, today());
  assert.equal(claims.body.detail.meat_inspection.items.length, 6);
  await phone.open("#/certificate/product_quarantine");
  await phone.see("由有权的机构签发");
  assert.equal(await phone.page.getByText("本主体签发").count(), 0);
  await phone.close();
});

test("a laboratory issues a report item by item; a failed item makes a passing report wrong, and a shop confirms it at its source", async () => {
  const phone = await dockside.phone("lab", "clerk", { desk: false });
  await phone.open("#/certificate/test_report");
  await phone.scan("t/LEAF-1");
  await phone.see("t/LEAF-1");
  await phone.fill("证书编号", "JC-0001");
  await phone.pressWords("合格");
  await phone.fill("检验依据", "GB 2763-2021");
  await phone.press("#add-item");
  await phone.fill("检验项目 1", "毒死蜱");
  await phone.press("#sign");
  await refused(phone, "请填写“毒死蜱”的结果");
  await phone.fill("检验结果", "0.05 mg/kg");
  await phone.page.locator("fieldset", { hasText: "判定" }).getByText("不合格").click();
  await phone.press("#sign");
  await refused(phone, "结论不能是合格");
  await phone.page.locator("fieldset", { hasText: "判定" }).getByText("合格", { exact: true }).click();
  await phone.press("#sign");
  await phone.ready("done");
  const { claims } = await phone.itemIs("certify");
  assert.deepEqual(claims.body.detail.test.items, [{ name: "毒死蜱", result: "0.05 mg/kg", passed: true }]);
  await phone.close();
  const shop = await dockside.phone("shop");
  await shop.open("#/certificate/test_report");
  await shop.scan("t/LEAF-1");
  await shop.see("t/LEAF-1");
  await shop.pressWords("已向来源核实");
  await shop.fill("证书编号", "JC-0001");
  await shop.fill("签发机构", "示例检测");
  await shop.pressWords("合格");
  await shop.fill("向谁核实", "示例检测报告平台");
  await shop.fill("检验依据", "GB 2763-2021");
  await shop.press("#sign");
  await shop.ready("done");
  const { claims: confirmed } = await shop.itemIs("certify");
  assert.equal(confirmed.body.confirmed.source, "示例检测报告平台");
  await shop.close();
});

test("nobody acts for a smallholder without consent and enrolment; what is signed says for whom and has the hash of the consent", async () => {
  const phone = await dockside.phone("farm");
  await phone.open("#/agents");
  await phone.fill("农户代码", "NH-330421-1000015");
  await phone.press("#sign");
  await refused(phone, "农户代码写法不对");
  await phone.fill("农户代码", STRANGER);
  await phone.fill("称呼", "示例老张");
  await phone.press("#sign");
  await refused(phone, "没有委托不能代办");
  await photo(phone);
  await phone.press("#sign");
  await refused(phone, "没有委托本主体代办");
  await phone.fill("农户代码", SMALLHOLDER);
  await phone.press("#sign");
  await phone.see("代 示例老张");
  await phone.open("#/make");
  await phone.pick("替谁办", SMALLHOLDER);
  await phone.pick("食品类别", "tomato");
  await phone.fill("数量", "30");
  await phone.press("#sign");
  await phone.see("代 示例老张");
  const { claims: made } = await phone.itemIs("create");
  assert.equal(made.body.on_behalf_of, SMALLHOLDER);
  assert.deepEqual(made.blobs.map((one) => one.class), ["personal"]);
  await phone.open("#/promise");
  await phone.page.locator(".pick input[type=checkbox]").first().check();
  await phone.pick("替谁办", SMALLHOLDER);
  await phone.press("#sign");
  const { claims: promised } = await phone.itemIs("certify");
  assert.equal(promised.body.issuer_party, SMALLHOLDER);
  assert.equal(promised.blobs[0].hash, made.blobs[0].hash);
  await phone.open("#/input");
  await phone.pick("替谁办", SMALLHOLDER);
  const said = { 名称: "示例农药", 在哪里买的: "示例农资店", 用法: "喷雾", 用量: "10 mL", 地块: "1号棚", 安全间隔期: "7" };
  for (const [label, text] of Object.entries(said)) await phone.fill(label, text);
  await phone.press("#sign");
  const { claims: used } = await phone.itemIs("use_input");
  assert.equal(used.body.on_behalf_of, SMALLHOLDER);
  assert.equal(used.blobs[0].hash, made.blobs[0].hash);
  await phone.open("#/outbox");
  await phone.see("代 示例老张");
  assert.equal(await phone.page.locator(".card", { hasText: "代 示例老张" }).count(), 3);
  await phone.close();
});

test("what another device used on a plot keeps its goods from being promised until the days are over, and says where that is known from", async () => {
  const other = await dockside.device("farm");
  const day = (days) => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
  const use = { kind: "pesticide", source: "示例农资店", usage: "喷雾", dose: "10 mL" };
  await other.say(draft("use_input", { ...use, name: "示例长效农药", plot: "9号棚", from: day(-2), until: day(-1), interval_days: 7 }));
  await other.say(draft("use_input", { ...use, name: "示例不明农药", plot: "8号棚", from: day(-2), until: day(-1) }));
  const lot = (code) => ({ n: 1, class: "tomato", name: `示例番茄${code}`, made_on: today(), origin: "330421" });
  for (const [code, plot] of [["PLOT-9", "9号棚"], ["PLOT-8", "8号棚"], ["PLOT-7", "7号棚"], ["PLOT-0", undefined]]) {
    await other.say(draft("create", { how: "harvest", lots: [lot(code)], plot }, { moves: [{ n: 1, op: "in", lot: `t/${code}`, uom: "KGM", quantity: "5" }] }));
  }
  const phone = await dockside.phone("farm");
  await phone.open("#/promise");
  const only = async (code) => {
    for (const box of await phone.page.locator(".pick input[type=checkbox]:checked").all()) await box.uncheck();
    await phone.page.locator(".pick", { hasText: code }).locator("input").check();
  };
  await only("PLOT-9");
  await phone.see("间隔期未满，不能承诺");
  await phone.press("#sign");
  await refused(phone, "间隔期未满，不能承诺：示例长效农药");
  await only("PLOT-8");
  await phone.see("说不准间隔期");
  await only("PLOT-0");
  await phone.see("示例长效农药（9号棚）");
  await only("PLOT-7");
  await phone.see("没有未满的用药记录");
  await phone.shows(/服务器上本场所的用药记录/, "#interval-source");
  await phone.press("#sign");
  await phone.itemIs("certify");
  await phone.close();
});
