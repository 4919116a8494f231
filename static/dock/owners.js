// Whose goods lie here: by the party for whom an agent took them in, else the one that sent each, as a store that keeps goods for
// others has to show them, and what came and went for each (食品安全法实施条例 art. 25 has both ends recorded).

import { actedFor } from "./agents.js";
import { amount, goodsLine, placeName, unit } from "./goods.js";
import { sums } from "./stock.js";
import { button, complain, el, fill, moment, note, t } from "./ui.js";

/** Shipments of each way that are looked up together. */
const SHIPMENTS_MAX = 15;

/** What is held, by owner: for whom it was brought in, or who sent it; what was made here is the site's own. @param {object[]} held @param {string} own */
export function byOwner(held, own) {
  const owners = new Map();
  for (const row of held) {
    const party = row.on_behalf_of ?? row.sender ?? own;
    owners.set(party, [...(owners.get(party) ?? []), row]);
  }
  return owners;
}

/**
 * What came and went, by owner.
 * @param {{way: "in" | "out", sender: string, sent_at: number, waybill: string, lines: {lot: string, quantity: string | null, uom: string}[]}[]} shipments
 * @param {Map<string, string>} ownerOf by lot, as far as it is known
 * @param {Map<string, string>} [received] for whom lots were received by an agent
 * @returns {Map<string | null, object[]>} null: nobody knows whose
 */
export function movesByOwner(shipments, ownerOf, received = new Map()) {
  const known = new Map(ownerOf);
  const ofIn = (lot, sender) => received.get(lot) ?? sender;
  for (const { way, sender, lines } of shipments) {
    if (way === "in") for (const { lot } of lines) known.set(lot, ofIn(lot, sender));
  }
  const moves = new Map();
  for (const { way, sender, lines, ...rest } of shipments) {
    for (const line of lines) {
      const owner = way === "in" ? ofIn(line.lot, sender) : (known.get(line.lot) ?? null);
      moves.set(owner, [...(moves.get(owner) ?? []), { way, ...rest, ...line }]);
    }
  }
  for (const rows of moves.values()) rows.sort((a, b) => b.sent_at - a.sent_at);
  return moves;
}

/** Shipments of a site, the newest first, some more each time they are asked for. */
class Moves {
  constructor(dock) {
    this.dock = dock;
    this.found = [];
    const site = encodeURIComponent(dock.site);
    this.next = new Map([["in", "incoming"], ["out", "outgoing"]].map(([way, direction]) => [way, `/v1/shipments?site=${site}&direction=${direction}&limit=${SHIPMENTS_MAX}`]));
  }

  /** Whether there are older ones. */
  get hasMore() {
    return this.next.size > 0;
  }

  async more() {
    for (const [way, path] of this.next) {
      const { shipments, next } = await this.dock.ask(path);
      for (const { id } of shipments) {
        const { sender, sent_at, waybill, lines } = await this.dock.ask(`/v1/shipments/${id}`);
        this.found.push({ way, sender, sent_at, waybill, lines });
      }
      if (next) this.next.set(way, next);
      else this.next.delete(way);
    }
    return this.found;
  }
}

const moveRow = ({ way, sent_at, waybill, lot, quantity, uom }) =>
  el("li", {}, el("span", { class: "row" }, el("b", {}, way === "in" ? t("进", "in") : t("出", "out"), " ", el("bdi", {}, lot.slice(lot.lastIndexOf("/") + 1))), el("span", { class: "amount" }, amount(quantity, uom))), el("span", { class: "small" }, `${moment(sent_at)} · `, el("bdi", {}, waybill)));

/** @param {import("./dock.js").Dock} dock */
export async function ownersScreen(dock, main) {
  const stock = await dock.stock();
  const own = dock.device.party;
  const names = new Map((dock.desk?.body.senders ?? []).map(({ party, name }) => [party, name ?? party]));
  names.set(own, dock.device.partyName ?? own);
  for (const { party, called } of await actedFor(dock)) names.set(party, called);
  const called = (party) => (party === null ? t("货主不明", "owner not known") : placeName({ name: names.get(party), party }));
  const owners = byOwner(stock.held, own);
  const [place, shipments] = [el("div", {}), new Moves(dock)];
  const again = button("", () => look(), { id: "look" });
  const look = async () => {
    try {
      const by = (name) => new Map(stock.held.filter((row) => row[name]).map((row) => [row.lot, row[name]]));
      const theirs = by("on_behalf_of");
      const moves = movesByOwner(await shipments.more(), new Map([...by("sender"), ...theirs]), theirs);
      const parts = [...moves].map(([party, rows]) => el("section", {}, el("h3", {}, called(party)), el("ul", { class: "plain" }, rows.map(moveRow))));
      fill(place, parts.length > 0 ? parts : note("", t("没有进出库记录。", "Nothing came or went.")), shipments.hasMore ? null : el("p", { class: "small" }, t("已全部列出。", "That is all of it.")));
      again.hidden = !shipments.hasMore;
      fill(again, t("再查更早的", "Look further back"));
    } catch (error) {
      complain(error);
    }
  };
  fill(
    main,
    el("h1", {}, t("按货主", "By owner")),
    stock.at === null ? note("warn", t("没有问到服务器，只有本机的。", "The server was not asked: only what this device knows.")) : null,
    owners.size === 0 ? note("", t("没有库存。", "Nothing is held.")) : null,
    [...owners].map(([party, rows]) =>
      el("section", {}, el("h2", {}, called(party), " ", el("span", { class: "amount" }, sums(rows).map(([sum, uom]) => `${sum} ${unit(uom)}`).join("，"))), el("ul", { class: "plain" }, rows.map((row) => el("li", {}, goodsLine(row))))),
    ),
    el("h2", {}, t("进出库", "In and out")),
    place,
    again,
  );
  fill(again, t("查进出库", "Look it up"));
}
