// On the way: a track whose hash is in the clear and whose points are not, a breakdown, the state of the leg for driver and checkpoint, loggers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { CHAIN, Dockside, now } from "./dock.mjs";
import { workbench } from "../workbench/common.mjs";

const drafts = await workbench("drafts");

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

/** A shipment that the carrier takes, asked for at most 8 °C. */
async function carried(lot, more = {}) {
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: "2026-11-20", origin: CHAIN.farm.county };
  const harvest = await farm.say(drafts.create("harvest", [{ lot, quantity: "10", uom: "KGM", info }]));
  const [of] = [...drafts.linesOf(harvest).values()];
  return farm.say(drafts.dispatch([{ of, quantity: "10" }], { ...dockside.manifest(`YD-${lot.slice(2)}`), transport: "carrier", carrier: CHAIN.carrier.party, ...more }));
}

/** Waits until the phone keeps the pages for when there is no network. */
const keepsPages = (phone) => phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

const opened = (driver, title) => driver.page.locator("details", { hasText: title });

/** What a checkpoint sees. */
const checkpoint = async (id) => (await fetch(`${dockside.url}/w/${id}`, { headers: { accept: "text/html" } })).text();

const iso = (seconds) => new Date(seconds * 1000).toISOString().replace(".000", "");

test("a leg's state is shown to the driver and at a checkpoint: in range, out of it, and after a change of vehicle", async () => {
  const driver = await dockside.phone("carrier", "driver");
  const { id } = await carried("t/LIVE-1");
  assert.match(await checkpoint(id), /还没有温度读数/);
  await driver.open("#/carry");
  await driver.scan(`${dockside.url}/w/${id}`);
  await driver.see("还没有读数");
  await opened(driver, "提货").getByLabel("温度 ℃").fill("3.5");
  await opened(driver, "提货").locator("button", { hasText: "签名" }).click();
  await driver.itemIs("pick_up");
  assert.match(await checkpoint(id), /在要求范围内 · 最近读数 3\.5 °C/);
  await driver.open(`#/carry/${id}`);
  await driver.page.locator("#leg-state", { hasText: "温度在要求范围内" }).waitFor();
  await driver.page.locator("summary", { hasText: "记一个温度" }).click();
  await opened(driver, "记一个温度").getByLabel("温度 ℃").fill("11");
  await opened(driver, "记一个温度").locator("button", { hasText: "签名" }).click();
  await driver.itemIs("observe");
  assert.match(await checkpoint(id), /超出要求范围 · 最近读数 11 °C/);
  await driver.open(`#/carry/${id}`);
  await driver.page.locator("#leg-state", { hasText: "温度超出要求" }).waitFor();
  await driver.picture("carry");
  // The vehicle broke down: another one, with its own plate, which is sealed.
  await driver.page.locator("summary", { hasText: "换车、换司机" }).click();
  const change = driver.page.locator("details", { has: driver.page.locator("summary", { hasText: "换车、换司机" }) }).first();
  await change.locator("summary", { hasText: "车辆和司机" }).click();
  await change.locator("[name=plate]").fill("浙F54321");
  await change.locator("[name=new_seals]").fill("N-1、N-2");
  await change.locator("button", { hasText: "签名" }).last().click();
  const { claims } = await driver.itemIs("hand_on");
  assert.deepEqual([claims.body.reason, claims.body.vehicle, claims.body.seals], ["breakdown", { plate: "浙F54321", colour: "2" }, ["N-1", "N-2"]]);
  const page = await checkpoint(id);
  assert.match(page, /途中换车次数:1/);
  assert.ok(!page.includes("浙F54321"));
  await driver.open(`#/carry/${id}`);
  assert.deepEqual(await driver.axeInBoth(), []);

  // The new seals are those that are looked at from here on: by this driver, by one who takes over, and at the door.
  await opened(driver, "送达").locator("legend", { hasText: "N-1、N-2" }).waitFor();
  const other = await dockside.phone("carrier", "driver");
  await other.open("#/carry");
  await other.scan(`${dockside.url}/w/${id}`);
  await opened(other, "送达").locator("legend", { hasText: "N-1、N-2" }).waitFor({ state: "attached" });
  const shop = await dockside.phone("shop");
  await shop.receiveAll({ dispatch: { id }, lots: ["t/LIVE-1"] });
  await shop.page.locator("legend", { hasText: "封签：N-1、N-2" }).waitFor();
  await Promise.all([driver.close(), other.close(), shop.close()]);
});

test("where no range is asked for nothing is said to be within one", async () => {
  const driver = await dockside.phone("carrier", "driver");
  const { id } = await carried("t/FREE-1", { temp_min_c: undefined, temp_max_c: undefined });
  await driver.open("#/carry");
  await driver.scan(`${dockside.url}/w/${id}`);
  await driver.see("还没有读数");
  await opened(driver, "提货").getByLabel("温度 ℃").fill("21");
  await opened(driver, "提货").locator("button", { hasText: "签名" }).click();
  await driver.itemIs("pick_up");
  await driver.open(`#/carry/${id}`);
  await driver.page.locator("#leg-state", { hasText: /运单没有温度要求.*全程 21 ~ 21 ℃/ }).waitFor();
  await driver.close();
});

test("a driver who looked at no seals signs nothing of them, and has to look where the sender put some on", async () => {
  const driver = await dockside.phone("carrier", "driver");
  const take = async (id) => {
    await driver.open("#/carry");
    await driver.scan(`${dockside.url}/w/${id}`);
    await driver.see("还没有读数");
    return opened(driver, "提货").first();
  };
  const bare = await take((await carried("t/BARE-1")).id);
  await bare.getByLabel("温度 ℃").fill("350");
  await bare.locator("button", { hasText: "签名" }).click();
  await driver.page.locator("#said", { hasText: "-80 到 100 ℃" }).waitFor();
  await bare.getByLabel("温度 ℃").fill("3.5");
  await bare.locator("button", { hasText: "签名" }).click();
  await driver.ready("done");
  const without = (await driver.itemIs("pick_up")).claims.body;
  assert.deepEqual([without.temp_c, "seals_intact" in without], ["3.5", false]);

  const sealed = await carried("t/SEALED-1", { seals: ["F-0021"] });
  const pick = await take(sealed.id);
  await pick.locator("legend", { hasText: "F-0021" }).waitFor();
  await pick.locator("button", { hasText: "签名" }).click();
  await driver.page.locator("#said", { hasText: "请选择“封签" }).waitFor();
  await pick.locator("label", { hasText: "破损、不符" }).click();
  await pick.locator("button", { hasText: "签名" }).click();
  await driver.ready("done");
  const items = (await driver.items()).filter(({ claims }) => claims.body.dispatch === sealed.id);
  assert.deepEqual(items.map(({ claims }) => claims.body.seals_intact), [false]);
  await driver.close();
});

test("after a change of vehicle the driver shows the new plate at a checkpoint, without a network, and can open the waybill", async () => {
  const driver = await dockside.phone("carrier", "driver");
  const { id } = await carried("t/PLATE-1");
  await keepsPages(driver);
  await driver.open("#/carry");
  await driver.scan(`${dockside.url}/w/${id}`);
  await driver.see("还没有读数");
  const sign = async (title, plate, type) => {
    await driver.open(`#/carry/${id}`);
    const part = driver.page.locator("details", { has: driver.page.locator("summary", { hasText: title }) }).first();
    if (!(await part.evaluate(({ open }) => open))) await part.locator("summary").first().click();
    await part.locator("summary", { hasText: "车辆和司机" }).click();
    await part.locator("[name=plate]").fill(plate);
    if (title === "提货") await part.locator("label", { hasText: "完好" }).click();
    await part.locator("button", { hasText: "签名" }).last().click();
    await driver.ready("done");
    return driver.itemIs(type, ["pending", "sent", "accepted"]);
  };
  await sign("提货", "浙F11111", "pick_up");
  await driver.itemIs("pick_up");
  await driver.offline(true);
  await sign("换车", "浙F22222", "hand_on");
  await driver.open(`#/carry/${id}`);
  await driver.press("#checkpoint summary");
  await driver.page.locator("#checkpoint svg").waitFor();
  const link = await driver.page.getAttribute("#checkpoint .codes", "data-text");
  assert.match(link, new RegExp(`/w/${id}[?]v=`));
  await driver.offline(false);
  await driver.itemIs("hand_on");
  const page = await (await fetch(link, { headers: { accept: "text/html" } })).text();
  assert.ok(page.includes("浙F22222") && !page.includes("浙F11111"), "the newest vehicle, as it was signed");
  await driver.open(`#/carry/${id}`);
  await driver.press('a[href^="#/waybill/"]');
  await driver.ready("waybill");
  await driver.shows(/运单号YD-PLATE-1.*车牌浙F22222/);
  assert.deepEqual(await driver.axe(), []);
  await driver.close();
});

test("what others read on the way is the driver's state of the leg, and without a network it is said whose readings are shown", async () => {
  const driver = await dockside.phone("carrier", "driver");
  const { id } = await carried("t/OTHERS-1");
  await keepsPages(driver);
  await driver.open("#/carry");
  await driver.scan(`${dockside.url}/w/${id}`);
  await driver.page.locator("#leg-state", { hasText: "还没有读数" }).waitFor();
  await driver.gone(/只有本机读数/);
  const logger = await dockside.ledger.device("carrier", "device");
  await logger.outbox.add(drafts.observe({ dispatch: id, sensors: [{ device: "示例记录仪1", readings: [[now(), "20"]] }] }), logger.who);
  await logger.outbox.flush();
  await driver.open(`#/carry/${id}`);
  await driver.page.locator("#leg-state", { hasText: "温度超出要求" }).waitFor();
  await driver.page.locator("#leg-state", { hasText: "最近读数 20 ℃" }).waitFor();
  await driver.offline(true);
  await driver.open(`#/carry/${id}`);
  await driver.page.locator("#leg-state", { hasText: "只有本机读数" }).waitFor();
  await driver.shows(/还没有读数/, "#leg-state");
  await driver.close();
});

test("the file of a track is a note of the site; the record has its hash in the clear and a few points sealed", async () => {
  const driver = await dockside.phone("carrier", "driver");
  const { id } = await carried("t/TRACK-1");
  await driver.open("#/carry");
  await driver.scan(`${dockside.url}/w/${id}`);
  await driver.see("登记轨迹");
  const start = now() - 3600;
  const points = Array.from({ length: 200 }, (_, at) => `<trkpt lat="${30.8 + at / 1000}" lon="${120.9 + at / 1000}"><time>${iso(start + at * 10)}</time></trkpt>`);
  const gpx = Buffer.from(`<?xml version="1.0"?><gpx><trk><trkseg>${points.join("\n")}<trkpt lat="99" lon="1"><time>x</time></trkpt></trkseg></trk></gpx>`);
  const input = driver.page.locator("label", { hasText: "登记轨迹" }).locator("xpath=following-sibling::input");
  for (const [name, text, words] of [
    ["a.csv", "a,b,c\n1,2,3\n", "认不出轨迹"],
    ["b.gpx", "<gpx></gpx>", "认不出轨迹"],
    ["c.csv", "时间,经度,纬度\n2026-11-22 99:00,120,30\n", "认不出轨迹"],
  ]) {
    await input.setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
    await driver.page.locator("#said", { hasText: words }).waitFor();
    await driver.page.evaluate(() => (document.getElementById("said").textContent = ""));
  }
  await input.setInputFiles({ name: "track.gpx", mimeType: "application/gpx+xml", buffer: gpx });
  await driver.see("1 个点读不出");
  await driver.pressWords("签名登记轨迹");
  await driver.page.locator("#said", { hasText: "现在的温度" }).waitFor();
  await driver.fill("现在的温度", "4");
  await driver.pressWords("签名登记轨迹");
  const { id: record, claims } = await driver.itemIs("observe");
  const hash = createHash("sha256").update(gpx).digest("base64url");
  assert.deepEqual(claims.body.track_commitment, { hash, count: 200, first: start, last: start + 1990 });
  assert.equal(claims.body.track.split(";").length, 51);
  const shown = await (await fetch(`${dockside.url}/v1/records/${record}`)).json();
  assert.ok(shown.sealed.includes("personal"), "the points are for whoever wrote them");
  const [payload] = shown.sd_jwt.split("~");
  const open = Buffer.from(payload.split(".")[1], "base64url").toString();
  assert.ok(open.includes(hash) && !open.includes("120.9"));
  assert.ok(!(await checkpoint(id)).includes("120.9"));
  const kept = await driver.page.evaluate(async (hash) => {
    const request = indexedDB.open("shisu-workbench");
    const db = await new Promise((resolve) => Object.assign(request, { onsuccess: () => resolve(request.result) }));
    const get = db.transaction("marks").objectStore("marks").getAll();
    const marks = await new Promise((resolve) => Object.assign(get, { onsuccess: () => resolve(get.result) }));
    db.close();
    return marks.find(({ told }) => told?.hash === hash).told.file;
  }, hash);
  assert.equal(gunzipSync(Buffer.from(kept, "base64url")).toString(), String(gpx), "the whole file, byte for byte");
  await driver.close();
});

test("a day's track, too long for an earlier version, is on the other device of the site, byte for byte", async () => {
  const [driver, desk] = [await dockside.phone("carrier", "driver"), await dockside.phone("carrier", "clerk", { desk: false })];
  const { id } = await carried("t/TRACK-2");
  await driver.open("#/carry");
  await driver.scan(`${dockside.url}/w/${id}`);
  await driver.see("登记轨迹");
  const start = now() - 86_400;
  const digits = (at) => createHash("sha256").update(String(at)).digest("hex").slice(0, 48);
  const points = Array.from({ length: 8640 }, (_, at) => `<trkpt lat="${30 + at / 1e5}" lon="120.9"><time>${iso(start + at * 10)}</time><desc>${digits(at)}</desc></trkpt>`);
  const gpx = Buffer.from(`<gpx><trk><trkseg>${points.join("\n")}</trkseg></trk></gpx>`);
  const files = (phone) => phone.page.locator("label", { hasText: "登记轨迹" }).locator("xpath=following-sibling::input");
  await files(driver).setInputFiles({ name: "day.gpx", mimeType: "application/gpx+xml", buffer: gpx });
  await driver.fill("现在的温度", "4");
  await driver.pressWords("签名登记轨迹");
  await driver.itemIs("observe");
  await driver.open("#/outbox");
  await driver.shows(/发件箱/);
  await driver.gone(/还没有共享/);
  // Each device asks for the notes of the others when it is opened; a large one is a moment on its way.
  const row = desk.page.locator("li", { hasText: "day.gpx" });
  for (let tries = 0; tries < 20 && !(await row.isVisible()); tries += 1) {
    await desk.open("#/carry");
    await desk.scan(`${dockside.url}/w/${id}`);
    await row.waitFor({ timeout: 1_500 }).catch(() => {});
  }
  const [saved] = await Promise.all([desk.page.waitForEvent("download"), row.locator("button").click()]);
  assert.deepEqual(readFileSync(await saved.path()), gpx);
  for (const phone of [driver, desk]) await phone.close();
});

test("a logger with a key of its own hands in readings, and nothing else; it sees what the public sees", async () => {
  const logger = await dockside.ledger.device("carrier", "device");
  const { id } = await carried("t/LOGGER-1");
  const say = async (draft) => {
    const { op_id } = await logger.outbox.add(draft, logger.who);
    await logger.outbox.flush();
    return logger.db.get("outbox", op_id);
  };
  const at = now();
  const readings = await say(drafts.observe({ dispatch: id, sensors: [{ device: "示例记录仪1", readings: [[at - 60, "3.1"], [at, "3.2"]] }] }));
  assert.equal(readings.state, "accepted", JSON.stringify(readings.refusal));
  assert.match(await checkpoint(id), /在要求范围内 · 最近读数 3\.2 °C/);
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: "2026-11-20" };
  for (const draft of [
    drafts.pickUp({ dispatch: id, at, seals_intact: true }),
    drafts.deliver({ dispatch: id, at, seals_intact: true }),
    drafts.handOn({ dispatch: id, at, reason: "breakdown" }),
    drafts.create("harvest", [{ lot: "t/NEVER-1", quantity: "1", uom: "KGM", info }]),
    drafts.inspect({ mode: "self_check", at, passed: true }, [`site/${CHAIN.carrier.site}`]),
    drafts.revokeKey({ key: logger.who.kid, reason: "lost" }),
  ]) {
    const { state, refusal } = await say(draft);
    assert.deepEqual([state, refusal?.code], ["refused", "key_role"], draft.type);
  }
  // What it may not sign does not stop what it may.
  const more = await say(drafts.observe({ dispatch: id, sensors: [{ device: "示例记录仪1", readings: [[at + 1, "9"]] }] }));
  assert.equal(more.state, "accepted", JSON.stringify(more.refusal));
  const { signIn } = await workbench("joining");
  const { LOG } = await import("../workbench/ledger.mjs");
  await signIn(logger.server, logger.signer, LOG, "token");
  await assert.rejects(logger.server.json("GET", `/v1/sites/${CHAIN.carrier.site}/desk`), { code: "not_allowed" });
});

/** A shipment that the carrier took over so many minutes ago, on a phone of the carrier. */
async function takenOver(lot, minutes) {
  const { id } = await carried(lot);
  const start = now() - minutes * 60;
  await (await dockside.device("carrier", "driver")).say(drafts.pickUp({ dispatch: id, at: start, seals_intact: true }));
  const driver = await dockside.phone("carrier", "driver");
  await driver.open("#/carry");
  await driver.scan(`${dockside.url}/w/${id}`);
  await driver.page.locator("#leg-state", { hasText: "还没有读数" }).waitFor();
  return { id, start, driver };
}

test("the driver and a checkpoint are told the same of now and of all the way, and which recorder fell silent", async () => {
  const { id, start, driver } = await takenOver("t/AGREE-1", 60);
  const every = (temps) => temps.map((temp, at) => [start + at * 600, temp]);
  const sensors = [{ device: "FRONT", readings: every(["3", "9", "3", "3"]) }, { device: "REAR", readings: every(["3", "4", "4", "4", "4", "4", "4"]) }];
  await (await dockside.device("carrier", "driver")).say(drafts.observe({ dispatch: id, sensors: [...sensors, { device: "手持温度计", readings: [[start + 60, "3.5"]] }] }));
  await driver.open(`#/carry/${id}`);
  await driver.shows(/温度在要求范围内，最近读数 4 ℃.*全程 3 ~ 9 ℃，超出要求 1，断档 0.*FRONT 自 .* 起没有读数/, "#leg-state");
  await driver.picture("carry-silent");
  assert.deepEqual(await driver.axeInBoth(), []);
  const page = await checkpoint(id);
  assert.match(page, /在要求范围内 · 最近读数 4 °C/);
  assert.match(page, /3 … 9 °C · 读数 12 · 超出要求 1 · 断档 0/);
  assert.match(page, /<b class="warn"><bdi>FRONT<\/bdi> 自 [-0-9: ]+ 起没有读数<\/b>/);
  assert.ok(!/(REAR|手持温度计)<\/bdi> 自/.test(page));
  await driver.close();
});

/** A file of a logger: China's time, degrees. */
const loggerFile = (name, rows) => {
  const time = (at) => new Date((at + 8 * 3600) * 1000).toISOString().slice(0, 19).replace("T", " ");
  return { name, mimeType: "text/csv", buffer: Buffer.from(`时间,温度\n${rows.map(([at, temp]) => `${time(at)},${temp}\n`).join("")}`) };
};

test("a logger's file is looked at by the leg's own time, asked for the logger's number, and signed once", async () => {
  const { id, start, driver } = await takenOver("t/FILE-1", 30);
  const input = driver.page.locator("label", { hasText: "导入记录仪文件" }).locator("xpath=following-sibling::input");
  const rows = [[start - 7200, "22"], [start, "3"], [start + 600, "3.4"], [4_070_908_800, "3"]];
  const choose = async (name, all) => {
    await input.setInputFiles(loggerFile(name, all));
    await driver.page.getByLabel("记录仪编号").waitFor();
  };
  const signs = () => driver.page.locator("button", { hasText: "签名登记" }).first().click();
  const observed = async () => (await driver.items()).filter(({ claims }) => claims.type === "observe");
  await choose("温度数据(1).csv", rows);
  await driver.shows(/读数3.*最低、最高3 ~ 3\.4 ℃.*1 个读数晚于现在（到 2099-01-01 \d\d:00），不会登记.*1 个读数早于装车，不计入/);
  await driver.picture("carry-logger");
  assert.equal(await driver.page.getByLabel("记录仪编号").inputValue(), "温度数据(1)");
  await driver.fill("记录仪编号", "LI-1");
  await signs();
  await driver.ready("done");
  const first = await driver.itemIs("observe");
  assert.deepEqual([first.claims.body.dispatch, first.claims.body.sensors.map(({ device, readings }) => [device, readings.length])], [id, [["LI-1", 3]]]);

  // The same readings are not said again, whatever their file is called; what the file has grown by is.
  await driver.open(`#/carry/${id}`);
  await driver.shows(/全程 3 ~ 3\.4 ℃，超出要求 0/, "#leg-state");
  await choose("温度数据(2).csv", rows);
  assert.equal(await driver.page.getByLabel("记录仪编号").inputValue(), "LI-1");
  await signs();
  await driver.page.locator("#said", { hasText: "以前已签名" }).waitFor();
  assert.equal((await observed()).length, 1);
  await choose("温度数据(3).csv", [...rows, [start + 1200, "3.6"]]);
  await signs();
  await driver.ready("done");
  const grown = (await observed()).filter((item) => item.id !== first.id);
  assert.deepEqual(grown.map(({ claims }) => claims.body.sensors[0].readings), [[[start + 1200, "3.6"]]]);

  // Nor by another phone of the site: the ledger takes one record for them.
  const other = await dockside.phone("carrier", "driver");
  await other.open("#/carry");
  await other.scan(`${dockside.url}/w/${id}`);
  await other.page.locator("#leg-state", { hasText: "全程 3 ~ 3.6" }).waitFor();
  await other.page.locator("label", { hasText: "导入记录仪文件" }).locator("xpath=following-sibling::input").setInputFiles(loggerFile("a.csv", rows));
  await other.fill("记录仪编号", "LI-1");
  await other.page.locator("button", { hasText: "签名登记" }).first().click();
  assert.equal((await other.itemIs("observe", ["refused"])).refusal.code, "already_imported");
  await Promise.all([driver.close(), other.close()]);
});

test("once the goods are delivered a logger may still be read and nothing else is done with the leg; its ends have names", async () => {
  const { id, start, driver } = await takenOver("t/GIVEN-1", 30);
  await driver.shows(/从示例farm S-330421-0000174.*到示例shop JY13101180000015/);
  await driver.page.locator("summary", { hasText: "送达" }).click();
  await opened(driver, "送达").getByLabel("温度 ℃").fill("3.5");
  await opened(driver, "送达").locator("button", { hasText: "签名" }).click();
  await driver.itemIs("deliver");
  await driver.open(`#/carry/${id}`);
  await driver.shows(/已送达.*全程 3\.5 ~ 3\.5 ℃/, "#leg-state");
  for (const title of ["提货", "送达", "换车、换司机", "记一个温度"]) {
    for (const one of await driver.page.locator("summary", { hasText: title }).all()) assert.ok(!(await one.isVisible()), title);
  }
  await driver.page.locator("label", { hasText: "导入记录仪文件" }).locator("xpath=following-sibling::input").setInputFiles(loggerFile("late.csv", [[start + 60, "3"], [start + 600, "3.2"]]));
  await driver.page.locator("button", { hasText: "签名登记" }).first().click();
  await driver.itemIs("observe");
  await driver.open(`#/carry/${id}`);
  await driver.shows(/全程 3 ~ 3\.5 ℃/, "#leg-state");
  await driver.close();
});
