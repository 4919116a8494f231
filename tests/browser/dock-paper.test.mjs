// The e-waybill on the screen and on paper, and a camera that looks at a code all the time.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { workbench } from "../workbench/common.mjs";
import { Dockside } from "./dock.mjs";
import { BROWSER, QUIET } from "./shared.mjs";

const { modulesOf } = await workbench("qr-code");
const drafts = await workbench("drafts");

let dockside;
let farm;
let folder;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
  folder = mkdtempSync(join(tmpdir(), "shisu-camera-"));
});
after(async () => {
  await dockside?.end();
  rmSync(folder, { recursive: true, force: true });
});

test("the e-waybill has no fault that axe finds in either language, fits the phone, and prints on one sheet", async () => {
  const { dispatch } = await dockside.sent(farm, 3, "PAPER");
  const shop = await dockside.phone("shop");
  for (const [language, words] of [["zh", "食品运输电子联单"], ["en", "E-waybill"]]) {
    await shop.open(`#/waybill/${dispatch.id}`);
    await shop.ready("waybill");
    await shop.page.locator("h1", { hasText: words }).waitFor();
    assert.deepEqual(await shop.axe(), [], language);
    assert.ok(await shop.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${language} is too wide`);
    const { sheets } = await shop.print();
    assert.equal(sheets, 1, language);
    await shop.picture(`waybill-${language}`, { onPaper: true });
    // On paper there is the code and every line, and nothing to press.
    await shop.page.emulateMedia({ media: "print" });
    assert.equal(await shop.page.locator("button:visible, a.button:visible").count(), 0);
    assert.equal(await shop.page.locator("tbody tr:visible").count(), 3);
    assert.ok(await shop.page.locator("svg.qr").isVisible());
    await shop.page.emulateMedia({ media: null });
    if (language === "zh") {
      await shop.press("#lang");
      await shop.page.waitForFunction(() => document.documentElement.lang === "en");
    }
  }
  await shop.open("#/waybill/none");
  await shop.ready("waybill");
  await shop.see("not on this device");
  await shop.close();
});

const [WIDTH, HEIGHT] = [640, 480];

/** A picture of a camera: a code in the middle, or nothing, in grey. */
function frame(text) {
  const luma = Buffer.alloc(WIDTH * HEIGHT, 200);
  if (text !== null) {
    const modules = modulesOf(text);
    const scale = Math.floor(380 / (modules.length + 8));
    const size = (modules.length + 8) * scale;
    const [left, top] = [(WIDTH - size) >> 1, (HEIGHT - size) >> 1];
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        const isDark = modules[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4] ?? false;
        luma[(top + y) * WIDTH + left + x] = isDark ? 20 : 240;
      }
    }
  }
  return Buffer.concat([Buffer.from("FRAME\n"), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
}

/** What a camera sees: each of these for a while, over and over. */
function film(name, texts) {
  const path = join(folder, name);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420mpeg2\n`);
  writeFileSync(path, Buffer.concat([head, ...texts.flatMap((text) => Array.from({ length: 15 }, () => frame(text)))]));
  return path;
}

/** A phone of the shop whose camera sees a film. */
async function filmed(path, work) {
  const device = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${path}`];
  const eye = await chromium.launch({ executablePath: BROWSER, args: [...QUIET, ...device] });
  const { chromium: plain } = dockside;
  dockside.chromium = eye;
  try {
    const phone = await dockside.phone("shop", "clerk", { permissions: ["camera"] });
    await work(phone);
    await phone.close();
  } finally {
    dockside.chromium = plain;
    await eye.close();
  }
}

test("a camera that is held on one label after the other fills the tray, each lot once, until it is closed", async () => {
  const sent = await dockside.sent(farm, 3, "FILM");
  const path = film("labels.y4m", [sent.lots[0], null, sent.lots[1], "t/STRANGE-1", null, sent.lots[2]]);
  await filmed(path, async (shop) => {
    await shop.open(`#/receive/${sent.dispatch.id}`);
    await shop.page.waitForSelector("#review");
    await shop.press("#camera");
    await shop.page.locator("video").waitFor();
    await shop.page.locator(".count b", { hasText: "3/3" }).waitFor({ timeout: 60_000 });
    await shop.page.locator(".count", { hasText: "1 个不在运单上" }).waitFor({ timeout: 60_000 });
    assert.equal((await shop.items()).length, 0, "a camera moves nothing");
    await shop.press("text=关闭相机");
    assert.equal(await shop.page.locator("video").count(), 0);
    // No extra was counted twice, however often the camera saw it.
    await shop.shows(/^3\/31 个不在运单上$/, ".count");
    await shop.press("#review");
    await shop.press("#sign");
    await shop.itemIs("receive");
  });
});

test("parts of a handover on the sender's screen are gathered by the camera in whatever order it sees them", async () => {
  const { partsOf } = await workbench("qr-sequence");
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: "2026-11-20", origin: "330421" };
  const made = await farm.say(drafts.create("harvest", [{ lot: "t/SCREEN-1", quantity: "10", uom: "KGM", info }]));
  const [of] = [...drafts.linesOf(made).values()];
  // Signed on the sender's phone, and sent nowhere yet.
  const item = await farm.outbox.add(drafts.dispatch([{ of, quantity: "10" }], dockside.manifest("YD-SCREEN")), farm.who);
  const parts = await partsOf(item.text, farm.key.jwk.x);
  const path = film("parts.y4m", [...parts].reverse());
  await filmed(path, async (shop) => {
    await shop.open("#/receive");
    await shop.press("#camera");
    await shop.page.waitForFunction(() => /#\/receive\/.{43}$/.test(location.hash) && document.querySelector("#review"), null, { timeout: 60_000 });
    await shop.see("SCREEN-1");
  });
  await farm.outbox.flush();
});
