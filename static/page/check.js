// Checks the evidence behind the page in this browser. Loaded when the button is pressed, not before.
// It marks lines whose words the verified records say, and never the verdict.
import { verifyBundle } from "/static/verify/index.js";
import { saysNoMore } from "/static/page/lines.js";

const zh = document.documentElement.lang.startsWith("zh");
const say = (both) => (zh ? both.zh : both.en);
const t = (chinese, english) => (zh ? chinese : english);

/** An element with a text, or with children; texts are never markup. */
function make(name, ...children) {
  const element = document.createElement(name);
  element.append(...children.filter((child) => child !== null));
  return element;
}

const list = (items, draw) => make("ul", ...items.map((item) => make("li", draw(item))));
const folded = (title, ...inside) => make("details", make("summary", title), ...inside);
function mark(rests) {
  let marked = 0;
  for (const line of document.querySelectorAll("[data-r], .papers > li")) {
    for (const former of line.querySelectorAll(":scope > .checked, :scope > .hash")) former.remove();
    const id = line.dataset.r ?? line.querySelector("a").pathname.split("/").pop();
    const record = rests.records?.[id];
    if (record === undefined || !saysNoMore(line, record, rests, zh)) continue;
    const note = make("p", t("✓ 这条记录已在本机核验", "✓ this record was verified here"));
    note.className = "checked";
    line.append(note);
    marked += 1;
  }
  return marked;
}

/** The bytes' SHA-256 as records write it. */
async function hashOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...digest)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Whether the pictures of papers are those that the verified records name, by the hash of their bytes. */
async function checkPictures(rests) {
  for (const picture of document.querySelectorAll(".papers img")) {
    const line = picture.closest("li");
    const record = rests.records?.[line.querySelector("a").pathname.split("/").pop()];
    if (record === undefined || line.querySelector(":scope > .checked") === null) continue;
    const answer = await fetch(picture.src).catch(() => null);
    const hash = answer?.ok ? await hashOf(await answer.arrayBuffer()) : null;
    const isIt = record.blobs.some((blob) => blob.hash === hash) && picture.src.endsWith(hash);
    const note = make("p", isIt ? t("✓ 照片与记录中的指纹相符", "✓ the picture is the one that the record names") : t("✗ 照片与记录中的指纹不符", "✗ this is not the picture that the record names"));
    note.className = isIt ? "hash checked" : "hash warn";
    picture.after(note);
  }
}

const FROM = {
  policy: ["来自您给的策略", "from the policy you gave"],
  bundle: ["取自证据包本身", "taken from the bundle itself"],
  genesis: ["日志的第一条记录", "the log's first record"],
  registration: ["日志中的登记", "registered in the log"],
};

function keyLine(key) {
  const from = t(...(FROM[key.from] ?? [key.from, key.from]));
  const name = key.what === "log" ? `${t("日志", "log")} ${key.name}` : `${key.partyName ?? key.party} · ${key.kid}`;
  return key.revoked ? `${name} · ${from} · ${t("已吊销", "revoked")}` : `${name} · ${from}`;
}

function show(into, outcome, took) {
  const good = outcome.ok;
  const headline = good
    ? t("记录核验无误", "The records verify")
    : `${t("核验没有通过:", "The check failed: ")}${say(outcome.firstFailure)}`;
  const title = make("h3", headline);
  title.className = good ? "" : "warn";
  const marked = mark(good ? outcome.rests : { records: {}, parties: {}, sites: {} });
  into.replaceChildren(
    title,
    good
      ? make("p", t(`用时 ${took} 毫秒;上面有 ${marked} 行所写的,已核验的记录里都有。`, `Took ${took} ms; ${marked} lines above say no more than verified records do.`))
      : make("p", t("不要相信这一页,请保存证据包交给监管部门。", "Do not trust this page; save the bundle and show it to the authority."), " ", make("code", outcome.firstFailure.code)),
    make("h3", t("不能排除", "What this cannot exclude")),
    list(outcome.cannotExclude, say),
    folded(t("核验了什么", "What was verified"), list(outcome.checked, (one) => `${say(one)}: ${one.count}`)),
    folded(t("信任的密钥", "Keys that were trusted"), list(outcome.trusted, keyLine)),
    policyPart(),
  );
}

let policy = null;

/** Whom to believe comes from outside: whoever has a policy file can give it. */
function policyPart() {
  const input = make("input");
  input.type = "file";
  input.id = "policy";
  input.addEventListener("change", async () => {
    policy = (await input.files[0]?.text()) ?? null;
    document.getElementById("check").click();
  });
  const label = make("label", t("有别处得来的策略文件(policy.txt)?选上再核一次:", "Have a policy file (policy.txt) from elsewhere? Choose it and check again:"));
  label.htmlFor = input.id;
  return folded(t("换一个信任的来源", "Trust another source"), label, input);
}

/** Fetches the bundle and checks it. */
export async function check(button) {
  const into = document.getElementById("checked");
  into.replaceChildren(make("p", t("正在核验…", "Checking…")));
  const answer = await fetch(button.dataset.bundle, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const began = performance.now();
  const { log, lot } = button.dataset;
  const outcome = await verifyBundle(bytes, policy, { expects: { log, lot } });
  const took = Math.round(performance.now() - began);
  show(into, outcome, took);
  await checkPictures(outcome.ok ? outcome.rests : {});
}
