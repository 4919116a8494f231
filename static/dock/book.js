// Daybooks 台账: what came in (a canteen's purchase ledger) and what was sold (a till's day), of a day or a month, to look at and
// to print. From the server what every device of this business signed; without a network what this device did.

import { readRecord } from "../verify/record.js";
import { Fault } from "../verify/fault.js";
import { sum } from "../workbench/quantity.js";
import { Form, choice, typed } from "./form.js";
import { amount, nameOf, placeName, shortLot } from "./goods.js";
import { DONE } from "./outbox-words.js";
import { button, dayOf, daysAfter, el, fill, go, note, of, t, tell } from "./ui.js";

const WHAT = [
  ["in", ["进货", "Came in"]],
  ["sold", ["销售", "Sold"]],
];
const SPAN = [
  ["day", ["一天", "A day"]],
  ["month", ["一个月", "A month"]],
];
const TRADE = ["receive", "enter", "sell"];
const KINDS = { in: new Set(["receive", "enter"]), sold: new Set(["sell"]) };
/** What changes what a site holds, as a book of the stock has it. */
export const STOCK = [...TRADE, "create", "transform", "dispatch", "settle", "dispose", "count"];

/** First and last day of a span. @param {"day" | "month"} span @param {string} day */
export function daysOf(span, day) {
  if (span === "day") return [day, day];
  const first = `${day.slice(0, 8)}01`;
  const next = daysAfter(first, 31).slice(0, 8);
  return [first, daysAfter(`${next}01`, -1)];
}

/** The day of which a record tells. */
const dayIn = ({ iat, body }) => body.received_on ?? body.sold_on ?? dayOf(body.at ?? iat);

/** Where a supplier is reached: address and telephone, as far as they were said. */
const reachOf = (supplier) => [supplier?.address, supplier?.contact].filter(Boolean).join(" ") || null;

/** Lines of one record, as a daybook has them. */
function linesOf({ claims, id, state }, names, waybills) {
  const { supplier } = claims.body;
  return (claims.moves ?? []).map(({ n, op, lot, uom, quantity }) => ({
    ...{ record: id, kind: claims.type, way: op, line: n, day: dayIn(claims), at: claims.iat, lot, uom, quantity, on_behalf_of: claims.body.on_behalf_of ?? null, isNew: state !== "accepted" },
    ...{ name: names.get(lot)?.name ?? null, class: names.get(lot)?.class, goods: names.get(lot) ?? { lot } },
    ...{ from: supplier?.name ?? waybills.get(claims.body.dispatch)?.from ?? null, sender: waybills.get(claims.body.dispatch)?.party ?? null, reach: reachOf(supplier), paper: waybills.get(claims.body.dispatch)?.waybill ?? claims.body.waybill ?? null },
  }));
}

/** What this device signed of these days. */
export function ownLines(items, names, waybills, [first, last], kinds = TRADE) {
  const told = items.filter(({ claims, state, id }) => id && state !== "refused" && kinds.includes(claims.type));
  return told.filter(({ claims }) => first <= dayIn(claims) && dayIn(claims) <= last).flatMap((item) => linesOf(item, names, waybills));
}

/** Every page of a daybook as the server tells it; the first has what others did. */
async function pagesOf(dock, path) {
  const pages = [];
  for (let next = path; next; next = pages.at(-1).next) pages.push(await dock.ask(next));
  return pages;
}

/** What the server tells, page by page, and what of this device it does not have yet. */
export function together(pages, own) {
  const mine = new Map(own.map((row) => [`${row.record}#${row.line}`, row]));
  const rows = pages.flatMap((page) => page.rows.map((row) => ({ ...row, goods: page.goods[row.goods] })));
  const told = rows.map((row) => {
    const { goods } = row;
    const here = mine.get(`${row.record}#${row.line}`);
    mine.delete(`${row.record}#${row.line}`);
    const from = row.from_party ?? row.from_name ?? here?.from ?? null;
    return { ...row, at: row.said_at, lot: goods.lot, name: goods.name, class: goods.class, goods, from, reach: here?.reach ?? null, paper: row.waybill, isNew: false };
  });
  // What is recorded and not told here came late, and stands in the book of another day.
  return [...told, ...[...mine.values()].filter(({ isNew }) => isNew)];
}

/** Sums by lot: what a till reports of a day. */
export function totals(rows) {
  const all = new Map();
  for (const row of rows) {
    const key = `${row.lot} ${row.uom} ${row.on_behalf_of ?? ""} ${row.late ? row.day : ""}`;
    const before = all.get(key) ?? { ...row, count: 0, amounts: [] };
    all.set(key, { ...before, count: before.count + 1, amounts: row.quantity === null ? before.amounts : [...before.amounts, row.quantity] });
  }
  return [...all.values()].map(({ amounts, ...row }) => ({ ...row, quantity: amounts.length > 0 ? sum(amounts) : null }));
}

/** Names of suppliers who are not enrolled: sealed, so each look is asked for and written down. */
async function openSuppliers(dock, rows) {
  const wanted = [...new Set(rows.filter(({ kind, from }) => kind === "enter" && from === null).map(({ record }) => record))];
  const names = new Map();
  for (const id of wanted) {
    const { sd_jwt } = await dock.ask(`/v1/records/${id}?open=trade`);
    const { slots } = await readRecord(sd_jwt);
    names.set(id, slots.find(({ place, name }) => place !== "line" && name === "supplier")?.opened?.value ?? null);
  }
  return rows.map((row) => (names.get(row.record) ? { ...row, from: names.get(row.record).name, reach: reachOf(names.get(row.record)) } : row));
}

/** For whom, where it was signed for somebody else. */
const forThem = (party) => (party ? t(` 代 ${party}`, ` for ${party}`) : null);

/** What somebody else did to these goods. */
const OTHERS = { ...DONE, inspect: ["检查", "inspected"], hold: ["封存", "held"], release: ["解封", "freed"] };
const byOther = ({ kind, day, party, party_name, waybill, passed, on_behalf_of, ...row }) => el("li", {}, `${day.slice(5)} ${of(OTHERS[kind])}`, late(row), " · ", el("bdi", {}, party_name ?? party ?? ""), forThem(on_behalf_of), waybill ? ` · ${waybill}` : "", passed === null ? "" : passed ? " ✓" : " ✗");

export const td = (text, more = {}) => el("td", more, text);

/** What came too late for the book of its day stands in that of the day on which it was recorded. */
export const late = ({ late }) => (late ? el("span", { class: "small warn" }, t(" 补记", " late")) : null);

/** What stands under the main words of a cell. */
export const under = (...words) => words.filter(Boolean).map((one) => el("span", { class: "small under" }, one));

/** A table with these headings. */
export const table = ([head, body]) => el("table", {}, el("thead", {}, el("tr", {}, head.map((one) => el("th", { scope: "col" }, one)))), el("tbody", {}, body));

/** Columns as 食品安全法 53 asks for them: name, specification, amount, days of production and shelf life, day, supplier with address and contact. */
function purchases(rows) {
  const head = [t("日期", "Day"), t("品名、规格", "Goods"), t("批次、生产日期、保质期", "Lot, made on, until"), t("数量", "Quantity"), t("供货者", "From"), t("凭证", "Paper")];
  const body = rows.map((row) => {
    const { goods } = row;
    return el(
      "tr",
      {},
      td([row.day.slice(5), late(row)]),
      td([nameOf({ ...goods, name: row.name ?? undefined, class: row.class, lot: row.lot }), under(goods.spec)]),
      td([el("bdi", {}, shortLot(row.lot)), under(goods.batch ? t(`批号 ${goods.batch}`, `batch ${goods.batch}`) : null, goods.made_on, goods.best_before ? t(`至 ${goods.best_before}`, `until ${goods.best_before}`) : null, forThem(row.on_behalf_of))]),
      td(amount(row.quantity, row.uom), { class: "amount" }),
      td([row.from ?? t("未公开", "closed"), under(row.reach)]),
      td(row.paper ? el("bdi", {}, row.paper) : t("进货登记", "entered")),
    );
  });
  return [head, body];
}

function sales(rows) {
  const head = [t("品名", "Goods"), t("批次", "Lot"), t("笔数", "Sales"), t("数量", "Quantity")];
  const body = totals(rows).map((row) => el("tr", {}, td(nameOf({ ...row.goods, name: row.name ?? undefined, class: row.class, lot: row.lot })), td([el("bdi", {}, shortLot(row.lot)), forThem(row.on_behalf_of), row.late ? ` ${row.day}` : null, late(row)]), td(row.count, { class: "amount" }), td(amount(row.quantity, row.uom), { class: "amount" })));
  return [head, body];
}

/** Lines of a day or a month, looked up, shown and printed. */
export class Book {
  /** Which lines, and what is asked for besides the days. */
  kinds = TRADE;
  asked = "";

  constructor(dock, what) {
    Object.assign(this, { dock, rows: [], place: el("div", {}) });
    const today = dayOf(dock.clock.seconds());
    const drawn = () => this.look().catch((error) => tell(of(error), "bad"));
    const day = typed("day", t("哪天", "Which day"), { value: today, kind: "date", required: true });
    day.input.addEventListener("change", drawn);
    const which = what ? [choice("what", t("台账", "Daybook"), WHAT, { value: what, changed: drawn })] : [];
    this.form = new Form([...which, choice("span", t("多长", "Span"), SPAN, { value: "day", changed: drawn }), day]);
  }

  /** What was signed here, with where it came from. */
  async own(days) {
    const stock = await this.dock.stock();
    this.site = stock.site ?? { id: this.dock.site };
    // Of what was received here since the server was asked, too.
    const incoming = [...(this.dock.desk?.body.incoming ?? []).map((one) => ({ ...one, from: one.other })), ...stock.incoming];
    const waybills = new Map(incoming.map(({ id, waybill, from }) => [id, { waybill, from: placeName(from), party: from?.party }]));
    const items = (await this.dock.outbox.items()).filter(({ claims }) => claims.site === this.dock.site);
    return this.whose(ownLines(items, stock.names, waybills, days, this.kinds));
  }

  /** Lines of this device with whose they are, where a book asks that. */
  whose(rows) {
    return rows;
  }

  /** Which of the lines it has. */
  has(what, { kind }) {
    return KINDS[what].has(kind);
  }

  async look() {
    const { what, span, day } = this.form.values();
    const days = daysOf(span, day);
    this.turn = (this.turn ?? 0) + 1;
    const mine = this.turn;
    let rows = await this.own(days);
    let told = null;
    try {
      told = await pagesOf(this.dock, `/v1/sites/${encodeURIComponent(this.dock.site)}/daybook?from=${days[0]}&to=${days[1]}${this.asked}`);
      rows = together(told, rows);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
    if (mine !== this.turn) return;
    this.shown = { what, days, told };
    this.rows = rows.filter((row) => this.has(what, row)).sort((a, b) => (a.day === b.day ? a.at - b.at : a.day < b.day ? -1 : 1));
    this.draw();
  }

  title(what) {
    return what === "in" ? t("食品进货台账", "Purchase ledger") : t("销售日结", "Sales, totalled");
  }

  inside(what) {
    return table(what === "in" ? purchases(this.rows) : sales(this.rows));
  }

  draw() {
    const { what, days, told } = this.shown;
    const span = days[0] === days[1] ? days[0] : `${days[0]} — ${days[1]}`;
    const closed = what === "in" && told !== null && this.rows.some(({ kind, from }) => kind === "enter" && from === null);
    const open = async () => {
      this.rows = await openSuppliers(this.dock, this.rows);
      this.draw();
    };
    fill(
      this.place,
      told === null ? note("warn", t("没有网络：只有本机办理的。", "No network: only what this device signed.")) : null,
      told?.some((page) => !page.complete) ? note("warn", t("太多，没有列全。", "There is more than is listed.")) : null,
      closed ? button(t("打开供货者名称（会留痕）", "Open suppliers' names (it is written down)"), open, { id: "open-names" }) : null,
      el(
        "article",
        { class: "paper book", id: "book" },
        el("h2", {}, this.title(what)),
        el("p", {}, placeName(this.site), " · ", span),
        this.rows.length === 0 ? el("p", {}, t("没有记录。", "Nothing.")) : this.inside(what),
        told?.[0].others.length > 0 ? el("ul", { class: "plain", id: "others", "aria-label": t("他人", "Others") }, told[0].others.map(byOther)) : null,
        el("p", { class: "small" }, t(`共 ${this.rows.length} 行`, `${this.rows.length} lines`), this.rows.some(({ isNew }) => isNew) ? t("，其中有未入账的", ", some of them not recorded yet") : ""),
      ),
      el("div", { class: "noprint stack" }, button(t("打印", "Print"), () => globalThis.print(), { kind: "strong", id: "print" }), go(t("回工作台", "To the workbench"), "#/")),
    );
    this.place.dataset.rows = String(this.rows.length);
    this.place.dataset.from = told === null ? "device" : "server";
  }
}

/** @param {import("./dock.js").Dock} dock @param {"in" | "sold"} [what] */
export async function bookScreen(dock, main, what) {
  const book = new Book(dock, what === "sold" ? what : "in");
  fill(main, el("h1", { class: "noprint" }, t("台账、日结", "Daybooks")), el("div", { class: "noprint" }, book.form.node), book.place);
  await book.look();
}
