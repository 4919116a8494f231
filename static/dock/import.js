// Files of lots, goods entered, dispatches, sales and readings 导入: the server says by row and column what is wrong, and what there is to
// sign; one press signs all of it. What was signed before is not signed again, whatever file asks for it and whichever device
// of the site signed it: the key of its rows goes along with each record, and the server takes one record for it.

import { sha256, toBase64, toHex, toUtf8 } from "../verify/bytes.js";
import { KINDS } from "../verify/kinds.js";
import { draft } from "../workbench/drafts.js";
import { sum } from "../workbench/quantity.js";
import { consents } from "./agents.js";
import { FieldFault, Form, choice, typed } from "./form.js";
import { amount, shortLot } from "./goods.js";
import { button, el, fill, go, note, of, t } from "./ui.js";

/** Rows of a table that are shown; the others are counted. */
const SHOWN_MAX = 200;
const DRAFTS_MAX = 20;

const FILES = [
  ["lots", ["新批次", "Lots"]],
  ["enter", ["进货", "Goods entered"]],
  ["shipments", ["发货", "Dispatches"]],
  ["sales", ["销售", "Sales"]],
  ["readings", ["温度读数", "Readings"]],
];

/** A name for what a file asks for at a site: the same each time, so that the outbox takes it once. */
const opOf = async (site, key) => toHex(await sha256(toUtf8(`${site}\n${key}`)));

/** What stops nothing and has to be looked at before goods leave. */
const isWarning = ({ code }) => ["goods_stopped", "paper_wrong", "not_looked_at"].includes(code);

/** Shipments that this device knows: those on its desk, and those it carries or scanned. */
async function legsOf(dock) {
  const { incoming, outgoing } = await dock.stock();
  const marks = (await dock.db.all("marks")).filter(({ name }) => name.startsWith("leg:"));
  return [...marks, ...incoming, ...outgoing].filter(({ id }) => id);
}

/** How many are not shown. */
const rest = (all, shown) => (all.length > shown ? el("p", { class: "small" }, t(`还有 ${all.length - shown}`, `${all.length - shown} more`)) : null);

class Import {
  constructor(dock, main, legs) {
    Object.assign(this, { dock, main, site: dock.site, place: el("div", { id: "looked" }) });
    const zones = dock.desk?.body.keeping?.zones ?? [];
    this.legs = new Map(legs.map(({ id, waybill }) => [`${waybill} ${id.slice(0, 6)}`, id]));
    const sensor = typed("sensor", t("记录仪", "Logger"), {});
    const about = typed("about", t("温区，或运单（链接、发货记录）", "Zone, or waybill (link, or record of the dispatch)"), { list: [...zones.map(({ zone }) => zone), ...this.legs.keys()].map((one) => [one, one]) });
    const more = [sensor, about].map(({ node }) => node);
    this.template = go(t("下载模板", "An empty table"), "");
    const changed = (kind) => {
      for (const node of more) node.hidden = kind !== "readings";
      this.template.href = `/v1/imports/${kind}/template.csv`;
      fill(this.place);
    };
    this.form = new Form([choice("kind", t("什么表", "What is in it"), FILES, { value: "lots", changed }), sensor, about]);
    changed("lots");
  }

  open() {
    const input = el("input", { type: "file", id: "table", accept: ".csv,.txt,.xlsx,text/csv", class: "away" });
    input.addEventListener("change", async () => {
      const [file] = input.files;
      input.value = "";
      if (file) await this.look(file).catch((error) => this.fails(error));
    });
    fill(
      this.main,
      el("h1", {}, t("导入表格", "Import a table")),
      this.form.node,
      el("div", { class: "stack" }, el("label", { class: "button strong", for: "table" }, t("选择文件", "Choose a file")), input, this.template),
      this.place,
    );
  }

  fails(error) {
    const words = error.code === "unreachable" ? t("没有网络：表格由服务器核对，什么也没有签。", "No network: the server checks tables. Nothing was signed.") : error.zh ? of(error) : String(error.message);
    fill(this.place, note("bad", words));
  }

  query() {
    const { kind, sensor, about } = this.form.values();
    const said = { site: this.site };
    if (kind === "readings") {
      if (!sensor || !about) throw new FieldFault("sensor", ["请填写记录仪和温区", "please say which logger and zone"]);
      const leg = this.legs.get(about) ?? about.split("/w/").at(-1).split(/[?#]/)[0];
      Object.assign(said, { sensor }, KINDS.record_id(leg) ? { leg } : { zone: about });
    }
    return `/v1/imports/${kind}/preview?${new URLSearchParams(said)}`;
  }

  /** What of this was signed here before: names that files gave, by their items. What left the phone the server knows. */
  async before(keys) {
    const items = new Map((await this.dock.outbox.items()).map((item) => [item.op_id, item]));
    const last = (item) => (items.has(item.replacedBy) ? last(items.get(item.replacedBy)) : item);
    const [ops, done] = [new Map(), []];
    for (const key of keys) {
      const op_id = await opOf(this.site, key);
      ops.set(key, op_id);
      // What was refused, or was refused and given up, may be signed anew.
      if (items.has(op_id) && last(items.get(op_id)).state !== "refused") done.push(key);
    }
    return { ops, done };
  }

  async look(file) {
    const path = this.query();
    this.place.dataset.signed = "";
    fill(this.place, note("", "…"));
    let told = await this.dock.send(path, "POST", file, "application/octet-stream");
    const { ops, done } = await this.before(told.keys);
    if (done.length > 0) told = await this.dock.send(path, "POST", JSON.stringify({ done, file: toBase64(new Uint8Array(await file.arrayBuffer())) }), "application/json");
    this.draw({ ...told, ops, here: done.length });
  }

  draw({ rows, wrong, faults, recorded, drafts, ops, here }) {
    const sign = async () => {
      const blobsOf = await consents(this.dock);
      const signed = drafts.map(({ key, type, body, moves }) => ({ op_id: ops.get(key), row: key, draft: draft(type, body, { moves, blobs: blobsOf(body.on_behalf_of) }) }));
      await this.dock.sayAll(signed, this.site);
      fill(this.place, note("good", t(`已签名 ${signed.length} 条`, `${signed.length} are signed`)), go(t("发件箱", "Outbox"), "#/outbox"));
      this.place.dataset.signed = String(signed.length);
    };
    const others = recorded.length;
    const warned = faults.filter(isWarning).length;
    fill(
      this.place,
      note(wrong > 0 ? "bad" : "good", t(`${rows} 行，错误 ${wrong} 处，待签 ${drafts.length} 条，以前签过 ${here + others} 条`, `${rows} rows, ${wrong} faults, ${drafts.length} to sign, ${here + others} signed before`)),
      others > 0 ? note("", t(`其中 ${others} 条已由本场所其他设备入账，不再签。`, `${others} of them were recorded by other devices of this site.`)) : null,
      warned > 0 ? note("warn", t(`有提醒 ${warned} 处（召回、封存、暂存待查、过期、缺证明）。不拦签名，请先核对。`, `${warned} warnings (recalled, held, kept aside, expired, papers). They stop nothing: check before you sign.`)) : null,
      faults.length > 0 ? this.faults(faults) : null,
      drafts.length > 0 ? [this.drafts(drafts), el("div", { class: "foot" }, button(t("签名", "Sign"), sign, { kind: "strong", id: "sign" }))] : null,
    );
  }

  faults(faults) {
    const head = [t("格", "Cell"), t("列", "Column"), t("问题", "What")];
    const row = ({ cell, row: n, heading, why, ...one }) => el("tr", { class: isWarning(one) ? "warn" : one.notice ? "small" : "bad" }, [cell ?? n, heading ? of(heading) : "", of(why)].map((one) => el("td", {}, one)));
    return [
      el("table", { id: "faults" }, el("thead", {}, el("tr", {}, head.map((one) => el("th", { scope: "col" }, one)))), el("tbody", {}, faults.slice(0, SHOWN_MAX).map(row))),
      rest(faults, SHOWN_MAX),
    ];
  }

  drafts(drafts) {
    const moves = drafts.flatMap((one) => one.moves);
    const totals = [...new Set(moves.map(({ uom }) => uom))].map((uom) => amount(sum(moves.filter((one) => one.uom === uom).map(({ quantity }) => quantity)), uom));
    const line = ({ rows, moves: lines, body }) => el("li", {}, [rows[0], body.waybill, ...lines.map((one) => `${shortLot(one.lot)} ${amount(one.quantity, one.uom)}`)].filter(Boolean).join(" · "));
    return [
      el("b", {}, t("合计 ", "In all "), totals.join("、")),
      el("ul", { class: "plain", id: "drafts" }, drafts.slice(0, DRAFTS_MAX).map(line)),
      rest(drafts, DRAFTS_MAX),
    ];
  }
}

/** @param {import("./dock.js").Dock} dock */
export async function importScreen(dock, main) {
  new Import(dock, main, await legsOf(dock)).open();
}
