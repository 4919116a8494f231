// Selling at a booth: lot, weight, signature, and the next one. The buyer's ticket is shown or printed.

import { sell } from "../workbench/drafts.js";
import { isNothing, less, readTypedAmount } from "../workbench/quantity.js";
import { resolve } from "../workbench/resolve.js";
import { forWhom } from "./agents.js";
import { FieldFault, Form, between, choice, more, typed } from "./form.js";
import { amount, nameOf, placeName, shortLot, unit } from "./goods.js";
import { scanBox, signal } from "./scanbox.js";
import { linkOf } from "./links.js";
import { Warning, stopNote, stopWord } from "./plans.js";
import { qr } from "./qr.js";
import { button, code, complain, dayOf, el, facts, fill, go, moment, note, of, t, tell } from "./ui.js";

const CHANNELS = [
  ["consumer", ["消费者", "Consumer"]],
  ["trade", ["单位、饭店", "A business"]],
  ["online", ["网售", "Online"]],
  ["diner", ["堂食", "Diner"]],
];

/** Lots that can be pressed; all can be scanned. */
const LISTED_MAX = 12;

/** Who bought here before, on this device alone: their contact is nobody else's business. */
const BUYERS = "buyers";
/** Buyers that are kept, and those that can be pressed. */
const [BUYERS_MAX, PRESSED_MAX] = [60, 6];

class SellScreen {
  constructor(dock, main) {
    Object.assign(this, { dock, main, chosen: null, last: null, warning: new Warning() });
  }

  async open(record, n) {
    this.stock = await this.dock.stock();
    this.chosen ??= this.stock.held.find(({ credit }) => credit.record === record && String(credit.n) === n) ?? null;
    this.whom = await forWhom(this.dock);
    this.met = (await this.dock.mark(BUYERS))?.rows ?? [];
    this.lots = el("div", { class: "doings" });
    this.rest = el("p", { class: "small" });
    this.find = el("input", { type: "text", id: "find", autocomplete: "off" });
    this.find.addEventListener("input", () => this.draw());
    this.what = el("p", { class: "note", role: "status" });
    this.quantity = typed("quantity", t("重量、数量", "Weight or quantity"), { required: true, inputmode: "decimal", read: readTypedAmount });
    // 食品安全法 art. 53: wholesale is recorded with the buyer's name, address and contact.
    this.who = {
      buyer: typed("buyer", t("购货单位", "Buyer"), { list: this.met.map(({ name }) => [name, name]) }),
      address: typed("address", t("地址", "Address"), {}),
      contact: typed("contact", t("联系方式", "Contact"), { inputmode: "tel" }),
    };
    this.who.buyer.input.addEventListener("change", () => this.knows(this.met.find(({ name }) => name === this.who.buyer.input.value.trim())));
    this.buyers = el("div", { class: "doings", id: "buyers" });
    this.form = new Form([
      between(this.buyers),
      this.quantity,
      more(t("购货者", "Buyer"), [
        choice("channel", t("卖给", "To"), CHANNELS, { value: "consumer" }),
        ...Object.values(this.who),
        typed("terms", t("价格等", "Price and terms"), {}),
        this.whom,
      ]),
    ]);
    this.box = scanBox((text) => this.take(text), { label: t("扫要卖的批次", "Scan the lot") });
    this.quantity.input.addEventListener("keydown", (event) => event.key === "Enter" && this.sign().catch(complain));
    fill(
      this.main,
      el("h1", {}, t("销售", "Sell")),
      this.ticket(),
      this.box.node,
      this.stock.held.length > LISTED_MAX ? [el("label", { for: "find" }, t("按品名或批次找", "Find by name or lot")), this.find] : null,
      this.lots,
      this.rest,
      this.what,
      this.form.node,
      go(t("今天的合计", "Today's total"), "#/book/sold"),
      el("div", { class: "foot" }, button(t("签名", "Sign"), () => this.sign(), { kind: "strong", id: "sign" })),
    );
    this.draw();
    this.drawBuyers();
    return this.box.stop;
  }

  /** Fills in what is known of a buyer. */
  knows(one) {
    if (!one) return;
    for (const [field, text] of [["buyer", one.name], ["address", one.address], ["contact", one.contact]]) this.who[field].input.value = text ?? "";
    this.drawBuyers();
  }

  /** Who bought before is one press; a second takes it back. */
  drawBuyers() {
    const name = this.who.buyer.input.value.trim();
    const press = (one) => this.knows(one.name === name ? { name: "" } : one);
    fill(this.buyers, this.met.slice(0, PRESSED_MAX).map((one) => button(one.name, () => press(one), { kind: one.name === name ? "chosen" : "" })));
  }

  /** Keeps who bought, the last first. */
  async keepBuyer(who) {
    if (!who) return;
    await this.dock.keep(BUYERS, { rows: [who, ...this.met.filter(({ name }) => name !== who.name)].slice(0, BUYERS_MAX) });
  }

  draw() {
    const words = this.find.value.trim().toLowerCase();
    const found = this.stock.held.filter((row) => words === "" || `${nameOf(row)} ${row.lot}`.toLowerCase().includes(words));
    const rows = found.slice(0, LISTED_MAX);
    const rest = found.length - rows.length;
    fill(this.rest, rest > 0 ? t(`还有 ${rest} 批，请扫码或查找`, `${rest} more: scan or search`) : null);
    fill(this.lots, rows.map((row) => button([el("span", {}, nameOf(row), el("br"), el("span", { class: "small" }, el("bdi", {}, shortLot(row.lot)), ` ${amount(row.left, row.uom)}`), el("br"), stopWord(row))], () => this.choose(row), { kind: row === this.chosen ? "chosen" : "" })));
    const chosen = this.chosen ? `${nameOf(this.chosen)} · ${shortLot(this.chosen.lot)} · ${t(`有 ${amount(this.chosen.left, this.chosen.uom)}`, `${amount(this.chosen.left, this.chosen.uom)} left`)}` : t("先扫码或点一个批次", "Scan a lot, or press one");
    fill(this.what, chosen, this.chosen ? [" ", stopNote(this.chosen)] : null);
  }

  choose(row) {
    this.chosen = row;
    this.draw();
    this.quantity.input.focus();
  }

  take(text) {
    const found = resolve(text);
    const lot = found.outcome === "one" ? found.meanings[0].lot : null;
    const row = lot && this.stock.held.find((one) => one.lot === lot || one.lot === lot.replace(/\/21\/[^/]+$/, ""));
    signal(row ? "good" : "bad");
    if (row) return this.choose(row);
    return tell(lot ? t(`本场所没有这一批：${lot}`, `this site does not hold ${lot}`) : of(found), "bad");
  }

  async sign() {
    const row = this.chosen;
    if (!row) throw new FieldFault("lot", ["请先扫码或点一个批次", "scan a lot, or press one"]);
    const { quantity, channel, buyer, address, contact, terms, on_behalf_of } = this.form.values();
    this.warning.of([row]);
    if (isNothing(quantity)) throw new FieldFault("quantity", ["数量不能为零", "nothing cannot be sold"]);
    if (row.left !== null && less(row.left, quantity) === null) throw new FieldFault("quantity", [`只有 ${amount(row.left, row.uom)}`, `there is only ${amount(row.left, row.uom)}`]);
    const who = buyer ? { name: buyer, ...(address ? { address } : {}), ...(contact ? { contact } : {}) } : undefined;
    const body = { channel: buyer && channel === "consumer" ? "trade" : channel, sold_on: dayOf(this.dock.clock.seconds()), on_behalf_of, buyer: who, terms };
    this.op_id ??= this.dock.newOp();
    await this.dock.say(sell([{ of: row.credit, quantity }], body, { blobs: this.whom.blobsOf(on_behalf_of) }), this.op_id);
    this.op_id = null;
    await this.keepBuyer(who);
    signal("good");
    this.last = { row, quantity, buyer, at: this.dock.clock.seconds() };
    this.box.stop();
    await this.open();
    this.chosen = this.stock.held.find(({ credit }) => credit.record === row.credit.record && credit.n === row.credit.n) ?? null;
    this.draw();
  }

  /** What the buyer of the last sale gets. */
  ticket() {
    if (!this.last) return null;
    const { row, quantity } = this.last;
    return el("div", { id: "ticket" }, note("good", t(`已签名：${nameOf(row)} ${quantity} ${unit(row.uom)}`, `Signed: ${nameOf(row)} ${quantity} ${unit(row.uom)}`)), ticketBox(this.dock, this.stock, this.last));
  }
}

/**
 * A ticket, once it is asked for.
 * @param {{row: {lot: string, uom: string, name?: string}, quantity: string, buyer?: string, at: number}} sale
 */
function ticketBox(dock, stock, { row, quantity, buyer, at }) {
  const place = el("div", {});
  const show = () => {
    const rows = [[t("品名", "Goods"), nameOf(row)], [t("数量", "Quantity"), amount(quantity, row.uom)], [t("批次", "Lot"), code(row.lot)], [t("时间", "Time"), `${dayOf(at)} ${moment(at).slice(-5)}`], [t("售货者", "Seller"), placeName(stock.site ?? { id: dock.site })], [t("购货者", "Buyer"), buyer]];
    fill(place, el("article", { class: "paper" }, qr(linkOf(row.lot, dock.site), t("追溯码", "trace code")), facts(rows)), button(t("打印小票", "Print the ticket"), () => globalThis.print()));
  };
  return el("div", {}, button(t("出示小票", "Show the ticket"), show, { id: "show-ticket" }), place);
}

/** Tickets of a sale that was signed before, for a buyer who asks again. @param {object} item of the outbox */
export async function ticketsOf(dock, { claims }) {
  if (claims.type !== "sell") return [];
  const stock = await dock.stock();
  return claims.moves.map(({ lot, uom, quantity }) => ticketBox(dock, stock, { row: { ...stock.names.get(lot), lot, uom }, quantity, buyer: claims.body.buyer?.name, at: claims.iat }));
}

/** @param {import("./dock.js").Dock} dock */
export async function sellScreen(dock, main, record, n) {
  const screen = new SellScreen(dock, main);
  await screen.open(record, n);
  return () => screen.box.stop();
}
