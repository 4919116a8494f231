// Receiving: which shipment, then its lines scan by scan, then one signature.

import { readKept } from "../workbench/incoming.js";
import * as trays from "../workbench/tray.js";
import { Fault } from "../verify/fault.js";
import { amount, nameOf, placeName, shortLot } from "./goods.js";
import { scanBox, signal } from "./scanbox.js";
import { sheet } from "./line-sheet.js";
import { review } from "./receive-review.js";
import { returnable } from "./returns.js";
import { receivedHere } from "./stock.js";
import { button, code, complain, el, fill, go, moment, note, of, part, t } from "./ui.js";
import { takeWaybill } from "./waybill-code.js";

/** Receipts of which goods can go back that are listed. */
const BACK_MAX = 12;

/** Which shipment: those that come, or the code of a waybill, or the sender's screen. */
export async function receiveList(dock, main) {
  const stock = await dock.stock();
  const rows = stock.incoming.map((one) =>
    el(
      "li",
      { class: "card" },
      el("div", { class: "what" }, el("b", {}, placeName(one.from)), el("span", { class: "small" }, el("bdi", {}, one.waybill), one.sentAt ? ` · ${moment(one.sentAt)}` : "")),
      go(t("收货", "Receive"), `#/receive/${one.id}`, { kind: "strong" }),
    ),
  );
  const senders = new Map((dock.desk?.body.senders ?? []).map(({ party, name }) => [party, name ?? party]));
  const back = (await returnable(dock, stock)).slice(0, BACK_MAX).map(({ id, at, sender, lots }) =>
    el(
      "li",
      { class: "card" },
      el("div", { class: "what" }, el("b", {}, at === null ? (senders.get(sender) ?? sender) : moment(at)), el("span", { class: "small" }, lots.slice(0, 3).map((lot) => nameOf(stock.names.get(lot) ?? { lot })).join("、"), t(` · ${lots.length} 行`, ` · ${lots.length} lines`))),
      go(t("退回", "Send back"), `#/dispatch/return/${id}`),
    ),
  );
  const box = scanBox((text) => takeWaybill(dock, text).catch(complain), {
    label: t("扫运单二维码，或对方屏幕上的交接码", "Scan the waybill's code, or the codes on the sender's screen"),
  });
  fill(
    main,
    el("h1", {}, t("收货", "Receive")),
    rows.length > 0 ? el("ul", { class: "cards" }, rows) : note("", t("没有在途的货发来。没有网络时，请扫对方屏幕上的交接码。", "Nothing is on its way here. Without a network, scan the codes on the sender's screen.")),
    box.node,
    part(t("收过的货，可以退回", "Received, and can go back"), back.length > 0 ? el("ul", { class: "cards" }, back) : null),
  );
  return box.stop;
}

const trayMark = (id) => `tray:${id}`;

/** The tray of a shipment: as it was left, or a new one. Lines that were received before are not asked for again. */
async function openTray(dock, id, record) {
  const kept = await dock.mark(trayMark(id));
  if (kept && !kept.isSigned) return kept;
  const signed = await Promise.all((kept?.ops ?? []).map((op_id) => dock.db.get("outbox", op_id)));
  // A receipt that was refused, or given up after that: what was scanned stands, but for lines that another device received.
  const isBack = signed.some((item) => !item || item.state === "refused");
  if (isBack) await dock.refresh().catch(() => {});
  const stock = await dock.stock();
  const open = stock.incoming.find((one) => one.id === id)?.left ?? null;
  const here = receivedHere(await dock.outbox.items(), id);
  const isOpen = ({ n }) => !here.has(n) && (open === null || open.includes(n));
  const tray = isBack ? kept.tray : trays.trayOf(record);
  return { tray: { ...tray, lines: tray.lines.filter(isOpen) }, op_id: dock.newOp(), measured: isBack ? kept.measured : {} };
}

/** Scans that are no lot's: another waybill's code says so, rather than being called unknown. */
function otherWaybill(text, id) {
  const found = /\/w\/([\w-]{43})(?:\?|$)/.exec(text)?.[1];
  if (!found) return null;
  return found === id ? ["这就是本运单的码", "this is the code of this waybill"] : ["这是另一张运单的二维码", "this is the code of another waybill"];
}

class TrayScreen {
  constructor(dock, main, record, state, names) {
    Object.assign(this, { dock, main, record, state, names });
    this.heard = el("p", { class: "heard", role: "status", "aria-live": "assertive" });
    this.count = el("p", { class: "count" });
    this.list = el("ul", { class: "lines" });
    this.extra = el("div", {});
    this.extras = el("div", {});
    this.rows = new Map();
  }

  get tray() {
    return this.state.tray;
  }

  async set(tray) {
    const before = this.tray;
    this.state = { ...this.state, tray };
    for (const line of tray.lines) {
      if (before.lines.find(({ n }) => n === line.n) !== line) this.drawLine(line);
    }
    this.drawCount();
    await this.dock.keep(trayMark(this.record.id), this.state);
  }

  /** What a scan says. */
  take(text) {
    const other = otherWaybill(text, this.record.id);
    if (other) return this.say(of(other), "bad");
    const { tray, heard } = trays.scan(this.tray, text, performance.now());
    signal(heard.sound);
    if (heard.sound !== null) this.say(of(heard), heard.sound);
    const kept = this.set(tray);
    if (heard.line) this.rows.get(heard.line)?.scrollIntoView({ block: "center" });
    if (heard.choices) this.choose(heard.choices);
    return kept;
  }

  say(text, mood) {
    this.heard.className = `heard ${mood}`;
    fill(this.heard, text);
  }

  /** A code of a product without its lot: a person says which line it is. */
  choose(numbers) {
    const lines = this.tray.lines.filter(({ n, mark }) => numbers.includes(n) && mark === "waiting");
    fill(this.extra, lines.map(({ n, lot }) => button(t(`第 ${n} 行 ${shortLot(lot)}`, `line ${n}, ${shortLot(lot)}`), () => {
      fill(this.extra);
      return this.set(trays.accept(this.tray, n));
    })));
  }

  drawCount() {
    const { have, total, differing, extras } = trays.counts(this.tray);
    fill(
      this.count,
      el("b", {}, `${have}/${total}`),
      differing > 0 ? el("span", { class: "warn" }, t(`${differing} 行有差异`, `${differing} differ`)) : null,
      extras > 0 ? el("span", { class: "bad" }, t(`${extras} 个不在运单上`, `${extras} not on the waybill`)) : null,
    );
    fill(this.extras, part(t("不在运单上", "Not on the waybill"), this.tray.extras.map((lot) => this.extraRow(lot))));
    this.bar.style.width = `${total === 0 ? 0 : (100 * have) / total}%`;
  }

  /** Goods that nobody sent: scanned by mistake, or to be cleared with the sender before they can come in. */
  extraRow(lot) {
    return el(
      "div",
      { class: "card" },
      el("div", { class: "what" }, el("b", {}, el("bdi", {}, shortLot(lot))), el("span", { class: "small" }, t("先不要收：请发货方补发货单，或随车退回", "Do not take it in: have the sender dispatch it, or send it back with the vehicle"))),
      button(t("扫错了，去掉", "Scanned by mistake"), () => {
        this.say(t("已去掉", "taken off"), "again");
        return this.set(trays.dropExtra(this.tray, lot));
      }),
    );
  }

  drawLine(line) {
    const goods = this.names.get(line.lot) ?? { lot: line.lot };
    const node = this.rows.get(line.n) ?? el("li", {});
    const words = of(trays.lineWords(line));
    const open = () => sheet(this.main, line, goods, this.tray.shipment, (change) => this.set(change(this.tray)));
    const text = [
      el("span", { class: "n" }, line.n),
      el("span", { class: "what" }, el("b", {}, nameOf(goods)), el("span", { class: "small" }, el("bdi", {}, shortLot(line.lot)), ` · ${amount(line.sent, line.uom)}`)),
      el("span", { class: `mark ${line.mark}` }, words, line.units.length > 1 ? ` ×${line.units.length}` : ""),
    ];
    fill(node, el("button", { type: "button", class: "line", onclick: open }, text));
    node.className = line.mark;
    if (!this.rows.has(line.n)) {
      this.rows.set(line.n, node);
      this.list.append(node);
    }
  }

  draw() {
    const { shipment } = this.tray;
    this.bar = el("span", { class: "bar" });
    const box = scanBox((text) => this.take(text));
    fill(
      this.main,
      el("h1", {}, t("收货", "Receive")),
      el("p", { class: "small" }, placeName(this.from), " · ", code(shipment.waybill)),
      // What a scan says stays in sight, however far down its line is.
      el("div", { class: "top" }, this.count, el("div", { class: "progress", "aria-hidden": "true" }, this.bar), this.heard, this.extra, box.view),
      box.node,
      this.extras,
      this.list,
      el("div", { class: "foot" }, button(t("核对签收", "Check and sign"), () => this.finish(box), { kind: "strong", id: "review" })),
    );
    for (const line of this.tray.lines) this.drawLine(line);
    this.drawCount();
    return box.stop;
  }

  async finish(box) {
    if (trays.counts(this.tray).have === 0) throw new Fault("nothing_decided");
    box.stop();
    await review(this.dock, this.main, this.state, {
      keep: (state) => this.dock.keep(trayMark(this.record.id), (this.state = state)),
      back: () => {
        this.rows.clear();
        this.list.replaceChildren();
        this.leave = this.draw();
      },
    });
  }
}

/** The tray of one shipment. */
export async function receive(dock, main, id) {
  let record = await readKept(dock.db, id);
  // A link from elsewhere, or a page that was just opened: it may be on the desk by now.
  if (!record) record = await dock.refresh().then(() => readKept(dock.db, id), () => null);
  if (!record) return receiveList(dock, main);
  if (record.body.consignee !== dock.site) throw new Fault("qr_other_consignee");
  const stock = await dock.stock();
  const state = await openTray(dock, id, record);
  if (state.tray.lines.length === 0) {
    fill(main, el("h1", {}, t("收货", "Receive")), note("good", t("这张运单已经全部收完。", "All of this waybill is received.")), go(t("回工作台", "To the workbench"), "#/"));
    return undefined;
  }
  const screen = new TrayScreen(dock, main, record, state, stock.names);
  screen.from = stock.incoming.find((one) => one.id === id)?.from ?? { party: record.claims.iss };
  screen.leave = screen.draw();
  return () => screen.leave();
}
