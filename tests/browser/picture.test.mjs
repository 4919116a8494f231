// A picture of a certificate on the consumer's page, and the check of its bytes against the record that names it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Ledger, CHAIN, LOG } from "../workbench/ledger.mjs";
import { verifier, workbench } from "../workbench/common.mjs";
import { browser } from "./shared.mjs";

const drafts = await workbench("drafts");
const joining = await workbench("joining");
const { toBase64url, sha256 } = await verifier("bytes");

// A PNG of one dot, with something after its end that has to stay.
const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const PICTURE = Buffer.concat([Buffer.from(DOT, "base64"), Buffer.from("as the camera left it")]);
const LOT = "t/PICTURE-0001";

let ledger;
let chromium;
let page;

async function say(device, draft) {
  const { op_id } = await device.outbox.add(draft, device.who);
  await device.outbox.flush();
  const item = await device.db.get("outbox", op_id);
  assert.equal(item.state, "accepted", JSON.stringify(item.refusal ?? device.outbox.trouble));
}

before(async () => {
  ledger = await Ledger.begin();
  const farm = await ledger.device("farm");
  const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: day, origin: CHAIN.farm.county };
  await say(farm, drafts.create("harvest", [{ lot: LOT, quantity: "120.5", uom: "KGM", info }]));
  const hash = toBase64url(await sha256(PICTURE));
  const { token } = await joining.signIn(farm.server, farm.signer, LOG, "token");
  const headers = { authorization: `Bearer ${token}`, "content-type": "image/png" };
  const sent = await fetch(`${ledger.url}/v1/files/${hash}`, { method: "PUT", headers, body: PICTURE });
  assert.equal(sent.status, 201, await sent.text());
  const paper = {
    ...{ kind: "farm_certificate", standing: "issued", number: "HGZ-1", issuer: "示例合作社" },
    ...{ issuer_party: CHAIN.farm.party, issued_in: "330421", issued_on: day },
    ...{ detail: { farm_certificate: { form: "producer", basis: ["control"] } } },
  };
  const blobs = [{ hash, bytes: PICTURE.length, class: "record" }];
  await say(farm, drafts.certify(paper, [`lot/${LOT}`], { blobs }));
  chromium = await browser();
  page = await chromium.newPage({ locale: "zh-CN" });
});

after(async () => {
  await chromium?.close();
  await ledger?.end();
});

const opened = async () => {
  await page.goto(`${ledger.url}/${LOT}`);
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
};
const checked = async () => {
  await page.click("#check");
  await page.waitForSelector(".papers .hash");
  return page.textContent(".papers .hash");
};

test("the picture is shown, and the check says that it is the one that the record names", async () => {
  await opened();
  const picture = page.locator(".papers img");
  await picture.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector(".papers img").naturalWidth === 1);
  assert.match(await checked(), /✓ 照片与记录中的指纹相符/);
  assert.equal(await page.locator(".papers .checked:not(.hash)").count(), 1, "the line is marked, too");
});

test("another picture in its place is noticed", async () => {
  await page.route("**/files/*", (route) => route.fulfill({ contentType: "image/png", body: Buffer.from(DOT, "base64") }));
  await opened();
  assert.match(await checked(), /✗ 照片与记录中的指纹不符/);
});
