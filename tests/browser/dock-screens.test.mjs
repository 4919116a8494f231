// Every screen of the workbench: what it takes to do a thing, how soon it is there, whether everybody can use it, and how
// much has to be loaded for it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { get } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { CHAIN, Dockside, today } from "./dock.mjs";

/** What a page may load in all as gzip, but for the WebAssembly of the decoder. */
const GZIP_BYTES_MAX = 150 * 1024;
const PICTURE = { name: "a.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64") };

/** What the server sends to a browser that takes gzip, or Brotli: the bytes on the wire. */
const packed = (url, encoding) =>
  new Promise((resolve, reject) => {
    const take = (answer) => {
      assert.equal(answer.headers["content-encoding"], encoding, url);
      assert.match(answer.headers.vary ?? "", /accept-encoding/i);
      const parts = [];
      answer.on("data", (part) => parts.push(part)).on("end", () => resolve(Buffer.concat(parts))).on("error", reject);
    };
    get(url, { headers: { "accept-encoding": encoding } }, take).on("error", reject);
  });

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

test("scripts are at most 150 KB as gzip without the decoder's WebAssembly, and never change under their address", async (context) => {
  const page = await fetch(`${dockside.url}/workbench`);
  const policy = page.headers.get("content-security-policy");
  for (const part of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'", "frame-ancestors 'none'"]) assert.ok(policy.includes(part), policy);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
  const worker = await (await fetch(`${dockside.url}/workbench/worker.js`)).text();
  const told = JSON.parse(/^const TOLD = (.*);$/m.exec(worker)[1]);
  let [size, brotli] = [0, 0];
  let all = "";
  for (const path of told.files) {
    const answer = await fetch(`${dockside.url}/workbench/${told.version}/${path}`);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get("cache-control"), /immutable/);
    const type = answer.headers.get("content-type");
    assert.match(type, path.endsWith(".wasm") ? /^application\/wasm$/ : path.endsWith(".css") ? /^text\/css/ : path.endsWith(".json") ? /^application\/json/ : /^text\/javascript/, path);
    const whole = await answer.text();
    if (!path.endsWith(".js")) continue;
    const [gz, br] = await Promise.all(["gzip", "br"].map((encoding) => packed(`${dockside.url}/workbench/${told.version}/${path}`, encoding)));
    assert.equal(gunzipSync(gz).toString(), whole, path);
    assert.equal(brotliDecompressSync(br).toString(), whole, path);
    size += gz.length;
    brotli += br.length;
    all += whole;
  }
  size += (await packed(`${dockside.url}/workbench/worker.js`, "gzip")).length;
  context.diagnostic(`${told.files.length} files, ${(size / 1024).toFixed(1)} KB of scripts as gzip, ${(brotli / 1024).toFixed(1)} KB as Brotli`);
  assert.ok(told.files.includes("vendor/zxing_reader.wasm"));
  // All screens are among what was weighed, and the decoder.
  for (const words of ["扫运单二维码，或发货方屏幕上的交接码", "检验不合格、送无害化的数量", "没有库存可测", "在哪里买的", "没有可用的读数", "每几天自查一次", "zxing_reader.wasm"]) assert.ok(all.includes(words), words);
  assert.ok(size <= GZIP_BYTES_MAX, `${size} bytes`);
  assert.equal((await fetch(`${dockside.url}/workbench/${"A".repeat(16)}/dock/main.js`)).status, 404);
  assert.equal((await fetch(`${dockside.url}/workbench/${told.version}/page/check.js`)).status, 404);
});

test("goods of a supplier who is not enrolled are entered in at most 12 presses and fields", async (context) => {
  const shop = await dockside.phone("shop");
  shop.countFromNow();
  await shop.open();
  await shop.press('.doings a[href="#/enter"]');
  await shop.fill("供货者", "示例菜农");
  await shop.fill("供货者地址", "示例县示例镇");
  await shop.fill("供货者联系方式", "0570-0000000");
  await shop.pick("食品类别", "leafy_vegetable");
  await shop.fill("数量", "35.5");
  await shop.fill("保质期至", "2099-01-01");
  await shop.fill("规格", "5千克一箱");
  await shop.pressWords("供货者许可证");
  await shop.pressWords("进货凭证");
  shop.presses += 1;
  await shop.page.locator(".photos input").setInputFiles(PICTURE);
  await shop.see("照片 1");
  await shop.press("#sign");
  const { claims } = await shop.itemIs("enter");
  context.diagnostic(`${shop.presses} presses and fields`);
  assert.ok(shop.presses <= 12);
  assert.deepEqual(claims.body.checked, ["licence", "voucher"]);
  assert.equal(claims.blobs.length, 1);
  assert.deepEqual(claims.body.supplier, { name: "示例菜农", address: "示例县示例镇", contact: "0570-0000000" });
  // All that a purchase ledger has to say (食品安全法 art. 53) is among them; the name is that of the class unless another is typed.
  assert.deepEqual(claims.body.lots.map(({ name, spec, made_on, best_before }) => [name, spec, made_on, best_before]), [["叶菜", "5千克一箱", today(), "2099-01-01"]]);
  // The next time it is a template: fewer still.
  shop.countFromNow();
  await shop.open("#/enter");
  await shop.pressWords("叶菜 · 示例菜农");
  await shop.fill("数量", "20");
  await shop.press("#sign");
  await shop.ready("done");
  assert.ok(shop.presses <= 3);
  const entered = (await shop.items()).filter(({ claims: { type } }) => type === "enter");
  assert.deepEqual(entered.at(-1).claims.body.supplier, claims.body.supplier, "this phone knows who that is");
  await shop.close();
});

test("a farm makes a lot, notes what it sprayed, promises, tests, cuts, counts, checks itself and disposes of the rest", async () => {
  const phone = await dockside.phone("farm");
  await phone.open("#/make");
  await phone.pick("食品类别", "tomato");
  await phone.fill("数量", "100");
  await phone.press("#sign");
  await phone.itemIs("create");
  await phone.open("#/promise");
  await phone.first();
  await phone.see("未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标。");
  await phone.press("#sign");
  const promise = await phone.itemIs("certify");
  assert.deepEqual(promise.claims.body.detail.farm_certificate, { form: "producer", basis: ["control"] });
  await phone.open("#/test");
  await phone.first();
  await phone.pressWords("合格");
  await phone.press("#sign");
  await phone.page.locator("#said", { hasText: "请拍下报告" }).waitFor();
  await phone.page.locator(".photos input").setInputFiles(PICTURE);
  await phone.see("照片 1");
  await phone.press("#sign");
  await phone.ready("done");
  assert.equal((await phone.itemIs("certify")).claims.body.kind, "rapid_test");
  await phone.open("#/transform");
  await phone.first();
  await phone.fill("数量（千克）", "10");
  await phone.pick("食品类别", "tomato");
  await phone.page.getByLabel("数量", { exact: true }).fill("9");
  await phone.press("#reckon");
  await phone.see("出品率 90.0%；损耗 1 千克");
  await phone.press("#sign");
  await phone.itemIs("transform");
  for (const [screen, type] of [["count", "count"], ["check", "inspect"]]) {
    await phone.open(`#/${screen}`);
    await phone.press("#sign");
    await phone.itemIs(type);
  }
  await phone.open("#/dispose");
  await phone.first();
  await phone.fill("数量（千克）", "1");
  await phone.pressWords("变质");
  await phone.press("#sign");
  await phone.itemIs("dispose");
  await phone.open("#/input");
  const said = { 名称: "示例农药", 在哪里买的: "示例农资店", 用法: "喷雾", 用量: "10 mL", 地块: "3号棚", 安全间隔期: "7" };
  for (const [label, text] of Object.entries(said)) await phone.fill(label, text);
  await phone.press("#sign");
  await phone.itemIs("use_input");
  await phone.open("#/promise");
  // Nobody said of which plot the lots are.
  await phone.see("说不准间隔期的用药，请核对：示例农药（3号棚）");
  await phone.close();
});

test("a difference is noted with its amount, and the sender settles it", async () => {
  const shop = await dockside.phone("shop");
  const sender = await dockside.phone("farm");
  const { lots, dispatch } = await dockside.sent(farm, 2, "DIFFER");
  await shop.open(`#/receive/${dispatch.id}`);
  await shop.page.waitForSelector("#review");
  for (const lot of lots) await shop.scan(lot);
  await shop.page.locator("button.line").first().click();
  await shop.pressWords("短少");
  await shop.fill("其中多少", "2.5");
  await shop.pressWords("记下差异");
  await shop.see("1 行有差异");
  await shop.press("#review");
  // Without papers the server says more than the tray does; what is signed is the graver of both.
  await shop.page.waitForSelector('[data-judged="by-server"]');
  const told = await shop.text();
  for (const words of ["暂存待查", "有差异的行：1", "缺承诺达标合格证"]) assert.ok(told.includes(words), words);
  await shop.press("#sign");
  const { claims, op_id } = await shop.itemIs("receive");
  for (const screen of ["done", "show"]) {
    await shop.open(`#/${screen}/${op_id}`);
    assert.deepEqual(await shop.axeInBoth(), [], screen);
  }
  assert.equal(claims.body.check, "hold");
  assert.deepEqual(claims.body.differences.map(({ short }) => short), ["2.5"]);
  await sender.open();
  await sender.see("需要处理的差异");
  await sender.page.locator("a.button", { hasText: "处理" }).first().click();
  await sender.ready("settle");
  assert.deepEqual(await sender.axeInBoth(), []);
  await sender.pressWords("已灭失");
  await sender.press("#sign");
  await sender.itemIs("settle");
  await sender.open();
  await sender.see("数据截至");
  await sender.gone(/需要处理的差异/);
  await Promise.all([shop.close(), sender.close()]);
});

test("a driver picks up by the waybill's code, notes temperatures by hand and from a logger's file, and delivers", async () => {
  const [clerk, driver] = [await dockside.phone("farm"), await dockside.phone("carrier", "driver")];
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: "2026-11-20", origin: CHAIN.farm.county };
  const { create } = await import("../../static/workbench/drafts.js");
  await farm.say(create("harvest", [{ lot: "t/CARRY-1", quantity: "10", uom: "KGM", info }]));
  await clerk.open();
  await clerk.see("CARRY-1");
  await clerk.press('.doings a[href="#/dispatch"]');
  await clerk.page.locator(".pick", { hasText: "CARRY-1" }).locator("input[type=checkbox]").check();
  await clerk.fill("收货场所", CHAIN.shop.site);
  await clerk.pressWords("承运人");
  await clerk.fill("承运人的统一社会信用代码", CHAIN.carrier.party);
  await clerk.pressWords("车辆、封签、温度");
  await clerk.fill("车牌", "浙F12345");
  await clerk.fill("最高温度", "8");
  await clerk.press("#review");
  await clerk.press("#sign");
  const { id, claims } = await clerk.itemIs("dispatch");
  assert.equal(claims.body.carrier, CHAIN.carrier.party);
  // The square on the paper brings the plate, whose digest is signed.
  await clerk.ready("waybill");
  await clerk.shows(/\/w\/.{43}\?v=/);
  const [, plate] = /\/w\/.{43}\?v=([\w-]+)/.exec(await clerk.text());
  assert.deepEqual(JSON.parse(Buffer.from(plate, "base64url")).at(-1), { plate: "浙F12345", colour: "2" });
  await driver.open("#/carry");
  await driver.scan(`${dockside.url}/w/${id}`);
  await driver.see("提货");
  await driver.page.locator("details[open]", { hasText: "提货" }).getByLabel("温度 ℃").fill("3.5");
  await driver.page.locator("details[open]", { hasText: "提货" }).locator("button").click();
  await driver.itemIs("pick_up");
  await driver.open(`#/carry/${id}`);
  await driver.see("温度在要求范围内");
  const at = new Date(Date.now() + 8 * 3_600_000 - 60_000).toISOString().slice(0, 16).replace("T", " ");
  const file = Buffer.from(`序号,时间,温度(℃)\r\n1,${at},４．２\r\n2,${at.slice(0, 10)} 99:00,4\r\n`);
  await driver.page.locator("label", { hasText: "导入记录仪文件" }).locator("xpath=following-sibling::input").setInputFiles({ name: "示例.csv", mimeType: "text/csv", buffer: file });
  await driver.see("1 行读不出");
  await driver.pressWords("签名登记");
  const { claims: observed } = await driver.itemIs("observe");
  assert.equal(observed.body.sensors[0].readings[0][1], "4.2");
  await driver.open(`#/carry/${id}`);
  await driver.page.locator("details[open]", { hasText: "送达" }).locator("button").click();
  await driver.itemIs("deliver");
  await Promise.all([clerk.close(), driver.close()]);
});

test("switching the language empties nothing that is half filled in without a second press", async () => {
  const shop = await dockside.phone("shop");
  await shop.open("#/enter");
  await shop.fill("供货者地址", "示例县");
  await shop.press("#lang");
  await shop.page.locator("#said", { hasText: "换语言会清空正在填的内容" }).waitFor();
  assert.equal(await shop.page.getByLabel("供货者地址").inputValue(), "示例县");
  await shop.press("#lang");
  await shop.page.locator("h1", { hasText: "Goods entered" }).waitFor();
  // Where nothing was filled in, one press does.
  await shop.press("#lang");
  await shop.page.locator("h1", { hasText: "进货登记" }).waitFor();
  await shop.close();
});

test("every screen in both languages has no fault that axe finds, and none is wider than the phone", async () => {
  await dockside.sent(farm, 3, "AXE");
  const admin = await dockside.phone("shop", "admin");
  const screens = ["", "receive", "dispatch", "in", "enter", "make", "input", "papers", "promise", "test", "sell", "transform", "carry", "store", "check", "count", "dispose", "held", "outbox", "devices", "site", "book", "vehicles"];
  const look = async (name, wanted) => {
    assert.deepEqual(await admin.axe(), [], name);
    assert.ok(await admin.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is too wide`);
    const hans = /[\u4e00-\u9fff]/.test((await admin.text("#app h1")) ?? "");
    if (name !== "") assert.equal(hans, wanted === "zh", `${name} in ${wanted}`);
  };
  for (const language of ["zh", "en"]) {
    for (const name of screens) {
      await admin.open(`#/${name}`);
      await admin.ready(name || "home");
      await look(name, language);
    }
    await admin.open();
    await admin.page.waitForSelector("#receive-first");
    await admin.press("#receive-first");
    await admin.page.waitForSelector("button.line");
    await look("tray", language);
    await admin.page.locator("button.line").first().click();
    await look("sheet", language);
    await admin.page.keyboard.press("Escape");
    await admin.page.evaluate(() => document.querySelector("dialog")?.close());
    await admin.scan("t/AXE-01");
    await admin.press("#review");
    await admin.page.waitForSelector("#sign");
    await look("review", language);
    if (language === "zh") {
      await admin.press("#lang");
      await admin.page.waitForFunction(() => document.documentElement.lang === "en");
    }
  }
  for (const path of ["/join", `/join#${await dockside.invite("shop")}`]) {
    const stranger = await dockside.stranger({ locale: "en-GB" });
    await stranger.page.goto(dockside.url + path);
    await stranger.ready("join");
    assert.deepEqual(await stranger.axe(), [], path);
    await stranger.close();
  }
  await admin.close();
});

test("a program that was built without the joined scripts loads them one by one", async () => {
  const phone = await dockside.phone("shop", "clerk", { serviceWorkers: "block" });
  const asked = new Set();
  phone.page.on("request", (request) => asked.add(request.url().split("/").slice(-2).join("/")));
  await phone.context.route(/\/workbench(?:#.*)?$/, async (route) => {
    const answer = await route.fetch();
    return route.fulfill({ response: answer, body: (await answer.text()).replaceAll("bundle/main.js", "dock/main.js").replaceAll(/<link rel="modulepreload"[^>]*>/g, "") });
  });
  await phone.open("#/receive");
  await phone.ready("receive");
  for (const script of ["dock/main.js", "dock/receive.js", "workbench/tray.js", "verify/record.js"]) assert.ok(asked.has(script), script);
  assert.deepEqual([...asked].filter((path) => path.startsWith("bundle/")), []);
  await phone.close();
});
