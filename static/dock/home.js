// What this site has and what is to be done next, each with one button.

import { typed } from "./form.js";
import { amount, goodsLine, nameOf, placeName, shortLot } from "./goods.js";
import { alarms } from "./keeping.js";
import { SOON_DAYS, expiring } from "./stock.js";
import { button, dayOf, daysAfter, el, fill, go, moment, note, of, part, t } from "./ui.js";
import { sampleCards } from "./sample-cards.js";
import { statusLine } from "./status.js";
import { doings } from "./doings.js";
import { unmatchedCards } from "./unmatched.js";

/** Rows of a section before the others are left to a screen of their own. */
const ROWS_MAX = 8;

const card = (inner, action) => el("li", { class: "card" }, el("div", { class: "what" }, inner), action);

const cards = (rows) => el("ul", { class: "cards" }, rows);

/** Sections that were opened whole; they stay so when the screen is drawn anew. @type {Set<string>} */
const opened = new Set();

/** The first rows; the others behind one press. */
const few = (name, rows) => {
  const rest = rows.slice(ROWS_MAX);
  if (rest.length === 0) return cards(rows);
  const details = el("details", { class: "more" }, el("summary", {}, t(`还有 ${rest.length} 条`, `${rest.length} more`)), cards(rest));
  details.open = opened.has(name);
  details.addEventListener("toggle", () => opened[details.open ? "add" : "delete"](name));
  return [cards(rows.slice(0, ROWS_MAX)), details];
};

function coming(incoming) {
  const rows = incoming.map((one, at) => {
    const count = (one.left ?? one.lines)?.length;
    const what = [
      el("span", { class: "row" }, el("b", {}, placeName(one.from)), count ? el("span", { class: "amount" }, t(`${count} 行`, `${count} lines`)) : null),
      el("span", { class: "small" }, el("bdi", {}, one.waybill), one.sentAt ? ` · ${moment(one.sentAt)}` : t(" · 扫码收存", " · scanned")),
    ];
    return card(what, go(t("收货", "Receive"), `#/receive/${one.id}`, { kind: "strong", id: at === 0 ? "receive-first" : undefined }));
  });
  return rows.length > 0 ? few("coming", rows) : null;
}

function onTheWay(outgoing) {
  const rows = outgoing.map((one) => {
    const state = one.state === "accepted" ? "" : t(" · 待发送", " · to be sent");
    const what = [
      el("span", { class: "row" }, el("b", {}, placeName(one.to)), el("span", { class: "amount" }, t(`${one.lines} 行`, `${one.lines} lines`))),
      el("span", { class: "small" }, el("bdi", {}, one.waybill), ` · ${moment(one.sentAt)}${state}`),
    ];
    return card(what, go(t("运单", "Waybill"), `#/waybill/${one.id}`));
  });
  return rows.length > 0 ? few("away", rows) : null;
}

const soon = (held, today) =>
  expiring(held, today, daysAfter(today, SOON_DAYS)).map((one) => {
    const word = one.isOver ? t("已过期", "past its shelf life") : t(`保质期至 ${one.best_before}`, `until ${one.best_before}`);
    const what = [
      el("span", { class: "row" }, el("b", {}, nameOf(one)), el("span", { class: "amount" }, amount(one.left, one.uom))),
      el("span", { class: one.isOver ? "bad small" : "warn small" }, word, " · ", el("bdi", {}, shortLot(one.lot))),
    ];
    const href = one.isOver ? "#/dispose" : "#/sell";
    return card(what, go(one.isOver ? t("处置", "Dispose") : t("销售", "Sell"), `${href}/${one.credit.record}/${one.credit.n}`));
  });

/** Lots named where several lack the same paper. */
const NAMED_MAX = 3;

/** What a site has, with the parties whose goods are promised here: its own and those for whom it acts. @param {import("./dock.js").Dock} dock */
export async function stockHere(dock) {
  const [stock, acted] = [await dock.stock(), await dock.notes.list("consent")];
  return { ...stock, own: [stock.site?.party, ...acted.map(({ party }) => party)] };
}

/** A paper that is missing is issued by who may, or typed off. */
function lackAction(kind, { party }, { own }, lines) {
  const canPromise = kind === "farm_certificate" && own.includes(party);
  const screen = canPromise ? "promise" : kind === "rapid_test" ? "test" : `certificate/${kind}`;
  return go(canPromise ? t("开证", "Issue") : t("登记", "Note"), `#/${screen}/${lines}`);
}

/** Lots that lack a paper: one that this site can issue itself is a press away. What came together and lacks the same is one card. */
export function lacking(stock) {
  const together = new Map();
  for (const one of new Map(stock.lacking.map((one) => [`${one.lot} ${one.code}`, one])).values()) {
    const row = stock.held.find(({ lot }) => lot === one.lot);
    if (!row) continue;
    const key = `${row.credit.record} ${one.code}`;
    together.set(key, { one, rows: [...(together.get(key)?.rows ?? []), row] });
  }
  return [...together.values()].map(({ one, rows }) => {
    const [first] = rows;
    const more = rows.length > NAMED_MAX ? t(`等 ${rows.length} 批`, ` and others, ${rows.length} lots`) : "";
    const named = (word) => [...new Set(rows.slice(0, NAMED_MAX).map(word))].join(t("、", ", "));
    const what = [el("b", {}, named(nameOf), more), el("span", { class: "small warn" }, of(one), " · ", el("bdi", {}, named(({ lot }) => shortLot(lot))), more)];
    return card(what, lackAction(one.kind, first, stock, `${first.credit.record}/${rows.map((row) => row.credit.n)}`));
  });
}

/** What is to be done with goods that are stopped. */
const CLEAR = { entry_check_pending: (credit) => go(t("查清", "Clear"), `#/clear/${credit.record}`), held: () => null };
const stoppedBy = ({ stop, credit }, n = credit.n) => (CLEAR[stop.code] ?? (() => go(t("处置", "Dispose"), `#/dispose/${credit.record}/${n}`)))(credit);

/** Goods that were kept aside, held or recalled; what came together for one reason is one card. */
function stopped(held) {
  const together = new Map();
  for (const row of held.filter(({ stop }) => stop)) {
    const key = `${row.credit.record} ${row.stop.code}`;
    together.set(key, [...(together.get(key) ?? []), row]);
  }
  return [...together.values()].map((rows) => {
    const [first] = rows;
    const names = [...new Set(rows.slice(0, NAMED_MAX).map(nameOf))].join(t("、", ", "));
    const more = rows.length > 1 ? t(`，${rows.length} 批`, `, ${rows.length} lots`) : "";
    const what = [el("b", {}, names, more), el("span", { class: "small bad" }, of(first.stop), " · ", el("bdi", {}, shortLot(first.lot)))];
    return card(what, stoppedBy(first, rows.map(({ credit }) => credit.n)));
  });
}

const disputed = (rows) =>
  rows.map((one) =>
    card(
      [
        el("span", { class: "row" }, el("b", {}, nameOf(one)), el("span", { class: "amount bad" }, amount(one.open, one.uom))),
        el("span", { class: "small" }, el("bdi", {}, one.waybill), t(" · 对方未收下", " · not accepted there")),
      ],
      go(t("处理", "Settle"), `#/settle/${one.record}/${one.line}`),
    ),
  );

/** Legs that this device took over and has not handed over. */
async function legsNow(dock) {
  const items = (await dock.outbox.items()).filter(({ state }) => state !== "refused");
  const said = (type) => new Set(items.filter(({ claims }) => claims.type === type).map(({ claims }) => claims.body.dispatch));
  const over = said("deliver");
  const marks = (await dock.db.all("marks")).filter(({ name, id }) => name.startsWith("leg:") && !over.has(id));
  return marks.sort((a, b) => b.at - a.at).map((leg) => card([el("b", {}, leg.waybill), el("span", { class: "small" }, `${leg.from} → ${leg.to}`)], go(t("办理", "Open"), `#/carry/${leg.id}`, { kind: "strong" })));
}

const holdings = (held) =>
  held.slice(0, ROWS_MAX).map((one) => el("li", {}, goodsLine(one), one.isNew ? el("span", { class: "small" }, t("未入账", "not recorded yet")) : null));

/** What is missing before this device can work. */
async function standing(dock) {
  const { device } = dock;
  if (device.standing === "waiting") {
    const words = t(
      `等待管理人员批准。请对方核对密钥前八位：${device.kid.slice(0, 8)}。批准前可以先办，批准后自动发送。`,
      `Waiting for approval. Have the first eight characters of the key compared: ${device.kid.slice(0, 8)}. You can work already; it is sent once approved.`,
    );
    return [note("warn", words), go(t("没有网络？出示登记码", "No network? Show the request"), "#/request")];
  }
  if (device.standing === "expired") return [note("bad", t("邀请已失效，本机没有获批准。请管理人员重新邀请。", "The invitation has ended, and this device is not approved. Have an admin invite you anew.")), go(t("用新邀请码加入", "Join anew"), "/join")];
  if (device.standing === "revoked") {
    const words = t("本机密钥已吊销，不能再签名：签了也不入账。请管理人员重新邀请，再用新的邀请码加入。", "This device's key was revoked and signs nothing more: none of it would be recorded. Have an admin invite you anew, and join with that invitation.");
    return [note("bad", words), go(t("用新邀请码加入", "Join anew"), "/join")];
  }
  return null;
}

/** @param {import("./dock.js").Dock} dock */
export async function home(dock, main) {
  const draw = async () => {
    const stock = await stockHere(dock);
    const today = dayOf(dock.clock.seconds());
    const [come, away] = [coming(stock.incoming), onTheWay(stock.outgoing)];
    const ends = soon(stock.held, today);
    const open = disputed(stock.disputed);
    const lacks = lacking(stock);
    const holds = stopped(stock.held);
    const carried = await legsNow(dock);
    const samples = await sampleCards(dock);
    const held = holdings(stock.held);
    const keeping = await alarms(dock);
    const unmatched = await unmatchedCards(dock, stock.unmatched);
    fill(
      main,
      el("h1", {}, stock.site ? placeName(stock.site) : t("工作台", "Workbench")),
      await statusLine(dock, stock),
      await standing(dock),
      stock.incoming.length > 0 ? part(t(`待收 ${stock.incoming.length}`, `Coming: ${stock.incoming.length}`), come) : null,
      part(t("对方没有发出", "Not sent by the other side"), unmatched.length > 0 ? cards(unmatched) : null),
      part(t("场所提醒", "These premises"), keeping.length + samples.over.length > 0 ? cards([...keeping, ...samples.over]) : null),
      part(t("在运", "Being carried"), carried.length > 0 ? cards(carried) : null),
      // What has to be done stands above what can be done.
      part(t("暂存待查、召回", "Kept aside, recalled"), holds.length > 0 ? few("stopped", holds) : null),
      part(t("需要处理的差异", "To settle"), open.length > 0 ? few("open", open) : null),
      part(t("缺证明", "Lacks a paper"), lacks.length > 0 ? few("lacks", lacks) : null),
      part(t("快到期", "Ends soon"), ends.length > 0 ? few("ends", ends) : null),
      doings(dock),
      part(t("留样", "Samples kept"), samples.kept.length > 0 ? cards(samples.kept) : null),
      part(t("在途", "On its way"), away),
      part(t(`库存 ${stock.held.length}`, `Held: ${stock.held.length}`), held.length > 0 ? [el("ul", { class: "plain" }, held), go(t("全部库存", "All of it"), "#/held")] : null),
      stock.at === null && dock.trouble && dock.device.standing === "joined" ? note("warn", t("还没有取到本场所的数据：", "Nothing is known of this site yet: "), of(dock.trouble)) : null,
    );
  };
  await draw();
  return dock.listen(() => draw());
}

/** What is next with goods: what stops them first, then what they lack, then that they are over, and selling them. */
function nextOf(row, stock, today) {
  const { lot, credit, best_before: last, stop } = row;
  if (stop) return stoppedBy(row);
  const line = `${credit.record}/${credit.n}`;
  if (last && last < today) return go(t("处置", "Dispose"), `#/dispose/${line}`);
  const lack = stock.lacking.find((one) => one.lot === lot);
  return lack ? lackAction(lack.kind, row, stock, line) : go(t("销售", "Sell"), `#/sell/${line}`);
}

/** Rows that are drawn together: a warehouse has thousands. */
const SHOWN_MAX = 100;

/** Whether goods are those that somebody looks for: by name, lot, batch or whoever sent them. */
const isSought = (row, text) => [nameOf(row), row.lot, row.batch, row.sender].some((one) => one?.toLowerCase().includes(text));

/** All that the site holds, as far as it is sought. */
export async function held(dock, main) {
  const stock = await stockHere(dock);
  const today = dayOf(dock.clock.seconds());
  const list = el("div", { class: "stack" });
  const draw = (text, shown) => {
    const rows = text === "" ? stock.held : stock.held.filter((row) => isSought(row, text));
    const some = rows.slice(0, shown).map((one) => card([goodsLine(one), one.stop ? el("span", { class: "small bad" }, of(one.stop)) : null], nextOf(one, stock, today)));
    fill(
      list,
      rows.length === 0 ? note("", t("没有库存", "nothing is held")) : cards(some),
      rows.length > shown ? button(t(`再列一些（还有 ${rows.length - shown} 行）`, `More (${rows.length - shown} lines)`), () => draw(text, shown + SHOWN_MAX)) : null,
    );
  };
  const sought = typed("sought", t("找品名、批次", "Look for a name or lot"), {});
  sought.input.addEventListener("input", () => draw(sought.input.value.trim().toLowerCase(), SHOWN_MAX));
  draw("", SHOWN_MAX);
  fill(
    main,
    el("h1", {}, t(`库存 ${stock.held.length}`, `Held: ${stock.held.length}`)),
    stock.held.length > ROWS_MAX ? sought.node : null,
    list,
    stock.holdsMore ? note("", t("这里只列出最近的 5000 行。", "Only the 5,000 newest lines are listed here.")) : null,
  );
}
