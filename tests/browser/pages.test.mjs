// The consumer's pages in a real browser, over the demo's journeys.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser, demo, run } from "./shared.mjs";

const PORK = "/01/09520002000033/10/Q0417-1?at=JY13101180000015";
const RECALLED = "/01/09520002000132/10/XC0902?at=JY13101180000322";
const ANOMALY = "/01/09520002000064/10/C0220?at=JY13101180000314";
const MEAL = "/t/QP-MEAL-1121?at=JY33101180000415";
const WRONG_DIGIT = "/01/09520002000034/10/Q0417-1";
const HTML = { headers: { accept: "text/html" } };
const AXE = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

let site;
let chromium;

before(async () => {
  site = await demo();
  const trace = await (await fetch(`${site.base}/v1/lots/01/09520002000033/10/Q0417-1/trace`)).json();
  const sent = trace.trace.steps.filter(({ kind }) => kind === "dispatch");
  PAGES.push(`/w/${sent.at(-1).id}`);
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  site?.stop();
});

/** Looks at a path in a browser of its own; whatever the console says is a complaint. */
async function look(path, work, options = {}) {
  const context = await chromium.newContext({ viewport: { width: 390, height: 800 }, locale: "zh-CN", ...options });
  try {
    const page = await context.newPage();
    const complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    const requests = [];
    page.on("request", (request) => requests.push(request.url()));
    const response = await page.goto(site.base + path);
    const result = await work(page, { response, requests, complaints, context });
    // That a page says no with its status is meant; that anything else does not load is not.
    const isMeant = (text) => /status of (404|415)/.test(text);
    assert.deepEqual(complaints.filter((text) => !isMeant(text)), []);
    return result;
  } finally {
    await context.close();
  }
}

test("a page is one request of less than 40 KB and needs no scripts", async () => {
  const answer = await fetch(site.base + PORK, HTML);
  const bytes = Buffer.byteLength(await answer.text());
  assert.ok(bytes <= 40_000, `${bytes} bytes`);
  await look(PORK, async (page, { requests }) => {
    assert.match(await page.textContent("h1"), /记录完整/);
    assert.ok((await page.locator(".way > li").count()) >= 6);
    const ours = requests.filter((url) => !url.endsWith("icon.svg") && !url.endsWith("webmanifest"));
    assert.equal(ours.length, 1, ours.join(" "));
    assert.equal(await page.locator("#check").isVisible(), false);
  }, { javaScriptEnabled: false });
});

test("the same page is not sent twice", async () => {
  const first = await fetch(site.base + PORK, HTML);
  const etag = first.headers.get("etag");
  const again = await fetch(site.base + PORK, { headers: { ...HTML.headers, "if-none-match": etag } });
  assert.equal(again.status, 304);
  assert.match(first.headers.get("content-security-policy"), /default-src 'none'/);
});

test("what a query claims is never shown", async () => {
  const answer = await fetch(`${site.base}/01/09520002000033/10/Q0417-1?17=991231&3103=000500&name=EVIL`, HTML);
  const text = await answer.text();
  assert.doesNotMatch(text, /2099|991231|000500|EVIL/);
});

test("English sticks", async () => {
  await look(PORK, async (page) => {
    await page.click("a.lang");
    assert.match(await page.textContent("h1"), /The record is complete/);
    await page.goto(site.base + MEAL);
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await page.click("a.lang");
    assert.equal(await page.getAttribute("html", "lang"), "zh-Hans");
  });
});

test("a recall beats everything and says what to do", async () => {
  await look(RECALLED, async (page) => {
    assert.match(await page.textContent(".bar"), /已召回,?，?请勿食用/);
    assert.ok(await page.locator("details.bad[open] li").count());
  });
});

test("a wrong check digit is named and nothing is guessed", async () => {
  await look(WRONG_DIGIT, async (page, { response }) => {
    assert.equal(response.status(), 404);
    assert.match(await page.textContent("main"), /写的是 4.*应当是 3/);
  });
  await look("/01/09520002000019/10/Q0417-1", async (page, { response }) => {
    assert.equal(response.status(), 404);
    assert.match(await page.textContent("main"), /另一种商品有这个批号/);
  });
});

test("a phone checks a good bundle and marks what rests on it", async () => {
  await look(PORK, async (page, { requests }) => {
    assert.equal(requests.filter((url) => url.endsWith(".js")).length, 0);
    await page.click("#check");
    await page.waitForSelector("#checked h3");
    assert.match(await page.textContent("#checked h3"), /核验无误/);
    const marked = await page.locator(".way .checked").count();
    assert.equal(marked, await page.locator(".way > li[data-r]").count());
    assert.equal(await page.locator(".bar .checked").count(), 0);
    const text = await page.textContent("#checked");
    assert.match(text, /不能排除/);
    assert.match(text, /取自证据包本身/);
  });
});

test("a bundle with a flipped byte is told, and nothing is marked", async () => {
  await look(PORK, async (page) => {
    await page.route("**/bundle?*", async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      const half = Math.floor(text.length / 2);
      const other = text[half] === "A" ? "B" : "A";
      await route.fulfill({ response: answer, body: text.slice(0, half) + other + text.slice(half + 1) });
    });
    await page.click("#check");
    await page.waitForSelector("#checked h3.warn");
    assert.match(await page.textContent("#checked"), /bundle_damaged/);
    assert.equal(await page.locator("p.checked").count(), 0);
  });
});

const VECTORS = JSON.parse(readFileSync(new URL("../../fixtures/vectors/bundles.json", import.meta.url), "utf8"));
const vector = (name) => [...VECTORS.good, ...VECTORS.bad].find((one) => one.name === name).bundle;

/** Presses the page's button with another bundle in place of the server's; what the page then says. */
async function checked(page, bundleOf) {
  await page.route("**/bundle?*", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: bundleOf(await answer.text()) });
  });
  await page.click("#check");
  await page.waitForSelector("#checked h3.warn");
  assert.equal(await page.locator("p.checked").count(), 0, "nothing is marked");
  assert.match(await page.textContent("#checked"), /不要相信这一页/);
  return [await page.textContent("#checked code"), await page.textContent("#checked h3.warn")];
}

test("a bundle that is cut off, of another log or of another lot is refused with the first thing that fails", async () => {
  const other = await (await fetch(`${site.base}/v1/lots/t/QP-MEAL-1121/bundle`)).text();
  for (const [bundleOf, code, words] of [
    [(text) => text.slice(0, text.length / 2), "bundle_malformed", /证据包格式不符/],
    [() => vector("farm"), "bundle_other_log", /属于其他日志/],
    [() => other, "bundle_other_lot", /另一个批次/],
  ]) {
    await look(PORK, async (page) => {
      const [named, said] = await checked(page, bundleOf);
      assert.equal(named, code);
      assert.match(said, words);
    });
  }
});

test("a record signed by a key that was revoked before is the first thing that fails", async () => {
  const bundle = vector("signed_by_a_key_that_was_revoked_before");
  const { log, subject } = JSON.parse(bundle);
  await look(PORK, async (page) => {
    // As on a page of that log and lot: the demo has no such record, since no server admits one.
    await page.evaluate((about) => Object.assign(document.querySelector("#check").dataset, about), { log, lot: subject.lot });
    const [named, said] = await checked(page, () => bundle);
    assert.equal(named, "bundle_refused");
    assert.match(said, /吊销/);
  });
});

/** Checks the server's own bundle against a page that says something else in one line; which lines are marked. */
async function markedWith(path, change) {
  return look(path, async (page) => {
    await page.evaluate(openAll);
    if (change) await page.evaluate(change);
    await page.click("#check");
    await page.waitForSelector("#checked h3");
    const count = (where) => page.locator(where).count();
    return { stops: await count(".way > li > .checked"), papers: await count(".papers > li > .checked") };
  });
}

test("papers are marked only where every word of them stands in the record", async () => {
  const CHICKEN = "/01/09520002000064/10/C0220?at=JY13101180000314";
  for (const path of [PORK, CHICKEN, MEAL, `${PORK}&lang=en`]) {
    const whole = await markedWith(path);
    await look(path, async (page) => {
      assert.equal(whole.papers, await page.locator(".papers > li").count(), path);
      assert.equal(whole.stops, await page.locator(".way > li[data-r]").count(), path);
    });
  }
  const whole = await markedWith(PORK);
  const put = (where, from, to) => `(() => {
    const line = [...document.querySelectorAll(${JSON.stringify(where)})].find((one) => one.innerHTML.match(${from}));
    line.innerHTML = line.innerHTML.replace(${from}, ${JSON.stringify(to)});
  })()`;
  for (const [where, from, to] of [
    [".papers li", /HGZ/, "HGZ0"],
    [".papers li", /虚构/, "国家局"],
    [".papers li", /苏州市吴江区/, "苏州市"],
    [".papers li", /20\d\d-\d\d-\d\d/, "2020-01-01"],
    [".papers li", / · 合格/, ""],
    [".papers li", / · <a/, " 至 2030-01-01 · <a"],
    [".papers li", / · <a/, " · 出口品质 · <a"],
    ["summary", /检测报告/, "监督抽检结果"],
    ["summary", /持有人抄录|签发机构签名/, "已向来源核实"],
  ]) {
    const { papers } = await markedWith(PORK, put(where, from, to));
    assert.ok(papers < whole.papers, `${from} → ${to} is not noticed`);
  }
  for (const [from, to] of [
    [/苏州市吴江区/, "苏州市"],
    [/屠宰/, "监督抽检"],
    [/Q0417-1/, "Q0417-2"],
    [/冷鲜/, "有机冷鲜"],
  ]) {
    const { stops } = await markedWith(PORK, put(".way > li", from, to));
    assert.ok(stops < whole.stops, `${from} → ${to} is not noticed`);
  }
  const meal = await markedWith(MEAL);
  for (const [from, to] of [[/ 代 (<bdi>)?/, " 替 $1"], [/NH-330421-[0-9]{7}/, "NH-330421-0000000"]]) {
    const { stops } = await markedWith(MEAL, `(() => {
      const line = [...document.querySelectorAll(".way > li")].find((one) => one.innerHTML.match(/ 代 /));
      line.innerHTML = line.innerHTML.replace(${from}, ${JSON.stringify(to)});
    })()`);
    assert.ok(stops < meal.stops, `${from} → ${to} is not noticed`);
  }
});

test("a problem is reported without scripts, answered, and found again by its number", async () => {
  await look(PORK, async (page) => {
    await page.click("a.button");
    await page.fill("#told", "味道不对 <b>markup</b>");
    await page.fill("#contact", "130 0000 0000");
    await page.setInputFiles("#photo", { name: "x.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no photo") });
    await page.click("main button");
    assert.match(await page.textContent("[role=alert]"), /照片无法读取/);
    await page.click("main button");
    assert.match(page.url(), /\/report\/JB\d{8}-/);
    assert.match(await page.textContent("main"), /待处理/);
    const number = page.url().split("/").pop();
    const listed = JSON.parse(run("report", "list", "--data-dir", site.data, "--json")).reports;
    assert.equal(listed.find((one) => one.number === number)?.state, "open");
    const key = join(site.dir, "contact.key");
    const shown = JSON.parse(run("report", "show", number, "--data-dir", site.data, "--key", key));
    assert.equal(shown.contact, "130 0000 0000");
    run("report", "answer", number, "--data-dir", site.data, "--state", "accepted", "已派人核查");
    await page.reload();
    assert.match(await page.textContent("main"), /已派人核查/);
    assert.doesNotMatch(await page.textContent("main"), /130 0000|味道不对/);
  }, { javaScriptEnabled: false });
});

const SHOP = "/s/JY13101180000322";
const PAGES = [PORK, RECALLED, ANOMALY, MEAL, WRONG_DIGIT, SHOP, "/recalls", "/", "/report?lot=t/JS-TOM-0611"];
const widthBeyond = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
const openAll = () => document.querySelectorAll("details").forEach((one) => (one.open = true));
const inLanguage = (path, lang) => `${path}${path.includes("?") ? "&" : "?"}lang=${lang}`;

test("axe finds nothing in either language, by day or by night", async () => {
  for (const path of PAGES) {
    for (const lang of ["zh", "en"]) {
      for (const colorScheme of ["light", "dark"]) {
        const there = inLanguage(path, lang);
        await look(there, async (page) => {
          await page.evaluate(openAll);
          await page.evaluate(AXE);
          const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
          const found = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), tags);
          const told = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
          assert.deepEqual(told, [], `${there} ${colorScheme}`);
        }, { viewport: { width: 360, height: 740 }, colorScheme, bypassCSP: true });
      }
    }
  }
});

test("nothing is wider than a phone of 320 px, nor with letters of twice the size", async () => {
  for (const path of PAGES) {
    for (const lang of ["zh", "en"]) {
      await look(inLanguage(path, lang), async (page) => {
        await page.evaluate(openAll);
        assert.equal(await page.evaluate(widthBeyond), 0, `${path} ${lang} is too wide`);
        await page.addStyleTag({ content: "html{font-size:200%!important}" });
        assert.equal(await page.evaluate(widthBeyond), 0, `${path} ${lang} is too wide in large letters`);
      }, { viewport: { width: 320, height: 640 }, bypassCSP: true });
    }
  }
});

test("a browser that prefers English is given it, and what is chosen beats that", async () => {
  await look(PORK, async (page) => {
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await page.click("a.lang");
    await page.goto(site.base + MEAL);
    assert.equal(await page.getAttribute("html", "lang"), "zh-Hans");
  }, { locale: "en-GB" });
});

test("an e-waybill is one request, needs no scripts and can be printed", async () => {
  const waybill = PAGES.at(-1);
  await look(waybill, async (page, { requests }) => {
    assert.match(await page.textContent("h1"), /运输中|已签收|送达/);
    const ours = requests.filter((url) => !url.endsWith("icon.svg") && !url.endsWith("webmanifest"));
    assert.equal(ours.length, 1, ours.join(" "));
    const pdf = await page.pdf({ format: "A4" });
    assert.ok(pdf.toString("latin1").match(/\/Type \/Page\b/g).length <= 3);
  }, { javaScriptEnabled: false });
});

test("on paper there is the verdict and the way, and no button", async () => {
  await look(PORK, async (page) => {
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("button:visible").count(), 0);
    assert.equal(await page.locator("a.lang:visible").count(), 0);
    const text = await page.evaluate(() => document.body.innerText);
    for (const wanted of ["记录完整", "冷鲜五花肉", "屠宰", "甲超市一店", "证明什么", "HGZ", "12315"]) {
      assert.ok(text.includes(wanted), `${wanted} is not printed`);
    }
    for (const never of ["在本机核验", "English"]) assert.ok(!text.includes(never), `${never} is printed`);
    const pdf = await page.pdf({ format: "A4" });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g).length;
    assert.ok(pages >= 1 && pages <= 5, `${pages} pages`);
  });
});
