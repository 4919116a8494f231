// Whose goods lie here: by the party for whom an agent took them in, else the one that sent each, as a store that keeps goods for
// others has to show them; and what came and left for each 出入库, of a day or a month, as it was accepted and when it was received
// (食品安全法实施条例 art. 25 has both ends recorded).

import { isNothing } from "../workbench/quantity.js";
import { actedFor } from "./agents.js";
import { Book, STOCK, late, table, td, under } from "./book.js";
import { amount, goodsLine, nameOf, placeName, shortLot, unit } from "./goods.js";
import { DONE } from "./outbox-words.js";
import { sums } from "./stock.js";
import { el, fill, note, of, t } from "./ui.js";

/** Rows by whose they are; what nobody knows is under null. */
export const groups = (rows, whose) => rows.reduce((all, row) => all.set(whose(row), [...(all.get(whose(row)) ?? []), row]), new Map());

/** What is held, by owner: for whom it was brought in, or who sent it; what was made here is the site's own. @param {object[]} held @param {string} own */
export const byOwner = (held, own) => groups(held, (row) => row.on_behalf_of ?? row.sender ?? own);

/**
 * Lines of this device with whose they are, as far as it is known here: of what came by for whom or from whom, of what left or came
 * back by its lot.
 * @param {object[]} rows of a book, the oldest first
 * @param {Map<string, string>} known owners by lot
 * @param {string} own whose is what began here
 */
export function withOwners(rows, known, own) {
  const owners = new Map(known);
  return rows.map((row) => {
    if (row.way === "in" && row.kind !== "settle") owners.set(row.lot, row.on_behalf_of ?? (row.kind === "receive" ? row.sender : own));
    return { ...row, owner: owners.get(row.lot) ?? null };
  });
}

const total = (rows, way) => sums(rows.filter((row) => row.way === way).map(({ uom, quantity }) => ({ uom, left: quantity }))).map(([sum, uom]) => `${sum} ${unit(uom)}`).join("，") || "0";
const inOut = (way) => (way === "in" ? t("进", "in") : t("出", "out"));

class OwnersBook extends Book {
  kinds = STOCK;
  asked = "&stock=true";

  constructor(dock, called) {
    super(dock);
    this.called = called;
  }

  whose(rows) {
    const { held = [], goods = [] } = this.dock.desk?.body ?? {};
    const own = this.dock.device.party;
    const known = held.map((row) => [goods[row.goods].lot, row.on_behalf_of ?? row.sender ?? own]);
    return withOwners(rows, new Map(known), own);
  }

  /** A shipment that was refused whole brought nothing, and what was lost on its way had left before. */
  has(_, { kind, way, quantity }) {
    return this.kinds.includes(kind) && (quantity === null || !isNothing(quantity)) && !(kind === "settle" && way === "out");
  }

  title() {
    return t("出入库，按货主", "In and out, by owner");
  }

  inside() {
    const head = [t("日期、进出", "Day, way"), t("品名、批次", "Goods, lot"), t("数量", "Quantity"), t("来去", "From, to")];
    const row = (one) =>
      el("tr", {}, td([`${one.day.slice(5)} ${inOut(one.way)}`, late(one), under(of(DONE[one.kind]))]), td([nameOf({ ...one.goods, name: one.name ?? undefined, class: one.class, lot: one.lot }), under(shortLot(one.lot))]), td(amount(one.quantity, one.uom), { class: "amount" }), td([one.from ?? one.to_name ?? "", under(one.paper)]));
    return [...groups(this.rows, ({ owner }) => owner ?? null)].map(([party, rows]) =>
      el("section", { "data-owner": party ?? "" }, el("h3", {}, this.called(party, rows.find(({ owner_name: name }) => name)?.owner_name)), el("p", {}, ["in", "out"].map((way) => `${inOut(way)} ${total(rows, way)}`).join(" · ")), table([head, rows.map(row)])),
    );
  }
}

/** @param {import("./dock.js").Dock} dock */
export async function ownersScreen(dock, main) {
  const stock = await dock.stock();
  const own = dock.device.party;
  const names = new Map((dock.desk?.body.senders ?? []).map(({ party, name }) => [party, name ?? party]));
  names.set(own, dock.device.partyName ?? own);
  for (const { party, called } of await actedFor(dock)) names.set(party, called);
  const called = (party, name) => (party === null ? t("货主不明", "owner not known") : placeName({ name: names.get(party) ?? name, party }));
  const owners = byOwner(stock.held, own);
  const book = new OwnersBook(dock, called);
  fill(
    main,
    el(
      "div",
      { class: "noprint" },
      el("h1", {}, t("按货主", "By owner")),
      stock.at === null ? note("warn", t("没有问到服务器，只有本机的。", "The server was not asked: only what this device knows.")) : null,
      owners.size === 0 ? note("", t("没有库存。", "Nothing is held.")) : null,
      [...owners].map(([party, rows]) =>
        el("section", {}, el("h2", {}, called(party), " ", el("span", { class: "amount" }, sums(rows).map(([sum, uom]) => `${sum} ${unit(uom)}`).join("，"))), el("ul", { class: "plain" }, rows.map((row) => el("li", {}, goodsLine(row))))),
      ),
      el("h2", {}, t("进出库", "In and out")),
      book.form.node,
    ),
    book.place,
  );
  await book.look();
}
