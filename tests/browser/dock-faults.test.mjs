// What goes wrong at a dock, and what the phone says of it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { CHAIN, Dockside, now } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";

const { draft } = await workbench("drafts");
const { modulesOf } = await workbench("qr-code");
const DAY_MS = 86_400_000;

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

test("a phone whose clock is a day wrong says so, and what it signs is taken", async () => {
  const shop = await dockside.stranger();
  await shop.context.addInitScript((ahead) => {
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...words) {
        super(...(words.length === 0 ? [Real.now() + ahead] : words));
      }
      static now() {
        return Real.now() + ahead;
      }
    };
  }, DAY_MS);
  await shop.page.goto(`${dockside.url}/join#${await dockside.invite("shop")}`);
  await shop.page.click("#accept");
  await shop.page.waitForSelector("#to-workbench");
  await dockside.ledger.approve((await shop.text("#app code")).trim());
  const sent = await dockside.sent(farm, 2, "CLOCK");
  await shop.open();
  await shop.see("手机时间快了1天");
  await shop.receiveAll(sent);
  await shop.press("#sign");
  const { claims } = await shop.itemIs("receive");
  assert.ok(Math.abs(claims.iat - now()) < 300, `${claims.iat}`);
  await shop.close();
});

test("what was signed offline with a key that was revoked meanwhile is refused, and the phone says why", async () => {
  const shop = await dockside.phone("shop");
  const sent = await dockside.sent(farm, 2, "REVOKED");
  await shop.open();
  await shop.receiveAll(sent);
  await shop.offline(true);
  await shop.press("#sign");
  await shop.ready("done");
  await dockside.ledger.register(draft("revoke_key", { key: shop.kid, reason: "lost" }));
  await shop.offline(false);
  const { refusal } = await shop.itemIs("receive", ["refused"]);
  assert.equal(refusal.code, "key_revoked");
  await shop.open();
  await shop.see("1 条被拒收");
  await shop.press("text=1 条被拒收");
  await shop.see("吊销");
  await shop.close();
});

test("a site whose only phone died goes on through its registrar: nothing that was recorded is gone", async () => {
  const died = await dockside.phone("shop", "admin");
  const [received, coming] = [await dockside.sent(farm, 1, "BEFORE"), await dockside.sent(farm, 1, "AFTER")];
  await died.open();
  await died.receiveAll(received);
  await died.press("#sign");
  await died.itemIs("receive");
  await died.close();
  await dockside.ledger.register(draft("revoke_key", { key: died.kid, reason: "lost", suspect_since: now() }));

  // The registrar invites a new admin; what the site holds and what comes is on the new phone as it was on the old one.
  const fresh = await dockside.phone("shop", "admin");
  await fresh.open();
  await fresh.see("BEFORE-01");
  await fresh.receiveAll(coming);
  await fresh.press("#sign");
  await fresh.itemIs("receive");
  await fresh.open("#/sell");
  await fresh.pressWords("BEFORE-01");
  await fresh.page.locator("input[name=quantity]").fill("1");
  await fresh.press("#sign");
  // They came without their papers, which the new phone knows as well as the old one did.
  await fresh.page.locator("#said", { hasText: "请再按一次" }).waitFor();
  await fresh.press("#sign");
  const sold = await fresh.itemIs("sell");
  assert.equal(sold.claims.moves[0].lot, received.lots[0]);
  // It manages the devices of the site again, and the old one stands there as ended.
  await fresh.open("#/devices");
  await fresh.see(died.kid.slice(0, 8));
  await fresh.shows(/已停用|已吊销/);
  await fresh.close();
});

test("a phone whose storage was cleared says what is lost and how to go on", async () => {
  const shop = await dockside.phone("shop");
  const sent = await dockside.sent(farm, 1, "CLEARED");
  await shop.open();
  await shop.receiveAll(sent);
  await shop.offline(true);
  await shop.press("#sign");
  await shop.ready("done");
  await shop.offline(false);
  await shop.page.goto(`${dockside.url}/healthz`);
  await shop.page.evaluate(() => new Promise((done, fail) => Object.assign(indexedDB.deleteDatabase("shisu-workbench"), { onsuccess: done, onerror: fail })));
  await shop.open();
  await shop.see("浏览器清除了本机数据：密钥已丢失，不能找回");
  await shop.shows(/未发送 1 条已丢失，没有上传的照片也没有了/);
  await shop.see("邀请码");
  await shop.close();
});

test("the waybill of another shipment, a lot that is not on the waybill and a code that nobody knows are each called what they are", async () => {
  const shop = await dockside.phone("shop");
  const [sent, other] = [await dockside.sent(farm, 2, "RIGHT"), await dockside.sent(farm, 1, "WRONG")];
  await shop.open(`#/receive/${sent.dispatch.id}`);
  await shop.page.waitForSelector("#review");
  for (const [text, words] of [
    [`${dockside.url}/w/${other.dispatch.id}`, "这是另一张运单的二维码"],
    [`${dockside.url}/w/${sent.dispatch.id}`, "这就是本运单的码"],
    ["t/WRONG-01", "不在运单上：t/WRONG-01"],
    ["06901234567892", "批次码"],
    ["?????", "不认识这个码"],
    ["t/RIGHT-01", "1/2"],
    ["t/RIGHT-01", "同一个码"],
  ]) {
    await shop.scan(text);
    if (words !== "同一个码") await shop.see(words);
  }
  await shop.shows(/1\/2/, ".count");
  assert.equal((await shop.items()).length, 0, "a scan moves nothing");
  await shop.close();
});

test("a phone without a camera, or that may not use it, says what else can be done", async () => {
  const shop = await dockside.phone("shop");
  await shop.page.addInitScript(() => {
    const denied = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: denied } });
  });
  await shop.open("#/receive");
  await shop.press("#camera");
  await shop.see("没有使用相机的权限：可以拍照上传、用扫码枪或手工输入");
  await shop.press("#type");
  await shop.fill("扫运单二维码", "t/NOTHING");
  await shop.page.keyboard.press("Enter");
  await shop.page.locator("#said", { hasText: "这不是运单的码" }).waitFor();
  await shop.close();
});

test("signing five times and sending five times records one receipt", async () => {
  const shop = await dockside.phone("shop");
  const sent = await dockside.sent(farm, 3, "FIVE");
  await shop.open();
  await shop.receiveAll(sent);
  await shop.page.waitForSelector('[data-judged="by-server"]');
  await shop.page.evaluate(() => {
    for (let times = 0; times < 5; times += 1) document.querySelector("#sign").click();
  });
  const { text, id } = await shop.itemIs("receive");
  assert.equal((await shop.items()).filter(({ claims }) => claims.type === "receive").length, 1);
  const outcomes = [];
  for (let times = 0; times < 5; times += 1) outcomes.push(await dockside.ledger.submit(text));
  assert.deepEqual([...new Set(outcomes.map(({ outcome, index }) => `${outcome} ${index}`))].length, 1);
  const about = await (await fetch(`${dockside.url}/v1/shipments/${sent.dispatch.id}`)).json();
  assert.deepEqual(about.related.filter(({ kind }) => kind === "receive").map((one) => one.id), [id]);
  await shop.close();
});

test("what one phone of a site received is not asked for again on the other; a receipt that was too late loses no scan of the others", async () => {
  const [one, other] = [await dockside.phone("shop"), await dockside.phone("shop")];
  const sent = await dockside.sent(farm, 3, "PARTLY");
  await Promise.all([one.open(), other.open()]);
  await other.receiveAll(sent);
  await other.fill("到货温度", "3.5");
  // The first phone signs for one line, and leaves the others open.
  await one.receiveAll({ ...sent, lots: sent.lots.slice(0, 1) });
  await one.press("#sign");
  await one.itemIs("receive");
  await other.press("#sign");
  await other.itemIs("receive", ["refused"]);
  await other.ready("done");
  await other.see("被拒收");
  assert.equal(await other.page.locator("#labels").count(), 0, "nothing is labelled by what is not recorded");
  await other.pressWords("继续收其余的行");
  await other.see("2/2");
  await other.press("#review");
  await other.page.waitForSelector('[data-judged="by-server"]');
  assert.equal(await other.page.getByLabel("到货温度").inputValue(), "3.5");
  await other.press("#sign");
  const { claims } = await other.itemIs("receive");
  assert.deepEqual(claims.moves.map(({ lot }) => lot), sent.lots.slice(1));
  // A third phone that opens now has nothing to receive of it.
  const third = await dockside.phone("shop");
  await third.open();
  await third.gone(/YD-PARTLY/);
  await Promise.all([one.close(), other.close(), third.close()]);
});

test("of two phones that receive the same lines one is told that the other was first", async () => {
  const [one, other] = [await dockside.phone("shop"), await dockside.phone("shop")];
  const sent = await dockside.sent(farm, 2, "TWICE");
  await Promise.all([one.open(), other.open()]);
  await one.receiveAll(sent);
  await other.receiveAll(sent);
  await one.press("#sign");
  await one.itemIs("receive");
  await other.press("#sign");
  const { refusal } = await other.itemIs("receive", ["refused"]);
  assert.ok(refusal.zh.length > 4, JSON.stringify(refusal));
  await other.ready("done");
  await other.see("被拒收");
  const about = await (await fetch(`${dockside.url}/v1/shipments/${sent.dispatch.id}`)).json();
  assert.equal(about.related.filter(({ kind }) => kind === "receive").length, 1);
  await Promise.all([one.close(), other.close()]);
});

test("a network that goes in the middle of a submit records a thing once, and the phone finds out", async () => {
  const shop = await dockside.phone("shop");
  const sent = await dockside.sent(farm, 2, "MIDDLE");
  await shop.open();
  await shop.receiveAll(sent);
  let cut = 0;
  await shop.context.route("**/v1/records", async (route) => {
    if (cut > 0) return route.continue();
    cut += 1;
    // The server has it; the answer does not arrive.
    await route.fetch();
    return route.abort("internetdisconnected");
  });
  await shop.press("#sign");
  const { id } = await shop.itemIs("receive");
  assert.equal(cut, 1);
  const about = await (await fetch(`${dockside.url}/v1/shipments/${sent.dispatch.id}`)).json();
  assert.deepEqual(about.related.filter(({ kind }) => kind === "receive").map((one) => one.id), [id]);
  await shop.close();
});

test("an admin invites a phone by its screen, approves it by its key, and ends it when it is lost", async () => {
  const admin = await dockside.phone("shop", "admin");
  await admin.open("#/devices");
  await admin.press("#invite summary");
  await admin.fill("称呼", "收货口手机");
  await admin.press("#make-invitation");
  const link = (await admin.page.locator("code", { hasText: "/join#" }).textContent()).trim();
  const clerk = await dockside.stranger();
  await clerk.page.goto(link);
  await clerk.press("#accept");
  await clerk.page.waitForSelector("#to-workbench");
  const kid = (await clerk.text("#app code")).trim();
  await clerk.press("#to-workbench");
  await clerk.see(`核对密钥前八位：${kid.slice(0, 8)}`);
  await admin.open("#/devices");
  await admin.see(kid.slice(0, 8));
  await admin.press("#approve");
  await admin.itemIs("add_key");
  await clerk.open();
  await clerk.see("数据截至");
  assert.equal((await (await fetch(`${dockside.url}/v1/keys/${kid}/owner`)).json()).party, CHAIN.shop.party);
  await admin.open("#/devices");
  const card = admin.page.locator("li.card", { hasText: kid.slice(0, 8) });
  await card.locator("summary").click();
  await card.locator("button", { hasText: "吊销" }).click();
  await admin.itemIs("revoke_key");
  assert.equal((await (await fetch(`${dockside.url}/v1/keys/${kid}/owner`)).json()).revoked, true);
  await Promise.all([admin.close(), clerk.close()]);
});

/** A label with a QR code of this text, as a photo. @returns {Promise<Buffer>} */
async function photoOf(page, text) {
  const base64 = await page.evaluate(async (rows) => {
    const [module, quiet] = [8, 5];
    const side = (rows.length + 2 * quiet) * module;
    const canvas = new OffscreenCanvas(side, side);
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, side, side);
    context.fillStyle = "black";
    for (const [y, row] of rows.entries()) {
      for (const [x, isDark] of row.entries()) if (isDark) context.fillRect((x + quiet) * module, (y + quiet) * module, module, module);
    }
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, modulesOf(text).map((row) => [...row].map(Boolean)));
  return Buffer.from(base64, "base64");
}

/** A phone on which neither the browser nor the decoder of the page reads pictures. */
async function blindPhone() {
  const phone = await dockside.phone("shop");
  await phone.context.addInitScript(() => delete globalThis.BarcodeDetector);
  await phone.context.route(/zxing/, (route) => route.fulfill({ status: 404 }));
  return phone;
}

test("a photo that the phone's own decoder cannot read is read by the server", async () => {
  const phone = await blindPhone();
  const { lots } = await dockside.sent(farm, 1, "PHOTO");
  await phone.open("#/sell");
  const photo = await photoOf(phone.page, `https://shisu.example/${lots[0]}`);
  await phone.page.locator("input[type=file][capture]").first().setInputFiles({ name: "label.jpg", mimeType: "image/jpeg", buffer: photo });
  // The shop does not have that lot yet: that the phone says so, shows that the code was read.
  await phone.page.locator("body", { hasText: `本场所没有这一批：${lots[0]}` }).waitFor();
  await phone.close();
});

test("a photo of 40 MB that the phone cannot open is told of at once, and nothing hangs", async () => {
  const phone = await dockside.phone("shop");
  let asked = 0;
  phone.page.on("request", (request) => (asked += request.url().endsWith("/v1/codes/decode") ? 1 : 0));
  await phone.open("#/sell");
  // More than a page can be handed by the test at once, so the page makes it.
  await phone.page.evaluate(() => {
    const input = document.querySelector("input[type=file][capture]");
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(40 * 1024 * 1024)], "huge.jpg", { type: "image/jpeg" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
  });
  await phone.page.locator("body", { hasText: "照片太大" }).waitFor();
  assert.equal(asked, 0, "it is not sent over a dock's network");
  await phone.page.getByLabel("重量、数量").fill("1");
  await phone.close();
});

test("a picture that the server does not take keeps back no other, and is told with its reason; one that cannot be opened is taken again at once", async () => {
  const shop = await dockside.phone("shop");
  await shop.open("#/enter");
  const picture = async (width) => {
    const text = await shop.page.evaluate((wide) => Object.assign(document.createElement("canvas"), { width: wide, height: 1 }).toDataURL("image/png"), width);
    return { name: `${width}.png`, mimeType: "image/png", buffer: Buffer.from(text.split(",")[1], "base64") };
  };
  const hashOf = ({ buffer }) => createHash("sha256").update(buffer).digest("base64url");
  const all = [await picture(2), await picture(3), await picture(4)];
  // Pictures are sent in the order of their hashes: the first of them is the one that is not taken.
  const [bad, ...good] = all.map(hashOf).sort();
  const detail = { zh: "图片像素过多", en: "too many pixels" };
  await shop.context.route(`**/v1/files/${bad}`, (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ code: "file_pixels", detail }) }));
  const input = shop.page.locator(".photos input");
  await input.setInputFiles({ name: "broken.jpg", mimeType: "image/jpeg", buffer: Buffer.from("\xff\xd8\xff broken", "latin1") });
  await shop.page.locator("#said", { hasText: "这张照片打不开，请重拍" }).waitFor();
  for (const [at, one] of all.entries()) {
    await input.setInputFiles(one);
    await shop.see(`照片 ${at + 1}`);
  }
  await shop.fill("供货者", "示例菜农");
  await shop.pick("食品类别", "leafy_vegetable");
  await shop.fill("数量", "3");
  await shop.press("#sign");
  const { claims } = await shop.itemIs("enter");
  assert.equal(claims.blobs.length, 3);
  await shop.open("#/outbox");
  await shop.see("一张照片服务器不收：图片像素过多");
  await shop.gone(/张照片待上传|全部已发送/);
  const { id } = await shop.itemIs("enter");
  const isThere = (hash) => shop.page.evaluate(async (path) => (await fetch(path)).status, `/v1/records/${id}/files/${hash}`);
  assert.deepEqual(await Promise.all([bad, ...good].map(isThere)), [404, 200, 200]);
  await shop.pressWords("去掉");
  await shop.see("全部已发送");
  await shop.close();
});
