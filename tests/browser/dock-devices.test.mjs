// Devices that join and end: one without a network is added by the code on its screen, one whose key was ended says so.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CHAIN, Dockside } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";

const { draft } = await workbench("drafts");
const joining = await workbench("joining");

let dockside;
before(async () => {
  dockside = await Dockside.begin();
});
after(() => dockside?.end());

const ownerOf = async (kid) => (await fetch(`${dockside.url}/v1/keys/${kid}/owner`)).json();

test("a device whose network went away shows its request, an admin's camera takes it, and it works once it has a network", async () => {
  const admin = await dockside.phone("shop", "admin");
  const fresh = await dockside.stranger();
  await fresh.page.goto(`${dockside.url}/join#${await dockside.invite("shop", "clerk")}`);
  await fresh.page.waitForSelector("#accept");
  await fresh.offline(true);
  await fresh.press("#accept");
  await fresh.page.waitForSelector(".codes svg");
  await fresh.see("请管理人员打开“设备”，扫这个登记码");
  assert.deepEqual(await fresh.axe(), []);
  const kid = (await fresh.text("#app code")).trim();
  const request = await fresh.page.getAttribute(".codes", "data-text");

  await admin.open("#/devices");
  await admin.scan(request);
  await admin.see("无网络的设备");
  await admin.shows(new RegExp(kid.slice(0, 8)));
  await admin.page.locator("label", { hasText: "司机" }).click();
  await admin.press("#approve");
  await admin.itemIs("add_key");
  const { party, role, sites } = await ownerOf(kid);
  assert.deepEqual([party, role, sites], [CHAIN.shop.party, "driver", [CHAIN.shop.site]]);

  await fresh.offline(false);
  await fresh.press("#to-workbench");
  await fresh.ready("home");
  await fresh.gone(/等待管理人员批准/);
  await Promise.all([admin.close(), fresh.close()]);
});

test("an invitation that could not be answered for want of a network is answered when it is back", async () => {
  const fresh = await dockside.stranger();
  await fresh.page.goto(`${dockside.url}/join#${await dockside.invite("shop", "clerk")}`);
  await fresh.page.waitForSelector("#accept");
  await fresh.offline(true);
  await fresh.press("#accept");
  await fresh.page.waitForSelector(".codes svg");
  const kid = (await fresh.text("#app code")).trim();
  await fresh.offline(false);
  await fresh.press("#to-workbench");
  await fresh.ready("home");
  await fresh.see(`核对密钥前八位：${kid.slice(0, 8)}`);
  // What it waits for is said, and nothing else: it was not refused anything.
  await fresh.gone(/签名不是可登录的密钥所作|没有取到/);
  await fresh.pressWords("出示登记码");
  await fresh.ready("request");
  await fresh.page.waitForSelector(".codes svg");
  for (let tries = 0; tries < 100; tries += 1) {
    if (await dockside.ledger.approve(kid).then(() => true, () => false)) break;
    await fresh.page.waitForTimeout(50);
  }
  await fresh.open();
  await fresh.see("数据截至");
  await fresh.close();
});

test("an admin without a network takes a request, and the approval is sent when the network is back", async () => {
  const admin = await dockside.phone("shop", "admin");
  await admin.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const phone = await dockside.ledger.newDevice();
  const { deviceRequest } = await workbench("joining");
  const request = await deviceRequest(phone.signer, { log: "zhejiang.example/log", party: CHAIN.shop.party });
  await admin.open("#/outbox");
  await admin.offline(true);
  await admin.open("#/devices");
  await admin.see("没有网络：看不到已登记的设备");
  await admin.scan(request);
  await admin.see("无网络的设备");
  await admin.press("#approve");
  await admin.itemIs("add_key", ["pending", "sent"]);
  await admin.offline(false);
  await admin.itemIs("add_key");
  assert.equal((await ownerOf(phone.signer.kid)).role, "clerk");
  await admin.close();
});

test("a phone whose key was ended says so on its first screen, and signs nothing more", async () => {
  const shop = await dockside.phone("shop");
  await dockside.ledger.register(draft("revoke_key", { key: shop.kid, reason: "lost" }));
  await shop.open();
  await shop.see("本机密钥已吊销，不能再签名");
  await shop.open("#/check");
  await shop.press("#sign");
  await shop.page.locator("#said", { hasText: "本机密钥已吊销" }).waitFor();
  assert.deepEqual(await shop.items(), []);
  // It stays so without a question to the server.
  await shop.open();
  await shop.see("用新邀请码加入");
  assert.deepEqual(await shop.axe(), []);
  await shop.close();
});

test("a driver's phone, which has no desk to be refused, is told as well", async () => {
  const driver = await dockside.phone("carrier", "driver");
  await dockside.ledger.register(draft("revoke_key", { key: driver.kid, reason: "lost" }));
  await driver.open();
  await driver.see("本机密钥已吊销，不能再签名");
  await driver.close();
});

/** Joins with a browser of a kind; what the page says, and in which order the browser was asked. */
async function joinedIn(setup) {
  const phone = await dockside.stranger();
  await phone.context.addInitScript(setup);
  await phone.page.goto(`${dockside.url}/join#${await dockside.invite("shop", "clerk")}`);
  await phone.press("#accept");
  await phone.page.waitForSelector("#to-workbench");
  const told = [await phone.text(), await phone.page.evaluate(() => globalThis.askedFor)];
  await phone.close();
  return told;
}

test("who joins is told how the key is kept, and the browser is asked to keep it before it is made", async () => {
  const [good, order] = await joinedIn(() => {
    globalThis.askedFor = [];
    navigator.storage.persisted = async () => false;
    navigator.storage.persist = async () => {
      globalThis.askedFor.push("persist");
      return true;
    };
    const make = crypto.subtle.generateKey.bind(crypto.subtle);
    crypto.subtle.generateKey = (...words) => {
      globalThis.askedFor.push("key");
      return make(...words);
    };
  });
  assert.match(good, /密钥由浏览器保管，网页也读不出来/);
  assert.match(good, /浏览器承诺不自行清除本机数据/);
  assert.deepEqual(order, ["persist", "key"]);
  const [poor] = await joinedIn(() => {
    navigator.storage.persisted = async () => false;
    navigator.storage.persist = async () => false;
    crypto.subtle.generateKey = () => Promise.reject(new DOMException("no Ed25519", "NotSupportedError"));
  });
  assert.match(poor, /浏览器不支持 Ed25519：密钥存在本机数据库里，保护较弱/);
  assert.match(poor, /浏览器可能在空间不足或长期不用时清除本机数据，密钥会丢失/);
  assert.doesNotMatch(poor, /网页也读不出来|承诺不自行清除/);
});

test("a clerk whose key is for two sites goes from one to the other by the name on the first screen, and one with one site has no such link", async () => {
  const [party, first, second] = [CHAIN.shop.party, CHAIN.shop.site, "S-330421-1000014"];
  await dockside.ledger.register(draft("register_site", { site: second, party, kind: "shop", name: "示例二号店", county: "330421", open: true }));
  const { code } = await joining.invite(dockside.ledger.desk, { party, sites: [first, second], role: "clerk", label: "两店手机" });
  const phone = await dockside.stranger();
  await phone.page.goto(`${dockside.url}/join#${joining.readCode(code).toLowerCase()}`);
  await phone.press("#accept");
  await phone.page.waitForSelector("#to-workbench");
  await dockside.ledger.approve((await phone.text("#app code")).trim());
  await phone.open();
  await phone.see("数据截至");
  await phone.picture("two-sites");
  assert.deepEqual(await phone.axe(), []);
  await phone.press("#sites");
  await phone.pressWords("示例二号店");
  await phone.shows(/示例二号店/, "h1");
  await phone.close();
  const clerk = await dockside.phone("shop");
  assert.equal(await clerk.page.locator("#sites").count(), 0);
  await clerk.close();
});
