// A dock without a network: both sides sign, the pages open and close, and everything is sent when the network is back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, now } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";

const { create, linesOf, receive } = await workbench("drafts");
const { partsOf } = await workbench("qr-sequence");
const { modulesOf } = await workbench("qr-code");

let dockside;
before(async () => {
  dockside = await Dockside.begin();
});
after(() => dockside?.end());

/** What the screen shows, part by part, as the other phone's camera reads it. */
async function partsOn(phone) {
  const texts = new Set();
  const total = Number((await phone.text(".count")).split("/")[1]);
  for (let tries = 0; texts.size < total && tries < 4 * total; tries += 1) {
    texts.add(await phone.page.getAttribute(".codes", "data-text"));
    if (total > 1) await phone.page.click("#next-part");
  }
  assert.equal(texts.size, total);
  return [...texts];
}

/** Waits until the phone keeps the pages for when there is no network. */
const keepsPages = (phone) => phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

test("without a network on both sides a dispatch goes from screen to camera, both sign, and both send later", async (context) => {
  const source = await dockside.device("farm");
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: "2026-11-20", origin: CHAIN.farm.county };
  const lots = Array.from({ length: 5 }, (_, at) => ({ lot: `t/OFF-${at + 1}`, quantity: "20", uom: "KGM", info }));
  await source.say(create("harvest", lots));
  const [farm, shop] = [await dockside.phone("farm"), await dockside.phone("shop")];
  await Promise.all([keepsPages(farm), keepsPages(shop)]);
  await Promise.all([farm.offline(true), shop.offline(true)]);

  // The pages open without a network, and say so.
  await Promise.all([farm.open("#/dispatch"), shop.open()]);
  await shop.see("没有网络，可以照常办");
  for (const at of [0, 1, 2]) await farm.page.locator(".pick input[type=checkbox]").nth(at).check();
  await farm.fill("收货场所", CHAIN.shop.site);
  await farm.press("#review");
  // This phone never looked that site up: its county is asked for, by name, and nothing is claimed to be kept.
  await farm.page.locator("#said", { hasText: "请填写它在哪个县" }).waitFor();
  assert.equal((await farm.items()).length, 0);
  await farm.fill("收货场所在哪个县", "青浦区");
  await farm.press("#review");
  await farm.page.waitForSelector("#sign");
  await farm.shows(/卸货县上海市青浦区/);
  await farm.see("现在不能核对证明");
  await farm.press("#sign");
  await farm.ready("waybill");
  await farm.pressWords("出示交接码");
  await farm.ready("show");
  const parts = await partsOn(farm);
  context.diagnostic(`${parts.length} codes for three lots`);

  await shop.open("#/receive");
  for (const text of parts) await shop.scan(text);
  await shop.page.waitForFunction(() => /#\/receive\/.{43}$/.test(location.hash) && document.querySelector("#review"));
  for (const lot of ["t/OFF-3", "t/OFF-1", "t/OFF-2"]) await shop.scan(lot);
  await shop.see("3/3");
  await shop.press("#review");
  await shop.press("#sign");
  await shop.ready("done");
  await shop.see(/待发送|已发出/);
  await shop.pressWords("出示交接码");
  await shop.ready("show");
  const receipt = await partsOn(shop);

  await farm.open("#/receive");
  for (const text of receipt) await farm.scan(text);
  await farm.ready("waybill");
  // Whose key it is cannot be asked here: it is not called signed for before somebody can.
  await farm.see("对方出示了签收（扫其屏幕所得），密钥待联网核对");

  // Closed and opened again, nothing is lost; what was received can be sold before anything is recorded.
  await shop.open("#/outbox");
  await shop.see(/待发送|已发出/);
  await shop.open("#/held");
  await shop.see("OFF-1");

  // The receiver's half comes first: it is kept until the sender's is there.
  await shop.offline(false);
  await shop.itemIs("receive", ["parked"]);
  await farm.offline(false);
  await farm.itemIs("dispatch");
  await shop.open("#/outbox");
  await shop.press("text=现在发送");
  const { id, claims } = await shop.itemIs("receive");
  assert.equal(claims.moves.length, 3);
  const answer = await fetch(`${dockside.url}/v1/records/${id}`);
  assert.equal(answer.status, 200);
  await Promise.all([farm.close(), shop.close()]);
});

test("what is asked of the server is never answered with an old answer", async () => {
  const shop = await dockside.phone("shop");
  await keepsPages(shop);
  await shop.open();
  await shop.offline(true);
  const told = await shop.page.evaluate(async (site) => {
    const answer = await fetch(`/v1/sites/${site}`).catch((error) => error.name);
    const kept = await caches.keys();
    const paths = (await Promise.all(kept.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat();
    return { answer: answer instanceof Response ? answer.status : answer, paths };
  }, CHAIN.shop.site);
  assert.equal(told.answer, "TypeError");
  assert.ok(told.paths.some((path) => /\/(?:bundle|dock)\/main\.js$/.test(path)));
  assert.deepEqual(told.paths.filter((path) => path.startsWith("/v1/")), []);
  assert.ok(told.paths.some((path) => path.endsWith("zxing_reader.wasm")));
  assert.ok(told.paths.some((path) => path.endsWith("dock/divisions.json")), "counties are asked for by name without a network");
  await shop.close();
});

test("what cannot be done without a network is not said to be kept; what is signed is", async () => {
  const driver = await dockside.phone("carrier", "driver");
  await keepsPages(driver);
  await driver.open("#/carry");
  await driver.offline(true);
  await driver.scan(`${dockside.url}/w/${"A".repeat(43)}`);
  await driver.page.locator("#said", { hasText: "没有网络，没有办成。请扫发货方屏幕上的交接码" }).waitFor();
  await driver.open("#/site");
  await driver.shows(/没有网络，没有办成/);
  await driver.gone(/已存在本机/);
  await driver.close();
  const shop = await dockside.phone("shop");
  await keepsPages(shop);
  await shop.open("#/receive");
  await shop.offline(true);
  await shop.scan(`${dockside.url}/w/${"A".repeat(43)}`);
  await shop.page.locator("#said", { hasText: "没有网络，没有办成。请扫对方屏幕上的交接码" }).waitFor();
  await shop.open("#/check");
  await shop.press("#sign");
  await shop.itemIs("inspect", ["pending", "sent"]);
  await shop.open("#/outbox");
  await shop.shows(/连不上服务器；已存在本机，联网后自动发送/);
  await shop.close();
});

test("the decoder works without a network", async () => {
  const shop = await dockside.phone("shop");
  await keepsPages(shop);
  await shop.open();
  await shop.offline(true);
  await shop.open("#/input");
  const picture = await shop.page.evaluate(async (modules) => {
    const size = (modules.length + 8) * 6;
    const canvas = new OffscreenCanvas(size, size);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, size, size);
    pen.fillStyle = "#000";
    modules.forEach((row, y) => row.forEach((dark, x) => dark && pen.fillRect((x + 4) * 6, (y + 4) * 6, 6, 6)));
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  }, modulesOf("06901234567892"));
  await shop.page.locator(".scan input[type=file]").setInputFiles({ name: "code.png", mimeType: "image/png", buffer: Buffer.from(picture) });
  await shop.page.waitForFunction(() => document.querySelector('input[name="code"]').value === "06901234567892");
  await shop.close();
});

test("a receipt that somebody else signed, or one of another waybill, is no receipt of the goods that were sent", async () => {
  const source = await dockside.device("farm");
  const { dispatch } = await dockside.sent(source, 1, "STOLEN");
  const foreign = await dockside.sent(source, 1, "FOREIGN");
  const [carrier, shop] = [await dockside.device("carrier"), await dockside.device("shop")];
  const farm = await dockside.phone("farm");
  const shownBy = async (device, of) => {
    const [line] = linesOf(of).values();
    const item = await device.outbox.add(receive([{ of: line, sent: "10" }], { dispatch: of.id, at: now(), check: "accept" }), device.who);
    await farm.open("#/receive");
    for (const text of await partsOf(item.text, device.key.jwk.x)) await farm.scan(text);
  };
  // Whoever drives may have signed for the goods himself.
  await shownBy(carrier, dispatch);
  await farm.page.locator("#said", { hasText: "签收的不是这张运单的收货场所" }).waitFor();
  await farm.open(`#/waybill/${dispatch.id}`);
  await farm.gone(/对方已签收|对方出示了/);
  // A waybill that this site did not send.
  await farm.context.route("**/desk", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    return route.fulfill({ response: answer, json: { ...body, outgoing: body.outgoing.filter(({ id }) => id !== foreign.dispatch.id) } });
  });
  await farm.open();
  await farm.see("YD-STOLEN");
  await farm.gone(/YD-FOREIGN/);
  await shownBy(shop, foreign.dispatch);
  await farm.page.locator("#said", { hasText: "这是另一张运单的二维码" }).waitFor();
  // That of the shop itself is one.
  await shownBy(shop, dispatch);
  await farm.see("对方已签收（扫其屏幕所得）");
  await farm.close();
});
